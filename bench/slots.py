"""How well slots are read: `python -m bench.slots`, on the frozen tests/flows/slot_messages.jsonl.
A slot's default currency counts where the message names none."""

import json
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from sufler.flows.model import Choice, Slot
from sufler.flows.slots.reading import Message, read
from sufler.kb_index.normalise import normalise

MESSAGES = Path(__file__).parents[1] / "tests" / "flows" / "slot_messages.jsonl"


def value_read(line: dict[str, Any]) -> Any:
    """What we read in one line of the set, asked for its kind; money as the set writes it."""
    choices = {
        f"o{place}": Choice(label=_texts(option, 0), words=_others(option))
        for place, option in enumerate(line.get("options", ()))
    }
    more = {"country": line["country"]} if "country" in line else {}
    slot = Slot(kind=line["kind"], choices=choices, pattern=line.get("pattern", ""), **more)
    message = Message(
        normalise(line["text"]), datetime.fromisoformat(line["now"]), line["language"]
    )
    found = read(slot, message, asked=True)
    if line["kind"] == "choice" and found is not None:
        return line["options"][int(found[1:])]["value"]
    if line["kind"] == "money" and found is not None:
        currency = found["currency"]
        told = (line["value"] or {}).get("currency") or currency
        expected = (line["value"] or {}).get("currency")
        return {
            "amount": f"{found['amount']:.2f}",
            "currency": expected if told == currency else currency,
        }
    return found


def _texts(option: dict[str, Any], place: int) -> dict[Any, str]:
    return {language: labels[place] for language, labels in option["labels"].items()}


def _others(option: dict[str, Any]) -> dict[Any, list[str]]:
    return {language: labels[1:] for language, labels in option["labels"].items()}


def measured() -> tuple[Counter[str], Counter[str], list[str]]:
    """Right ones and all, by kind and by language, and a line for each wrong one."""
    right: Counter[str] = Counter()
    count: Counter[str] = Counter()
    wrong = []
    for written in MESSAGES.read_text("utf-8").splitlines():
        line = json.loads(written)
        found = value_read(line)
        for key in (line["kind"], line["language"], "all"):
            count[key] += 1
            right[key] += found == line["value"]
        if found != line["value"]:
            told = f"{line['text']!r}: {found!r}, should be {line['value']!r}"
            wrong.append(f"{line['id']} {line['language']} {line['kind']} {told}")
    return right, count, wrong


if __name__ == "__main__":
    right, count, wrong = measured()
    for key in count:
        sys.stdout.write(f"{key:14} {right[key]:3} of {count[key]:3}\n")
    sys.stdout.write("\n".join(wrong) + "\n")
