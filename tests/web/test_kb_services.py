"""The services behind the knowledge pages: near-duplicates, many at once, addresses, drafts."""

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import pytest
from base_world import Base, article

from sufler.domain.knowledge import Article, ArticleStatus
from sufler.kb_index.catalogue import Catalogue, Only, Order
from sufler.storage.article_pages import ArticlePages
from sufler.storage.articles import ArticleStore
from sufler.web.kb_bulk import Bulk, with_status, with_topic
from sufler.web.kb_drafts import UnsavedForms
from sufler.web.kb_form import Form
from sufler.web.kb_list_state import ListState
from sufler.web.kb_near import near_duplicates
from sufler.web.kb_paths import article_path, signed_name
from sufler.web.kb_services import UseCounts

AT = datetime(2026, 5, 1, tzinfo=UTC)


async def near(base: Base, given: Article, before: Article | None = None) -> list[str]:
    store = ArticleStore(base.database, base.clock)
    catalogue = Catalogue(store, ArticlePages(base.database).every, base.knowledge.article)
    await catalogue.refresh()
    found = await near_duplicates(given, before, catalogue, base.prompter)
    return [each.other.id for each in found]


async def test_that_a_nearly_equal_question_of_another_article_is_told(small: Base) -> None:
    assert await near(small, article("new", "Сколько стоит  доставка")) == ["cost"]
    assert await near(small, article("new", "Где вы?", "Тут.", "Почём  курьер?")) == ["cost"]
    assert await near(small, article("new", "Где ваш склад?")) == []


async def test_that_a_draft_is_found_by_its_title_and_an_archived_article_is_not(
    small: Base,
) -> None:
    draft = article("draft", "Как подписать открытку?", status=ArticleStatus.DRAFT)
    await small.save(draft, replace(draft, id="gone", status=ArticleStatus.ARCHIVED))
    assert await near(small, article("new", "Как подписать открытку")) == ["draft"]


async def test_that_numbers_make_questions_different(small: Base) -> None:
    await small.save(article("t2", "Что входит в тариф 2?"))
    assert await near(small, article("t3", "Что входит в тариф 3?")) == []


async def test_that_what_was_published_before_is_not_told_again(small: Base) -> None:
    twin = article("twin", "Сколько стоит доставка")
    assert await near(small, replace(twin, topic="Другое"), before=twin) == []
    longer = article("twin", "Сколько стоит доставка", "Да.", "как вернуть товар")
    assert await near(small, longer, before=twin) == ["return"]


async def test_that_many_are_changed_at_once_and_back_but_for_what_was_changed_since(
    small: Base,
) -> None:
    bulk = Bulk(small.knowledge)
    version = small.knowledge.index.version
    ids = ["cost", "return", "card", "unknown"]
    done = await bulk.change(ids, "kb_bulk_moved", with_topic("Новая"), "Ева")
    assert small.knowledge.index.version == version + 1
    assert [each.id for each in done.before] == ["cost", "return", "card"]
    await small.save(replace(await small.knowledge.get("card"), owner="egor"))
    assert await bulk.undo(done, "Ева") == (2, 1)
    assert (await small.knowledge.get("cost")).topic == "Вопросы"
    assert (await small.knowledge.get("card")).topic == "Новая"


async def test_that_archiving_many_takes_them_out_at_once(small: Base) -> None:
    await Bulk(small.knowledge).change(
        ["cost"], "kb_bulk_archived", with_status(ArticleStatus.ARCHIVED), "Ева"
    )
    assert await small.best("сколько стоит доставка") != "cost"


def test_that_a_list_is_whole_in_its_address() -> None:
    state = ListState("Тема & «ё»", Only.NEVER_USED, "слова #1", Order.USED, 3)
    query = dict(parse_qsl(state.address().partition("?")[2]))
    assert ListState().address() == "/kb"
    assert query["page"] == "4"
    assert ListState.read(query) == state


@pytest.mark.parametrize("page", ["-1", "x", "", "٣", "9" * 400, "0"])
def test_that_a_senseless_address_is_the_whole_list(page: str) -> None:
    query = {"page": page, "only": "<script>", "order": "?", "q": "х" * 300}
    state = ListState.read(query)
    assert (state.page, state.only, state.order, len(state.words)) == (0, None, Order.CHANGED, 200)


def test_that_an_id_of_any_signs_has_an_address() -> None:
    assert article_path("a/b?c#d %") == "/kb/articles/a%2Fb%3Fc%23d%20%25"
    assert signed_name("Ева (person:12ab), undo of import 3") == "Ева, undo of import 3"
    assert signed_name("Ева (главная)") == "Ева (главная)"


def test_that_unsaved_texts_are_each_persons_own() -> None:
    kept: UnsavedForms[Form] = UnsavedForms()
    form = Form(titles={"ru": "Как?"})
    kept.keep("person:1", "a", form, AT)
    form.titles["ru"] = "Иначе?"
    found = kept.of("person:1", "a")
    assert found is not None
    assert found.form.titles == {"ru": "Как?"}
    assert kept.of("person:2", "a") is None
    kept.drop("person:1", "a")
    assert kept.of("person:1", "a") is None


async def test_that_uses_are_counted_anew_after_a_while(small: Base) -> None:
    asked: list[int] = []

    async def read() -> dict[str, int]:
        asked.append(1)
        return {"cost": len(asked)}

    uses = UseCounts(read, small.clock)
    assert [await uses.counts(), await uses.counts()] == [{"cost": 1}, {"cost": 1}]
    small.clock.move(minutes=1)
    assert await uses.counts() == {"cost": 2}
