"""`sufler accuracy`: what is proved of each topic, and what is still needed."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sufler.app.terminal import AsJson, print_json, print_table, run, say
from sufler.domain.errors import BadInput
from sufler.prompter.accuracy.standing import OVERALL, POOL
from sufler.prompter.accuracy.watch import DEMOTED_AT

if TYPE_CHECKING:
    from sufler.desk.certifying import Certifying
    from sufler.prompter.accuracy.standing import Share, TopicStanding

_NAMES = {OVERALL: "(everything)", POOL: "(small topics together)"}


def accuracy(
    topic: Annotated[
        str | None, typer.Argument(help="Only this topic, with its bars and its history.")
    ] = None,
    at: Annotated[
        str | None, typer.Option(help="The certificate as it was then: 2026-05-12T09:00+03:00.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=AsJson)] = False,
) -> None:
    """What the checks prove of each topic, at which coverage, and how many more it needs."""
    moment = None if at is None else _moment(at)

    async def work() -> None:
        from sufler.app.accuracy import certifying_over
        from sufler.app.wiring import opened_basis

        async with opened_basis() as basis:
            strict = basis.settings.strict_certificates
            certifying = certifying_over(basis.database, basis.clock, strict=strict)
            if moment is not None:
                await _past(certifying, topic or OVERALL, moment, as_json)
            elif topic is not None:
                await _one(certifying, topic, as_json)
            else:
                await _all(certifying, as_json)

    run(work())


async def _past(certifying: "Certifying", topic: str, at: datetime, as_json: bool) -> None:
    from sufler.api.accuracy import certificate_shown

    await certifying.standing(topic)
    proved = await certifying.certificate(topic, at)
    if as_json:
        print_json(certificate_shown(proved).model_dump(mode="json"))
        return
    words = f"right in at least {proved.precision:.1%}" if proved.precision else "nothing proved"
    bar = "" if proved.bar is None else f" at a confidence of {proved.bar:.3f} or more"
    may = "may answer" if proved.may_answer else "may not answer"
    say(f"{words}{bar}; {proved.checks} checks, {proved.wrong} wrong; {may}")


async def _one(certifying: "Certifying", topic: str, as_json: bool) -> None:
    from sufler.api.accuracy import topic_accuracy

    standing = await certifying.standing(topic)
    curve, history = await certifying.curve(topic), await certifying.history(topic)
    if as_json:
        print_json(topic_accuracy(standing, curve, history).model_dump(mode="json"))
        return
    for name, value in _row(standing).items():
        say(f"{name:14} {value}")
    if curve:
        say("\nCandidate bars, the strictest first:")
        rows = [(f"{b.bar:.3f}", b.right, b.wrong, "yes" if b.passed else "") for b in curve]
        print_table(("bar", "right", "wrong", "enough"), rows)
    if history:
        say("\nWhat it might do:")
        print_table(
            ("when", "by", "from", "to", "why"),
            [
                (f"{c.at:%Y-%m-%d %H:%M}", c.by, c.before.value, c.after.value, _why(c))
                for c in history
            ],
        )


async def _all(certifying: "Certifying", as_json: bool) -> None:
    from sufler.api.accuracy import standing_shown

    found = await certifying.overview()
    if as_json:
        print_json([standing_shown(each).model_dump(mode="json") for each in found])
        return
    rows = [_row(each) for each in found]
    print_table(tuple(rows[0]), [tuple(row.values()) for row in rows])


def _row(standing: "TopicStanding") -> dict[str, str]:
    passed = standing.bar is not None and standing.precision > 0
    proved = f">= {standing.precision:.1%} at {standing.coverage:.0%}" if passed else "nothing yet"
    mode = standing.mode.value if standing.mode is not None else ""
    if standing.without_certificate:
        mode += " (no certificate)"
    more = "" if standing.may_answer else "?" if standing.needed is None else str(standing.needed)
    return {
        "topic": _NAMES.get(standing.topic, standing.topic),
        "mode": mode,
        "proved": proved + (" (with the small ones)" if standing.pooled and passed else ""),
        "bar": "" if standing.bar is None else f"{standing.bar:.3f}",
        "checks": str(standing.checks),
        "wrong": str(standing.wrong),
        "more": more,
        "hidden": _share(standing.agreement),
        "accepted": _share(standing.acceptance),
        "watch": f"{standing.watch.level:.0f}/{DEMOTED_AT}" if mode.startswith("answers") else "",
    }


def _share(share: "Share") -> str:
    return "" if share.value is None else f"{share.value:.1%} of {share.whole}"


def _why(change: Any) -> str:
    numbers = ", ".join(f"{name} {value:g}" for name, value in sorted(change.numbers.items()))
    return " ".join(part for part in (change.reason.value, change.words, numbers) if part)


def _moment(words: str) -> datetime:
    try:
        moment = datetime.fromisoformat(words)
    except ValueError as error:
        raise BadInput("--at is a moment such as 2026-05-12T09:00+03:00", field="at") from error
    return moment.astimezone(UTC) if moment.tzinfo else moment.astimezone()
