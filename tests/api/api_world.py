"""The API over a real SQLite database: only the encoder's part, which costs seconds, is small."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from sufler.api import setup
from sufler.app.accuracy import certifying_over, ladder_over
from sufler.app.flows import events_over
from sufler.app.learning import golden_desk_over, learned_desk_over
from sufler.app.lines import lines_over
from sufler.app.outside import Outside, outside_over
from sufler.app.reviewing import reviewing_over
from sufler.app.workplace import desk_over
from sufler.conversation.decide import DEFAULT_POLICY
from sufler.conversation.delivery import Delivery
from sufler.conversation.flowing import Flowing
from sufler.conversation.live import LiveEvents
from sufler.conversation.ports import Arrived, Decided, Outcome
from sufler.desk.customer_requests import CustomerRequests
from sufler.desk.customers import Customers
from sufler.desk.desk import Desk
from sufler.desk.figures import Figures
from sufler.desk.flow_book import FlowBook
from sufler.desk.people import People
from sufler.desk.published_flows import Published
from sufler.desk.stops import Stops
from sufler.desk.stream import StreamLimits
from sufler.domain.conversation import Customer, Incoming, IncomingKind, Owner
from sufler.domain.decisions import (
    Decision,
    DecisionKind,
    Level,
    Reason,
    Suggestion,
    SuggestionItem,
    TurnKind,
    Versions,
)
from sufler.domain.knowledge import (
    Article,
    ArticleRevision,
    Language,
    Mode,
    Topic,
)
from sufler.domain.people import Role
from sufler.kb_index.imports import Imports
from sufler.kb_index.sources import Sources
from sufler.outbound.fetch import Fetcher
from sufler.storage.article_pages import ArticlePages
from sufler.storage.articles import ArticleStore
from sufler.storage.audit import AuditStore
from sufler.storage.conversation_pages import ConversationPages
from sufler.storage.conversations import ConversationStore
from sufler.storage.customer_requests import CustomerRequestStore
from sufler.storage.customers import CustomerStore
from sufler.storage.database import Database
from sufler.storage.erasure import ErasureStore
from sufler.storage.figures import FiguresStore
from sufler.storage.files import FileStore
from sufler.storage.flows import FlowStore
from sufler.storage.idempotency import IdempotencyStore
from sufler.storage.imports import ImportStore
from sufler.storage.inbox import InboxStore
from sufler.storage.keys import KeyStore
from sufler.storage.leases import Leases
from sufler.storage.outbox import OutboxStore
from sufler.storage.people import PeopleStore
from sufler.storage.sessions import SessionStore
from sufler.storage.sources import SourceStore
from sufler.storage.stops import StopStore
from sufler.storage.suggestions import SuggestionStore


class MovedClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.moment.timestamp()

    def pass_(self, **amount: float) -> None:
        self.moment += timedelta(**amount)


class SmallKnowledge:
    """`KnowledgeBase` without an index: the same store, read anew after each change."""

    def __init__(self, store: ArticleStore) -> None:
        self._store = store
        self.version = 0
        self.kind, self.recall = "exact", 1.0
        self.articles: dict[str, Article] = {}
        self.topics: Mapping[str, Topic] = {}

    @property
    def index(self) -> "SmallKnowledge":
        return self

    async def start(self) -> None:
        self.version = await self._store.version()
        self.articles = {article.id: article async for article in self._store.all()}
        self.topics = {topic.name: topic for topic in await self._store.topics()}

    def article(self, article_id: str, /) -> Article | None:
        return self.articles.get(article_id)

    def mode_of(self, article: Article, /) -> Mode:
        return self.topics[article.topic].mode

    @property
    def entries(self) -> int:
        return len(self.articles)

    async def get(self, article_id: str) -> Article:
        return await self._store.get(article_id)

    async def get_many(self, ids: Sequence[str]) -> dict[str, Article]:
        return await self._store.get_many(ids)

    async def save(
        self,
        articles: Iterable[Article],
        author: str,
        expected: Mapping[str, int] | None = None,
        *,
        import_id: int | None = None,
    ) -> int:
        written = await self._store.save_many(articles, author, expected, import_id=import_id)
        await self.start()
        return written

    async def refresh(self) -> bool:
        await self.start()
        return True

    async def restore(self, article_id: str, revision: int, author: str) -> None:
        for kept in await self.history(article_id):
            if kept.article.revision == revision:
                await self.save([kept.article], author)

    async def history(self, article_id: str) -> list[ArticleRevision]:
        return await self._store.history(article_id)

    async def set_topic(self, topic: Topic, author: str) -> None:
        await self._store.set_topic(topic, author)
        await self.start()


@dataclass
class WordPrompter:
    """Suggests every article that shares a word with the text. `fault` is raised instead."""

    knowledge: SmallKnowledge
    clock: MovedClock
    fault: Exception | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    numbers: Any = field(default_factory=count)

    async def suggest(
        self,
        text: str,
        *,
        language: Language | None = None,
        history: Sequence[tuple[str, str]] = (),
        limit: int = 3,
        conversation_id: str | None = None,
        variables: Mapping[str, str] = {},
    ) -> Suggestion:
        if self.fault:
            raise self.fault
        self.asked.append({"text": text, "history": list(history), "language": language})
        words = set(text.casefold().split())
        found = [
            article
            for article in self.knowledge.articles.values()
            if words & set(article.in_language("ru")[1].title.casefold().rstrip("?").split())
        ]
        return Suggestion(
            id=f"s{next(self.numbers)}",
            text=text,
            language=language or "ru",
            turn_kind=TurnKind.QUESTION,
            items=tuple(self._item(article) for article in found[:limit]),
            versions=Versions(self.knowledge.version, "model-1", "head-1", "rules-1", "1.31"),
            took_ms=1.5,
            at=self.clock.now(),
            conversation_id=conversation_id,
        )

    def _item(self, article: Article) -> SuggestionItem:
        language, translation = article.in_language("ru")
        topic = self.knowledge.topics.get(article.topic)
        return SuggestionItem(
            article_id=article.id,
            title=translation.title,
            text=translation.answer,
            topic=article.topic,
            mode=topic.mode if topic else Mode.SUGGESTS,
            language=language,
            language_ok=True,
            confidence=0.9,
            level=Level.SURE,
            phrasing=translation.title,
            why={"dense": 0.9},
        )


@dataclass
class Chance:
    """What share of turns is checked without a suggestion, and the u of the next."""

    share: float = 0.0
    u: float = 0.999


@dataclass
class World:
    """An API with a client for each scope, and what stands behind it."""

    app: FastAPI
    clock: MovedClock
    database: Database
    knowledge: SmallKnowledge
    prompter: WordPrompter
    people: People
    suggestions: SuggestionStore
    conversations: ConversationStore
    keys: dict[Role, str]
    broken: dict[str, Exception]
    desk: Desk
    outside: Outside
    chance: Chance

    def client(self, key: Role | str | None = Role.ADMINISTRATOR) -> httpx.AsyncClient:
        """A client with the key of a role, a secret of its own, or none."""
        secret = self.keys[key] if isinstance(key, Role) else key
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, raise_app_exceptions=False),
            base_url="http://sufler.test",
            headers={"Authorization": f"Bearer {secret}"} if secret else {},
        )


def customers_over(database: Database, clock: Any) -> Customers:
    nowhere = Path("/nowhere")
    return Customers(
        CustomerStore(database),
        ErasureStore(database, nowhere, clock),
        FileStore(database, nowhere, clock),
        AuditStore(database),
        LiveEvents(),
        clock,
    )


async def built_world(
    database: Database, rate: float = 0, limits: StreamLimits | None = None
) -> World:
    """A world over a migrated database. `rate`: requests a second of one caller; 0: no limit."""
    clock = MovedClock()
    store = ArticleStore(database, clock)
    knowledge = SmallKnowledge(store)
    await knowledge.start()
    prompter = WordPrompter(knowledge, clock)
    suggestions = SuggestionStore(database)
    inbox, outbox = InboxStore(database), OutboxStore(database)
    broken: dict[str, Exception] = {}
    chance = Chance()

    async def knowledge_ready() -> None:
        if "knowledge" in broken:
            raise broken["knowledge"]

    async def depths() -> tuple[int, Mapping[str, int]]:
        return (await inbox.counts()).get("new", 0), await outbox.counts()

    conversations, live = ConversationStore(database), LiveEvents()
    people_store = PeopleStore(database)
    people = People(people_store, KeyStore(database), SessionStore(database), clock)
    delivery = Delivery(conversations, outbox, clock, live, Leases(database))
    lines = lines_over(database, delivery, live, clock)
    desk = desk_over(database, lines, delivery, live, clock, prompter)
    outside = outside_over(database, clock, frozenset({"127.0.0.1"}), limits)
    certifying = certifying_over(database, clock)
    app, flow_store = FastAPI(openapi_url=None), FlowStore(database)
    published = Published(flow_store)
    flowing = Flowing(published, knowledge, lines.prospects, clock)
    events = events_over(
        database,
        flowing,
        published,
        delivery,
        lines.queues,
        clock,
        quiet=(21 * 60, 9 * 60),
        per_week=3,
    )
    setup(
        app,
        knowledge=knowledge,
        articles_by_page=ArticlePages(database),
        prompter=prompter,
        desk=desk,
        conversations_store=ConversationPages(database),
        people=people,
        idempotency=IdempotencyStore(database, clock),
        certifying=certifying,
        ladder=ladder_over(database, clock, certifying, knowledge),
        figures=Figures(FiguresStore(database), clock),
        suggestions_store=suggestions,
        clock=clock,
        version="0.0.0",
        policy=lambda: replace(DEFAULT_POLICY, hidden_share=chance.share),
        chance=lambda: chance.u,
        ready={"database": database.ping, "knowledge": knowledge_ready},
        depths=depths,
        imports=Imports(ImportStore(database, clock), knowledge),
        customers_desk=customers_over(database, clock),
        event_stream=outside.stream,
        webhooks_out=outside.webhooks,
        learned_desk=learned_desk_over(database, knowledge, clock),
        golden_desk=golden_desk_over(database, knowledge, prompter, clock),
        reviewing=reviewing_over(
            database,
            lines.queues,
            lambda: list(knowledge.articles.values()),
            lambda: knowledge.topics,
            clock,
        ),
        flow_book=FlowBook(flow_store, published, store, clock, knowledge=knowledge),
        outside_events_desk=events,
        customer_requests_desk=CustomerRequests(CustomerRequestStore(database), clock),
        kill_switch=Stops(StopStore(database), AuditStore(database), LiveEvents(), clock),
        sources=Sources(
            SourceStore(database, clock),
            ImportStore(database, clock),
            knowledge,
            lambda: Fetcher(frozenset({"127.0.0.1"})),
            clock,
        ),
        json_bytes=200_000,
        import_bytes=1_000_000,
        rate=rate,
    )
    keys = {role: (await people.create_key(role.value, role))[1] for role in Role}
    return World(
        app,
        clock,
        database,
        knowledge,
        prompter,
        people,
        suggestions,
        conversations,
        keys,
        broken,
        desk,
        outside,
        chance,
    )


async def waiting(world: World, number: int = 1, owner: Owner = Owner.QUEUE) -> str:
    """A customer asked, and the turn went to `owner`; the conversation's id."""
    now, customer = world.clock.now(), Customer(f"c{number}", "Пётр", "Пётр", "ru")
    inbox = InboxStore(world.database)
    incoming = Incoming("web", f"m{number}", customer, IncomingKind.TEXT, "где деньги")
    await inbox.add(incoming, now)
    [row] = await inbox.due(["web"], now)
    opened = await world.conversations.open_for("web", customer, "ru", now)
    arrived = Arrived(row, opened, "где деньги", now, 30.0, now, 0.5)
    assert await world.conversations.arrived(arrived)
    before = await world.conversations.get(opened.id)
    turn = tuple(await world.conversations.messages(before.id))
    suggestion = await world.prompter.suggest("где деньги", conversation_id=before.id)
    decided = Decided(Decision(DecisionKind.HAND_OFF, Reason.TOPIC_SUGGESTS), suggestion)
    outcome = Outcome(before, turn, "ru", (decided,), owner, now)
    assert await world.conversations.store_outcome(outcome)
    world.clock.pass_(seconds=5)
    return before.id
