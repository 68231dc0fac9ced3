"""Who else looks at the picked conversation or writes in it; and telling them that we do."""

import time
from collections.abc import Callable

import structlog
from nicegui import ui

from sufler.desk.people import may
from sufler.desk.watching import Watching
from sufler.domain.conversation import Owner
from sufler.domain.errors import SuflerError
from sufler.domain.knowledge import Language
from sufler.domain.people import Caller, Right
from sufler.domain.texts import text
from sufler.web.desk_board import Talk

_log = structlog.get_logger(__name__)

# A sign of looking is good for ten seconds.
SIGN_EVERY_S = 4.0
# So long after the last letter somebody still writes.
WRITES_S = 5.0


class Presence:
    """Of one tab, in a line under the conversation. A supervisor who looks at somebody else's
    conversation is not told of, until they write."""

    def __init__(
        self, watching: Watching, language: Language, caller: Callable[[], Caller]
    ) -> None:
        self._watching = watching
        self._language = language
        self._caller = caller
        self._talk: Talk | None = None
        self._typed = float("-inf")
        self._told: tuple[str, bool] | None = None
        self._told_at = float("-inf")
        self._label = ui.label().classes("watchers").props("role=status")
        self._label.set_visibility(False)

    async def show(self, talk: Talk | None) -> None:
        """The conversation that is shown now."""
        before = self._talk.conversation.id if self._talk else None
        now = talk.conversation.id if talk else None
        self._talk = talk
        if before != now:
            self._typed = float("-inf")
            if before is not None:
                await self._leave(before)
        await self.sign()
        self.draw()

    def typing(self) -> None:
        """Something was typed."""
        self._typed = time.monotonic()

    async def sign(self) -> None:
        """Tell that we are there, if it is time to."""
        talk = self._talk
        if talk is None:
            return
        writes = time.monotonic() - self._typed < WRITES_S
        sign, now = (talk.conversation.id, writes), time.monotonic()
        if self._unseen(talk, writes) or (
            sign == self._told and now - self._told_at < SIGN_EVERY_S - 0.5
        ):
            return
        self._told, self._told_at = sign, now
        try:
            await self._watching.look(self._caller(), talk.conversation.id, writes=writes)
        except SuflerError as error:
            _log.warning("watching_not_told", error=error.message)

    def draw(self) -> None:
        """Show who else is there."""
        talk = self._talk
        others = self._watching.others(self._caller(), talk.conversation.id) if talk else []
        writing = [each.name for each in others if each.writes]
        looking = [each.name for each in others if not each.writes]
        said = [
            text(one if len(names) == 1 else several, self._language, names=", ".join(names))
            for names, one, several in (
                (writing, "desk_writes", "desk_write_several"),
                (looking, "desk_looks", "desk_look"),
            )
            if names
        ]
        self._label.set_text(" · ".join(said))
        self._label.set_visibility(bool(said))

    async def leave(self) -> None:
        """The tab is gone."""
        if self._talk is not None:
            await self._leave(self._talk.conversation.id)

    async def _leave(self, conversation_id: str) -> None:
        self._told = None
        try:
            await self._watching.leave(self._caller(), conversation_id)
        except SuflerError as error:
            _log.warning("watching_not_told", error=error.message)

    def _unseen(self, talk: Talk, writes: bool) -> bool:
        others = talk.conversation.owner is Owner.OPERATOR and not talk.mine
        return others and not writes and may(self._caller(), Right.SUPERVISE)
