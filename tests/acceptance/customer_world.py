"""What customers of the demo shop ask in Telegram, and what reaches them."""

import itertools
import json
import time
from pathlib import Path

from patience import PATIENCE_S
from sufler_world import Sufler
from telegram_world import FakeTelegram, wait_until

from sufler.bot.markdown import plain

DEMO = Path(__file__).parents[2] / "demo"
ARTICLES = {
    article["id"]: article
    for article in map(json.loads, (DEMO / "articles.jsonl").read_text("utf-8").splitlines())
}
COURIER = "сколько возьмёте за курьера до квартиры"
ANSWER_S = PATIENCE_S

_customers = itertools.count(1001)


def new_customer() -> int:
    """Somebody who has not written before."""
    return next(_customers)


def answer_of(article: str, language: str = "ru") -> str:
    """The beginning of an article's answer, as a customer reads it."""
    return plain(ARTICLES[article]["translations"][language]["answer"])[:60]


def bot_texts(telegram: FakeTelegram, customer: int) -> list[str]:
    return [row["text"] for row in telegram.control.sent(chat=customer, method="sendMessage")]


def received(telegram: FakeTelegram, customer: int, count: int = 1) -> list[str]:
    wait_until(lambda: len(bot_texts(telegram, customer)) >= count, timeout_s=ANSWER_S)
    return bot_texts(telegram, customer)


def settled(telegram: FakeTelegram, customer: int, seconds: float = 1.5) -> list[str]:
    """What has arrived, after a while in which more could have."""
    time.sleep(seconds)
    return bot_texts(telegram, customer)


def texts_at_the_desk(sufler: Sufler, customer: int) -> list[str]:
    talk = sufler.conversation_of(customer)
    return [row["text"] for row in talk["messages"]] if talk else []


def states_at_the_desk(sufler: Sufler, customer: int) -> list[str]:
    talk = sufler.conversation_of(customer)
    return [row["state"] for row in talk["messages"] if row["state"]] if talk else []


def all_decided(telegram: FakeTelegram, sufler: Sufler, customers: list[int]) -> bool:
    """Each was answered, or is shown as unknown: a send in flight when the process died is never
    sent again."""
    unanswered = [each for each in customers if not bot_texts(telegram, each)]
    return all("unknown" in states_at_the_desk(sufler, each) for each in unanswered)
