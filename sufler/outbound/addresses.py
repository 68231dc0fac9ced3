"""Which addresses may be asked: a host is resolved once, checked, and asked at what was checked."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpx

from sufler.domain.errors import FetchError

# Gives the addresses of a host, as texts. Raises OSError.
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
_NAT64 = ip_network("64:ff9b::/96")


@cache
def certificates() -> ssl.SSLContext:
    """Whom we trust. Read once: it takes a tenth of a second in which nothing else is done."""
    return httpx.create_ssl_context(trust_env=False)


async def resolve(host: str, port: int) -> Sequence[str]:
    """By the system's resolver. Raises OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


async def checked_address(
    host: str,
    port: int,
    ask: Resolve,
    allowed: frozenset[str],
    setting: str = "SUFLER_ALLOW_HOSTS",
) -> str:
    """The address to connect to. All addresses of the host must be public, unless the host is
    among `allowed` by its name; link-local ones (cloud metadata) are refused even then.

    Raises FetchError, which names the `setting` that allows hosts.
    """
    try:
        found = [host] if _is_address(host) else await ask(host, port)
    except (OSError, UnicodeError):
        raise FetchError(f"{host}: the name cannot be resolved") from None
    if not found:
        raise FetchError(f"{host}: the name has no address")
    for each in found:
        address = ip_address(each.partition("%")[0])
        if not _is_public(address) and (host.casefold() not in allowed or _is_local(address)):
            raise FetchError(
                f"{host}: leads to a private address and is refused; {setting} allows "
                "hosts of your own network by name"
            )
    return found[0]


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _inner(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one carries, where it carries one."""
    if isinstance(address, IPv6Address):
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
        teredo = address.teredo
        return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)
    return address


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    return all(
        each.is_global and not each.is_multicast and not each.is_reserved
        for each in {_inner(address)}
    )


def _is_local(address: IPv4Address | IPv6Address) -> bool:
    inner = _inner(address)
    return inner.is_link_local or inner.is_multicast or inner.is_unspecified
