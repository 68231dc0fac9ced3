"""Who writes on /chat: an anonymous visitor, known again by a signed cookie."""

import re
import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Final

from itsdangerous import BadSignature, Signer

COOKIE: Final = "sufler_visitor"
COOKIE_AGE: Final = timedelta(days=365)

_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_LONGEST_COOKIE = 200


class Visitors:
    """Makes and checks visitors' cookies. `secret` must stay the same over restarts."""

    def __init__(self, secret: bytes) -> None:
        """`secret` is at least 16 bytes; whoever knows it can be any visitor."""
        if len(secret) < 16:
            raise ValueError("the secret of visitors' cookies needs 16 bytes or more")
        self._signer = Signer(secret, salt="sufler.visitor", digest_method=sha256)

    def new(self) -> str:
        """The id of somebody who was not here before."""
        return secrets.token_urlsafe(16)

    def cookie_of(self, visitor: str) -> str:
        """The cookie's value for `visitor`."""
        return self._signer.sign(visitor.encode()).decode()

    def visitor_of(self, cookie: str | None) -> str | None:
        """Whose cookie it is; None when there is none or we did not sign it."""
        if not cookie or len(cookie) > _LONGEST_COOKIE or not cookie.isascii():
            return None
        try:
            visitor = self._signer.unsign(cookie.encode()).decode()
        except BadSignature:
            return None
        return visitor if _ID.fullmatch(visitor) else None
