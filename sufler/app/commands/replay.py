"""`sufler replay`: what Sufler would have answered in past conversations."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from sufler.app.settings import load_settings
from sufler.app.terminal import AsJson, out, print_json, run, say, steps
from sufler.domain.errors import BadInput

if TYPE_CHECKING:
    from sufler.app.replaying import Replayed

_PLAN = (
    "knowledge=auto|current|history|VERSION|FILE, head=refitted|fixed|ID, policy=CONFIDENCE; "
    "repeatable."
)


def replay(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="Telegram Desktop's result.json, Chatwoot's or Usedesk's JSON, JSONL, or CSV."
        ),
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            "--from",
            formats=["%Y-%m-%d"],
            help="Instead of a file: Sufler's own conversations since this day (UTC).",
        ),
    ] = None,
    operator: Annotated[
        list[str] | None,
        typer.Option(help="Name of somebody who answered, where the export does not tell."),
    ] = None,
    plan: Annotated[
        list[str] | None, typer.Option("--with", help=f"What predicts: {_PLAN}")
    ] = None,
    against: Annotated[
        list[str] | None, typer.Option("--against", help=f"Compare with this: {_PLAN}")
    ] = None,
    target: Annotated[float, typer.Option(min=0.5, max=0.999, help="Precision to certify.")] = 0.95,
    articles: Annotated[
        Path | None,
        typer.Option(help="Write the articles proposed from the history here (JSONL, drafts)."),
    ] = None,
    propose: Annotated[
        bool,
        typer.Option("--propose", help="Put articles and phrasings found into the review list."),
    ] = False,
    store_checks: Annotated[
        bool,
        typer.Option("--store-checks", help="Store checks of history (an export's last 90 days)."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help=AsJson)] = False,
) -> None:
    """Replay past conversations: predict each turn, then learn from what the human replied, and
    tell how much could have been answered, how precisely, and what is missing. Nothing of your own
    base changes, but for what --propose and --store-checks are asked to leave there."""
    plans, keeps = (plan, against), (store_checks, propose)
    made = run(_work(file, since, operator or [], plans, target, keeps, as_json))
    if articles:
        lines = (json.dumps(each, ensure_ascii=False) + "\n" for each in made.proposed)
        articles.write_text("".join(lines), encoding="utf-8")
    if as_json:
        print_json(made.figures)
    else:
        _show(made.figures)


async def _work(
    file: Path | None,
    since: datetime | None,
    operators: list[str],
    plans: tuple[list[str] | None, list[str] | None],
    target: float,
    keeps: tuple[bool, bool],
    quiet: bool,
) -> "Replayed":
    from sufler.app.replay_keeping import store_checks, store_proposals
    from sufler.app.replay_plan import read_plan
    from sufler.app.replaying import History, replayed

    if (file is None) == (since is None):
        raise BadInput("give a file, or --from and a day", field="file")
    history = History(file, tuple(operators), since.replace(tzinfo=UTC) if since else None)
    plan = read_plan(plans[0] or ())
    against = None if plans[1] is None else read_plan(plans[1])
    settings = load_settings()
    if quiet:
        made = await replayed(settings, history, plan, target, against=against)
    else:
        with steps("replay") as tell:
            made = await replayed(settings, history, plan, target, tell, against=against)
    if keeps[0]:
        made.figures["checks"] = await store_checks(settings, history, made)
    if keeps[1]:
        made.figures["proposed"] = await store_proposals(settings, made)
    return made


def _show(told: dict[str, Any]) -> None:
    say(
        f"{told['turns']} turns of {told['conversations']} conversations"
        + (f", {told['from'][:10]} to {told['to'][:10]}" if told["from"] else "")
        + f"; base: {told['base']} with {told['articles']} articles."
    )
    say(
        f"The human's reply was an article's text in {told['replied_with_an_article']:.1%} of the "
        f"turns; of these it was our first suggestion in {told['top1']:.1%}, among three in "
        f"{told['top3']:.1%}."
    )
    table = Table("topic", "turns", "wrong/checks", "proved", "coverage", "bar", box=None)
    for topic, row in {"all": told["all"], **told["topics"]}.items():
        proved = f"≥ {row['precision']:.1%}" if row["bar"] is not None else _missing(row)
        covered = f"{row['coverage']:.0%}" if row["bar"] is not None else "–"
        bar = f"{row['bar']:.2f}" if row["bar"] is not None else "–"
        checks = f"{row['wrong']}/{row['checks']}"
        table.add_row(topic, str(row["turns"]), checks, proved, covered, bar)
    out.print(table)
    sent = told["answered"]
    say(
        f"From a confidence of {sent['bar']:.2f} on it would have answered {sent['share']:.0%} of "
        f"the turns, {sent['right']:.1%} of them rightly."
    )
    points = ", ".join(f"{p['precision']:.0%} at {p['coverage']:.0%}" for p in told["curve"])
    say(f"Precision by coverage, open replies counted as wrong: {points or '–'}.")
    for each in told["missing"]:
        say(f"Missing, {each['times']}×: {each['question']}")
    for reason in told["worth_it"]:
        say(_REASONS[reason])
    if "compared" in told:
        _show_compared(told["compared"])
    if "checks" in told:
        counts = ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in told["checks"].items())
        say(f"Checks of history: {counts}. History alone switches no topic on.")
    if "proposed" in told:
        say(f"New in the review list: {told['proposed']}. Nothing is published by itself.")


def _show_compared(told: dict[str, Any]) -> None:
    table = Table("of all turns", "this", "other", "difference", "95 % interval", box=None)
    for name, row in told["differences"].items():
        if row["difference"] is None:
            table.add_row(_COMPARED[name], "–", "–", "–", "–")
            continue
        difference = f"{100 * row['difference']:+.1f}"
        interval = f"{100 * row['low']:+.1f} … {100 * row['high']:+.1f}"
        cells = (f"{row['this']:.1%}", f"{row['other']:.1%}", difference)
        told_apart = "" if row["told"] else "  not told apart"
        table.add_row(_COMPARED[name], *cells, interval + told_apart)
    say(
        f"Compared on the {told['turns']} turns of {told['conversations']} conversations that both "
        f"judged: {_planned(told['this'])} with {_planned(told['other'])}."
    )
    out.print(table)


def _planned(plan: dict[str, Any]) -> str:
    return f"base {plan['base']}, head {plan['head']}, from {plan['bar']:.2f} on"


_COMPARED = {
    "top1": "first suggestion right",
    "top3": "right one among three",
    "answered": "answered",
    "answered_rightly": "answered rightly",
    "precision": "right of what was answered",
}

_REASONS = {
    "few_questions": "Under 800 questions a month: automation would save little; suggestions to "
    "operators pay first.",
    "few_repeat": "Under half of the replies repeat: write articles for what is missing first.",
}


def _missing(row: dict[str, Any]) -> str:
    more = row["more"]
    return "nothing yet" if more is None else f"about {more} more checks"
