"""Cases of several messages at once, within a burst's pause: they are one turn. The pause is so
long that no machine is too slow for it, and passes in the database."""

import time
from collections.abc import Iterator

import pytest
from installation import PNG, Installation
from shop import COURIER, COURIER_ANSWER
from telegram_world import wait_until

from sufler.conversation.ports import Reply
from sufler.domain.files import FileKind

PAUSE_S = 60.0  # the longest that can be set


@pytest.fixture(scope="module")
def slow(shared: Installation) -> Iterator[None]:
    """A long pause, once for all of these."""
    shared.stop()
    shared.set(burst_pause=f"{PAUSE_S:g}", burst_longest="300")
    yield
    shared.stop()
    shared.set(burst_pause="0.1", burst_longest="8")


@pytest.fixture
def slow_bursts(slow: None, installation: Installation) -> Installation:
    return installation


def heard(installation: Installation, customer: int, count: int) -> None:
    """So much of the customer has arrived, and the bot still waits for more."""
    wait_until(lambda: len(installation.said_by(customer, "customer")) == count)
    assert installation.texts(customer) == []


@pytest.mark.case(10)
def test_that_10_messages_at_once_from_a_new_customer_are_one_conversation_and_one_turn_in_order(
    slow_bursts: Installation, customer: int
) -> None:
    installation = slow_bursts
    said = [f"{COURIER} {number}" for number in range(10)]
    for text in said:
        installation.say(customer, text)
    heard(installation, customer, 10)
    assert installation.burst_over(customer) >= PAUSE_S
    installation.received(customer)
    installation.quiet(3)
    assert installation.said_by(customer, "customer") == said
    assert len(installation.texts(customer)) == 1
    (decision,) = installation.decisions(customer)
    assert len(decision["messages"]) == 10
    of = f"customer_id = '{customer}'"
    assert installation.rows(f"SELECT count(*) FROM conversations WHERE {of}")[0][0] == 1


@pytest.mark.case(43)
def test_that_three_messages_in_four_seconds_get_one_answer_that_uses_all(
    slow_bursts: Installation, customer: int
) -> None:
    installation = slow_bursts
    three = ["почём доставка", "курьером", "до квартиры в Казани"]
    for number, text in enumerate(three, start=1):
        installation.say(customer, text)
        heard(installation, customer, number)
        time.sleep(1.3 if number < len(three) else 0)
    # The pause is counted from the last of them.
    assert installation.burst_over(customer) >= PAUSE_S + 2 * 1.3
    assert COURIER_ANSWER in installation.received(customer)[0]
    installation.quiet(3)
    assert installation.said_by(customer, "customer") == three
    assert len(installation.texts(customer)) == 1
    of = installation.conversation_id(customer)
    suggested = installation.rows(f"SELECT text FROM suggestions WHERE conversation_id = '{of}'")
    assert all(part in suggested[-1][0] for part in three)


@pytest.mark.case(4)
def test_that_an_album_of_5_with_a_caption_arrives_as_one_album_in_order(
    slow_bursts: Installation, customer: int
) -> None:
    """Both ways; the album is one turn, answered by its caption."""
    installation = slow_bursts
    installation.control.album(from_=customer, count=5, caption=COURIER)
    heard(installation, customer, 5)
    installation.burst_over(customer)
    assert COURIER_ANSWER in installation.received(customer)[0]
    installation.quiet(3)
    assert len(installation.texts(customer)) == 1
    (decision,) = installation.decisions(customer)
    assert len(decision["messages"]) == 5
    said = installation.said_by(customer, "customer")
    assert (len(said), said[0]) == (5, COURIER)
    files = tuple(
        installation.stored(customer, FileKind.PHOTO, f"{number}.png", PNG + bytes([number]))
        for number in range(5)
    )
    installation.replied("anna", customer, Reply("вот все пять", attachments=files))
    installation.arrived(customer, 6)
    installation.quiet()
    album = installation.sent(customer)[1:]
    assert [row["kind"] for row in album] == ["photo"] * 5
    assert len({row["media_group_id"] for row in album}) == 1
    assert [row.get("caption") for row in album] == ["вот все пять", *[None] * 4]
    order = [row["message_id"] for row in album]
    assert order == sorted(order)
