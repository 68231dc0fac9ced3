"""Puts /chat, its files and its socket into the application."""

from urllib.parse import urlsplit

from fastapi import FastAPI

from sufler.bot.web_widget.feed import History
from sufler.bot.web_widget.page import ChatPage, Face, static_file
from sufler.bot.web_widget.receive import Receive, Receiver, Subscribe
from sufler.bot.web_widget.send import WebChannel
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
) -> None:
    """Add the routes of /chat. `receive` has stored a message durably when it returns.

    `channel` is the one that delivery sends through. `secret` signs visitors' cookies: 16 bytes
    or more, the same after a restart. `public_url` (scheme://host) is where customers reach us,
    when a proxy in front does not keep the Host header.
    """
    visitors = Visitors(secret)
    parts = urlsplit(public_url or "")
    secure = parts.scheme == "https"
    page = ChatPage(visitors, face or Face(), secure=secure)
    receiver = Receiver(
        channel=channel,
        receive=receive,
        history=history,
        subscribe=subscribe,
        visitors=visitors,
        clock=clock,
        origins=[f"{parts.scheme}://{parts.netloc}"] if public_url else [],
    )
    app.add_route("/chat", page.answer, methods=["GET"], include_in_schema=False)
    app.add_route("/chat/static/{name}", static_file, methods=["GET"], include_in_schema=False)
    app.router.add_websocket_route("/chat/socket", receiver.answer)
