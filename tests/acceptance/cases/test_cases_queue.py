"""Cases of people: who gets a conversation, what those who wait are told, and how it ends."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from installation import Installation, new_customer
from shop import COURIER, COURIER_ANSWER, PERSON
from sqlalchemy import update

from sufler.conversation.wording import opening_words
from sufler.domain.calendar import Calendar, Hours
from sufler.domain.texts import text
from sufler.storage.database import Database
from sufler.storage.tables.conversations import conversations, presence


@pytest.mark.case(26)
def test_that_of_two_operators_who_answer_in_the_same_second_one_is_heard_and_the_other_told(
    installation: Installation, customer: int
) -> None:
    for _ in range(5):
        customer = new_customer()
        installation.say(customer, PERSON)
        installation.received(customer)
        path = f"/conversations/{installation.conversation_id(customer)}/reply"
        with ThreadPoolExecutor(2) as both:
            answers = list(
                both.map(
                    lambda who, path=path: installation.call(who, "POST", path, text=f"Я {who}"),
                    ("anna", "boris"),
                )
            )
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        first = ("anna", "boris")[[answer.status_code for answer in answers].index(200)]
        refused = next(answer for answer in answers if answer.status_code == 409)
        assert first.title() in refused.json()["detail"]
        installation.received(customer, 2)
        installation.quiet(0)
        assert installation.texts(customer)[1:] == [f"Я {first}"]


def suggesting(installation: Installation, name: str) -> tuple[str, str]:
    """A topic of its own that only suggests, and a question that belongs there."""
    question = f"как настроить {name}"
    installation.api(
        "vera",
        "POST",
        "/articles",
        id=name,
        topic=f"Тема {name}",
        translations={"ru": {"title": f"Как настроить {name}?", "answer": "Вот так."}},
        phrasings=[{"text": question, "language": "ru"}],
        status="published",
    )

    installation.all_know_the_base()
    return f"Тема {name}", question


def queue(installation: Installation, name: str, topic: str, **rules: Any) -> str:
    body = {"name": {"ru": name}, "topics": [topic], **rules}
    made = installation.api("vera", "POST", "/queues", **body)
    return str(made["id"])


@pytest.mark.case(45)
def test_that_where_nobody_is_online_they_wait_and_then_are_given_the_oldest_first(
    installation: Installation,
) -> None:
    topic, question = suggesting(installation, "гидропневмокрант")
    gleb = installation.person("gleb")
    of = queue(installation, "Кранты", topic, members=[gleb], automatic=True, capacity=2)
    try:
        customers = [new_customer() for _ in range(3)]
        for customer in customers:
            installation.say(customer, question)
            installation.owned_by(customer, "queue")
            (told,) = installation.received(customer)
            assert text("person_will_look", "ru") not in told  # nobody is there
        installation.api("gleb", "PUT", "/operators/me/status", status="online")
        for customer in customers[:2]:
            assert installation.owned_by(customer, "operator")["operator_id"] == gleb
        assert installation.talk(customers[2])["owner"] == "queue"
        installation.act("gleb", customers[0], "close")
        assert installation.owned_by(customers[2], "operator")["operator_id"] == gleb
    finally:
        installation.call("gleb", "PUT", "/operators/me/status", status="offline")
        installation.call("vera", "DELETE", f"/queues/{of}")


@pytest.mark.case(46)
def test_that_conversations_of_an_operator_who_vanishes_are_released(
    installation: Installation, customer: int
) -> None:
    """The half hour in which nothing was heard of her passes in the database."""
    installation.say(customer, PERSON)
    installation.received(customer)
    installation.act("dina", customer, "take")
    installation.say(customer, "вы здесь?")
    installation.quiet(0)
    identity, before = f"person:{installation.person('dina')}", timedelta(minutes=30)
    long_ago = datetime.now(UTC) - before

    async def vanished(database: Database) -> None:
        async with database.write() as connection:
            seen = update(presence).where(presence.c.caller_id == identity)
            await connection.execute(seen.values(seen_at=long_ago))
            owned = update(conversations).where(conversations.c.customer_id == str(customer))
            await connection.execute(owned.values(owned_since=long_ago))

    installation.within(vanished)
    talk = installation.owned_by(customer, "queue")
    assert talk["operator_id"] is None
    assert text("queue_let_go", "ru") in installation.received(customer, 2)[-1]
    installation.act("anna", customer, "take")


@pytest.mark.case(47)
def test_that_after_closing_a_returning_customer_has_a_new_episode_and_no_old_hand_off(
    installation: Installation, customer: int
) -> None:
    installation.say(customer, PERSON)
    installation.received(customer)
    first = installation.owned_by(customer, "queue")
    installation.act("anna", customer, "reply", text="Помогла?")
    installation.act("anna", customer, "close")
    installation.quiet(0)
    before = len(installation.texts(customer))
    installation.say(customer, COURIER)
    assert COURIER_ANSWER in installation.received(customer, before + 1)[-1]
    installation.quiet()
    talk = installation.talk(customer)
    assert (talk["owner"], talk["hand_off_reason"]) == ("bot", None)
    assert talk["episode"] == first["episode"] + 1
    assert talk["ticket"] != first["ticket"]
    assert installation.said_by(customer, "customer") == [PERSON, COURIER]  # it remembers


@pytest.mark.case(41)
def test_that_languages_ru_ar_and_none_and_hours_with_daylight_saving_are_told_right(
    installation: Installation,
) -> None:
    greetings = {"ru": text("greeting", "ru"), "en": text("greeting", "en")}
    for code, language in (("ru", "ru"), ("en-GB", "en"), ("ar", "ru"), ("", "ru")):
        customer = new_customer()
        installation.control.start(from_=customer, user={"language_code": code})
        assert installation.received(customer) == [greetings[language]], code
    # Arabic is no language of the base: to a person, and nothing is invented.
    customer = new_customer()
    installation.say(customer, "كم تكلفة التوصيل؟", user={"language_code": "ar"})
    installation.owned_by(customer, "queue")
    # Closed now and for the rest of the week: the truth about when it opens, by the queue's clock.
    topic, question = suggesting(installation, "термоподстаканник")
    zone = "Europe/Berlin"
    today = Calendar(zone).here(datetime.now(UTC))
    day = (today.weekday() + 3) % 7
    hours = [{"day": day, "start": 540, "end": 1080}]
    of = queue(installation, "Берлин", topic, calendar={"zone": zone, "hours": hours})
    try:
        customer = new_customer()
        installation.say(customer, question)
        (told,) = installation.received(customer)
        opens = Calendar(zone, (Hours(day, 540, 1080),)).next_opening(datetime.now(UTC))
        assert opens is not None
        days = (today, Calendar(zone).here(datetime.now(UTC)))  # two at midnight
        assert any(opening_words(opens, day, "ru") in told for day in days)
    finally:
        installation.call("vera", "DELETE", f"/queues/{of}")
    # Over the night in which clocks go forward: nine is nine by the clock on the wall.
    sunday = date(2027, 3, 28)
    week = tuple(Hours(each, 540, 1080) for each in range(7))
    evening = datetime(2027, 3, 27, 20, 0, tzinfo=UTC)
    opens = Calendar(zone, week).next_opening(evening)
    assert opens is not None
    assert (opens.date(), opens.hour, opens.utcoffset()) == (sunday, 9, timedelta(hours=2))
    assert opens - evening == timedelta(hours=11)
