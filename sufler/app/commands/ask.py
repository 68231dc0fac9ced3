"""`sufler ask`: what the knowledge base says to a question, and why."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from sufler.app.terminal import AsJson, out, print_json, run, say
from sufler.domain.knowledge import LANGUAGES

if TYPE_CHECKING:
    from sufler.domain.decisions import Decision, Suggestion


def ask(
    question: Annotated[str, typer.Argument(help="As a customer would write it.")],
    language: Annotated[
        str | None, typer.Option(help="ru or en; default: told from the text.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10, help="How many articles at most.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help=AsJson)] = False,
) -> None:
    """Show what the knowledge base answers to a question, how surely, and why."""
    known = next((one for one in LANGUAGES if one == language), None)
    if language is not None and known is None:
        raise typer.BadParameter(f"--language {language}: ru or en")

    async def work() -> None:
        from sufler.app.wiring import opened_services, policy_of
        from sufler.conversation.decide import decide_suggestion

        async with opened_services() as services:
            made = await services.prompter.suggest(question, language=known, limit=limit)
            decision = decide_suggestion(made, policy_of(services.basis.settings))
        if as_json:
            print_json({**asdict(made), "decision": asdict(decision)})
        else:
            _show(made, decision)

    run(work())


def _show(made: "Suggestion", decision: "Decision") -> None:
    for place, item in enumerate(made.items, 1):
        line = Text(f"{place}. ", style="dim")
        line.append(f"{item.confidence:.0%} {item.level.value}", style="bold")
        line.append(f"  {item.title}  ").append(f"{item.topic} · {item.article_id}", style="dim")
        out.print(line, soft_wrap=True)
        why = " · ".join(f"{name} {part:.3g}" for name, part in item.why.items())
        out.print(Text(f"   «{item.phrasing}»  {why}", style="dim"), soft_wrap=True)
        if place == 1:
            out.print(Text("   " + item.text.replace("\n", "\n   ")), soft_wrap=True)
    if not made.items:
        say("Nothing fits.")
    versions = made.versions
    say(
        f"The bot would: {decision.kind.value} ({decision.reason.value}). "
        f"Knowledge {versions.knowledge}, model {versions.model}, head {versions.head}, "
        f"{made.took_ms:.1f} ms."
    )
