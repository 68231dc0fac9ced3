"""Who is at the desk: the truth behind "a person will look"."""

from datetime import datetime, timedelta

from sufler.desk.people import ROLE_RIGHTS
from sufler.desk.records import PresenceRecords, Staff
from sufler.domain.people import Caller, Right
from sufler.domain.ports import Clock

ON_DUTY_FOR = timedelta(minutes=2)
# A page shows signs of life more often than they need to be written down.
WRITTEN_EVERY = timedelta(seconds=20)


class DeskDuty:
    """On duty is who may talk to customers and had the desk open within the last two minutes."""

    def __init__(self, presence: PresenceRecords, staff: Staff, clock: Clock) -> None:
        self._presence = presence
        self._staff = staff
        self._clock = clock
        self._written: dict[str, datetime] = {}

    async def heartbeat(self, caller: Caller) -> None:
        """The caller has the desk open. Pages call it every 30 seconds or so; acting counts too."""
        if Right.CONVERSE not in ROLE_RIGHTS[caller.role]:
            return
        now, identity = self._clock.now(), identity_of(caller)
        last = self._written.get(identity)
        if last is not None and timedelta(0) <= now - last < WRITTEN_EVERY:
            return
        await self._presence.seen(identity, now)
        self._written[identity] = now

    async def anybody(self) -> bool:
        """Somebody who may answer has the desk open now."""
        seen = await self._presence.since(self._clock.now() - ON_DUTY_FOR)
        if any(identity.startswith("key:") for identity in seen):
            return True
        return bool(seen & await self._able())

    async def exists(self) -> bool:
        """There is somebody who may answer at all."""
        return bool(await self._able()) or await self.anybody()

    async def _able(self) -> set[str]:
        return {
            f"person:{person.id}"
            for person in await self._staff.all()
            if person.active and Right.CONVERSE in ROLE_RIGHTS[person.role]
        }


def identity_of(caller: Caller) -> str:
    """One identity for a person, whether on a page or through a key of theirs."""
    return f"person:{caller.person_id}" if caller.person_id else caller.id
