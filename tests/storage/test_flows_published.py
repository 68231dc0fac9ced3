"""Flows' versions: drafts, publication, history, what other processes see, and the articles that
stand for them; and customers' requests."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from patience import PATIENCE_S
from set_clock import SetClock
from sqlalchemy import insert

from sufler.desk.customer_requests import CustomerRequests
from sufler.desk.flow_book import FlowBook
from sufler.desk.published_flows import Published
from sufler.domain.administration import Act
from sufler.domain.errors import BadInput, Conflict, Forbidden, NotFound
from sufler.domain.flows import VersionState
from sufler.domain.knowledge import FLOW_TOPIC, Article, ArticleStatus, Phrasing, PhrasingSource
from sufler.domain.people import Caller, Role
from sufler.storage.articles import ArticleStore
from sufler.storage.audit import AuditStore
from sufler.storage.customer_requests import CustomerRequestStore, create
from sufler.storage.database import Database
from sufler.storage.flows import FlowStore
from sufler.storage.tables.conversations import conversations
from sufler.storage.tables.flows import flow_runs

EVA = Caller("person:eva", "Ева", Role.EDITOR, "eva")
ANNA = Caller("person:anna", "Анна", Role.OPERATOR, "anna")

GIFT = """
flow: gift
version: 7
title: {ru: Подарок, en: Gift}
triggers:
  phrasings: {ru: [упакуйте в подарок], en: [wrap it as a gift]}
  commands: [gift]
slots: {order: {kind: order_number, pattern: '[0-9]{4}'}}
steps:
  - {id: number, do: ask, slot: order, text: {ru: 'Какой заказ?', en: 'Which order?'}}
  - {id: done, do: end, text: {ru: 'Упакуем {order}.', en: 'We wrap {order}.'}}
"""
OTHER = """
flow: ribbon
version: 1
title: {ru: Лента, en: Ribbon}
triggers: {phrasings: {ru: [перевяжите лентой], en: [tie a ribbon]}}
steps:
  - {id: gift, do: run, flow: gift}
  - {id: done, do: end, text: {ru: 'Всё.', en: 'Done.'}}
"""


def book_over(database: Database, clock: SetClock) -> tuple[FlowBook, Published, ArticleStore]:
    """As one process has them."""
    records, articles = FlowStore(database), ArticleStore(database, clock)
    published = Published(records)
    return FlowBook(records, published, articles, clock), published, articles


def phrasings(article: Article) -> set[tuple[str, str]]:
    return {(each.text, each.source.value) for each in article.phrasings}


async def test_that_a_draft_is_published_changed_rolled_back_and_withdrawn(
    database: Database, clock: SetClock
) -> None:
    book, published, articles = book_over(database, clock)
    await book.save_draft(EVA, "gift", GIFT)
    assert not published.flows
    first = await book.publish(EVA, "gift")
    assert (first.number, first.state, first.by) == (1, VersionState.PUBLISHED, "Ева")
    assert published.flows["gift"].version == 1
    article = await articles.get("flow:gift")
    assert (article.topic, article.status) == (FLOW_TOPIC, ArticleStatus.PUBLISHED)
    assert article.translations["en"].title == "Gift"
    assert article.translations["ru"].answer == "Какой заказ?"

    await book.save_draft(EVA, "gift", GIFT.replace("wrap it as a gift", "gift wrap, please"))
    assert (await book.publish(EVA, "gift")).number == 2
    assert ("wrap it as a gift", "imported") not in phrasings(await articles.get("flow:gift"))
    with pytest.raises(NotFound, match="no draft"):
        await book.publish(EVA, "gift")
    with pytest.raises(Conflict):
        await book.roll_back(EVA, "gift", 2)

    back = await book.roll_back(EVA, "gift", 1)
    assert (back.number, back.text) == (3, GIFT)
    assert ("wrap it as a gift", "imported") in phrasings(await articles.get("flow:gift"))
    told = [(each.number, each.state) for each in await book.versions(ANNA, "gift")]
    retired = VersionState.RETIRED
    assert told == [(3, VersionState.PUBLISHED), (2, retired), (1, retired)]

    await book.withdraw(EVA, "gift")
    assert not published.flows
    assert (await articles.get("flow:gift")).status is ArticleStatus.ARCHIVED
    assert await book.text(ANNA, "gift") == GIFT
    listed = await book.list(ANNA)
    assert [(each.name, each.published, each.titles["ru"]) for each in listed] == [
        ("gift", None, "Подарок")
    ]
    told_of = [(act.what, act.details) for act in await AuditStore(database).newest(9)]
    assert told_of == [
        ("flow_withdrawn", "3"),
        ("flow_rolled_back", "3"),
        ("flow_published", "2"),
        ("flow_published", "1"),
    ]
    assert (await book.roll_back(EVA, "gift", 2)).number == 4
    assert (await articles.get("flow:gift")).status is ArticleStatus.PUBLISHED


async def test_that_what_was_learned_or_added_by_hand_outlives_a_new_publication(
    database: Database, clock: SetClock
) -> None:
    book, _, articles = book_over(database, clock)
    await book.save_draft(EVA, "gift", GIFT)
    await book.publish(EVA, "gift")
    before = await articles.get("flow:gift")
    learned = Phrasing("красиво упакуйте", "ru", PhrasingSource.LEARNED, "Анна")
    by_hand = Phrasing("с бантиком", "ru", PhrasingSource.EDITOR, "Ева")
    more = Article(
        before.id,
        before.topic,
        before.translations,
        (*before.phrasings, by_hand, learned),
        version=before.version,
    )
    await articles.save_many([more], "Ева")
    for changed in (
        replace(more, id="flow:other"),
        replace(more, topic="Доставка"),
        replace(more, status=ArticleStatus.ARCHIVED),
    ):
        with pytest.raises(BadInput, match="flow"):
            await articles.save_many([changed], "Ева")
    assert await book.reconcile() == 0
    await book.save_draft(EVA, "gift", GIFT.replace("[wrap it as a gift]", "[gift wrap]"))
    await book.publish(EVA, "gift")
    now = phrasings(await articles.get("flow:gift"))
    assert now == {
        ("упакуйте в подарок", "imported"),
        ("gift wrap", "imported"),
        ("с бантиком", "editor"),
        ("красиво упакуйте", "learned"),
    }


async def test_that_only_what_passes_its_check_is_published_and_only_by_who_may(
    database: Database, clock: SetClock
) -> None:
    book, published, articles = book_over(database, clock)
    with pytest.raises(Forbidden):
        await book.save_draft(ANNA, "gift", GIFT)
    with pytest.raises(BadInput, match="line 1"):
        await book.save_draft(EVA, "gift", "steps: *x")
    with pytest.raises(BadInput, match="small Latin"):
        await book.save_draft(EVA, "Gift!", GIFT)
    await book.save_draft(EVA, "gift", GIFT.replace("slot: order", "slot: odrer"))
    with pytest.raises(BadInput, match="published: number: the slot odrer is not described"):
        await book.publish(EVA, "gift")
    await book.save_draft(EVA, "gift", "just: words")
    with pytest.raises(BadInput, match="gift cannot be published: "):
        await book.publish(EVA, "gift")
    assert await FlowStore(database).published() == {}
    assert await articles.version() == 0

    await book.save_draft(EVA, "present", GIFT)
    assert [each.code for each in await book.check(GIFT, "present")] == ["name"]
    await book.drop_draft(EVA, "present")
    with pytest.raises(NotFound):
        await book.text(ANNA, "present")
    await book.save_draft(EVA, "gift", GIFT)
    with pytest.raises(Forbidden):
        await book.publish(ANNA, "gift")
    await book.publish(EVA, "gift")
    same = GIFT.replace("flow: gift", "flow: present")
    assert [each.code for each in await book.check(same)] == ["command"]
    await book.save_draft(EVA, "ribbon", OTHER)
    await book.publish(EVA, "ribbon")
    with pytest.raises(Conflict, match="ribbon runs it"):
        await book.withdraw(EVA, "gift")
    assert set(published.flows) == {"gift", "ribbon"}


async def test_that_files_are_published_all_or_none_and_only_where_they_differ(
    database: Database, clock: SetClock
) -> None:
    book, published, _ = book_over(database, clock)
    wrong = OTHER.replace("flow: gift}", "flow: gifts}")
    with pytest.raises(
        BadInput, match=r"b\.yaml cannot be published: gift: there is no flow gifts"
    ):
        await book.publish_texts(EVA, {"a.yaml": GIFT, "b.yaml": wrong})
    assert await FlowStore(database).published() == {}
    with pytest.raises(BadInput, match=r"b\.yaml: a\.yaml is the flow gift as well"):
        await book.publish_texts(EVA, {"a.yaml": GIFT, "b.yaml": GIFT})
    made = await book.publish_texts(EVA, {"b.yaml": OTHER, "a.yaml": GIFT})
    assert {each.name for each in made} == set(published.flows) == {"gift", "ribbon"}
    again = await book.publish_texts(EVA, {"b.yaml": OTHER, "a.yaml": GIFT + "# more\n"})
    assert [(each.name, each.number) for each in again] == [("gift", 2)]


async def test_that_a_draft_that_somebody_else_changed_is_neither_overwritten_nor_published(
    database: Database, clock: SetClock
) -> None:
    book, _, _ = book_over(database, clock)
    seen = await book.save_draft(EVA, "gift", GIFT)
    clock.pass_(seconds=1)
    other = await book.save_draft(EVA, "gift", GIFT + "# changed\n", seen.at)
    with pytest.raises(Conflict):
        await book.save_draft(EVA, "gift", GIFT + "# mine\n", seen.at)
    assert await book.text(EVA, "gift") == other.text
    tries = [book.publish(EVA, "gift"), book.publish(EVA, "gift")]
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(each).__name__ for each in done) in (
        ["Conflict", "FlowVersion"],
        ["FlowVersion", "NotFound"],
    )
    assert await FlowStore(database).published() == {"gift": 1}


async def test_that_another_process_follows_a_publication_and_mends_what_was_cut_off(
    database: Database, database_url: str, clock: SetClock
) -> None:
    second = Database(database_url)
    book, _, articles = book_over(database, clock)
    theirs, their_flows, _ = book_over(second, clock)
    changed = second.wakeups.subscribe("flows")
    following = (second.wakeups.run(), their_flows.follow(changed))
    work = [asyncio.create_task(each) for each in following]
    try:
        await book.save_draft(EVA, "gift", GIFT)
        await book.publish(EVA, "gift")
        async with asyncio.timeout(PATIENCE_S):
            while "gift" not in their_flows.flows:  # noqa: ASYNC110 - it tells nobody
                await asyncio.sleep(0.01)
            await book.withdraw(EVA, "gift")
            while "gift" in their_flows.flows:  # noqa: ASYNC110 - it tells nobody
                await asyncio.sleep(0.01)
    finally:
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
    # A publisher ended between the version and its article: the next start puts that in line.
    act = Act(clock.now(), EVA.id, EVA.name, "flow_published", "gift")
    await FlowStore(database).publish("gift", GIFT, "Ева", clock.now(), act, draft=False)
    assert (await articles.get("flow:gift")).status is ArticleStatus.ARCHIVED
    assert await theirs.reconcile() == 1
    assert (await articles.get("flow:gift")).status is ArticleStatus.PUBLISHED
    assert await theirs.reconcile() == 0
    await second.close()


async def test_that_figures_tell_where_people_give_up(database: Database, clock: SetClock) -> None:
    await a_talk(database, clock)
    ways = [
        ("finished", "done", ["number", "done"], 0),
        ("finished", "done", ["number", "done"], 40),
        ("left", "number", ["number"], 0),
        ("handed_off", "number", ["number", "number"], 0),
        ("", "number", ["number"], 0),
    ]
    async with database.write() as connection:
        for number, (outcome, step, path, days) in enumerate(ways):
            at = clock.now() - timedelta(days=days)
            row = {"id": f"r{number}", "conversation_id": "talk", "episode": 1, "flow": "gift"}
            row |= {"version": 1, "state": {}, "step": step, "waiting": "slot", "path": path}
            row |= {"outcome": outcome, "started_at": at, "changed_at": at}
            await connection.execute(insert(flow_runs).values(row))
    book, _, _ = book_over(database, clock)
    told = await book.figures(ANNA, "gift")
    assert told.started == 5
    assert told.ended == {"finished": 2, "left": 1, "handed_off": 1, "": 1}
    assert told.reached == {"number": 5, "done": 2}
    assert told.gave_up == {"number": 2}
    lately = await book.figures(ANNA, "gift", clock.now() - timedelta(days=30))
    assert (lately.started, lately.reached) == (4, {"number": 4, "done": 1})
    assert (await book.figures(ANNA, "ribbon")).started == 0


async def test_that_a_request_is_created_once_listed_and_done_by_who_was_first(
    database: Database, clock: SetClock
) -> None:
    await a_talk(database, clock)
    numbers = []
    for key in ("run1:step", "run1:step", "run2:step"):
        async with database.write() as connection:
            numbers.append(
                await create(
                    connection, key, "talk", "goods", "Обмен", {"Заказ": "4512"}, clock.now()
                )
            )
    assert numbers[0] == numbers[1] < numbers[2]
    desk = CustomerRequests(CustomerRequestStore(database), clock)
    assert [each.number for each in await desk.page(ANNA)] == [numbers[2], numbers[0]]
    assert [each.number for each in await desk.page(ANNA, before=numbers[2])] == [numbers[0]]
    done = await desk.finish(ANNA, numbers[0])
    assert (done.done_by, done.done_at) == ("Анна", clock.now())
    clock.pass_(hours=1)
    assert await desk.finish(EVA, numbers[0]) == done
    assert [each.number for each in await desk.page(ANNA)] == [numbers[2]]
    assert [each.number for each in await desk.page(ANNA, done=True)] == [numbers[0]]
    assert (await desk.finish(EVA, numbers[0], done=False)).done_at is None
    assert len(await desk.page(ANNA, done=None)) == 2
    told = [act.what for act in await AuditStore(database).newest(9)]
    assert told == ["request_reopened", "request_done"]
    with pytest.raises(NotFound):
        await desk.finish(ANNA, 9999)
    # As the page has them: the one that waits longest first, by queue.
    async with database.write() as connection:
        last = await create(connection, "run3:step", "talk", "", "Звонок", {}, clock.now())
    assert await desk.queues(ANNA) == {"goods": 2, "": 1}
    assert [each.number for each in await desk.waiting(ANNA)] == [numbers[0], numbers[2], last]
    goods = await desk.waiting(ANNA, queue="goods", after=numbers[0])
    assert [each.number for each in goods] == [numbers[2]]
    await desk.finish(ANNA, last)
    assert [each.number for each in await desk.waiting(ANNA, queue="")] == []


async def a_talk(database: Database, clock: SetClock) -> None:
    row: dict[str, Any] = {
        "id": "talk",
        "channel": "web",
        "customer_id": "c",
        "customer_name": "Мария",
    }
    row |= {"customer_first_name": "Мария", "owner": "bot", "language": "ru"}
    row |= {"created_at": clock.now(), "updated_at": clock.now()}
    row |= {"episode": 1, "open": True, "ticket": 1}
    async with database.write() as connection:
        await connection.execute(insert(conversations).values(row))
