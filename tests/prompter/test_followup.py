"""Follow-ups: what leans on the turn before, and what is found for it."""

from dataclasses import replace

import numpy as np
import pytest
from base_world import Base, article

from sufler.prompter.followup import asked_before, leans_back, together
from sufler.prompter.rank import Ranked


@pytest.mark.parametrize(
    "said",
    [
        "а если самовывоз?", "А сколько ждать?", "и когда деньги?", "отложить его можно?",
        "а почту?",
        "and how long?", "what about pickup", "how about a refund", "can it be faster?", "in cash?",
        "Спасибо! А за границу?", "или наличными?",
    ],
)  # fmt: skip
def test_that_a_follow_up_is_seen_by_its_words(said: str) -> None:
    assert leans_back(said)


@pytest.mark.parametrize(
    "said",
    [
        "как восстановить пароль от кабинета", "где мой заказ номер сто сорок",
        "how do I reset my password", "", "?!", "а" * 5000,
        "а подскажите можно ли у вас купить в подарок маме красивый чайник со свистком",
    ],
)  # fmt: skip
def test_that_a_question_with_a_subject_is_none(said: str) -> None:
    assert not leans_back(said)


def test_that_a_chain_of_follow_ups_is_followed_to_its_beginning() -> None:
    history = [
        ("customer", "Сколько стоит доставка до Омска?"),
        ("bot", "290 ₽. А ещё есть пункты."),
        ("customer", "а самовывоз?"),
        ("bot", "Бесплатно."),
        ("customer", "спасибо"),
    ]
    assert asked_before(history) == "Сколько стоит доставка до Омска?\nа самовывоз?"
    assert asked_before(history[:1]) == "Сколько стоит доставка до Омска?"
    assert asked_before([("bot", "Здравствуйте!"), ("customer", "ок")]) is None
    assert asked_before([]) is None


def ranked(**scores: float) -> Ranked:
    ids = tuple(sorted(scores, key=lambda one: -scores[one]))
    values = np.array([scores[one] for one in ids], dtype=np.float32)
    return Ranked(ids, values, np.outer(values, np.ones(5, np.float32)), ids)


def test_that_two_readings_make_one_without_what_was_answered() -> None:
    both = together(ranked(a=3, b=2, c=0), ranked(a=1, b=4, d=5), "d")
    assert both.article_ids == ("b", "a", "c")
    assert both.scores.tolist() == [3.0, 2.0, 0.5]
    assert both.parts[:, 0].tolist() == [4.0, 3.0, 0.0]
    assert both.phrasings == ("b", "a", "c")
    assert together(ranked(a=1), ranked(a=2), "a").article_ids == ("a",)


ASKED = [("customer", "Можно ли вернуть чайник?"), ("bot", "Примем назад за 14 дней.")]


async def test_that_a_follow_up_is_understood_with_the_turn_before(small: Base) -> None:
    await small.save(
        article("unpaid", "Как отменить неоплаченный заказ?", "Нажмите «Отменить»."),
        article("paid", "Как отменить оплаченный заказ?", "Деньги вернутся на карту."),
    )
    await small.prompter.refit()
    history = [("customer", "Как отменить неоплаченный заказ?"), ("bot", "Нажмите «Отменить».")]
    asked = "а если уже оплатил?"
    assert await small.best(asked) == "card"
    made = await small.prompter.suggest(asked, history=history)
    assert made.text == "Как отменить неоплаченный заказ?\nа если уже оплатил?"
    assert made.items[0].article_id == "paid"
    assert "unpaid" not in [item.article_id for item in made.items]


async def test_that_a_new_question_is_not_dragged_back(small: Base) -> None:
    asked = "а как восстановить пароль?"
    alone = await small.prompter.suggest(asked)
    after = await small.prompter.suggest(asked, history=ASKED)
    assert after.text == asked
    assert [replace(item, why={}) for item in after.items] == [
        replace(item, why={}) for item in alone.items
    ]


async def test_that_a_question_without_a_turn_before_costs_one_encoding(small: Base) -> None:
    small.encoder.texts()
    for asked, history in (
        ("а самовывоз?", []),
        ("а самовывоз?", [("bot", "Здравствуйте!"), ("customer", "спасибо")]),
        ("сколько дней ехать до Омска посылке", ASKED),
    ):
        await small.prompter.suggest(asked, history=history)
        assert len(small.encoder.texts()) == 1
