"""Administrators are told what the watch did: in their own chats once, on pages until decided."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from checked_topics import CheckedTopics
from set_clock import SetClock

from sufler.desk.topic_notices import TopicNotices
from sufler.domain.checks import ModeReason
from sufler.domain.errors import ChannelError
from sufler.domain.knowledge import Mode
from sufler.domain.people import Caller, Person, Role
from sufler.storage.alerts import AlertLinkStore
from sufler.storage.database import Database
from sufler.storage.people import PeopleStore
from sufler.storage.topic_notices import TopicNoticeStore

ROOT = Caller("person:root", "Корнеева", Role.ADMINISTRATOR, "root")


@dataclass
class Chats:
    """A line to staff's own chats; `down`: nothing goes out."""

    told: list[tuple[str, str]] = field(default_factory=list)
    down: bool = False

    def spare(self, chat_id: str) -> float:
        return 0.0

    async def tell(self, chat_id: str, words: str) -> None:
        if self.down:
            raise ChannelError("away")
        self.told.append((chat_id, words))


@pytest.fixture
async def shop(database: Database, clock: SetClock) -> CheckedTopics:
    topics = CheckedTopics(database, clock)
    await topics.topic("Доставка")
    await topics.ladder.change(ROOT, "Доставка", Mode.ANSWERS, "проба")
    clock.pass_(minutes=1)
    staff, links = PeopleStore(database), AlertLinkStore(database)
    for name, role in (("root", Role.ADMINISTRATOR), ("anna", Role.OPERATOR)):
        made = datetime(2026, 5, 1, tzinfo=UTC)
        await staff.add(Person(name, name, name, role, True, made), "x")
        await links.choose(name, chat_id=f"chat {name}", language="ru", linked_at=clock.now())
    return topics


def _notices(shop: CheckedTopics, chats: Chats) -> TopicNotices:
    return TopicNotices(
        TopicNoticeStore(shop.database),
        AlertLinkStore(shop.database),
        PeopleStore(shop.database),
        chats,
        shop.clock,
        mine=lambda: True,
        public_url="https://help.example",
    )


async def test_that_administrators_are_told_once_with_the_reason_in_numbers(
    shop: CheckedTopics,
) -> None:
    chats = Chats()
    assert await _notices(shop, chats).look() == 0
    numbers = {"level": 49, "audits": 6, "wrong": 5}
    await shop.ladder.demote("Доставка", ModeReason.WRONG_ANSWERS, numbers)
    assert await _notices(shop, chats).look() == 1
    assert await _notices(shop, chats).look() == 0
    [(chat, words)] = chats.told
    assert chat == "chat root"
    assert "неверных 5" in words
    assert "https://help.example/admin/accuracy/%D0%94" in words


async def test_that_a_line_that_is_down_is_not_tried_twice(shop: CheckedTopics) -> None:
    chats = Chats(down=True)
    await shop.ladder.demote("Доставка", ModeReason.DRIFT, {})
    assert await _notices(shop, chats).look() == 0
    chats.down = False
    assert await _notices(shop, chats).look() == 0


async def test_that_the_pages_tell_it_until_somebody_has_decided(shop: CheckedTopics) -> None:
    await shop.ladder.demote("Доставка", ModeReason.DRIFT, {})
    assert [each.topic for each in await shop.certifying.taken_back()] == ["Доставка"]
    shop.clock.pass_(minutes=1)
    await shop.ladder.change(ROOT, "Доставка", Mode.OBSERVES)
    assert await shop.certifying.taken_back() == []
