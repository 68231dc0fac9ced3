"""The machine's clock."""

import time
from datetime import UTC, datetime


class SystemClock:
    """The port `Clock`, from the machine itself."""

    def now(self) -> datetime:
        """Now, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds from an arbitrary point; never goes back, whatever is done to the clock."""
        return time.monotonic()
