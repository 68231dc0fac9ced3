"""Pages of lists: an opaque cursor that says after what the next page begins, and its `Link`."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Annotated, Any, TypeVar
from urllib.parse import quote, urlencode

import orjson
from fastapi import Query, Request

from sufler.domain.errors import BadInput

Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
Cursor = Annotated[
    str | None,
    Query(
        max_length=1000,
        description="`next_cursor` of the page before, with the same filters; see also `Link`.",
    ),
]
LINKED: dict[int | str, dict[str, Any]] = {
    200: {
        "headers": {
            "Link": {
                "description": 'The next page, as `<…>; rel="next"`; none on the last.',
                "schema": {"type": "string"},
            }
        }
    }
}
_LARGEST = 2**62

Row = TypeVar("Row")
Place = tuple[Any, ...]


def place_in(request: Request, cursor: str | None, *kinds: type) -> Place | None:
    """What stands in `cursor`: a value of each of `kinds` (str, int, datetime); None without one.

    A cursor is not signed, for whoever forges one only begins elsewhere in a list that they may
    read anyway; but everything in it is checked. Raises BadInput, also for another list's cursor.
    """
    if cursor is None:
        return None
    try:
        found = orjson.loads(urlsafe_b64decode(cursor.encode("ascii")))
        list_name, *values = found if isinstance(found, list) else [None]
        if list_name == _list_name(request) and len(values) == len(kinds):
            return tuple(_checked(value, kind) for value, kind in zip(values, kinds, strict=True))
    except (ValueError, binascii.Error, RecursionError):
        pass  # said below
    raise BadInput("cursor: is not one that this list gave for these filters", field="cursor")


def page_of(
    request: Request, rows: Sequence[Row], limit: int, place_of: Callable[[Row], Place]
) -> tuple[Sequence[Row], str | None, dict[str, str]]:
    """Of `limit` + 1 rows or fewer: those to show, the cursor after them, and the headers.

    A row's place must not change and must differ from every other's: then no row that stays is
    shown twice or left out, whatever is inserted meanwhile.
    """
    if len(rows) <= limit:
        return rows, None, {}
    cursor, headers = linked(request, place_of(rows[limit - 1]))
    return rows[:limit], cursor, headers


def linked(request: Request, place: Place) -> tuple[str, dict[str, str]]:
    """The cursor of what comes after this place, and the headers that lead there."""
    values = [_plain(value) for value in place]
    cursor = urlsafe_b64encode(orjson.dumps([_list_name(request), *values])).decode("ascii")
    query = [item for item in request.query_params.multi_items() if item[0] != "cursor"]
    target = f"{quote(request.scope['path'])}?{urlencode([*query, ('cursor', cursor)])}"
    return cursor, {"Link": f'<{target}>; rel="next"'}


def _list_name(request: Request) -> str:
    filters = sorted(
        item for item in request.query_params.multi_items() if item[0] not in ("cursor", "limit")
    )
    told = f"{request.scope['path']}?{urlencode(filters, errors='replace')}"
    return blake2b(told.encode("utf-8", "replace"), digest_size=6).hexdigest()


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _checked(value: object, kind: type) -> object:
    if kind is datetime and isinstance(value, str):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is not None:
            return moment
    if kind is int and type(value) is int and abs(value) <= _LARGEST:
        return value
    if kind is str and isinstance(value, str) and "\0" not in value:
        return value
    raise ValueError
