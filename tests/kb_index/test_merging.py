"""How the index grows: merges behind what is served, and changes that come meanwhile."""

import asyncio
import threading
from dataclasses import replace

import numpy as np
import pytest
from base_world import Base, Opening, article
from patience import PATIENCE_S
from test_index import nearest, search

from sufler.kb_index import knowledge as module
from sufler.kb_index.merging import MERGE_AT_LEAST, due
from sufler.kb_index.ngrams import KeepOn
from sufler.kb_index.segment import Part, Segment

COPIES = 120
PARKING = article("parking", "Где припарковаться у магазина?", "Во дворе.")


class Gate:
    """Merges in the background stop before their work until they are let through."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached = threading.Event()
        self.open = threading.Event()
        self.broken = False
        real = Segment.merged

        def merged(
            parts: list[Part], grams: object = None, keep_on: KeepOn | None = None
        ) -> Segment:
            if keep_on is None:  # one that is done at once
                return real(parts, grams, None)  # type: ignore[arg-type]  # as given
            self.reached.set()
            while not self.open.wait(0.01):
                keep_on()
            if self.broken:
                raise MemoryError("not today")
            return real(parts, grams, keep_on)  # type: ignore[arg-type]  # as given

        monkeypatch.setattr(Segment, "merged", staticmethod(merged))

    async def wait(self) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not self.reached.is_set():  # noqa: ASYNC110 - a thread sets it
                await asyncio.sleep(0.01)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    monkeypatch.setattr(module, "MERGED_AT_ONCE", COPIES)
    return Gate(monkeypatch)


async def filled(base: Base) -> None:
    """A base of COPIES articles, to which half as many are added: a merge is due."""
    await base.save(*(article(f"a{n:03}", f"Вопрос про чайник {n}?") for n in range(COPIES)))
    await base.knowledge.start()
    more = COPIES // 2
    await base.save(*(article(f"b{n:03}", f"Вопрос про самовар {n}?") for n in range(more)))


async def test_that_a_change_during_a_merge_is_found_at_once_and_not_lost(
    base: Base, gate: Gate, opening: Opening
) -> None:
    await filled(base)
    await gate.wait()
    held = len(base.knowledge.index.segments)
    await base.save(PARKING, article("a007", "Как приготовить пельмени?", "Варить."))
    await base.knowledge.archive("b003", "editor")
    await base.knowledge.archive("a005", "editor")
    await base.save(replace(PARKING, id="late"))
    await base.knowledge.archive("late", "editor")
    assert len(base.knowledge.index.segments) > held, "the merge is still going on"
    for merged in (False, True):
        if merged:
            gate.open.set()
            await base.knowledge.settled()
            assert len(base.knowledge.index.segments) == 2
        index = base.knowledge.index
        assert nearest(await search(base, "где запарковаться")) == "parking"
        assert nearest(await search(base, "сварить пельмени")) == "a007"
        for gone in ("a005", "b003", "late"):
            assert index.article(gone) is None
            assert gone not in (await search(base, "чайник самовар парковка")).article_ids
        assert index.size == COPIES + COPIES // 2 - 2 + 1
        assert len({each.id for each in index.articles()}) == index.size
    async with opening() as fresh:
        assert fresh.knowledge.index.size == base.knowledge.index.size
        assert {a.id for a in fresh.knowledge.index.articles()} == {
            a.id for a in base.knowledge.index.articles()
        }


async def test_that_letters_of_all_segments_are_weighed_by_one_version(
    base: Base, gate: Gate
) -> None:
    await filled(base)
    before = base.knowledge.index
    await gate.wait()
    await base.save(PARKING)
    assert base.knowledge.index.letters == before.letters < before.version
    gate.open.set()
    await base.knowledge.settled()
    index = base.knowledge.index
    assert index.letters == before.version
    weights = {id(segment.gram_weights) for segment in index.segments}
    assert len(weights) == 1
    assert len(index.segments) == 2


async def test_that_a_merge_that_fails_leaves_what_is_served_and_is_tried_again(
    base: Base, gate: Gate
) -> None:
    gate.broken = True
    gate.open.set()
    await filled(base)
    await base.knowledge.settled()
    segments = len(base.knowledge.index.segments)
    assert segments == 2
    assert nearest(await search(base, "самовар 7")) == "b007"
    gate.broken = False
    await base.save(PARKING)
    await base.knowledge.settled()
    assert base.knowledge.index.size == COPIES + COPIES // 2 + 1
    assert len(base.knowledge.index.segments) == 1
    assert nearest(await search(base, "самовар 7")) == "b007"


async def test_that_closing_gives_a_merge_up(base: Base, gate: Gate) -> None:
    await filled(base)
    await gate.wait()
    async with asyncio.timeout(PATIENCE_S):
        await base.knowledge.close()
    assert len(base.knowledge.index.segments) == 2
    assert base.knowledge.index.size == COPIES + COPIES // 2


async def test_that_segments_stay_few_whatever_is_changed(base: Base) -> None:
    await base.save(*(article(f"a{n:03}", f"Вопрос про чайник {n}?") for n in range(700)))
    for number in range(130):
        await base.save(article(f"a{number:03}", f"Вопрос про самовар {number}?"))
        assert len(base.knowledge.index.segments) <= 3
    await base.knowledge.settled()
    index = base.knowledge.index
    assert index.size == 700
    assert due(index) is None
    for number in (0, 64, 129):
        assert nearest(await search(base, f"Вопрос про самовар {number}?")) == f"a{number:03}"


async def test_that_many_archived_articles_are_let_go_of(base: Base) -> None:
    articles = [article(f"a{n:03}", f"Вопрос про чайник {n}?") for n in range(200)]
    await base.save(*articles)
    for each in articles[: MERGE_AT_LEAST + 1]:
        await base.knowledge.archive(each.id, "editor")
    await base.knowledge.settled()
    index = base.knowledge.index
    assert index.size == 200 - MERGE_AT_LEAST - 1
    assert sum(len(segment.articles) for segment in index.segments) == index.size
    await base.knowledge.archive("a199", "editor")
    assert np.array_equal(base.knowledge.index.live[0], [True] * (index.size - 1) + [False])


async def test_that_a_base_all_of_which_is_archived_serves_nothing_and_fills_again(
    base: Base,
) -> None:
    articles = [article(f"a{n:03}", f"Вопрос про чайник {n}?") for n in range(60)]
    await base.save(*articles)
    for each in articles:
        await base.knowledge.archive(each.id, "editor")
    assert base.knowledge.index.size == 0
    assert (await search(base, "чайник")).article_ids == ()
    await base.save(PARKING)
    assert nearest(await search(base, "парковка")) == "parking"
