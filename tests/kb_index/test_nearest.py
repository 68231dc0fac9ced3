"""Finding the nearest rows: exactly, by signs, by lists, and how each is judged at its build."""

import numpy as np
import pytest

from sufler.domain.ports import Vectors
from sufler.kb_index import nearest as module
from sufler.kb_index import unit_rows
from sufler.kb_index.nearest import LEAST_RECALL, Lists, Nearest, Signs
from sufler.kb_index.unit_rows import UnitRows

WIDTH = 48


def unit(rows: np.ndarray) -> Vectors:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def scattered(count: int, seed: int = 0, dimension: int = 64) -> Vectors:
    """Unit vectors about 40 directions, as questions are about topics."""
    draw = np.random.default_rng(seed)
    middles = np.random.default_rng(99).normal(size=(40, dimension))
    return unit(middles[draw.integers(40, size=count)] + draw.normal(size=(count, dimension)))


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signs from 500 rows on, lists from 2,000 on."""
    monkeypatch.setattr(module, "EXACT_ROWS", 500)
    monkeypatch.setattr(module, "SIGN_ROWS", 2_000)
    monkeypatch.setattr(unit_rows, "FLOAT_ROWS", 500)


def found(rows: Nearest, vector: Vectors, alive: np.ndarray, width: int = WIDTH) -> set[int]:
    return set(rows.to(vector, width, alive, np.arange(len(alive))).tolist())


@pytest.mark.usefixtures("small_limits")
@pytest.mark.parametrize(("count", "kind"), [(400, "exact"), (1_500, "signs"), (6_000, "lists")])
def test_that_the_exact_first_8_are_found_whatever_the_size(count: int, kind: str) -> None:
    vectors = scattered(count)
    rows = Nearest(UnitRows.of([vectors]), scattered(60, seed=1))
    assert rows.kind == kind
    assert rows.recall >= LEAST_RECALL
    alive = np.ones(count, dtype=bool)
    hits = 0
    for vector in scattered(50, seed=2):
        exact = np.argsort(-(vectors @ vector))[:8]
        hits += len(found(rows, vector, alive) & set(exact.tolist()))
    assert hits / (50 * 8) >= LEAST_RECALL - 0.01


@pytest.mark.usefixtures("small_limits")
@pytest.mark.parametrize("count", [400, 1_500, 6_000])
def test_that_rows_that_are_not_live_do_not_stand_in_the_way(count: int) -> None:
    vectors = scattered(count)
    rows = Nearest(UnitRows.of([vectors]), scattered(60, seed=1))
    vector = scattered(1, seed=3)[0]
    order = np.argsort(-(vectors @ vector))
    alive = np.ones(count, dtype=bool)
    alive[order[:100]] = False
    assert order[100] in found(rows, vector, alive)
    assert alive[list(found(rows, vector, alive))].all()
    assert found(rows, vector, np.zeros(count, dtype=bool)) == set()


class Blind:
    """Finds the right rows only when it makes its greatest effort, or not even then."""

    kind = "signs"
    efforts = 4

    def __init__(self, vectors: Vectors, sees_from: int) -> None:
        self._vectors = vectors
        self._sees_from = sees_from

    def candidates(self, vector: Vectors, width: int, effort: int) -> np.ndarray:
        order = np.argsort(-(self._vectors @ vector))
        return order[:width] if effort >= self._sees_from else order[-width:]


@pytest.mark.usefixtures("small_limits")
def test_that_effort_rises_until_recall_holds_and_else_all_rows_are_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    vectors, asked = scattered(1_500), scattered(20, seed=1)
    alive = np.ones(1_500, dtype=bool)
    exact = set(np.argsort(-(vectors @ asked[0]))[:WIDTH].tolist())

    monkeypatch.setattr(module, "Signs", lambda _: Blind(vectors, sees_from=2))
    rows = Nearest(UnitRows.of([vectors]), asked)
    assert (rows.kind, rows.recall) == ("signs", 1.0)
    assert found(rows, asked[0], alive) == exact

    monkeypatch.setattr(module, "Signs", lambda _: Blind(vectors, sees_from=4))
    rows = Nearest(UnitRows.of([vectors]), asked)
    assert (rows.kind, rows.recall) == ("exact", 1.0)
    assert found(rows, asked[0], alive) == exact


@pytest.mark.parametrize("finder", [Signs, Lists])
def test_that_more_effort_finds_no_less(finder: type) -> None:
    vectors = scattered(5_000)
    made = finder(UnitRows.of([vectors]))
    vector = scattered(1, seed=4)[0]
    exact = set(np.argsort(-(vectors @ vector))[:WIDTH].tolist())
    hits = [
        len(exact & set(made.candidates(vector, WIDTH, effort).tolist()))
        for effort in range(made.efforts)
    ]
    assert hits[-1] >= hits[0]
    assert hits[-1] >= 47


@pytest.mark.usefixtures("small_limits")
@pytest.mark.parametrize("count", [400, 1_500, 6_000])
def test_that_of_equal_rows_the_first_are_given_every_time(count: int) -> None:
    one = scattered(1, seed=5)
    vectors = np.concatenate((scattered(100), np.repeat(one, count - 100, axis=0)))
    rows = Nearest(UnitRows.of([vectors]), one)
    assert rows.recall == 1.0
    alive = np.ones(count, dtype=bool)
    first = found(rows, one[0], alive, 5)
    assert len(first) == 5
    assert first == found(rows, one[0], alive, 5)
    assert min(first) >= 100
    if rows.kind == "exact":
        assert first == {100, 101, 102, 103, 104}


def test_that_many_rows_are_kept_small_and_hardly_changed() -> None:
    vectors = scattered(5_000)
    rows = UnitRows.of([vectors[:3_000], vectors[3_000:]])
    assert rows.shape == vectors.shape
    np.testing.assert_allclose(rows[np.array([0, 4_999])], vectors[[0, 4_999]], atol=2e-5)
    exact = vectors @ vectors[0]
    np.testing.assert_allclose(rows.all_products(vectors[0]), exact, atol=1e-4)
    some = np.array([7, 4_000])
    np.testing.assert_allclose(rows.products(some, vectors[0]), exact[some], atol=1e-4)
    again = UnitRows.of([rows[:]])
    assert np.array_equal(again[:], rows[:]), "what is merged again is not rounded again"
