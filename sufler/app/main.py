"""The command `sufler`: its commands, and how errors and exit codes come out of any of them."""

import os
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer

from sufler.app.commands import (
    accuracy,
    ask,
    chat,
    config,
    customers,
    db,
    doctor,
    evaluate,
    flows,
    imports,
    kb,
    keys,
    model,
    people,
    replay,
    serve,
    sources,
    stop,
    work,
)
from sufler.app.typed import typed
from sufler.domain.errors import SettingsError, SuflerError

FAILED, MISUSED, INTERRUPTED = 1, 2, 130

app = typer.Typer(
    name="sufler",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    help="Answers customers from a knowledge base, and whispers replies to operators.",
    epilog="Settings: SUFLER_* variables or sufler.toml; `sufler config` lists them.",
)


@app.callback()
def _options(
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of an error. Works anywhere.")
    ] = False,
) -> None:
    pass


app.command("serve")(serve.serve)
app.command("work")(work.work)
app.command("chat")(chat.chat)
app.command("ask")(ask.ask)
app.add_typer(kb.app, name="kb")
app.add_typer(imports.app, name="imports")
app.add_typer(sources.app, name="sources")
app.add_typer(flows.app, name="flows")
app.add_typer(people.app, name="people")
app.add_typer(keys.app, name="keys")
app.add_typer(customers.app, name="customers")
app.add_typer(model.app, name="model")
app.add_typer(db.app, name="db")
app.command("stop")(stop.stop)
app.command("resume")(stop.resume)
app.command("stops")(stop.stops)
app.command("accuracy")(accuracy.accuracy)
app.command("evaluate")(evaluate.evaluate)
app.command("replay")(replay.replay)
app.command("doctor")(doctor.doctor)
app.command("config")(config.config)


def main() -> None:
    """The entry point of `sufler`."""
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has gone: what is still in the buffer has no reader.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code: 0 done, 1 failed, 2 misused, 130 interrupted."""
    arguments = list(arguments)
    debug = "--debug" in arguments
    if debug:
        arguments.remove("--debug")
    try:
        code = typer.main.get_command(app).main(arguments, "sufler", standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        return _complain("stopped", INTERRUPTED)
    except BrokenPipeError:
        return 0
    except Exception as error:  # whatever it is, a person sees one line and not a traceback
        return _explain(error, debug)
    if code == INTERRUPTED:  # Typer has caught the Ctrl-C itself, and said nothing
        return _complain("stopped", INTERRUPTED)
    return code if isinstance(code, int) else 0


def _explain(error: Exception, debug: bool) -> int:
    if debug:
        traceback.print_exception(error)
    if isinstance(error, typer.TyperException):
        asked = getattr(getattr(error, "ctx", None), "command_path", "sufler")
        if type(error).__name__ == "NoArgsIsHelpError":
            return MISUSED
        words = " ".join(str(error.format_message()).split()).rstrip(".")
        words += "" if words.endswith("?") else ";"
        return _complain(f"{words} see {asked} --help", MISUSED)
    if isinstance(error, SettingsError):
        return _complain(error.message, MISUSED)
    if isinstance(error, SuflerError):
        return _complain(error.message, FAILED)
    words = " ".join(str(error).split())
    line = f"{type(error).__name__}: {words}" if words else type(error).__name__
    return _complain(line if debug else f"{line} (run with --debug for the traceback)", FAILED)


def _complain(line: str, code: int) -> int:
    sys.stderr.write(f"sufler: {typed(line)}\n")
    return code


if __name__ == "__main__":
    main()
