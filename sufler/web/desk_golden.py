"""The customer's open question made a golden one, by those who may: it must find this article."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from sufler.desk.golden import GoldenDesk
from sufler.desk.people import may
from sufler.domain.decisions import SuggestionItem
from sufler.domain.knowledge import Language
from sufler.domain.people import Caller, Right
from sufler.domain.texts import text
from sufler.web.desk_acts import Acting
from sufler.web.desk_board import Talk

MakeGolden = Callable[[SuggestionItem], Awaitable[None]]


def golden_maker(
    golden: GoldenDesk | None,
    caller: Caller,
    language: Language,
    *,
    talk: Callable[[], Talk | None],
    act: Acting,
) -> MakeGolden | None:
    """What makes the picked conversation's question golden for an article; None for who may not.
    `talk` gives what is picked."""
    if golden is None or not may(caller, Right.EDIT_ARTICLES):
        return None

    async def make(item: SuggestionItem) -> None:
        picked = talk()
        asked = picked.suggestion if picked else None
        if picked is None or asked is None:
            return
        customer = picked.conversation.customer
        names = (customer.name, customer.first_name)

        async def add(now: Caller, _conversation_id: str) -> None:
            await golden.add_turn(now, asked, item.article_id, names)

        if await act(add):
            ui.notify(text("learned_golden_added", language), type="positive")

    return make
