"""Vectors come back bit for bit; a damaged head is passed over for the one before it."""

import numpy as np
import pytest
from set_clock import SetClock
from sqlalchemy import text

from sufler.storage.database import Database
from sufler.storage.heads import KEPT, HeadStore
from sufler.storage.vectors import PAGE, VectorStore


@pytest.fixture
def heads(database: Database, clock: SetClock) -> HeadStore:
    return HeadStore(database, clock)


async def change(database: Database, sql: str, **values: object) -> None:
    async with database.write() as connection:
        done = await connection.execute(text(sql), values)
        assert done.rowcount > 0


async def newest(heads: HeadStore, model: str = "model") -> str | None:
    found = await heads.latest(model)
    return None if found is None else found[0]


async def save(heads: HeadStore, *names: str, model: str = "model") -> None:
    for name in names:
        await heads.save(name, model, {"w": np.full((2, 3), len(name), np.float32)}, {"n": name})


async def test_that_vectors_come_back_bit_for_bit_and_by_model(database: Database) -> None:
    store = VectorStore(database)
    random = np.random.default_rng(0)
    many = {f"{n:064x}": random.normal(size=7).astype(np.float32) for n in range(2 * PAGE + 3)}
    await store.put_many("model", many)
    await store.put_many("model", {})
    found = await store.get_many("model", [*many, "nothing"])
    assert found.keys() == many.keys()
    for content_hash, vector in many.items():
        assert found[content_hash].dtype == np.float32
        assert found[content_hash].tobytes() == vector.tobytes()
    assert await store.get_many("another model", list(many)) == {}


async def test_that_a_damaged_vector_is_left_out_and_can_be_stored_anew(
    database: Database,
) -> None:
    store = VectorStore(database)
    vector = np.arange(4, dtype=np.float32)
    await store.put_many("model", {"a": vector, "b": vector})
    await change(
        database, "UPDATE vectors SET vector = :bytes WHERE content_hash = 'a'", bytes=b"x"
    )
    assert list(await store.get_many("model", ["a", "b"])) == ["b"]
    await store.put_many("model", {"a": vector})
    assert (await store.get_many("model", ["a"]))["a"].tobytes() == vector.tobytes()


async def test_that_a_head_comes_back_whole(heads: HeadStore) -> None:
    arrays = {
        "weights": np.random.default_rng(0).normal(size=(5, 4)).astype(np.float32),
        "classes": np.array(["доставка", "оплата"]),
        "counts": np.array([1, 2], dtype=np.int64),
    }
    await heads.save("h1", "model", arrays, {"seed": 7, "articles": ["а"]})
    found = await heads.latest("model")
    assert found is not None
    head_id, loaded, meta = found
    assert (head_id, meta) == ("h1", {"seed": 7, "articles": ["а"]})
    assert loaded.keys() == arrays.keys()
    for name, array in arrays.items():
        assert loaded[name].dtype == array.dtype
        assert np.array_equal(loaded[name], array)


async def test_that_the_newest_head_of_the_model_is_taken(heads: HeadStore) -> None:
    assert await newest(heads) is None
    await save(heads, "a", "b")
    await save(heads, "c", model="other")
    assert (await newest(heads), await newest(heads, "other")) == ("b", "c")
    await save(heads, "a")
    assert await newest(heads) == "a"


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE head_arrays SET data = :bytes WHERE head = (SELECT max(id) FROM heads)",
        "UPDATE head_arrays SET name = 'v' WHERE head = (SELECT max(id) FROM heads)",
        "DELETE FROM head_arrays WHERE head = (SELECT max(id) FROM heads)",
        "UPDATE heads SET meta = '{' WHERE id = (SELECT max(id) FROM heads)",
    ],
)
async def test_that_a_damaged_head_is_passed_over(
    heads: HeadStore, database: Database, damage: str
) -> None:
    await save(heads, "old", "new")
    await change(database, damage, **({"bytes": b"x"} if ":bytes" in damage else {}))
    assert await newest(heads) == "old"


async def test_that_the_last_twenty_heads_of_a_model_are_kept(
    heads: HeadStore, database: Database
) -> None:
    await save(heads, "kept", model="other")
    await save(heads, *[f"h{number:02}" for number in range(KEPT + 3)])
    async with database.read() as connection:
        query = text("SELECT head_id FROM heads WHERE model_id = 'model' ORDER BY id")
        left = list((await connection.execute(query)).scalars())
        arrays = (await connection.execute(text("SELECT count(*) FROM head_arrays"))).scalar()
    assert left == [f"h{number:02}" for number in range(3, KEPT + 3)]
    assert arrays == KEPT + 1
    assert await newest(heads, "other") == "kept"


async def test_that_python_objects_are_never_pickled(heads: HeadStore) -> None:
    with pytest.raises(ValueError, match="pickle"):
        await heads.save("h", "model", {"w": np.array([{"a": 1}], dtype=object)}, {})
    assert await newest(heads) is None
