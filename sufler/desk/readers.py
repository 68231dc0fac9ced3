"""Who has opened which conversation: whoever has read it cannot review its turns blindly."""

from datetime import datetime
from typing import Protocol

from sufler.domain.people import Caller
from sufler.domain.ports import Clock

_MOST_KNOWN = 20_000


class ReaderRecords(Protocol):
    """`storage.readers.ReaderStore`."""

    async def opened(self, conversation_id: str, reader: str, at: datetime) -> None: ...


class Readers:
    """Only people count: a service's key reviews nothing."""

    def __init__(self, records: ReaderRecords, clock: Clock) -> None:
        self._records = records
        self._clock = clock
        # Pages tell of the same conversation again and again; it is stored once.
        self._known: set[tuple[str, str]] = set()

    async def opened(self, caller: Caller, conversation_id: str) -> None:
        """The caller sees the whole conversation."""
        who = caller.person_id
        if who is None or (who, conversation_id) in self._known:
            return
        await self._records.opened(conversation_id, who, self._clock.now())
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known.add((who, conversation_id))
