"""Replies matched to articles, articles proposed from replies, and the report, with the encoder."""

from datetime import UTC, datetime, timedelta

import pytest
from base_world import RememberingEncoder

from sufler.domain.knowledge import Article, ArticleStatus, Translation
from sufler.kb_index.background import Background, load_background
from sufler.kb_index.vectors import StoredVectors
from sufler.prompter.evaluation.offline import memory_vectors
from sufler.replay.matching import Matcher
from sufler.replay.proposing import propose
from sufler.replay.report import Predicted, figures
from sufler.replay.talks import PastTurn

DELIVERY = "Доставка по Москве стоит 350 ₽ и занимает 2 дня. Заказы от 5000 ₽ доставляем бесплатно."
RETURN = "Вернуть товар можно в течение 14 дней, если сохранены упаковка и чек."


@pytest.fixture
def vectors(remembering: RememberingEncoder) -> StoredVectors:
    return memory_vectors(remembering)


@pytest.fixture
async def background(vectors: StoredVectors) -> Background:
    return await load_background(vectors)


@pytest.fixture
async def matcher(vectors: StoredVectors, background: Background) -> Matcher:
    articles = [
        Article("delivery", "Доставка", {"ru": Translation("Сколько стоит доставка?", DELIVERY)}),
        Article("return", "Возврат", {"ru": Translation("Как вернуть товар?", RETURN)}),
    ]
    return await Matcher.over(articles, vectors, background)


@pytest.mark.parametrize(
    ("reply", "article_id"),
    [
        ([DELIVERY], "delivery"),
        ([f"Здравствуйте, Анна! {DELIVERY} С уважением, Пётр"], "delivery"),
        (["Здравствуйте!", "Минуту.", RETURN], "return"),
        ([DELIVERY.replace("350", "450")], None),
        ([RETURN.replace("можно", "нельзя")], None),
        (["Сейчас уточню у коллег и вернусь к вам"], None),
        ([], None),
    ],
)
async def test_that_a_reply_is_an_article_only_with_the_same_facts(
    matcher: Matcher, reply: list[str], article_id: str | None
) -> None:
    assert await matcher.match(reply) == article_id


async def test_that_a_base_without_articles_matches_nothing(
    vectors: StoredVectors, background: Background
) -> None:
    nothing = await Matcher.over([], vectors, background)
    assert await nothing.match([DELIVERY]) is None


def turn(question: str, *reply: str) -> PastTurn:
    return PastTurn(f"t-{question}", question, reply, (), None, True)


async def test_that_answers_given_again_become_drafts_with_their_questions_masked(
    vectors: StoredVectors,
) -> None:
    found = await propose(
        [
            turn("Сколько стоит доставка?", "Здравствуйте!", DELIVERY),
            turn("Почём доставка по Москве? Мой телефон +7 916 123-45-67", DELIVERY),
            turn("Платная ли доставка?", f"Добрый день! {DELIVERY}"),
            turn("Сколько ждать курьера?", DELIVERY.replace("2 дня", "5 дней")),
            turn("Где мой заказ?", "Сейчас посмотрю, что с вашим заказом, минуту"),
        ],
        vectors,
    )
    (article,) = found
    assert article.status is ArticleStatus.DRAFT
    assert article.translations["ru"].answer == DELIVERY
    asked = [article.translations["ru"].title, *(each.text for each in article.phrasings)]
    assert len(asked) == 3
    assert not any("916" in each for each in asked)


async def test_that_an_empty_history_proposes_nothing(vectors: StoredVectors) -> None:
    assert await propose([], vectors) == []


def predicted(number: int, confidence: float, right: bool, replied: bool = True) -> Predicted:
    said = ("a" if right else "b") if replied else None
    return Predicted(
        talk_id=f"t{number}",
        question="?",
        at=datetime(2026, 10, 1, tzinfo=UTC) + timedelta(hours=number),
        first=True,
        suggested=("a", "b", "c"),
        topic="Доставка",
        confidence=confidence,
        replied=said,
    )


def test_that_the_report_counts_open_replies_as_wrong_and_certifies_what_was_right() -> None:
    sure = [predicted(n, 0.9, True) for n in range(120)]
    open_ones = [predicted(200 + n, 0.2, False, replied=False) for n in range(80)]
    told = figures([*sure, *open_ones])
    assert told["turns"] == 200
    assert told["replied_with_an_article"] == 0.6
    assert told["top1"] == 1.0
    assert told["topics"]["Доставка"]["bar"] == 0.9
    assert told["topics"]["Доставка"]["coverage"] == 0.6
    assert told["topics"]["Доставка"]["precision"] > 0.95
    assert told["curve"][-1] == {"coverage": 1.0, "precision": 0.6}
    assert told["worth_it"] == ["few_questions"]


def test_that_an_empty_history_has_an_honest_report() -> None:
    told = figures([])
    assert (told["turns"], told["top1"], told["curve"], told["topics"]) == (0, 0.0, [], {})
    assert told["all"]["bar"] is None
