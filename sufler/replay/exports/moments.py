"""Moments as exports write them: ISO 8601, or seconds or milliseconds since 1970."""

from datetime import UTC, datetime
from typing import Any

_MILLISECONDS_FROM = 1e11


def moment(value: Any) -> datetime | None:
    """Aware, UTC where no zone is given; None when it is empty. Raises ValueError."""
    if value is None or value == "":
        return None
    text = str(value).strip()
    try:
        number = float(text)
    except ValueError:
        found = datetime.fromisoformat(text)
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    seconds = number / 1000 if number >= _MILLISECONDS_FROM else number
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError) as error:
        raise ValueError(f"{text} is no moment") from error
