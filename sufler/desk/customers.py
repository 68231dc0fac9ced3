"""What staff do with a customer as a whole: find, ban, export, erase; each act is written down."""

import asyncio
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from sufler.conversation.live import LiveEvents
from sufler.desk.people import require
from sufler.desk.ports import AuditStore, CustomerStore, Eraser
from sufler.desk.staffing import act
from sufler.domain.administration import Act
from sufler.domain.customers import Ban, Erased, Known
from sufler.domain.errors import BadInput, NotFound
from sufler.domain.events import EventKind
from sufler.domain.files import StoredFile
from sufler.domain.people import Caller, Right
from sufler.domain.ports import Clock

MAX_REASON = 500
MAX_DAYS = 3650
MOST_FOUND = 50
WHOLE = "customer.json"


class Files(Protocol):
    """The part of `storage.files.FileStore` that an export needs."""

    async def open(self, file_id: str) -> tuple[StoredFile, Path]:
        """Raises NotFound, also when the bytes are gone."""
        ...


class Customers:
    """Banning needs the right to converse, all else the right to administer."""

    def __init__(
        self,
        store: CustomerStore,
        eraser: Eraser,
        files: Files,
        audit: AuditStore,
        live: LiveEvents,
        clock: Clock,
    ) -> None:
        self._store = store
        self._eraser = eraser
        self._files = files
        self._audit = audit
        self._live = live
        self._clock = clock

    async def find(self, caller: Caller, words: str = "") -> Sequence[Known]:
        """By name, id, conversation or ticket; the newest ones without words."""
        require(caller, Right.ADMINISTER)
        return await self._store.find(" ".join(words.split())[:200], MOST_FOUND, self._clock.now())

    async def bans(self, caller: Caller) -> Sequence[Ban]:
        """Those in force, the newest first."""
        require(caller, Right.CONVERSE)
        now = self._clock.now()
        return [ban for ban in await self._store.bans() if ban.holds_at(now)]

    async def ban(
        self, caller: Caller, channel: str, customer_id: str, reason: str, days: int | None = None
    ) -> Ban:
        """From now on nothing is taken from the customer, for `days` or for good. Raises BadInput
        without a reason or for an impossible number of days, and Forbidden."""
        require(caller, Right.CONVERSE)
        channel, customer_id = named(channel, customer_id)
        why = " ".join(reason.split())[:MAX_REASON]
        if not why:
            raise BadInput("say why the customer is banned", field="reason")
        if days is not None and not 1 <= days <= MAX_DAYS:
            raise BadInput(f"a ban is for 1 to {MAX_DAYS} days", field="until")
        now = self._clock.now()
        until = None if days is None else now + timedelta(days=days)
        made = Ban(channel, customer_id, now, caller.id, caller.name, why, until)
        subject = f"{channel} {customer_id}"
        talk = await self._store.ban(
            made, act(self._clock, caller, "customer_banned", subject, why)
        )
        if talk is not None:
            self._live.publish(EventKind.OWNER, talk)
        return made

    async def unban(self, caller: Caller, channel: str, customer_id: str) -> None:
        """Take their messages again. Raises NotFound when they are not banned."""
        require(caller, Right.CONVERSE)
        channel, customer_id = named(channel, customer_id)
        done = act(self._clock, caller, "customer_unbanned", f"{channel} {customer_id}")
        if not await self._store.unban(channel, customer_id, done):
            raise NotFound("this customer is not banned", field="customer")

    async def export(self, caller: Caller, channel: str, customer_id: str, target: Path) -> int:
        """Write everything that is stored of the customer into a ZIP: customer.json, and their
        files in files/. How many messages there are. Raises NotFound."""
        require(caller, Right.ADMINISTER)
        channel, customer_id = named(channel, customer_id)
        whole = await self._store.everything(channel, customer_id)
        if whole is None:
            raise NotFound("there is nothing of this customer", field="customer")
        places = []
        for row in whole["files"]:
            try:
                stored, place = await self._files.open(row["id"])
            except NotFound:
                continue  # its bytes never came, or are gone; what is known of it is in the JSON
            places.append((f"files/{stored.id}-{stored.name}", place))
        await asyncio.to_thread(_written, target, whole, self._clock.now(), places)
        done = act(self._clock, caller, "customer_exported", f"{channel} {customer_id}")
        await self._audit.add(done)
        return len(whole["messages"])

    async def erase(self, caller: Caller, channel: str, customer_id: str) -> Erased:
        """Erase everything of the customer. Raises NotFound when there was nothing."""
        require(caller, Right.ADMINISTER)
        channel, customer_id = named(channel, customer_id)
        whole = await self._store.everything(channel, customer_id)
        if whole is None:
            raise NotFound("there is nothing of this customer", field="customer")

        def noted(counts: Mapping[str, int]) -> Act:
            # Who, when, where and how much; nothing of whom.
            told = ", ".join(f"{name} {count}" for name, count in counts.items() if count)
            return act(self._clock, caller, "customer_erased", channel, told)

        erased = await self._eraser.erase(channel, customer_id, noted)
        for talk in whole["conversations"]:
            self._live.publish(EventKind.OWNER, talk["id"])
        return erased


def named(channel: str, customer_id: str) -> tuple[str, str]:
    """The names of a customer. Raises BadInput where one is empty or too long."""
    if not channel.strip() or len(channel) > 20:
        raise BadInput("name the channel: telegram, web, api or console", field="channel")
    if not customer_id.strip() or len(customer_id) > 200:
        raise BadInput("name the customer by their id in the channel", field="id")
    return channel.strip(), customer_id.strip()


def _written(
    target: Path, whole: Mapping[str, Any], at: datetime, places: Sequence[tuple[str, Path]]
) -> None:
    body = json.dumps(
        {"exported_at": at.isoformat(), **whole}, ensure_ascii=False, indent=1, default=str
    )
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(WHOLE, body)
        for name, place in places:
            archive.write(place, name)
