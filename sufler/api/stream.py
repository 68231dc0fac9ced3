"""The event stream: what happens, as server-sent events, resumed by `Last-Event-ID`."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Annotated, Any

import orjson
import structlog
from fastapi import APIRouter, Header, Query, Request, Response
from starlette.types import Receive, Scope, Send

from sufler.api import problems
from sufler.api.caller import asking, bearer
from sufler.api.parts import Here, Parts
from sufler.api.problems import documented
from sufler.api.texts import Line
from sufler.desk.people import require
from sufler.desk.stream import Stream
from sufler.desk.stream_bodies import body_of
from sufler.domain.errors import SuflerError, TooManyTries
from sufler.domain.people import Caller, Right
from sufler.domain.stream import StreamEvent, StreamFilter, StreamKind

router = APIRouter(prefix="/api/v1/stream", tags=["stream"])

AGAIN_MS = 1000  # after which pause a client connects again
LAST_WORDS_S = 2.0  # what a reader that does not keep up is given to take the end

_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # a proxy must not gather it
]
_SHOWN: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events, each with `id`, `event` (its kind) and `data` (one line of JSON).",
        "content": {"text/event-stream": {}},
    }
}
_log = structlog.get_logger(__name__)


@router.get(
    "",
    response_class=Response,
    responses={**_SHOWN, **documented(401, 403, 422, 429, 503)},
    summary="Listen to what happens",
)
async def listen(
    caller: Annotated[Caller, asking(Right.CONVERSE)],
    here: Here,
    request: Request,
    kind: Annotated[list[StreamKind] | None, Query(description="Only these; may repeat.")] = None,
    conversation_id: Annotated[Line | None, Query(max_length=200)] = None,
    queue_id: Annotated[Line | None, Query(max_length=64)] = None,
    last_event_id: Annotated[
        str,
        Header(pattern="^[0-9]{0,18}$", description="Go on after this event; none: from now on."),
    ] = "",
) -> Response:
    """What happens in conversations, as it is stored, in order, nothing lost and nothing twice.

    A connection lasts ten minutes at most and then ends; connect again with the last `id` as
    `Last-Event-ID`, also after a restart of either side. A line that begins with a colon is a sign
    of life. The event `gap` says that events before its `oldest` are not kept any more: read what
    you need anew. A suggestion that you asked for with a `conversation_id` is told to other
    connections of the same key."""
    wanted = StreamFilter(frozenset(kind or ()), conversation_id, queue_id)
    last = int(last_event_id) if last_event_id else None
    start, oldest = await here.stream.begin(last)
    teller = _Teller(here.stream, _Sight(here, bearer(request), wanted), wanted, start)
    return EventStream(teller, caller.id, oldest)


class _Sight:
    """What the caller may see, looked up anew for every page."""

    def __init__(self, here: Parts, secret: str, wanted: StreamFilter) -> None:
        self._here = here
        self._secret = secret
        # Hiding other people's queues keeps lists short; whoever names a conversation gets it.
        self._all_queues = wanted.conversation_id is not None

    async def of(self, events: Sequence[StreamEvent]) -> list[StreamEvent]:
        """Those that may be seen. Raises when the key was revoked meanwhile, or lost its right."""
        caller = await self._here.callers.caller(self._secret)
        require(caller, Right.CONVERSE)
        hidden: Collection[str] = ()
        if events and not self._all_queues:
            hidden = await self._here.desk.lines.queues.hidden_from(caller)
        mine = caller.person_id or caller.id
        return [
            each
            for each in events
            if (each.caller_id is None or each.caller_id == caller.id)
            and (each.queue_id not in hidden or _owner_of(each) == mine)
        ]


def _owner_of(event: StreamEvent) -> str | None:
    return None if event.conversation is None else event.conversation.operator_id


class _Teller:
    """What one connection is told, from `position` on."""

    def __init__(self, stream: Stream, sight: _Sight, wanted: StreamFilter, position: int) -> None:
        self.stream = stream
        self.position = position
        self._sight = sight
        self._wanted = wanted

    async def tell(self, write: Callable[[bytes], Awaitable[None]]) -> None:
        """Until the process ends. Raises what ends it earlier."""
        while not self.stream.ending:
            page = await self.stream.page(self.position, self._wanted)
            told = [_frame(event) for event in await self._sight.of(page.events)]
            if told:
                await write(b"".join(told))
            moved, self.position = page.until > self.position, page.until
            if moved:
                continue
            if not await self.stream.wait(self.position, self.stream.limits.heartbeat_s):
                # An id without data: the place moves on though nothing was for this reader.
                await write(b"id: %d\n:\n\n" % self.position)


class EventStream(Response):
    """The answer: told until its time is over, the reader is gone, or the process ends."""

    def __init__(self, teller: _Teller, caller_id: str, oldest: int | None) -> None:
        super().__init__()
        self._teller = teller
        self._caller_id = caller_id
        self._oldest = oldest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer. Too many connections of one key are refused here, where a seat is sure to be
        given back."""
        stream = self._teller.stream
        try:
            with stream.seat(self._caller_id):
                await self._answer(receive, send, stream.limits.longest_s)
        except TooManyTries as error:
            await problems.of_error(error)(scope, receive, send)

    async def _answer(self, receive: Receive, send: Send, longest_s: float) -> None:
        async def write(piece: bytes) -> None:
            await send({"type": "http.response.body", "body": piece, "more_body": True})

        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        begin = f"retry: {AGAIN_MS}\nid: {self._teller.position}\n:\n\n".encode()
        if self._oldest is not None:
            gap = orjson.dumps({"oldest": self._oldest}).decode()
            begin += f"id: {self._teller.position}\nevent: gap\ndata: {gap}\n\n".encode()

        async def tell() -> None:
            await write(begin)
            await self._teller.tell(write)

        gone = asyncio.create_task(_disconnected(receive))
        telling = asyncio.create_task(tell())
        try:
            await asyncio.wait(
                {gone, telling}, timeout=longest_s, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            left = gone.done()
            for task in (gone, telling):
                task.cancel()
            results = await asyncio.gather(gone, telling, return_exceptions=True)
        _say_why(results[1])
        if not left:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LAST_WORDS_S):
                    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _say_why(ended: object) -> None:
    """The reader connects again and is then told what is wrong; here it is only logged."""
    if isinstance(ended, SuflerError):
        _log.info("stream_ended", reason=ended.message)
    elif isinstance(ended, Exception):
        raise ended


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _frame(event: StreamEvent) -> bytes:
    """One event. JSON holds no line break, so the text of nobody can end it."""
    body = orjson.dumps(body_of(event))
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (event.id, event.kind.value.encode(), body)
