"""The expressions of branches: what they mean, what they refuse, and that none falls."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sufler.domain.errors import BadInput
from sufler.flows.expression import evaluate, names, parse

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)  # a Sunday
VALUES: dict[str, Any] = {
    "n": 3,
    "city": "Москва",
    "order": {"status": "sent", "items": [{"price": 5}]},
    "day": "2026-11-25",
    "empty": None,
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3 == 7", True),
        ("(1 + 2) * 3", 9),
        ("-n + 4", 1),
        ('city == "москва"', True),
        ('"моск" in city', True),
        ("n in [1, 2, 3] and not n == 2", True),
        ("n not in [1, 2]", True),
        ('order.status == "sent" or n / 0 > 1', True),
        ("order.items.0.price >= 5", True),
        ("order.items.9.price == none", True),
        ("missing > 1", False),
        ("missing <= 1", False),
        ("known(missing)", False),
        ("known(n)", True),
        ("empty == none", True),
        ('n > "2"', False),
        ("days_until(day)", 3),
        ('days_until("soon") == none', True),
        ("weekday()", 7),
        ("weekday(day)", 3),
        ('clock() >= "10:00"', True),
        ('today() == "2026-11-22"', True),
        ("length(city) == 6", True),
        ("not not true", True),
        ("n.__class__ == none", True),
        ("true or missing.x.y", True),
    ],
)
def test_that_an_expression_means_what_it_says(text: str, value: Any) -> None:
    assert evaluate(parse(text), VALUES, NOW) == value


@pytest.mark.parametrize(
    "text",
    [
        "", "1 +", "1 1", "(1", "[1", "n =", "n = 1", "foo(1)", "__import__('os')",
        "lambda: 1", "known()", "today(1)", "1 ** 9", "--1", "'open", "n ? 1", "(" * 60, "x" * 501,
        "1" + "+1" * 200,
    ],
)  # fmt: skip
def test_that_anything_else_is_refused_in_words(text: str) -> None:
    with pytest.raises(BadInput, match="expression"):
        parse(text)


def test_that_the_names_that_are_read_are_known() -> None:
    assert list(names(parse("a.b > 1 and known(c) or [d] == e"))) == ["a.b", "c", "d", "e"]


_PIECES = st.lists(
    st.sampled_from(
        [
            *"()[],+-*/<>", "==", "!=", "<=", " and ", " or ", " not ", " in ", "n", "city",
            "order.status", "1", "2.5", '"x"', "none", "known(", "days_until(", "day",
        ]
    ),
    max_size=30,
)  # fmt: skip


@given(_PIECES)
def test_that_no_expression_falls(pieces: list[str]) -> None:
    try:
        tree = parse("".join(pieces))
    except BadInput:
        return
    evaluate(tree, VALUES, NOW)
