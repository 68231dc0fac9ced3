"""What the desk shows, read through `desk/desk.py` and put into words; it knows no page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sufler.desk.desk import Desk
from sufler.desk.escalation import TO_QUEUE, TO_SUPERVISORS
from sufler.desk.learned import LearnedDesk
from sufler.desk.past import Past
from sufler.desk.people import People, may
from sufler.domain.conversation import Author, Conversation, Message, Owner, SendState
from sufler.domain.decisions import Suggestion
from sufler.domain.knowledge import Language
from sufler.domain.learning import Use
from sufler.domain.people import Caller, Right
from sufler.domain.ports import Clock
from sufler.domain.queues import Note
from sufler.domain.texts import CATALOGUE, text
from sufler.web.desk_before import Before, before_of, reason_words, trouble_words
from sufler.web.desk_lines import Shown
from sufler.web.desk_lists import RECENT, Listed, Lists, SharedLists

FIRST_PAGE = 50
# Seconds for which it is remembered which queues are hidden from a page, and what it has drafts of.
STANDS_S = 2.0

# Ids of queues that are hidden, of queues that are other people's, and of drafted conversations.
_Standing = tuple[frozenset[str], frozenset[str], frozenset[str]]

_EDITABLE = {SendState.PENDING, SendState.SENDING, SendState.SENT}


@dataclass(frozen=True, slots=True)
class Entry:
    """A conversation in the list, in words. `topic` is what the customer's question is about.
    `alert` names what operators are to be told of: it is another one when there is news.
    `elsewhere`: it belongs to a queue of other people. `promise` is a value of `Promise` while the
    customer waits for a person's words. `drafted`: the caller has begun a reply."""

    id: str
    name: str
    preview: str
    time: str
    reason: str = ""
    topic: str = ""
    channel: str = ""
    alert: str = ""
    escalated: bool = False
    promise: str = ""
    elsewhere: bool = False
    drafted: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """The lists: the queue with the longest waiting first, the caller's own, and the newest; and
    other operators' whose customers have waited for too long."""

    waiting: tuple[Entry, ...] = ()
    mine: tuple[Entry, ...] = ()
    recent: tuple[Entry, ...] = ()
    escalated: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Talk:
    """The picked conversation. `mine`: the caller has it; `open_to_me`: the caller may answer.
    `quoted`: what its messages quote, by the channel's id; `notes` are staff's own, never sent.
    `stale`: the customer has written something that the suggestion does not know yet. `uses`:
    lesson and use by the message."""

    conversation: Conversation
    messages: tuple[Message, ...]
    suggestion: Suggestion | None
    name: str
    facts: str
    owner: str
    reason: str
    mine: bool
    open_to_me: bool
    operator_id: str = ""
    quoted: Mapping[str, Message] = field(default_factory=dict)
    before: Before = field(default_factory=Before)
    notes: tuple[Note, ...] = ()
    stale: bool = False
    uses: Mapping[int, tuple[int, Use]] = field(default_factory=dict)

    def stream(self) -> list[Message | Note]:
        """Messages and notes in the order of their times; notes older than what is shown wait
        until that is read."""
        first = self.messages[0].at if self.messages else None
        notes = [each for each in self.notes if first is None or each.at >= first]
        return sorted([*self.messages, *notes], key=lambda each: each.at)

    def may_edit(self, message: Message) -> bool:
        """Whether it is a reply of the caller's own that may be changed."""
        return self.own(message) and self.open_to_me and message.state in _EDITABLE

    def own(self, message: Message) -> bool:
        """Whether the caller has sent it."""
        return message.author is Author.OPERATOR and message.author_id == self.operator_id

    def shown(self, message: Message) -> Shown:
        """One of its messages, as the caller sees it."""
        quoted = self.quoted.get(message.quotes) if message.quotes else None
        use = self.uses.get(message.id)
        return Shown(
            message, quoted, self.may_edit(message), self.open_to_me, self.own(message), use
        )


class BoardReader:
    """Reads for one page. What does not change under its name is remembered."""

    def __init__(
        self,
        desk: Desk,
        past: Past | None,
        people: People,
        clock: Clock,
        language: Language,
        lists: SharedLists,
        learned: LearnedDesk | None = None,
    ) -> None:
        self._learned = learned
        self._desk = desk
        self._past = past
        self._people = people
        self._clock = clock
        self._language = language
        self._lists = lists
        self._stood: _Standing | None = None
        self._stood_at = 0.0

    async def board(self, caller: Caller, since: float) -> Board:
        """The lists as they were at `since` (the loop's time) or later, none of the three with a
        conversation of another one. Of other people's queues only a supervisor sees anything."""
        lists = await self._lists.read(since)
        hidden, others, drafts = await self._standing(caller)
        supervises = may(caller, Right.SUPERVISE)

        def seen(group: Iterable[Listed]) -> list[Listed]:
            return [each for each in group if each.conversation.queue_id not in hidden]

        def entry(each: Listed, most: int = TO_SUPERVISORS) -> Entry:
            elsewhere = each.conversation.queue_id in others
            alert = _alert(each.conversation, most)
            drafted = each.conversation.id in drafts
            made = self.entry(each, lists)
            return replace(made, elsewhere=elsewhere, alert=alert, drafted=drafted)

        mine = [await self._lists.listed(each) for each in await self._desk.mine(caller)]
        waiting, step = seen(lists.waiting), TO_SUPERVISORS if supervises else TO_QUEUE
        own = {each.conversation.id for each in mine}
        listed = own | {each.conversation.id for each in waiting}
        recent = [each for each in seen(lists.newest) if each.conversation.id not in listed]
        late = [each for each in seen(lists.escalated) if each.conversation.id not in own]
        return Board(
            tuple([entry(each, step) for each in waiting]),
            tuple([entry(each) for each in mine]),
            tuple([entry(each) for each in recent[:RECENT]]),
            tuple([entry(each, step) for each in late]),
        )

    async def _standing(self, caller: Caller) -> _Standing:
        """What changes seldom: read every few seconds, however often the lists are drawn."""
        now = self._clock.monotonic()
        if self._stood is None or now - self._stood_at > STANDS_S:
            queues = self._desk.lines.queues
            hidden = others = await queues.hidden_from(caller)
            if may(caller, Right.SUPERVISE):
                others = await queues.hidden_from(caller, ours=True)
            drafts = frozenset(await self._desk.workplace.drafts.mine(caller))
            self._stood, self._stood_at = (hidden, others, drafts), now
        return self._stood

    async def talk(self, caller: Caller, conversation_id: str, most: int = FIRST_PAGE) -> Talk:
        """The conversation with its newest `most` messages. Raises NotFound."""
        conversation = await self._desk.get(conversation_id)
        operator_id = caller.person_id or caller.id
        mine = conversation.owner is Owner.OPERATOR and conversation.operator_id == operator_id
        messages = tuple(await self._desk.history(conversation_id, most))
        suggestion = await self._desk.current_suggestion(conversation_id)
        await self._desk.workplace.readers.opened(caller, conversation_id)
        notes = await self._desk.lines.transfers.notes(caller, conversation_id)
        quoted, before = await self._read_past(caller, conversation, messages)
        told = await self._learned.uses(caller, conversation_id) if self._learned else {}
        return Talk(
            conversation=conversation,
            messages=messages,
            suggestion=suggestion,
            name=self.name_of(conversation),
            facts=self._facts(conversation),
            owner=await self._owner(caller, conversation, mine),
            reason=self._reason(conversation),
            mine=mine,
            open_to_me=mine or conversation.owner is not Owner.OPERATOR,
            operator_id=operator_id,
            quoted=quoted,
            before=before,
            notes=tuple(notes),
            stale=suggestion is not None and any(each.open for each in messages),
            uses={id_: (lesson, use) for id_, (lesson, use, _why) in told.items()},
        )

    async def _read_past(
        self, caller: Caller, conversation: Conversation, messages: tuple[Message, ...]
    ) -> tuple[Mapping[str, Message], Before]:
        past = self._past
        if past is None:
            return {}, Before()
        delay = await past.delay(caller, conversation.channel)
        channel = self.channel_of(conversation)
        troubles = trouble_words(conversation, channel, delay, self._language)
        tried = await past.tried(caller, conversation)
        before = before_of(conversation, messages, tried, troubles, self._language)
        return await past.quoted(caller, conversation.id, messages), before

    def name_of(self, conversation: Conversation) -> str:
        """The customer's name, or a number to tell visitors without one apart."""
        customer = conversation.customer
        number = conversation.ticket or conversation.id[:4]
        return customer.name or customer.first_name or self._text("desk_visitor", number=number)

    def time_of(self, moment: datetime) -> str:
        """How long ago, roughly."""
        seconds = max(0.0, (self._clock.now() - moment).total_seconds())
        if seconds < 60:
            return self._text("desk_time_now")
        if seconds < 3600:
            return self._text("desk_time_minutes", count=int(seconds // 60))
        if seconds < 86400:
            return self._text("desk_time_hours", count=int(seconds // 3600))
        return self._text("desk_time_days", count=int(seconds // 86400))

    def entry(self, listed: Listed, lists: Lists) -> Entry:
        """A conversation of a list, in words."""
        conversation = listed.conversation
        waits = conversation.owner is Owner.QUEUE and conversation.waiting_since is not None
        since = conversation.waiting_since if waits else None
        promise = lists.promise(conversation, self._clock.now())
        return Entry(
            id=conversation.id,
            name=self.name_of(conversation),
            preview=listed.said,
            time=self.time_of(since or conversation.updated_at),
            reason=self._reason(conversation) if waits else "",
            topic=listed.topic,
            channel=self.channel_of(conversation),
            escalated=conversation.escalated > 0,
            promise=promise.value if promise else "",
        )

    def _facts(self, conversation: Conversation) -> str:
        parts = [
            self.channel_of(conversation),
            self._text(f"desk_language_{conversation.language}"),
        ]
        if conversation.ticket:
            parts.append(self._text("desk_ticket", number=conversation.ticket))
        return " · ".join(parts)

    def channel_of(self, conversation: Conversation) -> str:
        """The channel's name in words."""
        key = f"desk_channel_{conversation.channel}"
        return self._text(key) if key in CATALOGUE else conversation.channel

    def _reason(self, conversation: Conversation) -> str:
        reason = conversation.hand_off_reason
        return "" if reason is None else reason_words(reason, self._language)

    async def operator_of(self, conversation: Conversation) -> str:
        """The name of the operator who has it."""
        names = {person.id: person.name for person in await self._people.list()}
        return names.get(conversation.operator_id or "", self._text("desk_someone"))

    async def _owner(self, caller: Caller, conversation: Conversation, mine: bool) -> str:
        if mine:
            return self._text("desk_owner_you")
        if conversation.owner is Owner.OPERATOR:
            name = await self.operator_of(conversation)
            return self._text("desk_owner_other", name=name)
        if conversation.owner is Owner.QUEUE and conversation.waiting_since is not None:
            waited = self.time_of(conversation.waiting_since)
            return self._text("desk_owner_queue", time=waited)
        if conversation.open:
            return self._text("desk_owner_bot")
        past = self._past
        theirs = past is not None and await past.closed_by_customer(caller, conversation.id)
        return self._text("desk_closed_by_customer" if theirs else "desk_closed")

    def _text(self, key: str, **values: object) -> str:
        return text(key, self._language, **values)


def _alert(conversation: Conversation, most: int) -> str:
    """What there is to be told of: that it waits, for long, or that its operator is written to. A
    step of the escalation above `most` is for others."""
    level = min(conversation.escalated, most)
    if conversation.owner is Owner.QUEUE and conversation.waiting_since is not None:
        return f"{conversation.id} {conversation.waiting_since.isoformat()} {level}"
    if conversation.owner is Owner.OPERATOR and level and conversation.unanswered_since is not None:
        return f"{conversation.id} {conversation.unanswered_since.isoformat()} {level}"
    if conversation.owner is Owner.OPERATOR and conversation.customer_at is not None:
        return f"{conversation.id} {conversation.customer_at.isoformat()}"
    return ""
