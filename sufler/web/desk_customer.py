"""The customer's card beside a conversation: names, tags, fields, notes, and past matters."""

from collections.abc import Awaitable, Callable

import structlog
from nicegui import ui

from sufler.desk.cards import Cards
from sufler.domain.desk import (
    CustomerCard,
    CustomerField,
    CustomerNote,
    FieldKind,
    PastEpisode,
)
from sufler.domain.errors import BadInput, Conflict, SuflerError
from sufler.domain.knowledge import Language
from sufler.domain.people import Caller
from sufler.domain.texts import text
from sufler.web.admin_fields import AreaField, LineField, Select
from sufler.web.desk_acts import Acting
from sufler.web.desk_board import Talk
from sufler.web.elements import button, heading, local_time, named

_log = structlog.get_logger(__name__)

MOST_TAG = 40
MOST_VALUE = 500
MOST_NOTE = 4000


class CustomerPanel:
    """The second tab. It is read when it is opened, and again when another conversation is."""

    def __init__(
        self,
        cards: Cards,
        language: Language,
        *,
        place: ui.element,
        caller: Callable[[], Caller],
        act: Acting,
    ) -> None:
        self._cards = cards
        self._language = language
        self._caller = caller
        self._act = act
        self._place = place
        self._talk: Talk | None = None
        self._card: CustomerCard | None = None
        self.opened = False

    async def show(self, talk: Talk | None) -> None:
        """The conversation that is shown now."""
        before = self._talk.conversation.id if self._talk else None
        self._talk = talk
        if before != (talk.conversation.id if talk else None):
            self._card = None
        if self.opened:
            await self.read()

    async def read(self) -> None:
        """Read the card anew and show it."""
        talk = self._talk
        if talk is None:
            return
        try:
            card = await self._cards.of(self._caller(), talk.conversation.id)
        except SuflerError as error:
            _log.warning("card_not_read", error=error.message)
            ui.notify(text("desk_not_now", self._language), type="negative")
            return
        shown = self._talk is not None and card.conversation_id == self._talk.conversation.id
        if shown and card != self._card:
            if self._card is None:
                self._draw(card, talk)
            self._card = card
            self._fill(card)

    def _draw(self, card: CustomerCard, talk: Talk) -> None:
        """Another customer. The fields for a new tag and a new note are drawn here and not in
        `_fill`: what is being written there outlives every change of the card."""
        language = self._language
        self._place.clear()
        with self._place, ui.element("div").classes("customer"):
            heading(2, card.name or talk.name)
            ui.label(talk.facts).classes("facts-line")
            with ui.element("div").classes("customer-tags"):
                self._tags = ui.element("div").classes("customer-chips")
                self._new_tag()
            self._fields = ui.element("div")
            heading(3, text("desk_customer_notes", language))
            self._notes = ui.element("div")
            self._new_note()
            heading(3, text("desk_customer_past", language))
            self._past = ui.element("div")

    def _fill(self, card: CustomerCard) -> None:
        for place in (self._tags, self._fields, self._notes, self._past):
            place.clear()
        with self._tags:
            for tag in card.tags:
                self._tag(tag, card)
        with self._fields:
            for each in sorted(card.fields, key=lambda one: one.place):
                self._field(each, card)
        with self._notes:
            for note in card.notes:
                self._note(note)
        with self._past:
            if not card.episodes:
                ui.label(text("desk_customer_first", self._language)).classes("nothing")
            with ui.element("ol").classes("episodes"):
                for episode in card.episodes:
                    self._episode(episode)

    def _tag(self, tag: str, card: CustomerCard) -> None:
        with ui.element("div").classes("chip"):
            ui.label(tag)
            words = text("desk_tag_remove", self._language, tag=tag)
            named(button("✕", self._without(card, tag), "line-act"), words)

    def _new_tag(self) -> None:
        field = LineField(text("desk_tag_add", self._language), most=MOST_TAG)

        async def add() -> None:
            tag, card = field.value.strip(), self._card
            if tag and card and await self._change(card, tags=(*card.tags, tag)):
                field.put("")

        button(text("desk_add", self._language), add, "act")

    def _without(self, card: CustomerCard, tag: str) -> Callable[[], Awaitable[None]]:
        async def remove() -> None:
            await self._change(card, tags=tuple(each for each in card.tags if each != tag))

        return remove

    def _field(self, field: CustomerField, card: CustomerCard) -> None:
        name = field.name.get(self._language) or next(iter(field.name.values()), field.key)
        value = card.values.get(field.key, "")

        async def keep(given: str) -> None:
            if given != value:
                await self._change(card, values={**card.values, field.key: given})

        if field.kind is FieldKind.CHOICE:
            options = {"": "—"} | {each: each for each in field.choices}
            if value not in options:
                options[value] = value
            Select(options, value, name, keep, shown=True)
            return
        with ui.element("div").classes("customer-field"):
            line = LineField(name, value, most=MOST_VALUE)

            async def save() -> None:
                await keep(line.value.strip())

            words = text("desk_field_save", self._language, name=name)
            named(button("✓", save, "line-act keep-field"), words)

    def _note(self, note: CustomerNote) -> None:
        with ui.element("div").classes("customer-note"):
            ui.label(f"{note.by_name}: {note.text}")
            local_time(note.at)
            words = text("desk_note_remove", self._language)
            named(button("✕", self._without_note(note.id), "line-act"), words)

    def _new_note(self) -> None:
        area = AreaField(text("desk_customer_note", self._language), most=MOST_NOTE)

        async def add() -> None:
            words = area.value.strip()
            if words and await self._do(lambda by, id_: self._cards.add_note(by, id_, words)):
                area.put("")

        button(text("desk_note_keep", self._language), add, "act")

    def _without_note(self, note_id: int) -> Callable[[], Awaitable[None]]:
        async def remove() -> None:
            await self._do(lambda by, id_: self._cards.remove_note(by, id_, note_id))

        return remove

    def _episode(self, episode: PastEpisode) -> None:
        language = self._language
        with ui.element("li"):
            local_time(episode.opened_at)
            key = f"desk_outcome_{episode.outcome}"
            words = text(key, language, name=episode.operator_name or "—")
            ui.label(" · ".join(each for each in (episode.topic, words) if each))

    async def _change(
        self,
        card: CustomerCard,
        *,
        tags: tuple[str, ...] | None = None,
        values: dict[str, str] | None = None,
    ) -> bool:
        done = False

        async def change(caller: Caller, conversation_id: str) -> None:
            nonlocal done
            try:
                await self._cards.change(
                    caller, conversation_id, tags=tags, values=values, revision=card.revision
                )
                done = True
            except Conflict:
                ui.notify(text("desk_card_changed", self._language))
            except BadInput:
                ui.notify(text("desk_card_wrong", self._language), type="warning")

        return await self._do(change) and done

    async def _do(self, act: Callable[[Caller, str], Awaitable[object]]) -> bool:
        with self._place:
            done = await self._act(act)
            await self.read()
        return done
