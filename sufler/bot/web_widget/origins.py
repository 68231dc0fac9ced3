"""From which sites' pages the widget may be used: the Origin that every browser states."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers

ANY: Final = "*"


class Origins:
    """Our own pages, and the sites that were listed."""

    def __init__(self, listed: Iterable[str] = (), public_url: str | None = None) -> None:
        """`listed`: scheme://host[:port], or `*` for any site. `public_url` is where customers
        reach us, when a proxy in front does not keep the Host header."""
        self._listed = {each.rstrip("/").lower() for each in listed}
        parts = urlsplit(public_url or "")
        self._own = f"{parts.scheme}://{parts.netloc}".lower() if public_url else None

    def admit(self, headers: Headers) -> bool:
        """Whether the page that asks may use the widget; without an origin it is no page."""
        return (ANY in self._listed and "origin" in headers) or self.trust(headers)

    def trust(self, headers: Headers) -> bool:
        """Whether it is a page of ours or of a site that was named, so that cookies count."""
        origin = headers.get("origin", "").lower()
        if origin in self._listed - {ANY} or (origin and origin == self._own):
            return True
        parts = urlsplit(origin)
        return parts.scheme in ("http", "https") and parts.netloc == headers.get("host")
