"""`sufler flows list`, `publish` and `withdraw`: the flows of the database, beside a running serve.

A process that serves follows within a second; without one, the next start takes them in.
"""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from sufler.app.commands.stop import COMMAND_LINE
from sufler.app.terminal import AsJson, print_json, print_table, run, say
from sufler.domain.errors import BadInput, NotFound
from sufler.domain.knowledge import FLOW_TOPIC, Mode

if TYPE_CHECKING:
    from sufler.desk.flow_book import FlowBook, FlowListed
    from sufler.domain.flows import FlowVersion

T = TypeVar("T")


def listed(as_json: Annotated[bool, typer.Option("--json", help=AsJson)] = False) -> None:
    """List the flows: what is published, drafts, and what became of their runs."""
    rows = [_row(each) for each in _with_book(lambda book: book.list(COMMAND_LINE))]
    if as_json:
        print_json(rows)
    elif not rows:
        say("There are no flows; `sufler flows publish FILE` publishes one.")
    else:
        columns = ("name", "title", "published", "draft", "started", "finished", "handed off")
        ended = [each["ended"] for each in rows]
        print_table(
            columns,
            [
                [
                    each["name"],
                    each["title"],
                    f"{each['published']} ({each['by']})" if each["published"] else "no",
                    "yes" if each["draft"] else "",
                    each["started"],
                    outcomes.get("finished", 0),
                    outcomes.get("handed_off", 0),
                ]
                for each, outcomes in zip(rows, ended, strict=True)
            ],
        )


def publish(
    paths: Annotated[list[Path], typer.Argument(help="Flows' files, or folders of them.")],
) -> None:
    """Publish flows from files, all or none: customers get them at once.

    Needs the hosts and secrets that they call to be set here as they are for the server.
    """
    texts = _texts(paths)
    made = _with_book(lambda book: book.publish_texts(COMMAND_LINE, texts))
    for version in made:
        say(f"{version.name}: version {version.number} is published.")
    if len(made) < len(texts):
        say(f"{len(texts) - len(made)} flows are published just so already.")
    for topic in _silent_topics(made):
        say(f"In the topic “{topic}” customers' words begin no flow until it answers:")
        say(f"  sufler kb mode '{topic}' answers --because 'our flows are tested'")


def withdraw(name: Annotated[str, typer.Argument(help="The flow's name.")]) -> None:
    """Take a flow out of use; its versions stay, and can be published again."""
    _with_book(lambda book: book.withdraw(COMMAND_LINE, name))
    say(f"{name} is withdrawn.")


def _with_book(work: "Callable[[FlowBook], Awaitable[T]]") -> T:
    async def opened() -> T:
        from sufler.app.flow_publishing import flow_book_over
        from sufler.app.wiring import opened_basis

        async with opened_basis() as basis:
            return await work(flow_book_over(basis))

    return run(opened())


def _silent_topics(made: "Sequence[FlowVersion]") -> list[str]:
    """The topics of these flows with phrasings, that do not answer by themselves."""

    async def modes() -> dict[str, Mode]:
        from sufler.app.wiring import opened_basis
        from sufler.storage.articles import ArticleStore

        async with opened_basis() as basis:
            topics = await ArticleStore(basis.database, basis.clock).topics()
            return {each.name: each.mode for each in topics}

    from sufler.flows.load import load_flow

    flows = [load_flow(version.text, version.name) for version in made]
    named = {flow.topic or FLOW_TOPIC for flow in flows if flow.triggers.phrasings}
    known = run(modes()) if named else {}
    return sorted(each for each in named if known.get(each) is not Mode.ANSWERS)


def _texts(paths: list[Path]) -> dict[str, str]:
    from sufler.app.flow_publishing import texts_of
    from sufler.flows.load import text_of

    texts: dict[str, str] = {}
    for path in paths:
        if not path.exists():
            raise NotFound(f"{path}: no such file or folder")
        texts |= texts_of(path) if path.is_dir() else {path.name: text_of(path)}
    if not texts:
        raise BadInput("there are no flows (*.yaml) there")
    return texts


def _row(flow: "FlowListed") -> dict[str, Any]:
    published = flow.published
    return {
        "name": flow.name,
        "title": next(iter(flow.titles.values()), ""),
        "published": published.number if published else None,
        "by": published.by if published else None,
        "at": published.at if published else None,
        "draft": flow.draft is not None,
        "started": flow.figures.started,
        "ended": {outcome: runs for outcome, runs in flow.figures.ended.items() if outcome},
    }
