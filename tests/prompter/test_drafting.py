"""A reply under way: what goes on as it does, what it says already, and what ranks first."""

import pytest

from sufler.domain.decisions import Level, SuggestionItem
from sufler.domain.knowledge import Mode
from sufler.prompter.drafting import continuation, gathered, nearest, overlap, ranked

RETURN = "Вернуть товар можно за 14 дней. Деньги придут на карту за 3 дня."
COURIER = "Курьер привезёт заказ завтра с 9 до 18. Он позвонит за час."


def item(article_id: str, text: str, sure: float = 0.5) -> SuggestionItem:
    return SuggestionItem(
        article_id, "?", text, "t", Mode.SUGGESTS, "ru", True, sure, Level.LIKELY, "?"
    )


@pytest.mark.parametrize(
    ("draft", "rest"),
    [
        ("Деньги придут", " на карту за 3 дня."),
        ("Деньги придут ", "на карту за 3 дня."),
        ("Здравствуйте, Оля!\n\nденьги  ПРИДУТ на ка", "рту за 3 дня."),
        ("Вернуть товар можно за 14 дней. Деньги п", "ридут на карту за 3 дня."),
        ("Хорошо. Вернуть товар", " можно за 14 дней. Деньги придут на карту за 3 дня."),
        ("Деньги", ""),  # one word says too little
        ("ньги придут", ""),  # not from the beginning of a word
        ("Деньги уже придут", ""),
        (RETURN, ""),
        ("", ""),
        ("\x00 ﷺ" * 5000, ""),
    ],
)
def test_that_a_draft_goes_on_as_the_answer_does(draft: str, rest: str) -> None:
    assert continuation(draft, RETURN) == rest


def test_that_a_continued_draft_reads_as_the_answer() -> None:
    answer = "Ёлку привезём\n\n- утром  рано,\n- вечером поздно. İstanbul — тоже."
    for end in range(9, len(answer)):
        typed = answer[:end]
        rest = continuation(typed, answer)
        assert rest == "" or (typed + rest).split() == answer.split(), typed


def test_that_what_is_written_outweighs_the_turn_and_an_opening_does_not() -> None:
    turn = [item("courier", COURIER, 0.9), item("return", RETURN, 0.05)]
    by_draft = [item("return", RETURN, 0.6), item("courier", COURIER, 0.1)]
    written = ranked("Деньги придут на карту за", gathered(turn, by_draft), 3)
    assert [each.article_id for each in written] == ["return", "courier"]
    assert written[0].confidence == 0.05  # of the turn: the draft makes no answer surer
    assert written[0].why["draft"] > written[1].why["draft"]
    opened = ranked("Сейчас посмотрю", gathered(turn, []), 3)
    assert [each.article_id for each in opened] == ["courier", "return"]


def test_that_what_only_the_draft_has_found_is_to_be_checked() -> None:
    (found,) = ranked(RETURN, gathered([], [item("return", RETURN, 0.99)]), 3)
    assert found.level is Level.CHECK
    assert found.confidence < 0.5


def test_that_an_article_that_is_said_already_is_offered_instead() -> None:
    items = [item("courier", COURIER), item("return", RETURN)]
    near = nearest(
        "Оля, вернуть товар можно за 14 дней, деньги придут на карту за 3 дня", items, ["Оля"]
    )
    assert near is not None
    assert (near.item.article_id, near.same) == ("return", True)
    assert near.similarity > 0.9
    other = nearest("Вернуть товар можно за 30 дней. Деньги придут на карту за 3 дня.", items)
    assert other is not None
    assert not other.same
    assert nearest("Сейчас уточню у коллег со склада и напишу вам", items) is None
    assert nearest("Вернуть товар", items) is None


@pytest.mark.parametrize("draft", ["", "a", "привет " * 4000, "((((", "\ud800"])
def test_that_overlap_is_a_share_whatever_is_written(draft: str) -> None:
    assert 0.0 <= overlap(draft, RETURN) <= 1.0
