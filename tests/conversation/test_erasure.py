"""One customer, exported whole and erased everywhere: not a byte of them stays."""

import asyncio
import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from conversation_world import ANNA, World
from sqlalchemy import insert, select

from sufler.conversation.live import LiveEvents
from sufler.desk.customers import WHOLE, Customers
from sufler.domain.alerts import Alert, AlertKind
from sufler.domain.conversation import Attachment, Customer, Incoming, IncomingKind
from sufler.domain.customers import learned_from
from sufler.domain.decisions import Feedback, FeedbackAction
from sufler.domain.desk import CustomerField, Draft
from sufler.domain.errors import Conflict, Forbidden, NotFound
from sufler.domain.knowledge import Article, Phrasing, PhrasingSource, Translation
from sufler.domain.learning import Golden, Proposal, ProposalKind, ProposalState
from sufler.domain.people import Caller, Role
from sufler.domain.ports import KeptAnswer
from sufler.kb_index.vectors import content_hash
from sufler.storage.alerts import AlertStore
from sufler.storage.articles import ArticleStore
from sufler.storage.audit import AuditStore
from sufler.storage.customers import CustomerStore
from sufler.storage.erasure import PAGES, ErasureStore
from sufler.storage.files import FileStore
from sufler.storage.golden import GoldenStore
from sufler.storage.idempotency import IdempotencyStore
from sufler.storage.learned import propose
from sufler.storage.tables import metadata
from sufler.storage.tables.customers import removals
from sufler.storage.tables.queues import notes
from sufler.storage.vectors import VectorStore

ROOT = Caller("person:root", "Главный", Role.ADMINISTRATOR, "root")
MARK = "зелёный крокодил ZQXJ"
NAME = "Оля К."
FILE = b"ZQXJ picture of a crocodile"


class Shop:
    """A talk with everything in it: a file, an edit, a note, feedback, a learned phrasing."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.folder = folder
        database, clock = world.database, world.clock
        self.files = FileStore(database, folder, clock)
        self.eraser = ErasureStore(database, folder, clock)
        self.audit = AuditStore(database)
        self.articles = ArticleStore(database, clock)
        self.vectors = VectorStore(database)
        store = CustomerStore(database)
        self.customers = Customers(store, self.eraser, self.files, self.audit, LiveEvents(), clock)

    async def fill(self) -> None:
        world = self.world
        world.shelf.put("a", "ответ про крокодила")
        world.prompter.fits[MARK] = [("a", 0.9)]
        await world.hire(ANNA)
        await world.say(MARK, external_id="first")
        await self.send_file()
        await world.turns.receive(
            Incoming(
                channel="test",
                external_id="edit",
                customer=Customer("c1", NAME, "Оля"),
                kind=IncomingKind.EDIT,
                text=f"{MARK} исправлено",
                about="first",
            )
        )
        await world.turns.drain()
        talk = await world.conversation()
        await world.desk.reply(ANNA, talk.id, f"Уважаемая Оля, ваш {MARK} готов")
        await world.turns.drain()
        async with world.database.write() as connection:
            await connection.execute(
                insert(notes).values(
                    conversation_id=talk.id,
                    at=world.clock.now(),
                    by="person:anna",
                    by_name="Анна",
                    text=f"капризная, {MARK}",
                )
            )
        workplace = world.desk.workplace
        await workplace.drafts.save(ANNA, talk.id, Draft(f"насчёт {MARK}"))
        await workplace.cards.save_field(ROOT, CustomerField("pet", {"ru": "Питомец"}))
        given = {"pet": MARK}
        await workplace.cards.change(ANNA, talk.id, revision=0, tags=["крокодил"], values=given)
        await workplace.cards.add_note(ANNA, talk.id, f"любит, когда {MARK}")
        alert = Alert("anna", talk.id, AlertKind.ASSIGNED, world.clock.now())
        await AlertStore(world.database).add([alert], world.clock.now())
        (suggestion_id, *_) = [m.suggestion_id for m in await world.history() if m.suggestion_id]
        await world.suggestions.add_feedback(
            Feedback(
                suggestion_id,
                FeedbackAction.EDITED,
                "person:anna",
                world.clock.now(),
                "a",
                f"иначе: {MARK}",
            )
        )
        await self.learn(talk.id)
        await self.propose(talk.id)
        await self.keep_answer(talk.id)

    async def send_file(self) -> None:
        async def stream() -> AsyncIterator[bytes]:
            yield FILE

        stored = await self.files.put(
            stream(), "ZQXJ.png", "image/png", 1000, channel="test", customer_id="c1"
        )
        attached = Attachment(stored.id, stored.kind, stored.name, stored.media_type, stored.size)
        await self.world.turns.receive(
            Incoming(
                channel="test",
                external_id="with a file",
                customer=Customer("c1", NAME, "Оля"),
                kind=IncomingKind.TEXT,
                text="вот",
                attachments=(attached,),
            )
        )
        await self.world.turns.drain()

    async def learn(self, talk: str) -> None:
        """As learning will do it: the phrasing names the conversation that it came from."""
        learned = Phrasing(MARK, "ru", PhrasingSource.LEARNED, learned_from(talk))
        ours = Phrasing("наша", "ru")
        one = Article("a", "Т", {"ru": Translation("О чём", "Ответ")}, phrasings=(ours, learned))
        await self.articles.save_many([one], "ed")
        changed = Article("a", "Т", {"ru": Translation("О чём", "Да")}, phrasings=(ours, learned))
        await self.articles.save_many([changed], "ed")
        key = content_hash(MARK, "query")
        await self.vectors.put_many("m", {key: np.ones(3, dtype=np.float32)})

    async def propose(self, talk: str) -> None:
        """As learning does it: a proposal, and a golden question that an editor made of it."""
        now = self.world.clock.now()
        waits = (0, ProposalKind.ARTICLE, ProposalState.OPEN, f"где {MARK}", "ru", "person:anna")
        async with self.world.database.write() as connection:
            await propose(connection, Proposal(*waits, now, conversation_id=talk))
        question = Golden(0, f"чей {MARK}", "ru", "a", "ed", now, conversation_id=talk)
        await GoldenStore(self.world.database, self.world.clock).add([question])

    async def keep_answer(self, talk: str) -> None:
        kept = IdempotencyStore(self.world.database, self.world.clock)
        for name, body in (("theirs", {"id": talk, "text": MARK}), ("others", {"id": "x"})):
            holder = await kept.begin(name, "f")
            assert isinstance(holder, str)
            await kept.keep(name, holder, KeptAnswer(200, {}, json.dumps(body).encode()))


@pytest.fixture
async def shop(world: World, tmp_path: Path) -> Shop:
    made = Shop(world, tmp_path / "files")
    await made.fill()
    return made


async def traces(world: World, *signs: str) -> list[str]:
    """Tables in which one of `signs` is to be read."""
    found = []
    async with world.database.read() as connection:
        for table in metadata.sorted_tables:
            rows = str([tuple(row) for row in await connection.execute(select(table))])
            found += [f"{table.name}: {sign}" for sign in signs if sign in rows]
    return found


async def test_that_an_export_holds_everything(shop: Shop, tmp_path: Path) -> None:
    target = tmp_path / "out.zip"
    count = await shop.customers.export(ROOT, "test", "c1", target)
    with zipfile.ZipFile(target) as archive:
        whole = json.loads(archive.read(WHOLE))
        (file,) = [name for name in archive.namelist() if name.startswith("files/")]
        assert archive.read(file) == FILE
    assert count == len(whole["messages"])
    assert whole["conversations"][0]["customer_name"] == NAME
    kinds = ("messages", "message_versions", "suggestions", "feedback", "notes")
    for kind in (*kinds, "drafts", "customer_notes", "conversations"):
        assert any(MARK in str(row) for row in whole[kind]), kind
    assert whole["alerts"]
    assert whole["events"] and whole["episodes"] and whole["files"]  # noqa: PT018
    assert (await shop.audit.newest(1))[0].what == "customer_exported"


async def test_that_after_an_erasure_no_table_has_a_trace(shop: Shop) -> None:
    world = shop.world
    talk = (await world.conversation()).id
    signs = ("ZQXJ", "Оля", talk, "'c1'", ":c1'", "крокодил")
    assert await traces(world, *signs)
    erased = await shop.customers.erase(ROOT, "test", "c1")
    assert await traces(world, *signs) == []
    assert erased.of("messages") > 2
    assert erased.of("files") == 1
    assert erased.of("phrasings") == 1
    assert not [file for file in shop.folder.rglob("*") if file.is_file()]
    (act, *_) = await shop.audit.newest(1)
    assert (act.what, act.by_name, act.subject) == ("customer_erased", "Главный", "test")
    assert f"messages {erased.of('messages')}" in act.details
    with pytest.raises(NotFound):
        await shop.customers.erase(ROOT, "test", "c1")


async def test_that_not_a_byte_stays_in_an_sqlite_file(shop: Shop) -> None:
    file = shop.world.database.file
    if file is None:
        return  # PostgreSQL keeps its files itself
    signs = [each.encode() for each in ("ZQXJ", "Оля К.", "крокодил")]
    there = [each for each in file.parent.iterdir() if each.is_file()]
    assert any(sign in each.read_bytes() for each in there for sign in signs)
    await shop.customers.erase(ROOT, "test", "c1")
    for each in file.parent.rglob("*"):
        if each.is_file():
            assert not [sign for sign in signs if sign in each.read_bytes()], each


async def test_that_what_was_learned_from_them_goes_from_the_article_and_its_history(
    shop: Shop,
) -> None:
    before = await shop.articles.version()
    await shop.customers.erase(ROOT, "test", "c1")
    assert await shop.articles.version() == before + 1
    (change,) = await shop.articles.changed_since(before)
    assert [each.text for each in change.article.phrasings] == ["наша"]
    for revision in await shop.articles.history("a"):
        assert MARK not in str(revision)
    assert not await shop.vectors.get_many("m", [content_hash(MARK, "query")])


async def test_that_others_keep_what_is_theirs(shop: Shop) -> None:
    world = shop.world
    await world.say("другой вопрос", customer="c2", first_name="Вася")
    before = await world.history("c2")
    await shop.customers.erase(ROOT, "test", "c1")
    assert await world.history("c2") == before
    kept = IdempotencyStore(world.database, world.clock)
    assert isinstance(await kept.begin("others", "f"), KeptAnswer)
    with pytest.raises(Conflict):  # it was done, and is not done again
        await kept.begin("theirs", "f")


async def test_that_a_message_is_not_taken_again_and_a_new_one_opens_a_new_talk(
    shop: Shop,
) -> None:
    world = shop.world
    old = (await world.conversation()).id
    await shop.customers.erase(ROOT, "test", "c1")
    assert not await world.send(MARK, external_id="first")
    assert await world.say("здравствуйте, я новая")
    new = await world.conversation()
    assert new.id != old
    assert [m.text for m in await world.history() if m.state is None] == ["здравствуйте, я новая"]


async def test_that_an_erasure_while_a_turn_is_decided_leaves_nothing(shop: Shop) -> None:
    world = shop.world
    talk = await world.conversation()
    await world.desk.close(ANNA, talk.id)
    world.prompter.gate = asyncio.Event()
    world.prompter.begun.clear()
    await world.send(f"{MARK} снова")
    working = asyncio.create_task(world.turns.drain())
    await world.prompter.begun.wait()
    await shop.customers.erase(ROOT, "test", "c1")
    world.prompter.gate.set()
    await working
    assert await traces(world, "ZQXJ", "Оля") == []


async def test_that_a_row_in_work_brings_nobody_back(shop: Shop) -> None:
    world = shop.world
    await world.send(f"{MARK} снова")
    (row,) = await world.inbox.due(["test"], world.clock.now())
    await shop.customers.erase(ROOT, "test", "c1")
    assert await world.turns.take_in(row) is None
    assert await traces(world, "ZQXJ", "Оля") == []


async def test_that_what_a_dead_process_left_on_the_disk_is_removed_later(shop: Shop) -> None:
    database, file = shop.world.database, shop.folder / "ab" / "left"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(FILE)
    async with database.write() as connection:
        rows = [{"path": path, "at": shop.world.clock.now()} for path in ("ab/left", PAGES)]
        await connection.execute(insert(removals), rows)
    assert await shop.eraser.finish() == 2
    assert not file.exists()
    async with database.read() as connection:
        assert not (await connection.execute(select(removals))).all()


async def test_that_staffs_acts_stay_without_the_customer(shop: Shop) -> None:
    await shop.customers.ban(ANNA, "test", "c1", f"пишет про {MARK}")
    await shop.customers.erase(ROOT, "test", "c1")
    assert not await shop.customers.bans(ANNA)
    banned = [act for act in await shop.audit.newest(9) if act.what == "customer_banned"]
    assert [(act.subject, act.details) for act in banned] == [("test", "")]


async def test_that_operators_neither_export_nor_erase(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(Forbidden):
        await shop.customers.erase(ANNA, "test", "c1")
    with pytest.raises(Forbidden):
        await shop.customers.export(ANNA, "test", "c1", tmp_path / "x.zip")
    with pytest.raises(NotFound):
        await shop.customers.export(ROOT, "test", "nobody", tmp_path / "x.zip")
    assert not (tmp_path / "x.zip").exists()


async def test_that_a_customer_is_found_by_name_id_and_ticket(shop: Shop) -> None:
    ticket = (await shop.world.conversation()).ticket
    for words in ("оля", "c1", f"#{ticket}", ""):
        (found,) = await shop.customers.find(ROOT, words)
        assert (found.channel, found.customer_id, found.name) == ("test", "c1", NAME)
    assert not await shop.customers.find(ROOT, "%")


# What erasing looks into; a new table that may hold a customer must be thought of there.
ERASED = {
    "alerts",
    "conversations",
    "episodes",
    "messages",
    "message_versions",
    "inbox",
    "events",
    "suggestions",
    "feedback",
    "notes",
    "drafts",
    "customer_notes",
    "files",
    "stops",
    "bans",
    "floods",
    "requests",
    "audit",
    "vectors",
    "articles",
    "article_revisions",
    "happened",
    "stream",
    "deliveries",
    "learned",
    "learned_spans",
    "readers",
    "proposals",
    *("golden", "gap_turns", "draws", "review_tasks", "reviews"),
    *("flow_runs", "customer_requests", "outside_events", "consents"),
}
NO_CUSTOMERS = {
    "alert_links",
    "topics",
    "knowledge_log",
    "knowledge_state",
    "sources",
    "imports",
    "source_pages",
    "source_articles",
    "people",
    "sessions",
    "login_tries",
    "keys",
    "leases",
    "settings",
    "queues",
    "operators",
    "templates",
    "customer_fields",
    "presence",
    "heads",
    "head_arrays",
    "removals",
    "telegram_moves",
    "telegram_connections",
    "webhooks",
    "refits",
    "clearances",
    "gaps",
    "gap_looks",
    *("checks", "trials", "mode_changes", "mode_notices"),
    "flow_versions",
}


def test_that_every_table_is_thought_of() -> None:
    assert {str(table.name) for table in metadata.sorted_tables} <= ERASED | NO_CUSTOMERS
