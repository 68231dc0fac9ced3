"""The draft of one tab: changed here, saved on the server soon after, shared with other tabs."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import structlog
from nicegui import background_tasks

from sufler.desk.drafts import Drafts
from sufler.domain.desk import Draft
from sufler.domain.errors import SuflerError
from sufler.domain.people import Caller

_log = structlog.get_logger(__name__)

# After the last change, so that typing is not a write for each letter.
SAVE_AFTER_S = 0.4


class KeptDraft:
    """What the caller writes in the picked conversation. Two tabs that write at once lose nothing:
    what the other one stored is joined to what is here."""

    def __init__(
        self, drafts: Drafts, caller: Callable[[], Caller], joined: Callable[[Draft], None]
    ) -> None:
        """`joined` is told a draft that came from somewhere else."""
        self._drafts = drafts
        self._caller = caller
        self._joined = joined
        self._conversation: str | None = None
        self._unsaved = False
        self._soon: asyncio.Task[None] | None = None
        self._saving = asyncio.Lock()
        self.now = Draft()

    async def open(self, conversation_id: str | None) -> Draft:
        """The stored draft of another conversation; what is unsaved of the one before is saved."""
        if conversation_id != self._conversation:
            await self.save()
            self._conversation, self.now, self._unsaved = conversation_id, Draft(), False
            if conversation_id is not None:
                self.now = await self._drafts.of(self._caller(), conversation_id)
        return self.now

    def change(self, **changes: Any) -> Draft:
        """Put other values into the draft; they are saved soon."""
        self.now = replace(self.now, **changes)
        self._unsaved = True
        if self._soon is None or self._soon.done():
            self._soon = background_tasks.create(self._save_soon(), name="draft")
        return self.now

    @asynccontextmanager
    async def sending(self, conversation_id: str, *, survives: bool) -> AsyncIterator[None]:
        """While a reply is stored, which takes the conversation's draft away, nothing is saved.
        What is written here goes with it, unless it `survives`: then it is saved anew. When storing
        raises, all stays as it is."""
        async with self._saving:
            yield
            if conversation_id != self._conversation:
                return  # the tab shows another one by now
            if not survives:
                self.now, self._unsaved = Draft(), False
            else:
                self.now = replace(self.now, revision=0)
                if not self.now.empty:
                    self.change()

    def put(self, draft: Draft) -> None:
        """Go on with a stored draft."""
        self.now, self._unsaved = draft, False

    async def look(self) -> None:
        """Another tab may have saved: go on with that, unless this one has something unsaved."""
        async with self._saving:  # what is read then is no older than what was saved here
            conversation_id = self._conversation
            if conversation_id is None or self._unsaved:
                return
            try:
                stored = await self._drafts.of(self._caller(), conversation_id)
            except SuflerError as error:
                _log.warning("draft_not_read", error=error.message)
                return
            if conversation_id == self._conversation and not self._unsaved and stored != self.now:
                was, self.now = self.now, stored
                if stored.text != was.text or stored.attachments != was.attachments:
                    self._joined(stored)

    async def save(self) -> None:
        """Save what is unsaved now; a database that is away is tried again at the next change."""
        async with self._saving:
            conversation_id = self._conversation
            while self._unsaved and conversation_id is not None:
                wanted, self._unsaved = self.now, False
                try:
                    saved = await self._drafts.save(self._caller(), conversation_id, wanted)
                except SuflerError as error:
                    self._unsaved = True
                    _log.warning("draft_not_saved", error=error.message)
                    return
                if conversation_id != self._conversation:
                    return
                if saved.stored:
                    self.now = replace(self.now, revision=saved.draft.revision)
                else:
                    self.now = together(saved.draft, self.now)
                    self._unsaved = self.now != saved.draft
                    self._joined(self.now)

    async def _save_soon(self) -> None:
        await asyncio.sleep(SAVE_AFTER_S)
        await self.save()


def together(theirs: Draft, ours: Draft) -> Draft:
    """Two drafts of one reply: the one that holds the other, or both, theirs first."""
    if ours.text.strip() in theirs.text:
        text = theirs.text
    elif theirs.text.strip() in ours.text:
        text = ours.text
    else:
        text = f"{theirs.text.rstrip()}\n\n{ours.text}"
    files = {each.id: each for each in (*theirs.attachments, *ours.attachments)}
    return replace(ours, text=text, attachments=tuple(files.values()), revision=theirs.revision)
