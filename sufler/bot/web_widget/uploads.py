"""Files over HTTP: up from a customer's page, and down again to whoever sent them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import unquote

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response

from sufler.bot.web_widget.feed import CHANNEL
from sufler.bot.web_widget.identity import SiteIdentities
from sufler.bot.web_widget.limits import Limits
from sufler.bot.web_widget.origins import Origins
from sufler.bot.web_widget.visitor import Visitors
from sufler.domain.errors import BadInput, NotFound, StorageUnavailable
from sufler.domain.files import HEAD_BYTES, FileKind, StoredFile, clean_name, media_type_of
from sufler.domain.ports import Clock

_log = structlog.get_logger(__name__)

# What one customer's files may take together, in limits of one file.
MOST_OF_ONE: Final = 20
# Whatever a file is: it is saved, never shown in our name.
FILE_HEADERS: Final = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
    "cache-control": "private, no-store",
}
_LONGEST_UPLOAD_S = 300.0
_STATUS = {"too_large": 413, "wrong_type": 415, "empty_file": 422, "no_name": 422}


class Files(Protocol):
    """`storage.files.FileStore`."""

    async def put(
        self,
        stream: AsyncIterator[bytes],
        name: str,
        media_type: str,
        limit: int,
        *,
        channel: str,
        customer_id: str,
        kind: FileKind | None = None,
    ) -> StoredFile: ...
    async def get(self, file_id: str) -> StoredFile: ...
    async def open(self, file_id: str) -> tuple[StoredFile, Path]: ...
    async def bytes_of(self, channel: str, customer_id: str) -> int: ...


class Uploads:
    """Answers POST and OPTIONS /chat/files, and GET /chat/files/{id}. Who asks says so in the
    Authorization header: `Visitor` with a visitor's token, `Bearer` with a site's."""

    def __init__(
        self,
        *,
        files: Files,
        limit: int,
        origins: Origins,
        visitors: Visitors,
        identities: SiteIdentities,
        clock: Clock,
    ) -> None:
        """`limit` of one file in bytes."""
        self._files = files
        self._limit = limit
        self._origins = origins
        self._visitors = visitors
        self._identities = identities
        self._per_customer = Limits(clock, burst=6, interval_s=5.0)
        self._per_address = Limits(clock, burst=30, interval_s=1.0)

    async def answer(self, request: Request) -> Response:
        """Any request for files of a page that may have the widget."""
        foreign = request.headers.get("origin")
        # A browser names no origin when a page reads from its own server.
        if foreign is not None and not self._origins.admit(request.headers):
            return _refusal("not_allowed", 403)
        if request.method == "OPTIONS":
            response = Response(status_code=204)
        elif (customer := self._customer(request)) is None:
            response = _refusal("not_now", 401)
        elif request.method == "POST":
            response = await self._take(request, customer)
        else:
            response = await self._give(str(request.path_params["id"]), customer)
        response.headers["vary"] = "origin"
        if foreign is not None:
            response.headers["access-control-allow-origin"] = foreign
            response.headers["access-control-allow-headers"] = (
                "authorization, content-type, x-file-name"
            )
            response.headers["access-control-max-age"] = "600"
        return response

    def _customer(self, request: Request) -> str | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme == "Visitor":
            return self._visitors.visitor_of(token)
        try:
            return self._identities.customer_of(token).external_id if scheme == "Bearer" else None
        except BadInput:
            return None

    async def _take(self, request: Request, customer: str) -> Response:
        address = request.client.host if request.client else ""
        if self._per_customer.wait_s(customer) or self._per_address.wait_s(address):
            return _refusal("too_fast", 429)
        try:
            name = clean_name(unquote(request.headers.get("x-file-name", "")))
            if _stated_size(request) > self._limit:
                raise BadInput("too_large", field="file")
            used = await self._files.bytes_of(CHANNEL, customer)
            if used > (MOST_OF_ONE - 1) * self._limit:
                return _refusal("too_many_files", 413)
            async with asyncio.timeout(_LONGEST_UPLOAD_S):
                head, body = await _begun(request)
                media_type = media_type_of(head, name)
                stored = await self._files.put(
                    body, name, media_type, self._limit, channel=CHANNEL, customer_id=customer
                )
        except BadInput as error:
            return _refusal(error.message, _STATUS.get(error.message, 400))
        except (StorageUnavailable, TimeoutError, ClientDisconnect) as error:
            reason = error.message if isinstance(error, StorageUnavailable) else "broken off"
            _log.warning("web_file_not_stored", error=reason)
            return _refusal("not_now", 503)
        return JSONResponse({"id": stored.id, "name": stored.name, "size": stored.size}, 201)

    async def _give(self, file_id: str, customer: str) -> Response:
        try:
            stored, path = await self._files.open(file_id)
        except NotFound:
            return _refusal("file_gone", 404)
        # Another's file is as good as none, so that ids cannot be tried out.
        if (stored.channel, stored.customer_id) != (CHANNEL, customer):
            return _refusal("file_gone", 404)
        return FileResponse(
            path, media_type=stored.media_type, filename=stored.name, headers=FILE_HEADERS
        )


async def _begun(request: Request) -> tuple[bytes, AsyncIterator[bytes]]:
    """The first bytes, and a stream of all of them."""
    stream = request.stream()
    head = b""
    async for chunk in stream:
        head += chunk
        if len(head) >= HEAD_BYTES:
            break

    async def whole() -> AsyncIterator[bytes]:
        if head:
            yield head
        async for chunk in stream:
            yield chunk

    return head[:HEAD_BYTES], whole()


def _stated_size(request: Request) -> int:
    stated = request.headers.get("content-length", "")
    return int(stated) if stated.isdecimal() and len(stated) < 20 else 0


def _refusal(reason: str, status: int) -> Response:
    return JSONResponse({"reason": reason}, status)
