"""Articles: one version a write, nothing half-done, every change kept."""

import asyncio
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from set_clock import SetClock
from sqlalchemy import text

from sufler.domain.errors import BadInput, Conflict, NotFound
from sufler.domain.knowledge import (
    OTHER_TOPIC,
    Article,
    ArticleStatus,
    Mode,
    Phrasing,
    PhrasingSource,
    Topic,
    Translation,
)
from sufler.storage.articles import PAGE, ArticleStore
from sufler.storage.database import Database


def article(name: str, answer: str = "Да.", topic: str = "Доставка") -> Article:
    return Article(name, topic, {"ru": Translation(f"Вопрос {name}?", answer)})


FULL = Article(
    id="full",
    topic="Оплата",
    translations={
        "ru": Translation("Как платить?", "Картой **или** {today}."),
        "en": Translation("How to pay?", "By card."),
    },
    phrasings=(
        Phrasing("чем платить", "ru", PhrasingSource.IMPORTED, "Анна", 0.5),
        Phrasing("pay??", "en"),
    ),
    status=ArticleStatus.DRAFT,
    valid_from=datetime(2026, 1, 1, tzinfo=UTC),
    valid_until=datetime(2027, 1, 1, tzinfo=UTC),
    owner="anna",
    other_language_ok=True,
)


@pytest.fixture
def store(database: Database, clock: SetClock) -> ArticleStore:
    return ArticleStore(database, clock)


async def everything(store: ArticleStore) -> list[str]:
    return [each.id async for each in store.all()]


async def test_that_an_article_comes_back_whole(store: ArticleStore, clock: SetClock) -> None:
    assert await store.save_many([FULL], "anna") == 1
    assert await store.get("full") == replace(FULL, revision=1, updated_at=clock.now())


async def test_that_an_empty_base_has_version_zero_and_nothing_in_it(store: ArticleStore) -> None:
    assert await store.version() == 0
    assert await everything(store) == []
    assert await store.topics() == []
    assert await store.changed_since(0) == []
    for ask in (store.get, store.history):
        with pytest.raises(NotFound):
            await ask("nothing")


async def test_that_each_write_makes_exactly_one_version(store: ArticleStore) -> None:
    await store.save_many([article(str(number)) for number in range(3 * PAGE + 1)], "import")
    assert await store.version() == 1
    await store.save_many([article("1", "Нет.")], "anna")
    assert await store.version() == 2
    await store.set_topic(Topic("Доставка", Mode.ANSWERS, "demo"), "anna")
    assert await store.version() == 3


async def test_that_saving_the_same_again_writes_nothing(store: ArticleStore) -> None:
    articles = [FULL, article("a"), article("b")]
    assert await store.save_many(articles, "import") == 3
    assert await store.save_many(articles, "import") == 0
    assert await store.save_many([await store.get("a")], "import") == 0
    assert await store.save_many([], "import") == 0
    await store.set_topic((await store.topics())[0], "anna")
    assert await store.version() == 1
    assert len(await store.history("a")) == 1


async def test_that_only_what_changed_is_written(store: ArticleStore) -> None:
    await store.save_many([article("a"), article("b")], "import")
    assert await store.save_many([article("a"), article("b", "Иначе."), article("c")], "x") == 2
    assert [(c.version, c.article.id) for c in await store.changed_since(1)] == [
        (2, "b"),
        (2, "c"),
    ]
    assert (await store.get("a")).revision == 1
    assert (await store.get("b")).revision == 2


async def test_that_of_one_article_twice_in_one_import_the_later_wins(store: ArticleStore) -> None:
    await store.save_many([article("a", "old"), article("a", "new"), article("a", "new")], "x")
    assert (await store.get("a")).translations["ru"].answer == "new"
    assert [kept.article.revision for kept in await store.history("a")] == [2, 1]
    assert await store.version() == 1


async def test_that_a_source_that_fails_half_way_leaves_nothing(store: ArticleStore) -> None:
    await store.save_many([article("before")], "x")

    def failing() -> Iterator[Article]:
        for number in range(2 * PAGE):
            yield article(f"a{number}", topic=f"topic {number}")
        raise BadInput("row 1001 of the file is broken", field="row")

    with pytest.raises(BadInput, match="row 1001"):
        await store.save_many(failing(), "x")
    assert await everything(store) == ["before"]
    assert [topic.name for topic in await store.topics()] == ["Доставка"]
    assert await store.version() == 1


async def test_that_what_cannot_be_stored_is_bad_input_and_leaves_nothing(
    store: ArticleStore,
) -> None:
    weightless = replace(FULL, phrasings=(Phrasing("x", "ru", weight=float("nan")),))
    for broken in (article("a", "half \ud800 a pair"), weightless):
        with pytest.raises(BadInput):
            await store.save_many([article("fine"), broken], "x")
    assert await everything(store) == []


async def test_that_every_change_is_kept_and_can_be_restored(
    store: ArticleStore, clock: SetClock
) -> None:
    first = clock.now()
    await store.save_many([article("a", "first")], "anna")
    clock.pass_(hours=1)
    await store.save_many([article("a", "second")], "boris")
    newest, oldest = await store.history("a")
    assert (newest.author, newest.at, newest.article.revision) == ("boris", clock.now(), 2)
    assert (oldest.author, oldest.at, oldest.article.revision) == ("anna", first, 1)
    assert await store.save_many([oldest.article], "vera") == 1
    restored = await store.get("a")
    assert (restored.translations["ru"].answer, restored.revision) == ("first", 3)
    assert [kept.author for kept in await store.history("a")] == ["vera", "boris", "anna"]


async def test_that_an_archived_article_leaves_the_list_but_not_the_history(
    store: ArticleStore,
) -> None:
    await store.save_many([article("a"), article("b")], "x")
    await store.save_many([replace(await store.get("a"), status=ArticleStatus.ARCHIVED)], "x")
    assert await everything(store) == ["b"]
    assert (await store.get("a")).status is ArticleStatus.ARCHIVED
    assert [change.article.id for change in await store.changed_since(1)] == ["a"]
    assert len(await store.history("a")) == 2


async def test_that_a_writer_who_saw_an_older_revision_is_told_and_writes_nothing(
    store: ArticleStore,
) -> None:
    await store.save_many([article("a", "Первый.")], "Анна", {"a": 0})
    await store.save_many([article("a", "Второй.")], "Борис", {"a": 1})
    with pytest.raises(Conflict) as refused:
        await store.save_many([article("b"), article("a", "Третий.")], "Анна", {"a": 1, "b": 0})
    assert refused.value.field == "revision"
    assert (await store.get("a")).translations["ru"].answer == "Второй."
    assert await everything(store) == ["a"]


async def test_that_topics_are_made_as_suggests_and_keep_their_mode(store: ArticleStore) -> None:
    await store.save_many([article("a"), article("b", topic="")], "x")
    assert await store.topics() == [Topic("Доставка"), Topic(OTHER_TOPIC)]
    set_topic = Topic("Доставка", Mode.ANSWERS, "demo")
    await store.set_topic(set_topic, "anna")
    await store.set_topic(Topic("Новая", Mode.OBSERVES), "anna")
    await store.save_many([article("c")], "x")
    assert await store.topics() == [
        set_topic,
        Topic("Новая", Mode.OBSERVES),
        Topic(OTHER_TOPIC),
    ]


async def test_that_reading_in_pages_misses_and_repeats_nothing(store: ArticleStore) -> None:
    names = sorted(f"a{number}" for number in range(2 * PAGE + 7))
    await store.save_many([article(name) for name in reversed(names)], "x")
    assert await everything(store) == names
    found = await store.get_many([*names, "nothing"])
    assert list(found) == names


async def test_that_the_log_names_author_and_moment_of_each_version(
    store: ArticleStore, database: Database, clock: SetClock
) -> None:
    await store.save_many([article("a")], "anna")
    await store.set_topic(Topic("Доставка", Mode.ANSWERS), "boris")
    async with database.read() as connection:
        rows = await connection.execute(
            text("SELECT version, article_id, revision, topic, author FROM knowledge_log")
        )
        assert [tuple(row) for row in rows] == [
            (1, "a", 1, None, "anna"),
            (2, None, None, "Доставка", "boris"),
        ]


async def test_that_writers_at_one_moment_get_different_versions(store: ArticleStore) -> None:
    await asyncio.gather(*[store.save_many([article(str(n))], "x") for n in range(20)])
    assert await store.version() == 20
    assert sorted(c.version for c in await store.changed_since(0)) == list(range(1, 21))


async def test_that_a_long_import_keeps_memory_bounded(store: ArticleStore) -> None:
    count = 6_000
    long_answer = "Подробный ответ. " * 60

    def lazily() -> Iterator[Article]:
        for number in range(count):
            yield article(str(number), f"{number} {long_answer}", f"topic {number % 50}")

    tracemalloc.start()
    try:
        assert await store.save_many(lazily(), "import") == count
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # The bodies alone are 12 MB: in memory at once they would take far more than this.
    assert peak < 8e6
    assert await store.version() == 1
    assert await store.save_many(lazily(), "import") == 0
