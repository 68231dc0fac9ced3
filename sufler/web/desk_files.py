"""Files on the desk: customers' to read, operators' to send; for who may converse, never run."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final
from urllib.parse import quote, unquote

import structlog
from nicegui import ui
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response

from sufler.domain.conversation import Attachment
from sufler.domain.errors import BadInput, NotFound, StorageUnavailable
from sufler.domain.files import HEAD_BYTES, clean_name, media_type_of
from sufler.domain.people import Right
from sufler.domain.texts import text
from sufler.web.elements import with_props
from sufler.web.frame import visit_of
from sufler.web.services import Files, Services
from sufler.web.session import sent_from_here

_log = structlog.get_logger(__name__)

PATH: Final = "/desk/files"
_HEADERS: Final = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
    "cache-control": "private, no-store",
}
_LONGEST_UPLOAD_S: Final = 300.0
_STATUS: Final = {"too_large": 413, "wrong_type": 415, "empty_file": 422, "no_name": 422}
# What a browser draws as a picture and nothing else. Whatever it is, it is sent to be saved.
_PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


class DeskFiles:
    """Answers GET /desk/files/{id}, and POST /desk/files?conversation=…, which stores a file for
    the customer of that conversation: only they and staff can read it."""

    def __init__(self, files: Files, services: Services, limit: int) -> None:
        """`limit` of one file in bytes."""
        self._files = files
        self._services = services
        self._limit = limit

    async def take(self, request: Request) -> Response:
        """Store what an operator wants to send."""
        if not sent_from_here(request, self._services.public_url):
            return _refusal("not_allowed", 403)
        visit = await visit_of(request, self._services, Right.CONVERSE)
        if isinstance(visit, Response):
            return visit
        try:
            conversation = await self._services.desk.get(request.query_params["conversation"])
            name = clean_name(unquote(request.headers.get("x-file-name", "")))
            async with asyncio.timeout(_LONGEST_UPLOAD_S):
                head, body = await _begun(request)
                stored = await self._files.put(
                    body,
                    name,
                    media_type_of(head, name),
                    self._limit,
                    channel=conversation.channel,
                    customer_id=conversation.customer.external_id,
                )
        except BadInput as error:
            return _refusal(error.message, _STATUS.get(error.message, 400))
        except (KeyError, NotFound):
            return _refusal("not_now", 404)
        except (StorageUnavailable, TimeoutError, ClientDisconnect) as error:
            _log.warning("desk_file_not_stored", error=type(error).__name__)
            return _refusal("not_now", 503)
        return JSONResponse({"id": stored.id}, 201)

    async def answer(self, request: Request) -> Response:
        """The file, for an operator who has logged in."""
        visit = await visit_of(request, self._services, Right.CONVERSE)
        if isinstance(visit, Response):
            return visit
        try:
            stored, path = await self._files.open(str(request.path_params["id"]))
        except NotFound:
            return PlainTextResponse(text("chat_refused_file_gone", visit.language), 404)
        return FileResponse(
            path, media_type=stored.media_type, filename=stored.name, headers=_HEADERS
        )


def show(attachment: Attachment) -> None:
    """A line of a message: the file's name to click on, and the picture where it is one. Without
    an id it is not a file of ours, but words about what the message holds."""
    if not attachment.id:
        ui.label(attachment.name).classes("line-note quiet")
        return
    address = f"{PATH}/{quote(attachment.id, safe='')}"
    with with_props(ui.element("a").classes("line-file"), href=address, download=attachment.name):
        if attachment.media_type in _PICTURES:
            with_props(ui.element("img"), src=address, alt="", loading="lazy")
        ui.label(attachment.name)


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


def _refusal(reason: str, status: int) -> Response:
    return JSONResponse({"refused": reason}, status)
