"""Customers' cards: tags, fields of one's own, notes on the customer, and past episodes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Protocol

from sufler.conversation.intake import clean
from sufler.conversation.live import LiveEvents
from sufler.desk.people import require
from sufler.desk.staffing import act
from sufler.domain.administration import Act
from sufler.domain.desk import CustomerCard, CustomerField, CustomerNote, FieldKind
from sufler.domain.errors import BadInput, Conflict, NotFound
from sufler.domain.events import EventKind
from sufler.domain.knowledge import LANGUAGES
from sufler.domain.people import Caller, Right
from sufler.domain.ports import Clock

MOST_TAGS = 20
MAX_TAG = 40
MAX_VALUE = 500
MAX_NOTE = 4_000
MAX_NAME = 60
MOST_CHOICES = 50
# Names of a customer's own that a field cannot take.
_TAKEN = frozenset({"name", "first_name"})
_KEY = re.compile(r"[a-z][a-z_]{0,39}")


class CardRecords(Protocol):
    """`storage.cards.CardStore`."""

    async def get(self, conversation_id: str) -> CustomerCard: ...
    async def change(
        self, conversation_id: str, tags: Sequence[str], given: Mapping[str, str], revision: int
    ) -> bool: ...
    async def add_note(self, conversation_id: str, note: CustomerNote) -> CustomerNote: ...
    async def remove_note(self, conversation_id: str, note_id: int) -> bool: ...
    async def fields(self) -> list[CustomerField]: ...
    async def put_field(self, field: CustomerField, act: Act) -> None: ...
    async def remove_field(self, key: str, act: Act) -> bool: ...


class Cards:
    """Reading and changing needs the right to converse, saying which fields there are the right to
    administer (Forbidden). Everything of a card leaves with the customer's export and erasure."""

    def __init__(self, records: CardRecords, live: LiveEvents, clock: Clock) -> None:
        self._records = records
        self._live = live
        self._clock = clock

    async def of(self, caller: Caller, conversation_id: str) -> CustomerCard:
        """Raises NotFound."""
        require(caller, Right.CONVERSE)
        return await self._records.get(conversation_id)

    async def change(
        self,
        caller: Caller,
        conversation_id: str,
        *,
        revision: int,
        tags: Iterable[str] | None = None,
        values: Mapping[str, str] | None = None,
    ) -> CustomerCard:
        """Put `tags` in place of all, and `values` of these fields; a blank one is removed. Raises
        BadInput naming the field, NotFound, and Conflict when somebody changed the card after
        `revision`."""
        require(caller, Right.CONVERSE)
        card = await self._records.get(conversation_id)
        given = dict(card.values)
        known = {each.key: each for each in card.fields}
        for key, value in (values or {}).items():
            if key not in known:
                raise BadInput(f"there is no field {key!r}", field=key)
            given[key] = checked_value(known[key], value)
        kept = {key: value for key, value in given.items() if value and key in known}
        marks = card.tags if tags is None else _tags(tags)
        if not await self._records.change(conversation_id, marks, kept, revision):
            raise Conflict("somebody else has changed this card; read it again", field="revision")
        self._live.publish(EventKind.CARD, conversation_id)
        return await self._records.get(conversation_id)

    async def add_note(self, caller: Caller, conversation_id: str, text: str) -> CustomerNote:
        """Write something down about the customer, whatever the matter. Raises NotFound and
        BadInput."""
        require(caller, Right.CONVERSE)
        if len(text) > MAX_NOTE:
            raise BadInput(f"a note is at most {MAX_NOTE} characters", field="note")
        words = clean(text)
        if not words:
            raise BadInput("a note needs a text", field="note")
        by = caller.person_id or caller.id
        note = CustomerNote(0, self._clock.now(), by, caller.name, words)
        stored = await self._records.add_note(conversation_id, note)
        self._live.publish(EventKind.CARD, conversation_id)
        return stored

    async def remove_note(self, caller: Caller, conversation_id: str, note_id: int) -> None:
        """Raises NotFound."""
        require(caller, Right.CONVERSE)
        if not await self._records.remove_note(conversation_id, note_id):
            raise NotFound("this customer has no note with this id", field="note_id")
        self._live.publish(EventKind.CARD, conversation_id)

    async def fields(self, caller: Caller) -> Sequence[CustomerField]:
        """Which fields cards have, by place."""
        require(caller, Right.CONVERSE)
        return await self._records.fields()

    async def save_field(self, caller: Caller, field: CustomerField) -> CustomerField:
        """Add a field, or change the one with its key. Values that are there stay as they are.
        Raises BadInput."""
        require(caller, Right.ADMINISTER)
        kept = _checked(field)
        done = act(self._clock, caller, "customer_field_saved", kept.key)
        await self._records.put_field(kept, done)
        return kept

    async def remove_field(self, caller: Caller, key: str) -> None:
        """With its values on every card. Raises NotFound."""
        require(caller, Right.ADMINISTER)
        done = act(self._clock, caller, "customer_field_removed", key[:40])
        if not await self._records.remove_field(key, done):
            raise NotFound("there is no field with this key", field="key")


def checked_value(field: CustomerField, value: str) -> str:
    """The value as it is stored; blank: none. Raises BadInput naming the field."""
    words = " ".join(clean(value, MAX_VALUE + 1).split())
    if len(words) > MAX_VALUE:
        raise BadInput(f"{field.key} is at most {MAX_VALUE} characters", field=field.key)
    if not words:
        return ""
    match field.kind:
        case FieldKind.NUMBER:
            return _number(field.key, words)
        case FieldKind.DATE:
            return _date(field.key, words)
        case FieldKind.CHOICE if words not in field.choices:
            raise BadInput(f"{field.key} is one of {', '.join(field.choices)}", field=field.key)
    return words


def _number(key: str, words: str) -> str:
    try:
        number = Decimal(words.replace(" ", "").replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise BadInput(f"{key} is a number such as 12.5", field=key)
    return f"{number:f}"


def _date(key: str, words: str) -> str:
    found = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", words)
    try:
        if found:
            return date(int(found[3]), int(found[2]), int(found[1])).isoformat()
        return date.fromisoformat(words).isoformat()
    except ValueError:
        raise BadInput(f"{key} is a date such as 2026-11-22", field=key) from None


def _tags(given: Iterable[str]) -> tuple[str, ...]:
    tags = tuple(dict.fromkeys(tag for each in given if (tag := _line(each))))
    if len(tags) > MOST_TAGS or any(len(each) > MAX_TAG for each in tags):
        raise BadInput(f"at most {MOST_TAGS} tags, each of {MAX_TAG} characters", field="tags")
    return tags


def _checked(field: CustomerField) -> CustomerField:
    if not _KEY.fullmatch(field.key) or field.key in _TAKEN:
        raise BadInput("a key is a word of a-z and _, but not name", field="key")
    name = {each: _line(field.name.get(each, "")) for each in LANGUAGES}
    name = {each: words for each, words in name.items() if words}
    if not name or any(len(words) > MAX_NAME for words in name.values()):
        raise BadInput(f"a field has a name of {MAX_NAME} characters", field="name")
    choices = tuple(dict.fromkeys(one for each in field.choices if (one := _line(each))))
    if field.kind is not FieldKind.CHOICE:
        choices = ()
    elif not 1 <= len(choices) <= MOST_CHOICES or any(len(each) > MAX_VALUE for each in choices):
        raise BadInput(f"a choice is among 1 to {MOST_CHOICES}", field="choices")
    if not 0 <= field.place <= 1_000:
        raise BadInput("place is 0 to 1000", field="place")
    return replace(field, name=name, choices=choices)


def _line(words: str) -> str:
    return " ".join(clean(words, 1_000).split())
