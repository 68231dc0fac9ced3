"""Who a site says its customer is: a JSON Web Token (RFC 7519) that the site signs with HS256
(RFC 7518) and a secret that only it and Sufler know. No other algorithm is ever looked at."""

import base64
import binascii
import hashlib
import hmac
import json
import unicodedata
from typing import Any, Final

from sufler.domain.conversation import Customer
from sufler.domain.errors import BadInput
from sufler.domain.knowledge import LANGUAGES
from sufler.domain.ports import Clock

# Visitors' own ids have no colon, so that nobody can be both.
PREFIX: Final = "site:"
LEEWAY_S: Final = 30  # the site's clock and ours may differ by so much

_LONGEST_TOKEN = 4096
_LONGEST_SUB = 100
_LONGEST_NAME = 100


class SiteIdentities:
    """Checks the tokens of sites. Without a secret it refuses every token."""

    def __init__(self, secret: bytes | None, clock: Clock) -> None:
        """`secret` is at least 32 bytes, as HS256 wants it: ValueError when it is shorter."""
        if secret is not None and len(secret) < 32:
            raise ValueError("the secret of a site's tokens needs 32 bytes or more")
        self._secret = secret
        self._clock = clock

    def customer_of(self, token: str) -> Customer:
        """Whom a token names. Raises BadInput with `no_secret`, `malformed`, `bad_signature`,
        `expired`, `not_yet` or `no_sub`: such a token names nobody, not an anonymous visitor."""
        if self._secret is None:
            raise BadInput("no_secret", field="identity")
        claims = _verified(token, self._secret)
        now = self._clock.now().timestamp()
        expires = _number(claims.get("exp"))
        if expires is None:
            raise BadInput("malformed", field="exp")
        if now >= expires + LEEWAY_S:
            raise BadInput("expired", field="exp")
        begins = _number(claims.get("nbf", 0))
        if begins is None or now < begins - LEEWAY_S:
            raise BadInput("not_yet", field="nbf")
        name = claims.get("name")
        language = claims.get("language")
        return Customer(
            external_id=PREFIX + _sub(claims.get("sub")),
            name=name[:_LONGEST_NAME] if isinstance(name, str) else "",
            language=next((known for known in LANGUAGES if known == language), None),
        )


def _verified(token: str, secret: bytes) -> dict[str, Any]:
    """The claims, after the signature was found right."""
    parts = token.split(".")
    if len(token) > _LONGEST_TOKEN or not token.isascii() or len(parts) != 3:
        raise BadInput("malformed", field="identity")
    header = _json(parts[0])
    # `crit` names what a reader must understand; we understand nothing beyond the standard.
    if header.get("alg") != "HS256" or "crit" in header:
        raise BadInput("malformed", field="alg")
    signed = hmac.new(secret, f"{parts[0]}.{parts[1]}".encode(), hashlib.sha256).digest()
    if not hmac.compare_digest(signed, _bytes(parts[2])):
        raise BadInput("bad_signature", field="identity")
    return _json(parts[1])


def _bytes(part: str) -> bytes:
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise BadInput("malformed", field="identity") from None


def _json(part: str) -> dict[str, Any]:
    try:
        body = json.loads(_bytes(part))
    except (ValueError, RecursionError):
        raise BadInput("malformed", field="identity") from None
    if not isinstance(body, dict):
        raise BadInput("malformed", field="identity")
    return body


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # NaN compares as neither early nor late.
    return float(value) if abs(value) < 2**53 else None


def _sub(value: object) -> str:
    # The standard says a string; many sites sign the number of a row as it is.
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_SUB:
        raise BadInput("no_sub", field="sub")
    # What is cleaned away on the way in would make two customers one.
    if value != value.strip() or any(unicodedata.category(char)[0] == "C" for char in value):
        raise BadInput("no_sub", field="sub")
    return value
