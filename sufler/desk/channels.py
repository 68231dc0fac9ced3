"""What administrators see of the channels: counts, what did not arrive, and what was given up."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sufler.desk.people import require
from sufler.desk.ports import AuditStore, TrafficStore
from sufler.desk.staffing import act
from sufler.domain.administration import ParkedRow, Traffic, Undelivered
from sufler.domain.errors import Conflict
from sufler.domain.people import Caller, Right
from sufler.domain.ports import Clock

# Troubles that a page shows of each kind; the counts are of all of them.
MOST_SHOWN = 50


class Channels:
    """Every call raises Forbidden without the right to administer."""

    def __init__(self, traffic: TrafficStore, audit: AuditStore, clock: Clock) -> None:
        self._traffic = traffic
        self._audit = audit
        self._clock = clock

    async def traffic(self, caller: Caller, since: datetime) -> Mapping[str, Traffic]:
        """By channel, with messages at or after `since`."""
        require(caller, Right.ADMINISTER)
        return await self._traffic.traffic(since)

    async def undelivered(self, caller: Caller) -> Sequence[Undelivered]:
        """Messages of ours that did not arrive, or not yet, with the channel's words."""
        require(caller, Right.ADMINISTER)
        return await self._traffic.undelivered(MOST_SHOWN)

    async def parked(self, caller: Caller) -> Sequence[ParkedRow]:
        """Customers' messages that could not be handled."""
        require(caller, Right.ADMINISTER)
        return await self._traffic.parked(MOST_SHOWN)

    async def replay(self, caller: Caller, row_id: int) -> None:
        """Handle a parked message again, as if it had just come. Raises Conflict when it is not
        parked any more: somebody else was there first."""
        require(caller, Right.ADMINISTER)
        if not await self._traffic.replay(row_id):
            raise Conflict("this message is not parked any more")
        await self._audit.add(act(self._clock, caller, "message_replayed", str(row_id)))
