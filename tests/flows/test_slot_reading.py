"""What is read out of customers' words: examples of our own, and the frozen messages as a whole."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.slots import measured
from sufler.flows.model import Choice, Slot
from sufler.flows.slots.numerals import folded, in_digits
from sufler.flows.slots.reading import TELLING, Message, read

NOW = datetime.fromisoformat("2026-11-22T12:00:00+03:00")  # a Sunday
REASONS = {
    "size": Choice(label={"ru": "Не подошёл размер", "en": "Wrong size"}, words={"ru": ["мал"]}),
    "broken": Choice(label={"ru": "Брак или поломка", "en": "Broken"}, words={"ru": ["сломан"]}),
    "other": Choice(label={"ru": "Другое", "en": "Other"}),
}
RU = [
    ("date", "послезавтра", "2026-11-24"),
    ("date", "через 2 недели", "2026-12-06"),
    ("date", "в следующую пятницу", "2026-11-27"),
    ("date", "пятого мая", "2027-05-05"),
    ("date", "05.12", "2026-12-05"),
    ("date", "31 февраля", None),
    ("date", "15-го числа", "2026-12-15"),
    ("date", "в марте", None),
    ("time", "к 5 вечера", "17:00"),
    ("time", "без пятнадцати семь", "06:45"),
    ("time", "полшестого", "05:30"),
    ("time", "в семь тридцать", "07:30"),
    ("time", "25:70", None),
    ("date_time", "завтра в 10 утра", "2026-11-23T10:00"),
    ("date_time", "через 2 часа", "2026-11-22T14:00"),
    ("date_time", "завтра", None),
    ("number", "двадцать пять", 25),
    ("number", "2 или 3", None),
    ("number", "ни одного", 0),
    ("number", "минус пять", -5),
    ("money", "пять тысяч двести рублей", {"amount": 5200, "currency": "RUB"}),
    ("money", "15к", {"amount": 15000, "currency": "RUB"}),
    ("money", "1 500,50 ₽", {"amount": 1500.5, "currency": "RUB"}),
    ("phone", "мой номер 8 912 345-67-89, звоните", "+79123456789"),
    ("phone", "восемь девятьсот двенадцать 345 67 89", "+79123456789"),
    ("phone", "12345", None),
    ("email", "ivan собака mail точка ru", "ivan@mail.ru"),
    ("email", "иван@", None),
    ("yes_no", "всё верно", True),
    ("yes_no", "да нет", False),
    ("yes_no", "не знаю", None),
    ("choice", "он мне мал", "size"),
    ("choice", "второе", "broken"),
    ("choice", "не знаю", None),
    ("order_number", "сорок пять двенадцать", "4512"),
    ("order_number", "4512, ой нет, 4521", "4521"),
    ("address", "мой адрес: Москва, ул. Ленина, д. 5, спасибо", "Москва, ул. Ленина, д. 5"),
    ("address", "не знаю", None),
    ("location", "55.7558, 37.6173", {"latitude": 55.7558, "longitude": 37.6173}),
    ("location", "95.7558, 37.6173", None),
    ("contact", "+7 912 345 67 89", {"phone": "+79123456789"}),
    ("photo", "вот фото", None),
    ("text", "!!!", None),
]
EN = [
    ("date", "next friday", "2026-11-27"),
    ("date", "May the fourth", "2027-05-04"),
    ("date", "12/05/2026", "2026-12-05"),
    ("date", "3 days ago", "2026-11-19"),
    ("time", "half past five", "05:30"),
    ("time", "quarter to six pm", "17:45"),
    ("date_time", "tomorrow at 5pm", "2026-11-23T17:00"),
    ("number", "one thousand two hundred", 1200),
    ("number", "two and a half thousand", 2500),
    ("money", "$1,500.50", {"amount": 1500.5, "currency": "USD"}),
    ("yes_no", "of course not", False),
    ("choice", "the last one", "other"),
]


@pytest.mark.parametrize(
    ("language", "kind", "text", "value"),
    [("ru", *each) for each in RU] + [("en", *each) for each in EN],
)
def test_that_people_are_understood_as_they_type(
    language: Any, kind: Any, text: str, value: Any
) -> None:
    choices = REASONS if kind == "choice" else {}
    assert read(Slot(kind=kind, choices=choices), Message(text, NOW, language), True) == value


def test_that_193_of_the_200_frozen_messages_are_read_right() -> None:
    right, count, wrong = measured()
    assert count["all"] == 200
    assert right["all"] >= 193, "\n".join(wrong)


def test_that_an_unasked_slot_is_taken_only_where_it_is_plain() -> None:
    order = Slot(kind="order_number", pattern=r"\d{4,6}")
    asked_nothing = Message("буду в 1530, у меня 4512 ложек", NOW, "ru")
    assert read(order, asked_nothing, asked=False) is None
    assert read(order, Message("вернуть заказ 4512", NOW, "ru"), asked=False) == "4512"
    assert read(Slot(kind="number"), Message("5", NOW, "ru"), asked=False) is None


def test_that_the_past_is_meant_where_the_slot_says_so() -> None:
    message = Message("5 мая", NOW, "ru")
    assert read(Slot(kind="date", past=True), message, asked=True) == "2026-05-05"


@given(st.integers(0, 999_999))
@settings(max_examples=60)
def test_that_digits_stay_what_they_are(number: int) -> None:
    assert in_digits(folded(f"{number} шт")) == f"{number} шт"


HARD = [
    *("не", "в", "через", "5", "12", "25", "мая", "31.02", "99/99", "часа", "пол", "без", "¹"),
    *("пятнадцати", "тысяч", "с", "половиной", "k", "15:61", "no", "wait", "sorry", "№", "#", "-"),
    *("second", "of", "may", "the", "45th", "послезавтро", "завтра", "+", "@", ".", "00", "000"),
]


@given(
    st.text(max_size=120)
    | st.lists(st.sampled_from(HARD), max_size=12).map(" ".join),
    st.sampled_from(sorted(TELLING | {"number", "address", "yes_no", "text", "contact"})),
    st.sampled_from(["ru", "en"]),
    st.booleans(),
)  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_that_no_words_make_reading_fall(text: str, kind: Any, language: Any, asked: bool) -> None:
    read(Slot(kind=kind, choices=REASONS), Message(text, NOW, language), asked)


@pytest.mark.parametrize("kind", sorted(TELLING | {"number", "address", "yes_no", "contact"}))
@pytest.mark.parametrize(
    "piece", ["1", "1.", "00", "5 мая ", "сто ", "a@", "не а, ", "1 000 ", "\u0967"]
)
def test_that_the_same_over_and_over_makes_nothing_fall(kind: Any, piece: str) -> None:
    read(Slot(kind=kind, choices=REASONS), Message(piece * (2000 // len(piece)), NOW, "ru"), True)


def test_that_a_pattern_that_takes_for_ever_does_not_fit() -> None:
    slot = Slot(kind="order_number", pattern=r"(\d|\d\d|\d+)+(?<!1)")
    assert read(slot, Message("1" * 39, NOW, "ru"), asked=True) is None
