"""Operators' own chats: what is taken out of the customers' messages, and what is not."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from sufler.bot.telegram.send import TelegramChannel
from sufler.bot.telegram.staff import StaffChats
from sufler.bot.telegram.state import TelegramState
from sufler.bot.telegram.updates import NotStored, Updates
from sufler.domain.alerts import Linking
from sufler.domain.conversation import Incoming
from sufler.domain.errors import StorageUnavailable
from sufler.domain.knowledge import Language

ANNA = {"id": 7, "is_bot": False, "first_name": "<b>Анна", "language_code": "ru"}
GOOD = "link_" + "a" * 22


class Line(TelegramChannel):
    """Says nothing to Telegram."""

    said: list[tuple[str, str]]

    async def turn(self, chat_id: str) -> None:
        pass

    async def tell(self, chat_id: str, words: str) -> None:
        self.said.append((chat_id, words))


class Links:
    """One good code; chat 7 is linked once it came."""

    def __init__(self) -> None:
        self.linked: str | None = None
        self.tried: list[str] = []
        self.down = False

    async def take(
        self, payload: str, chat_id: str, chat_name: str
    ) -> tuple[Linking, str, Language]:
        if self.down:
            raise StorageUnavailable("away")
        self.tried.append(payload)
        if payload != GOOD:
            return Linking.REFUSED, "", "ru"
        again = self.linked == chat_id
        self.linked = chat_id
        return (Linking.AGAIN if again else Linking.DONE), "*Анна*", "ru"

    async def of_chat(self, chat_id: str) -> tuple[str, Language] | None:
        return ("Анна", "ru") if chat_id == self.linked else None

    async def leave(self, chat_id: str) -> bool:
        self.linked = None
        return True


class Here:
    """Updates on their way in, and what became customers' messages."""

    def __init__(self, clock: Any) -> None:
        self.line = Line("1:" + "a" * 35)
        self.line.said = []
        self.links = Links()
        self.stored: list[Incoming] = []
        self.number = 0
        state = TelegramState(clock)
        state.introduced("help_bot", "Bot")
        staff = StaffChats(self.line, self.links)
        self.updates = Updates(self.line, self._receive, state, staff=staff)

    async def _receive(self, incoming: Incoming) -> bool:
        self.stored.append(incoming)
        return True

    async def comes(self, text: str, **more: Any) -> list[str]:
        """What is said to it by the bot itself; `stored` has it if it is a customer's."""
        self.number += 1
        chat = {"id": 7, "type": "private", "first_name": "Анна"}
        message = {"message_id": self.number, "date": 1_760_000_000, "chat": chat, "from": ANNA}
        raw = {"update_id": self.number, "message": {**message, "text": text, **more}}
        before = len(self.line.said)
        await self.updates.take(raw, self.number)
        await self.updates.close()
        return [words for _, words in self.line.said[before:]]


class Clock:
    """Stands still."""

    def now(self) -> datetime:
        return datetime(2026, 5, 1, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0


@pytest.fixture
async def here() -> AsyncIterator[Here]:
    built = Here(Clock())
    yield built
    await built.line.close()


async def test_that_a_code_is_no_customers_message_and_links_once(here: Here) -> None:
    [word] = await here.comes(f"/start {GOOD}")
    assert word.startswith("Готово: сюда будут приходить оповещения для \\*Анна\\*.")
    assert await here.comes(f"/start {GOOD}") == []  # given once more by Telegram
    assert here.stored == []


async def test_that_whoever_tries_codes_is_refused_and_not_answered_each_time(here: Here) -> None:
    [word] = await here.comes("/start link_wrong")
    assert word.startswith("Эта ссылка больше не действует.")
    assert [await here.comes(f"/start link_{n}") for n in range(5)] == [[]] * 5
    assert here.stored == []


async def test_that_a_linked_operator_is_a_customer_for_all_but_their_alerts(here: Here) -> None:
    assert await here.comes("/alerts") == []
    assert [each.text for each in here.stored] == ["/alerts"]  # not linked: a customer's words
    await here.comes(f"/start {GOOD}")
    [word] = await here.comes("/alerts")
    assert word.startswith("Сюда приходят оповещения для Анна.")
    assert await here.comes("где мой заказ?") == []
    assert [each.text for each in here.stored] == ["/alerts", "где мой заказ?"]
    [word] = await here.comes("/Alerts OFF")
    assert word == "Оповещения сюда больше не приходят."
    await here.comes("/alerts")
    assert len(here.stored) == 3


async def test_that_a_code_in_a_group_links_nothing(here: Here) -> None:
    group = {"id": -5, "type": "group", "title": "Двор"}
    assert await here.comes(f"/start@help_bot {GOOD}", chat=group) == []
    assert here.links.tried == []
    assert len(here.stored) == 1


async def test_that_a_code_waits_for_the_database(here: Here) -> None:
    here.links.down = True
    with pytest.raises(NotStored):
        await here.comes(f"/start {GOOD}")
    here.links.down = False
    assert len(await here.comes(f"/start {GOOD}")) == 1
