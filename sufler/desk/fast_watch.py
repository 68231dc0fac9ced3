"""The fast meter: what customers do after each automatic answer, beside that after people's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from sufler.domain.checks import ModeChange, ModeReason
from sufler.domain.knowledge import Mode
from sufler.domain.ports import Clock
from sufler.prompter.accuracy.standing import Share
from sufler.prompter.accuracy.trials import HOLDS_FOR
from sufler.prompter.accuracy.watch import FEWEST_ANSWERS, Meter, fast_meter

# The share of bad signals after operators' own answers is known for so long, in seconds.
USUAL_FOR_S: Final = 3600.0


class Signals(Protocol):
    """`storage.signals.SignalStore`: what customers did after answers."""

    async def after_automatic(self, topic: str, since: datetime) -> list[bool]: ...
    async def after_operators(self, since: datetime) -> Share: ...


@dataclass(frozen=True, slots=True)
class FastReading:
    """`bad` are the bad signals after the topic's automatic answers, `usual` those after operators'
    own. `meter` is None while the latter are too few to compare with."""

    meter: Meter | None
    bad: Share
    usual: Share


class FastWatch:
    """Reads it for topics that answer."""

    def __init__(self, signals: Signals, clock: Clock) -> None:
        self._signals = signals
        self._clock = clock
        self._usual: tuple[float, Share] | None = None

    async def reading(self, topic: str, changes: Sequence[ModeChange]) -> FastReading | None:
        """Since the topic answers, or since its last alarm; None where it does not. `changes` are
        of modes, the newest last."""
        own = [each for each in changes if each.topic == topic]
        turns = [each for each in own if each.before is not each.after]
        if not turns or turns[-1].after is not Mode.ANSWERS:
            return None
        alarms = [each.at for each in own if each.reason is ModeReason.ALARM]
        signals = await self._signals.after_automatic(topic, max([turns[-1].at, *alarms]))
        usual = await self._after_operators()
        bad = Share(signals.count(False), len(signals))
        if usual.whole < FEWEST_ANSWERS or usual.value is None:
            return FastReading(None, bad, usual)
        return FastReading(fast_meter(signals, usual.value), bad, usual)

    async def _after_operators(self) -> Share:
        """Counted anew once an hour."""
        seconds = self._clock.monotonic()
        if self._usual is None or seconds - self._usual[0] >= USUAL_FOR_S:
            since = self._clock.now() - HOLDS_FOR
            self._usual = seconds, await self._signals.after_operators(since)
        return self._usual[1]
