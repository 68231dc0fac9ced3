"""Words by which a customer closes the matter, told from questions about closing something."""

import pytest

from sufler.domain.decisions import TurnKind
from sufler.prompter.turn_kind import turn_kind


@pytest.mark.parametrize(
    "text",
    [
        "вопрос решён, спасибо, закройте",
        "Вопрос решен",
        "Проблема решилась!",
        "все вопросы решены, спасибо большое",
        "можно закрывать",
        "спасибо, можете закрыть",
        "закройте обращение, пожалуйста",
        "решил вопрос сам, спасибо",
        "you can close this",
        "You can close the ticket, thanks",
        "My issue is resolved, thank you!",
        "it's solved",
        "ok thanks, close the chat",
    ],
)
def test_that_words_which_close_the_matter_are_known(text: str) -> None:
    assert turn_kind(text) is TurnKind.CLOSES


@pytest.mark.parametrize(
    "text",
    [
        "вопрос не решён",
        "проблема не решена, помогите",
        "вопрос решён?",
        "is my issue resolved",
        "как закрыть чат?",
        "закройте мой счёт",
        "закройте карту, вопрос решён",
        "закройте",
        "можете закрыть заказ",
        "please close my account",
        "can you close this",
        "не закрывайте вопрос",
        "как решить вопрос с доставкой",
        "как закрыть обращение",
    ],
)
def test_that_a_question_about_closing_something_stays_a_question(text: str) -> None:
    assert turn_kind(text) is TurnKind.QUESTION
