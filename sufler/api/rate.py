"""How often one caller may ask: a token bucket for each key, and for each address without one."""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from math import ceil

BURST_S = 4  # a caller that was quiet may ask as much at once as in so many seconds
_MOST_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Taken:
    """`left`: requests that may follow at once. `wait_s`: seconds until a refused one may."""

    allowed: bool
    left: int
    wait_s: float


class RateLimit:
    """Buckets in this process's memory: of two processes each counts what it is asked itself.

    `per_second` requests flow into a bucket, `per_second × BURST_S` are the most it holds.
    `monotonic` is in seconds.
    """

    def __init__(self, per_second: float, monotonic: Callable[[], float]) -> None:
        self._per_second = per_second
        self._monotonic = monotonic
        self._most = max(1.0, per_second * BURST_S)
        self._buckets: dict[str, tuple[float, float]] = {}
        self.policy = f'"caller";q={int(self._most)};w={ceil(self._most / per_second)}'

    def take(self, name: str) -> Taken:
        """Take one request out of the bucket `name`, if it holds one."""
        now = self._monotonic()
        held, at = self._buckets.get(name, (self._most, now))
        held = min(self._most, held + (now - at) * self._per_second)
        if held < 1:
            return Taken(False, 0, (1 - held) / self._per_second)
        if name not in self._buckets and len(self._buckets) >= _MOST_KEPT:
            self._forget(now)
        self._buckets[name] = (held - 1, now)
        return Taken(True, int(held - 1), 0.0)

    def headers(self, taken: Taken) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers-10 has them; `t`: until the bucket is full."""
        full = ceil((self._most - taken.left) / self._per_second)
        told = {"RateLimit-Policy": self.policy, "RateLimit": f'"caller";r={taken.left};t={full}'}
        return told if taken.allowed else told | {"Retry-After": str(max(1, ceil(taken.wait_s)))}

    def _forget(self, now: float) -> None:
        # A bucket that is full again says no more than none. Should strangers come from too many
        # addresses at once, the oldest go: memory stays bounded.
        full_s = self._most / self._per_second
        kept = [
            (name, bucket) for name, bucket in self._buckets.items() if now - bucket[1] < full_s
        ]
        self._buckets = dict(kept[-_MOST_KEPT // 2 :])


def address_name(client: tuple[str, int] | None) -> str:
    """The bucket of an address. Of IPv6, whoever has one address has its whole /64."""
    host = client[0] if client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return f"address {host}"
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return f"address {address.packed[:8].hex()}"
    return f"address {host}"
