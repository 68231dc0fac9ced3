"""The API's outer edge, as pure ASGI: who asks too often waits, bodies are capped, what nobody
caught becomes a problem, and every request is counted."""

import traceback
from collections.abc import Mapping

import structlog
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sufler.api import problems
from sufler.api.caller import CallerCache, bearer
from sufler.api.metrics import Metrics
from sufler.api.rate import RateLimit, Taken, address_name
from sufler.domain.errors import TooManyTries, Unauthenticated

JSON_BYTES = 1_000_000
IMPORT_BYTES = 50_000_000
IMPORT_PATH = "/api/v1/articles/import"

_log = structlog.get_logger(__name__)


class Edge:
    """Wraps the API. `json_bytes` and `import_bytes` cap a body, counted as it arrives, so that
    a chunked one or a false Content-Length gains nothing. `rate` (None: no limit) is asked before
    anything is read, the body included."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        metrics: Metrics,
        callers: CallerCache,
        rate: RateLimit | None = None,
        json_bytes: int = JSON_BYTES,
        import_bytes: int = IMPORT_BYTES,
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._callers = callers
        self._rate = rate
        self._json_bytes = json_bytes
        self._import_bytes = import_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        cap = self._import_bytes if scope["path"] == IMPORT_PATH else self._json_bytes
        body = _CountedBody(receive, cap)
        answer = _Answer(send, body)
        if self._rate is not None and scope["path"].startswith("/api/"):
            taken = self._rate.take(self._name(scope))
            answer.headers = self._rate.headers(taken)
            if not taken.allowed:
                await problems.of_error(_too_often(taken))(scope, receive, answer)
                self._count(scope, answer)
                return
        if _announced(scope) > cap:
            body.exceeded = True
        else:
            try:
                await self._app(scope, body, answer)
            except Exception as error:
                # The one place that may: nothing of the inside reaches the caller.
                if not body.exceeded:
                    log_unexpected(error, method=scope["method"], route=_route(scope))
                    if answer.status and not answer.whole:
                        raise  # half an answer is out: only the connection can be cut now
                    if not answer.status:
                        await problems.unexpected()(scope, receive, answer)
        if body.exceeded and not answer.status:
            detail = f"The body is larger than {cap} bytes."
            await problems.problem(413, detail)(scope, receive, answer.always)
        self._count(scope, answer)

    def _name(self, scope: Scope) -> str:
        """Whose bucket: a key that was good before has its own, so that wrong keys sent from the
        same address (a proxy's) cannot use it up."""
        try:
            known = self._callers.id_of(bearer(HTTPConnection(scope)))
        except Unauthenticated:
            known = None
        return known or address_name(scope.get("client"))

    def _count(self, scope: Scope, answer: "_Answer") -> None:
        self._metrics.requests.labels(scope["method"], _route(scope), str(answer.status)).inc()


class _CountedBody:
    """`receive` that counts, and stops a body at its cap."""

    def __init__(self, receive: Receive, cap: int) -> None:
        self._receive = receive
        self._left = cap
        self.exceeded = False

    async def __call__(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            if self._left < 0:
                self.exceeded = True
                raise HTTPException(413)
        return message


class _Answer:
    """`send` that remembers its status, adds `headers`, and holds back what is said of a body cut
    at its cap."""

    def __init__(self, send: Send, body: _CountedBody) -> None:
        self._send = send
        self._body = body
        self.headers: Mapping[str, str] = {}
        self.status = 0
        self.whole = False

    async def __call__(self, message: Message) -> None:
        if not self._body.exceeded or self.status:
            await self.always(message)

    async def always(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            MutableHeaders(scope=message).update(self.headers)
        elif message["type"] == "http.response.body":
            self.whole = not message.get("more_body", False)
        await self._send(message)


def log_unexpected(error: Exception, **where: str) -> None:
    """Log the kind of an error and its way through the code. Its words may quote a customer, and
    are for debugging only."""
    way = "".join(traceback.format_tb(error.__traceback__))
    _log.error("unexpected_error", kind=type(error).__name__, way=way, **where)
    _log.debug("unexpected_error_words", words=str(error))


def _too_often(taken: Taken) -> TooManyTries:
    return TooManyTries(
        f"Too many requests at once; ask again in {taken.wait_s:.1f} s.", retry_after=taken.wait_s
    )


def _announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() and len(value) < 19 else 0
    return 0


def _route(scope: Scope) -> str:
    """The route's template, not the path: a label must not grow with what strangers ask."""
    return getattr(scope.get("route"), "path_format", None) or "other"
