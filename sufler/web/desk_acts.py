"""Doing something with the picked conversation, or saying in words why it could not be done."""

from collections.abc import Awaitable, Callable

import structlog
from nicegui import ui

from sufler.domain.conversation import Owner
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
from sufler.web.desk_board import BoardReader
from sufler.web.services import Services

_log = structlog.get_logger(__name__)

# Does something with the picked conversation; False when it could not be done and that was said.
Acting = Callable[[Callable[[Caller, str], Awaitable[object]]], Awaitable[bool]]


class Acts:
    """Of one tab. Each act asks first whether the session still holds."""

    def __init__(
        self,
        services: Services,
        reader: BoardReader,
        token: str,
        language: Language,
        *,
        picked: Callable[[], str | None],
        after: Callable[[], Awaitable[None]],
    ) -> None:
        """`after` is called when something was done or refused: what is shown may be old."""
        self._services = services
        self._desk = services.desk
        self._reader = reader
        self._token = token
        self._language = language
        self._picked = picked
        self._after = after

    async def caller(self) -> Caller:
        """Who sits there, as their session and role stand now. Raises Unauthenticated."""
        return await self._services.people.caller_of_session(self._token)

    async def do(self, act: Callable[[Caller, str], Awaitable[object]]) -> bool:
        """Do it with the picked conversation; the type is `Acting`."""
        conversation_id = self._picked()
        if conversation_id is None:
            return False
        done = False
        try:
            await act(await self.caller(), conversation_id)
            done = True
        except Unauthenticated:
            ui.navigate.to("/login?over")
            return False
        except SuflerError as error:
            await self.refused(error, conversation_id)
        await self._after()
        return done

    async def refused(self, error: SuflerError, conversation_id: str) -> None:
        """Say why something was not done."""
        _log.info("desk_act_refused", error=error.message)
        words = await self._in_words(error, conversation_id)
        # Somebody was quicker: that is no fault of anybody's.
        calm = isinstance(error, Conflict)
        ui.notify(words, type="info" if calm else "negative")

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
