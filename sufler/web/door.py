"""What stands before NiceGUI: it gets its own paths only, pages are for those who have logged in,
and they get our headers."""

from collections.abc import Awaitable, Callable, Sequence

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# NiceGUI's pages carry inline scripts and compile templates; everything else is closed.
_HEADERS = {
    "content-security-policy": "default-src 'self'; script-src 'self' 'unsafe-inline' "
    "'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
}


class Door:
    """Pure ASGI around NiceGUI's application. `pages` are where its pages begin: each is a page,
    and so is what lies below it. `stopped` gives the answer to a request that may not see them,
    before anything is kept in memory for it."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        pages: Sequence[str],
        stopped: Callable[[Request], Awaitable[Response | None]],
    ) -> None:
        self._app = app
        self._pages = tuple(f"{page}/" for page in pages)
        self._stopped = stopped

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        if f"{path}/".startswith(self._pages):
            answer = await self._stopped(Request(scope))
            await (answer or self._app)(scope, receive, _WithHeaders(send))
        elif path.startswith("/_nicegui") or path == "/favicon.ico":
            await self._app(scope, receive, send)
        else:
            body = {"type": "about:blank", "title": "Not Found", "status": 404}
            missing = JSONResponse(body, 404, media_type="application/problem+json")
            await missing(scope, receive, send)


class _WithHeaders:
    """`send` that adds our headers to an answer."""

    def __init__(self, send: Send) -> None:
        self._send = send

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
        await self._send(message)
