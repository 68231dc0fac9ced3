"""Stop 6 of 7: store the decision with its replies in one transaction, then send them in order.

Next: the channel, such as `bot/telegram/send.py`.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog

from sufler.conversation.live import LiveEvents
from sufler.conversation.ports import Conversations, Outbox, Outcome
from sufler.domain.conversation import Conversation, Message, Owner, Reach, SendState
from sufler.domain.errors import ChannelError, LeaseLost, StorageUnavailable
from sufler.domain.events import EventKind
from sufler.domain.ports import Channel, Clock, Leases

_log = structlog.get_logger(__name__)

# Seconds before each next try; after the last one the message is given up as failed.
BACK_OFF_S = (1.0, 2.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0)
# A channel that asks for more is asked again after this.
LONGEST_WAIT_S = 3600.0
# The same for a whole channel that is away: it is tried for ever.
CHANNEL_BACK_OFF_S = (1.0, 2.0, 5.0, 15.0, 30.0)
# Messages on their way at once on one channel.
AT_ONCE = 20
# How often another process's rows are looked for; this process's own wake it at once.
POLL_S = 1.0
# What a stopping process grants a message that is on its way.
GRACE_S = 5.0


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why nothing goes out on a channel, since when, and when it is tried again."""

    words: str
    since: datetime
    until: datetime
    failures: int


class Delivery:
    """Stores outcomes and sends what is pending: in order within a conversation, conversations
    in parallel. A message is sent once: what may have arrived is never sent again. For each
    channel one process sends: the one that holds the lease `send:` with its name."""

    def __init__(
        self,
        conversations: Conversations,
        outbox: Outbox,
        clock: Clock,
        live: LiveEvents,
        leases: Leases,
        channels: Iterable[Channel] = (),
    ) -> None:
        self._conversations = conversations
        self._outbox = outbox
        self._clock = clock
        self._live = live
        self._leases = leases
        self._channels = {channel.name: channel for channel in channels}
        self._before: dict[str, Callable[[], Awaitable[None]]] = {}
        self._held: set[str] = set()
        self._wake = asyncio.Event()
        self._sending: dict[str, asyncio.Task[None]] = {}
        self._troubles: dict[str, Trouble] = {}
        self._look_again_s = POLL_S

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the channels that this process speaks on."""
        return tuple(self._channels)

    def add_channel(
        self, channel: Channel, before: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        """Before `run`. `before` is awaited whenever this process begins to send on the channel."""
        self._channels[channel.name] = channel
        if before is not None:
            self._before[channel.name] = before

    async def deliver(self, outcome: Outcome) -> bool:
        """Store it, all or nothing; False when the conversation has changed meanwhile."""
        if not await self._conversations.store_outcome(outcome):
            return False
        conversation_id = outcome.before.id
        self._live.publish(EventKind.MESSAGE, conversation_id)
        if outcome.closes:
            self._live.publish(EventKind.CLOSED, conversation_id)
        if outcome.owner is not outcome.before.owner:
            self._live.publish(EventKind.OWNER, conversation_id)
        self.wake()
        return True

    def arrived(self, conversation_id: str) -> None:
        """The customer has written: whoever looks on should see it now."""
        self._live.publish(EventKind.MESSAGE, conversation_id)

    @property
    def troubles(self) -> Mapping[str, Trouble]:
        """Channels of this process on which nothing goes out now."""
        return dict(self._troubles)

    async def typing(self, conversation_id: str) -> None:
        """Show the customer that an answer is being written, where the bot owns the talk."""
        conversation = await self._conversations.get(conversation_id)
        channel = self._channels.get(conversation.channel)
        if channel is not None and conversation.owner is Owner.BOT:
            await channel.typing(conversation)

    def sends_on(self, channel: str) -> bool:
        """Whether this process is the one that sends on it, and nothing is wrong with it now."""
        return channel in self._held and channel not in self._troubles

    def wake(self, after_s: float = 0.0) -> None:
        """There is something to send, now or in so many seconds."""
        if after_s > 0:
            asyncio.get_running_loop().call_later(after_s, self._wake.set)
        else:
            self._wake.set()

    async def run(self) -> None:
        """Send for ever, for the channels that are ours. When cancelled, what is on its way gets
        a moment to arrive."""
        async with asyncio.TaskGroup() as group:
            for channel in self._channels:
                group.create_task(self._hold(channel))
            group.create_task(self._send_for_ever())

    async def drain(self) -> None:
        """Send everything that is due now, and return: for the console and for tests."""
        while await self._start_due(self.channels) or self._sending:
            await asyncio.gather(*self._sending.values())

    async def take_over(self, channel: str) -> None:
        """What another process was sending, when it died or lost the channel, becomes unknown. We
        may have lost it ourselves for a moment: what we still send we shall write down."""
        stopped = await self._outbox.interrupted([channel], besides=tuple(self._sending))
        if stopped:
            _log.warning("messages_of_unknown_outcome", count=stopped, channel=channel)

    async def _hold(self, channel: str) -> None:
        """For ever: have the channel whenever no other process has it."""
        while True:
            try:
                async with self._leases.holding(f"send:{channel}") as held:
                    await self.take_over(channel)
                    if channel in self._before:
                        await self._before[channel]()
                    self._held.add(channel)
                    self.wake()
                    try:
                        await asyncio.Event().wait()
                    finally:
                        self._held.discard(channel)
                        if not held.lost:  # else nobody waits for us, and we may yet write it down
                            await self._let_finish(channel)
            except (LeaseLost, StorageUnavailable) as error:
                _log.error("channel_lost", channel=channel, reason=error.message)
                await asyncio.sleep(POLL_S)

    async def _send_for_ever(self) -> None:
        while True:
            self._wake.clear()
            await self._start_due(sorted(self._held))
            # Not wait_for: before Python 3.12 it can swallow a cancellation.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._look_again_s):
                    await self._wake.wait()

    async def _start_due(self, channels: Sequence[str]) -> int:
        """Begin what may be sent now; how many. Sets when to look again at the latest."""
        self._look_again_s = POLL_S
        # What ends wakes us again.
        open_now = [n for n in channels if self._may_try(n) and self._in_flight(n) < self._most(n)]
        if not open_now:
            return 0
        try:
            due = await self._outbox.due(open_now, self._clock.now())
            edits = await self._outbox.edits_due(open_now)
        except StorageUnavailable as error:
            _log.error("outbox_unreadable", error=error.message)
            return 0
        started = sum(self._start(each, self._send) for each in due)
        return started + sum(self._start(each, self._edit) for each in edits)

    def _start(
        self,
        one: tuple[Conversation, Message],
        send: Callable[[Conversation, Message], Coroutine[Any, Any, None]],
    ) -> bool:
        conversation, message = one
        name = conversation.channel
        if conversation.id in self._sending or self._in_flight(name) >= self._most(name):
            return False
        # Before anything is begun: what waits for its slot is not on its way.
        wait = self._channels[name].slot(conversation)
        if wait > 0:
            self._look_again_s = min(self._look_again_s, wait)
            return False
        task = asyncio.create_task(send(conversation, message), name=name)
        self._sending[conversation.id] = task
        task.add_done_callback(partial(self._finished, conversation.id))
        return True

    def _in_flight(self, channel: str) -> int:
        return sum(task.get_name() == channel for task in self._sending.values())

    def _most(self, channel: str) -> int:
        """After trouble one message tries the channel before the others follow."""
        return 1 if channel in self._troubles else AT_ONCE

    def _may_try(self, channel: str) -> bool:
        trouble = self._troubles.get(channel)
        return trouble is None or trouble.until <= self._clock.now()

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
            external_id = await channel.send(conversation, message)
        except Exception as error:
            failure = error
        self._note(conversation.channel, failure)
        await self._record(message, external_id, failure)
        self._live.publish(EventKind.SENT, conversation.id)

    async def _edit(self, conversation: Conversation, message: Message) -> None:
        state = SendState.SENT
        try:
            await self._channels[conversation.channel].edit(conversation, message)
        except ChannelError as error:
            self._note(conversation.channel, error)
            if error.whole_channel or error.retry_after is not None:
                await asyncio.sleep(min(error.retry_after or POLL_S, LONGEST_WAIT_S))
                return
            state = SendState.FAILED
        except Exception as error:
            _log.error("edit_broke", message=message.id, error=type(error).__name__)
            state = SendState.FAILED
        try:
            await self._outbox.edited(message, state)
        except StorageUnavailable as error:
            # Putting the same text in place once more does no harm.
            _log.error("outbox_unwritable", error=error.message)
            await asyncio.sleep(POLL_S)
        self._live.publish(EventKind.SENT, conversation.id)

    def _note(self, channel: str, failure: Exception | None) -> None:
        """Whether the whole channel is in trouble. While it is, nothing counts as a try."""
        before = self._troubles.get(channel)
        if not isinstance(failure, ChannelError) or not failure.whole_channel:
            if before is not None:
                del self._troubles[channel]
                _log.warning("channel_well_again", channel=channel)
            return
        failures = 1 if before is None else before.failures + 1
        wait = CHANNEL_BACK_OFF_S[min(failures, len(CHANNEL_BACK_OFF_S)) - 1]
        if failure.retry_after is not None:
            wait = min(max(failure.retry_after, 0.0), LONGEST_WAIT_S)
        now = self._clock.now()
        since = now if before is None else before.since
        self._troubles[channel] = Trouble(
            failure.message, since, now + timedelta(seconds=wait), failures
        )
        if before is None:
            _log.error("channel_in_trouble", channel=channel, error=failure.message)

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
        elif error.whole_channel:
            await self._outbox.put_back(message.id, self._clock.now(), error.message)
        elif error.permanent or message.attempts >= len(BACK_OFF_S):
            reach = None if error.reach is None else Reach(error.reach)
            await self._outbox.failed(message.id, error.message, reach)
        else:
            wait = BACK_OFF_S[message.attempts]
            if error.retry_after is not None:
                wait = min(max(error.retry_after, 0.0), LONGEST_WAIT_S)
            now = self._clock.now()
            until = now + timedelta(seconds=wait)
            await self._outbox.postpone(message.id, now, until, error.message)

    async def _let_finish(self, channel: str) -> None:
        tasks = [task for task in self._sending.values() if task.get_name() == channel]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=GRACE_S)
            for task in late:
                task.cancel()
