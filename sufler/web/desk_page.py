"""The desk of one operator in one tab: reads, draws, and acts through `desk/desk.py`."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import structlog
from nicegui import Client, background_tasks, events, ui

from sufler.conversation.live import Subscription
from sufler.domain.conversation import Message, Owner
from sufler.domain.decisions import SuggestionItem
from sufler.domain.errors import (
    BadInput,
    Conflict,
    Forbidden,
    NotFound,
    StorageUnavailable,
    SuflerError,
    Unauthenticated,
)
from sufler.domain.knowledge import Language
from sufler.domain.past import Version
from sufler.domain.people import Caller
from sufler.domain.stops import conversation_scope
from sufler.domain.texts import text
from sufler.web.desk_alerts import Alerts
from sufler.web.desk_before import Before, Notes
from sufler.web.desk_board import FIRST_PAGE, Board, BoardReader, Talk
from sufler.web.desk_drafts import Drafts
from sufler.web.desk_lines import LineActs
from sufler.web.desk_list import ListColumn
from sufler.web.desk_passing import Passing, status_choice
from sufler.web.desk_suggestions import SuggestionColumn
from sufler.web.desk_talk import TalkHead, TalkHistory, more_than
from sufler.web.desk_writing import Writing
from sufler.web.elements import heading
from sufler.web.services import Services
from sufler.web.stop_strip import StopStrip

_log = structlog.get_logger(__name__)

# Waiting times grow, and another process may have changed something: look again after this.
LOOK_S = 10.0
# Events come in bursts (message, owner, sent): one look for all of them.
GATHER_S = 0.03
CONNECT_S = 60.0


class DeskPage:
    """Built once for each opened tab."""

    def __init__(
        self,
        services: Services,
        drafts: Drafts,
        *,
        caller: Caller,
        token: str,
        language: Language,
        picked: str | None,
        stops: StopStrip | None = None,
    ) -> None:
        self._services = services
        self._desk = services.desk
        self._drafts = drafts
        self._caller = caller
        self._token = token
        self._language = language
        self._picked = picked
        self._stops = stops
        self._most = FIRST_PAGE
        self._talk: Talk | None = None
        self._waiting = -1
        self._drawing = asyncio.Lock()
        self._reader = BoardReader(
            services.desk, services.past, services.people, services.clock, language
        )

    def build(self) -> None:
        """Put the empty columns up."""
        language, services = self._language, self._services
        heading(1, text("desk_title", language), "unseen")
        with ui.element("div").classes("desk") as self._root:
            self._list = ListColumn(language, self.pick)
            self._alerts = Alerts(language, self._list.top)
            self._head = TalkHead(
                language,
                back=self.back,
                take=self.take,
                give=self.give_back,
                close=self.close,
                stop=self.stop_here,
            )
            with self._head.element:
                Passing(self._desk.lines, language, self._caller, self._act)
            self._notes = Notes(language)
            acts = LineActs(self._edit, self._quote, self._again, self._versions)
            self._history = TalkHistory(language, services.to_html, self.earlier, acts)
            self._side = SuggestionColumn(
                language, lambda: services.knowledge.topics, services.to_html, self.insert
            )
            self._writing = Writing(services, self._drafts, language, self._caller.id, self._act)
        ui.keyboard(self._key, repeating=False, ignore=["input", "select", "textarea"])

    async def show_status(self) -> None:
        """Let the operator say what they are doing."""
        with self._list.top:
            await status_choice(self._desk.lines, self._caller, self._language)

    def live(self, client: Client) -> None:
        """Follow what happens until the tab is gone."""
        task = background_tasks.create(self._follow(client), name="desk")
        client.on_delete(lambda: task.cancel())

    async def _follow(self, client: Client) -> None:
        try:
            await client.connected(timeout=CONNECT_S)
        except TimeoutError:
            return
        events_of_desk = self._desk.subscribe()
        while True:
            with self._root:
                if client.has_socket_connection:
                    await self._beat()
                await self.refresh()
            await _something_happened(events_of_desk)

    async def _beat(self) -> None:
        try:
            await self._desk.heartbeat(self._caller)
        except SuflerError as error:
            _log.warning("heartbeat_not_stored", error=error.message)

    async def refresh(self) -> None:
        """Read anew and draw what has changed; to /login when the session is over."""
        async with self._drawing:
            try:
                self._caller = await self._services.people.caller_of_session(self._token)
                board = await self._reader.board(self._caller)
                talk = await self._read_talk()
            except Unauthenticated:
                ui.navigate.to("/login?over")
                return
            except SuflerError as error:
                _log.warning("desk_not_read", error=error.message)
                ui.notify(text("desk_not_now", self._language), type="negative")
                return
            if (talk.conversation.id if talk else None) != self._picked:
                return  # another one was picked meanwhile, and its own refresh is waiting
            # Only now: keys and buttons act on what is shown, also while it is read anew.
            self._talk = talk
            self._draw(board, talk)

    async def _read_talk(self) -> Talk | None:
        picked = self._picked
        if picked is None:
            return None
        try:
            return await self._reader.talk(self._caller, picked, self._most)
        except NotFound:
            if self._picked == picked:
                self._picked = None
            ui.notify(text("desk_gone", self._language))
            return None

    def _draw(self, board: Board, talk: Talk | None) -> None:
        self._list.show(board, self._picked)
        self._head.show(talk)
        self._history.show(talk, self._most)
        self._side.show(talk)
        picked = talk.conversation.id if talk else None
        self._notes.show(picked, talk.before if talk else Before())
        self._writing.show(talk)
        self._alerts.show(board, self._picked)
        if self._stops is not None:
            self._stops.offer(picked)
        self._root.classes(**{"add" if talk else "remove": "has-talk"})
        if len(board.waiting) != self._waiting:
            self._waiting = len(board.waiting)
            title = text("desk_title", self._language)
            ui.page_title(f"({self._waiting}) {title}" if self._waiting else title)

    async def pick(self, conversation_id: str) -> None:
        """Show a conversation."""
        self._picked = conversation_id
        self._most = FIRST_PAGE
        ui.navigate.history.replace(f"/desk?conversation={conversation_id}")
        await self.refresh()

    async def back(self) -> None:
        """Show the list alone (on a phone)."""
        self._picked = None
        ui.navigate.history.replace("/desk")
        await self.refresh()

    async def earlier(self) -> None:
        """Read further back."""
        self._most = more_than(self._most)
        await self.refresh()

    async def take(self) -> None:
        """Make it mine."""
        await self._act(lambda caller, id_: self._desk.take(caller, id_))

    async def give_back(self) -> None:
        """The bot may answer again."""
        if await self._act(lambda caller, id_: self._desk.return_to_bot(caller, id_)):
            ui.notify(text("desk_returned", self._language))

    async def close(self) -> None:
        """End the episode."""
        if await self._act(lambda caller, id_: self._desk.close(caller, id_)):
            ui.notify(text("desk_closed_now", self._language))

    async def stop_here(self) -> None:
        """Ask whether the bot is to be silent in this conversation."""
        if self._stops is not None and self._picked is not None:
            await self._stops.ask(conversation_scope(self._picked))

    async def insert(self, item: SuggestionItem) -> None:
        """Put a suggestion's text into the reply."""
        await self._writing.insert(item)

    async def _edit(self, message: Message) -> None:
        await self._writing.edit(message)

    async def _quote(self, message: Message) -> None:
        await self._writing.quote(message)

    async def _again(self, message: Message) -> None:
        await self._writing.again(message)

    async def _versions(self, message: Message) -> Sequence[Version]:
        past = self._services.past
        if past is None:
            return ()
        try:
            return await past.versions(self._caller, message.conversation_id, message.id)
        except SuflerError as error:
            ui.notify(await self._in_words(error, message.conversation_id), type="negative")
            return ()

    async def _act(self, act: Callable[[Caller, str], Awaitable[object]]) -> bool:
        """Do something with the picked conversation, or say why it cannot be done (False)."""
        conversation_id = self._picked
        if conversation_id is None:
            return False
        done = False
        try:
            caller = await self._services.people.caller_of_session(self._token)
            await act(caller, conversation_id)
            done = True
        except Unauthenticated:
            ui.navigate.to("/login?over")
            return False
        except SuflerError as error:
            _log.info("desk_act_refused", error=error.message)
            words = await self._in_words(error, conversation_id)
            # Somebody was quicker: that is no fault of anybody's.
            calm = isinstance(error, Conflict)
            ui.notify(words, type="info" if calm else "negative")
        await self.refresh()
        return done

    async def _in_words(self, error: SuflerError, conversation_id: str) -> str:
        match error:
            case Conflict(field="message_id"):
                key = "desk_edit_refused"
            case Conflict():
                return await self._who_has(conversation_id)
            case Forbidden():
                key = "desk_forbidden"
            case NotFound():
                key = "desk_gone"
            case BadInput():
                key = "desk_reply_empty"
            case StorageUnavailable():
                key = "desk_not_now"
            case _:
                return error.message
        return text(key, self._language)

    async def _who_has(self, conversation_id: str) -> str:
        try:
            conversation = await self._desk.get(conversation_id)
            if conversation.owner is Owner.OPERATOR:
                name = await self._reader.operator_of(conversation)
                return text("desk_taken_by", self._language, name=name)
        except SuflerError:
            return text("desk_not_now", self._language)
        return text("desk_just_released", self._language)

    async def _key(self, event: events.KeyEventArguments) -> None:
        """While the focus is outside the field: 1, 2, 3 insert a suggestion, Ctrl+Enter sends."""
        if not event.action.keydown:
            return
        if event.key.enter and (event.modifiers.ctrl or event.modifiers.meta):
            await self._writing.send(self._writing.written())
            return
        number = event.key.number
        modified = event.modifiers.ctrl or event.modifiers.alt or event.modifiers.meta
        if number is None or modified:
            return
        suggestion = self._talk.suggestion if self._talk else None
        if suggestion is not None and 1 <= number <= len(suggestion.items):
            await self.insert(suggestion.items[number - 1])


async def _something_happened(live: Subscription) -> None:
    """Wait for an event and those that come with it, or until it is time to look anyway."""
    with suppress(TimeoutError):
        await asyncio.wait_for(anext(live), LOOK_S)
        async with asyncio.timeout(GATHER_S):
            while True:
                await anext(live)
