"""How operators are told outside of the desk: their own Telegram chat, quiet hours, and a quiet
desk."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from sufler.conversation.intake import clean
from sufler.desk.people import require
from sufler.desk.records import Staff
from sufler.desk.staffing import act
from sufler.domain.administration import Act
from sufler.domain.alerts import AlertLink, Linking, QuietHours
from sufler.domain.calendar import DAY_MINUTES
from sufler.domain.errors import BadInput, Forbidden
from sufler.domain.knowledge import Language
from sufler.domain.people import Caller, Right
from sufler.domain.ports import Clock

# What stands before a code in a deep link: /start link_….
PREFIX: Final = "link_"
CODE_FOR: Final = timedelta(minutes=10)
MAX_CHAT_NAME: Final = 100
# A page that is in view says so more often than it needs to be written down.
LOOKS_WRITTEN_EVERY: Final = timedelta(seconds=20)

_CODE_BYTES = 16
_LONGEST_CODE = 59  # what a deep link holds after the prefix


class LinkRecords(Protocol):
    """`storage.alerts.AlertLinkStore`."""

    async def of(self, person_id: str) -> AlertLink | None: ...
    async def of_chat(self, chat_id: str) -> AlertLink | None: ...
    async def linked(self) -> Sequence[AlertLink]: ...
    async def choose(self, person_id: str, **values: Any) -> None: ...
    async def offer(
        self, person_id: str, code_hash: str, until: datetime, language: Language
    ) -> None: ...
    async def take(
        self, code_hash: str, chat_id: str, chat_name: str, now: datetime
    ) -> tuple[Linking, AlertLink | None]: ...
    async def unlink(self, person_id: str, act: Act) -> bool: ...
    async def broken(self, person_id: str, chat_id: str, words: str) -> None: ...


class AlertLinks:
    """Each person sets up their own; all but what comes from the bot raises Forbidden for who may
    not converse, and for machines."""

    def __init__(self, records: LinkRecords, staff: Staff, clock: Clock) -> None:
        self._records = records
        self._staff = staff
        self._clock = clock
        self._looked: dict[str, datetime] = {}

    async def mine(self, caller: Caller) -> AlertLink:
        """As the caller has chosen."""
        person_id = _person(caller)
        return await self._records.of(person_id) or AlertLink(person_id)

    async def code(self, caller: Caller, language: Language) -> str:
        """What the caller sends to the bot after /start, once, within ten minutes. It cannot be
        read again, and one that was given before is worth nothing any more."""
        code = secrets.token_urlsafe(_CODE_BYTES)
        until = self._clock.now() + CODE_FOR
        await self._records.offer(_person(caller), _hash(code), until, language)
        return PREFIX + code

    async def unlink(self, caller: Caller) -> bool:
        """No more alerts to the caller's chat; False when there was none."""
        person_id = _person(caller)
        done = act(self._clock, caller, "alerts_unlinked", caller.name)
        return await self._records.unlink(person_id, done)

    async def keep_quiet(self, caller: Caller, hours: QuietHours | None) -> None:
        """Hours in which no alert is sent to the chat. Raises BadInput for impossible ones."""
        values: dict[str, Any] = {"quiet_from": None, "quiet_to": None, "quiet_zone": None}
        if hours is not None:
            if not all(0 <= each < DAY_MINUTES for each in (hours.start, hours.end)):
                raise BadInput("quiet hours are times of the day", field="hours")
            if hours.start == hours.end:
                raise BadInput("quiet hours begin and end at different times", field="hours")
            try:
                ZoneInfo(hours.zone)
            except (ValueError, OSError, LookupError) as error:
                message = "the time zone is a name such as Europe/Moscow"
                raise BadInput(message, field="zone") from error
            values = {
                "quiet_from": hours.start,
                "quiet_to": hours.end,
                "quiet_zone": hours.zone,
            }
        await self._records.choose(_person(caller), **values)

    async def quiet_desk(self, caller: Caller, quiet: bool) -> None:
        """Whether the caller's desk keeps silent, in whatever browser it is open."""
        await self._records.choose(_person(caller), desk_quiet=quiet)

    async def looked(self, caller: Caller) -> None:
        """The caller's desk is in view: what it shows need not be told elsewhere."""
        person_id, now = _person(caller), self._clock.now()
        last = self._looked.get(person_id)
        if last is None or not timedelta(0) <= now - last < LOOKS_WRITTEN_EVERY:
            await self._records.choose(person_id, looked_at=now)
            self._looked[person_id] = now

    async def take(
        self, payload: str, chat_id: str, chat_name: str
    ) -> tuple[Linking, str, Language]:
        """A code came to the bot from this chat, which is linked if the code is good: what became
        of it, and the name and language of whose code it is. Anybody can send anything."""
        code = payload.removeprefix(PREFIX)
        if not 0 < len(code) <= _LONGEST_CODE:
            return Linking.REFUSED, "", "ru"
        name = " ".join(clean(chat_name, MAX_CHAT_NAME).split())
        now = self._clock.now()
        became, link = await self._records.take(_hash(code), chat_id, name, now)
        if link is None:
            return became, "", "ru"
        return became, await self._name(link), link.language

    async def of_chat(self, chat_id: str) -> tuple[str, Language] | None:
        """Name and language of the operator whose chat it is."""
        link = await self._records.of_chat(chat_id)
        return None if link is None else (await self._name(link), link.language)

    async def leave(self, chat_id: str) -> bool:
        """The operator whose chat it is wants no more alerts there."""
        link = await self._records.of_chat(chat_id)
        if link is None:
            return False
        name = await self._name(link)
        done = Act(self._clock.now(), link.person_id, name, "alerts_unlinked", name)
        return await self._records.unlink(link.person_id, done)

    async def _name(self, link: AlertLink) -> str:
        return next((p.name for p in await self._staff.all() if p.id == link.person_id), "")


def _person(caller: Caller) -> str:
    require(caller, Right.CONVERSE)
    if caller.person_id is None:
        raise Forbidden("a service has no chat of its own")
    return caller.person_id


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8", "surrogatepass")).hexdigest()
