"""Drafts of replies, kept on the server: a second tab reads them, and a restart loses nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from sufler.conversation.live import LiveEvents
from sufler.desk.people import require
from sufler.domain.desk import Draft, Saved
from sufler.domain.errors import BadInput
from sufler.domain.events import EventKind
from sufler.domain.people import Caller, Right
from sufler.domain.ports import Clock

MAX_DRAFT = 20_000
MOST_FILES = 10


class DraftRecords(Protocol):
    """`storage.drafts.DraftStore`."""

    async def get(self, operator_id: str, conversation_id: str) -> Draft: ...
    async def of_operator(self, operator_id: str) -> dict[str, Draft]: ...
    async def save(
        self, operator_id: str, conversation_id: str, draft: Draft, at: datetime
    ) -> Saved: ...


class Drafts:
    """Each operator has one for each conversation, and sees nobody else's. Needs the right to
    converse (Forbidden)."""

    def __init__(self, records: DraftRecords, live: LiveEvents, clock: Clock) -> None:
        self._records = records
        self._live = live
        self._clock = clock

    async def of(self, caller: Caller, conversation_id: str) -> Draft:
        """The caller's; an empty one of revision 0 when there is none."""
        require(caller, Right.CONVERSE)
        return await self._records.get(_id_of(caller), conversation_id)

    async def mine(self, caller: Caller) -> Mapping[str, Draft]:
        """All of the caller's, by conversation."""
        require(caller, Right.CONVERSE)
        return await self._records.of_operator(_id_of(caller))

    async def save(self, caller: Caller, conversation_id: str, draft: Draft) -> Saved:
        """Keep it, if `draft.revision` is still that of the stored one; otherwise nothing is
        stored, and the answer holds what another tab wrote. An empty draft is removed. Raises
        NotFound, and BadInput for too much."""
        require(caller, Right.CONVERSE)
        if len(draft.text) > MAX_DRAFT:
            raise BadInput(f"a draft is at most {MAX_DRAFT} characters", field="text")
        if len(draft.attachments) > MOST_FILES:
            raise BadInput(f"at most {MOST_FILES} files", field="attachments")
        saved = await self._records.save(_id_of(caller), conversation_id, draft, self._clock.now())
        if saved.stored:
            self._live.publish(EventKind.DRAFT, conversation_id)
        return saved


def _id_of(caller: Caller) -> str:
    return caller.person_id or caller.id
