"""`sufler kb import` and `export`, and the group they stand in with the commands of `kb_view`."""

import getpass
import sys
from collections.abc import AsyncIterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sufler.app.commands import kb_view
from sufler.app.terminal import AsJson, counting, print_json, run, say

if TYPE_CHECKING:
    from sufler.kb_index.formats.report import ImportReport, TitlePair

app = typer.Typer(
    no_args_is_help=True, help="The knowledge base: import, export, list, show, check."
)
SHOWN = 20  # rows of each kind that a person is shown; --json has more


class Format(StrEnum):
    """What `export` can write."""

    CSV = "csv"
    JSONL = "jsonl"


@app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(help="A CSV, XLSX, JSONL or JSON file, or a folder.")],
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="FIELD=COLUMN", help="Such as question=Вопрос; repeatable."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what it would do.")] = False,
    skip_rejected: Annotated[
        bool, typer.Option("--skip-rejected", help="Import the good rows all the same.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help=AsJson)] = False,
) -> None:
    """Import articles: all or nothing, and safe to run again. New topics start as suggests."""
    columns = dict(_pair(one) for one in mapping or ())

    async def work() -> "ImportReport":
        from sufler.app.base import StoredBase
        from sufler.app.wiring import opened_basis
        from sufler.kb_index.importing import import_files
        from sufler.storage.article_pages import ArticlePages

        async with opened_basis() as basis:
            base = await StoredBase.over(basis.articles)
            with counting("Import") as tell:
                return await import_files(
                    path,
                    base,
                    author=f"import:{getpass.getuser()}",
                    mapping=columns,
                    dry_run=dry_run,
                    skip_rejected=skip_rejected,
                    known_titles=await ArticlePages(basis.database).titles(),
                    on_progress=tell,
                )

    report = run(work())
    if as_json:
        print_json(_as_object(report))
    else:
        _show(report)
    if report.refused:
        raise typer.Exit(1)


@app.command("export")
def export(
    path: Annotated[Path, typer.Argument(help="File to write; - is the standard output.")],
    kind: Annotated[
        Format | None, typer.Option("--format", help="Default: by the file's name, else jsonl.")
    ] = None,
) -> None:
    """Write all articles that are not archived; importing the file again changes nothing."""
    named = path.suffix.lower().lstrip(".")
    chosen = kind or (Format(named) if named in list(Format) else Format.JSONL)

    async def work() -> int:
        from sufler.app.wiring import opened_basis

        async with opened_basis() as basis:
            if str(path) == "-":
                return await _write(basis.articles.all(), chosen, None)
            return await _write(basis.articles.all(), chosen, path)

    count = run(work())
    if str(path) != "-":
        say(f"{count} articles written to {path}")


async def _write(articles: AsyncIterator[object], kind: Format, path: Path | None) -> int:
    from sufler.kb_index.formats.export import export_stream

    count = 0

    async def counted() -> AsyncIterator[object]:
        nonlocal count
        async for article in articles:
            count += 1
            yield article

    if path is None:
        async for piece in export_stream(counted(), kind.value):  # type: ignore[arg-type]
            sys.stdout.buffer.write(piece.encode())
        return count
    # Beside it first: an export that breaks off leaves the earlier one whole.
    beside = path.with_name(path.name + ".part")
    try:
        with beside.open("w", encoding="utf-8", newline="") as file:
            async for piece in export_stream(counted(), kind.value):  # type: ignore[arg-type]
                file.write(piece)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return count


def _pair(given: str) -> tuple[str, str]:
    field, equals, column = given.partition("=")
    if not equals or not field.strip() or not column.strip():
        raise typer.BadParameter(f"--map {given}: must be FIELD=COLUMN, such as question=Вопрос")
    return field.strip(), column.strip()


def _show(report: "ImportReport") -> None:
    from sufler.kb_index.formats.report import Outcome

    for outcome in (Outcome.REJECTED, Outcome.CHANGED, Outcome.NEW):
        rows = report.listed(outcome)
        if outcome is not Outcome.REJECTED and not report.dry_run:
            continue
        for row in rows[:SHOWN]:
            detail = row.detail or row.title
            say(f"{outcome.value:9} {row.at}: {detail}")
        if report.counts[outcome] > SHOWN:
            say(
                f"{outcome.value:9} … and {report.counts[outcome] - SHOWN} more (--json lists them)"
            )
    for words, pairs in (
        ("other answer", report.contradictions),
        ("near twin", report.near_duplicates),
    ):
        for pair in pairs[:SHOWN]:
            say(f"{words:12} {_twins(pair)}")
        if len(pairs) > SHOWN:
            say(f"{words:12} … and {len(pairs) - SHOWN} more")
    for line in report.words():
        say(line)


def _twins(pair: "TitlePair") -> str:
    other = pair.other_at or f"in the base ({pair.other_id})"
    return f"{pair.at}: «{pair.title}» · {other}: «{pair.other_title}» ({pair.likeness:.0f} %)"


def _as_object(report: "ImportReport") -> dict[str, object]:
    def pair(one: "TitlePair") -> dict[str, object]:
        return {
            "at": str(one.at),
            "title": one.title,
            "other_at": str(one.other_at) if one.other_at else None,
            "other_id": one.other_id,
            "other_title": one.other_title,
            "likeness": one.likeness,
        }

    return {
        "dry_run": report.dry_run,
        "imported": report.imported,
        "saved": report.saved,
        "files": report.files,
        "counts": {outcome.value: count for outcome, count in report.counts.items()},
        "rows": [
            {
                "outcome": row.outcome.value,
                "file": row.at.file,
                "row": row.at.row,
                "article_id": row.article_id,
                "title": row.title,
                "detail": row.detail,
            }
            for row in report.rows
        ],
        "contradictions": [pair(one) for one in report.contradictions],
        "near_duplicates": [pair(one) for one in report.near_duplicates],
        "topics": report.topics,
    }


app.command("list")(kb_view.listed)
app.command("show")(kb_view.show)
app.command("check")(kb_view.check)
app.command("mode")(kb_view.mode)
