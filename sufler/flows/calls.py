"""Where the calls of flows may go, and which headers they may carry: for the check of a flow, and
again at each call."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

from sufler.domain.errors import BadInput

_USUAL: Final = {"http": 80, "https": 443}
_ENTRY = re.compile(r"(?:[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::(?P<port>\d{1,5}))?")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
# Ours to set: they say where a request goes, where it ends, and which one it is.
_OURS: Final = frozenset(
    {
        *("host", "content-length", "content-type", "transfer-encoding", "connection"),
        *("keep-alive", "te", "trailer", "upgrade", "expect", "accept-encoding"),
        *("proxy-authorization", "proxy-connection", "idempotency-key"),
    }
)


def host_entry(text: str) -> str:
    """A host, or host:port, as it stands in a list. Raises BadInput for anything else."""
    entry = text.strip().lower()
    found = _ENTRY.fullmatch(entry)
    if not found or not 0 < int(found["port"] or 1) < 65536:
        raise BadInput(
            f"{text[:100]} is not a host such as orders.example.com or 10.0.0.5:8080 (IPv6 in "
            "brackets, other alphabets as xn--…)"
        )
    return entry


@dataclass(frozen=True, slots=True)
class CallHosts:
    """The hosts that may be called, as `host_entry` makes them. Without a port the usual one is
    meant. `private` ones may have addresses of the own network and may be asked over plain HTTP."""

    public: Collection[str] = frozenset()
    private: Collection[str] = frozenset()

    def refusal(self, url: str) -> Literal["", "not_allowed", "https"]:
        """Why a call may not go to `url`: its host is on no list, or needs https; "" when it may.
        Places to fill may stand behind the host."""
        names = _names(url)
        if self.is_private(url):
            return ""
        if not any(name in self.public for name in names):
            return "not_allowed"
        return "" if url[:6].lower() == "https:" else "https"

    def is_private(self, url: str) -> bool:
        """Whether its host may be one of the own network."""
        return any(name in self.private for name in _names(url))


def named_host(url: str) -> str:
    """The host of an address as a list would have it, with a port that is not the usual one; ""
    for an address of no host."""
    return next(iter(_names(url)), "")


def _names(url: str) -> list[str]:
    try:
        parts = urlsplit(url)
        usual, port = _USUAL.get(parts.scheme), parts.port
    except ValueError:
        return []
    if usual is None or not parts.hostname:
        return []
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    whole = f"{host}:{port or usual}"
    return [host, whole] if port in (None, usual) else [whole]


def header_fits(name: str, value: str) -> bool:
    """Whether a flow may send this header: a name of HTTP's that is not ours to set, and a value
    on one line."""
    return (
        bool(_HEADER.fullmatch(name))
        and name.lower() not in _OURS
        and not any(ord(char) < 32 or ord(char) == 127 for char in value)
    )
