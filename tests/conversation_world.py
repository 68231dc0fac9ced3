"""A conversation over a real database, with a prompter and a channel that tests can set."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sufler.app.flows import events_over, flowing_over
from sufler.app.lines import lines_over
from sufler.app.workplace import desk_over
from sufler.conversation.decide import DEFAULT_POLICY, Policy
from sufler.conversation.delivery import Delivery
from sufler.conversation.live import LiveEvents
from sufler.conversation.turn import Turns
from sufler.domain.conversation import (
    Button,
    Conversation,
    Customer,
    Incoming,
    IncomingKind,
    Message,
)
from sufler.domain.decisions import (
    Level,
    Suggestion,
    SuggestionItem,
    TurnKind,
    Versions,
)
from sufler.domain.knowledge import Article, Language, Mode, Topic, Translation
from sufler.domain.people import Caller, Person, Role
from sufler.domain.variables import fill
from sufler.flows.model import Flow
from sufler.flows.state import Answer, Call
from sufler.storage.conversations import ConversationStore
from sufler.storage.database import Database
from sufler.storage.inbox import InboxStore
from sufler.storage.leases import Leases
from sufler.storage.open_turns import OpenTurnStore
from sufler.storage.outbox import OutboxStore
from sufler.storage.people import PeopleStore
from sufler.storage.suggestions import SuggestionStore

ANNA = Caller("person:anna", "Анна", Role.OPERATOR, "anna")
BORIS = Caller("person:boris", "Борис", Role.OPERATOR, "boris")

KINDS = {
    "спасибо": TurnKind.THANKS,
    "thanks": TurnKind.THANKS,
    "ok": TurnKind.ACKNOWLEDGEMENT,
    "не то": TurnKind.NOT_IT,
    "долго ждать?": TurnKind.ASKS_STATUS,
    "оператор": TurnKind.ASKS_FOR_PERSON,
    "hello": TurnKind.GREETING,
    "вопрос решён": TurnKind.CLOSES,
}


# Each message is a turn of its own.
AT_ONCE = replace(DEFAULT_POLICY, burst_pause_s=0.0)


class MovableClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.moment.timestamp()

    def move(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


class Shelf:
    """Articles by id, each in a topic of its mode."""

    def __init__(self) -> None:
        self.articles: dict[str, Article] = {}
        self.topics: dict[str, Topic] = {mode.value: Topic(mode.value, mode) for mode in Mode}

    def put(
        self, article_id: str, ru: str, en: str | None = None, mode: Mode = Mode.ANSWERS
    ) -> None:
        translations: dict[Language, Translation] = {"ru": Translation(f"О чём {article_id}", ru)}
        if en is not None:
            translations["en"] = Translation(f"About {article_id}", en)
        self.articles[article_id] = Article(article_id, mode.value, translations)

    def article(self, article_id: str, /) -> Article | None:
        return self.articles.get(article_id)

    def mode_of(self, article: Article, /) -> Mode:
        return self.topics[article.topic].mode


class SetPrompter:
    """Suggests what a test has set for a text: pairs of article id and confidence."""

    def __init__(self, shelf: Shelf, clock: MovableClock) -> None:
        self.shelf = shelf
        self.clock = clock
        self.fits: dict[str, Sequence[tuple[str, float]]] = {}
        self.broken: set[str] = set()
        self.asked: list[str] = []
        self.heard_before: list[tuple[str, str]] = []
        self.gate: asyncio.Event | None = None
        self.begun = asyncio.Event()

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
        self.asked.append(text)
        self.heard_before = list(history)
        self.begun.set()
        if self.gate is not None:
            await self.gate.wait()
        if any(poison in text for poison in self.broken):
            raise RuntimeError(f"cannot think about {text}")
        spoken = language or by_script(text, "ru")
        kind = KINDS.get(text, TurnKind.QUESTION)
        fits = self.fits.get(text, ()) if kind is TurnKind.QUESTION else ()
        items = tuple(self._item(one, sure, spoken, variables) for one, sure in fits)
        versions = Versions(7, "model", "head", "unset", "1.0")
        moment = self.clock.now()
        return Suggestion(uuid.uuid4().hex, text, spoken, kind, items, versions, 1.5, moment)

    def _item(
        self, article_id: str, sure: float, language: Language, variables: Mapping[str, str]
    ) -> SuggestionItem:
        article = self.shelf.articles[article_id]
        ours, translation = article.in_language(language)
        return SuggestionItem(
            article_id=article_id,
            title=translation.title,
            text=fill(translation.answer, variables),
            topic=article.topic,
            mode=self.shelf.topics[article.topic].mode,
            language=ours,
            language_ok=ours == language or article.other_language_ok,
            confidence=sure,
            level=Level.LIKELY,
            phrasing="как спросили",
            why={"vector": sure},
        )


class Ears:
    """A channel that keeps what it was given; `trouble` is raised first, one by one."""

    name = "test"

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, tuple[Button, ...]]] = []
        self.trouble: list[Exception] = []
        self.waits: dict[str, float] = {}
        self.edits: list[tuple[str | None, str]] = []
        self.typed: list[str] = []
        self.before_send: asyncio.Event | None = None
        self.begun = asyncio.Event()

    def slot(self, conversation: Conversation) -> float:
        return self.waits.get(conversation.customer.external_id, 0.0)

    async def edit(self, conversation: Conversation, message: Message) -> None:
        if self.trouble:
            raise self.trouble.pop(0)
        self.edits.append((message.external_id, message.text))

    async def typing(self, conversation: Conversation) -> None:
        self.typed.append(conversation.customer.external_id)

    async def send(self, conversation: Conversation, message: Message) -> str | None:
        self.begun.set()
        if self.before_send is not None:
            await self.before_send.wait()
        if self.trouble:
            raise self.trouble.pop(0)
        self.heard.append((conversation.customer.external_id, message.text, message.buttons))
        return f"m{len(self.heard)}"

    def texts(self, customer: str = "c1") -> list[str]:
        return [text for who, text, _ in self.heard if who == customer]


def by_script(text: str, default: Language) -> Language:
    if any("а" <= char <= "я" for char in text.lower()):
        return "ru"
    return "en" if any(char.isalpha() for char in text) else default


class Written:
    """The published flows of a test."""

    def __init__(self) -> None:
        self.flows: dict[str, Flow] = {}


class Answering:
    """A company's services: each call gets the next of `answers`, at last 200 with nothing.
    `before` is awaited first."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.answers: list[Answer] = []
        self.before: Callable[[], Awaitable[object]] | None = None

    async def perform(self, call: Call) -> Answer:
        self.calls.append(call)
        if self.before is not None:
            await self.before()
        return self.answers.pop(0) if self.answers else Answer()


class World:
    """Everything wired as in the real program, but for the prompter and the channel."""

    def __init__(self, url: str, policy: Policy = AT_ONCE) -> None:
        self.url = url
        self.policy = policy
        self.clock = MovableClock()
        self.shelf = Shelf()
        self.ears = Ears()
        self.prompter = SetPrompter(self.shelf, self.clock)
        self.written = Written()
        self.services = Answering()
        self.number = 0
        # The next messages' u; then always one that no share reaches.
        self.chances: list[float] = []

    def _chance(self) -> float:
        return self.chances.pop(0) if self.chances else 0.999

    async def open(self) -> "World":
        """Also after a death: new objects over the same database."""
        self.database = Database(self.url)
        self.conversations = ConversationStore(self.database)
        self.inbox, self.outbox = InboxStore(self.database), OutboxStore(self.database)
        self.suggestions = SuggestionStore(self.database)
        self.staff = PeopleStore(self.database)
        self.live = LiveEvents()
        self.delivery = Delivery(
            self.conversations,
            self.outbox,
            self.clock,
            self.live,
            Leases(self.database),
            [self.ears],
        )
        lines = lines_over(self.database, self.delivery, self.live, self.clock)
        self.desk = desk_over(
            self.database, lines, self.delivery, self.live, self.clock, self.prompter
        )
        self.open_turns = OpenTurnStore(self.database)
        flowing, flow_work = flowing_over(
            self.database,
            self.written,
            self.services,
            self.shelf,
            self.delivery,
            lines.prospects,
            self.clock,
        )
        self.events = events_over(
            self.database,
            flowing,
            self.written,
            self.delivery,
            lines.queues,
            self.clock,
            quiet=(21 * 60, 9 * 60),
            per_week=3,
        )
        self.turns = Turns(
            inbox=self.inbox,
            open_turns=self.open_turns,
            conversations=self.conversations,
            delivery=self.delivery,
            prompter=self.prompter,
            knowledge=self.shelf,
            duty=self.desk.lines.prospects,
            clock=self.clock,
            language_of=by_script,
            kind_of=lambda text: KINDS.get(text, TurnKind.QUESTION),
            policy=self.policy,
            chance=self._chance,
            flowing=flowing,
            flow_work=flow_work,
        )
        return self

    async def close(self) -> None:
        await self.database.close()

    async def hire(self, *callers: Caller) -> None:
        for caller in callers:
            login = caller.person_id or caller.id
            person = Person(login, login, caller.name, caller.role, True, self.clock.now())
            await self.staff.add(person, "hash")

    async def send(
        self,
        text: str = "",
        *,
        customer: str = "c1",
        button: str | None = None,
        kind: IncomingKind | None = None,
        external_id: str | None = None,
        first_name: str = "Оля",
    ) -> bool:
        """Receive one message without handling it."""
        self.number += 1
        sort = kind or (IncomingKind.BUTTON if button else IncomingKind.TEXT)
        incoming = Incoming(
            channel="test",
            external_id=external_id or f"in{self.number}",
            customer=Customer(customer, "Оля К.", first_name),
            kind=sort,
            text=text,
            button=button,
            at=self.clock.now(),
        )
        return await self.turns.receive(incoming)

    async def take_in(self) -> None:
        """Every received row into its conversation, nothing decided."""
        while rows := await self.inbox.due(["test"], self.clock.now()):
            for row in rows:
                await self.turns.take_in(row)

    async def decide(self) -> None:
        """Decide every due turn without sending anything."""
        await self.take_in()
        due, _ = await self.open_turns.due(["test"], self.clock.now())
        for turn in due:
            await self.turns.decide(turn.conversation_id)

    async def say(self, text: str = "", **more: str | IncomingKind | None) -> list[str]:
        """Send one message, let it be handled, and return what was heard in answer to it."""
        before = len(self.ears.heard)
        await self.send(text, **more)  # type: ignore[arg-type]  # passed on as they are
        await self.turns.drain()
        return [heard for _, heard, _ in self.ears.heard[before:]]

    async def conversation(self, customer: str = "c1") -> Conversation:
        found = await self.conversations.find("test", customer)
        assert found is not None
        return found

    async def history(self, customer: str = "c1") -> list[Message]:
        return await self.conversations.messages((await self.conversation(customer)).id)
