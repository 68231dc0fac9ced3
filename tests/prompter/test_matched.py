"""Which article's text an operator's reply is, so surely that no reviewer need look."""

import pytest

from sufler.domain.knowledge import Article, Translation
from sufler.prompter.accuracy.matched import article_said

HOTELS = "I am sorry but there are no hotels that match your search. Please change your dates."
FLIGHTS = "I am sorry but there are no flights that match your search. Please change your dates."
PARCEL = "Посылка идёт 3 дня, {customer_name}. Следить за ней можно на странице заказа."


def article(article_id: str, answer: str) -> Article:
    language = "en" if answer.isascii() else "ru"
    return Article(article_id, "t", {language: Translation("?", answer)})


ARTICLES = [
    article("hotels", HOTELS),
    article("flights", FLIGHTS),
    article("twin", FLIGHTS),
    article("parcel", PARCEL),
]


@pytest.mark.parametrize(
    ("sent", "first", "found"),
    [
        (FLIGHTS, [], "flights"),
        (FLIGHTS, ["hotels"], "flights"),
        (FLIGHTS, ["twin"], "twin"),
        (HOTELS, ["flights"], "hotels"),
        (
            "Здравствуйте, Анна! Посылка идёт 3 дня, Анна. Следить за ней можно на странице "
            "заказа.\nС уважением, Ольга",
            [],
            "parcel",
        ),
        ("Посылка идёт 4 дня. Следить за ней можно на странице заказа.", [], None),
        ("Посылка не идёт 3 дня. Следить за ней можно на странице заказа.", [], None),
        ("Уточню и напишу.", ["parcel"], None),
        ("", ["parcel"], None),
    ],
)
def test_that_a_reply_is_the_article_whose_text_it_is_or_nobodys(
    sent: str, first: list[str], found: str | None
) -> None:
    assert article_said(sent, first, ARTICLES, ("Анна",)) == found


def test_that_without_articles_nothing_was_said() -> None:
    assert article_said(PARCEL, ["parcel"], []) is None
