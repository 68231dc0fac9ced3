"""`Idempotency-Key` on every POST: sent again it is not done again, and answered the same."""

import re
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from hashlib import sha256
from typing import Any

import structlog
from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from sufler.api.caller import bearer
from sufler.api.parts import Parts
from sufler.api.problems import documented
from sufler.domain.errors import BadInput, StorageUnavailable, UnderWay
from sufler.domain.ports import KeptAnswer

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_KEY = re.compile(r'"?([!-~]{1,255}?)"?')
_HEADERS_KEPT = ("content-type", "etag", "location", "cache-control")
_PARAMETER = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "A word of your own for this request, such as a UUID. Sent again with the same "
    f"word within 24 hours, it is not done again; the first answer is repeated with `{REPLAYED}`.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}

_log = structlog.get_logger(__name__)
_Handle = Callable[[Request], Coroutine[Any, Any, Response]]


class Once(APIRoute):
    """A route whose POST heeds the header: `APIRouter(route_class=Once)`.

    What must not be kept of an answer is left out of `request.state.to_keep`, which is then kept
    instead of the body.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **more: Any) -> None:
        if "POST" in (more.get("methods") or ()):
            more["responses"] = {**documented(409, 422), **(more.get("responses") or {})}
            more["openapi_extra"] = {"parameters": [_PARAMETER]}
        super().__init__(path, endpoint, **more)

    def get_route_handler(self) -> _Handle:
        """The route's own handler, and around it what a key asks for."""
        handle = super().get_route_handler()
        if "POST" not in (self.methods or ()):
            return handle

        async def once(request: Request) -> Response:
            if HEADER not in request.headers:
                return await handle(request)
            return await _once(request, handle)

        return once


async def _once(request: Request, handle: Callable[[Request], Awaitable[Response]]) -> Response:
    here: Parts = request.app.state.parts
    key = _KEY.fullmatch(request.headers[HEADER].strip())
    if key is None:
        raise BadInput(f"{HEADER}: 1 to 255 printable characters of ASCII", field=HEADER)
    caller = await here.callers.caller(bearer(request))
    name = _hash(caller.id, request.method, request.scope["path"], key[1])
    try:
        begun = await here.idempotency.begin(name, await _fingerprint(request))
    except UnderWay as error:
        raise HTTPException(409, error.message, {"Retry-After": "1"}) from error
    if isinstance(begun, KeptAnswer):
        return Response(begun.body, begun.status, {**begun.headers, REPLAYED: "true"})
    try:
        with here.idempotency.held(name, begun):
            response = await handle(request)
    except Exception:
        with suppress(StorageUnavailable):  # then it is free again after a minute
            await here.idempotency.give_up(name, begun)
        raise
    await _finish(here, name, begun, response, getattr(request.state, "to_keep", None))
    return response


async def _finish(
    here: Parts, name: str, holder: str, response: Response, to_keep: bytes | None
) -> None:
    try:
        if not 200 <= response.status_code < 300:
            await here.idempotency.give_up(name, holder)
            return
        kept = {each: response.headers[each] for each in _HEADERS_KEPT if each in response.headers}
        body = bytes(response.body) if to_keep is None else to_keep
        await here.idempotency.keep(name, holder, KeptAnswer(response.status_code, kept, body))
    except StorageUnavailable as error:
        # It was done, and the caller is to hear of it.
        _log.warning("answer_not_kept", reason=error.message)


async def _fingerprint(request: Request) -> str:
    """Of what was sent. The boundary of a form is left out: clients draw another one each time."""
    kind, body = request.headers.get("content-type", ""), await request.body()
    kind, _, boundary = kind.partition("boundary=")
    boundary = boundary.partition(";")[0].strip().strip('"')
    if kind.startswith("multipart/") and boundary:
        body = body.replace(boundary.encode("latin-1", "replace"), b"")
    return _hash(request.scope["query_string"].decode("latin-1"), kind, sha256(body).hexdigest())


def _hash(*parts: str) -> str:
    whole = "\n".join(f"{len(part)} {part}" for part in parts)
    return sha256(whole.encode("utf-8", "replace")).hexdigest()
