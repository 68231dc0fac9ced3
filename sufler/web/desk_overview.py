"""`/desk/overview`: what a supervisor sees of the queues, the people and every conversation now."""

import asyncio
from contextlib import suppress
from datetime import datetime

import structlog
from nicegui import Client, background_tasks, ui

from sufler.desk.queues import name_of
from sufler.domain.conversation import Conversation, Owner
from sufler.domain.desk import LineNow, OperatorNow, Overview
from sufler.domain.errors import SuflerError, Unauthenticated
from sufler.domain.events import EventKind
from sufler.domain.knowledge import Language
from sufler.domain.people import Caller
from sufler.domain.queues import DEFAULT_QUEUE, Queue
from sufler.domain.texts import text
from sufler.web.admin_fields import LineField
from sufler.web.desk_acts import Acting, Acts
from sufler.web.desk_board import BoardReader
from sufler.web.desk_lists import Lists, SharedLists
from sufler.web.desk_passing import Passing
from sufler.web.elements import button, heading, link, with_props
from sufler.web.services import Services

_log = structlog.get_logger(__name__)

LOOK_S = 10.0
# However much happens, the whole is read as often as this at most.
EVERY_S = 1.0
MOST_WHISPER = 2000


class _Row:
    """One conversation; what a supervisor has begun to write in it survives a renewal."""

    def __init__(self, page: "OverviewPage", conversation: Conversation) -> None:
        language, act = page.language, page.acting(conversation.id)
        self._page = page
        self.element = ui.element("article").classes("over-row")
        with self.element:
            address = f"/desk?conversation={conversation.id}"
            with with_props(ui.element("a").classes("over-name"), href=address):
                self._name = ui.label()
            with ui.element("div").classes("tags"):
                self._owner = ui.label().classes("tag")
                self._topic = ui.label().classes("tag")
                self._channel = ui.label().classes("tag bare")
            self._waits = ui.label().classes("over-waits")
            self._said = ui.label().classes("item-preview")
            with ui.element("div").classes("over-acts"):
                link(text("over_look", language), address, "act")
                Passing(page.services.desk.lines, language, page.caller, act)
                self._whisper(act)

    def _whisper(self, act: Acting) -> None:
        language, page = self._page.language, self._page
        with ui.element("details").classes("passing whisper") as details:
            with ui.element("summary").classes("act"):
                ui.label(text("over_whisper", language))
            with ui.element("div").classes("passing-panel"):
                field = LineField(text("over_whisper_words", language), most=MOST_WHISPER)

                async def whisper() -> None:
                    words = field.value.strip()
                    if not words:
                        return
                    told = page.services.desk.workplace.supervising
                    if await act(lambda caller, id_: told.whisper(caller, id_, words)):
                        field.put("")
                        details.run_method("removeAttribute", "open")
                        ui.notify(text("over_whispered", language))

                button(text("over_whisper_send", language), whisper, "act main")

    def show(self, conversation: Conversation, said: str, topic: str) -> None:
        """Change what has changed."""
        page = self._page
        self._name.set_text(page.reader.name_of(conversation))
        self._owner.set_text(page.whose(conversation))
        with_props(self._owner, **{"data-owner": conversation.owner.value})
        self._topic.set_text(topic)
        self._topic.set_visibility(bool(topic))
        self._channel.set_text(page.reader.channel_of(conversation))
        since = conversation.unanswered_since or conversation.waiting_since
        words = page.waits(since) if since else text("over_answered", page.language)
        self._waits.set_text(words)
        with_props(self.element, **{"data-promise": page.promise(conversation)})
        self._said.set_text(said)


class OverviewPage:
    """Built once for each opened tab; needs the right to supervise."""

    def __init__(
        self,
        services: Services,
        lists: SharedLists,
        *,
        caller: Caller,
        token: str,
        language: Language,
    ) -> None:
        self.services = services
        self.caller = caller
        self.language = language
        self._token = token
        self._shared = lists
        self._rows: dict[str, _Row] = {}
        self._names: dict[str, str] = {}
        self._queues: dict[str | None, Queue] = {}
        self._lists: Lists | None = None
        self.reader = BoardReader(
            services.desk, services.past, services.people, services.clock, language, lists
        )

    def build(self) -> None:
        """Put the empty page up."""
        language = self.language
        with ui.element("div").classes("overview") as self._root:
            heading(1, text("over_title", language))
            with ui.element("section").classes("over-part"):
                heading(2, text("over_lines", language))
                self._lines = ui.element("div").classes("over-cards")
            with ui.element("section").classes("over-part"):
                heading(2, text("over_people", language))
                self._people = ui.element("div").classes("over-cards")
            with ui.element("section").classes("over-part"):
                heading(2, text("over_talks", language))
                self._nothing = ui.label(text("over_nothing", language)).classes("nothing")
                self._talks = ui.element("div").classes("over-talks")
        self._drawn: object = None

    def live(self, client: Client) -> None:
        """Follow what happens until the tab is gone."""
        task = background_tasks.create(self._follow(client), name="overview")
        client.on_delete(lambda: task.cancel())

    async def _follow(self, client: Client) -> None:
        with suppress(TimeoutError):
            await client.connected(timeout=60.0)
        events = self.services.desk.subscribe()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    while (await anext(events)).kind in (EventKind.WATCH, EventKind.DRAFT):
                        pass
            with self._root:
                await self.refresh()
            await asyncio.sleep(EVERY_S)

    async def refresh(self) -> None:
        """Read anew and draw what has changed; to /login when the session is over."""
        since = asyncio.get_running_loop().time()
        try:
            self.caller = await self.services.people.caller_of_session(self._token)
            seen = await self.services.desk.workplace.supervising.overview(self.caller)
            self._lists = await self._shared.read(since)
            listed = [await self._shared.listed(each) for each in seen.conversations]
        except Unauthenticated:
            ui.navigate.to("/login?over")
            return
        except SuflerError as error:
            _log.warning("overview_not_read", error=error.message)
            ui.notify(text("desk_not_now", self.language), type="negative")
            return
        self._names = {each.operator.id: each.operator.name for each in seen.operators}
        self._queues = {each.queue.id: each.queue for each in seen.lines}
        self._draw_cards(seen)
        there = {each.id for each in seen.conversations}
        for gone in [id_ for id_ in self._rows if id_ not in there]:
            self._rows.pop(gone).element.delete()
        for number, each in enumerate(listed):
            row = self._rows.get(each.conversation.id)
            if row is None:
                with self._talks:
                    row = self._rows[each.conversation.id] = _Row(self, each.conversation)
            if self._talks.default_slot.children.index(row.element) != number:
                row.element.move(self._talks, number)
            row.show(each.conversation, each.said, each.topic)
        self._nothing.set_visibility(not listed)

    def acting(self, conversation_id: str) -> Acting:
        """Acts on one conversation; the page is renewed after each."""
        acts = Acts(
            self.services,
            self.reader,
            self._token,
            self.language,
            picked=lambda: conversation_id,
            after=self.refresh,
        )
        return acts.do

    def whose(self, conversation: Conversation) -> str:
        """Who has it, or in which queue it waits."""
        if conversation.owner is Owner.OPERATOR:
            unknown = text("desk_someone", self.language)
            return self._names.get(conversation.operator_id or "", unknown)
        queue = self._queues.get(conversation.queue_id or DEFAULT_QUEUE)
        return text("over_in_queue", self.language, name=self._queue_name(queue))

    def waits(self, since: datetime) -> str:
        """For how long somebody has waited."""
        return text("over_waits", self.language, time=self.reader.time_of(since))

    def promise(self, conversation: Conversation) -> str:
        """A value of `Promise`, or nothing."""
        now = self.services.clock.now()
        found = self._lists.promise(conversation, now) if self._lists else None
        return found.value if found else ""

    def _draw_cards(self, seen: Overview) -> None:
        now = tuple(self._line_words(each) for each in seen.lines)
        people = tuple(self._operator_words(each) for each in seen.operators)
        if (now, people) == self._drawn:
            return
        self._drawn = (now, people)
        for place, cards in ((self._lines, now), (self._people, people)):
            place.clear()
            with place:
                for name, words, state in cards:
                    card = ui.element("div").classes("card over-card")
                    with with_props(card, **{"data-state": state}):
                        ui.label(name).classes("over-card-name")
                        ui.label(words)

    def _line_words(self, line: LineNow) -> tuple[str, str, str]:
        language = self.language
        words = [text("over_line_waiting", language, count=line.waiting)]
        if line.oldest_since is not None:
            words.append(text("over_oldest", language, time=self.reader.time_of(line.oldest_since)))
        if line.usual_wait_s is not None:
            minutes = max(1, round(line.usual_wait_s / 60))
            words.append(text("over_usual", language, minutes=minutes))
        return self._queue_name(line.queue), " · ".join(words), "waiting" if line.waiting else ""

    def _operator_words(self, each: OperatorNow) -> tuple[str, str, str]:
        language, status = self.language, each.operator.status.value
        load = text("over_load", language, load=each.load, capacity=each.capacity)
        words = f"{text(f'status_{status}', language)} · {load}"
        return each.operator.name, words, status

    def _queue_name(self, queue: Queue | None) -> str:
        if queue is None or queue.id == DEFAULT_QUEUE:
            named = name_of(queue, self.language) if queue else ""
            return named or text("queue_default", self.language)
        return name_of(queue, self.language) or queue.id
