"""A text is encoded once for a model; after that its vector comes from the store."""

import numpy as np
from base_world import Base, CountingEncoder, RememberingEncoder

from sufler.kb_index.vectors import StoredVectors, content_hash
from sufler.storage.vectors import VectorStore


def stored(base: Base, encoder: CountingEncoder) -> StoredVectors:
    return StoredVectors(encoder, VectorStore(base.database))


async def test_that_a_text_is_encoded_once_and_then_read(
    base: Base, remembering: RememberingEncoder
) -> None:
    encoder = CountingEncoder(remembering)
    first = await stored(base, encoder).of(["самовар", "утюг", "самовар"], "query")
    assert encoder.asked == [("самовар", "query"), ("утюг", "query")]
    again = await stored(base, encoder).of(["утюг", "самовар", "казан"], "query")
    assert encoder.asked[2:] == [("казан", "query")]
    assert first.shape == (3, remembering.dimension)
    assert first[0].tobytes() == first[2].tobytes() == again[1].tobytes()
    assert first[1].tobytes() == again[0].tobytes()
    assert again[2].tobytes() == remembering.encode_one("казан", "query").tobytes()


async def test_that_a_query_and_a_passage_of_the_same_words_have_vectors_of_their_own(
    base: Base, remembering: RememberingEncoder
) -> None:
    assert content_hash("утюг", "query") != content_hash("утюг", "passage")
    vectors = stored(base, CountingEncoder(remembering))
    asked, told = await vectors.of(["утюг"], "query"), await vectors.of(["утюг"], "passage")
    assert asked.tobytes() != told.tobytes()


async def test_that_another_model_has_vectors_of_its_own(
    base: Base, remembering: RememberingEncoder
) -> None:
    encoder = CountingEncoder(remembering)
    await stored(base, encoder).of(["утюг"], "query")
    encoder.model_id = "another"
    await stored(base, encoder).of(["утюг"], "query")
    assert len(encoder.asked) == 2


async def test_that_no_texts_have_no_vectors(base: Base, remembering: RememberingEncoder) -> None:
    found = await stored(base, CountingEncoder(remembering)).of([], "query")
    assert found.shape == (0, remembering.dimension)
    assert found.dtype == np.float32


async def test_that_progress_counts_only_what_has_to_be_encoded(
    base: Base, remembering: RememberingEncoder
) -> None:
    vectors = stored(base, CountingEncoder(remembering))
    await vectors.of(["утюг"], "query")
    told: list[tuple[int, int]] = []
    await vectors.of(["утюг", "казан", "самовар"], "query", lambda d, n: told.append((d, n)))
    assert told[-1] == (2, 2)
    told.clear()
    await vectors.of(["утюг"], "query", lambda d, n: told.append((d, n)))
    assert told == []


def test_that_a_lone_surrogate_has_a_hash_too() -> None:
    assert len(content_hash("\ud800", "query")) == 32
