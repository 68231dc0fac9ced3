"""The pages over a real database, real turns and a real desk, served by a real server in a thread
of its own. Only the prompter is small: it counts the words that a question and a title share."""

import asyncio
import re
import socket
import threading
import time
from collections.abc import Coroutine, Mapping, Sequence
from concurrent.futures import Future
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import uvicorn
from fastapi import FastAPI

from sufler.app.clock import SystemClock
from sufler.bot.markdown import to_html
from sufler.bot.web_widget.page import Face
from sufler.bot.web_widget.send import WebChannel
from sufler.bot.web_widget.setup import setup as set_up_widget
from sufler.conversation.delivery import Delivery
from sufler.conversation.live import LiveEvents
from sufler.conversation.turn import Turns
from sufler.desk.desk import Desk
from sufler.desk.people import People
from sufler.domain.decisions import Level, Suggestion, SuggestionItem, Versions
from sufler.domain.knowledge import Article, Language, Mode, Topic, Translation
from sufler.domain.people import Caller, Role
from sufler.prompter.turn_kind import language_of, turn_kind
from sufler.storage.conversations import ConversationStore
from sufler.storage.database import Database
from sufler.storage.inbox import InboxStore
from sufler.storage.keys import KeyStore
from sufler.storage.outbox import OutboxStore
from sufler.storage.people import PeopleStore
from sufler.storage.presence import PresenceStore
from sufler.storage.sessions import SessionStore
from sufler.storage.suggestions import SuggestionStore
from sufler.web.services import KnowledgeSize
from sufler.web.setup import setup as set_up_pages

T = TypeVar("T")

PASSWORD = "correct horse"
SECRET = b"a secret of tests, 32 bytes long"


def article(id_: str, topic: str, ru: tuple[str, str], en: tuple[str, str]) -> Article:
    return Article(id_, topic, {"ru": Translation(*ru), "en": Translation(*en)})


ARTICLES = [
    article(
        "cost",
        "Доставка",
        ("Сколько стоит доставка?", "**300 ₽**, а от 3000 ₽ бесплатно.\n\n- курьером\n- в пункт"),
        ("How much does delivery cost?", "**300 ₽**, free from 3000 ₽."),
    ),
    article(
        "when",
        "Доставка",
        ("Когда приедет доставка?", "Обычно за 2 дня. [Условия](https://ploshkin.example/d)"),
        ("When does delivery arrive?", "Usually in 2 days."),
    ),
    article(
        "return",
        "Возврат",
        ("Как вернуть товар?", "Принесите его в пункт выдачи в течение 14 дней."),
        ("How do I return an item?", "Bring it to a pickup point within 14 days."),
    ),
]
TOPICS = {
    "Доставка": Topic("Доставка", Mode.ANSWERS, without_certificate="demo"),
    "Возврат": Topic("Возврат", Mode.SUGGESTS),
}
FACE = Face(
    name={"ru": "Плошкин", "en": "Ploshkin"},
    examples={
        "ru": ["Сколько стоит доставка?", "Как вернуть товар?"],
        "en": ["How much does delivery cost?", "How do I return an item?"],
    },
)


class SmallKnowledge:
    """Three articles that do not change."""

    articles: Mapping[str, Article] = {each.id: each for each in ARTICLES}
    topics: Mapping[str, Topic] = TOPICS

    def article(self, article_id: str, /) -> Article | None:
        return self.articles.get(article_id)


class SmallPrompter:
    """Confidence is the share of the question's words that the title or the answer has."""

    def __init__(self, clock: SystemClock) -> None:
        self._clock = clock
        self._numbers = count()

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
        kind, spoken = turn_kind(text), language_of(text, language or "ru")
        items = [self._item(each, text, spoken) for each in ARTICLES]
        found = sorted((i for i in items if i.confidence > 0.1), key=lambda i: -i.confidence)
        return Suggestion(
            id=f"suggestion-{next(self._numbers)}",
            text=text,
            language=spoken,
            turn_kind=kind,
            items=tuple(found[:limit]),
            versions=Versions(1, "small", "none", "rules", "none"),
            took_ms=0.1,
            at=self._clock.now(),
            conversation_id=conversation_id,
        )

    def _item(self, each: Article, text: str, language: Language) -> SuggestionItem:
        served, translation = each.in_language(language)
        asked, known = _stems(text), _stems(translation.title)
        confidence = len(asked & known) / max(len(asked), 1)
        level = (
            Level.SURE if confidence > 0.8 else Level.LIKELY if confidence > 0.4 else Level.CHECK
        )
        return SuggestionItem(
            article_id=each.id,
            title=translation.title,
            text=translation.answer,
            topic=each.topic,
            mode=TOPICS[each.topic].mode,
            language=served,
            language_ok=served == language,
            confidence=confidence,
            level=level,
            phrasing=translation.title,
        )


def _stems(text: str) -> set[str]:
    return {word[:5] for word in re.findall(r"\w{3,}", text.casefold())}


class World:
    """The served pages; `run` does something in the server's own loop."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._serving: Future[None] | None = None
        self.server: uvicorn.Server
        self.url = ""
        self.people: People
        self.desk: Desk
        self.turns: Turns
        self.suggestions: SuggestionStore
        self.conversations: ConversationStore
        self.database: Database

    def start(self) -> None:
        """Returns when pages are answered."""
        self._thread.start()
        self.run(self._build())
        self.open_doors()

    def stop(self) -> None:
        self.close_doors()
        self.run(self.database.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

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
        self._serving.result(20)

    def app(self) -> FastAPI:
        """A new application over the same services."""

        @asynccontextmanager
        async def lifespan(_app: FastAPI) -> Any:
            turns = asyncio.create_task(self.turns.run())
            yield
            turns.cancel()

        app = FastAPI(lifespan=lifespan)
        set_up_widget(
            app,
            channel=self._channel,
            receive=self.turns.receive,
            history=self.conversations,
            subscribe=self._live.subscribe,
            clock=self.clock,
            secret=SECRET,
            face=FACE,
        )
        set_up_pages(
            app,
            desk=self.desk,
            people=self.people,
            knowledge=SmallKnowledge(),
            knowledge_size=lambda: KnowledgeSize(len(ARTICLES), 1),
            clock=self.clock,
            to_html=to_html,
        )
        return app

    async def _build(self) -> None:
        self.clock = SystemClock()
        self.database = Database(f"sqlite:///{self._folder / 'sufler.db'}")
        await self.database.migrate()
        staff = PeopleStore(self.database)
        sessions = SessionStore(self.database)
        self.people = People(staff, KeyStore(self.database), sessions, self.clock)
        self.conversations = ConversationStore(self.database)
        self.suggestions = SuggestionStore(self.database)
        self._live = LiveEvents()
        self._channel = WebChannel()
        outbox = OutboxStore(self.database)
        delivery = Delivery(self.conversations, outbox, self.clock, self._live, [self._channel])
        self.desk = Desk(
            conversations=self.conversations,
            suggestions=self.suggestions,
            presence=PresenceStore(self.database),
            staff=staff,
            delivery=delivery,
            live=self._live,
            clock=self.clock,
        )
        self.turns = Turns(
            inbox=InboxStore(self.database),
            conversations=self.conversations,
            delivery=delivery,
            prompter=SmallPrompter(self.clock),
            knowledge=SmallKnowledge(),
            duty=self.desk.duty,
            clock=self.clock,
            language_of=language_of,
        )
        await self.people.add("anna", "Анна", Role.OPERATOR, PASSWORD)
        await self.people.add("boris", "Борис", Role.OPERATOR, PASSWORD)

    async def caller(self, login: str) -> Caller:
        person = await self.people.get(login)
        return Caller(f"person:{person.id}", person.name, person.role, person.id)
