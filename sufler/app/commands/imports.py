"""`sufler imports`: what was imported, and taking an import back whole."""

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from sufler.app.terminal import AsJson, print_json, print_table, run, say

if TYPE_CHECKING:
    from sufler.domain.imports import ImportRun, UndoReport

app = typer.Typer(no_args_is_help=True, help="Imports: list them, take one back.")
SHOWN = 20


@app.command("list")
def listed(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, newest first.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help=AsJson)] = False,
) -> None:
    """List the imports that wrote something or failed, the newest first."""

    async def work() -> "list[ImportRun]":
        from sufler.app.wiring import opened_basis

        async with opened_basis() as basis:
            return await basis.imports.runs(limit)

    rows = [_row(each) for each in run(work())]
    if as_json:
        print_json(rows)
    elif rows:
        shown = [key for key in rows[0] if key != "errors"]
        print_table(tuple(shown), [tuple(row[key] for key in shown) for row in rows])
    else:
        say("No imports yet.")


@app.command("undo")
def undo(
    import_id: Annotated[int, typer.Argument(metavar="ID", help="As `sufler imports list` says.")],
    as_json: Annotated[bool, typer.Option("--json", help=AsJson)] = False,
) -> None:
    """Take an import back: articles become what they were, those that it made are archived."""

    async def work() -> "UndoReport":
        from sufler.app.base import StoredBase
        from sufler.app.wiring import opened_basis
        from sufler.kb_index.imports import Imports

        async with opened_basis() as basis:
            imports = Imports(basis.imports, await StoredBase.over(basis.articles))
            return await imports.undo(import_id, getpass.getuser())

    report = run(work())
    skipped = [{"article_id": one.article_id, "since": one.since} for one in report.skipped]
    if as_json:
        print_json({"restored": report.restored, "archived": report.archived, "skipped": skipped})
        return
    for one in skipped[:SHOWN]:
        say(f"left alone {one['article_id']}: changed since by {one['since']}")
    if len(skipped) > SHOWN:
        say(f"left alone … and {len(skipped) - SHOWN} more (--json lists them)")
    say(
        f"Import {import_id} is taken back: {report.restored} articles are as before, "
        f"{report.archived} archived, {len(skipped)} left alone."
    )


def _row(one: "ImportRun") -> dict[str, object]:
    return {
        "id": one.id,
        "started": f"{one.started_at:%Y-%m-%d %H:%M}",
        "source": one.source,
        "author": one.author,
        "saved": one.counts.get("saved", 0),
        "errors_in_all": one.counts.get("rejected", 0) + one.counts.get("failed", 0),
        "state": "taken back" if one.undone_at else "done" if one.finished_at else "not finished",
        "errors": list(one.errors),
    }
