"""Who is at the desk, and what each is doing: the truth behind "a person will look"."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sufler.desk.people import ROLE_RIGHTS, require
from sufler.desk.records import OperatorRecords, PresenceRecords, Staff
from sufler.domain.people import Caller, Right
from sufler.domain.ports import Clock
from sufler.domain.queues import Choice, Operator, Status

ON_DUTY_FOR = timedelta(minutes=2)
# Whoever was at the desk within this time has not gone home.
SHIFT = timedelta(hours=12)
# A page shows signs of life more often than they need to be written down.
WRITTEN_EVERY = timedelta(seconds=20)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class DeskDuty:
    """On duty is who may talk to customers, had the desk open within the last two minutes, and
    has not chosen to be away or offline."""

    def __init__(
        self,
        presence: PresenceRecords,
        staff: Staff,
        clock: Clock,
        operators: OperatorRecords,
    ) -> None:
        self._presence = presence
        self._staff = staff
        self._clock = clock
        self._operators = operators
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

    async def choose(self, caller: Caller, status: Status) -> None:
        """The caller is online, away or offline from now on. Raises Forbidden."""
        require(caller, Right.CONVERSE)
        identity, now = caller.person_id or caller.id, self._clock.now()
        before = (await self._operators.all()).get(identity)
        if before is None or before.status is not status:
            chosen = replace(before or Choice(status, now), status=status, at=now)
            await self._operators.put(identity, chosen)
        await self.heartbeat(caller)

    async def status_of(self, caller: Caller) -> Status:
        """What the caller chose; online where they chose nothing."""
        choice = (await self._operators.all()).get(caller.person_id or caller.id)
        return choice.status if choice else Status.ONLINE

    async def everybody(self) -> list[Operator]:
        """Everybody who may answer, by name; who has no desk open is offline since then."""
        return await self._rows(active_only=True)

    async def gone(self, now: datetime) -> dict[str, timedelta]:
        """For how long each member of staff who cannot answer now has been offline, by id; who is
        not active any more, for ever."""
        rows = await self._rows(active_only=False)
        able = {person.id for person in await self._staff.all() if person.active}
        return {
            row.id: now - (row.since if row.id in able else _NEVER)
            for row in rows
            if row.status is Status.OFFLINE or row.id not in able
        }

    async def on_shift(self, now: datetime) -> set[str]:
        """Ids of people who were at the desk in the last hours and did not choose to be away,
        though they may not look at it now."""
        seen, chosen = await self._presence.all(), await self._operators.all()
        return {
            person.id
            for person in await self._staff.all()
            if now - seen.get(f"person:{person.id}", _NEVER) <= SHIFT
            and (person.id not in chosen or chosen[person.id].status is Status.ONLINE)
        }

    async def signed_off(self) -> set[str]:
        """Ids of people who chose to be offline."""
        chosen = await self._operators.all()
        return {id_ for id_, choice in chosen.items() if choice.status is Status.OFFLINE}

    async def anybody(self) -> bool:
        """Somebody who may answer is online now, or a machine is that answers for them."""
        return await self.machines() or any(
            each.status is Status.ONLINE for each in await self.everybody()
        )

    async def machines(self) -> bool:
        """A service acted over the API within the last two minutes."""
        now = self._clock.now()
        seen = await self._presence.all()
        return any(
            identity.startswith("key:") and now - at <= ON_DUTY_FOR for identity, at in seen.items()
        )

    async def exists(self) -> bool:
        """There is somebody who may answer at all."""
        return bool(await self.everybody()) or await self.machines()

    async def _rows(self, *, active_only: bool) -> list[Operator]:
        now = self._clock.now()
        seen, chosen = await self._presence.all(), await self._operators.all()
        rows = []
        for person in await self._staff.all():
            rights = ROLE_RIGHTS[person.role]
            if active_only and not (person.active and Right.CONVERSE in rights):
                continue
            last, choice = seen.get(f"person:{person.id}", _NEVER), chosen.get(person.id)
            status, since = _standing(now, last, choice)
            rows.append(
                Operator(
                    person.id,
                    person.name,
                    status,
                    since,
                    skills=choice.skills if choice else frozenset(),
                    capacity=choice.capacity if choice else None,
                    supervises=Right.SUPERVISE in rights,
                )
            )
        return sorted(rows, key=lambda row: (row.name, row.id))


def _standing(now: datetime, last: datetime, choice: Choice | None) -> tuple[Status, datetime]:
    if now - last > ON_DUTY_FOR:
        left = last if choice is None or choice.status is not Status.OFFLINE else choice.at
        return Status.OFFLINE, min(last, left)
    if choice is None:
        return Status.ONLINE, last
    return choice.status, choice.at


def members(operators: Sequence[Operator], ids: Sequence[str]) -> list[Operator]:
    """Those of a queue: the members that there are, or everybody where it names none."""
    named = [each for each in operators if each.id in ids]
    return named or list(operators)


def identity_of(caller: Caller) -> str:
    """One identity for a person, whether on a page or through a key of theirs."""
    return f"person:{caller.person_id}" if caller.person_id else caller.id
