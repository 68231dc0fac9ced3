"""The pages over a real database, real turns and a real desk, served by a real server in a thread
of its own. Only the prompter is small."""

import asyncio
import socket
import threading
import time
from collections.abc import Coroutine
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import uvicorn
from cheap_passwords import CHEAP
from conversation_world import Answering, Written
from fastapi import FastAPI
from frail_channel import FrailChannel
from patience import PATIENCE_S
from patient_pages import patient_pages
from small_prompter import ARTICLES, TOPICS, SmallKnowledge, SmallPrompter

from sufler.app.clock import SystemClock
from sufler.app.finding import Finding, Health
from sufler.app.flows import flowing_over
from sufler.app.lines import lines_over
from sufler.app.outside import outside_over
from sufler.app.reviewing import reviewing_over
from sufler.app.workplace import desk_over
from sufler.bot.markdown import to_html
from sufler.bot.web_widget.face import Face
from sufler.bot.web_widget.send import WebChannel
from sufler.bot.web_widget.setup import setup as set_up_widget
from sufler.conversation.delivery import Delivery
from sufler.conversation.live import LiveEvents
from sufler.conversation.turn import Turns
from sufler.desk.alert_links import AlertLinks
from sufler.desk.channels import Channels
from sufler.desk.choices import ChosenSettings
from sufler.desk.customers import Customers
from sufler.desk.desk import Desk
from sufler.desk.past import Past
from sufler.desk.people import People
from sufler.desk.staffing import Staffing
from sufler.desk.stops import Stops
from sufler.domain.administration import Choices
from sufler.domain.events import EventKind
from sufler.domain.people import Caller, Role
from sufler.prompter.turn_kind import language_of, turn_kind
from sufler.storage.alerts import AlertLinkStore
from sufler.storage.articles import ArticleStore
from sufler.storage.audit import AuditStore
from sufler.storage.conversations import ConversationStore
from sufler.storage.customers import CustomerStore
from sufler.storage.database import Database
from sufler.storage.erasure import ErasureStore
from sufler.storage.files import FileStore
from sufler.storage.inbox import InboxStore
from sufler.storage.keys import KeyStore
from sufler.storage.leases import Leases
from sufler.storage.open_turns import OpenTurnStore
from sufler.storage.outbox import OutboxStore
from sufler.storage.past import PastStore
from sufler.storage.people import PeopleStore
from sufler.storage.sessions import SessionStore
from sufler.storage.settings import SettingsStore
from sufler.storage.stops import StopStore
from sufler.storage.suggestions import SuggestionStore
from sufler.storage.traffic import TrafficStore
from sufler.web.kb_services import KnowledgeServices
from sufler.web.services import Administration, KnowledgeSize, Setting
from sufler.web.setup import setup as set_up_pages

T = TypeVar("T")

PASSWORD = "correct horse"
SECRET = b"a secret of tests, 32 bytes long"
SITE_SECRET = b"a secret of the site, 32 bytes..."
UPLOAD_LIMIT = 100_000


FACE = Face(
    name={"ru": "Плошкин", "en": "Ploshkin"},
    examples={
        "ru": ["Сколько стоит доставка?", "Как вернуть товар?"],
        "en": ["How much does delivery cost?", "How do I return an item?"],
    },
)


class World:
    """The served pages; `run` does something in the server's own loop."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._serving: Future[None] | None = None
        self.origins: tuple[str, ...] = ()
        self.line: Any = None
        self.kb: KnowledgeServices | None = None
        self.pages: dict[str, Any] = {}  # what only some worlds have
        self.server: uvicorn.Server
        self.url = ""
        self.people: People
        self.desk: Desk
        self.turns: Turns
        self.suggestions: SuggestionStore
        self.conversations: ConversationStore
        self.database: Database
        self.files: FileStore
        self.past: Past
        self.stops: Stops
        self.frail = FrailChannel()

    def start(self) -> None:
        """Returns when pages are answered."""
        self._patience = patient_pages()
        self._thread.start()
        self.run(self._build())
        self.open_doors()

    def stop(self) -> None:
        self.close_doors()
        self.run(self.database.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_S)
        self._patience.undo()

    def _live(self) -> None:
        # It ends its tasks as well: NiceGUI waits for them in whatever loop comes next.
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.get_loop().run_forever()

    def publish(self, kind: EventKind, conversation_id: str) -> None:
        """Tell onlookers, as a timer would."""

        async def tell() -> None:
            self._live.publish(kind, conversation_id)

        self.run(tell())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_S)

    def open_doors(self, port: int = 0) -> None:
        listening = socket.create_server(("127.0.0.1", port))
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        config = uvicorn.Config(self.app(), log_level="warning", timeout_graceful_shutdown=2)
        self.server = uvicorn.Server(config)
        serving = self.server.serve(sockets=[listening])
        self._serving = asyncio.run_coroutine_threadsafe(serving, self._loop)
        while not self.server.started:
            time.sleep(0.02)

    def close_doors(self) -> None:
        """Stop serving, as a restart does; what is stored stays."""
        self.server.should_exit = True
        assert self._serving is not None
        self._serving.result(PATIENCE_S)

    def app(self) -> FastAPI:
        """A new application over the same services."""

        @asynccontextmanager
        async def lifespan(_app: FastAPI) -> Any:
            work = [asyncio.create_task(run()) for run in (self.turns.run, self.chosen.follow)]
            yield
            for task in work:
                task.cancel()

        app = FastAPI(lifespan=lifespan)
        set_up_widget(
            app,
            channel=self._channel,
            receive=self.turns.receive,
            history=self.conversations,
            subscribe=self._live.subscribe,
            clock=self.clock,
            secret=SECRET,
            face=self.face,
            origins=self.origins,
            site_secret=SITE_SECRET,
            files=self.files,
            upload_limit=UPLOAD_LIMIT,
        )
        set_up_pages(
            app,
            desk=self.desk,
            people=self.people,
            knowledge=SmallKnowledge(),
            knowledge_size=lambda: KnowledgeSize(len(ARTICLES), 1),
            clock=self.clock,
            to_html=to_html,
            telegram=None if self.line is None else lambda: self.line,
            default_language=lambda: self.chosen.choices.language,
            administration=self._administration(),
            files=self.files,
            upload_limit=UPLOAD_LIMIT,
            past=self.past,
            stops=self.stops,
            alerts=self.alerts,
            reviewing=self.reviewing,
            knowledge_pages=self.kb,
            **self.pages,
        )
        return app

    def _administration(self) -> Administration:
        audit = AuditStore(self.database)
        return Administration(
            Staffing(self.people, audit, self.clock),
            Channels(TrafficStore(self.database), audit, self.clock),
            self.chosen,
            self.customers,
            self.outside.webhooks,
            settings=lambda: [
                Setting("port", "SUFLER_PORT", "8000", "environment"),
                Setting("telegram_token", "SUFLER_TELEGRAM_TOKEN", None, "default", secret=True),
            ],
            examine=self._examined,
        )

    async def _examined(self) -> list[Finding]:
        return [
            Finding("disk", Health.GREEN, "9.0 GiB free"),
            Finding("operators", Health.RED, "nobody could answer", "sufler people add"),
        ]

    async def _build(self) -> None:
        self.clock = SystemClock()
        self.database = Database(f"sqlite:///{self._folder / 'sufler.db'}")
        await self.database.migrate()
        await ArticleStore(self.database, self.clock).save_many(ARTICLES, "tests")
        self.files = FileStore(self.database, self._folder / "files", self.clock)
        staff = PeopleStore(self.database)
        sessions = SessionStore(self.database)
        self.people = People(staff, KeyStore(self.database), sessions, self.clock, CHEAP)
        self.alerts = AlertLinks(AlertLinkStore(self.database), staff, self.clock)
        self.conversations = ConversationStore(self.database)
        self.suggestions = SuggestionStore(self.database)
        self._live = LiveEvents()
        self._channel = WebChannel()
        delivery = Delivery(
            self.conversations,
            OutboxStore(self.database),
            self.clock,
            self._live,
            Leases(self.database),
            [self._channel, self.frail],
        )
        self.past = Past(PastStore(self.database), delivery, self.clock)
        audit = AuditStore(self.database)
        erasures = ErasureStore(self.database, self._folder / "files", self.clock)
        store = CustomerStore(self.database)
        self.customers = Customers(store, erasures, self.files, audit, self._live, self.clock)
        self.stops = Stops(StopStore(self.database), audit, self._live, self.clock)
        self.outside = outside_over(self.database, self.clock, frozenset({"127.0.0.1"}))
        lines = lines_over(self.database, delivery, self._live, self.clock)
        prompter = SmallPrompter(self.clock)
        self.desk = desk_over(self.database, lines, delivery, self._live, self.clock, prompter)
        self.reviewing = reviewing_over(
            self.database, lines.queues, lambda: ARTICLES, lambda: TOPICS, self.clock
        )
        self.written, self.services = Written(), Answering()
        flowing, flow_work = flowing_over(
            self.database,
            self.written,
            self.services,
            SmallKnowledge(),
            delivery,
            self.desk.lines.prospects,
            self.clock,
        )
        self.turns = Turns(
            flowing=flowing,
            flow_work=flow_work,
            inbox=InboxStore(self.database),
            open_turns=OpenTurnStore(self.database),
            conversations=self.conversations,
            delivery=delivery,
            prompter=prompter,
            knowledge=SmallKnowledge(),
            duty=self.desk.lines.prospects,
            clock=self.clock,
            language_of=language_of,
            kind_of=turn_kind,
        )
        self.face = replace(FACE)
        defaults = Choices(name=FACE.name, examples=FACE.examples)
        self.chosen = ChosenSettings(SettingsStore(self.database), self.clock, defaults)
        self.chosen.when_changed(self._put)
        await self.people.add("anna", "Анна", Role.OPERATOR, PASSWORD)
        await self.people.add("boris", "Борис", Role.OPERATOR, PASSWORD)
        await self.people.add("zoya", "Зоя", Role.SUPERVISOR, PASSWORD)

    def _put(self, now: Choices) -> None:
        self.face.name, self.face.examples = now.name, now.examples

    async def caller(self, login: str) -> Caller:
        person = await self.people.get(login)
        return Caller(f"person:{person.id}", person.name, person.role, person.id)
