"""The calls of flows: one request to a company's own service, and what came of it.

What a service or the network does wrong is an answer too; nothing of a customer's is logged.
"""

import asyncio
import codecs
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import SplitResult, unquote

import httpx
import orjson
import structlog

from sufler.domain.errors import FetchError
from sufler.flows.calls import CallHosts, header_fits, named_host
from sufler.flows.state import Answer, Call
from sufler.flows.wording import SECRET
from sufler.outbound.addresses import Resolve, checked_address, resolve
from sufler.outbound.pinned import Clients, asked, checked_url, port_of

MAX_ANSWER_BYTES: Final = 1_000_000
SETTING: Final = "SUFLER_FLOW_PRIVATE_HOSTS"
_CONNECT_S: Final = 5.0
_LONGEST_S: Final = 30.0  # as in sufler.flows.model.Call
_PASSING: Final = frozenset({429, 500, 502, 503, 504})  # a GET may do better a moment later
_REFUSED: Final = {
    "not_allowed": "its host is neither in SUFLER_FLOW_HOSTS nor in SUFLER_FLOW_PRIVATE_HOSTS",
    "https": f"it needs https; {SETTING} allows plain http to hosts of your own network",
}
_HIDDEN_SLASH = re.compile(r"%(?:2f|5c)|\\", re.IGNORECASE)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Request:
    """A call that may be made: where to connect, and what is sent."""

    method: str
    parts: SplitResult
    address: str
    headers: list[tuple[bytes, bytes]]
    body: bytes | None


class FlowCalls:
    """Makes calls; holds connections until `close`. `secrets` are values by name: they are filled
    into headers here and nowhere before. `pause_s` is what lies before the first retry, in
    seconds; it doubles each time."""

    def __init__(
        self,
        hosts: CallHosts,
        secrets: Mapping[str, str],
        *,
        resolver: Resolve = resolve,
        pause_s: float = 0.2,
    ) -> None:
        self._hosts = hosts
        self._secrets = secrets
        self._resolve = resolver
        self._pause_s = pause_s
        self._clients = Clients(httpx.Timeout(_LONGEST_S, connect=_CONNECT_S))

    async def close(self) -> None:
        """Give the connections back; it can be used again."""
        await self._clients.close()

    async def perform(self, call: Call) -> Answer:
        """Makes `call` and gives what came: the status, and the JSON of a good answer. Status 0
        when it may not be made, nobody answered within `timeout_s` (all tries together), or the
        answer is no JSON or larger than 1 MB. A redirect is not followed: 3xx is the answer.

        Only a GET is retried; all else carries the key of the call as Idempotency-Key. Never raises
        for any of this.
        """
        began = time.monotonic()
        answer, fault = Answer(0), ""
        try:
            async with asyncio.timeout(min(call.timeout_s, _LONGEST_S)):
                answer = await self._tried(
                    await self._request(call), call.retries if call.method == "GET" else 0
                )
        except FetchError as error:
            fault = error.message
        except TimeoutError:
            fault = f"no whole answer within {call.timeout_s:g} s"
        took_ms = round((time.monotonic() - began) * 1000)
        # Only the host: what stands behind it are the customer's values.
        facts = {"host": named_host(call.url)[:100], "method": call.method, "took_ms": took_ms}
        if fault:
            log.warning("flow_call_failed", **facts, reason=fault)
        else:
            log.info("flow_call", **facts, status=answer.status)
        return answer

    async def _request(self, call: Call) -> _Request:
        """What will be sent, and where to. Raises FetchError."""
        parts = checked_url(call.url)
        refusal = self._hosts.refusal(call.url)
        if refusal:
            raise FetchError(_REFUSED[refusal])
        _no_way_out(parts.path)
        headers = self._headers(call)
        body = None if call.body is None else _json_of(call.body)
        if body is not None:
            headers.append((b"Content-Type", b"application/json"))
        host = (parts.hostname or "").casefold()
        private = frozenset({host} if self._hosts.is_private(call.url) else ())
        address = await checked_address(host, port_of(parts), self._resolve, private, SETTING)
        return _Request(call.method, parts, address, headers, body)

    def _headers(self, call: Call) -> list[tuple[bytes, bytes]]:
        headers = [(b"Accept", b"application/json")]
        for name, template in call.headers.items():
            value = SECRET.sub(lambda found: self._secret(found[1]), template).strip()
            if not header_fits(name, value):
                raise FetchError("a header's name or value cannot be sent")
            headers.append((name.encode("ascii"), value.encode("utf-8", "replace")))
        if call.method != "GET":
            headers.append((b"Idempotency-Key", call.key.encode("utf-8", "replace")))
        return headers

    def _secret(self, name: str) -> str:
        if name not in self._secrets:
            raise FetchError(f"the secret {name} is not set")
        return self._secrets[name]

    async def _tried(self, request: _Request, retries: int) -> Answer:
        """The answer, after as many retries as it takes. Raises FetchError."""
        client = await self._clients.of(request.parts)
        pause_s = self._pause_s
        while True:
            try:
                answer = await self._once(client, request)
                if answer.status not in _PASSING or not retries:
                    return answer
            except (httpx.HTTPError, httpx.InvalidURL, httpx.CookieConflict) as fault:
                if not retries:
                    name = type(fault).__name__
                    raise FetchError(f"the connection failed ({name})") from None
            retries -= 1
            await asyncio.sleep(pause_s)
            pause_s *= 2

    async def _once(self, client: httpx.AsyncClient, request: _Request) -> Answer:
        sending = asked(
            client,
            request.method,
            request.parts,
            request.address,
            request.headers,
            request.body,
        )
        async with sending as response:
            if not 200 <= response.status_code < 300:
                return Answer(response.status_code)  # a flow keeps nothing of other answers
            if response.headers.get("content-encoding", "identity") != "identity":
                raise FetchError("answers packed, though nobody asked for that")
            body = bytearray()
            async for piece in response.aiter_raw():
                body += piece
                if len(body) > MAX_ANSWER_BYTES:
                    raise FetchError("answers more than 1 MB")
        return Answer(response.status_code, _read(bytes(body)))


def _no_way_out(path: str) -> None:
    """What a customer said stays one part of the path: servers read %2F as a slash, and walk up
    at two dots. Raises FetchError."""
    if _HIDDEN_SLASH.search(path) or {".", ".."} & set(unquote(path).split("/")):
        raise FetchError("a value would lead to another path; it can stand behind a ? only")


def _json_of(body: Any) -> bytes:
    try:
        return json.dumps(body, allow_nan=False).encode("ascii")
    except (TypeError, ValueError, RecursionError):
        raise FetchError("its body is no JSON") from None


def _read(body: bytes) -> Any:
    """The JSON of an answer, or None of an empty one. Raises FetchError."""
    told = body.removeprefix(codecs.BOM_UTF8).strip()
    try:
        return orjson.loads(told) if told else None
    except ValueError:  # deeper than 1,024 levels as well
        raise FetchError("the answer is no JSON") from None
