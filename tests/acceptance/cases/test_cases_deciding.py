"""Cases of a decision that takes long, of the kill switch, and of what the logs may hold."""

import pytest
from installation import LONG_S, Installation, new_customer
from shop import COURIER, COURIER_ANSWER
from staged_sufler import HOLD, POISON, SLOW
from telegram_world import TOKEN, wait_until

from sufler.bot.markdown import plain
from sufler.bot.telegram.webhook import secret_of


@pytest.mark.case(32)
def test_that_a_slow_decision_keeps_the_webhook_quick_shows_typing_and_gives_one_answer(
    installation: Installation, customer: int
) -> None:
    """70 seconds are shortened to 17: still longer than a claim of a turn is good for (15), so that
    it has to be renewed and nobody else may decide too; and until the others were served."""
    hold = installation.stage / HOLD
    hold.touch()
    sent = installation.say(customer, f"{SLOW}: {COURIER}")
    wait_until(
        lambda: installation.control.update(update_id=sent["update_id"])["acked"],
        timeout_s=LONG_S,
    )

    def typing() -> bool:
        calls = installation.control.calls(method="sendchataction", limit=1000)
        return any(str(call["params"]["chat_id"]) == str(customer) for call in calls)

    wait_until(typing, timeout_s=LONG_S)
    assert installation.texts(customer) == []
    other = new_customer()
    installation.say(other, COURIER)
    installation.received(other)
    assert installation.texts(customer) == []  # the others do not wait for it
    hold.unlink()
    installation.received(customer)
    installation.quiet(1)
    assert len(installation.texts(customer)) == len(installation.decisions(customer)) == 1


@pytest.mark.case(49)
def test_that_the_kill_switch_stops_automatic_answers_within_a_second_under_load(
    installation: Installation,
) -> None:
    first = new_customer()
    customers = [first, *(new_customer() for _ in range(59))]
    installation.control.burst(count=60, users=60, first_user=first, text=COURIER)
    wait_until(lambda: any(installation.texts(each) for each in customers), LONG_S, every_s=0.02)
    installation.api("vera", "PUT", "/stops", scope="all", reason="wrong prices")
    try:
        # What is on its way by now may arrive, and nothing else.
        released = {
            row[0]
            for row in installation.rows(
                "SELECT c.customer_id, m.text FROM messages m"
                " JOIN conversations c ON c.id = m.conversation_id"
                " WHERE m.author = 'bot' AND m.state IN ('sending', 'sent')"
            )
            if COURIER_ANSWER in plain(row[1])
        }
        late = [new_customer() for _ in range(5)]
        for each in late:
            installation.say(each, COURIER)
        installation.everybody_received([*customers, *late])
        installation.quiet()
        (stop,) = installation.api("anna", "GET", "/stops")["items"]
        assert (stop["by"], stop["reason"]) == ("Vera", "wrong prices")
        for each in (*customers, *late):
            answers = [row for row in installation.sent(each) if COURIER_ANSWER in row["text"]]
            assert not answers or str(each) in released
            owner = installation.talk(each)["owner"]
            assert owner == ("bot" if answers else "queue")
        assert all(installation.talk(each)["owner"] == "queue" for each in late)
        assert all(installation.talk(each)["suggestion"]["items"] for each in late)
    finally:
        installation.call("vera", "DELETE", "/stops?scope=all")
    again = new_customer()
    installation.say(again, COURIER)
    assert COURIER_ANSWER in installation.received(again)[0]


@pytest.mark.case(34)
def test_that_no_token_secret_or_text_is_in_the_logs_of_the_whole_run(
    installation: Installation, customer: int
) -> None:
    """All that this installation has been through so far, and each kind of trouble once more."""
    control, name = installation.control, "Секретное Имя"
    control.user(id=customer, first_name=name)
    for fault in (
        {"kind": "html"},
        {"kind": "garbage"},
        {"code": 400},
        {"code": 429, "retry_after": 1},
    ):
        control.fault(method="sendmessage", chat=customer, times=1, **fault)
        installation.say(customer, f"{COURIER} тайна")
        installation.quiet(0)
    installation.say(customer, f"{POISON} тайна")
    control.raw(update={"message": {"message_id": "тайна", "chat": {"id": customer}}})
    control.forge(secret="wrong", body={"update_id": 1, "message": {"text": "тайна"}})
    control.bot(revoked=True)
    wait_until(lambda: installation.serve.get("/readyz").status_code == 503, LONG_S, every_s=0.5)
    control.bot(revoked=False)
    wait_until(lambda: installation.serve.get("/readyz").status_code == 200, LONG_S, every_s=0.5)
    installation.quiet()
    log = installation.log()
    assert "row_failed" in log or "turn_failed" in log
    staff = [installation._keys[who] for who in installation._keys]
    hidden = [TOKEN.split(":")[1], secret_of(TOKEN), "тайна", COURIER, COURIER_ANSWER, name, *staff]
    assert not [each for each in hidden if each in log]
