"""The base in use: its index follows every change, its own and those of other processes."""

import asyncio
from dataclasses import replace

import numpy as np
import pytest
from base_world import DEMO, SMALL, Base, Opening, article
from patience import PATIENCE_S
from test_index import nearest, search

from sufler.domain.errors import BadInput, NotFound
from sufler.domain.knowledge import ArticleStatus, Mode, Topic, Translation
from sufler.kb_index.formats import read_articles
from sufler.kb_index.merging import MERGE_AT_LEAST

QUERIES = ("почём курьер", "верните деньги", "forgot password", "чайник", "картой можно")


async def parts(base: Base, text: str) -> dict[str, list[float]]:
    found = await search(base, text)
    return dict(zip(found.article_ids, found.parts.round(4).tolist(), strict=True))


async def test_that_a_changed_article_is_found_by_the_next_query(small: Base) -> None:
    assert nearest(await search(small, "где запарковаться у магазина")) != "card"
    parking = article("card", "Где припарковаться у магазина?", "Во дворе.")
    before = small.knowledge.index.version
    await small.save(parking)
    assert small.knowledge.index.version > before
    assert nearest(await search(small, "где запарковаться у магазина")) == "card"
    assert small.knowledge.article("card").translations["ru"].answer == "Во дворе."
    found = await search(small, "можно ли платить картой?")
    assert "оплата картой" not in found.phrasings, "the old wording is gone"
    assert found.parts[found.article_ids.index("card")][0] < 0.7


async def test_that_an_archived_article_and_a_draft_are_not_found(small: Base) -> None:
    await small.knowledge.archive("return", "editor")
    assert "return" not in (await search(small, "как вернуть товар?")).article_ids
    assert small.knowledge.article("return") is None
    assert (await small.knowledge.get("return")).status is ArticleStatus.ARCHIVED
    await small.save(replace(SMALL[0], status=ArticleStatus.DRAFT))
    assert "cost" not in (await search(small, "сколько стоит доставка?")).article_ids
    assert small.knowledge.index.size == len(SMALL) - 2


async def test_that_an_older_revision_can_be_made_the_newest(small: Base) -> None:
    await small.save(article("card", "Где припарковаться?", "Во дворе."))
    restored = await small.knowledge.restore("card", 1, "editor")
    assert restored.translations == SMALL[4].translations
    assert restored.revision == 3
    assert nearest(await search(small, "оплата картой")) == "card"
    assert [kept.article.revision for kept in await small.knowledge.history("card")] == [3, 2, 1]
    with pytest.raises(NotFound, match="no revision 17"):
        await small.knowledge.restore("card", 17, "editor")
    with pytest.raises(NotFound):
        await small.knowledge.archive("nothing", "editor")


async def test_that_only_changed_texts_are_encoded(small: Base) -> None:
    small.encoder.texts()
    await small.save(replace(SMALL[1], phrasings=(*SMALL[1].phrasings, SMALL[2].phrasings[0])))
    assert small.encoder.texts() == [], "another article has the same words"
    changed = {"ru": Translation("Как вернуть товар?", "Примем за 30 дней.")}
    await small.save(replace(SMALL[1], translations=changed))
    assert set(small.encoder.texts()) == {
        "Примем за 30 дней.",
        "Как вернуть товар?\nПримем за 30 дней.",
    }
    await small.save(*SMALL[2:])
    assert small.encoder.texts() == [], "nothing has changed"


async def test_that_saving_what_is_stored_already_makes_no_new_version(small: Base) -> None:
    before = small.knowledge.index
    assert await small.knowledge.save(SMALL, "editor") == 0
    assert small.knowledge.index is before
    assert not await small.knowledge.refresh()


async def test_that_a_restart_encodes_nothing_and_finds_the_same(
    small: Base, opening: Opening
) -> None:
    async with opening() as again:
        assert again.encoder.asked == []
        assert again.knowledge.index.version == small.knowledge.index.version
        for text in QUERIES:
            assert await parts(again, text) == await parts(small, text)


async def test_that_a_base_filled_article_by_article_searches_as_one_filled_at_once(
    base: Base, opening: Opening
) -> None:
    for each in SMALL:
        await base.save(each)
    async with opening() as fresh:
        for text in QUERIES:
            assert await parts(base, text) == await parts(fresh, text)


async def test_that_merging_the_small_segment_changes_no_result(
    base: Base, opening: Opening
) -> None:
    titles = {each.id: each.in_language("ru")[1].title for each in read_articles(DEMO)}
    articles = [article(each, title) for each, title in titles.items()]
    assert len(articles) > 70 + MERGE_AT_LEAST - 10
    await base.save(*articles[:60])
    await base.knowledge.start()  # as a restart does: these are the large segment
    for each in articles[60:70]:
        await base.save(each)
    assert len(base.knowledge.index.segments) == 2
    async with opening() as fresh:
        for text in QUERIES:
            assert nearest(await search(base, text)) == nearest(await search(fresh, text))
    await base.save(*articles[70:])
    assert len(base.knowledge.index.segments) == 1
    assert base.knowledge.index.size == len(articles)
    async with opening() as fresh:
        for text in QUERIES:
            assert await parts(base, text) == await parts(fresh, text)


async def test_that_a_change_in_the_small_segment_replaces_what_it_held(small: Base) -> None:
    for number in range(5):
        await small.save(article("late", f"Вопрос номер {number}?", f"Ответ {number}."))
        index = small.knowledge.index
        assert index.size == len(SMALL) + 1
        assert index.article("late").translations["ru"].answer == f"Ответ {number}."
        assert [each.id for each in index.articles()].count("late") == 1
    await small.knowledge.archive("late", "editor")
    assert small.knowledge.index.size == len(SMALL)
    assert "late" not in (await search(small, "Вопрос номер 4?")).article_ids


async def test_that_another_process_s_change_is_followed(small: Base, opening: Opening) -> None:
    async with opening() as other:
        changed = small.database.wakeups.subscribe("knowledge")
        following = asyncio.create_task(small.knowledge.follow(changed))
        await other.save(article("parking", "Где припарковаться у магазина?"))
        await other.knowledge.archive("card", "editor")
        await other.set_topic(Topic("Вопросы", Mode.ANSWERS))
        async with asyncio.timeout(PATIENCE_S):
            while small.knowledge.index.version < other.knowledge.index.version:  # noqa: ASYNC110 - it tells nobody
                await asyncio.sleep(0.01)
        following.cancel()
        assert nearest(await search(small, "куда поставить машину")) == "parking"
        assert small.knowledge.article("card") is None
        assert small.knowledge.topics["Вопросы"].mode is Mode.ANSWERS


async def test_that_changes_made_at_once_by_two_processes_all_arrive(
    small: Base, opening: Opening
) -> None:
    async with opening() as other:
        await asyncio.gather(
            *(
                each.save(article(f"{name}{n}", f"Вопрос {name} {n}?"))
                for n in range(8)
                for name, each in (("a", small), ("b", other))
            )
        )
        for each in (small, other):
            await each.knowledge.refresh()
            assert each.knowledge.index.size == len(SMALL) + 16


async def test_that_a_snapshot_in_hand_stays_as_it_was(small: Base) -> None:
    held = small.knowledge.index
    masks = [mask.copy() for mask in held.live]
    await small.save(article("cost", "Совсем другое", "Другое."))
    await small.knowledge.archive("card", "editor")
    assert held.article("cost").translations == SMALL[0].translations
    assert held.article("card") is not None
    assert held.size == len(SMALL)
    for mask, was in zip(held.live, masks, strict=True):
        np.testing.assert_array_equal(mask, was)


async def test_that_progress_of_a_first_start_counts_to_its_end(
    base: Base, opening: Opening
) -> None:
    base.encoder.model_id = "another"  # so that nothing is stored yet
    told: list[tuple[str, int, int]] = []
    await base.save(*SMALL)
    base.encoder.model_id = "a third"
    await base.knowledge.start(lambda what, done, wanted: told.append((what, done, wanted)))
    assert told
    last = {what: (done, wanted) for what, done, wanted in told}
    assert all(done == wanted > 0 for done, wanted in last.values())


async def test_that_a_topic_s_mode_comes_with_the_next_index(small: Base) -> None:
    assert small.knowledge.topics["Вопросы"].mode is Mode.SUGGESTS
    await small.set_topic(Topic("Вопросы", Mode.ANSWERS, "demo"))
    assert small.knowledge.topics["Вопросы"] == Topic("Вопросы", Mode.ANSWERS, "demo")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (replace(SMALL[0], id=""), "id"),
        (replace(SMALL[0], id="x" * 201), "id"),
        (replace(SMALL[0], topic=" "), "topic"),
        (replace(SMALL[0], translations={}), "translations"),
        (article("x", " ", "Ответ."), "translations.ru"),
        (article("x", "Вопрос?", " "), "translations.ru"),
    ],
)
async def test_that_an_article_that_cannot_be_served_is_refused_and_nothing_is_stored(
    small: Base, wrong: object, field: str
) -> None:
    before = small.knowledge.index
    with pytest.raises(BadInput) as refused:
        await small.save(article("fine", "Хороший вопрос?"), wrong)  # type: ignore[arg-type]  # wrong on purpose
    assert refused.value.field == field
    with pytest.raises(NotFound):
        await small.knowledge.get("fine")
    assert small.knowledge.index is before


async def test_that_an_article_cannot_end_before_it_begins(small: Base) -> None:
    now = small.clock.now()
    with pytest.raises(BadInput, match="before it is valid"):
        await small.save(article("x", "Вопрос?", valid_from=now, valid_until=now))
