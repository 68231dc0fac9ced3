"""Two replays compared: a real difference is told, chance is not, the same twice."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from sufler.replay.comparing import compare
from sufler.replay.report import Predicted
from sufler.replay.talks import PastTalk, Said, turns

START = datetime(2026, 9, 1, tzinfo=UTC)


def run(right: float, seed: int, talks: int = 200, confidence: float = 0.95) -> list[Predicted]:
    made = random.Random(seed)
    return [
        Predicted(
            talk_id=f"t{number // 2}",
            question=f"q{number}",
            at=START + timedelta(minutes=number),
            first=number % 2 == 0,
            suggested=("a", "b", "c") if made.random() < right else ("b", "a", "c"),
            topic="T",
            confidence=confidence,
            replied="a",
        )
        for number in range(2 * talks)
    ]


def test_that_a_real_difference_is_told_and_its_interval_holds_it() -> None:
    one, other = run(0.9, 1), run(0.6, 2)
    told = compare(one, other, (0.9, 0.9))
    assert (told["turns"], told["conversations"]) == (400, 200)
    first = told["differences"]["top1"]
    assert first["told"] is True
    assert first["low"] < 0.3 < first["high"]
    assert first["difference"] == pytest.approx(first["this"] - first["other"])
    assert told["differences"]["top3"]["difference"] == 0.0
    assert compare(one, other, (0.9, 0.9)) == told


def test_that_chance_is_rarely_told_as_a_difference() -> None:
    found = [
        compare(run(0.8, seed), run(0.8, seed + 1000), (0.9, 0.9))["differences"]["top1"]["told"]
        for seed in range(40)
    ]
    assert sum(found) <= 6


def test_that_only_turns_that_both_judged_are_compared_each_from_its_own_bar() -> None:
    one, other = run(0.9, 1), run(0.9, 1, confidence=0.7)[100:]
    told = compare(one, other, (0.9, 0.8))
    assert told["turns"] == 300
    assert told["differences"]["answered"]["difference"] == 1.0
    assert told["differences"]["precision"] == {
        "difference": None,
        "low": None,
        "high": None,
        "told": False,
    }
    assert compare(one, [], (0.9, 0.9))["differences"] == {}


def test_that_what_the_bot_said_is_context_and_no_reply() -> None:
    said = (
        Said("customer", "Сколько стоит доставка?", START),
        Said("bot", "Курьер — 290 рублей.", START),
        Said("customer", "А как вернуть?", START + timedelta(minutes=1)),
        Said("bot", "Передаю оператору.", START + timedelta(minutes=1)),
        Said("operator", "За 14 дней.", START + timedelta(minutes=2)),
    )
    (turn,) = turns(PastTalk("t", said))
    assert (turn.question, turn.reply) == ("А как вернуть?", ("За 14 дней.",))
    assert [each.role for each in turn.before] == ["customer", "bot"]
    assert turn.replied_at == START + timedelta(minutes=2)
