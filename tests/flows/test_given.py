"""What another system tells of slots: read as if the customer had said it, else left out."""

from datetime import UTC, datetime
from typing import Any

import pytest

from sufler.flows.given import given
from sufler.flows.model import Choice, Slot
from sufler.flows.wishes import asks_no_more

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SLOTS = {
    "status": Slot("data"),
    "order": Slot("order_number", pattern=r"\d{4}"),
    "day": Slot("date"),
    "count": Slot("number", least=1, most=9),
    "agreed": Slot("yes_no"),
    "size": Slot("choice", choices={"big": Choice({"ru": "Большой", "en": "Large"})}),
    "phone": Slot("phone"),
    "until": Slot("number", valid="until > count"),
    "photo": Slot("photo"),
}


@pytest.mark.parametrize(
    ("data", "known"),
    [
        ({"status": "sent", "order": "4512"}, {"status": "sent", "order": "4512"}),
        ({"order": 4512}, {"order": "4512"}),
        ({"order": "45", "status": True}, {"status": True}),
        ({"day": "2026-12-05"}, {"day": "2026-12-05"}),
        ({"count": 5, "until": 7}, {"count": 5, "until": 7}),
        ({"until": 7, "count": 8}, {"count": 8}),
        ({"count": 10}, {}),
        ({"agreed": False, "size": "big"}, {"agreed": False, "size": "big"}),
        ({"agreed": "да", "size": "большой"}, {"agreed": True, "size": "big"}),
        ({"size": "red", "agreed": 1}, {}),
        ({"phone": "8 912 345-67-89", "photo": "x", "other": "y"}, {"phone": "+79123456789"}),
        ({"status": "a\n\x07 b" + "x" * 600}, {"status": "a b" + "x" * 495}),
    ],
)
def test_that_what_fits_a_slot_is_known(data: dict[str, Any], known: dict[str, Any]) -> None:
    assert given(SLOTS, data, NOW, "ru") == known


@pytest.mark.parametrize(
    "text",
    ["Стоп", "stop!", "/stop", "не пишите мне", "Больше не пишите, пожалуйста", "unsubscribe",
     "please stop texting me", "don't write to me any more", "отписаться"],
)  # fmt: skip
def test_that_a_wish_not_to_be_written_to_is_understood(text: str) -> None:
    assert asks_no_more(text)


@pytest.mark.parametrize("text", ["стоп-сигнал не горит", "не пишите неправду", "stop my order"])
def test_that_a_longer_message_is_no_such_wish(text: str) -> None:
    assert not asks_no_more(text)
