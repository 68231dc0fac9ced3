"""Conversations, inbox, outbox and suggestions come back from the database as they went in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from set_clock import SetClock

from sufler.domain.conversation import Customer, Incoming, IncomingKind, Owner
from sufler.domain.decisions import (
    Decision,
    DecisionKind,
    Level,
    Reason,
    Suggestion,
    SuggestionItem,
    TurnKind,
    Versions,
)
from sufler.domain.knowledge import Mode
from sufler.storage.conversations import ConversationStore
from sufler.storage.database import Database
from sufler.storage.inbox import InboxStore
from sufler.storage.presence import PresenceStore
from sufler.storage.suggestions import SuggestionStore

OLYA = Customer("c1", "Оля К.", "Оля", "ru")


def message(number: int, customer: str = "c1", channel: str = "web") -> Incoming:
    return Incoming(
        channel,
        f"m{number}",
        replace(OLYA, external_id=customer),
        IncomingKind.BUTTON,
        "текст\nв две строки 👍",
        "a:x",
        datetime(2026, 5, 1, 15, tzinfo=UTC),
    )


async def test_that_an_incoming_message_comes_back_whole(
    database: Database, clock: SetClock
) -> None:
    inbox = InboxStore(database)
    assert await inbox.add(message(1), clock.now())
    [row] = await inbox.due(["web"], clock.now())
    assert row.incoming == message(1)
    assert (row.received_at, row.attempts) == (clock.now(), 0)


async def test_that_one_id_in_two_channels_is_two_messages(
    database: Database, clock: SetClock
) -> None:
    inbox = InboxStore(database)
    assert await inbox.add(message(1), clock.now())
    assert not await inbox.add(message(1), clock.now())
    assert await inbox.add(message(1, channel="telegram"), clock.now())
    assert await inbox.counts() == {"new": 2}


async def test_that_only_the_first_row_of_each_customer_is_due(
    database: Database, clock: SetClock
) -> None:
    inbox = InboxStore(database)
    for number, customer in enumerate(["c1", "c1", "c2", "c1"], 1):
        await inbox.add(message(number, customer), clock.now())
    first, other = await inbox.due(["web"], clock.now())
    assert [first.incoming.external_id, other.incoming.external_id] == ["m1", "m3"]
    await inbox.postpone(first.id, clock.now() + timedelta(seconds=5), "broken")
    assert [row.id for row in await inbox.due(["web"], clock.now())] == [other.id]
    await inbox.park(first.id, "broken", clock.now())
    assert await inbox.finished(first.id)
    assert [row.incoming.external_id for row in await inbox.due(["web"], clock.now())] == [
        "m2",
        "m3",
    ]


async def test_that_a_conversation_is_made_once_and_follows_its_customers_name(
    database: Database, clock: SetClock
) -> None:
    store = ConversationStore(database)
    made = await store.open_for("web", OLYA, "ru", clock.now())
    assert (made.owner, made.episode, made.open, made.ticket) == (Owner.BOT, 1, True, 1)
    assert await store.open_for("web", OLYA, "en", clock.now()) == made
    renamed = await store.open_for("web", replace(OLYA, name="Ольга"), "ru", clock.now())
    assert (renamed.id, renamed.customer.name, renamed.episode) == (made.id, "Ольга", 1)
    other = await store.open_for("telegram", OLYA, "ru", clock.now())
    assert (other.id != made.id, other.ticket) == (True, 2)
    assert await store.find("web", "nobody") is None


async def test_that_conversations_are_listed_by_owner_newest_first(
    database: Database, clock: SetClock
) -> None:
    store = ConversationStore(database)
    ids = []
    for name in ("c1", "c2", "c3"):
        clock.pass_(seconds=1)
        opened = await store.open_for("web", replace(OLYA, external_id=name), "ru", clock.now())
        ids.append(opened.id)
    clock.pass_(seconds=1)
    await store.take(ids[0], "anna", clock.now())
    assert [one.id for one in await store.recent()] == [ids[0], ids[2], ids[1]]
    assert [one.id for one in await store.recent(owner=Owner.OPERATOR)] == [ids[0]]
    newest = await store.recent(1)
    assert [one.id for one in await store.recent(before=newest[0].updated_at)] == [ids[2], ids[1]]
    assert await store.counts() == {"bot": 2, "operator": 1}


async def test_that_a_suggestion_comes_back_whole(database: Database, clock: SetClock) -> None:
    store = SuggestionStore(database)
    item = SuggestionItem(
        "a",
        "О чём",
        "Ответ",
        "Тема",
        Mode.ANSWERS,
        "ru",
        True,
        0.75,
        Level.LIKELY,
        "как",
        {"vector": 0.5},
    )
    made = Suggestion(
        "s1",
        "вопрос",
        "ru",
        TurnKind.QUESTION,
        (item,),
        Versions(3, "m", "h", "p", "1.2"),
        2.5,
        clock.now(),
        "чужой №1",
    )
    decision = Decision(DecisionKind.ANSWER, Reason.CONFIDENT, ("a",), 0.75)
    await store.add_many([(made, decision, "key:1")])
    await store.add_many([])
    assert await store.get("s1") == made
    assert await store.feedback_of("s1") == []


async def test_that_presence_is_the_last_sign_of_life(database: Database, clock: SetClock) -> None:
    store = PresenceStore(database)
    await store.seen("person:1", clock.now())
    clock.pass_(minutes=5)
    assert await store.since(clock.now()) == set()
    await store.seen("person:1", clock.now())
    assert await store.since(clock.now()) == {"person:1"}


async def test_that_a_name_which_is_not_said_again_stays(
    database: Database, clock: SetClock
) -> None:
    store = ConversationStore(database)
    await store.open_for("web", OLYA, "ru", clock.now())
    nameless = Customer("c1")
    assert (await store.open_for("web", nameless, "ru", clock.now())).customer == OLYA
    talk = await store.get((await store.open_for("web", nameless, "ru", clock.now())).id)
    await store.release(talk.id, "anna", clock.now(), close=True)
    opened = await store.open_for("web", nameless, "ru", clock.now())
    assert (opened.customer, opened.episode) == (OLYA, 2)
    # Another name is another name as a whole.
    renamed = await store.open_for("web", Customer("c1", "Ольга"), "ru", clock.now())
    assert renamed.customer == Customer("c1", "Ольга", "", "ru")
