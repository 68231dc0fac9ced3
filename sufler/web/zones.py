"""In which zone a page counts its days: the viewer's, which figures.js keeps in a cookie."""

from typing import Final
from zoneinfo import ZoneInfo

from starlette.requests import Request

COOKIE: Final = "sufler_zone"
_LONGEST = 64


def zone_of(request: Request) -> ZoneInfo:
    """The zone that the browser named, or UTC."""
    name = request.cookies.get(COOKIE, "").replace("%2F", "/")
    try:
        return ZoneInfo(name if 0 < len(name) <= _LONGEST else "UTC")
    except (ValueError, OSError):  # unknown, or no name of a zone at all
        return ZoneInfo("UTC")
