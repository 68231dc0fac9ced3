"""The certificate of a topic from its checks, and the watch after it."""

from datetime import UTC, datetime, timedelta

import pytest

from sufler.domain.checks import Check, CheckKind
from sufler.prompter.accuracy.certificate import candidate_bars, certificate, coverage
from sufler.prompter.accuracy.watch import audit_share, fast_meter, truth_meter

START = datetime(2026, 11, 1, tzinfo=UTC)


def check(number: int, confidence: float, right: bool, kind: CheckKind = CheckKind.HIDDEN) -> Check:
    moment = START + timedelta(minutes=number)
    return Check(
        id=number,
        suggestion_id=f"s{number}",
        topic="Доставка",
        article_id="a",
        kind=kind,
        confidence=confidence,
        right=right,
        propensity=0.1,
        predicted_at=moment - timedelta(hours=1),
        at=moment,
        by="person:1",
    )


def test_that_the_bars_leave_a_quarter_to_all_of_the_turns_above_them() -> None:
    turns = [number / 100 for number in range(100)]
    bars = candidate_bars(turns)
    assert bars[0] == 0.75
    assert bars[-1] == 0.0
    assert list(bars) == sorted(bars, reverse=True)
    assert [coverage(turns, bar) for bar in (0.75, 0.5, 0.0)] == [0.25, 0.5, 1.0]


def test_that_equal_confidences_make_one_bar_and_no_turns_none() -> None:
    assert candidate_bars([0.4] * 50) == (0.4,)
    assert candidate_bars([]) == ()


def test_that_only_the_last_turns_are_looked_at() -> None:
    assert candidate_bars([0.1] * 500 + [0.9] * 300) == (0.9,)
    assert coverage([0.1] * 500 + [0.9] * 300, 0.5) == 1.0


def test_that_a_topic_without_checks_has_no_bar_and_says_what_is_missing() -> None:
    empty = certificate([], (0.9, 0.5))
    assert (empty.bar, empty.precision, empty.checks, empty.more) == (None, 0.0, 0, None)
    assert not empty.may_answer
    assert certificate([], ()).more is None


def test_that_eighty_eight_right_checks_certify_and_eighty_seven_do_not() -> None:
    made = [check(n, 0.9, True) for n in range(88)]
    assert certificate(made[:87], (0.9,)).bar is None
    assert certificate(made[:87], (0.9,)).more == 1
    whole = certificate(made, (0.9,))
    assert whole.bar == 0.9
    assert whole.precision == pytest.approx(0.9502, abs=1e-4)
    assert whole.may_answer


def test_that_bars_are_passed_from_the_strictest_on_and_the_first_that_fails_ends_it() -> None:
    """The lax bar alone would pass: its many right checks lie below the strict one."""
    strict = [check(n, 0.95, n % 4 != 0) for n in range(40)]
    lax = [check(100 + n, 0.6, True) for n in range(400)]
    found = certificate([*strict, *lax], (0.9, 0.5))
    assert found.bar is None
    assert [standing.bar for standing in found.standings] == [0.9]


def test_that_a_wrong_check_can_take_away_what_was_proved_before_anybody_clicked() -> None:
    made = [check(n, 0.9, True) for n in range(88)] + [check(100, 0.9, False)]
    found = certificate(made, (0.9,))
    assert found.bar is None
    assert found.more == 81


def test_that_history_alone_never_switches_a_topic_on() -> None:
    old = [check(n, 0.9, True, CheckKind.HISTORY) for n in range(200)]
    live = [check(300 + n, 0.9, True) for n in range(30)]
    assert certificate(old, (0.9,)).bar == 0.9
    assert not certificate(old, (0.9,)).may_answer
    assert not certificate([*old, *live[:29]], (0.9,)).may_answer
    assert certificate([*old, *live], (0.9,)).may_answer


def test_that_a_doubled_bar_asks_for_more() -> None:
    made = [check(n, 0.9, True) for n in range(88)]
    assert certificate(made, (0.9,), enough=40).bar is None


def test_that_four_wrong_answers_in_a_row_take_a_topic_back_and_single_ones_do_not() -> None:
    assert truth_meter([True] * 100 + [False] * 4).reached_after == 104
    assert truth_meter([False, *[True] * 10] * 20).reached_after is None
    assert truth_meter([True] * 5 + [False, True]).level == 9


def test_that_the_fast_meter_minds_how_often_signals_are_bad_anyway() -> None:
    # At 10 % usual bad signals one costs round(1 / 0.175) = 6.
    assert fast_meter([False] * 7, 0.1).reached_after == 7
    assert fast_meter([False] * 6, 0.1).reached_after is None
    assert fast_meter([], 0.0).level == 0


def test_that_audits_begin_with_every_answer_and_never_fall_below_five_a_day() -> None:
    assert [audit_share(n, 1000.0) for n in (0, 49, 50, 249, 250)] == [1, 1, 0.2, 0.2, 0.05]
    assert audit_share(1000, 20.0) == 0.25
    assert audit_share(1000, 3.0) == 1.0
