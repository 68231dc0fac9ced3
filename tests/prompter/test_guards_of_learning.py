"""Masking, the operators' weight, and what neighbours say."""

import numpy as np
import pytest

from sufler.domain.knowledge import Language
from sufler.kb_index.index import weighed
from sufler.prompter.learning import masking
from sufler.prompter.learning.guards import (
    content_words,
    operator_weight,
    speaks_against,
    speaks_for,
)
from sufler.prompter.learning.masking import masked, masked_reply
from sufler.prompter.learning.neighbours import Near
from sufler.prompter.learning.ports import Checked


@pytest.mark.parametrize(
    ("text", "language", "left"),
    [
        ("карта 4111 1111 1111 1111 не проходит", "ru", "карта не проходит"),
        ("меня зовут иван, где посылка", "ru", "меня зовут, где посылка"),
        ("я на имя Пётр Ким заказал", "ru", "я на имя заказал"),
        ("Где мой заказ №48151 от 12.12.2026?", "ru", "Где мой заказ от 12.12.2026?"),
        ("Иванова Мария Петровна хочет вернуть чайник", "ru", "хочет вернуть чайник"),
        ("доставите на ул. Свободы, д. 12, кв. 5 завтра?", "ru", "доставите на завтра?"),
        ("я родился 12.03.1990, скидка будет?", "ru", "я родился, скидка будет?"),
        ("дата рождения: 5 мая 1985 года, где карта", "ru", "дата рождения: где карта"),
        ("анна, 1978 г.р., нужна справка", "ru", "анна, нужна справка"),
        ("паспорт и 01.02.1999 подойдут?", "ru", "паспорт и подойдут?"),
        ("куплено 12 ноября 2026, вернёте?", "ru", "куплено 12 ноября 2026, вернёте?"),
        ("i was born on March 3rd, 1991, any gift", "en", "i was born on, any gift"),
        ("my birthday is 1990-04-05 so what", "en", "my birthday is so what"),
        ("перезвоните +7(916)123-45-67", "ru", "перезвоните"),
        ("call me at +44 20 7946 0958 please", "en", "call me at please"),
        ("order number AB-48151 is late, mail bob@x.com", "en", "order is late, mail"),
        ("my name is John Smith, is it open", "en", "my name is, is it open"),
        ("Мария просила узнать про доставку", "ru", "просила узнать про доставку"),
        ("меня зовут анна сидорова, где чек", "ru", "меня зовут, где чек"),
        ("это Пётр Кузнецов, почему отменили заказ?", "ru", "почему отменили заказ?"),
        ("my name is john smith and the kettle broke", "en", "my name is and the kettle broke"),
        ("I am John Doe, refund my toaster", "en", "refund my toaster"),
        ("напишите в t.me/vasya, когда будет", "ru", "напишите в когда будет"),
        ("mail joe.bloggs(at)mail.com about it", "en", "mail about it"),
        ("to 221B Baker Street please", "en", "to please"),
        ("refund to DE89 3704 0044 0532 0130 00 please", "en", "refund to please"),
        # What is asked about stays.
        ("это Samsung Galaxy не включается", "ru", "это Samsung Galaxy не включается"),
        ("перевёл 1 250 000 рублей", "ru", "перевёл 1 250 000 рублей"),
        ("чайник 1500 ватт, 220 В", "ru", "чайник 1500 ватт, 220 В"),
        ("промокод ЛЕТО2024 не работает", "ru", "промокод ЛЕТО2024 не работает"),
        ("это Москва?", "ru", "это Москва?"),
        ("my card is 12 days late", "en", "my card is 12 days late"),
        ("", "ru", ""),
    ],
)
def test_that_personal_data_go_and_the_question_stays(
    text: str, language: Language, left: str
) -> None:
    assert masked(text, language, ("Мария",)) == left
    assert masked(left, language, ("Мария",)) == left


def test_that_masking_searches_mails_in_a_long_word_once() -> None:
    pattern = masking._MAIL  # one start for a run of signs: else 20,000 letters take seconds
    assert pattern.match("joe@x.com", 0)
    assert not pattern.match("joe@x.com", 1)


def test_that_a_reply_keeps_the_companys_own_links_and_lines() -> None:
    sent = "Пишите на help@shop.ru или 8 800 555-35-35.\n- Карта 4111111111111111, заказ 48151"
    assert masked_reply(sent) == "Пишите на help@shop.ru или 8 800 555-35-35.\n- Карта, заказ"


def test_that_words_without_a_matter_do_not_count() -> None:
    assert content_words("а это как? подскажите пожалуйста") == 0
    assert content_words("hello, what is my balance") == 1
    assert content_words("вернуть чайник") == 2


def near(*article_ids: str) -> list[Near]:
    return [Near(each, "", 0.5) for each in article_ids]


def test_that_four_of_five_for_one_other_and_none_of_its_own_speak_against() -> None:
    assert speaks_against("a", near("b", "b", "b", "b", "c"))
    assert not speaks_against("a", near("b", "b", "b", "c", "c"))
    assert not speaks_against("a", near("b", "b", "b", "b", "a"))
    assert not speaks_against("a", [])
    assert speaks_for("a", near("a", "b", "a", "c", "a"))
    assert not speaks_for("a", near("a", "b", "a", "c"))


def test_that_an_operator_weighs_less_the_more_checks_disagree() -> None:
    weights = [operator_weight(Checked(20 - wrong, wrong)) for wrong in range(0, 21, 4)]
    assert weights == sorted(weights, reverse=True)
    assert operator_weight(Checked()) == weights[0] == 1.0
    assert operator_weight(Checked(0, 10)) == 0.0


def test_that_a_light_phrasing_counts_fully_for_its_very_words_and_less_the_further_off() -> None:
    near = np.array([1.0, 0.9, 0.9, 0.2], dtype=np.float32)
    weights = np.array([0.5, 0.5, 1.0, 0.0], dtype=np.float32)
    assert weighed(near, weights) == pytest.approx([1.0, 0.8, 0.9, -1.0], abs=1e-5)
