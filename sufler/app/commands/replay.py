"""`sufler replay`: what Sufler would have answered in past conversations."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from sufler.app.settings import load_settings
from sufler.app.terminal import AsJson, out, print_json, run, say, steps


class FromBase(StrEnum):
    """Which base predicts."""

    AUTO = "auto"
    CURRENT = "current"
    HISTORY = "history"


def replay(
    file: Annotated[
        Path,
        typer.Argument(
            help="Telegram Desktop's result.json, Chatwoot's or Usedesk's JSON, JSONL, or CSV."
        ),
    ],
    operator: Annotated[
        list[str] | None,
        typer.Option(help="Name of somebody who answered, where the export does not tell."),
    ] = None,
    base: Annotated[
        FromBase,
        typer.Option(
            help="The current knowledge base, or one made from the first half of the history; "
            "auto: the current one, unless it is empty or the demo."
        ),
    ] = FromBase.AUTO,
    target: Annotated[float, typer.Option(min=0.5, max=0.999, help="Precision to certify.")] = 0.95,
    articles: Annotated[
        Path | None,
        typer.Option(help="Write the articles proposed from the history here (JSONL, drafts)."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=AsJson)] = False,
) -> None:
    """Replay past conversations: predict each turn, then learn from what the human replied, and
    tell how much could have been answered, how precisely, and what is missing. Your own base and
    conversations are not touched."""
    from sufler.app.replaying import Replayed, replayed

    async def work() -> "Replayed":
        if as_json:
            return await replayed(load_settings(), file, operator or (), base.value, target)
        with steps("replay") as tell:
            return await replayed(load_settings(), file, operator or (), base.value, target, tell)

    made = run(work())
    if articles:
        lines = (json.dumps(each, ensure_ascii=False) + "\n" for each in made.proposed)
        articles.write_text("".join(lines), encoding="utf-8")
    if as_json:
        print_json(made.figures)
    else:
        _show(made.figures)


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
    points = ", ".join(f"{p['precision']:.0%} at {p['coverage']:.0%}" for p in told["curve"])
    say(f"Precision by coverage, open replies counted as wrong: {points or '–'}.")
    for each in told["missing"]:
        say(f"Missing, {each['times']}×: {each['question']}")
    for reason in told["worth_it"]:
        say(_REASONS[reason])


_REASONS = {
    "few_questions": "Under 800 questions a month: automation would save little; suggestions to "
    "operators pay first.",
    "few_repeat": "Under half of the replies repeat: write articles for what is missing first.",
}


def _missing(row: dict[str, Any]) -> str:
    more = row["more"]
    return "nothing yet" if more is None else f"about {more} more checks"
