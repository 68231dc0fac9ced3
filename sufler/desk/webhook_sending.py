"""Sends what webhooks are to be told, in one process of all: at least once, in order within a
conversation, again with longer and longer pauses, and for days. After a crash what was being sent
is sent again, with the same id."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from sufler.desk.webhook_bodies import event_body
from sufler.desk.webhooks import Poster
from sufler.domain.administration import Act
from sufler.domain.errors import LeaseLost
from sufler.domain.ports import Clock, Leases, Wakeups
from sufler.domain.stream import StreamEvent
from sufler.domain.webhooks import Delivery, Posted, Webhook

LEASE: Final = "webhooks"
LOOK_S: Final = 1.0
# So many at once to one address: a slow one holds up no other.
AT_ONCE: Final = 4
# Seconds before the next try, by tries made; the last one is repeated.
PAUSES_S: Final = (5, 30, 120, 600, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600)
# What could not be delivered for so long is parked, and an address where nothing arrived for so
# long is switched off.
GIVE_UP: Final = timedelta(days=3)
_GONE: Final = 410

_log = structlog.get_logger(__name__)


class DeliveryStore(Protocol):
    """`storage.webhooks.WebhookStore`, as far as sending goes."""

    async def all(self) -> list[Webhook]: ...
    async def secrets(self, webhook_id: str, now: datetime) -> list[str]: ...
    async def fan_out(self, webhook_id: str, at: datetime) -> bool: ...
    async def due(self, webhook_id: str, now: datetime, limit: int) -> list[Delivery]: ...
    async def tried(
        self, delivery: Delivery, posted: Posted, at: datetime, next_at: datetime | None
    ) -> datetime | None: ...
    async def disable(self, webhook_id: str, why: str, act: Act) -> bool: ...


class Log(Protocol):
    """`storage.stream.StreamStore`."""

    async def settle(self) -> bool: ...
    async def get(self, event_id: int) -> StreamEvent | None: ...


class WebhookSending:
    """The work of sending. `run` never ends."""

    def __init__(
        self, store: DeliveryStore, log: Log, poster: Poster, wakeups: Wakeups, clock: Clock
    ) -> None:
        self._store = store
        self._log = log
        self._poster = poster
        self._wakeups = wakeups
        self._clock = clock
        self._under_way: dict[asyncio.Task[None], Delivery] = {}

    async def run(self, leases: Leases) -> None:
        """For ever, in the one process that holds the lease."""
        while True:
            try:
                async with leases.holding(LEASE):
                    await self._send_on()
            except LeaseLost:
                _log.info("webhooks_elsewhere")

    async def drain(self) -> None:
        """Send until nothing is due now."""
        while await self._begin() or self._under_way:
            await asyncio.gather(*self._under_way)

    async def _send_on(self) -> None:
        heard = self._wakeups.subscribe("stream")
        try:
            while True:
                if await self._begin():
                    continue
                listening = asyncio.create_task(heard.wait(LOOK_S))
                waited = [listening, *self._under_way]
                try:
                    await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    listening.cancel()
        finally:
            tasks = list(self._under_way)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _begin(self) -> bool:
        """Begin what is due and not under way; whether anything was begun."""
        hooks = [hook for hook in await self._store.all() if hook.active]
        if not hooks:
            return False
        while await self._log.settle():
            pass
        begun = False
        for hook in hooks:
            while await self._store.fan_out(hook.id, self._clock.now()):
                pass
            busy = [each for each in self._under_way.values() if each.webhook_id == hook.id]
            for delivery in await self._next(hook, busy):
                task = asyncio.create_task(self._deliver(hook, delivery))
                self._under_way[task] = delivery
                task.add_done_callback(self._ended)
                begun = True
        return begun

    async def _next(self, hook: Webhook, busy: Sequence[Delivery]) -> list[Delivery]:
        free = AT_ONCE - len(busy)
        if free <= 0:
            return []
        ids = {each.id for each in busy}
        found = await self._store.due(hook.id, self._clock.now(), AT_ONCE + len(busy))
        return [each for each in found if each.id not in ids][:free]

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._under_way[task]
        if not task.cancelled() and (error := task.exception()) is not None:
            # Nothing was stored, so it is due again.
            _log.error("webhook_delivery_failed", kind=type(error).__name__)

    async def _deliver(self, hook: Webhook, delivery: Delivery) -> None:
        event = None
        if delivery.event_id is not None:
            event = await self._log.get(delivery.event_id)
        if event is None:
            gone = Posted(None, "the event is not kept any more", "", 0)
            await self._store.tried(delivery, gone, self._clock.now(), None)
            return
        posted = await self._post(hook, delivery, event)
        now = self._clock.now()
        again = None if posted.error is None else next_try(delivery, posted, now)
        failing_since = await self._store.tried(delivery, posted, now, again)
        await self._look_at(hook, posted, failing_since, now)

    async def _post(self, hook: Webhook, delivery: Delivery, event: StreamEvent) -> Posted:
        at = self._clock.now()
        keys = await self._store.secrets(hook.id, at)
        try:
            return await self._poster.post(
                hook.url, keys, delivery.message_id, int(at.timestamp()), event_body(event)
            )
        except Exception as error:
            # Or it would be due again at once, for ever. Its words may quote a customer.
            _log.error("webhook_not_sent", delivery=delivery.id, kind=type(error).__name__)
            return Posted(None, f"could not be sent ({type(error).__name__})", "", 0)

    async def _look_at(
        self, hook: Webhook, posted: Posted, failing_since: datetime | None, now: datetime
    ) -> None:
        """Switch it off when there is no hope."""
        why = ""
        if posted.status == _GONE:
            why = f"answers {_GONE}: it wants no more"
        elif failing_since is not None and now - failing_since >= GIVE_UP:
            why = f"nothing has arrived since {failing_since:%Y-%m-%d %H:%M} UTC"
        if why:
            act = Act(now, "sufler", "Sufler", "webhook_disabled", hook.shown_url, why)
            if await self._store.disable(hook.id, why, act):
                _log.warning("webhook_disabled", webhook=hook.id, reason=why)


def next_try(delivery: Delivery, posted: Posted, now: datetime) -> datetime | None:
    """When it is tried again; None when its time is over."""
    pause_s: float = PAUSES_S[min(delivery.attempts, len(PAUSES_S) - 1)]
    at = now + timedelta(seconds=max(pause_s, posted.retry_s or 0.0))
    return at if at < delivery.since + GIVE_UP else None
