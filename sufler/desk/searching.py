"""Search over all history: by words, names and numbers, with filters; each sees what they may."""

import re
from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from sufler.desk.people import require
from sufler.desk.queues import Queues
from sufler.domain.conversation import Conversation, Message
from sufler.domain.desk import Hit, Hits, Sought
from sufler.domain.errors import BadInput
from sufler.domain.people import Caller, Right
from sufler.kb_index.stems import Stems, excerpt_of, stems_of

MAX_WORDS = 500
MAX_PAGE = 200

_NUMBER = re.compile(r"#?\s*(\d{1,15})")


class SearchRecords(Protocol):
    """`storage.searching.SearchStore`."""

    async def messages(
        self,
        stems: Stems,
        sought: Sought,
        hidden: Collection[str],
        me: str,
        limit: int,
        before: int | None,
    ) -> list[tuple[Conversation, Message]]: ...
    async def conversations(
        self,
        sought: Sought,
        hidden: Collection[str],
        me: str,
        limit: int,
        after: tuple[datetime, str] | None,
    ) -> list[Conversation]: ...
    async def numbered(
        self, number: int, sought: Sought, hidden: Collection[str], me: str
    ) -> list[Conversation]: ...


class Searching:
    """Needs the right to converse (Forbidden). What waits in other people's queues, or came out of
    them, is not found; supervisors and services find everything."""

    def __init__(self, records: SearchRecords, queues: Queues) -> None:
        self._records = records
        self._queues = queues

    async def find(
        self, caller: Caller, sought: Sought, limit: int = 50, after: str | None = None
    ) -> Hits:
        """At most `limit` (1..200), the newest first; a matter's number comes before all. `after`
        is `following` of the page before. Raises BadInput."""
        require(caller, Right.CONVERSE)
        if len(sought.words) > MAX_WORDS:
            raise BadInput(f"at most {MAX_WORDS} characters are searched for", field="words")
        for field in ("since", "until"):
            moment = getattr(sought, field)
            if moment is not None and moment.tzinfo is None:
                raise BadInput(f"{field} needs a time zone", field=field)
        hidden = await self._queues.hidden_from(caller)
        me, most = caller.person_id or caller.id, max(1, min(limit, MAX_PAGE))
        if not sought.words.strip():
            return await self._listed(sought, hidden, me, most, after)
        stems = stems_of(sought.words)
        first = () if after else await self._numbered(sought, hidden, me)
        if not stems:
            return Hits(first)
        before = None if after is None else _message_id(after)
        found = await self._records.messages(stems, sought, hidden, me, most + 1, before)
        hits = tuple(_hit(talk, message, stems) for talk, message in found[:most])
        more = str(found[most - 1][1].id) if len(found) > most else None
        return Hits((*first, *hits), more)

    async def _numbered(self, sought: Sought, hidden: Collection[str], me: str) -> tuple[Hit, ...]:
        number = _NUMBER.fullmatch(sought.words.strip())
        if number is None:
            return ()
        found = await self._records.numbered(int(number[1]), sought, hidden, me)
        return tuple(Hit(talk, talk.updated_at) for talk in found)

    async def _listed(
        self, sought: Sought, hidden: Collection[str], me: str, most: int, after: str | None
    ) -> Hits:
        place = None if after is None else _place(after)
        found = await self._records.conversations(sought, hidden, me, most + 1, place)
        last = found[most - 1] if len(found) > most else None
        following = f"{last.updated_at.isoformat()} {last.id}" if last else None
        return Hits(tuple(Hit(talk, talk.updated_at) for talk in found[:most]), following)


def _hit(talk: Conversation, message: Message, stems: Stems) -> Hit:
    piece, marks = excerpt_of(message.text, stems)
    return Hit(talk, message.at, message.id, message.author, message.author_name, piece, marks)


def _message_id(after: str) -> int:
    if after.isascii() and after.isdigit() and len(after) < 19:
        return int(after)
    raise BadInput("this is not where a page of this search ended", field="after")


def _place(after: str) -> tuple[datetime, str]:
    moment, _, id_ = after.partition(" ")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or not id_ or len(id_) > 64 or "\0" in id_:
        raise BadInput("this is not where a page of this search ended", field="after")
    return at, id_
