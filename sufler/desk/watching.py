"""Who looks at a conversation now and who writes in it: known to every process for some seconds,
and stored nowhere."""

import asyncio
import json
import uuid
from dataclasses import dataclass

from sufler.conversation.live import LiveEvents
from sufler.desk.people import require
from sufler.domain.desk import Watcher
from sufler.domain.events import EventKind
from sufler.domain.people import Caller, Right
from sufler.domain.ports import Announcements, Clock, Wakeups

# Seconds after the last sign of looking, and of writing. Pages give one every four seconds.
LOOKS_FOR_S = 10.0
WRITES_FOR_S = 6.0
# Other processes hear of one who only goes on looking as often as this.
REPEATED_EVERY_S = 3.0
_TOPIC = "watch"
_MOST = 10_000


@dataclass(slots=True)
class _Sign:
    name: str
    looked: float
    wrote: float
    told: float


class Watching:
    """Times are of this process's own clock: what another one tells counts from when it came."""

    def __init__(self, live: LiveEvents, clock: Clock) -> None:
        self._live = live
        self._clock = clock
        self._me = uuid.uuid4().hex[:12]
        self._wakeups: Wakeups | None = None
        self._there: dict[str, dict[str, _Sign]] = {}
        self._shown: dict[str, tuple[Watcher, ...]] = {}

    async def look(self, caller: Caller, conversation_id: str, *, writes: bool = False) -> None:
        """The caller has it open, and `writes` now. Needs the right to converse."""
        require(caller, Right.CONVERSE)
        who = caller.person_id or caller.id
        before = self._there.get(conversation_id, {}).get(who)
        now = self._clock.monotonic()
        changed = self._sign(conversation_id, who, caller.name, writes)
        sign = self._there[conversation_id][who]
        if changed or before is None or now - sign.told >= REPEATED_EVERY_S:
            sign.told = now
            await self._tell(conversation_id, who, caller.name, "writes" if writes else "looks")

    async def leave(self, caller: Caller, conversation_id: str) -> None:
        """The caller looks at something else. Another tab of theirs says so within seconds."""
        who = caller.person_id or caller.id
        if self._gone(conversation_id, who):
            await self._tell(conversation_id, who, caller.name, "left")

    def others(self, caller: Caller, conversation_id: str) -> list[Watcher]:
        """Who else has it open, by name."""
        require(caller, Right.CONVERSE)
        who = caller.person_id or caller.id
        return [each for each in self._now(conversation_id) if each.id != who]

    def expire(self) -> None:
        """Forget who has given no sign, and tell onlookers what has changed by that."""
        for conversation_id in list(self._there):
            self._compare(conversation_id)

    async def run(self, wakeups: Wakeups) -> None:
        """Tell other processes who looks here, and hear of theirs, until cancelled."""
        self._wakeups = wakeups
        heard = wakeups.subscribe(_TOPIC)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._hear(heard))
                group.create_task(self._expire_for_ever())
        finally:
            self._wakeups = None

    async def _expire_for_ever(self) -> None:
        while True:
            await asyncio.sleep(1.0)
            self.expire()

    async def _hear(self, heard: Announcements) -> None:
        async for payload in heard:
            if not payload:  # a lost connection; whoever still looks says so again
                continue
            sender, conversation_id, who, name, what = json.loads(payload)
            if sender == self._me:
                continue
            if what == "left":
                self._gone(conversation_id, who)
            else:
                self._sign(conversation_id, who, name, what == "writes")

    async def _tell(self, conversation_id: str, who: str, name: str, what: str) -> None:
        if self._wakeups is not None:
            told = [self._me, conversation_id, who, name[:100], what]
            await self._wakeups.announce(_TOPIC, json.dumps(told))

    def _sign(self, conversation_id: str, who: str, name: str, writes: bool) -> bool:
        if len(self._there) >= _MOST and conversation_id not in self._there:
            self.expire()
        now = self._clock.monotonic()
        signs = self._there.setdefault(conversation_id, {})
        sign = signs.setdefault(who, _Sign(name, now, float("-inf"), float("-inf")))
        sign.name, sign.looked = name, now
        sign.wrote = now if writes else float("-inf")
        return self._compare(conversation_id)

    def _gone(self, conversation_id: str, who: str) -> bool:
        known = self._there.get(conversation_id, {}).pop(who, None)
        self._compare(conversation_id)
        return known is not None

    def _compare(self, conversation_id: str) -> bool:
        """Whether those who are shown have changed; then onlookers of this process are told."""
        now, signs = self._clock.monotonic(), self._there.get(conversation_id, {})
        for who in [who for who, sign in signs.items() if now - sign.looked > LOOKS_FOR_S]:
            del signs[who]
        shown = tuple(self._now(conversation_id))
        if not signs:
            self._there.pop(conversation_id, None)
        if shown == self._shown.get(conversation_id, ()):
            return False
        if shown:
            self._shown[conversation_id] = shown
        else:
            self._shown.pop(conversation_id, None)
        self._live.publish_here(EventKind.WATCH, conversation_id)
        return True

    def _now(self, conversation_id: str) -> list[Watcher]:
        now = self._clock.monotonic()
        signs = self._there.get(conversation_id, {})
        there = [
            Watcher(who, sign.name, now - sign.wrote <= WRITES_FOR_S)
            for who, sign in signs.items()
            if now - sign.looked <= LOOKS_FOR_S
        ]
        return sorted(there, key=lambda each: (each.name, each.id))
