"""Customers' requests as staff work with them: the list, and that one is done."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from sufler.desk.people import require
from sufler.desk.staffing import act
from sufler.domain.administration import Act
from sufler.domain.flows import CustomerRequest
from sufler.domain.people import Caller, Right
from sufler.domain.ports import Clock


class RequestRecords(Protocol):
    """`storage.customer_requests.CustomerRequestStore`."""

    async def page(
        self, *, done: bool | None, before: int | None, limit: int
    ) -> list[CustomerRequest]: ...
    async def waiting(
        self, *, queue: str | None, after: int, limit: int
    ) -> list[CustomerRequest]: ...
    async def queues(self) -> Mapping[str, int]: ...
    async def get(self, number: int) -> CustomerRequest: ...
    async def finish(
        self, number: int, done_at: datetime | None, done_by: str | None, act: Act
    ) -> CustomerRequest: ...


class CustomerRequests:
    """Needs the right to converse (Forbidden)."""

    def __init__(self, records: RequestRecords, clock: Clock) -> None:
        self._records = records
        self._clock = clock

    async def page(
        self,
        caller: Caller,
        *,
        done: bool | None = False,
        before: int | None = None,
        limit: int = 50,
    ) -> Sequence[CustomerRequest]:
        """At most `limit` with a number below `before`, the newest first; by default those that
        are still to be done, None: all."""
        require(caller, Right.CONVERSE)
        return await self._records.page(done=done, before=before, limit=limit)

    async def waiting(
        self, caller: Caller, *, queue: str | None = None, after: int = 0, limit: int = 50
    ) -> Sequence[CustomerRequest]:
        """Those that are to be done, the oldest first, with a number above `after`; of one queue,
        or of all."""
        require(caller, Right.CONVERSE)
        return await self._records.waiting(queue=queue, after=after, limit=limit)

    async def queues(self, caller: Caller) -> Mapping[str, int]:
        """How many are to be done, by queue; "" is none."""
        require(caller, Right.CONVERSE)
        return await self._records.queues()

    async def get(self, caller: Caller, number: int) -> CustomerRequest:
        """Raises NotFound."""
        require(caller, Right.CONVERSE)
        return await self._records.get(number)

    async def finish(self, caller: Caller, number: int, *, done: bool = True) -> CustomerRequest:
        """It is done, by the caller, now; or it is not after all. Who finished it first stays.
        Raises NotFound."""
        require(caller, Right.CONVERSE)
        what = "request_done" if done else "request_reopened"
        told = act(self._clock, caller, what, str(number))
        at, by = (told.at, caller.name) if done else (None, None)
        return await self._records.finish(number, at, by, told)
