"""Fetching pages: public addresses only, robots respected, with limits on size, time and haste."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx

from sufler.domain.errors import FetchError
from sufler.domain.sources import Fetched
from sufler.outbound.addresses import Resolve, certificates, checked_address, resolve
from sufler.outbound.pinned import OUR_NAME, asked, checked_url, port_of
from sufler.outbound.robots import Robots

REDIRECTS = 5
ROBOTS_BYTES = 500 << 10
_GONE = (404, 410)
_ANSWERS = "the server answers "


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, times in seconds. `whole_s` is for one answer, however
    slowly it drips;
    `per_host` is how many requests one host gets at once, `pause_s` how far apart they begin."""

    size: int = 10 << 20
    connect_s: float = 5.0
    silence_s: float = 15.0
    whole_s: float = 60.0
    per_host: int = 2
    pause_s: float = 0.1


@dataclass(slots=True)
class _Host:
    client: httpx.AsyncClient
    slots: asyncio.Semaphore
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    next_at: float = 0.0


class Fetcher:
    """Use as a context: it holds connections while it is open. `allow_hosts` may be private."""

    def __init__(
        self,
        allow_hosts: frozenset[str] = frozenset(),
        *,
        limits: Limits | None = None,
        resolver: Resolve = resolve,
    ) -> None:
        self._allowed = frozenset(host.casefold() for host in allow_hosts)
        self._limits = limits or Limits()
        self._resolve = resolver
        self._hosts: dict[tuple[str, str, int], _Host] = {}
        self._robots = Robots(OUR_NAME, self._robots_file)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for host in self._hosts.values():
            with suppress(httpx.HTTPError):
                await host.client.aclose()

    async def get(
        self,
        url: str,
        kinds: frozenset[str],
        *,
        etag: str | None = None,
        modified: str | None = None,
    ) -> Fetched:
        """The page at `url`, of one of these content types. With the `etag` or `modified` of an
        earlier answer it may be unchanged. Raises FetchError."""
        headers = {"If-None-Match": etag, "If-Modified-Since": modified}
        given = {name: value for name, value in headers.items() if value}
        return await self._follow(url, kinds, given, robots=True)

    async def _follow(
        self, url: str, kinds: frozenset[str], headers: dict[str, str], *, robots: bool
    ) -> Fetched:
        for _ in range(REDIRECTS + 1):
            parts = checked_url(url)
            if robots:
                await self._ask_leave(url)
            async with self._host(parts).slots:
                try:
                    async with asyncio.timeout(self._limits.whole_s):
                        answer = await self._once(url, kinds, headers)
                except TimeoutError:
                    raise FetchError(f"takes longer than {self._limits.whole_s:g} s") from None
            if isinstance(answer, Fetched):
                return answer
            url = answer
        raise FetchError(f"leads from one address to another more than {REDIRECTS} times")

    async def _ask_leave(self, url: str) -> None:
        parts = urlsplit(url)
        rules = await self._robots.rules(f"{parts.scheme}://{parts.netloc}")
        if not rules.allow(url):
            why = "cannot be read" if rules.closed else "does not allow it"
            raise FetchError(f"the site's robots.txt {why}")
        await self._wait(url, max(rules.wait_s, self._limits.pause_s))

    async def _wait(self, url: str, pause_s: float) -> None:
        host = self._host(urlsplit(url))
        async with host.turn:
            now = time.monotonic()
            begin = max(now, host.next_at)
            host.next_at = begin + pause_s
        await asyncio.sleep(begin - now)

    async def _once(
        self, url: str, kinds: frozenset[str], headers: dict[str, str]
    ) -> Fetched | str:
        """One request: the answer, or the address that it leads to."""
        parts = urlsplit(url)
        name = parts.hostname or ""
        address = await checked_address(name, port_of(parts), self._resolve, self._allowed)
        sent = [(key.encode(), value.encode()) for key, value in headers.items()]
        try:
            async with asked(self._host(parts).client, "GET", parts, address, sent) as response:
                return await self._answer(url, response, kinds)
        except httpx.TimeoutException:
            raise FetchError("the server does not answer in time") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.CookieConflict) as error:
            raise FetchError(f"the connection failed ({type(error).__name__})") from None

    async def _answer(
        self, url: str, response: httpx.Response, kinds: frozenset[str]
    ) -> Fetched | str:
        status = response.status_code
        if status in (301, 302, 303, 307, 308) and "location" in response.headers:
            try:
                return urljoin(url, response.headers["location"])
            except ValueError:
                raise FetchError("leads to an address that is none") from None
        if status == 304:
            return Fetched(url, unchanged=True)
        if status in _GONE:
            return Fetched(url, gone=True)
        if status != 200:
            raise FetchError(f"{_ANSWERS}{status}")
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kinds and kind not in kinds:
            raise FetchError(f"is {kind or 'of no kind'}, not a page")
        body = bytearray()
        async for piece in response.aiter_bytes():
            body += piece
            if len(body) > self._limits.size:
                raise FetchError(f"is larger than {self._limits.size >> 10} kB")
        return Fetched(
            url,
            bytes(body),
            kind,
            response.charset_encoding,
            response.headers.get("etag"),
            response.headers.get("last-modified"),
        )

    async def _robots_file(self, url: str) -> tuple[int, str]:
        try:
            found = await self._follow(url, frozenset(), {}, robots=False)
        except FetchError as error:
            answered = error.message.removeprefix(_ANSWERS)
            if not answered.isdigit():
                raise  # what keeps us from the robots.txt keeps us from the page
            return int(answered), ""
        if found.gone:
            return 404, ""
        return 200, found.body[:ROBOTS_BYTES].decode("utf-8", "replace")

    def _host(self, parts: SplitResult) -> _Host:
        key = (parts.scheme, (parts.hostname or "").casefold(), port_of(parts))
        if key not in self._hosts:
            limits = self._limits
            # A client for each host: connections are kept by address, which hosts may share.
            client = httpx.AsyncClient(
                headers={"User-Agent": OUR_NAME, "Accept-Encoding": "gzip, deflate"},
                timeout=httpx.Timeout(limits.silence_s, connect=limits.connect_s),
                verify=certificates(),
                trust_env=False,
                follow_redirects=False,
            )
            self._hosts[key] = _Host(client, asyncio.Semaphore(limits.per_host))
        return self._hosts[key]
