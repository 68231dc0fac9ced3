"""Requests that go to the very address that was checked, wherever the name leads by then."""

from contextlib import AbstractAsyncContextManager, suppress
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final
from urllib.parse import SplitResult, urlsplit

import httpx

from sufler import __version__
from sufler.domain.errors import FetchError
from sufler.outbound.addresses import certificates

OUR_NAME: Final = f"Sufler/{__version__}"
_PORTS: Final = {"http": 80, "https": 443}
_MOST_CLIENTS: Final = 100


def checked_url(url: str) -> SplitResult:
    """The parts of an address that may be asked. Raises FetchError."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise FetchError("is not an address") from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise FetchError("is not an address of http or https")
    if parts.username is not None or parts.password is not None:
        raise FetchError("holds a login, which is not sent; take it out of the address")
    return parts


def port_of(parts: SplitResult) -> int:
    """The port, the scheme's where none is named."""
    return parts.port or _PORTS[parts.scheme]


def asked(
    client: httpx.AsyncClient,
    method: str,
    parts: SplitResult,
    address: str,
    headers: list[tuple[bytes, bytes]],
    body: bytes | None = None,
) -> AbstractAsyncContextManager[httpx.Response]:
    """One request to `parts` at `address`; a redirect is an answer. Raises what httpx raises."""
    url = httpx.URL(parts.geturl())
    return client.stream(
        method,
        url.copy_with(host=address, port=port_of(parts)),
        content=body,
        headers=[*headers, (b"Host", url.netloc)],
        extensions={"sni_hostname": url.raw_host.decode("ascii")},
    )


class Clients:
    """A client for each host: connections are kept by address, which hosts may share. They keep
    no cookies: what one customer's request brought is no matter of the next one's."""

    def __init__(self, timeout: httpx.Timeout) -> None:
        self._timeout = timeout
        self._clients: dict[tuple[str, str, int], httpx.AsyncClient] = {}

    async def of(self, parts: SplitResult) -> httpx.AsyncClient:
        """The client of this host; answers are not to be packed."""
        key = (parts.scheme, (parts.hostname or "").casefold(), port_of(parts))
        if key not in self._clients:
            if len(self._clients) >= _MOST_CLIENTS:
                await self._clients.pop(next(iter(self._clients))).aclose()
            self._clients[key] = httpx.AsyncClient(
                headers={"User-Agent": OUR_NAME, "Accept-Encoding": "identity"},
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
                timeout=self._timeout,
                verify=certificates(),
                trust_env=False,
                follow_redirects=False,
            )
        return self._clients[key]

    async def close(self) -> None:
        """Give the connections back; it can be used again."""
        clients, self._clients = self._clients, {}
        for client in clients.values():
            with suppress(httpx.HTTPError):
                await client.aclose()
