"""A clock for tests that stands still until it is moved."""

from datetime import UTC, datetime, timedelta


class SetClock:
    """Fulfils `domain.ports.Clock`."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.moment.timestamp()

    def pass_(self, **amount: float) -> None:
        self.moment += timedelta(**amount)
