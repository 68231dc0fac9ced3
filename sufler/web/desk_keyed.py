"""What each key of `desk_keys.py` does with the parts of the desk."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sufler.web.desk_keys import KeyAct
from sufler.web.desk_list import ListColumn
from sufler.web.desk_side import Side
from sufler.web.desk_suggestions import SuggestionColumn
from sufler.web.desk_writing import Writing


@dataclass(frozen=True, slots=True)
class Keyed:
    """The parts that have keys."""

    list: ListColumn
    side: Side
    suggestions: SuggestionColumn
    writing: Writing
    picked: Callable[[], str | None]
    pick: Callable[[str], Awaitable[None]]
    take: Callable[[], Awaitable[None]]


def key_acts(desk: Keyed) -> dict[str, KeyAct]:
    """The acts by the names that desk_keys.js tells."""

    async def step(by: int) -> None:
        order, picked = desk.list.order, desk.picked()
        if order:
            place = order.index(picked) + by if picked in order else 0
            await desk.pick(order[max(0, min(place, len(order) - 1))])

    async def following() -> None:
        waiting = [each for each in desk.list.waiting if each.id != desk.picked()]
        if waiting:
            await desk.pick(waiting[0].id)

    return _of_cards(desk) | {
        "articles": lambda _: desk.side.open("articles"),
        "customer": lambda _: desk.side.open("customer"),
        "undo": lambda _: desk.writing.undo(),
        "take": lambda _: desk.take(),
        "next": lambda _: following(),
        "down": lambda _: step(1),
        "up": lambda _: step(-1),
    }


def _of_cards(desk: Keyed) -> dict[str, KeyAct]:
    async def insert(number: int) -> None:
        if (card := desk.suggestions.card(number)) is not None:
            await card.insert()

    async def send(number: int) -> None:
        if (card := desk.suggestions.card(number)) is not None:
            await card.send()

    async def edit(number: int) -> None:
        if (card := desk.suggestions.card(number)) is not None:
            await desk.side.open("suggestions")
            card.edit()

    async def reject(number: int) -> None:
        if (card := desk.suggestions.card(number)) is not None:
            await desk.side.open("suggestions")
            card.reject()

    return {"insert": insert, "send": send, "edit": edit, "reject": reject}
