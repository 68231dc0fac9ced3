"""Cases of what comes in: each message is received once, in order, whatever the line does."""

import httpx
import pytest
from installation import LONG_S, Installation, new_customer
from shop import COURIER, COURIER_ANSWER, PERSON
from staged_sufler import POISON, POISON_IN
from telegram_world import PLAIN, TOKEN

from sufler.bot.telegram.webhook import PATH, secret_of


@pytest.mark.case(1)
def test_that_after_a_greeting_a_text_reaches_the_desk_once(
    installation: Installation, customer: int
) -> None:
    installation.control.start(from_=customer)
    installation.received(customer)
    installation.say(customer, PERSON)
    installation.received(customer, 2)
    talk = installation.owned_by(customer, "queue")
    installation.quiet()
    assert installation.said_by(customer, "customer") == ["/start", PERSON]
    assert len(installation.texts(customer)) == 2
    waiting = installation.api("anna", "GET", "/conversations?owner=queue&limit=200")["items"]
    assert [row["id"] for row in waiting].count(talk["id"]) == 1


@pytest.mark.case(11)
def test_that_200_messages_of_100_new_customers_at_once_are_each_handled_once_and_in_order(
    installation: Installation,
) -> None:
    first = new_customer()
    customers = [first, *(new_customer() for _ in range(99))]
    installation.control.burst(count=200, users=100, first_user=first, text=COURIER + " {n}")
    installation.everybody_received(customers)
    installation.quiet()
    asked = [COURIER + " 0", COURIER + " 1"]
    for customer in customers:
        assert installation.said_by(customer, "customer") == asked
        # One turn or two, as they came in; each got its one answer.
        decisions = installation.decisions(customer)
        assert len(installation.texts(customer)) == len(decisions) <= 2
        assert sum(len(decision["messages"]) for decision in decisions) == 2


@pytest.mark.case(13)
def test_that_every_update_delivered_twice_is_handled_once(installation: Installation) -> None:
    customers = [new_customer() for _ in range(20)]
    installation.control.config(duplicate_p=1.0)
    for customer in customers:
        installation.say(customer, COURIER)
    installation.everybody_received(customers)
    installation.quiet()
    assert installation.control.counters()["counters"]["webhook.forced_duplicates"] >= 20
    assert [len(installation.texts(customer)) for customer in customers] == [1] * 20


@pytest.mark.case(14)
def test_that_where_30_percent_of_webhook_answers_are_lost_everybody_is_answered_once(
    installation: Installation,
) -> None:
    customers = [new_customer() for _ in range(40)]
    installation.proxy.loss = 0.3
    try:
        for customer in customers:
            installation.say(customer, COURIER)
        installation.everybody_received(customers)
        installation.quiet()
    finally:
        installation.proxy.loss = 0.0
    assert installation.proxy.lost > 3
    assert [len(installation.texts(customer)) for customer in customers] == [1] * 40


@pytest.mark.case(31)
def test_that_one_poisoned_message_stops_neither_others_nor_that_customer(
    installation: Installation, customer: int
) -> None:
    """The pauses between tries are shortened by the stage; one message cannot be taken in, the
    other cannot be decided about."""
    other, parked = new_customer(), new_customer()
    installation.say(customer, POISON)
    installation.say(parked, POISON_IN)
    installation.say(parked, COURIER)
    installation.say(other, COURIER)
    assert COURIER_ANSWER in installation.received(other)[0]
    # What was poisoned in its conversation goes to a person, and the customer is told so.
    installation.owned_by(customer, "queue")
    assert len(installation.received(customer)) == 1
    installation.say(customer, "и ещё: где вы находитесь")
    # What never came into a conversation is parked, visible, and those behind it go on.
    assert COURIER_ANSWER in installation.received(parked)[0]
    installation.quiet()
    assert installation.said_by(customer, "customer")[-1] == "и ещё: где вы находитесь"
    of = f"customer_id = '{parked}' AND state = 'failed'"
    assert [row[0] for row in installation.rows(f"SELECT error FROM inbox WHERE {of}")] == [
        "RuntimeError"
    ]


SECRET = secret_of(TOKEN)
GOOD = {"x-telegram-bot-api-secret-token": SECRET}
HARMLESS = b'{"update_id": 1}'
FORGED = [
    ("POST", {}, None, (401, 403)),
    ("POST", {"x-telegram-bot-api-secret-token": "wrong"}, None, (401, 403)),
    ("POST", {b"x-telegram-bot-api-secret-token": "секрет".encode()}, None, (401, 403)),
    ("GET", GOOD, b"", (405,)),
    ("POST", GOOD, b"{", (400,)),
    ("POST", GOOD, b"\xff\xfe", (400,)),
    ("POST", GOOD, b'{"update_id": 1' + b" " * 5_000_000 + b"}", (413,)),
    ("POST", GOOD, b'{"update_id": 1, "quite_new": {"id": 7}}', (200,)),
]


@pytest.mark.case(30)
def test_that_a_forged_webhook_is_refused_and_nothing_is_executed(
    installation: Installation, customer: int
) -> None:
    person = f'{{"id": {customer}, "is_bot": false, "first_name": "A"}}'
    chat = f'{{"id": {customer}, "type": "private"}}'
    message = f'"message_id": 9, "date": 1, "chat": {chat}, "from": {person}, "text": "{COURIER}"'
    update = f'{{"update_id": 5, "message": {{{message}}}}}'.encode()
    for method, headers, body, allowed in FORGED:
        sent = update if body is None else body
        answer = httpx.request(
            method,
            installation.serve.url + PATH,
            headers=headers,
            content=sent,
            timeout=LONG_S,
            verify=PLAIN,
        )
        assert answer.status_code in allowed, (method, body and body[:20])
    assert not installation.rows(f"SELECT 1 FROM inbox WHERE customer_id = '{customer}'")
