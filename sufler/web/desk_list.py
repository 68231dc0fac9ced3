"""The left column of the desk: who waits, whose are mine, and the newest others."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from sufler.domain.knowledge import Language
from sufler.domain.texts import text
from sufler.web.desk_board import Board, Entry
from sufler.web.elements import heading, named, with_props

Pick = Callable[[str], Awaitable[None]]


class _Item:
    """One conversation; its words change in place, so that the focus stays where it is."""

    def __init__(self, entry: Entry, pick: Pick) -> None:
        async def picked() -> None:
            await pick(entry.id)

        self.element = ui.element("button").classes("item").props("type=button")
        self.element.on("click", picked, args=[])
        with self.element:
            with ui.element("div").classes("item-top"):
                self._name = ui.label().classes("item-name")
                self._time = ui.label().classes("item-time")
            self._preview = ui.label().classes("item-preview")
            with ui.element("div").classes("tags"):
                self._reason = ui.label().classes("tag reason")
                self._topic = ui.label().classes("tag")
                self._channel = ui.label().classes("tag bare")
        self.show(entry)

    def show(self, entry: Entry) -> None:
        """Change what has changed."""
        self._name.set_text(entry.name)
        self._time.set_text(entry.time)
        self._preview.set_text(entry.preview)
        for label, words in (
            (self._reason, entry.reason),
            (self._topic, entry.topic),
            (self._channel, entry.channel),
        ):
            label.set_text(words)
            label.set_visibility(bool(words))


class _Group:
    """A heading, its conversations, and words for when there are none."""

    def __init__(self, title: str, nothing: str, pick: Pick) -> None:
        self._pick = pick
        self._items: dict[str, _Item] = {}
        with ui.element("section").classes("group"):
            with heading(2, title):
                self._count = ui.label().classes("count")
            self._nothing = ui.label(nothing).classes("nothing")
            self._place = ui.element("div").classes("items")

    def show(self, entries: tuple[Entry, ...], picked: str | None) -> None:
        """Bring the list up to date, keeping the elements of those that stay."""
        there = {entry.id for entry in entries}
        for gone in [id_ for id_ in self._items if id_ not in there]:
            self._items.pop(gone).element.delete()
        for number, entry in enumerate(entries):
            item = self._items.get(entry.id)
            if item is None:
                with self._place:
                    item = self._items[entry.id] = _Item(entry, self._pick)
            else:
                item.show(entry)
            if self._place.default_slot.children.index(item.element) != number:
                item.element.move(self._place, number)
            with_props(item.element, **{"aria-current": str(entry.id == picked).lower()})
        self._count.set_text(str(len(entries)))
        self._count.set_visibility(bool(entries))
        self._nothing.set_visibility(not entries)


class ListColumn:
    """The three groups."""

    def __init__(self, language: Language, pick: Pick) -> None:
        with named(ui.element("nav").classes("list"), text("desk_list_label", language)):
            self.top = ui.element("div").classes("list-top")
            self._waiting, self._mine, self._recent = (
                _Group(text(f"desk_{name}", language), text(f"desk_{nothing}", language), pick)
                for name, nothing in (
                    ("waiting", "nobody_waits"),
                    ("mine", "none_mine"),
                    ("recent", "none_recent"),
                )
            )

    def show(self, board: Board, picked: str | None) -> None:
        """Show the lists, the picked conversation marked."""
        self._waiting.show(board.waiting, picked)
        self._mine.show(board.mine, picked)
        self._recent.show(board.recent, picked)
