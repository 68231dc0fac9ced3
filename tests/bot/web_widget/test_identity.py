"""Whom a site's token names: only what it signed with HS256 and our secret, and only in time."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sufler.bot.web_widget.identity import SiteIdentities
from sufler.domain.conversation import Customer
from sufler.domain.errors import BadInput

SECRET = b"0123456789abcdef0123456789abcdef"
NOW = datetime(2026, 5, 1, tzinfo=UTC)
LATER = int(NOW.timestamp()) + 600
GOOD = {"sub": "42", "exp": LATER}


class StillClock:
    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0


def coded(value: object) -> str:
    whole = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(whole).rstrip(b"=").decode()


def token(claims: object, header: object = {"alg": "HS256"}, secret: bytes = SECRET) -> str:
    signed = f"{coded(header)}.{coded(claims)}"
    return f"{signed}.{coded(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"


@pytest.fixture
def identities() -> SiteIdentities:
    return SiteIdentities(SECRET, StillClock())


def test_that_a_signed_token_names_its_customer(identities: SiteIdentities) -> None:
    claims = GOOD | {"name": "Мария", "language": "en"}
    assert identities.customer_of(token(claims)) == Customer("site:42", name="Мария", language="en")
    assert identities.customer_of(token(GOOD | {"sub": 42})).external_id == "site:42"


def test_that_the_example_of_the_standard_has_a_right_signature() -> None:
    # RFC 7515, A.1: the key, and a token whose claims are not ours to take.
    key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
    example = (
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
        "cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    )
    standard = SiteIdentities(base64.urlsafe_b64decode(key + "=="), StillClock())
    with pytest.raises(BadInput, match="expired"):
        standard.customer_of(example)
    with pytest.raises(BadInput, match="bad_signature"):
        SiteIdentities(SECRET, StillClock()).customer_of(example)


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        (token(GOOD, secret=b"x" * 32), "bad_signature"),
        (token(GOOD, {"alg": "none"}), "malformed"),
        (token(GOOD, {"alg": "none"}).rpartition(".")[0] + ".", "malformed"),
        (token(GOOD, {"alg": "HS512"}), "malformed"),
        (token(GOOD, {"alg": "RS256"}), "malformed"),
        (token(GOOD, {"alg": "HS256", "crit": ["b64"]}), "malformed"),
        (token(GOOD).rpartition(".")[0] + ".", "bad_signature"),
        (token(GOOD)[:-4], "bad_signature"),
        (token({"sub": "42"}), "malformed"),
        (token({"sub": "42", "exp": "tomorrow"}), "malformed"),
        (token({"sub": "42", "exp": float("nan")}), "malformed"),
        (token({"sub": "42", "exp": True}), "malformed"),
        (token({"sub": "42", "exp": LATER - 700}), "expired"),
        (token(GOOD | {"nbf": LATER}), "not_yet"),
        (token({"exp": LATER}), "no_sub"),
        (token(GOOD | {"sub": ""}), "no_sub"),
        (token(GOOD | {"sub": "a" * 101}), "no_sub"),
        (token(GOOD | {"sub": "42\u202e"}), "no_sub"),
        (token(GOOD | {"sub": " 42"}), "no_sub"),
        (token(GOOD | {"sub": ["42"]}), "no_sub"),
        (token(["42"]), "malformed"),
        (token(b"{"), "malformed"),
        ("a.b", "malformed"),
        ("ы.ы.ы", "malformed"),
        (token(GOOD | {"more": "x" * 5000}), "malformed"),
    ],
)
def test_that_any_other_token_names_nobody(
    identities: SiteIdentities, refused: str, why: str
) -> None:
    with pytest.raises(BadInput, match=why):
        identities.customer_of(refused)


@given(st.text(max_size=200) | st.recursive(st.integers(), st.lists).map(token))
def test_that_no_token_breaks_it(value: Any) -> None:
    with pytest.raises(BadInput):
        SiteIdentities(SECRET, StillClock()).customer_of(value)


def test_that_without_a_secret_nobody_is_named() -> None:
    with pytest.raises(BadInput, match="no_secret"):
        SiteIdentities(None, StillClock()).customer_of(token(GOOD))
    with pytest.raises(ValueError, match="32 bytes"):
        SiteIdentities(b"short", StillClock())
