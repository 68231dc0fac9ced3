"""Who is at a page: the session in a cookie, and forms that only our own pages may send."""

from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request

from sufler.desk.people import People
from sufler.domain.errors import Unauthenticated
from sufler.domain.people import Caller

COOKIE: Final = "sufler_session"
AFTER_LOGIN: Final = "/desk"

_LONGEST_TOKEN = 200


def token_of(request: Request) -> str:
    """The session's token, or nothing."""
    token = request.cookies.get(COOKIE, "")
    return token if len(token) <= _LONGEST_TOKEN else ""


async def caller_of(request: Request, people: People) -> Caller | None:
    """Who has logged in with this browser; None when nobody has, or the session is over."""
    token = token_of(request)
    if not token:
        return None
    try:
        return await people.caller_of_session(token)
    except Unauthenticated:
        return None


def sent_from_here(request: Request, public_url: str | None) -> bool:
    """Whether a form came from a page of ours. Browsers say where a form comes from; what says
    nothing is no browser, and has no one's cookies to misuse."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    if origin is None:
        return True
    parts, public = urlsplit(origin), urlsplit(public_url or "")
    if public_url and (parts.scheme, parts.netloc) == (public.scheme, public.netloc):
        return True
    return parts.scheme in ("http", "https") and parts.netloc == request.headers.get("host")


def local_page(wanted: str | None) -> str:
    """`wanted` when it is a page of this server, else the desk: a link must not lead elsewhere."""
    if not wanted or not wanted.startswith("/") or len(wanted) > 300:
        return AFTER_LOGIN
    parts = urlsplit(wanted)
    plain = all(char.isprintable() and char not in "\\ " for char in wanted)
    foreign = parts.scheme or parts.netloc or wanted.startswith("//")
    return AFTER_LOGIN if foreign or not plain else wanted
