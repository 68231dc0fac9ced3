"""`sufler chat`: talk to the bot in the terminal."""

from typing import Annotated

import typer

from sufler.app.terminal import out, run


def chat(
    as_if_answers: Annotated[
        bool,
        typer.Option("--as-if-answers", help="Show what any topic would say, whatever its mode."),
    ] = False,
) -> None:
    """Talk to the bot as a customer would; under each reply stands why."""

    async def work() -> None:
        from sufler.app.wiring import opened_services
        from sufler.bot.console.chat import run_console

        async with opened_services(as_if_answers=as_if_answers, at_once=True) as services:
            await run_console(services.turns, services.delivery, out, as_if_answers=as_if_answers)

    run(work())
