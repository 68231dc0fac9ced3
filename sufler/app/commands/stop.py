"""`sufler stop` and `sufler resume`: the kill switch of automatic answers."""

from typing import Annotated

import typer

from sufler.app.terminal import print_table, run, say
from sufler.domain.people import Caller, Role
from sufler.domain.stops import EVERYWHERE, conversation_scope, topic_scope

COMMAND_LINE = Caller("command line", "command line", Role.ADMINISTRATOR)

Topic = Annotated[str | None, typer.Option(help="Only this topic.")]
Conversation = Annotated[str | None, typer.Option(help="Only the conversation with this id.")]


def stop(
    reason: Annotated[str, typer.Argument(help="Why; everybody at the desk reads it.")],
    topic: Topic = None,
    conversation: Conversation = None,
) -> None:
    """Stop automatic answers, everywhere or in one topic or conversation: at once, also in a
    running serve. Operators go on, with suggestions."""

    async def work() -> None:
        from sufler.app.over_basis import stops_of
        from sufler.app.wiring import opened_basis

        async with opened_basis() as basis:
            scope = _scope(topic, conversation)
            await stops_of(basis).stop(COMMAND_LINE, scope, reason)
        say(f"Automatic answers are stopped ({scope}); `sufler resume` takes it back.")

    run(work())


def resume(topic: Topic = None, conversation: Conversation = None) -> None:
    """Let the bot answer again where `sufler stop` stopped it."""

    async def work() -> None:
        from sufler.app.over_basis import stops_of
        from sufler.app.wiring import opened_basis

        async with opened_basis() as basis:
            scope = _scope(topic, conversation)
            await stops_of(basis).resume(COMMAND_LINE, scope)
        say(f"Automatic answers go on ({scope}).")

    run(work())


def stops() -> None:
    """What is stopped, by whom and why."""

    async def work() -> None:
        from sufler.app.over_basis import stops_of
        from sufler.app.wiring import opened_basis

        async with opened_basis() as basis:
            found = await stops_of(basis).all()
        if not found:
            say("Nothing is stopped.")
            return
        rows = [[one.scope, one.by, one.reason, f"{one.at:%Y-%m-%d %H:%M} UTC"] for one in found]
        print_table(["scope", "by", "reason", "since"], rows)

    run(work())


def _scope(topic: str | None, conversation: str | None) -> str:
    if topic is not None and conversation is not None:
        raise typer.BadParameter("a topic or a conversation, not both")
    if topic is not None:
        return topic_scope(topic)
    return EVERYWHERE if conversation is None else conversation_scope(conversation)
