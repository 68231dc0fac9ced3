"""What another system tells of slots before a flow begins, read as if the customer had said it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sufler.domain.knowledge import Language
from sufler.flows.expression import evaluate, parse, truth
from sufler.flows.model import Slot
from sufler.flows.slots.reading import Message, fits, read
from sufler.kb_index.normalise import normalise

MAX_TEXT = 500

Plain = str | int | float | bool


def given(
    slots: Mapping[str, Slot], data: Mapping[str, Plain], now: datetime, language: Language
) -> dict[str, Any]:
    """The slots that `data` fills. What names no slot, or does not fit it, is left out: the flow
    asks for it, if it needs it."""
    known: dict[str, Any] = {}
    for name, value in data.items():
        slot = slots.get(name)
        found = None if slot is None else _value(slot, value, now, language)
        if slot is not None and found is not None and fits(slot, found):
            known[name] = found
    # What is said of a value may name others, which are all there by now.
    return {
        name: value
        for name, value in known.items()
        if (rule := slots[name].valid) is None or truth(evaluate(parse(rule), known, now))
    }


def _value(slot: Slot, value: Plain, now: datetime, language: Language) -> Any:
    if slot.kind == "data":
        return normalise(value, MAX_TEXT) if isinstance(value, str) else value
    if isinstance(value, bool):
        return value if slot.kind == "yes_no" else None
    if slot.kind == "number" and not isinstance(value, str):
        return value
    if slot.kind == "choice" and value in slot.choices:
        return value
    return read(slot, Message(normalise(str(value), MAX_TEXT), now, language), asked=True)
