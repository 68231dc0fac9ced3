"""Where a turn is cut into questions, and when it is one after all."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sufler.domain.decisions import Level, Suggestion, SuggestionItem, TurnKind, Versions
from sufler.domain.knowledge import Mode
from sufler.prompter.questions import MOST_PARTS, apart, parts


def cut(*texts: str) -> list[str]:
    return [part.text for part in parts(texts)]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (
            "Здравствуйте! Сколько стоит доставка и можно ли вернуть товар?",
            ["Сколько стоит доставка", "можно ли вернуть товар?"],
        ),
        ("1) где ввести код 2) можно ли с ложками", ["где ввести код", "можно ли с ложками"]),
        ("код не подходит. и списали дважды!!", ["код не подходит.", "и списали дважды!!"]),
        ("Купил чайник. Как его вернуть?", ["Купил чайник. Как его вернуть?"]),
        ("Сколько стоит доставка? Мне в Казань.", ["Сколько стоит доставка? Мне в Казань."]),
        ("Почему отменили заказ? Как так?", ["Почему отменили заказ? Как так?"]),
        (
            "How much is delivery, and can I return it? Thanks!",
            ["How much is delivery", "can I return it?"],
        ),
        ("чай и кофе", []),
    ],
)
def test_that_a_turn_is_cut_where_another_question_begins(said: str, found: list[str]) -> None:
    assert cut(said) == found


def test_that_messages_are_cut_and_each_part_knows_its_message() -> None:
    found = parts(["почём доставка", "привет", "и чем платить можно"])
    assert [(part.text, part.message) for part in found] == [
        ("почём доставка", 0),
        ("и чем платить можно", 2),
    ]


def test_that_a_long_story_and_a_list_of_many_are_one() -> None:
    assert cut("Как вернуть чайник? " * 40) == []
    assert cut(" ".join(f"Можно ли вернуть товар номер {n}?" for n in range(MOST_PARTS + 1))) == []


@given(st.lists(st.text(max_size=300), max_size=5))
def test_that_any_texts_are_cut_into_few_parts_of_themselves(texts: list[str]) -> None:
    found = parts(texts)
    assert len(found) <= MOST_PARTS
    whole = "".join("".join(texts).split())
    for part in found:
        assert part.text.strip()
        assert 0 <= part.message < len(texts)
    assert sum(len("".join(part.text.split())) for part in found) <= len(whole)


def read(*items: tuple[str, float], kind: TurnKind = TurnKind.QUESTION) -> Suggestion:
    found = tuple(
        SuggestionItem(one, one, one, "t", Mode.ANSWERS, "ru", True, sure, Level.SURE, "")
        for one, sure in items
    )
    at = datetime(2026, 5, 1, tzinfo=UTC)
    return Suggestion("s", "text", "ru", kind, found, Versions(1, "m", "h", "p", "o"), 1.0, at)


def test_that_two_questions_are_two_when_each_finds_its_own() -> None:
    whole = read(("cost", 0.5), ("return", 0.3))
    cost, back = read(("cost", 0.9)), read(("return", 0.8))
    assert apart(whole, [cost, back]) == (0, 1)
    assert apart(whole, [cost, read(("return", 0.3))]) == (0, 1)
    assert apart(whole, [cost, read(("return", 0.1))]) == ()
    assert apart(whole, [read(("cost", 0.4)), read(("return", 0.4))]) == ()
    assert apart(whole, [cost, read(("cost", 0.95))]) == ()
    assert apart(whole, [read(("cost", 0.7)), back, read(("cost", 0.95))]) == (1, 2)
    assert apart(whole, [cost, replace(back, turn_kind=TurnKind.THANKS)]) == ()
    assert apart(whole, [cost, read()]) == ()


def test_that_a_third_article_that_explains_the_whole_wins() -> None:
    parts_read = [read(("cost", 0.9)), read(("return", 0.8))]
    assert apart(read(("return-cost", 0.8)), parts_read) == ()
    assert apart(read(("return-cost", 0.3)), parts_read) == (0, 1)
    assert apart(read(), parts_read) == (0, 1)
