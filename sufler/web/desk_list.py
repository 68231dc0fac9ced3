"""The left column of the desk: whose are mine, who waits, the newest others, and what is sought."""

from collections.abc import Awaitable, Callable

from nicegui import events, ui

from sufler.domain.knowledge import Language
from sufler.domain.texts import text
from sufler.web.admin_fields import Select
from sufler.web.desk_board import Board, Entry
from sufler.web.desk_lists import Promise
from sufler.web.elements import heading, named, with_props

Pick = Callable[[str], Awaitable[None]]
Search = Callable[[str], Awaitable[None]]

_ALL = "all"
_LATE = "late"
_OURS = "ours"
_CHANNEL, _TOPIC = "channel:", "topic:"
# What is picked is what the operator saw when they clicked.
_PICKED_SCRIPT = "(event) => emit(event.currentTarget.dataset.id)"
_PAUSE = "debounce=300 borderless dense clearable hide-bottom-space maxlength=200 type=search"


class _Item:
    """One conversation; its words change in place, so that the focus stays where it is. It may
    come to show another one: making elements anew is what costs most where much is written."""

    def __init__(self, entry: Entry, language: Language, pick: Pick) -> None:
        async def picked(event: events.GenericEventArguments) -> None:
            await pick(str(event.args))

        self._language = language
        self.element = ui.element("button").classes("item").props("type=button")
        self.element.on("click", picked, js_handler=_PICKED_SCRIPT)
        with self.element:
            with ui.element("div").classes("item-top"):
                self._name = ui.label().classes("item-name")
                self._time = ui.label().classes("item-time")
            self._preview = ui.label().classes("item-preview")
            with ui.element("div").classes("tags"):
                self._reason = ui.label().classes("tag reason")
                self._topic = ui.label().classes("tag")
                self._channel = ui.label().classes("tag bare")
                self._draft = ui.label().classes("tag draft")
        self.show(entry)

    def show(self, entry: Entry) -> None:
        """Change what has changed."""
        self._name.set_text(entry.name)
        self._time.set_text(entry.time)
        self._preview.set_text(entry.preview)
        with_props(self.element, **{"data-promise": entry.promise, "data-id": entry.id})
        late = text(f"desk_promise_{entry.promise}", self._language) if entry.promise else ""
        with_props(self._time, title=late)
        draft = text("desk_has_draft", self._language) if entry.drafted else ""
        for label, words in (
            (self._reason, entry.reason),
            (self._topic, entry.topic),
            (self._channel, entry.channel),
            (self._draft, draft),
        ):
            label.set_text(words)
            label.set_visibility(bool(words))


class _Group:
    """A heading, its conversations, and words for when there are none."""

    def __init__(self, name: str, nothing: str, language: Language, pick: Pick) -> None:
        self._language = language
        self._pick = pick
        self._items: dict[str, _Item] = {}
        self.element = ui.element("section").classes(f"group group-{name}")
        with self.element:
            with heading(2, text(f"desk_{name}", language)):
                self._count = ui.label().classes("count")
            self._nothing = ui.label(text(f"desk_{nothing}", language)).classes("nothing")
            self._place = ui.element("div").classes("items")

    def show(self, entries: tuple[Entry, ...], picked: str | None) -> None:
        """Bring the list up to date, keeping the elements of those that stay."""
        there = {entry.id for entry in entries}
        free = [self._items.pop(id_) for id_ in list(self._items) if id_ not in there]
        for number, entry in enumerate(entries):
            item = self._items.get(entry.id)
            if item is None and free:
                item = self._items[entry.id] = free.pop()
            if item is None:
                with self._place:
                    item = self._items[entry.id] = _Item(entry, self._language, self._pick)
            else:
                item.show(entry)
            if self._place.default_slot.children.index(item.element) != number:
                item.element.move(self._place, number)
        for each in free:
            each.element.delete()
        self.mark(picked)
        self._count.set_text(str(len(entries)))
        self._count.set_visibility(bool(entries))
        self._nothing.set_visibility(not entries)

    def mark(self, picked: str | None) -> None:
        """Mark the picked conversation."""
        for id_, item in self._items.items():
            with_props(item.element, **{"aria-current": str(id_ == picked).lower()})


class ListColumn:
    """The groups, a filter for them, and a field to search all history with."""

    def __init__(self, language: Language, pick: Pick, search: Search) -> None:
        self._language = language
        self._search = search
        self._board = Board()
        self._picked: str | None = None
        self._filter = _ALL
        with named(ui.element("nav").classes("list"), text("desk_list_label", language)):
            self.top = ui.element("div").classes("list-top")
            with ui.element("div").classes("list-tools"):
                label = text("desk_search", language)
                self._words = ui.input(placeholder=label, on_change=self._sought)
                named(self._words.props(_PAUSE).classes("search"), label)
                with ui.element("div").classes("list-filter"):
                    self._choice = Select({}, _ALL, text("desk_filter", language), self._filtered)
            self.found = ui.element("div").classes("found")
            with ui.element("div").classes("groups") as self._groups:
                self._mine = _Group("mine", "none_mine", language, pick)
                self._waiting = _Group("waiting", "nobody_waits", language, pick)
                self._recent = _Group("recent", "none_recent", language, pick)
        self.found.set_visibility(False)
        self._options: dict[str, str] = {}
        self._show_filter()

    @property
    def order(self) -> tuple[str, ...]:
        """The conversations as they stand, from above."""
        groups = (self._board.mine, self._board.waiting, self._board.recent)
        return tuple(each.id for group in groups for each in self._passing(group))

    @property
    def waiting(self) -> tuple[Entry, ...]:
        """Who waits, as the filter has them."""
        return self._passing(self._board.waiting)

    def show(self, board: Board, picked: str | None) -> None:
        """Show the lists, the picked conversation marked."""
        self._board, self._picked = board, picked
        self._show_filter()
        self._mine.show(self._passing(board.mine), picked)
        self._waiting.show(self._passing(board.waiting), picked)
        self._recent.show(self._passing(board.recent), picked)

    def mark(self, picked: str | None) -> None:
        """Another one is picked."""
        self._picked = picked
        for group in (self._mine, self._waiting, self._recent):
            group.mark(picked)

    def _passing(self, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        wish = self._filter
        if wish == _LATE:
            late = (Promise.DUE, Promise.BROKEN)
            return tuple(each for each in entries if each.promise in late)
        if wish == _OURS:
            return tuple(each for each in entries if not each.elsewhere)
        if wish.startswith(_CHANNEL):
            return tuple(each for each in entries if _CHANNEL + each.channel == wish)
        if wish.startswith(_TOPIC):
            return tuple(each for each in entries if _TOPIC + each.topic == wish)
        return entries

    def _show_filter(self) -> None:
        board, language = self._board, self._language
        entries = (*board.mine, *board.waiting, *board.recent)
        options = {
            _ALL: text("desk_filter_all", language),
            _LATE: text("desk_filter_late", language),
        }
        if self._filter == _OURS or any(each.elsewhere for each in entries):
            options[_OURS] = text("desk_filter_ours", language)
        options |= {_CHANNEL + each: each for each in sorted({e.channel for e in entries})}
        topics = sorted({each.topic for each in entries if each.topic})
        options |= {_TOPIC + each: each for each in topics}
        if self._filter not in options:  # the last one of it has gone
            options[self._filter] = self._filter.partition(":")[2]
        if options == self._options:
            return
        self._options = options
        self._choice.offer(options)

    async def _filtered(self, wish: str) -> None:
        self._filter = wish if wish in self._options else _ALL
        self.show(self._board, self._picked)

    async def _sought(self, event: events.ValueChangeEventArguments[str | None]) -> None:
        words = " ".join((event.value or "").split())
        self.found.set_visibility(bool(words))
        self._groups.set_visibility(not words)
        await self._search(words)
