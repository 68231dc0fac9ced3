"""Who a visitor is, and how often one may write."""

from datetime import UTC, datetime

import pytest

from sufler.bot.web_widget.limits import Limits
from sufler.bot.web_widget.visitor import Visitors

SECRET = b"0123456789abcdef"


class MovedClock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)

    def monotonic(self) -> float:
        return self.seconds


def test_that_a_visitor_is_known_by_a_cookie_and_after_a_restart() -> None:
    visitors = Visitors(SECRET)
    visitor = visitors.new()
    assert Visitors(SECRET).visitor_of(visitors.token_of(visitor)) == visitor
    assert visitors.new() != visitor


@pytest.mark.parametrize(
    "cookie", [None, "", "abc", "a" * 22, "a" * 22 + ".forged", "ы" * 22, "a" * 5000, ".", "\0"]
)
def test_that_a_cookie_that_we_did_not_sign_is_nobodys(cookie: str | None) -> None:
    assert Visitors(SECRET).visitor_of(cookie) is None


def test_that_a_token_of_another_secret_or_changed_is_nobodys() -> None:
    ours, theirs = Visitors(SECRET), Visitors(b"another secret of 16")
    visitor = ours.new()
    assert ours.visitor_of(theirs.token_of(visitor)) is None
    cookie = ours.token_of(visitor)
    assert ours.visitor_of(("B" if cookie[0] == "A" else "A") + cookie[1:]) is None


def test_that_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        Visitors(b"short")


def test_that_a_burst_goes_through_and_then_one_at_a_time() -> None:
    clock = MovedClock()
    limits = Limits(clock, burst=3, interval_s=2.0)
    assert [limits.wait_s("a") for _ in range(4)] == [0, 0, 0, 2.0]
    assert limits.wait_s("b") == 0
    clock.seconds += 1.5
    assert limits.wait_s("a") == pytest.approx(0.5)
    clock.seconds += 0.5
    assert limits.wait_s("a") == 0
    clock.seconds += 3600
    assert [limits.wait_s("a") for _ in range(4)] == [0, 0, 0, 2.0]
