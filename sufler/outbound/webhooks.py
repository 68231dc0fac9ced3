"""Signed requests to programs outside, as the Standard Webhooks scheme has them."""

import asyncio
import base64
import binascii
import hashlib
import hmac
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self
from urllib.parse import SplitResult

import httpx

from sufler.domain.errors import BadInput, FetchError
from sufler.domain.webhooks import Posted
from sufler.outbound.addresses import Resolve, checked_address, resolve
from sufler.outbound.pinned import Clients, asked, checked_url, port_of

PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32
_LONGEST_RETRY_S: Final = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class PostLimits:
    """Times in seconds, sizes in bytes: of an answer `read` are taken at most, `kept` are kept."""

    connect_s: float = 5.0
    whole_s: float = 15.0
    read: int = 64 << 10
    kept: int = 300


def new_secret() -> str:
    """A secret as receivers' libraries take it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """One signature, `v1,…`. Raises BadInput for a secret that is none."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise BadInput("the secret is not whsec_ and base64", field="secret") from None
    signed = b"%s.%d.%s" % (message_id.encode(), timestamp, body)
    made = hmac.new(key, signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(made).decode("ascii")


class Poster:
    """Use as a context: it holds connections while it is open. `allow_hosts` may be private, and
    may be told over plain HTTP: customers' texts go to all others over TLS only."""

    def __init__(
        self,
        allow_hosts: frozenset[str] = frozenset(),
        *,
        limits: PostLimits | None = None,
        resolver: Resolve = resolve,
    ) -> None:
        self._allowed = frozenset(host.casefold() for host in allow_hosts)
        self._limits = limits or PostLimits()
        self._resolve = resolver
        self._clients = Clients(httpx.Timeout(self._limits.whole_s, connect=self._limits.connect_s))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Give the connections back; it can be used again."""
        await self._clients.close()

    async def check(self, url: str) -> None:
        """Raises BadInput when nothing would be sent to this address."""
        try:
            await self._target(url)
        except FetchError as error:
            raise BadInput(f"url: {error.message}", field="url") from None

    async def post(
        self, url: str, secrets_: Sequence[str], message_id: str, timestamp: int, body: bytes
    ) -> Posted:
        """Send `body` once, signed with each secret. Never raises: the outcome says what went
        wrong. A redirect is not followed: it would lead the signed body elsewhere."""
        signatures = " ".join(signature(each, message_id, timestamp, body) for each in secrets_)
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signatures,
        }
        started = time.monotonic()
        response: httpx.Response | None = None
        answer = b""
        try:
            async with asyncio.timeout(self._limits.whole_s):
                parts, address = await self._target(url)
                client = await self._clients.of(parts)
                sent = [(key.encode(), value.encode()) for key, value in headers.items()]
                async with asked(client, "POST", parts, address, sent, body) as response:
                    answer = await self._first(response)
            error = _fault(response)
        except FetchError as fault:
            error = fault.message
        except (TimeoutError, httpx.TimeoutException):
            error = f"no whole answer within {self._limits.whole_s:g} s"
        except (httpx.HTTPError, httpx.InvalidURL, httpx.CookieConflict) as fault:
            error = f"the connection failed ({type(fault).__name__})"
        return Posted(
            status=None if response is None else response.status_code,
            error=error,
            answer=_words(answer[: self._limits.kept]),
            took_ms=round((time.monotonic() - started) * 1000),
            retry_s=None if response is None else _retry_s(response),
        )

    async def _first(self, response: httpx.Response) -> bytes:
        """The begin of the answer; the rest is not read."""
        taken = bytearray()
        async for piece in response.aiter_raw():
            taken += piece
            if len(taken) >= self._limits.read:
                break
        if "content-encoding" in response.headers:
            return b""  # packed, though nobody asked for that: not unpacked for a log
        return bytes(taken)

    async def _target(self, url: str) -> tuple[SplitResult, str]:
        """The parts of an address that may be told, and where to connect. Raises FetchError."""
        parts = checked_url(url)
        host = parts.hostname or ""
        if parts.scheme == "http" and host.casefold() not in self._allowed:
            raise FetchError(
                "needs https; SUFLER_ALLOW_HOSTS allows plain http to hosts of your own network"
            )
        return parts, await checked_address(host, port_of(parts), self._resolve, self._allowed)


def _fault(response: httpx.Response) -> str | None:
    status = response.status_code
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return f"answers {status}; redirects are not followed"
    return f"answers {status}"


def _retry_s(response: httpx.Response) -> float | None:
    wanted = response.headers.get("retry-after", "")
    if response.status_code in (429, 503) and wanted.isdigit() and len(wanted) < 8:
        return min(float(wanted), _LONGEST_RETRY_S)
    return None


def _words(answer: bytes) -> str:
    """As text on one line, for a log that people read."""
    text = answer.decode("utf-8", "replace")
    return "".join(each if each.isprintable() else " " for each in text).strip()
