"""The only place that builds things: the basis (database, people), and the services above it.
`mounting.py` puts the faces before them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sufler.app.accuracy import certifying_over, ladder_over
from sufler.app.administration import chosen_settings
from sufler.app.base import load_demo
from sufler.app.clock import SystemClock
from sufler.app.logs import set_up_logs
from sufler.app.settings import Settings, load_settings
from sufler.conversation.decide import DEFAULT_POLICY, Policy
from sufler.desk.choices import ChosenSettings
from sufler.desk.people import People
from sufler.domain.alerts import minutes_of
from sufler.storage.articles import ArticleStore
from sufler.storage.database import Database
from sufler.storage.heads import HeadStore
from sufler.storage.imports import ImportStore
from sufler.storage.keys import KeyStore
from sufler.storage.leases import Leases
from sufler.storage.people import PeopleStore
from sufler.storage.sessions import SessionStore
from sufler.storage.vectors import VectorStore

if TYPE_CHECKING:
    from sufler.api.metrics import Metrics
    from sufler.app.outside import Outside
    from sufler.conversation.delivery import Delivery
    from sufler.conversation.live import LiveEvents
    from sufler.conversation.timers import Timers
    from sufler.conversation.turn import Turns
    from sufler.desk.certifying import Certifying
    from sufler.desk.customer_requests import CustomerRequests
    from sufler.desk.desk import Desk
    from sufler.desk.flow_book import FlowBook
    from sufler.desk.gaps import Gaps
    from sufler.desk.ladder import Ladder
    from sufler.desk.lessons import Lessons
    from sufler.desk.nightly import Nightly
    from sufler.desk.outside_events import OutsideEvents
    from sufler.desk.published_flows import Published
    from sufler.desk.reviewing import Reviewing
    from sufler.kb_index.encoder import Encoder
    from sufler.kb_index.importing import Knowledge
    from sufler.kb_index.imports import Imports
    from sufler.kb_index.knowledge import KnowledgeBase
    from sufler.kb_index.sources import Sources
    from sufler.outbound.flow_calls import FlowCalls
    from sufler.prompter.suggest import Prompter
    from sufler.storage.conversations import ConversationStore
    from sufler.storage.files import FileStore
    from sufler.storage.inbox import InboxStore
    from sufler.storage.outbox import OutboxStore
    from sufler.storage.suggestions import SuggestionStore

# Called with what is being done, and how much of it (0..1).
OnProgress = Callable[[str, float], None]


@dataclass(frozen=True)
class Basis:
    """What needs no encoder: settings, clock, the migrated database and its stores, people."""

    settings: Settings
    clock: SystemClock
    database: Database
    articles: ArticleStore
    vectors: VectorStore
    heads: HeadStore
    staff: PeopleStore
    people: People
    leases: Leases
    imports: ImportStore


@dataclass(frozen=True)
class Services:
    """Everything that answers: one encoder, one knowledge base, the turn and the desk."""

    basis: Basis
    policy: Policy
    encoder: "Encoder"
    knowledge: "KnowledgeBase"
    prompter: "Prompter"
    conversations: "ConversationStore"
    inbox: "InboxStore"
    outbox: "OutboxStore"
    suggestions: "SuggestionStore"
    live: "LiveEvents"
    delivery: "Delivery"
    desk: "Desk"
    timers: "Timers"
    turns: "Turns"
    files: "FileStore"
    metrics: "Metrics"
    imports: "Imports"
    sources: "Sources"
    chosen: ChosenSettings
    outside: "Outside"
    lessons: "Lessons"
    nightly: "Nightly"
    certifying: "Certifying"
    ladder: "Ladder"
    gaps: "Gaps"
    reviewing: "Reviewing"
    flows: "Published"
    flow_book: "FlowBook"
    flow_calls: "FlowCalls"
    customer_requests: "CustomerRequests"
    outside_events: "OutsideEvents"


def build_basis(settings: Settings, database: Database) -> Basis:
    """Put the stores over `database`; touches no file."""
    clock = SystemClock()
    staff = PeopleStore(database)
    return Basis(
        settings=settings,
        clock=clock,
        database=database,
        articles=ArticleStore(database, clock),
        vectors=VectorStore(database),
        heads=HeadStore(database, clock),
        staff=staff,
        people=People(staff, KeyStore(database), SessionStore(database), clock),
        imports=ImportStore(database, clock),
        leases=Leases(database),
    )


@asynccontextmanager
async def opened_basis(settings: Settings | None = None) -> AsyncIterator[Basis]:
    """The basis of `settings` (default: as they are set), migrated; closed at the end.

    Raises SettingsError and StorageUnavailable.
    """
    if settings is None:
        settings = load_settings()
        # A command talks to a person by itself: of the log, only what went wrong.
        level = "debug" if settings.log_level == "debug" else "warning"
        set_up_logs(level, settings.log_format, settings.secrets())
    database = Database(settings.database)
    try:
        await database.migrate()
        yield build_basis(settings, database)
    finally:
        await database.close()


@asynccontextmanager
async def opened_services(
    settings: Settings | None = None,
    on_progress: OnProgress | None = None,
    *,
    as_if_answers: bool = False,
    at_once: bool = False,
) -> AsyncIterator[Services]:
    """Everything over a prepared encoder, with the index built; closed at the end.

    With `at_once` each message is a turn of its own.

    Loads the demo first where that is set and the base is empty. Raises ModelMissing,
    ModelDamaged, SettingsError and StorageUnavailable.
    """
    from sufler.app.flow_publishing import flow_book_over
    from sufler.kb_index.encoder import load_encoder

    tell = on_progress or (lambda what, fraction: None)
    changes: dict[str, Any] = {"as_if_answers": as_if_answers}
    if at_once:
        changes["burst_pause_s"] = 0.0
    async with opened_basis(settings) as basis:
        tell("encoder", 0.0)
        encoder = await asyncio.to_thread(load_encoder, basis.settings.model_folder)
        try:
            if basis.settings.demo:
                tell("demo", 0.1)
                await load_demo(
                    basis.articles,
                    ladder_over(basis.database, basis.clock),
                    flows=flow_book_over(basis),
                )
            services = await _started(basis, encoder, tell, changes)
            try:
                yield services
            finally:
                await services.outside.poster.close()
                await services.flow_calls.close()
                await services.knowledge.close()
        finally:
            encoder.close()


async def _started(
    basis: Basis, encoder: "Encoder", tell: OnProgress, changes: Mapping[str, Any]
) -> Services:
    from sufler.api.metrics import Metrics, TimedEncoder
    from sufler.kb_index.knowledge import KnowledgeBase
    from sufler.prompter.suggest import Prompter
    from sufler.storage.golden import GoldenStore

    metrics = Metrics()
    knowledge = KnowledgeBase(basis.articles, basis.vectors, encoder)

    def encoded(what: str, done: int, wanted: int) -> None:
        tell("index", 0.1 + 0.8 * done / max(wanted, 1))

    tell("index", 0.1)
    await knowledge.start(encoded)
    tell("head", 0.9)
    timed = TimedEncoder(encoder, metrics)
    frozen = GoldenStore(basis.database, basis.clock)
    prompter = Prompter(knowledge, timed, basis.heads, basis.clock, frozen=frozen)
    await prompter.start()
    tell("ready", 1.0)
    policy = replace(policy_of(basis.settings), **changes)
    return await _assembled(basis, encoder, knowledge, prompter, policy, metrics)


async def _assembled(
    basis: Basis,
    encoder: "Encoder",
    knowledge: "KnowledgeBase",
    prompter: "Prompter",
    policy: Policy,
    metrics: "Metrics",
) -> Services:
    from sufler.app.calling import flow_calls
    from sufler.app.checking import checking_over
    from sufler.app.flow_publishing import flow_book_over
    from sufler.app.flows import events_over, flowing_over
    from sufler.app.learning import gaps_over, lessons_over, nightly_over
    from sufler.app.lines import lines_over
    from sufler.app.reviewing import reviewing_over, settling_over
    from sufler.app.workplace import desk_over
    from sufler.conversation.delivery import Delivery
    from sufler.conversation.live import LiveEvents
    from sufler.conversation.timers import Timers
    from sufler.conversation.turn import Turns
    from sufler.desk.customer_requests import CustomerRequests
    from sufler.desk.published_flows import Published
    from sufler.kb_index.imports import Imports
    from sufler.prompter.turn_kind import language_of, turn_kind
    from sufler.storage.conversations import ConversationStore
    from sufler.storage.customer_requests import CustomerRequestStore
    from sufler.storage.files import FileStore
    from sufler.storage.flows import FlowStore
    from sufler.storage.inbox import InboxStore
    from sufler.storage.open_turns import OpenTurnStore
    from sufler.storage.outbox import OutboxStore
    from sufler.storage.suggestions import SuggestionStore

    conversations = ConversationStore(basis.database)
    suggestions = SuggestionStore(basis.database)
    inbox, outbox = InboxStore(basis.database), OutboxStore(basis.database)
    live = LiveEvents()
    delivery = Delivery(conversations, outbox, basis.clock, live, basis.leases)
    lines = lines_over(basis.database, delivery, live, basis.clock)
    undo_s = basis.settings.undo_send
    strict = basis.settings.strict_certificates
    certifying = certifying_over(basis.database, basis.clock, strict=strict)
    desk = desk_over(basis.database, lines, delivery, live, basis.clock, prompter, undo_s)
    published = Published(FlowStore(basis.database))
    flow_book = flow_book_over(basis, published, knowledge)
    # A process may have ended between publishing a flow and its article.
    await flow_book.reconcile()
    calls = flow_calls(basis.settings)
    flowing, flow_work = flowing_over(
        basis.database,
        published,
        calls,
        knowledge,
        delivery,
        lines.prospects,
        basis.clock,
    )
    outside_events = events_over(
        basis.database,
        flowing,
        published,
        delivery,
        lines.queues,
        basis.clock,
        quiet=minutes_of(basis.settings.events_quiet),
        per_week=basis.settings.events_per_week,
    )
    turns = Turns(
        flowing=flowing,
        flow_work=flow_work,
        inbox=inbox,
        open_turns=OpenTurnStore(basis.database),
        conversations=conversations,
        delivery=delivery,
        prompter=prompter,
        knowledge=knowledge,
        duty=lines.prospects,
        clock=basis.clock,
        language_of=language_of,
        kind_of=turn_kind,
        policy=policy,
        default_language=basis.settings.language,
    )
    return Services(
        basis=basis,
        policy=policy,
        encoder=encoder,
        knowledge=knowledge,
        prompter=prompter,
        conversations=conversations,
        inbox=inbox,
        outbox=outbox,
        suggestions=suggestions,
        live=live,
        delivery=delivery,
        desk=desk,
        timers=Timers(
            basis.leases,
            basis.clock,
            lines.chores
            | {
                "checks": checking_over(basis.database, lambda: knowledge.index.articles()),
                "reviews": settling_over(basis.database),
                "events from outside": outside_events.start_due,
            },
        ),
        turns=turns,
        files=FileStore(basis.database, basis.settings.data_dir / "files", basis.clock),
        metrics=metrics,
        imports=Imports(basis.imports, knowledge),
        sources=sources_over(basis, knowledge),
        chosen=await chosen_settings(basis, turns, policy),
        outside=outside_of(basis),
        lessons=lessons_over(basis.database, knowledge, encoder, basis.clock, metrics),
        nightly=nightly_over(basis.database, knowledge, encoder, basis.clock),
        certifying=certifying,
        ladder=ladder_over(basis.database, basis.clock, certifying, knowledge),
        gaps=gaps_over(basis.database, knowledge, encoder, basis.clock),
        reviewing=reviewing_over(
            basis.database,
            lines.queues,
            lambda: knowledge.index.articles(),
            lambda: knowledge.topics,
            basis.clock,
        ),
        flows=published,
        flow_book=flow_book,
        flow_calls=calls,
        customer_requests=CustomerRequests(CustomerRequestStore(basis.database), basis.clock),
        outside_events=outside_events,
    )


def sources_over(basis: Basis, knowledge: "Knowledge") -> "Sources":
    """The sources that are imported again, taken into `knowledge`."""
    from sufler.kb_index.sources import Sources
    from sufler.outbound.fetch import Fetcher
    from sufler.storage.sources import SourceStore

    allowed = frozenset(basis.settings.allow_hosts)
    return Sources(
        SourceStore(basis.database, basis.clock),
        basis.imports,
        knowledge,
        lambda: Fetcher(allowed),
        basis.clock,
    )


def outside_of(basis: Basis) -> "Outside":
    """The event stream and webhooks."""
    from sufler.app.outside import outside_over
    from sufler.desk.stream import StreamLimits

    settings = basis.settings
    limits = StreamLimits(settings.stream_longest, settings.stream_connections)
    return outside_over(basis.database, basis.clock, frozenset(settings.allow_hosts), limits)


def policy_of(settings: Settings) -> Policy:
    """The rules' numbers, as set."""
    return replace(
        DEFAULT_POLICY,
        answer_bar=settings.answer_bar,
        hidden_share=settings.hidden_share,
        burst_pause_s=settings.burst_pause,
        burst_longest_s=settings.burst_longest,
        most_a_minute=settings.flood_minute,
        most_an_hour=settings.flood_hour,
    )
