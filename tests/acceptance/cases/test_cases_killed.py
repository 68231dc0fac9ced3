"""The process dies at each stop of a message's path: after a start every message has been handled
once, and at most the one send that was in flight is shown as unknown."""

import pytest
from installation import LONG_S, Installation, new_customer
from shop import COURIER, COURIER_ANSWER
from staged_sufler import STOPS
from telegram_world import wait_until

# What the desk shows of the answer, and how often it arrived.
IN_FLIGHT = {"released for sending": ("unknown", 0), "sent, not written down": ("unknown", 1)}


@pytest.mark.parametrize("stop", STOPS)
def test_that_a_kill_at_any_stop_of_the_path_loses_and_doubles_nothing(
    installation: Installation, customer: int, stop: str
) -> None:
    order = installation.stage / "kill"
    order.write_text(stop, encoding="utf-8")
    installation.say(customer, COURIER)
    wait_until(lambda: not order.exists(), timeout_s=LONG_S, every_s=0.02)
    # Somebody else writes while it is down.
    other = new_customer()
    installation.say(other, COURIER)
    wait_until(lambda: not all(program.alive for program in installation.programs), LONG_S)
    installation.start()
    assert COURIER_ANSWER in installation.received(other)[0]
    installation.quiet(1)
    for each, (state, arrived) in {
        customer: IN_FLIGHT.get(stop, ("sent", 1)),
        other: ("sent", 1),
    }.items():
        assert installation.said_by(each, "customer") == [COURIER]
        assert len(installation.decisions(each)) == 1
        assert installation.states(each) == [state]
        assert len(installation.texts(each)) == arrived
