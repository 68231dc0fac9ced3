"""Builds what keeps flows, and publishes the demo's own."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import sufler
from sufler.app.calling import call_hosts, call_secrets
from sufler.desk.flow_book import FlowBook, Serving
from sufler.desk.ladder import console
from sufler.desk.published_flows import Published
from sufler.flows.load import SUFFIX, TALKS, text_of
from sufler.storage.articles import ArticleStore
from sufler.storage.flows import FlowStore

if TYPE_CHECKING:
    from sufler.app.wiring import Basis

DEMO_FLOWS = Path(sufler.__file__).parents[1] / "demo" / "flows"


def flow_book_over(
    basis: "Basis", published: Published | None = None, knowledge: Serving | None = None
) -> FlowBook:
    """The flows of the database, checked for this server. Without `published` and `knowledge`
    nobody here runs them: the processes that serve follow."""
    settings, store = basis.settings, FlowStore(basis.database)
    return FlowBook(
        store,
        published or Published(store),
        ArticleStore(basis.database, basis.clock),
        basis.clock,
        call_secrets(settings).keys(),
        call_hosts(settings),
        knowledge,
    )


async def publish_demo(book: FlowBook, author: str, folder: Path = DEMO_FLOWS) -> int:
    """Publish the demo shop's flows; how many. Raises SuflerError that names what is wrong."""
    texts = await asyncio.to_thread(texts_of, folder)
    return len(await book.publish_texts(console(author), texts))


def texts_of(folder: Path) -> dict[str, str]:
    """The texts of a folder's flows, by their files' names."""
    files = [each for each in sorted(folder.glob(f"*{SUFFIX}")) if not each.name.endswith(TALKS)]
    return {each.name: text_of(each) for each in files}
