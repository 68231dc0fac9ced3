"""Stop 6 of 7: store the decision with its replies in one transaction, then send them in order.

Next: the channel, such as `bot/telegram/send.py`.
"""

import asyncio
import contextlib
from collections.abc import Iterable
from datetime import timedelta
from functools import partial

import structlog

from sufler.conversation.live import LiveEvents
from sufler.conversation.ports import Conversations, Outbox, Outcome
from sufler.domain.conversation import Conversation, Message
from sufler.domain.errors import ChannelError, StorageUnavailable
from sufler.domain.events import EventKind
from sufler.domain.ports import Channel, Clock

_log = structlog.get_logger(__name__)

# Seconds before each next try; after the last one the message is given up as failed.
BACK_OFF_S = (1.0, 2.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0)
# A channel that asks for more is asked again after this.
LONGEST_WAIT_S = 3600.0
# How often another process's rows are looked for; this process's own wake it at once.
POLL_S = 1.0
# What a stopping process grants a message that is on its way.
GRACE_S = 5.0


class Delivery:
    """Stores outcomes and sends what is pending: in order within a conversation, conversations
    in parallel. A message is sent once: what may have arrived is never sent again."""

    def __init__(
        self,
        conversations: Conversations,
        outbox: Outbox,
        clock: Clock,
        live: LiveEvents,
        channels: Iterable[Channel] = (),
    ) -> None:
        self._conversations = conversations
        self._outbox = outbox
        self._clock = clock
        self._live = live
        self._channels = {channel.name: channel for channel in channels}
        self._wake = asyncio.Event()
        self._sending: dict[str, asyncio.Task[None]] = {}

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the channels that this process speaks on."""
        return tuple(self._channels)

    def add_channel(self, channel: Channel) -> None:
        """Before `run`."""
        self._channels[channel.name] = channel

    async def deliver(self, outcome: Outcome) -> bool:
        """Store it, all or nothing; False when the conversation has changed meanwhile."""
        if not await self._conversations.store_outcome(outcome):
            return False
        conversation_id = outcome.before.id
        self._live.publish(EventKind.MESSAGE, conversation_id)
        if outcome.owner is not outcome.before.owner:
            self._live.publish(EventKind.OWNER, conversation_id)
        self.wake()
        return True

    def wake(self) -> None:
        """There is something to send."""
        self._wake.set()

    async def begin(self) -> None:
        """At start: what a dead process was sending becomes unknown."""
        stopped = await self._outbox.interrupted(self.channels)
        if stopped:
            _log.warning("messages_of_unknown_outcome", count=stopped)

    async def run(self) -> None:
        """Send for ever. When cancelled, what is on its way gets a moment to arrive."""
        try:
            while True:
                self._wake.clear()
                await self._start_due()
                # Not wait_for: before Python 3.12 it can swallow a cancellation.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(POLL_S):
                        await self._wake.wait()
        finally:
            await self._let_finish()

    async def drain(self) -> None:
        """Send everything that is due now, and return."""
        while await self._start_due() or self._sending:
            await asyncio.gather(*self._sending.values())

    async def _start_due(self) -> int:
        try:
            due = await self._outbox.due(self.channels, self._clock.now())
        except StorageUnavailable as error:
            _log.error("outbox_unreadable", error=error.message)
            return 0
        fresh = [pair for pair in due if pair[0].id not in self._sending]
        for conversation, message in fresh:
            task = asyncio.create_task(self._send(conversation, message))
            self._sending[conversation.id] = task
            task.add_done_callback(partial(self._finished, conversation.id))
        return len(fresh)

    def _finished(self, conversation_id: str, _task: asyncio.Task[None]) -> None:
        self._sending.pop(conversation_id, None)
        self.wake()

    async def _send(self, conversation: Conversation, message: Message) -> None:
        try:
            # The owner is compared in the same step that releases the message.
            if not await self._outbox.claim(message.id):
                self._live.publish(EventKind.SENT, conversation.id)
                return
        except StorageUnavailable as error:
            _log.error("outbox_unwritable", error=error.message)
            await asyncio.sleep(POLL_S)
            return
        channel = self._channels[conversation.channel]
        external_id: str | None = None
        failure: Exception | None = None
        try:
            external_id = await channel.send(conversation, message.text, message.buttons)
        except Exception as error:
            failure = error
        await self._record(message, external_id, failure)
        self._live.publish(EventKind.SENT, conversation.id)

    async def _record(
        self, message: Message, external_id: str | None, failure: Exception | None
    ) -> None:
        """Write down what became of it, however long the database cannot be written: until then
        the next message of the conversation must wait."""
        while True:
            try:
                if failure is None:
                    await self._outbox.sent(message.id, external_id)
                elif isinstance(failure, ChannelError):
                    await self._refused(message, failure)
                else:
                    # A mistake of ours in the middle of sending: it may have arrived.
                    _log.error("send_broke", message=message.id, error=type(failure).__name__)
                    await self._outbox.unknown(message.id, type(failure).__name__)
                return
            except StorageUnavailable as error:
                _log.error("outbox_unwritable", error=error.message)
                await asyncio.sleep(POLL_S)

    async def _refused(self, message: Message, error: ChannelError) -> None:
        if error.outcome_unknown:
            await self._outbox.unknown(message.id, error.message)
        elif error.permanent or message.attempts >= len(BACK_OFF_S):
            await self._outbox.failed(message.id, error.message)
        else:
            wait = BACK_OFF_S[message.attempts]
            if error.retry_after is not None:
                wait = min(max(error.retry_after, 0.0), LONGEST_WAIT_S)
            until = self._clock.now() + timedelta(seconds=wait)
            await self._outbox.postpone(message.id, until, error.message)

    async def _let_finish(self) -> None:
        tasks = list(self._sending.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=GRACE_S)
            for task in late:
                task.cancel()
