"""`sufler kb import` and `export`, and the group they stand in with the commands of `kb_view`."""

import getpass
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sufler.app.commands import kb_view
from sufler.app.terminal import AsJson, counting, print_json, run, say
from sufler.domain.errors import BadInput

if TYPE_CHECKING:
    from sufler.domain.knowledge import Article
    from sufler.kb_index.formats.report import ImportReport, TitlePair
    from sufler.kb_index.formats.rows import ImportRow

app = typer.Typer(
    no_args_is_help=True, help="The knowledge base: import, export, list, show, check."
)
Tell = Callable[[str, int, int | None], None]
SHOWN = 20  # rows of each kind that a person is shown; --json has more


class Format(StrEnum):
    """What `export` can write."""

    CSV = "csv"
    JSONL = "jsonl"
    XLSX = "xlsx"


@app.command("import")
def import_(
    path: Annotated[
        str,
        typer.Argument(
            help="A file (CSV, XLSX, JSONL, JSON, MD, HTML, DOCX, ZIP), a folder, the address of a "
            "sitemap or a page, or a .txt of addresses."
        ),
    ],
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
    source = path if "://" in path else Path(path).resolve().name

    async def work() -> "ImportReport":
        from sufler.app.base import EmptyBase, StoredBase
        from sufler.app.settings import load_settings
        from sufler.app.wiring import opened_basis
        from sufler.kb_index.importing import import_rows
        from sufler.kb_index.imports import Imports
        from sufler.storage.article_pages import ArticlePages
        from sufler.storage.database import Database

        settings = load_settings()
        file = Database(settings.database).file
        with counting("Import") as tell:
            rows = await _rows(path, columns, settings.allow_hosts, tell)
            if dry_run and file is not None and not file.exists():
                # A rehearsal leaves nothing behind, not even an empty base.
                return await import_rows(
                    rows, EmptyBase(), author="", dry_run=True, skip_rejected=skip_rejected
                )
            async with opened_basis() as basis:
                base = await StoredBase.over(basis.articles)
                return await import_rows(
                    rows,
                    base,
                    author=f"import:{getpass.getuser()}",
                    source=source,
                    dry_run=dry_run,
                    skip_rejected=skip_rejected,
                    known_titles=await ArticlePages(basis.database).titles(),
                    on_progress=tell,
                    runs=Imports(basis.imports, base),
                )

    report = run(work())
    if as_json:
        print_json(_as_object(report))
    else:
        _show(report)
        if report.run_id is not None:
            say(f"Import {report.run_id}: sufler imports undo {report.run_id} takes it back.")
    if report.refused:
        raise typer.Exit(1)


async def _rows(
    path: str, columns: dict[str, str], allow_hosts: Iterable[str], tell: Tell
) -> "Iterator[ImportRow]":
    from sufler.kb_index.formats.read import read
    from sufler.kb_index.source_reading import rows_of_address
    from sufler.kb_index.sources import addresses_in, kind_of
    from sufler.outbound.fetch import Fetcher

    address = path if path.startswith(("http://", "https://")) else addresses_in(Path(path))
    if address is None:
        return read(Path(path), mapping=columns)
    async with Fetcher(frozenset(allow_hosts)) as fetcher:
        return iter(
            await rows_of_address(
                address, kind_of(address), fetcher, lambda done, all_: tell("fetching", done, all_)
            )
        )


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
        from sufler.kb_index.formats.export import without_flows

        async with opened_basis() as basis:
            if str(path) == "-" and chosen is Format.XLSX:
                raise BadInput("a workbook needs a file to be written to")
            articles = without_flows(basis.articles.all())
            return await _write(articles, chosen, None if str(path) == "-" else path)

    count = run(work())
    if str(path) != "-":
        say(f"{count} articles written to {path}")


async def _write(articles: "AsyncIterator[Article]", kind: Format, path: Path | None) -> int:
    from sufler.kb_index.formats.export import export_stream
    from sufler.kb_index.formats.xlsx_export import export_xlsx

    count = 0

    async def counted() -> "AsyncIterator[Article]":
        nonlocal count
        async for article in articles:
            count += 1
            yield article

    if path is None:
        async for piece in export_stream(counted(), kind.value):
            sys.stdout.buffer.write(piece.encode())
        return count
    # Beside it first: an export that breaks off leaves the earlier one whole.
    beside = path.with_name(path.name + ".part")
    try:
        if kind is Format.XLSX:
            count = await export_xlsx(articles, beside)
            beside.replace(path)
            return count
        with beside.open("w", encoding="utf-8", newline="") as file:
            async for piece in export_stream(counted(), kind.value):
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
        "import_id": report.run_id,
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
