"""Stop 1 of 7, for /chat: what did the customer send? Each page holds one socket.

Next: `conversation/turn.py` stores it once; only then the page is told that it was taken.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from sufler.bot.web_widget import frames
from sufler.bot.web_widget.feed import CHANNEL, Feed, History, Standing
from sufler.bot.web_widget.limits import Limits
from sufler.bot.web_widget.send import WebChannel
from sufler.bot.web_widget.visitor import COOKIE, Visitors
from sufler.domain.conversation import Customer, Incoming, IncomingKind
from sufler.domain.errors import BadInput, SuflerError
from sufler.domain.events import DeskEvent
from sufler.domain.knowledge import Language
from sufler.domain.ports import Clock

_log = structlog.get_logger(__name__)

Receive = Callable[[Incoming], Awaitable[bool]]
Subscribe = Callable[[], AsyncIterator[DeskEvent]]

# Codes with which a socket is closed; the page's script knows them.
UNKNOWN_VISITOR: Final = 4401
TOO_MANY_PAGES: Final = 4429
NOT_UNDERSTOOD: Final = 4400

_HELLO_S = 15.0
_SEND_S = 20.0  # a page that takes nothing for so long is gone
# Replies of another process (`sufler work`) wake nobody here: look by yourself now and then.
_LOOK_S = 15.0
_RETRY_S = 5.0


class Receiver:
    """Answers /chat/socket."""

    def __init__(
        self,
        *,
        channel: WebChannel,
        receive: Receive,
        history: History,
        subscribe: Subscribe,
        visitors: Visitors,
        clock: Clock,
        origins: Iterable[str] = (),
    ) -> None:
        """`origins` are addresses (scheme://host) from which pages may come besides our own."""
        self._channel = channel
        self._receive = receive
        self._history = history
        self._subscribe = subscribe
        self._visitors = visitors
        self._clock = clock
        self._origins = frozenset(origins)
        self._per_visitor = Limits(clock, burst=8, interval_s=2.0)
        # A new visitor is free; an address is not. Generous, for offices behind one address.
        self._per_address = Limits(clock, burst=60, interval_s=0.25)

    async def answer(self, websocket: WebSocket) -> None:
        """Serve one page until it goes."""
        if not self._may_come(websocket):
            await websocket.close(1008)
            return
        await websocket.accept()
        visitor = self._visitors.visitor_of(websocket.cookies.get(COOKIE))
        if visitor is None:
            await websocket.close(UNKNOWN_VISITOR)
            return
        wake = self._channel.open_page(visitor)
        if wake is None:
            await websocket.close(TOO_MANY_PAGES)
            return
        try:
            self._channel.watch(self._subscribe, self._history)
            await self._serve(websocket, visitor, wake)
        finally:
            self._channel.close_page(visitor, wake)

    async def _serve(self, websocket: WebSocket, visitor: str, wake: asyncio.Event) -> None:
        page = _Page(websocket)
        try:
            async with asyncio.timeout(_HELLO_S):
                hello = frames.read(await websocket.receive_text())
            if not isinstance(hello, frames.Hello):
                raise BadInput("the page did not say hello")
            feed = Feed(self._history, visitor, hello.cursor)
            telling = asyncio.create_task(_tell(page, feed, visitor, wake))
            try:
                await self._listen(page, visitor, hello.language, feed)
            finally:
                telling.cancel()
                with suppress(asyncio.CancelledError):
                    await telling
        except BadInput as error:
            _log.debug("web_frame_refused", reason=error.message)
            await page.close(NOT_UNDERSTOOD)
        except (WebSocketDisconnect, KeyError, RuntimeError, OSError, TimeoutError):
            # KeyError: a binary frame; RuntimeError: we closed it while it was read.
            await page.close(1000)

    async def _listen(
        self, page: "_Page", visitor: str, language: Language | None, feed: Feed
    ) -> None:
        while True:
            try:
                said = frames.read(await page.websocket.receive_text())
            except BadInput as error:
                if error.field is None:
                    raise
                await page.send(frames.frame("refused", id=error.field, reason=error.message))
                continue
            match said:
                case frames.Ping():
                    await page.send(frames.frame("pong"))
                case frames.Said():
                    await self._take(page, visitor, language, said)
                case frames.Earlier():
                    await _tell_earlier(page, feed, visitor, said.before)
                case frames.Hello():
                    language = said.language

    async def _take(
        self, page: "_Page", visitor: str, language: Language | None, said: frames.Said
    ) -> None:
        address = page.websocket.client.host if page.websocket.client else ""
        wait_s = self._per_visitor.wait_s(visitor) or self._per_address.wait_s(address)
        if wait_s:
            await page.send(
                frames.frame("refused", id=said.client_id, reason="too_fast", retry_s=wait_s)
            )
            return
        incoming = Incoming(
            channel=CHANNEL,
            external_id=f"{visitor}:{said.client_id}",
            customer=Customer(external_id=visitor, language=language),
            kind=IncomingKind.TEXT if said.button is None else IncomingKind.BUTTON,
            text=said.text,
            button=said.button,
            at=self._clock.now(),
        )
        try:
            await self._receive(incoming)  # False: stored before, which is as good
        except SuflerError as error:
            _log.warning("web_message_not_stored", error=error.message)
            await page.send(
                frames.frame("refused", id=said.client_id, reason="not_now", retry_s=_RETRY_S)
            )
            return
        await page.send(frames.frame("taken", id=said.client_id))

    def _may_come(self, websocket: WebSocket) -> bool:
        """Only pages of ours may speak for a visitor: browsers always send their origin."""
        origin = websocket.headers.get("origin", "")
        if origin in self._origins:
            return True
        parts = urlsplit(origin)
        return parts.scheme in ("http", "https") and parts.netloc == websocket.headers.get("host")


class _Page:
    """A socket on which two tasks speak."""

    def __init__(self, websocket: WebSocket) -> None:
        self.websocket = websocket
        self._speaking = asyncio.Lock()

    async def send(self, frame: str) -> None:
        """Raises TimeoutError when the page takes nothing any more."""
        async with self._speaking, asyncio.timeout(_SEND_S):
            await self.websocket.send_text(frame)

    async def close(self, code: int) -> None:
        """Close it, unless it is closed."""
        if self.websocket.application_state is not WebSocketState.DISCONNECTED:
            with suppress(RuntimeError, OSError, WebSocketDisconnect):
                await self.websocket.close(code)


async def _tell(page: _Page, feed: Feed, visitor: str, wake: asyncio.Event) -> None:
    """Show the page what is new, as long as it is there."""
    standing: Standing | None = None
    first = True
    try:
        while True:
            wake.clear()
            try:
                news = await feed.news()
            except SuflerError as error:
                _log.warning("web_news_not_read", error=error.message)
                news = None
                wait_s = _RETRY_S
            else:
                wait_s = _LOOK_S
                if news is not None and (news.messages or first):
                    await page.send(
                        frames.messages_frame(news.messages, visitor, news.cursor, news.more)
                    )
                now = news.standing if news is not None else Standing()
                if now != standing:
                    standing = now
                    await page.send(_standing_frame(now))
                first = False
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await wake.wait()
    except (WebSocketDisconnect, RuntimeError, OSError, TimeoutError):
        await page.close(1011)  # the reading side ends with it


async def _tell_earlier(page: _Page, feed: Feed, visitor: str, before: int) -> None:
    try:
        news = await feed.earlier(before)
    except SuflerError as error:
        _log.warning("web_news_not_read", error=error.message)
        return
    if news is not None:
        frame = frames.messages_frame(news.messages, visitor, 0, news.more, earlier=True)
        await page.send(frame)


def _standing_frame(standing: Standing) -> str:
    return frames.frame(
        "standing",
        owner=standing.owner.value,
        operator=standing.operator,
        replying=standing.replying,
    )
