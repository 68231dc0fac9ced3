"""How often somebody may write: a bucket of tokens for each visitor."""

from collections import OrderedDict
from dataclasses import dataclass

from sufler.domain.ports import Clock

_MOST_BUCKETS = 20_000


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class Limits:
    """`burst` at once, then one every `interval_s` seconds, for each name."""

    def __init__(self, clock: Clock, *, burst: int, interval_s: float) -> None:
        self._clock = clock
        self._burst = burst
        self._interval_s = interval_s
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def wait_s(self, name: str) -> float:
        """0 when `name` may go on now, which takes a token; else the seconds to wait for one."""
        now = self._clock.monotonic()
        bucket = self._buckets.get(name)
        if bucket is None:
            bucket = self._buckets[name] = _Bucket(float(self._burst), now)
            if len(self._buckets) > _MOST_BUCKETS:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(name)
        refilled = bucket.tokens + (now - bucket.at) / self._interval_s
        bucket.tokens, bucket.at = min(float(self._burst), refilled), now
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            return 0.0
        return (1 - bucket.tokens) * self._interval_s
