"""What operators are told in their own chats: found in the state of the conversations, so that a
process that dies forgets none; sent once, behind what customers are to get."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from datetime import datetime, timedelta
from typing import Final, Protocol
from urllib.parse import quote

import structlog

from sufler.conversation.decide import visible
from sufler.desk.alert_links import LinkRecords
from sufler.desk.duty import DeskDuty
from sufler.desk.escalation import told_at
from sufler.desk.queues import Queues
from sufler.desk.records import ConversationRecords, SuggestionRecords, WaitingRecords
from sufler.domain.alerts import Alert, AlertKind, AlertLink
from sufler.domain.conversation import Conversation, Owner, SendState
from sufler.domain.errors import ChannelError, NotFound, StorageUnavailable
from sufler.domain.knowledge import Language
from sufler.domain.ports import Clock
from sufler.domain.queues import Operator, Queue
from sufler.domain.texts import CATALOGUE, counted, text
from sufler.domain.variables import literal

# Who has looked at the desk within this time has seen what it shows.
LOOKING_FOR: Final = timedelta(seconds=45)
# An automatic queue gives a conversation away within a second or two: that is told instead.
SETTLED_AFTER: Final = timedelta(seconds=15)
# What is older is no news any more.
NEWS_FOR: Final = timedelta(minutes=15)
KEPT_FOR: Final = timedelta(days=2)
CHANNEL: Final = "telegram"
# The state of an alert that nobody needs any more before it was sent.
DROPPED: Final = "dropped"

LOOK_S: Final = 1.0
AT_ONCE: Final = 20
BACK_OFF_S: Final = (2.0, 10.0, 30.0, 120.0)
# No send takes longer; what was begun before then has an unknown end.
_LONGEST_SEND: Final = timedelta(minutes=3)

_log = structlog.get_logger(__name__)


class AlertRecords(Protocol):
    """`storage.alerts.AlertStore`."""

    async def add(self, wanted: Iterable[Alert], at: datetime, state: str = ...) -> int: ...
    async def known(self, wanted: Iterable[Alert]) -> Set[Alert]: ...
    async def due(self, now: datetime, limit: int) -> Sequence[Alert]: ...
    async def claim(self, alert_id: int, now: datetime) -> bool: ...
    async def postpone(self, alert_id: int, until: datetime, error: str) -> None: ...
    async def end(self, alert_id: int, state: str, error: str | None = None) -> None: ...
    async def interrupted(self, before: datetime) -> int: ...
    async def forget(self, before: datetime) -> int: ...
    async def given(self, conversation_ids: Iterable[str]) -> Set[tuple[str, str, datetime]]: ...


class Teller(Protocol):
    """The line to operators' own chats: `bot.telegram.send.TelegramChannel`."""

    def spare(self, chat_id: str) -> float:
        """0.0, and one message is counted; or in how many seconds one may go out without keeping
        customers waiting."""
        ...

    async def tell(self, chat_id: str, words: str) -> None:
        """Send safe Markdown. Raises ChannelError."""
        ...


class Alerting:
    """The chore that finds what is to be told."""

    def __init__(
        self,
        alerts: AlertRecords,
        links: LinkRecords,
        waiting: WaitingRecords,
        queues: Queues,
        duty: DeskDuty,
    ) -> None:
        self._alerts = alerts
        self._links = links
        self._waiting = waiting
        self._queues = queues
        self._duty = duty
        self._forgot_at: datetime | None = None

    async def __call__(self, now: datetime) -> int:
        """How many alerts were made."""
        if self._forgot_at is None or now - self._forgot_at > timedelta(hours=1):
            self._forgot_at = now
            await self._alerts.forget(now - KEPT_FOR)
        links = {each.person_id: each for each in await self._links.linked()}
        if not links:
            return 0
        found = [
            alert
            for alert in await self._found(links, now)
            if _wanted(alert, links[alert.person_id], now)
        ]
        known = await self._alerts.known(found) if found else frozenset()
        news = [alert for alert in found if alert not in known]
        # Who looks at the desk is told there, and not once more when they look away.
        seen = [alert for alert in news if _looks(links[alert.person_id], now)]
        if seen:
            await self._alerts.add(seen, now, DROPPED)
        return await self._alerts.add(set(news) - set(seen), now) if len(news) > len(seen) else 0

    async def _found(self, links: Mapping[str, AlertLink], now: datetime) -> list[Alert]:
        queues = await self._queues.by_id()
        everybody = await self._duty.everybody()
        waiting = await self._waiting.in_queues()
        owned = await self._waiting.with_operators()
        off, on_shift = await self._duty.signed_off(), await self._duty.on_shift(now)
        found = await self._given(owned, links)
        for each in waiting:
            queue = queues.get(each.queue_id, queues[None])
            if each.waiting_since and now - each.waiting_since >= SETTLED_AFTER:
                people = told_at(0, queue, everybody) if queue.calendar.open_at(now) else []
                found += [
                    Alert(one.id, each.id, AlertKind.HAND_OFF, each.waiting_since)
                    for one in people
                    if one.id in on_shift
                ]
        for each in (*waiting, *owned):
            queue = queues.get(each.queue_id, queues[None])
            found += [one for one in _escalated(each, queue, everybody) if one.person_id not in off]
        return [alert for alert in found if alert.person_id in links]

    async def _given(
        self, owned: Sequence[Conversation], links: Mapping[str, AlertLink]
    ) -> list[Alert]:
        theirs = [each for each in owned if each.operator_id in links and each.owned_since]
        if not theirs:
            return []
        given = await self._alerts.given(each.id for each in theirs)
        return [
            Alert(each.operator_id, each.id, AlertKind.ASSIGNED, each.owned_since)
            for each in theirs
            if each.operator_id
            and each.owned_since
            and (each.id, each.operator_id, each.owned_since) in given
        ]


def _escalated(each: Conversation, queue: Queue, people: Sequence[Operator]) -> list[Alert]:
    if not each.escalated or each.unanswered_since is None:
        return []
    return [
        Alert(one.id, each.id, AlertKind.ESCALATED, each.unanswered_since, each.escalated)
        for one in told_at(each.escalated, queue, people)
    ]


def _wanted(alert: Alert, link: AlertLink, now: datetime) -> bool:
    """Not what was there before the chat was linked or is old, nor anything in quiet hours."""
    if link.linked_at is None or alert.since < link.linked_at:
        return False
    fresh = alert.kind is AlertKind.ESCALATED or now - alert.since < NEWS_FOR
    return fresh and not (link.quiet is not None and link.quiet.at(now))


def _looks(link: AlertLink, now: datetime) -> bool:
    return link.looked_at is not None and now - link.looked_at <= LOOKING_FOR


class AlertSending:
    """Sends what is due, in the one process that sends for the channel."""

    def __init__(
        self,
        alerts: AlertRecords,
        links: LinkRecords,
        conversations: ConversationRecords,
        suggestions: SuggestionRecords,
        teller: Teller,
        clock: Clock,
        *,
        mine: Callable[[], bool],
        public_url: str | None,
    ) -> None:
        """`mine`: whether this process sends for the channel now, and nothing is wrong with it;
        `public_url` is where operators reach the desk."""
        self._alerts = alerts
        self._links = links
        self._conversations = conversations
        self._suggestions = suggestions
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
        """Send what may go out now; how many. Raises StorageUnavailable."""
        now = self._clock.now()
        await self._alerts.interrupted(now - _LONGEST_SEND)
        due = await self._alerts.due(now, AT_ONCE)
        if not due:
            return 0
        links = {each.person_id: each for each in await self._links.linked()}
        sent = 0
        for alert in due:
            link = links.get(alert.person_id)
            conversation = await self._still(alert, link)
            if conversation is None or link is None or link.chat_id is None:
                await self._alerts.end(alert.id, DROPPED)
            elif self._teller.spare(link.chat_id) == 0 and await self._alerts.claim(alert.id, now):
                sent += await self._send(alert, link, link.chat_id, conversation)
        return sent

    async def _still(self, alert: Alert, link: AlertLink | None) -> Conversation | None:
        """The conversation, where it is still as the alert says and the person has not seen it."""
        now = self._clock.now()
        late = alert.made_at is None or now - alert.made_at > NEWS_FOR
        if link is None or late or _looks(link, now):
            return None
        try:
            found = await self._conversations.get(alert.conversation_id)
        except NotFound:
            return None
        match alert.kind:
            case AlertKind.HAND_OFF:
                holds = found.owner is Owner.QUEUE and found.waiting_since == alert.since
            case AlertKind.ASSIGNED:
                theirs = found.operator_id == alert.person_id
                holds = theirs and found.owned_since == alert.since
            case AlertKind.ESCALATED:
                holds = found.unanswered_since == alert.since
        return found if holds else None

    async def _send(
        self, alert: Alert, link: AlertLink, chat_id: str, conversation: Conversation
    ) -> bool:
        topic = await self._topic(conversation)
        words = words_of(alert, conversation, topic, self._clock.now(), link.language, self._url)
        try:
            await self._teller.tell(chat_id, words)
        except ChannelError as error:
            await self._failed(alert, chat_id, error)
            return False
        except StorageUnavailable:
            raise
        except Exception as error:
            # A mistake of ours in the middle of sending: it may have arrived.
            _log.error("alert_broke", alert=alert.id, error=type(error).__name__)
            await self._alerts.end(alert.id, SendState.UNKNOWN.value, type(error).__name__)
            return False
        await self._alerts.end(alert.id, SendState.SENT.value)
        return True

    async def _failed(self, alert: Alert, chat_id: str, error: ChannelError) -> None:
        _log.warning("alert_not_sent", alert=alert.id, error=error.message)
        if error.outcome_unknown:
            await self._alerts.end(alert.id, SendState.UNKNOWN.value, error.message)
        elif error.permanent or alert.attempts >= len(BACK_OFF_S):
            await self._alerts.end(alert.id, SendState.FAILED.value, error.message)
            if error.reach is not None:
                await self._links.broken(alert.person_id, chat_id, error.message)
        else:
            wait = error.retry_after or BACK_OFF_S[alert.attempts]
            until = self._clock.now() + timedelta(seconds=wait)
            await self._alerts.postpone(alert.id, until, error.message)

    async def _topic(self, conversation: Conversation) -> str:
        if conversation.suggestion_id is None:
            return ""
        try:
            items = visible(await self._suggestions.get(conversation.suggestion_id)).items
        except NotFound:
            return ""
        return items[0].topic if items else ""


def words_of(
    alert: Alert,
    conversation: Conversation,
    topic: str,
    now: datetime,
    language: Language,
    url: str | None,
) -> str:
    """The alert in safe Markdown: who waits, about what, for how long, and the way there; nothing
    of what the customer wrote."""
    customer = conversation.customer
    number = conversation.ticket or conversation.id[:4]
    name = customer.name or customer.first_name or text("desk_visitor", language, number=number)
    lines = [text(f"alert_told_{alert.kind.value}", language, name=literal(name))]
    if topic:
        lines.append(text("alert_told_topic", language, topic=literal(topic)))
    key = f"desk_channel_{conversation.channel}"
    channel = text(key, language) if key in CATALOGUE else conversation.channel
    lines.append(text("alert_told_channel", language, channel=literal(channel)))
    since = conversation.unanswered_since or conversation.waiting_since
    if since is not None:
        minutes = max(1, int((now - since).total_seconds() // 60))
        lines.append(counted("alert_told_waits", language, minutes))
    if url is not None:
        lines.append(f"{url}/desk?conversation={quote(conversation.id)}")
    return "\n".join(lines)
