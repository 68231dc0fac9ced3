"""The catalogue of all articles: what lists show, and that it follows the base."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from base_world import Base, article

from sufler.domain.knowledge import Article, ArticleStatus, Phrasing, Translation
from sufler.kb_index.catalogue import Catalogue, Only, Order, Wanted
from sufler.storage.article_pages import ArticlePages
from sufler.storage.articles import ArticleStore

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
BOTH = {"ru": Translation("Ёлка", "Ответ"), "en": Translation("Tree", "Answer")}
ARTICLES = (
    article("cost", "Сколько стоит ДОСТАВКА?", "Курьер, 8 800 100.", "почём курьер"),
    article("old", "Акция", "Была.", valid_until=NOW - timedelta(days=1)),
    article("draft", "Черновик", "Ещё пишем.", status=ArticleStatus.DRAFT, topic="Другое"),
    article("gone", "Убрана", "Нет.", status=ArticleStatus.ARCHIVED),
    Article("tree", "Вопросы", BOTH, (Phrasing("ель", "ru"),)),
)


@pytest.fixture
async def catalogue(base: Base) -> Catalogue:
    await base.save(*ARTICLES)
    store = ArticleStore(base.database, base.clock)
    pages = ArticlePages(base.database)
    made = Catalogue(store, pages.every, base.knowledge.article)
    await made.refresh()
    return made


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (Wanted(order=Order.TITLE), ["old", "tree", "cost", "draft"]),
        (Wanted(only=Only.PUBLISHED), ["cost", "old", "tree"]),
        (Wanted(only=Only.DRAFT), ["draft"]),
        (Wanted(only=Only.EXPIRED), ["old"]),
        (Wanted(only=Only.UNTRANSLATED), ["cost", "draft", "old"]),
        (Wanted(only=Only.ARCHIVED), ["gone"]),
        (Wanted(only=Only.NEVER_USED, uses={"cost": 3}), ["old", "tree"]),
        (Wanted(order=Order.USED, uses={"tree": 2, "old": 5}), ["old", "tree", "cost", "draft"]),
        (Wanted(topic="Другое"), ["draft"]),
        (Wanted(words="доставка стоит"), ["cost"]),
        (Wanted(words="8 800"), ["cost"]),
        (Wanted(words="ЕЛЬ"), ["tree"]),
        (Wanted(words="почём ель"), []),
        (Wanted(words="убрана"), []),
    ],
)
async def test_that_a_list_holds_what_is_wanted_in_order(
    catalogue: Catalogue, wanted: Wanted, ids: list[str]
) -> None:
    assert await catalogue.select(wanted, NOW) == ids


async def test_that_topics_are_counted_without_archived_articles(catalogue: Catalogue) -> None:
    assert catalogue.topics == {"Вопросы": 3, "Другое": 1}


async def test_that_it_follows_every_change(base: Base, catalogue: Catalogue) -> None:
    assert not await catalogue.refresh()
    await base.knowledge.archive("cost", "editor")
    await base.save(replace(ARTICLES[2], topic="Вопросы"))
    assert await catalogue.refresh()
    assert await catalogue.select(Wanted(only=Only.ARCHIVED), NOW) == ["cost", "gone"]
    assert catalogue.topics == {"Вопросы": 3}
    assert catalogue.get("draft") == await base.knowledge.get("draft")


async def test_that_published_articles_are_not_in_memory_twice(
    base: Base, catalogue: Catalogue
) -> None:
    assert catalogue.get("tree") is base.knowledge.article("tree")


async def test_that_lookers_at_one_moment_all_see_the_change(
    base: Base, catalogue: Catalogue
) -> None:
    await base.save(article("new", "Новая"))
    await asyncio.gather(*(catalogue.refresh() for _ in range(5)))
    assert catalogue.get("new") is not None
