"""What an open page is given: everything that may be seen, in order, over any number of breaks."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from databases import fresh_file
from sqlalchemy import insert, update

from sufler.bot.web_widget.feed import OVERLAP, Feed, News
from sufler.domain.conversation import Author, Conversation, Customer, Message, Owner, SendState
from sufler.storage.conversations import ConversationStore
from sufler.storage.database import Database
from sufler.storage.tables.conversations import messages

AT = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
VISITOR = "v" * 22


class Talk:
    """A visitor's conversation in a real database."""

    def __init__(self, database: Database, conversation: Conversation) -> None:
        self.database = database
        self.store = ConversationStore(database)
        self.conversation = conversation

    async def says(self, author: Author, text: str, state: SendState | None = None) -> int:
        row = {
            "conversation_id": self.conversation.id,
            "author": author.value,
            "author_name": "Анна" if author is Author.OPERATOR else "",
            "text": text,
            "buttons": [],
            "at": AT,
            "attempts": 0,
            "state": state.value if state else None,
        }
        async with self.database.write() as connection:
            added = await connection.execute(
                insert(messages).values(**row).returning(messages.c.id)
            )
            return int(added.scalar_one())

    async def becomes(self, message_id: int, state: SendState) -> None:
        async with self.database.write() as connection:
            change = update(messages).where(messages.c.id == message_id)
            await connection.execute(change.values(state=state.value))

    async def edits(self, message_id: int, text: str, seconds: int) -> None:
        async with self.database.write() as connection:
            change = update(messages).where(messages.c.id == message_id)
            await connection.execute(
                change.values(text=text, edited_at=AT + timedelta(seconds=seconds))
            )

    async def waits(self, message_id: int, *, waits: bool) -> None:
        async with self.database.write() as connection:
            change = update(messages).where(messages.c.id == message_id)
            await connection.execute(change.values(open=waits))


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    database = Database(fresh_file(tmp_path))
    opened = await ConversationStore(database).open_for("web", Customer(VISITOR), "ru", AT)
    yield Talk(database, opened)
    await database.close()


def texts(news: News | None) -> list[str]:
    assert news is not None
    return [message.text for message in news.messages]


async def test_that_nobody_new_has_news(talk: Talk) -> None:
    assert await Feed(talk.store, "somebody else", 0).news() is None


async def test_that_each_message_comes_once(talk: Talk) -> None:
    feed = Feed(talk.store, VISITOR, 0)
    await talk.says(Author.CUSTOMER, "one")
    assert texts(await feed.news()) == ["one"]
    assert texts(await feed.news()) == []
    await talk.says(Author.BOT, "two", SendState.SENT)
    assert texts(await feed.news()) == ["two"]


async def test_that_a_reply_is_seen_when_it_may_be_sent_and_a_cancelled_one_never(
    talk: Talk,
) -> None:
    feed = Feed(talk.store, VISITOR, 0)
    reply = await talk.says(Author.BOT, "reply", SendState.PENDING)
    news = await feed.news()
    assert texts(news) == []
    assert news is not None
    assert news.standing.replying
    await talk.says(Author.CUSTOMER, "meanwhile")
    assert texts(await feed.news()) == ["meanwhile"]
    await talk.becomes(reply, SendState.SENDING)
    assert texts(await feed.news()) == ["reply"]  # though it is older than what was shown
    other = await talk.says(Author.BOT, "overtaken", SendState.PENDING)
    await feed.news()
    await talk.becomes(other, SendState.CANCELLED)
    assert texts(await feed.news()) == []


async def test_that_a_page_that_comes_back_misses_nothing(talk: Talk) -> None:
    before = Feed(talk.store, VISITOR, 0)
    reply = await talk.says(Author.BOT, "held back", SendState.PENDING)
    for number in range(OVERLAP * 2):
        await talk.says(Author.CUSTOMER, f"m{number}")
    seen = await before.news()
    assert seen is not None
    await talk.becomes(reply, SendState.SENT)
    await talk.says(Author.OPERATOR, "new", SendState.SENT)
    again = await Feed(talk.store, VISITOR, seen.cursor).news()
    assert {"held back", "new"} <= set(texts(again))
    shown = {message.id for message in seen.messages}
    known = [m for m in again.messages if m.id in shown] if again else []
    assert len(known) <= OVERLAP * 2  # the page drops those by their ids


async def test_that_a_long_absence_is_read_in_full(talk: Talk) -> None:
    first = await talk.says(Author.CUSTOMER, "first")
    for number in range(450):
        await talk.says(Author.BOT, f"m{number}", SendState.SENT)
    news = await Feed(talk.store, VISITOR, first).news()
    assert texts(news) == [f"m{number}" for number in range(450)]


async def test_that_a_new_page_begins_with_the_newest_and_can_read_back(talk: Talk) -> None:
    for number in range(100):
        await talk.says(Author.CUSTOMER, f"m{number}")
    feed = Feed(talk.store, VISITOR, 0)
    news = await feed.news()
    assert texts(news) == [f"m{number}" for number in range(40, 100)]
    assert news is not None
    assert news.more
    earlier = await feed.earlier(news.messages[0].id)
    assert texts(earlier) == [f"m{number}" for number in range(40)]
    assert earlier is not None
    assert not earlier.more


async def test_that_the_standing_names_the_operator(talk: Talk) -> None:
    feed = Feed(talk.store, VISITOR, 0)
    await talk.store.take(talk.conversation.id, "p1", AT)
    await talk.says(Author.OPERATOR, "hello", SendState.SENT)
    news = await feed.news()
    assert news is not None
    assert (news.standing.owner, news.standing.operator) == (Owner.OPERATOR, "Анна")


async def test_that_a_reply_is_on_its_way_while_the_burst_lasts(talk: Talk) -> None:
    feed = Feed(talk.store, VISITOR, 0)
    asked = await talk.says(Author.CUSTOMER, "how much")
    await talk.waits(asked, waits=True)
    news = await feed.news()
    assert news is not None
    assert news.standing.replying
    await talk.waits(asked, waits=False)
    news = await feed.news()
    assert news is not None
    assert not news.standing.replying


async def test_that_an_edit_reaches_an_open_page_once(talk: Talk) -> None:
    reply = await talk.says(Author.OPERATOR, "100", SendState.SENT)
    for number in range(OVERLAP * 2):
        await talk.says(Author.CUSTOMER, f"m{number}")
    feed = Feed(talk.store, VISITOR, 0)
    await feed.news()
    await talk.edits(reply, "200", 5)
    news = await feed.news()
    assert news is not None
    assert [message.text for message in news.edited] == ["200"]
    again = await feed.news()
    assert again is not None
    assert not again.edited
    await talk.edits(reply, "300", 6)
    news = await feed.news()
    assert news is not None
    assert [message.text for message in news.edited] == ["300"]


async def test_that_an_edit_reaches_a_page_that_was_away(talk: Talk) -> None:
    reply = await talk.says(Author.OPERATOR, "100", SendState.SENT)
    before = Feed(talk.store, VISITOR, 0)
    seen = await before.news()
    assert seen is not None
    for number in range(OVERLAP * 2):
        await talk.says(Author.CUSTOMER, f"m{number}")
    seen = await before.news()
    assert seen is not None
    await talk.edits(reply, "200", 5)
    back = await Feed(talk.store, VISITOR, seen.cursor, seen.edits_at).news()
    assert back is not None
    assert [message.text for message in back.edited] == ["200"]


async def test_that_a_new_page_is_given_no_edits_beside_the_messages(talk: Talk) -> None:
    reply = await talk.says(Author.OPERATOR, "100", SendState.SENT)
    await talk.edits(reply, "200", 5)
    news = await Feed(talk.store, VISITOR, 0).news()
    assert news is not None
    assert texts(news) == ["200"]
    assert not news.edited
    assert news.edits_at == AT + timedelta(seconds=5)


async def test_that_an_edit_with_an_earlier_moment_is_not_passed_over(talk: Talk) -> None:
    first = await talk.says(Author.OPERATOR, "a", SendState.SENT)
    second = await talk.says(Author.OPERATOR, "b", SendState.SENT)
    feed = Feed(talk.store, VISITOR, 0)
    await feed.news()
    await talk.edits(first, "A", 9)
    await feed.news()
    await talk.edits(second, "B", 5)  # stored later, by a process whose clock is behind
    news = await feed.news()
    assert news is not None
    assert [message.text for message in news.edited] == ["B"]


def test_that_message_is_plain_data() -> None:
    assert Message(1, "c", Author.BOT, "t", AT).state is None
