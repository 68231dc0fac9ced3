"""Cases of what goes out: sent once and in order, whatever the channel does."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from installation import LONG_S, Installation, new_customer
from shop import COURIER, COURIER_ANSWER
from telegram_world import wait_until

from sufler.storage.database import Database
from sufler.storage.tables.conversations import messages


def taken(installation: Installation, customer: int) -> None:
    """The customer has asked, was answered, and anna has the conversation now."""
    installation.say(customer, COURIER)
    installation.received(customer)
    installation.quiet(0)
    installation.act("anna", customer, "take")


@pytest.mark.case(18)
def test_that_a_429_with_retry_after_7_is_waited_for_in_order_while_others_go_on(
    installation: Installation, customer: int
) -> None:
    taken(installation, customer)
    # Until the others were served, however long that takes.
    installation.control.fault(method="sendmessage", chat=customer, code=429, retry_after=7)
    began = time.time()
    for number in range(3):
        installation.act("anna", customer, "reply", text=f"номер {number}")
    other = new_customer()
    installation.say(other, COURIER)
    installation.received(other)
    installation.control.clear_faults()
    texts = installation.received(customer, 4)
    installation.quiet(0)
    assert texts[1:] == ["номер 0", "номер 1", "номер 2"]
    first = installation.sent(customer)[1]
    assert first["t"] - began >= 7
    assert installation.sent(other)[0]["t"] < first["t"]
    assert installation.states(customer) == ["sent"] * 4


@pytest.mark.case(21)
def test_that_an_html_502_five_times_is_outlived_and_what_may_have_arrived_is_not_sent_again(
    installation: Installation, customer: int
) -> None:
    """The pauses after trouble with the whole channel, and the time-out, are shortened."""
    fault: dict[str, Any] = {"method": "sendmessage", "chat": customer}
    installation.control.fault(**fault, kind="html", code=502, times=5)
    installation.say(customer, COURIER)
    assert COURIER_ANSWER in installation.received(customer)[0]
    installation.quiet(0)
    assert installation.states(customer) == ["sent"]
    for kind in ("reset", "garbage", "timeout"):
        installation.control.fault(**fault, kind=kind, seconds=1, times=1)
        installation.act("anna", customer, "reply", text=kind)
        wait_until(lambda: installation.states(customer)[-1] == "unknown", timeout_s=LONG_S)
    installation.act("anna", customer, "reply", text="дошло")
    installation.received(customer, 2)
    installation.quiet()
    assert installation.texts(customer)[1:] == ["дошло"]
    assert installation.states(customer) == ["sent", *["unknown"] * 3, "sent"]


@pytest.mark.case(22)
def test_that_after_a_time_out_after_the_effect_nothing_is_doubled_and_it_is_shown_as_unknown(
    installation: Installation, customer: int
) -> None:
    installation.control.fault(
        method="sendmessage", chat=customer, kind="timeout", seconds=1, commit=True, times=1
    )
    installation.say(customer, COURIER)
    installation.received(customer)
    installation.quiet(1.5)
    assert len(installation.texts(customer)) == 1
    (shown,) = [row for row in installation.talk(customer)["messages"] if row["state"]]
    assert shown["state"] == "unknown"
    assert shown["error"]


@pytest.mark.case(23)
def test_that_while_sending_fails_the_queue_grows_with_an_alarm_and_then_drains_in_order(
    installation: Installation,
) -> None:
    """The ten minutes are shortened: what matters is that no try is counted, however many."""
    customers = [new_customer() for _ in range(5)]
    for customer in customers:
        taken(installation, customer)
    installation.control.fault(method="sendmessage", kind="html", code=502)
    for number in range(3):
        for customer in customers:
            installation.act("anna", customer, "reply", text=f"номер {number}")

    def measured() -> str:
        return installation.serve.get("/metrics").text

    wait_until(lambda: 'sufler_outbox_messages{state="pending"} 15.0' in measured(), LONG_S)
    wait_until(lambda: "channel_in_trouble" in installation.log(), LONG_S)
    hits = installation.control.faults()[0]["hits"]
    wait_until(lambda: installation.control.faults()[0]["hits"] > hits + 3, timeout_s=LONG_S)
    assert all(len(installation.texts(customer)) == 1 for customer in customers)
    installation.control.clear_faults()
    installation.everybody_received(customers, 4)
    installation.quiet()
    for customer in customers:
        assert installation.texts(customer)[1:] == ["номер 0", "номер 1", "номер 2"]
        assert installation.states(customer) == ["sent"] * 4


def reach(installation: Installation, customer: int) -> str:
    of = f"customer_id = '{customer}'"
    return str(installation.rows(f"SELECT reach FROM conversations WHERE {of}")[0][0])


@pytest.mark.case(24)
def test_that_a_customer_who_blocked_the_bot_is_shown_so_until_they_are_back(
    installation: Installation, customer: int
) -> None:
    taken(installation, customer)
    installation.control.block(user=customer)
    installation.act("anna", customer, "reply", text="вы здесь?")
    wait_until(lambda: installation.states(customer)[-1] == "failed", timeout_s=LONG_S)
    assert "blocked" in installation.talk(customer)["messages"][-1]["error"]
    assert reach(installation, customer) == "blocked"
    installation.quiet(1.5)
    refused = installation.control.calls(method="sendmessage", errors=True, limit=1000)
    assert sum(str(call["params"].get("chat_id")) == str(customer) for call in refused) == 1
    installation.say(customer, "я снова тут")  # who writes has unblocked the bot
    wait_until(lambda: reach(installation, customer) == "open", timeout_s=LONG_S)
    installation.act("anna", customer, "reply", text="рады видеть")
    assert installation.received(customer, 2)[1:] == ["рады видеть"]


@pytest.mark.case(25)
def test_that_a_deactivated_customer_is_shown_so_and_not_tried_again(
    installation: Installation, customer: int
) -> None:
    taken(installation, customer)
    installation.control.deactivate(user=customer)
    installation.act("anna", customer, "reply", text="вы здесь?")
    wait_until(lambda: installation.states(customer)[-1] == "failed", timeout_s=LONG_S)
    assert reach(installation, customer) == "gone"
    installation.quiet(1.5)
    refused = installation.control.calls(method="sendmessage", errors=True, limit=1000)
    assert sum(str(call["params"].get("chat_id")) == str(customer) for call in refused) == 1


@pytest.mark.case(20)
def test_that_one_answer_goes_out_before_1000_rows_of_low_priority(
    installation: Installation, customer: int
) -> None:
    """Under 3 seconds from the decision on is under 90 rows at Telegram's 30 a second: that does
    not depend on how busy the machine is."""
    low = [new_customer() for _ in range(100)]
    for each in low:
        installation.say(each, COURIER)
    installation.everybody_received(low)
    installation.quiet(0)
    installation.control.flood(enabled=True)
    before = len(installation.control.sent(limit=100_000))
    ids = [installation.conversation_id(each) for each in low]
    installation.within(lambda database: _put_low(database, ids, 10))
    wait_until(lambda: len(installation.control.sent(limit=100_000)) > before + 5, LONG_S)
    installation.say(customer, COURIER)
    installation.received(customer)
    sent = installation.control.sent(limit=100_000)
    place = next(n for n, row in enumerate(sent) if row["chat_id"] == customer)
    (answer,) = [row for row in installation.talk(customer)["messages"] if row["author"] == "bot"]
    decided = datetime.fromisoformat(answer["at"]).timestamp()
    installation.within(_drop_low)
    installation.quiet(0)
    assert sum(row["t"] > decided for row in sent[:place]) < 90
    assert place - before < 900  # there were enough to overtake


async def _put_low(database: Database, conversations: list[str], each: int) -> None:
    row = {
        "author": "bot",
        "author_name": "",
        "text": "новости магазина",
        "buttons": [],
        "at": datetime.now(UTC),
        "state": "pending",
        "attempts": 0,
        "low": True,
    }
    rows = [row | {"conversation_id": one} for one in conversations for _ in range(each)]
    async with database.write() as connection:
        await connection.execute(messages.insert(), rows)


async def _drop_low(database: Database) -> None:
    waiting = messages.c.low & (messages.c.state == "pending")
    async with database.write() as connection:
        await connection.execute(messages.update().where(waiting).values(state="cancelled"))
