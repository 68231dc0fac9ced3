"""The numbers behind each figure as a sheet: what stands under the chart, and what is exported."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sufler.desk.figures import Endings, Staff
from sufler.domain.checks import ModeChange
from sufler.domain.decisions import FeedbackAction
from sufler.domain.figures import Effect, Ending, Turns, Wrong
from sufler.domain.knowledge import Language
from sufler.domain.locales import number
from sufler.domain.texts import text
from sufler.prompter.accuracy.certificate import Certificate, Standing, coverage
from sufler.prompter.accuracy.meter import certified
from sufler.prompter.accuracy.standing import TopicStanding
from sufler.web.accuracy_words import certificate_line, told_as, topic_name

Cell = str | int | float | datetime | None

# Fractions keep so many digits: more would be noise.
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Sheet:
    """Named columns with their rows. Shares are 0..1; moments are aware; None is an empty cell."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Week:
    """Right and wrong ones of the week that began on `first`, in the viewer's zone."""

    first: date
    right: int
    wrong: int

    @property
    def share(self) -> float | None:
        """Of the right ones; None of nothing."""
        whole = self.right + self.wrong
        return self.right / whole if whole else None


def by_week(
    moments: Iterable[tuple[datetime, bool]], zone: ZoneInfo, now: datetime, weeks: int
) -> list[Week]:
    """The last `weeks` weeks, each from Monday on; moments before them are left out."""
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    found: Counter[tuple[date, bool]] = Counter()
    for at, right in moments:
        here = at.astimezone(zone).date()
        found[here - timedelta(days=here.weekday()), right] += 1
    firsts = [monday - timedelta(weeks=back) for back in range(weeks - 1, -1, -1)]
    return [Week(first, found[first, True], found[first, False]) for first in firsts]


def overview_sheet(standings: Sequence[TopicStanding], language: Language, now: datetime) -> Sheet:
    """One row a topic."""
    return Sheet(
        _heads(
            language,
            *("topic", "mode", "without", "line", "precision", "coverage", "bar", "checks"),
            *("wrong", "needed", "last_wrong", "agreement", "acceptance", "watch", "target"),
        ),
        tuple(
            (
                topic_name(each.topic, language),
                "" if each.mode is None else text(f"kb_mode_{each.mode.value}", language),
                each.without_certificate or "",
                certificate_line(each, language, now),
                _round(each.precision or None),
                _round(each.coverage),
                _round(each.bar),
                each.checks,
                each.wrong,
                each.needed,
                each.last_wrong_at,
                _round(each.agreement.value),
                _round(each.acceptance.value),
                each.watch.level,
                each.target,
            )
            for each in standings
        ),
    )


def curve_sheet(
    curve: Sequence[Standing],
    confidences: Sequence[float],
    certificate: Certificate,
    language: Language,
) -> Sheet:
    """One row for each candidate bar: coverage, what was seen above it, and what is proved. Those
    behind the first that has not passed are not tested, and prove nothing."""
    tested = {standing.bar for standing in certificate.standings}
    rows = []
    for each in curve:
        whole = each.right + each.wrong
        state = "passed" if each.passed else "failed"
        proved = certified(each.right, each.wrong, certificate.enough)
        rows.append(
            (
                _round(each.bar),
                _round(coverage(confidences, each.bar)),
                each.right,
                each.wrong,
                _round(each.right / whole) if whole else None,
                _round(proved) if each.bar in tested else None,
                text(f"fig_bar_{state if each.bar in tested else 'untested'}", language),
            )
        )
    names = ("bar", "coverage", "right", "wrong", "seen", "proved", "state")
    return Sheet(_heads(language, *names), tuple(rows))


def weeks_sheet(weeks: Sequence[Week], language: Language) -> Sheet:
    """Checks by the week of their label."""
    return Sheet(
        _heads(language, "week", "right", "wrong", "share"),
        tuple(
            (each.first.isoformat(), each.right, each.wrong, _round(each.share)) for each in weeks
        ),
    )


def compared_sheet(hidden: Sequence[Week], shown: Sequence[Week], language: Language) -> Sheet:
    """Agreement without the suggestion beside acceptance with it, week by week."""
    names = ("week", "agreement", "agreement_of", "acceptance", "acceptance_of")
    return Sheet(
        _heads(language, *names),
        tuple(
            (
                blind.first.isoformat(),
                _round(blind.share),
                blind.right + blind.wrong,
                _round(seen.share),
                seen.right + seen.wrong,
            )
            for blind, seen in zip(hidden, shown, strict=True)
        ),
    )


def drift_sheet(days: Mapping[date, Turns], language: Language) -> Sheet:
    """Turns by day, and the share of them far from everything known."""
    return Sheet(
        _heads(language, "day", "turns", "far", "far_share"),
        tuple(
            (
                day.isoformat(),
                each.turns,
                each.far_off,
                _round(each.far_off / each.turns) if each.turns else None,
            )
            for day, each in days.items()
        ),
    )


def wrong_sheet(found: Sequence[Wrong], language: Language) -> Sheet:
    """Wrong checks without customers' words: these are read on the page."""
    names = ("when", "kind", "confidence", "article", "overdue", "conversation")
    return Sheet(
        _heads(language, *names),
        tuple(
            (
                each.at,
                text(f"acc_kind_{each.kind}", language),
                _round(each.confidence),
                each.article_id,
                text("fig_yes", language) if each.overdue else "",
                each.conversation_id or "",
            )
            for each in found
        ),
    )


def history_sheet(
    changes: Sequence[ModeChange], names: Mapping[str, str], language: Language
) -> Sheet:
    """Every change of a topic's mode, who made it and why."""
    return Sheet(
        _heads(language, "when", "by", "before", "after", "reason", "words", "numbers"),
        tuple(
            (
                each.at,
                names.get(each.by, each.by),
                text(f"kb_mode_{each.before.value}", language),
                text(f"kb_mode_{each.after.value}", language),
                text(f"acc_reason_{each.reason.value}", language),
                each.words,
                ", ".join(
                    f"{told_as('acc_number_', name, language)} {number(value, language, 3)}"
                    for name, value in each.numbers.items()
                ),
            )
            for each in changes
        ),
    )


def endings_sheet(endings: Endings, language: Language) -> Sheet:
    """How many episodes ended in each class."""
    whole = endings.total
    return Sheet(
        _heads(language, "ending", "episodes", "share"),
        tuple(
            (
                text(f"out_{each.value}", language),
                len(endings.by_class[each]),
                _round(len(endings.by_class[each]) / whole) if whole else None,
            )
            for each in Ending
        ),
    )


def episodes_sheet(endings: Endings, language: Language) -> Sheet:
    """Every episode of the period with its class."""
    found = [(each, one) for each, them in endings.by_class.items() for one in them]
    found.sort(key=lambda pair: pair[1].closed_at)
    return Sheet(
        _heads(language, "conversation", "number", "opened", "closed", "ending"),
        tuple(
            (
                one.conversation_id,
                one.number,
                one.opened_at,
                one.closed_at,
                text(f"out_{each.value}", language),
            )
            for each, one in found
        ),
    )


def times_sheet(effect: Effect, language: Language) -> Sheet:
    """Seconds to the first reply with and without a suggestion."""
    return Sheet(
        _heads(
            language, "with_s", "with_count", "without_s", "without_count", "ratio", "low", "high"
        ),
        (
            (
                _round(effect.with_s),
                effect.with_count,
                _round(effect.without_s),
                effect.without_count,
                _round(effect.ratio),
                _round(effect.low),
                _round(effect.high),
            ),
        ),
    )


def operators_sheet(staff: Staff, names: Mapping[str, str], language: Language) -> Sheet:
    """One row an operator."""
    actions = [each for each in FeedbackAction if each is not FeedbackAction.CONFIRMED]
    return Sheet(
        (
            text("fig_operator", language),
            *(text(f"out_use_{each.value}", language) for each in actions),
            *_heads(language, "with_s", "with_count", "without_s", "without_count"),
            *_heads(language, "hidden_checks", "hidden_agreed"),
        ),
        tuple(
            (
                names.get(each.uses.by, each.uses.by),
                *(each.uses.actions.get(action.value, 0) for action in actions),
                _round(each.times.with_s),
                each.times.with_count,
                _round(each.times.without_s),
                each.times.without_count,
                each.checks,
                each.agreed,
            )
            for each in staff.operators
        ),
    )


def _heads(language: Language, *names: str) -> tuple[str, ...]:
    return tuple(text(f"fig_{name}", language) for name in names)


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)
