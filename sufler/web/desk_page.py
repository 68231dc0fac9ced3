"""The desk of one operator in one tab: reads, draws, and acts through `desk/desk.py`."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog
from nicegui import Client, background_tasks, events, ui

from sufler.conversation.live import Subscription
from sufler.desk.desk import MAX_REPLY
from sufler.domain.decisions import Suggestion, SuggestionItem
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
from sufler.domain.people import Caller
from sufler.domain.texts import text
from sufler.web.desk_board import FIRST_PAGE, Board, BoardReader, Talk
from sufler.web.desk_drafts import Draft, Drafts
from sufler.web.desk_list import ListColumn
from sufler.web.desk_suggestions import SuggestionColumn
from sufler.web.desk_talk import TalkHead, TalkHistory, more_than
from sufler.web.desk_write import WriteBox
from sufler.web.services import Services

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
    ) -> None:
        self._services = services
        self._desk = services.desk
        self._drafts = drafts
        self._caller = caller
        self._token = token
        self._language = language
        self._picked = picked
        self._most = FIRST_PAGE
        self._talk: Talk | None = None
        self._waiting = -1
        self._drawing = asyncio.Lock()
        self._reader = BoardReader(services.desk, services.people, services.clock, language)

    def build(self) -> None:
        """Put the empty columns up."""
        language, services = self._language, self._services
        with ui.element("main").classes("desk") as self._root:
            self._list = ListColumn(language, self.pick)
            self._head = TalkHead(
                language, back=self.back, take=self.take, give=self.give_back, close=self.close
            )
            self._history = TalkHistory(language, self._reader, services.to_html, self.earlier)
            self._side = SuggestionColumn(
                language, lambda: services.knowledge.topics, services.to_html, self.insert
            )
            self._write = WriteBox(language, send=self.send, changed=self.draft_changed)
        ui.keyboard(self._key, repeating=False, ignore=["input", "select", "textarea"])

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
        self._write.show(talk, self._draft().text if talk else "")
        self._root.classes(**{"add" if talk else "remove": "has-talk"})
        if len(board.waiting) != self._waiting:
            self._waiting = len(board.waiting)
            title = text("desk_title", self._language)
            ui.page_title(f"({self._waiting}) {title}" if self._waiting else title)

    def _draft(self) -> Draft:
        return self._drafts.of(self._caller.id, self._picked or "")

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
        await self._act(lambda caller, id_: self._desk.return_to_bot(caller, id_))

    async def close(self) -> None:
        """End the episode."""
        await self._act(lambda caller, id_: self._desk.close(caller, id_))

    async def insert(self, item: SuggestionItem) -> None:
        """Put a suggestion's text into the reply."""
        talk = self._talk
        if talk is None or talk.suggestion is None or not talk.open_to_me:
            return
        draft = self._draft()
        self._drafts.insert(draft, talk.suggestion, item)
        self._write.put(draft.text)

    def draft_changed(self, words: str) -> None:
        """Keep what is written."""
        if self._picked is not None:
            self._draft().text = words

    async def send(self, words: str) -> None:
        """Send the reply, and say what it makes of the suggestion."""
        talk, draft = self._talk, self._draft()
        if talk is None:
            return
        if not words.strip():
            ui.notify(text("desk_reply_empty", self._language), type="warning")
            return
        if len(words) > MAX_REPLY:
            most = text("desk_reply_too_long", self._language, most=MAX_REPLY)
            ui.notify(most, type="warning")
            return

        async def reply(caller: Caller, conversation_id: str) -> None:
            await self._desk.reply(caller, conversation_id, words)
            await self._tell_feedback(draft, words, talk.suggestion)
            draft.text, draft.inserted = "", None
            self._write.put("")

        await self._act(reply)

    async def _tell_feedback(self, draft: Draft, words: str, suggestion: Suggestion | None) -> None:
        feedback = self._drafts.feedback(
            draft, words, suggestion, self._caller.id, self._services.clock.now()
        )
        if feedback is None:
            return
        try:
            await self._desk.add_feedback(feedback)
        except SuflerError as error:
            _log.warning("feedback_not_stored", error=error.message)

    async def _act(self, act: Callable[[Caller, str], Awaitable[object]]) -> None:
        """Do something with the picked conversation, or say why it cannot be done."""
        conversation_id = self._picked
        if conversation_id is None:
            return
        try:
            caller = await self._services.people.caller_of_session(self._token)
            await act(caller, conversation_id)
        except Unauthenticated:
            ui.navigate.to("/login?over")
            return
        except SuflerError as error:
            _log.info("desk_act_refused", error=error.message)
            ui.notify(self._in_words(error), type="negative")
        await self.refresh()

    def _in_words(self, error: SuflerError) -> str:
        match error:
            case Conflict():
                key = "desk_taken_by_other"
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

    async def _key(self, event: events.KeyEventArguments) -> None:
        """While the focus is outside the field: 1, 2, 3 insert a suggestion, Ctrl+Enter sends."""
        if not event.action.keydown:
            return
        if event.key.enter and (event.modifiers.ctrl or event.modifiers.meta):
            await self.send(self._draft().text)
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
