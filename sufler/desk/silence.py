"""What silence leads to: an operator's gives the bot back, a customer's warns and closes; and who
still waits when the day is over is told so."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sufler.conversation import wording
from sufler.conversation.buttons import solved
from sufler.conversation.delivery import Delivery
from sufler.conversation.live import LiveEvents
from sufler.conversation.ports import Reply
from sufler.desk.assignment import BY
from sufler.desk.prospects import Prospects
from sufler.desk.queues import Queues
from sufler.desk.records import Staff, WaitingRecords
from sufler.domain.conversation import Author, Conversation, Owner, Reach
from sufler.domain.events import EventKind
from sufler.domain.queues import Awaits, Queue


class Silence:
    """Four chores about those who say nothing."""

    def __init__(
        self,
        waiting: WaitingRecords,
        queues: Queues,
        prospects: Prospects,
        staff: Staff,
        live: LiveEvents,
        delivery: Delivery,
    ) -> None:
        self._waiting = waiting
        self._queues = queues
        self._prospects = prospects
        self._staff = staff
        self._live = live
        self._delivery = delivery

    async def of_operators(self, now: datetime) -> int:
        """Give the bot back what operators have left alone for too long; how many. Whoever still
        waits for an answer is told; the old hand-off makes no new one."""
        queues = await self._queues.by_id()
        rules = [each.silence for each in queues.values()]
        if not any(rule.operator_min or rule.by_topic for rule in rules):
            return 0
        given = 0
        for each in await self._waiting.with_operators():
            minutes = await self._patience(each, queues)
            heard = [each.owned_since, each.operator_at, each.unanswered_since]
            last = max((moment for moment in heard if moment), default=now)
            if minutes is None or now - last < timedelta(minutes=minutes):
                continue
            waits = each.unanswered_since is not None
            say = wording.back_with_bot(each.language) if waits else None
            given += self._told(
                await self._waiting.to_bot(each, now, kind="returned", by=BY, close=False, say=say),
                EventKind.OWNER,
                each,
            )
        return given

    async def _patience(self, each: Conversation, queues: Mapping[str | None, Queue]) -> int | None:
        rule = queues.get(each.queue_id, queues[None]).silence
        if rule.by_topic:
            topic = await self._waiting.topic_of(each)
            if topic in rule.by_topic:
                return rule.by_topic[topic]
        return rule.operator_min

    async def of_customers(self, now: datetime) -> int:
        """Warn customers who do not answer, and close what they leave alone still; how many. A
        customer who cannot be reached is not warned."""
        queues = await self._queues.by_id()
        patience = [each.silence.warn_min for each in queues.values() if each.silence.warn_min]
        if not patience:
            return 0
        names = {person.id: person.name for person in await self._staff.all()}
        done = 0
        for each in await self._waiting.silent_customers(now - timedelta(minutes=min(patience))):
            queue = queues.get(each.queue_id, queues[None])
            done += await self._close_or_warn(each, queue, names, now)
        return done

    async def _close_or_warn(
        self, each: Conversation, queue: Queue, names: Mapping[str, str], now: datetime
    ) -> bool:
        rule = queue.silence
        heard = [moment for moment in (each.customer_at, each.operator_at) if moment]
        if rule.warn_min is None or now - max(heard) < timedelta(minutes=rule.warn_min):
            return False
        reachable = each.reach is Reach.OPEN
        if reachable and each.warned_at is None:
            words = wording.will_close(each.language, rule.close_min)
            warning = _in_the_owners_name(words, each, names)
            warned = await self._waiting.say(each, warning, now, warned=True)
            return self._told(warned, EventKind.MESSAGE, each)
        if each.warned_at and now - each.warned_at < timedelta(minutes=rule.close_min):
            return False
        closed = await self._waiting.to_bot(each, now, kind="closed", by=BY, close=True)
        return self._told(closed, EventKind.CLOSED, each)

    async def when_hours_end(self, now: datetime) -> int:
        """Tell those who wait, and were promised a person, when work goes on; how many."""
        queues = await self._queues.by_id()
        if all(each.calendar.open_at(now) for each in queues.values()):
            return 0
        told = 0
        for each in await self._waiting.in_queues():
            queue = queues.get(each.queue_id, queues[None])
            if each.told != Awaits.ON_DUTY.value or queue.calendar.open_at(now):
                continue
            prospect = await self._prospects.of_queue(queue, each, each.language)
            say = wording.hours_over(each.language, prospect)
            said = await self._waiting.say(each, say, now, told=prospect.awaits.value)
            told += self._told(said, EventKind.MESSAGE, each)
        return told

    def _told(self, done: bool, kind: EventKind, each: Conversation) -> bool:
        if done:
            self._live.publish(kind, each.id)
            self._delivery.wake()
        return done


def _in_the_owners_name(words: str, each: Conversation, names: Mapping[str, str]) -> Reply:
    """Where a person owns the conversation the bot says nothing, not even this."""
    close = solved(each.language, each.episode)
    if each.owner is not Owner.OPERATOR:
        return Reply(words, (close,))
    operator_id = each.operator_id or ""
    return Reply(
        words,
        (close,),
        author=Author.OPERATOR,
        author_name=names.get(operator_id, ""),
        author_id=operator_id,
    )
