"""Stop 1 of 7, for /chat and the widget: what did the customer send? Each page holds one socket.

Next: `conversation/turn.py` stores it once; only then the page is told that it was taken.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final, Protocol

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from sufler.bot.web_widget import frames
from sufler.bot.web_widget.feed import CHANNEL, Feed, History, News, Standing
from sufler.bot.web_widget.identity import SiteIdentities
from sufler.bot.web_widget.limits import Limits
from sufler.bot.web_widget.origins import Origins
from sufler.bot.web_widget.send import WebChannel
from sufler.bot.web_widget.visitor import COOKIE, Visitors
from sufler.domain.conversation import Attachment, Customer, Incoming, IncomingKind
from sufler.domain.errors import BadInput, NotFound, SuflerError
from sufler.domain.events import DeskEvent
from sufler.domain.files import StoredFile
from sufler.domain.ports import Clock

_log = structlog.get_logger(__name__)

Receive = Callable[[Incoming], Awaitable[bool]]
Subscribe = Callable[[], AsyncIterator[DeskEvent]]

# Codes with which a socket is closed; the page's script knows them.
IDENTITY_REFUSED: Final = 4403
TOO_MANY_PAGES: Final = 4429
NOT_UNDERSTOOD: Final = 4400

_HELLO_S = 15.0
_SEND_S = 20.0  # a page that takes nothing for so long is gone
# Replies of another process (`sufler work`) wake nobody here: look by yourself now and then.
_LOOK_S = 15.0
_RETRY_S = 5.0


class Files(Protocol):
    """The part of `storage.files.FileStore` that a message with files needs."""

    async def get(self, file_id: str) -> StoredFile: ...


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
        identities: SiteIdentities,
        origins: Origins,
        clock: Clock,
        files: Files | None = None,
    ) -> None:
        """Without `files` no message may bring one."""
        self._channel = channel
        self._receive = receive
        self._history = history
        self._subscribe = subscribe
        self._visitors = visitors
        self._identities = identities
        self._origins = origins
        self._clock = clock
        self._files = files
        self._per_customer = Limits(clock, burst=8, interval_s=2.0)
        # A new visitor is free; an address is not. Generous, for offices behind one address.
        self._per_address = Limits(clock, burst=60, interval_s=0.25)
        self._newcomers = Limits(clock, burst=60, interval_s=2.0)
        self._reads = Limits(clock, burst=20, interval_s=0.5)

    async def answer(self, websocket: WebSocket) -> None:
        """Serve one page until it goes."""
        if not self._origins.admit(websocket.headers):
            await websocket.close(1008)
            return
        await websocket.accept()
        page = _Page(websocket)
        try:
            async with asyncio.timeout(_HELLO_S):
                hello = frames.read(await websocket.receive_text())
            if not isinstance(hello, frames.Hello):
                raise BadInput("the page did not say hello")
            try:
                customer = self._who(hello, websocket)
            except BadInput as error:
                # Never on as an anonymous visitor: that talk is somebody else's, or nobody's.
                _log.info("web_identity_refused", reason=error.message)
                await page.close(IDENTITY_REFUSED, error.message)
                return
            if customer is None:
                await page.close(TOO_MANY_PAGES)
            else:
                await self._welcome(page, hello, customer)
        except BadInput as error:
            _log.debug("web_frame_refused", reason=error.message)
            await page.close(NOT_UNDERSTOOD)
        except (WebSocketDisconnect, KeyError, RuntimeError, OSError, TimeoutError):
            # KeyError: a binary frame; RuntimeError: we closed it while it was read.
            await page.close(1000)

    def _who(self, hello: frames.Hello, websocket: WebSocket) -> Customer | None:
        """Whom the page speaks for; None when too many newcomers sit at its address. Raises
        BadInput for a token of the site that names nobody."""
        if hello.identity is not None:
            customer = self._identities.customer_of(hello.identity)
            return replace(customer, language=hello.language or customer.language)
        visitor = self._visitors.visitor_of(hello.visitor)
        if visitor is None and not hello.fresh and self._origins.trust(websocket.headers):
            visitor = self._visitors.visitor_of(websocket.cookies.get(COOKIE))
        if visitor is None:
            if self._newcomers.wait_s(_address(websocket)):
                return None
            visitor = self._visitors.new()
        return Customer(external_id=visitor, language=hello.language)

    async def _welcome(self, page: "_Page", hello: frames.Hello, customer: Customer) -> None:
        name = customer.external_id
        wake = self._channel.open_page(name)
        if wake is None:
            await page.close(TOO_MANY_PAGES)
            return
        try:
            self._channel.watch(self._subscribe, self._history)
            token = None if hello.identity else self._visitors.token_of(name)
            await page.send(frames.frame("welcome", visitor=token))
            feed = Feed(self._history, name, hello.cursor, hello.edits)
            telling = asyncio.create_task(_tell(page, feed, name, wake))
            try:
                await self._listen(page, customer, feed)
            finally:
                telling.cancel()
                with suppress(asyncio.CancelledError):
                    await telling
        finally:
            self._channel.close_page(name, wake)

    async def _listen(self, page: "_Page", customer: Customer, feed: Feed) -> None:
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
                    await self._take(page, customer, said)
                case frames.Earlier() if not self._reads.wait_s(customer.external_id):
                    await _tell_earlier(page, feed, customer.external_id, said.before)
                case frames.Hello():
                    raise BadInput("the page said hello twice")

    async def _take(self, page: "_Page", customer: Customer, said: frames.Said) -> None:
        name = customer.external_id
        wait_s = self._per_customer.wait_s(name) or self._per_address.wait_s(
            _address(page.websocket)
        )
        if wait_s:
            await page.send(
                frames.frame("refused", id=said.client_id, reason="too_fast", retry_s=wait_s)
            )
            return
        try:
            attachments = await self._attached(name, said.files)
            await self._receive(self._incoming(customer, said, attachments))
            # False from it: stored before, which is as good
        except NotFound:
            await page.send(frames.frame("refused", id=said.client_id, reason="file_gone"))
            return
        except SuflerError as error:
            _log.warning("web_message_not_stored", error=error.message)
            await page.send(
                frames.frame("refused", id=said.client_id, reason="not_now", retry_s=_RETRY_S)
            )
            return
        await page.send(frames.frame("taken", id=said.client_id))

    def _incoming(
        self, customer: Customer, said: frames.Said, attachments: tuple[Attachment, ...]
    ) -> Incoming:
        kind = IncomingKind.TEXT if said.button is None else IncomingKind.BUTTON
        text = said.text
        if attachments and not text:
            kind, text = IncomingKind.UNREADABLE, attachments[0].kind
        return Incoming(
            channel=CHANNEL,
            external_id=f"{customer.external_id}:{said.client_id}",
            customer=customer,
            kind=kind,
            text=text,
            button=said.button,
            at=self._clock.now(),
            attachments=attachments,
        )

    async def _attached(self, customer: str, ids: Sequence[str]) -> tuple[Attachment, ...]:
        """The files that a message names. Raises NotFound unless all are this customer's own."""
        found = []
        for file_id in ids:
            if self._files is None:
                raise NotFound("files are not taken here", field="files")
            file = await self._files.get(file_id)
            if (file.channel, file.customer_id) != (CHANNEL, customer):
                raise NotFound("this file is another customer's", field="files")
            found.append(Attachment(file.id, file.kind, file.name, file.media_type, file.size))
        return tuple(found)


def _address(websocket: WebSocket) -> str:
    return websocket.client.host if websocket.client else ""


class _Page:
    """A socket on which two tasks speak."""

    def __init__(self, websocket: WebSocket) -> None:
        self.websocket = websocket
        self._speaking = asyncio.Lock()

    async def send(self, frame: str) -> None:
        """Raises TimeoutError when the page takes nothing any more."""
        async with self._speaking, asyncio.timeout(_SEND_S):
            await self.websocket.send_text(frame)

    async def close(self, code: int, reason: str | None = None) -> None:
        """Close it, unless it is closed."""
        if self.websocket.application_state is not WebSocketState.DISCONNECTED:
            with suppress(RuntimeError, OSError, WebSocketDisconnect):
                await self.websocket.close(code, reason)


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
                if news is not None:
                    await _show(page, news, visitor, first)
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


async def _show(page: _Page, news: News, visitor: str, first: bool) -> None:
    if news.messages or first:
        told = frames.messages_frame(
            news.messages, visitor, news.cursor, news.more, edits=news.edits_at
        )
        await page.send(told)
    if news.edited:
        await page.send(frames.edited_frame(news.edited, visitor, news.edits_at))


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
        open=standing.open,
    )
