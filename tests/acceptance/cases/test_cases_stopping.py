"""Cases of a program that ends, is killed, was away, or changes its line to Telegram."""

import signal
import time

import pytest
from installation import LONG_S, Installation, new_customer
from shop import COURIER, PERSON
from telegram_world import TOKEN, answers, wait_until


@pytest.mark.case(12)
def test_that_an_update_redelivered_five_times_also_after_a_restart_is_handled_once(
    installation: Installation, customer: int
) -> None:
    sent = installation.say(customer, COURIER)
    installation.received(customer)
    for again in range(5):
        if again == 3:
            installation.stop()
            installation.start()
        installation.control.redeliver(update_id=sent["update_id"])
        wait_until(lambda: installation.control.counters()["pending"] == 0, timeout_s=LONG_S)
    installation.quiet()
    assert len(installation.texts(customer)) == 1
    assert installation.said_by(customer, "customer") == [COURIER]


def handled_once(installation: Installation, customers: list[int], unknown: int) -> None:
    """Each message is in its conversation once, decided about once, and answered once; at most
    `unknown` are shown as unknown, and nothing is lost."""
    installation.quiet(1)
    uncertain = 0
    for customer in customers:
        assert installation.said_by(customer, "customer") == [COURIER]
        assert len(installation.decisions(customer)) == 1
        (state,) = installation.states(customer)
        texts = installation.texts(customer)
        assert len(texts) <= 1
        if state == "unknown":
            uncertain += 1
        else:
            assert (state, len(texts)) == ("sent", 1)
    assert uncertain <= unknown


def in_work(installation: Installation, count: int) -> list[int]:
    """Messages of as many customers; some are answered already, all were acknowledged."""
    customers = [new_customer() for _ in range(count)]
    for customer in customers:
        installation.say(customer, COURIER)
    wait_until(lambda: any(installation.texts(each) for each in customers), LONG_S, every_s=0)
    return customers


@pytest.mark.case(15)
def test_that_a_sigterm_with_20_in_work_loses_and_doubles_nothing(
    installation: Installation,
) -> None:
    installation.control.config(latency=1.0)  # in flight for certain
    customers = in_work(installation, 20)
    installation.stop(signal.SIGTERM)
    assert not installation.rows("SELECT 1 FROM messages WHERE state = 'sending'")
    installation.start()
    handled_once(installation, customers, unknown=0)


@pytest.mark.case(16)
def test_that_a_kill_with_20_in_work_leaves_at_most_the_sends_in_flight_unknown(
    installation: Installation,
) -> None:
    """One send in flight at most for each conversation; a message that waited is not unknown."""
    installation.control.config(latency=0.2)
    customers = in_work(installation, 20)
    installation.stop(signal.SIGKILL)
    installation.forgotten()
    flying = len(installation.rows("SELECT 1 FROM messages WHERE state = 'sending'"))
    installation.start()
    handled_once(installation, customers, unknown=flying)


@pytest.mark.case(17)
def test_that_after_ten_minutes_down_the_50_that_waited_are_answered_once(
    installation: Installation,
) -> None:
    """The minutes are shortened: Telegram keeps updates for a day, and asks again ever less."""
    installation.stop()
    customers = [new_customer() for _ in range(50)]
    for customer in customers:
        installation.say(customer, COURIER)
    wait_until(lambda: installation.control.counters()["webhook"]["last_error"], LONG_S)
    installation.start()
    installation.everybody_received(customers)
    handled_once(installation, customers, unknown=0)


@pytest.mark.case(33)
def test_that_a_revoked_token_turns_readiness_red_and_a_new_one_loses_nothing(
    installation: Installation, customer: int
) -> None:
    """The new token is the old one taken back by Telegram: the server cannot give one bot two."""
    installation.say(customer, PERSON)
    installation.received(customer)
    installation.control.bot(revoked=True)
    installation.act("anna", customer, "reply", text="пока без связи")

    def ready() -> int:
        return installation.serve.get("/readyz").status_code

    wait_until(lambda: ready() == 503, timeout_s=LONG_S, every_s=0.5)
    assert installation.states(customer)[-1] in ("pending", "sending")
    assert TOKEN not in installation.serve.get("/readyz").text
    installation.stop()
    installation.control.bot(revoked=False)
    installation.say(customer, "вы там?")
    installation.start()
    assert installation.received(customer, 2)[1] == "пока без связи"
    wait_until(lambda: "вы там?" in installation.said_by(customer, "customer"), timeout_s=LONG_S)
    assert ready() == 200


@pytest.mark.case(35)
def test_that_a_switch_to_polling_and_back_and_a_second_instance_lose_and_double_nothing(
    installation: Installation,
) -> None:
    customers = [new_customer() for _ in range(4)]
    installation.say(customers[0], COURIER)
    installation.received(customers[0])
    installation.stop()
    installation.set(telegram_mode="polling")
    installation.say(customers[1], COURIER)
    installation.start()
    installation.received(customers[1])
    assert installation.webhook_url() == ""
    conflicts = installation.control.counters()["counters"].get("conflicts", 0)
    second, url, log = installation.second_serve()
    if installation.on_postgresql:  # it stands by, and does not fight for the updates
        wait_until(lambda: answers(f"{url}/readyz"), timeout_s=2 * LONG_S, every_s=0.3)
    else:
        assert second.wait(LONG_S) != 0
        assert "already" in log.read_text("utf-8")
    installation.say(customers[2], COURIER)
    installation.received(customers[2])
    # Two that fight for the updates have a conflict with each other every few seconds.
    time.sleep(3)
    assert installation.control.counters()["counters"].get("conflicts", 0) < conflicts + 3
    if installation.on_postgresql:
        second.send_signal(signal.SIGTERM)
        assert second.wait(LONG_S) == 0
    installation.stop(signal.SIGKILL)
    installation.set(telegram_mode="webhook")
    installation.say(customers[3], COURIER)
    installation.start()
    installation.everybody_received(customers)
    handled_once(installation, customers, unknown=0)
