"""Who writes: an anonymous visitor, known again by a signed token, or somebody whom the site names.

The token is in a cookie that `/chat` sets, for our own pages. On another site's pages browsers
block such a cookie as a third party's; there the widget keeps the same token in the site's own
localStorage and sends it as its first frame. It is never part of an address. Scripts of that site
can read it: they could as well read the chat itself.
"""

import re
import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Final

from itsdangerous import BadSignature, Signer

COOKIE: Final = "sufler_visitor"
COOKIE_AGE: Final = timedelta(days=365)

_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_LONGEST_TOKEN = 200


class Visitors:
    """Makes and checks visitors' tokens. `secret` must stay the same over restarts."""

    def __init__(self, secret: bytes) -> None:
        """`secret` is at least 16 bytes; whoever knows it can be any visitor."""
        if len(secret) < 16:
            raise ValueError("the secret of visitors' tokens needs 16 bytes or more")
        self._signer = Signer(secret, salt="sufler.visitor", digest_method=sha256)

    def new(self) -> str:
        """The id of somebody who was not here before."""
        return secrets.token_urlsafe(16)

    def token_of(self, visitor: str) -> str:
        """The token with which `visitor` is known again."""
        return self._signer.sign(visitor.encode()).decode()

    def visitor_of(self, token: str | None) -> str | None:
        """Whose token it is; None when there is none or we did not sign it."""
        if not token or len(token) > _LONGEST_TOKEN or not token.isascii():
            return None
        try:
            visitor = self._signer.unsign(token.encode()).decode()
        except BadSignature:
            return None
        return visitor if _ID.fullmatch(visitor) else None
