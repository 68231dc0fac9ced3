"""`sufler doctor`: is everything well, how is it mended where not, and with --fix: mend it."""

from typing import TYPE_CHECKING, Annotated

import typer

from sufler.app.terminal import AsJson, out, print_json, run, say

if TYPE_CHECKING:
    from sufler.app.finding import Finding
    from sufler.app.settings import Settings

_COLOURS = {"ok": "green", "off": "dim", "warning": "yellow", "broken": "bold red"}
_INDENT = " " * 18


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help=AsJson)] = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="First mend what can be; nothing is lost by it.")
    ] = False,
) -> None:
    """Check encoder, database, operators, Telegram, disk, clock and port; say how to mend each.

    Exit code 1: something is broken still, or could not be mended.
    """
    if fix and as_json:
        raise typer.BadParameter("--fix tells a person what it does; run it without --json")
    if not run(_report(as_json, fix)):
        raise typer.Exit(1)


async def _report(as_json: bool, fix: bool) -> bool:
    from dataclasses import asdict, replace

    from sufler.app.checkup import examine
    from sufler.app.finding import Health
    from sufler.app.settings import load_settings

    settings = load_settings()
    mended = await _mended(settings) if fix else True
    could = {} if fix else await _could_be_mended(settings)
    findings = []

    def tell(finding: "Finding") -> None:
        findings.append(finding)
        if not as_json:
            _print(finding)

    async for finding in examine(settings):
        known = could.pop(finding.what, None)
        if known is not None:
            finding = replace(finding, mend=f"{finding.mend}; or {known.mend}")
        tell(finding)
    for finding in could.values():
        tell(finding)
    if as_json:
        print_json([asdict(finding) for finding in findings])
    return mended and all(finding.health is not Health.RED for finding in findings)


def _print(finding: "Finding") -> None:
    from rich.text import Text

    line = Text(f"{finding.health.value:8}", style=_COLOURS[finding.health.value])
    line.append(f"{finding.what:10}{finding.words}", style="default")
    out.print(line, soft_wrap=True)
    if finding.mend:
        say(f"{_INDENT}→ {finding.mend}")


async def _could_be_mended(settings: "Settings") -> "dict[str, Finding]":
    """What --fix would do, by what it is about; what cannot be looked at is a finding too."""
    from sufler.app.finding import Finding, Health
    from sufler.app.mending import repairs
    from sufler.domain.errors import SuflerError
    from sufler.storage.database import Database

    database = Database(settings.database)
    found = {}
    try:
        async for repair in repairs(settings, database):
            found[repair.what] = repair.as_finding()
    except (SuflerError, OSError) as error:
        found["repairs"] = Finding("repairs", Health.YELLOW, f"cannot be looked for: {error}")
    finally:
        await database.close()
    return found


async def _mended(settings: "Settings") -> bool:
    """Say what will be done, do it, say what was done; whether all of it could be."""
    from sufler.app.mending import repairs
    from sufler.domain.errors import SuflerError
    from sufler.storage.database import Database

    database = Database(settings.database)
    well, count = True, 0
    try:
        async for repair in repairs(settings, database):
            count += 1
            say(f"{'mending':8}{repair.what:10}{repair.words}")
            say(f"{_INDENT}→ {repair.will}")
            try:
                say(f"{_INDENT}done: {await repair.do()}")
            except (SuflerError, OSError) as error:
                well = False
                say(f"{_INDENT}not done: {error}")
    except SuflerError as error:
        well = False
        say(f"{_INDENT}the rest cannot be looked for: {error}")
    finally:
        await database.close()
    if not count:
        say("There is nothing that could be mended without you.")
    return well
