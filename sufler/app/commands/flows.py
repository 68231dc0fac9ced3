"""`sufler flows …`: flows as files, before anybody talks with them; `flow_kept.py`: those kept.

What reads dates and flows takes a quarter of a second to import: only these commands do it.
"""

import json
import secrets as randomness
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sufler.app.commands import flow_kept
from sufler.app.terminal import out, say
from sufler.domain.errors import BadInput, NotFound, SuflerError
from sufler.domain.knowledge import LANGUAGES, Language

if TYPE_CHECKING:
    from sufler.flows import model, state

app = typer.Typer(no_args_is_help=True, help="Flows: scripted dialogs in YAML. See docs/flows.md.")

_FLOW, _TALKS = ".yaml", ".test.yaml"  # as in sufler.flows.load
_Paths = Annotated[list[Path], typer.Argument(help="Flows' files, or folders of them.")]
_File = Annotated[Path, typer.Argument(help="The flow's file; flows beside it can be run by it.")]
_InLanguage = Annotated[str, typer.Option("--language", help="ru or en.")]


@app.command()
def check(paths: _Paths) -> None:
    """Find what is wrong: dead ends, loops, unknown slots, missing translations, long texts.

    Hosts and secrets that are not set here are warnings: flows may be meant for another machine.
    The server refuses to publish what it may not call.
    """
    from sufler.app.calling import call_hosts, call_secrets
    from sufler.app.settings import load_settings
    from sufler.flows.check import OF_HERE
    from sufler.flows.check import check as faults_of

    settings = load_settings()
    files = _files(paths, tests=False)
    wrong = 0
    for path in files:
        try:
            flow, others = _flow(path)
        except SuflerError as error:
            say(f"{path.name}: error: {error.message.removeprefix(path.name).lstrip(',: ')}")
            wrong += 1
            continue
        faults = faults_of(flow, others, call_secrets(settings), call_hosts(settings))
        faults = [replace(f, warning=f.warning or f.code in OF_HERE) for f in faults]
        wrong += sum(not fault.warning for fault in faults)
        for fault in sorted(faults, key=lambda fault: fault.warning):
            say(f"{path.name}: {'warning' if fault.warning else 'error'}: {fault.told('en')}")
    if wrong:
        raise BadInput(f"{wrong} errors in {len(files)} flows")
    say(f"{len(files)} flows are in order")


@app.command()
def test(paths: _Paths) -> None:
    """Play written talks (….test.yaml) against their flows, and show where they differ."""
    from sufler.flows.load import load_folder
    from sufler.flows.talks import load_talks, play

    played, failed = 0, 0
    for path in _files(paths, tests=True):
        talks = load_talks(_text(path), path.name)
        flows = load_folder(path.parent)
        if talks.flow not in flows:
            raise NotFound(f"{path.name}: there is no flow {talks.flow} beside it")
        for talk in talks.talks:
            difference = play(flows, talks.flow, talk)
            played += 1
            failed += bool(difference)
            say(f"{'FAILED' if difference else 'ok'}  {talks.flow}: {talk.name}")
            for line in difference:
                say(f"    {line}")
    if failed:
        raise BadInput(f"{failed} of {played} talks went otherwise than written")
    say(f"{played} talks went as written")


@app.command("try")
def try_(path: _File, language: _InLanguage = "ru") -> None:
    """Talk with a flow in the terminal; nothing is called, you type what a service would answer."""
    from sufler.flows import run, state
    from sufler.flows.check import check as faults_of
    from sufler.flows.talks import written

    flow, others = _flow(path)
    faults = [fault for fault in faults_of(flow, others) if not fault.warning]
    if faults:
        raise BadInput(f"{path.name}: {faults[0].told('en')}; see sufler flows check {path}")
    now = datetime.now().astimezone()
    say(f"Talking with {flow.flow} from its first step. /quit ends.")
    at, acts = run.start(others, flow.flow, randomness.token_hex(4), _language(language), now)
    buttons: dict[str, str] = {}
    number = 0
    waiting: state.Call | state.CreateRequest | None = None
    while True:
        for act in acts:
            say(f"  {written(act)}")
            if isinstance(act, state.Say) and act.buttons:
                buttons = {button.label: button.data for button in act.buttons}
            if isinstance(act, state.Call | state.CreateRequest):
                waiting = act
        if at.outcome:
            return
        typed = _typed(
            "  answer (number)"
            if isinstance(waiting, state.CreateRequest)
            else ("  answer (status and JSON)" if waiting else ">")
        )
        if typed is None:
            return
        now = datetime.now().astimezone()
        if waiting is None:
            number += 1
            turn = state.Input(
                str(number), "" if typed in buttons else typed, buttons.get(typed, "")
            )
            at, acts = run.take(others, at, turn, now)
        else:
            answer = _answer(waiting, typed)
            if answer is None:
                acts = []
                continue
            at, acts = run.answered(others, at, waiting.key, answer, now)
            waiting = None


@app.command()
def diagram(path: _File, language: _InLanguage = "ru") -> None:
    """Print the flow as a Mermaid flowchart."""
    from sufler.flows.diagram import diagram as mermaid

    flow, _ = _flow(path)
    out.print(mermaid(flow, _language(language)), markup=False, soft_wrap=True, end="")


def _typed(prompt: str) -> str | None:
    try:
        line = input(f"{prompt} ").strip()
    except EOFError:
        return None
    return None if line == "/quit" else line


def _answer(act: "state.Call | state.CreateRequest", typed: str) -> "state.Answer | None":
    """What a service would have answered; None, said why, when `typed` is no answer."""
    from sufler.flows import state

    if isinstance(act, state.CreateRequest):
        return state.Answer(number=typed or "1")
    status, _, body = typed.partition(" ")
    try:
        return state.Answer(int(status or 200), json.loads(body) if body.strip() else {})
    except ValueError:
        say('  a status and JSON, such as: 200 {"status": "sent"}; 0 when nobody answers')
        return None


def _language(asked: str) -> Language:
    for language in LANGUAGES:
        if language == asked:
            return language
    raise BadInput("--language is ru or en", field="language")


def _flow(path: Path) -> "tuple[model.Flow, dict[str, model.Flow]]":
    """A flow and all that stand beside it, itself too. Broken ones beside it are left out: each
    is told about when it is checked itself."""
    from sufler.flows.load import load_file

    flow = load_file(path)
    others = {}
    for file in _flow_files(path.parent):
        try:
            other = load_file(file)
        except SuflerError:
            continue
        others[other.flow] = other
    others[flow.flow] = flow
    return flow, others


def _flow_files(folder: Path) -> list[Path]:
    names = sorted(folder.glob(f"*{_FLOW}"))
    return [file for file in names if not file.name.endswith(_TALKS)]


def _files(paths: list[Path], tests: bool) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise NotFound(f"{path}: no such file or folder")
        if not path.is_dir():
            found.append(path)
        elif tests:
            found += sorted(path.glob(f"*{_TALKS}"))
        else:
            found += _flow_files(path)
    if not found:
        raise NotFound(f"no {f'talks (*{_TALKS})' if tests else 'flows'} there")
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path.name}: cannot be read ({type(error).__name__})") from None


app.command("list")(flow_kept.listed)
app.command("publish")(flow_kept.publish)
app.command("withdraw")(flow_kept.withdraw)
