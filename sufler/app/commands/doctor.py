"""`sufler doctor`: is everything well, and how is it mended where not."""

from typing import Annotated

import typer

from sufler.app.terminal import AsJson, out, print_json, run, say

_COLOURS = {"ok": "green", "off": "dim", "warning": "yellow", "broken": "bold red"}


def doctor(as_json: Annotated[bool, typer.Option("--json", help=AsJson)] = False) -> None:
    """Check encoder, database, operators, Telegram, disk, clock and port; say how to mend each."""
    if not run(_report(as_json)):
        raise typer.Exit(1)


async def _report(as_json: bool) -> bool:
    from dataclasses import asdict

    from rich.text import Text

    from sufler.app.checkup import Health, examine
    from sufler.app.settings import load_settings

    findings = []
    async for finding in examine(load_settings()):
        findings.append(finding)
        if as_json:
            continue
        line = Text(f"{finding.health.value:8}", style=_COLOURS[finding.health.value])
        line.append(f"{finding.what:10}{finding.words}", style="default")
        out.print(line, soft_wrap=True)
        if finding.mend:
            say(f"{'':18}→ {finding.mend}")
    if as_json:
        print_json([asdict(finding) for finding in findings])
    return all(finding.health is not Health.RED for finding in findings)
