"""Puts the widget, /chat, their socket and their files into the application."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from fastapi import FastAPI

from sufler.bot.web_widget.face import Face, WidgetParts
from sufler.bot.web_widget.feed import History
from sufler.bot.web_widget.identity import SiteIdentities
from sufler.bot.web_widget.origins import Origins
from sufler.bot.web_widget.page import ChatPage, static_file
from sufler.bot.web_widget.receive import Receive, Receiver, Subscribe
from sufler.bot.web_widget.send import WebChannel
from sufler.bot.web_widget.uploads import Files, Uploads
from sufler.bot.web_widget.visitor import Visitors
from sufler.domain.ports import Clock


def setup(
    app: FastAPI,
    *,
    channel: WebChannel,
    receive: Receive,
    history: History,
    subscribe: Subscribe,
    clock: Clock,
    secret: bytes,
    face: Face | None = None,
    public_url: str | None = None,
    origins: Iterable[str] = (),
    site_secret: bytes | None = None,
    files: Files | None = None,
    upload_limit: int = 10_000_000,
) -> None:
    """Add /chat…, /widget.js and /widget/face. `receive` has stored a message durably when it
    returns.

    `channel` is the one that delivery sends through. `secret` signs visitors' tokens: 16 bytes
    or more, the same after a restart. `public_url` (scheme://host) is where customers reach us,
    when a proxy in front does not keep the Host header. `origins` are the other sites that may
    have the widget, `site_secret` checks their tokens. Files are taken only when there is a place
    for them, of at most `upload_limit` bytes each.
    """
    visitors, identities = Visitors(secret), SiteIdentities(site_secret, clock)
    face = face or Face()
    allowed = Origins(origins, public_url)
    page = ChatPage(visitors, face or Face(), secure=urlsplit(public_url or "").scheme == "https")
    parts = WidgetParts(face, allowed, upload_limit if files is not None else None)
    receiver = Receiver(
        channel=channel,
        receive=receive,
        history=history,
        subscribe=subscribe,
        visitors=visitors,
        identities=identities,
        origins=allowed,
        clock=clock,
        files=files,
    )
    for path, answer in (
        ("/widget.js", parts.script),
        ("/widget/face", parts.face),
        ("/chat", page.answer),
        ("/chat/static/{name}", static_file),
    ):
        app.add_route(path, answer, methods=["GET"], include_in_schema=False)
    app.router.add_websocket_route("/chat/socket", receiver.answer)
    if files is None:
        return
    uploads = Uploads(
        files=files,
        limit=upload_limit,
        origins=allowed,
        visitors=visitors,
        identities=identities,
        clock=clock,
    )
    for path, method in (("/chat/files", "POST"), ("/chat/files/{id}", "GET")):
        app.add_route(path, uploads.answer, methods=[method, "OPTIONS"], include_in_schema=False)
