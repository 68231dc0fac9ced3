"""`sufler sources`: what is imported again and again, and `import` of an address once."""

import getpass
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from sufler.app.terminal import AsJson, print_json, print_table, run, say
from sufler.domain.errors import NotFound
from sufler.domain.sources import SourceKind, Vanished

if TYPE_CHECKING:
    from sufler.domain.imports import ImportRun
    from sufler.domain.sources import Source
    from sufler.kb_index.sources import Sources

app = typer.Typer(no_args_is_help=True, help="Sources imported again: add, list, run, remove.")
SHOWN = 20
T = TypeVar("T")

Which = Annotated[str, typer.Argument(metavar="NAME", help="The source's name or number.")]


@app.command("add")
def add(
    address: Annotated[
        str, typer.Argument(help="A sitemap, a page, a file, a folder, or a .txt of addresses.")
    ],
    name: Annotated[str, typer.Option(help="Default: from the address.")] = "",
    kind: Annotated[SourceKind | None, typer.Option(help="Default: told by the address.")] = None,
    schedule: Annotated[
        str, typer.Option(help="manual, hourly, 'daily 03:00' or 'weekly mon 03:00' (UTC).")
    ] = "manual",
    vanished: Annotated[
        Vanished, typer.Option(help="What becomes of articles that are there no more.")
    ] = Vanished.LEAVE,
    language: Annotated[
        str | None, typer.Option(help="ru or en, of pages that do not say it.")
    ] = None,
    topic: Annotated[str | None, typer.Option(help="For all of its articles.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help=AsJson)] = False,
) -> None:
    """Add a source; it is read when it is due, or by `sufler sources run`."""
    from sufler.kb_index.sources import addresses_in

    given = address
    if "://" not in address and (found := addresses_in(Path(address))) is not None:
        given, name, kind = found, name or Path(address).stem, kind or SourceKind.PAGES
    elif "://" not in address:
        given = str(Path(address).resolve())

    async def work(sources: "Sources") -> "Source":
        return await sources.add(
            address=given,
            author=getpass.getuser(),
            name=name,
            kind=kind,
            schedule=schedule,
            vanished=vanished,
            language=language,  # type: ignore[arg-type]  # checked there
            topic=topic,
        )

    source = _with_sources(work)
    if as_json:
        print_json(_row(source, None))
    else:
        say(f"Source {source.id}, {source.name}: {source.kind.value}, {source.schedule}.")
        say(f"Read it now: sufler sources run {source.id}")


@app.command("list")
def listed(as_json: Annotated[bool, typer.Option("--json", help=AsJson)] = False) -> None:
    """List the sources with their last and next runs."""

    async def work(sources: "Sources") -> list[dict[str, object]]:
        rows = []
        for source in await sources.all():
            runs = await sources.runs(source.id, 1)
            rows.append(_row(source, runs[0] if runs else None))
        return rows

    rows = _with_sources(work)
    if as_json:
        print_json(rows)
    elif rows:
        shown = [key for key in rows[0] if key not in ("address", "errors")]
        print_table(tuple(shown), [tuple(row[key] for key in shown) for row in rows])
    else:
        say("No sources. Run: sufler sources add ADDRESS")


@app.command("run")
def run_(
    which: Which, as_json: Annotated[bool, typer.Option("--json", help=AsJson)] = False
) -> None:
    """Read a source now and take in what changed."""

    async def work(sources: "Sources") -> "ImportRun":
        source = await _named(sources, which)
        return await sources.run(source.id, f"import:{getpass.getuser()}")

    done = _with_sources(work)
    if as_json:
        print_json({"id": done.id, "counts": dict(done.counts), "errors": list(done.errors)})
    else:
        show_run(done)
    if done.counts.get("failed") and not done.counts.get("saved"):
        raise typer.Exit(1)


@app.command("remove")
def remove(which: Which) -> None:
    """Forget a source; its articles stay."""

    async def work(sources: "Sources") -> str:
        source = await _named(sources, which)
        await sources.remove(source.id)
        return source.name

    say(f"{_with_sources(work)} is forgotten; its articles stay.")


def show_run(done: "ImportRun") -> None:
    """Say what a run did."""
    for line in done.errors[:SHOWN]:
        say(line)
    if len(done.errors) > SHOWN:
        say(f"… and {len(done.errors) - SHOWN} more (--json lists them)")
    words = ", ".join(f"{name}: {count}" for name, count in done.counts.items() if count)
    say(words or "nothing changed")
    if done.counts.get("saved"):
        say(f"Import {done.id}: sufler imports undo {done.id} takes it back.")


def _with_sources(work: "Callable[[Sources], Awaitable[T]]") -> T:
    async def opened() -> T:
        from sufler.app.base import StoredBase
        from sufler.app.wiring import opened_basis, sources_over

        async with opened_basis() as basis:
            base = await StoredBase.over(basis.articles)
            return await work(sources_over(basis, base))

    return run(opened())


async def _named(sources: "Sources", which: str) -> "Source":
    for source in await sources.all():
        if which in (source.name, str(source.id)):
            return source
    raise NotFound(f"there is no source {which}; sufler sources list")


def _row(source: "Source", last: "ImportRun | None") -> dict[str, object]:
    next_run = source.next_run_at
    return {
        "id": source.id,
        "name": source.name,
        "kind": source.kind.value,
        "schedule": source.schedule,
        "last_run": f"{last.started_at:%Y-%m-%d %H:%M}" if last else "",
        "next_run": f"{next_run:%Y-%m-%d %H:%M}" if next_run else "",
        "saved": last.counts.get("saved", 0) if last else 0,
        "trouble": len(last.errors) if last else 0,
        "address": source.address,
        "errors": list(last.errors) if last else [],
    }
