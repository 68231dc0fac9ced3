"""What went out to groups lately, for the process that sends next."""

from datetime import UTC, datetime, timedelta

from set_clock import SetClock
from sqlalchemy import insert

from sufler.bot.telegram.chats import Chats
from sufler.bot.telegram.send import TelegramChannel
from sufler.conversation.ports import Reply
from sufler.domain.conversation import Customer
from sufler.storage.conversations import ConversationStore
from sufler.storage.database import Database
from sufler.storage.rows import reply_row
from sufler.storage.tables.conversations import messages
from sufler.storage.telegram import TelegramStore


async def test_that_what_another_process_sent_to_a_group_lately_counts(
    database: Database, clock: SetClock
) -> None:
    conversations = ConversationStore(database)
    now = datetime.now(UTC)
    for member, count in ((7, 15), (8, 9)):
        customer = Customer(f"g:-5:{member}", "Оля")
        talk = await conversations.open_for("telegram", customer, "ru", now)
        async with database.write() as connection:
            for number in range(count):
                row = reply_row(talk.id, Reply(f"ответ {number}"), now, None)
                await connection.execute(insert(messages).values(**row | {"state": "sent"}))
    store = TelegramStore(database)
    assert await store.sent_to_groups(now - timedelta(minutes=1)) == {"g:-5:7": 15, "g:-5:8": 9}
    assert await store.sent_to_groups(now + timedelta(minutes=1)) == {}
    await store.moved(-5, -1005)
    channel = TelegramChannel("1:" + "a" * 35, chats=Chats(store))
    await channel.chats.know(-5)
    group = await conversations.open_for("telegram", Customer("g:-5:9"), "ru", now)
    assert channel.slot(group) == 0.0
    await channel.begin()
    assert channel.slot(group) > 30.0
    await channel.close()
