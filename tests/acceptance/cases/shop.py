"""What the customers of the demo shop ask in the acceptance cases, and parts of what they get."""

import json
from pathlib import Path

from sufler.bot.markdown import plain

DEMO = Path(__file__).parents[3] / "demo"
_ARTICLES = {
    article["id"]: article
    for article in map(json.loads, (DEMO / "articles.jsonl").read_text("utf-8").splitlines())
}
COURIER = "сколько возьмёте за курьера до квартиры"
PERSON = "позовите человека"


def answer_of(article: str, language: str = "ru") -> str:
    """The beginning of an article's answer, as a customer reads it."""
    return plain(_ARTICLES[article]["translations"][language]["answer"])[:60]


COURIER_ANSWER = answer_of("delivery-cost")
