"""The demo shop's ranking: what people type finds the right article, whatever it looks like."""

import asyncio

import numpy as np
import pytest
from base_world import Base

from sufler.domain.decisions import TurnKind
from sufler.kb_index.index import PARTS
from sufler.kb_index.normalise import MAX_CHARS

pytestmark = pytest.mark.asyncio(loop_scope="module")

TYPED = {
    "Сколько стоит доставка?": "delivery-cost",
    "скокльо стоит доставкаа": "delivery-cost",
    "СКОЛЬКО СТОИТ ДОСТАВКА": "delivery-cost",
    "skolko stoit dostavka": "delivery-cost",
    "crjkmrj cnjbn ljcnfdrf": "delivery-cost",
    "how mush does delivry cost": "delivery-cost",
    "забыл пороль": "account-password-reset",
    "kak vosstanovit parol": "account-password-reset",
    "pf,sk gfhjkm": "account-password-reset",
    "отписатся от расылки": "account-unsubscribe",
    "промокод ни работает": "promo-not-working",
    "gift card, how do I pay with it": "giftcard-use",
    "сгорают ли ложки": "bonus-expiry",
    "can I become your supplier?": "business-supplier",
    "someone from your shop phoned me, is it fraud?": "about-scam",
    "индукция подойдет?": "product-induction",
}

HOSTILE = {
    "a character that NFKC makes eighteen of": "ﷺ" * 4096,
    "lone surrogates": "\ud800 где \udfff заказ \udc00",
    "only a surrogate": "\udfff",
    "NUL": "где\x00заказ\x00",
    "only NUL": "\x00" * 50,
    "100 kB of one word": "слово" * 10_000,
    "100 kB without a letter": "." * 100_000,
    "direction marks": "\u202e\u200f где заказ \u202c",
    "emoji only": "😀🤷‍♀️👨‍👩‍👧‍👦🇷🇺",
    "zero width": "\u200b\u200d\ufeff",
    "combining marks": "з" + "\u0301" * 5000,
    "no text": "",
    "spaces": " \n\t\u00a0 ",
    "control codes": "".join(map(chr, range(32))),
    "braces": "{customer.first_name|{today}} %s {0} ${x}",
    "SQL and markup": "'; DROP TABLE articles; -- <script>alert(1)</script>",
    "private use and beyond the plane": "\ue000\U0010ffff\U000e0001",
    "one letter": "ы",
    "a newline bomb": "\n" * 50_000 + "где заказ",
}


@pytest.mark.parametrize("typed", TYPED)
async def test_that_what_is_typed_finds_the_article(shop: Base, typed: str) -> None:
    assert await shop.best(typed) == TYPED[typed]


@pytest.mark.parametrize("name", HOSTILE)
async def test_that_a_hostile_text_gives_a_suggestion_like_any_other(shop: Base, name: str) -> None:
    made = await shop.prompter.suggest(HOSTILE[name], history=[("customer", HOSTILE[name])])
    assert len(made.text) <= MAX_CHARS
    made.text.encode("utf-8")
    assert len(made.items) in (0, 3)
    assert all(0.0 <= item.confidence <= 1.0 for item in made.items)
    assert all(np.isfinite(list(item.why.values())).all() for item in made.items)
    if not made.text:
        assert (made.turn_kind, made.items) == (TurnKind.EMPTY, ())


async def test_that_why_names_the_parts_of_the_score(shop: Base) -> None:
    made = await shop.prompter.suggest("сколько ждать посылку в Новосибирск")
    first = made.items[0]
    assert set(first.why) == {"head", *PARTS}
    assert first.article_id == "delivery-time"
    assert first.phrasing == "сколько ждать посылку в Новосибирск"
    assert first.why["letters"] == pytest.approx(1.0, abs=1e-3)
    assert first.why["similarity"] == pytest.approx(1.0, abs=1e-3)
    assert first.why["head"] > made.items[1].why["head"]


async def test_that_a_russian_only_article_is_found_in_english_and_marked_so(shop: Base) -> None:
    item = (await shop.prompter.suggest("can I become your supplier?")).items[0]
    assert (item.language, item.language_ok) == ("ru", False)
    item = (await shop.prompter.suggest("how much is delivery")).items[0]
    assert (item.article_id, item.language, item.language_ok) == ("delivery-cost", "en", True)


async def test_that_marks_and_letter_case_change_nothing(shop: Base) -> None:
    plain = await shop.prompter.suggest("забыл пароль")
    marked = await shop.prompter.suggest("\u202eзабыл\u200b  \x00пароль\n")
    assert marked.items == plain.items
    assert marked.text == plain.text


async def test_that_most_plain_titles_find_their_own_article(shop: Base) -> None:
    """A title in capitals and without its mark is still that title."""
    articles = shop.knowledge.index.articles()[::4]
    wrong = [
        each.id
        for each in articles
        if await shop.best(each.in_language("ru")[1].title.upper().rstrip("?")) != each.id
    ]
    assert len(wrong) <= len(articles) / 20, wrong


async def test_that_suggestions_at_once_are_those_one_after_another(shop: Base) -> None:
    alone = [(await shop.prompter.suggest(text)).items for text in TYPED]
    at_once = await asyncio.gather(*(shop.prompter.suggest(text) for text in TYPED))
    assert [made.items for made in at_once] == alone
