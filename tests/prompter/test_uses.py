"""What was done with a suggestion is told from the text that was sent."""

from dataclasses import replace

import pytest
from use_pairs import EN, PAIRS, RU, Pair

from sufler.domain.learning import Use
from sufler.prompter.learning.courtesies import without_courtesies
from sufler.prompter.learning.uses import Offer, edit_of, judge

VALUES = ("Мария", "Maria")


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.use}: {pair.sent[:40]}")
def test_that_a_reply_is_classed_by_what_it_says(pair: Pair) -> None:
    answer = (RU if pair.language == "ru" else EN)[pair.name]
    assert edit_of(pair.sent, answer, VALUES, near=0.93) is pair.use


def test_that_the_text_decides_and_not_the_article_that_was_inserted() -> None:
    """The first was inserted, and then written over with the second's text."""
    offers = [
        Offer("time", "ru", RU["time"], place=0, inserted=True),
        Offer("hours", "ru", RU["hours"], place=1),
        Offer("shop", "ru", RU["shop"]),
    ]
    done = judge("Добрый день! " + RU["hours"], offers)
    assert (done.use, done.edit, done.article_id) == (Use.OTHER, Use.VERBATIM, "hours")
    done = judge(RU["shop"] + " Вход со двора.", offers)
    assert (done.use, done.edit, done.article_id) == (Use.SEARCHED, Use.EXTENDED, "shop")
    done = judge(RU["time"], offers)
    assert (done.use, done.article_id) == (Use.VERBATIM, "time")


def test_that_an_article_of_nothing_but_a_courtesy_is_verbatim_where_it_was_inserted() -> None:
    offer = Offer("bye", "ru", "До свидания!", 0, inserted=True)
    done = judge("До свидания!", [offer])
    assert (done.use, done.edit, done.article_id) == (Use.VERBATIM, Use.VERBATIM, "bye")
    # Who says goodbye by himself has not chosen it.
    assert judge("До свидания!", [replace(offer, inserted=False)]).use is Use.ANEW


def test_that_facts_are_compared_only_with_what_was_before_the_operator() -> None:
    """An article of the base that is merely alike was not edited by anybody."""
    sent = EN["hours"].replace("21:00", "19:00")
    shown = judge(sent, [Offer("hours", "en", EN["hours"], place=1)])
    assert (shown.use, shown.article_id) == (Use.FACTS, "hours")
    unseen = judge(sent, [Offer("hours", "en", EN["hours"], near=0.99)])
    assert (unseen.use, unseen.article_id, unseen.same_as) == (Use.ANEW, None, None)


def test_that_own_words_that_state_nothing_else_say_the_same_as_an_article() -> None:
    offers = [Offer("return", "ru", RU["return"], near=0.95)]
    own = "Вернуть покупку получится в любой из 14 дней, главное, чтобы ей не пользовались"
    done = judge(own, offers)
    assert (done.use, done.same_as) == (Use.ANEW, "return")
    assert judge(own.replace("14", "30"), offers).same_as is None
    assert judge(own, [Offer("return", "ru", RU["return"], near=0.9)]).same_as is None


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Здравствуйте, Мария! Заказ в пути.\n\nС уважением,\nАнна, служба заботы", "Заказ в пути"),
        ("Hi Maria! It is on its way. Have a nice day!", "It is on its way"),
        ("Да, доставим завтра. Обращайтесь!", "доставим завтра"),
        ("Да доставим мы завтра", "Да доставим мы завтра"),
        ("Thank you for waiting. No refund is possible.", "No refund is possible"),
        ("Спасибо за обращение! Хорошего дня!", ""),
    ],
)
def test_that_courtesies_go_and_matter_stays(text: str, left: str) -> None:
    assert without_courtesies(text, VALUES).rstrip(".!") == left


def test_that_hostile_text_is_judged_too_and_in_no_time() -> None:
    for text in ("", " ", "\ud800", "*" * 8000, "(((" * 3000, "ﷺ" * 8000, "да, " * 3000):
        assert edit_of(text, RU["cost"]) is Use.ANEW
        assert edit_of(text, "") is Use.ANEW
