"""Administrators are told in their own chats when the watch takes a topic back: once, and why."""

import asyncio
from collections.abc import Callable, Sequence, Set
from datetime import datetime, timedelta
from typing import Final, Protocol
from urllib.parse import quote

import structlog

from sufler.desk.alert_links import LinkRecords
from sufler.desk.alerting import LOOK_S, Teller
from sufler.desk.certifying import WATCH
from sufler.desk.people import ROLE_RIGHTS
from sufler.desk.records import Staff
from sufler.domain.checks import ModeChange
from sufler.domain.errors import ChannelError
from sufler.domain.knowledge import Language, Mode
from sufler.domain.locales import number
from sufler.domain.people import Right
from sufler.domain.ports import Clock
from sufler.domain.texts import CATALOGUE, text
from sufler.domain.variables import literal
from sufler.prompter.accuracy.standing import POOL

# What is older is seen on the pages.
NEWS_FOR: Final = timedelta(hours=6)

_log = structlog.get_logger(__name__)


class NoticeRecords(Protocol):
    """`storage.topic_notices.TopicNoticeStore`."""

    async def fresh(self, by: str, since: datetime) -> Sequence[tuple[int, ModeChange]]: ...
    async def told(self, since: datetime) -> Set[tuple[int, str]]: ...
    async def claim(self, change_id: int, person_id: str, at: datetime) -> bool: ...


class TopicNotices:
    """Sends in the one process that sends for the channel. At most once: what was begun and broke
    is not sent again, the pages tell it too."""

    def __init__(
        self,
        records: NoticeRecords,
        links: LinkRecords,
        staff: Staff,
        teller: Teller,
        clock: Clock,
        *,
        mine: Callable[[], bool],
        public_url: str | None,
    ) -> None:
        self._records = records
        self._links = links
        self._staff = staff
        self._teller = teller
        self._clock = clock
        self._mine = mine
        self._url = public_url.rstrip("/") if public_url else None

    async def run(self) -> None:
        """For ever."""
        while True:
            if self._mine():
                await self.look()
            await asyncio.sleep(LOOK_S)

    async def look(self) -> int:
        """Tell what is to be told now; how many messages were sent."""
        now = self._clock.now()
        fresh = await self._records.fresh(WATCH, now - NEWS_FOR)
        # Each small topic has a row of its own.
        fresh = [(number, change) for number, change in fresh if change.topic != POOL]
        if not fresh:
            return 0
        told = await self._records.told(now - 2 * NEWS_FOR)
        people = {person.id: person for person in await self._staff.all() if person.active}
        sent = 0
        for link in await self._links.linked():
            person = people.get(link.person_id)
            if person is None or Right.ADMINISTER not in ROLE_RIGHTS[person.role]:
                continue
            for change_id, change in fresh:
                chat = link.chat_id
                if (change_id, person.id) in told or chat is None or self._teller.spare(chat) > 0:
                    continue
                if await self._records.claim(change_id, person.id, now):
                    sent += await self._tell(chat, notice(change, link.language, self._url))
        return sent

    async def _tell(self, chat_id: str, words: str) -> bool:
        try:
            await self._teller.tell(chat_id, words)
        except ChannelError as error:
            _log.warning("notice_not_sent", error=error.message)
            return False
        return True


def notice(change: ModeChange, language: Language, url: str | None = None) -> str:
    """What the watch did, why and with which numbers; the way there."""
    name = literal(change.topic)
    back = change.after is not Mode.ANSWERS
    key = "topic_taken_back" if back else "topic_alarm"
    words = text(key, language, topic=name, reason=reason_words(change, language))
    if url is None:
        return words
    return f"{words}\n{url}/admin/accuracy/{quote(change.topic, safe='')}"


def reason_words(change: ModeChange, language: Language) -> str:
    """The reason and its numbers in one line."""
    parts = [text(f"acc_reason_{change.reason.value}", language)]
    for name, value in change.numbers.items():
        key = f"acc_number_{name}"
        label = text(key, language) if key in CATALOGUE else name
        shown = number(value, language, 0 if value == int(value) else 2)
        parts.append(f"{label} {shown}")
    return ", ".join(parts)
