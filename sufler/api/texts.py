"""Kinds of text in bodies: what strangers wrote, one line, long text, a moment."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    Field,
    StringConstraints,
)

_SURROGATE = re.compile("[\ud800-\udfff]")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]")


def _mended(value: object) -> object:
    """A customer's text is taken as it comes, but for what no database and no JSON can hold."""
    if not isinstance(value, str):
        return value
    if _SURROGATE.search(value):
        value = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return value.replace("\0", " ")


def _without_nul(value: str) -> str:
    if "\0" in value:
        raise ValueError("holds a NUL character")
    return _whole(value)


def _whole(value: str) -> str:
    """JSON may name half a character: no database and no answer could hold it."""
    if _SURROGATE.search(value):
        raise ValueError("holds half of a surrogate pair")
    return value


def _one_line(value: str) -> str:
    if any(ord(character) < 32 or ord(character) == 127 for character in value):
        raise ValueError("holds a control character")
    return _whole(value)


def _written(value: object) -> object:
    # Else a bare number would be taken for seconds since 1970.
    if isinstance(value, str) and not _MOMENT.match(value):
        raise ValueError("is a moment such as 2026-11-22T10:00:00Z")
    if isinstance(value, int | float):
        raise ValueError("is a moment such as 2026-11-22T10:00:00Z")
    return value


def _in_time(value: datetime) -> datetime:
    try:
        value.astimezone(UTC)
    except OverflowError:
        raise ValueError("is outside the years 1 to 9999") from None
    return value


def _no_truth(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("is a whole number")
    return value


StrangersText = Annotated[str, BeforeValidator(_mended)]
# The patterns are for the description: what they forbid is refused in plainer words above.
LongText = Annotated[
    str,
    AfterValidator(_without_nul),
    StringConstraints(max_length=100_000),
    Field(json_schema_extra={"pattern": r"^[^\x00]*$"}),
]
FileText = Annotated[
    str,
    AfterValidator(_without_nul),
    StringConstraints(min_length=1, max_length=256 * 1024),
    Field(json_schema_extra={"pattern": r"^[^\x00]*$"}),
]
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1),
    AfterValidator(_one_line),
    Field(json_schema_extra={"pattern": r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"}),
]
Moment = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_in_time)]
Whole = Annotated[int, BeforeValidator(_no_truth)]
