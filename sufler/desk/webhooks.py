"""Webhooks as administrators use them: add, change, rotate, test, look what came of it, replay."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from sufler.desk.people import require
from sufler.desk.staffing import act
from sufler.desk.webhook_bodies import test_body
from sufler.domain.administration import Act
from sufler.domain.errors import BadInput, Conflict, NotFound
from sufler.domain.people import Caller, Right
from sufler.domain.ports import Clock
from sufler.domain.stream import StreamKind
from sufler.domain.webhooks import Delivery, DeliveryState, Posted, Webhook

MOST: Final = 50
LONGEST_URL: Final = 2000
LONGEST_NOTE: Final = 200
MOST_LOGGED: Final = 200
OVERLAP: Final = timedelta(hours=24)


class WebhookStore(Protocol):
    """`storage.webhooks.WebhookStore`, as far as people act on it."""

    async def all(self) -> list[Webhook]: ...
    async def get(self, webhook_id: str) -> Webhook: ...
    async def add(self, webhook: Webhook, secret: str, act: Act) -> None: ...
    async def put(self, webhook: Webhook, act: Act) -> None: ...
    async def remove(self, webhook_id: str, act: Act) -> None: ...
    async def rotate(self, webhook_id: str, secret: str, until: datetime, act: Act) -> None: ...
    async def secrets(self, webhook_id: str, now: datetime) -> list[str]: ...
    async def add_tested(self, webhook_id: str, posted: Posted, at: datetime) -> Delivery: ...
    async def log(
        self,
        webhook_id: str,
        *,
        state: DeliveryState | None = None,
        before: int | None = None,
        limit: int = ...,
    ) -> list[Delivery]: ...
    async def counts(self) -> dict[str, dict[str, int]]: ...
    async def replay(
        self, webhook_id: str, at: datetime, act: Act, delivery_id: int | None = None
    ) -> int: ...


class Poster(Protocol):
    """`outbound.webhooks.Poster`."""

    async def check(self, url: str) -> None: ...
    async def post(
        self, url: str, secrets_: Sequence[str], message_id: str, timestamp: int, body: bytes, /
    ) -> Posted: ...


class NewSecret(Protocol):
    """`outbound.webhooks.new_secret`."""

    def __call__(self) -> str: ...


@dataclass(frozen=True, slots=True)
class WebhookChange:
    """What is to be changed; None: left as it is."""

    url: str | None = None
    kinds: frozenset[StreamKind] | None = None
    note: str | None = None
    active: bool | None = None


class Webhooks:
    """Every call needs the right to administer, and is written into the log of acts."""

    def __init__(
        self, store: WebhookStore, poster: Poster, new_secret: NewSecret, clock: Clock
    ) -> None:
        self._store = store
        self._poster = poster
        self._new_secret = new_secret
        self._clock = clock

    async def all(self, caller: Caller) -> Sequence[Webhook]:
        """The oldest first."""
        require(caller, Right.ADMINISTER)
        return await self._store.all()

    async def broken(self) -> bool:
        """Whether one was switched off because nothing arrived."""
        return any(not each.active and each.failing_since for each in await self._store.all())

    async def get(self, caller: Caller, webhook_id: str) -> Webhook:
        """Raises NotFound."""
        require(caller, Right.ADMINISTER)
        return await self._store.get(webhook_id)

    async def counts(self, caller: Caller) -> Mapping[str, Mapping[str, int]]:
        """Deliveries by webhook and state."""
        require(caller, Right.ADMINISTER)
        return await self._store.counts()

    async def add(
        self, caller: Caller, url: str, kinds: frozenset[StreamKind], note: str
    ) -> tuple[Webhook, str]:
        """A new one, and its secret, which cannot be read again. Raises BadInput for an address
        that would not be told (private, no https), and Conflict when there are too many."""
        require(caller, Right.ADMINISTER)
        if len(await self._store.all()) >= MOST:
            raise Conflict(f"there are {MOST} webhooks; remove one first", field="url")
        made = Webhook(
            id=secrets.token_hex(8),
            url=await self._checked(url),
            kinds=kinds,
            note=_note(note),
            active=True,
            created_at=self._clock.now(),
            created_by=caller.name,
        )
        secret = self._new_secret()
        await self._store.add(made, secret, self._act(caller, "webhook_added", made))
        return made, secret

    async def change(self, caller: Caller, webhook_id: str, wanted: WebhookChange) -> Webhook:
        """Raises NotFound and BadInput. Switched on again, it is told what it has missed, as far
        as the log is kept."""
        require(caller, Right.ADMINISTER)
        before = await self._store.get(webhook_id)
        after = before
        if wanted.url is not None:
            after = replace(after, url=await self._checked(wanted.url))
        if wanted.kinds is not None:
            after = replace(after, kinds=wanted.kinds)
        if wanted.note is not None:
            after = replace(after, note=_note(wanted.note))
        if wanted.active is not None and wanted.active != before.active:
            off = None if wanted.active else self._clock.now()
            after = replace(
                after,
                active=wanted.active,
                failing_since=None,
                disabled_at=off,
                disabled_why=None if wanted.active else caller.name,
            )
        await self._store.put(after, self._act(caller, "webhook_changed", after))
        return after

    async def remove(self, caller: Caller, webhook_id: str) -> None:
        """With its log. Raises NotFound."""
        require(caller, Right.ADMINISTER)
        gone = await self._store.get(webhook_id)
        await self._store.remove(webhook_id, self._act(caller, "webhook_removed", gone))

    async def rotate(self, caller: Caller, webhook_id: str) -> tuple[Webhook, str]:
        """Another secret, which cannot be read again; for `OVERLAP` the one before signs too."""
        require(caller, Right.ADMINISTER)
        hook, secret = await self._store.get(webhook_id), self._new_secret()
        until = self._clock.now() + OVERLAP
        act_ = self._act(caller, "webhook_rotated", hook)
        await self._store.rotate(webhook_id, secret, until, act_)
        return replace(hook, old_secret_until=until), secret

    async def test(self, caller: Caller, webhook_id: str) -> Delivery:
        """Send a test now, and say what came of it. Raises NotFound."""
        require(caller, Right.ADMINISTER)
        hook, now = await self._store.get(webhook_id), self._clock.now()
        keys = await self._store.secrets(webhook_id, now)
        name = f"msg_{hook.id}_test_{secrets.token_hex(6)}"
        posted = await self._poster.post(
            hook.url, keys, name, int(now.timestamp()), test_body(hook, now)
        )
        return await self._store.add_tested(webhook_id, posted, now)

    async def log(
        self,
        caller: Caller,
        webhook_id: str,
        *,
        state: DeliveryState | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> Sequence[Delivery]:
        """Deliveries with ids below `before`, the newest first. Raises NotFound."""
        require(caller, Right.ADMINISTER)
        most = max(1, min(limit, MOST_LOGGED + 1))
        return await self._store.log(webhook_id, state=state, before=before, limit=most)

    async def replay(self, caller: Caller, webhook_id: str, delivery_id: int) -> None:
        """Send one again with the same id. Raises NotFound, also for one that waits already, and
        Conflict while the webhook is off."""
        if not await self._replay(caller, webhook_id, delivery_id):
            raise NotFound("no delivery with this id can be sent again", field="delivery_id")

    async def replay_parked(self, caller: Caller, webhook_id: str) -> int:
        """Send everything again that was given up; how many. Raises NotFound and Conflict."""
        return await self._replay(caller, webhook_id, None)

    async def _replay(self, caller: Caller, webhook_id: str, delivery_id: int | None) -> int:
        require(caller, Right.ADMINISTER)
        hook = await self._store.get(webhook_id)
        if not hook.active:
            raise Conflict("the webhook is switched off; switch it on first", field="active")
        act_ = self._act(caller, "webhook_replayed", hook)
        return await self._store.replay(webhook_id, self._clock.now(), act_, delivery_id)

    async def _checked(self, url: str) -> str:
        url = url.strip()
        if not url or len(url) > LONGEST_URL or not url.isprintable() or " " in url:
            raise BadInput(f"url: an address of at most {LONGEST_URL} characters", field="url")
        await self._poster.check(url)
        return url

    def _act(self, caller: Caller, what: str, hook: Webhook) -> Act:
        return act(self._clock, caller, what, hook.shown_url)


def _note(words: str) -> str:
    cleaned = " ".join(words.split())
    if len(cleaned) > LONGEST_NOTE:
        raise BadInput(f"note: at most {LONGEST_NOTE} characters", field="note")
    return cleaned
