"""What the desk shows, read through `desk/desk.py` and put into words; it knows no page."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sufler.desk.desk import Desk
from sufler.desk.past import Past
from sufler.desk.people import People
from sufler.domain.conversation import Author, Conversation, Message, Owner, SendState
from sufler.domain.decisions import Suggestion
from sufler.domain.knowledge import Language
from sufler.domain.people import Caller
from sufler.domain.ports import Clock
from sufler.domain.texts import CATALOGUE, text
from sufler.web.desk_before import Before, before_of, reason_words, trouble_words
from sufler.web.desk_lines import Shown

RECENT = 15
FIRST_PAGE = 50

_EDITABLE = {SendState.PENDING, SendState.SENDING, SendState.SENT}
_MOST_REMEMBERED = 2000
_PREVIEW_CHARS = 90


@dataclass(frozen=True, slots=True)
class Entry:
    """A conversation in the list, in words. `topic` is what the customer's question is about.
    `alert` names what operators are to be told of: it is another one when there is news."""

    id: str
    name: str
    preview: str
    time: str
    reason: str = ""
    topic: str = ""
    channel: str = ""
    alert: str = ""
    escalated: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """The lists: the queue with the longest waiting first, the caller's own, and the newest."""

    waiting: tuple[Entry, ...] = ()
    mine: tuple[Entry, ...] = ()
    recent: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Talk:
    """The picked conversation. `mine`: the caller has it; `open_to_me`: the caller may answer.
    `quoted`: what its messages quote, by the channel's id."""

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

    def may_edit(self, message: Message) -> bool:
        """Whether it is a reply of the caller's own that may be changed."""
        own = message.author is Author.OPERATOR and message.author_id == self.operator_id
        return own and self.open_to_me and message.state in _EDITABLE

    def shown(self, message: Message) -> Shown:
        """One of its messages, as the caller sees it."""
        quoted = self.quoted.get(message.quotes) if message.quotes else None
        return Shown(message, quoted, self.may_edit(message), self.open_to_me)


class BoardReader:
    """Reads for one page. What does not change under its name is remembered."""

    def __init__(
        self, desk: Desk, past: Past | None, people: People, clock: Clock, language: Language
    ) -> None:
        self._desk = desk
        self._past = past
        self._people = people
        self._clock = clock
        self._language = language
        self._previews: OrderedDict[tuple[str, datetime], str] = OrderedDict()
        self._topics: OrderedDict[str, str] = OrderedDict()

    async def board(self, caller: Caller) -> Board:
        """The three lists, none of them with a conversation of another one."""
        waiting = await self._desk.waiting()
        mine = await self._desk.mine(caller)
        listed = {each.id for each in (*waiting, *mine)}
        newest = await self._desk.recent(RECENT + len(listed))
        recent = [each for each in newest if each.id not in listed][:RECENT]
        return Board(
            tuple([await self._entry(each) for each in waiting]),
            tuple([await self._entry(each) for each in mine]),
            tuple([await self._entry(each) for each in recent]),
        )

    async def talk(self, caller: Caller, conversation_id: str, most: int = FIRST_PAGE) -> Talk:
        """The conversation with its newest `most` messages. Raises NotFound."""
        conversation = await self._desk.get(conversation_id)
        operator_id = caller.person_id or caller.id
        mine = conversation.owner is Owner.OPERATOR and conversation.operator_id == operator_id
        messages = tuple(await self._desk.history(conversation_id, most))
        quoted, before = await self._read_past(caller, conversation, messages)
        return Talk(
            conversation=conversation,
            messages=messages,
            suggestion=await self._desk.current_suggestion(conversation_id),
            name=self.name_of(conversation),
            facts=self._facts(conversation),
            owner=await self._owner(conversation, mine),
            reason=self._reason(conversation),
            mine=mine,
            open_to_me=mine or conversation.owner is not Owner.OPERATOR,
            operator_id=operator_id,
            quoted=quoted,
            before=before,
        )

    async def _read_past(
        self, caller: Caller, conversation: Conversation, messages: tuple[Message, ...]
    ) -> tuple[Mapping[str, Message], Before]:
        past = self._past
        if past is None:
            return {}, Before()
        delay = await past.delay(caller, conversation.channel)
        channel = self._channel(conversation)
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

    async def _entry(self, conversation: Conversation) -> Entry:
        waits = conversation.owner is Owner.QUEUE and conversation.waiting_since is not None
        since = conversation.waiting_since if waits else None
        return Entry(
            id=conversation.id,
            name=self.name_of(conversation),
            preview=await self._preview(conversation),
            time=self.time_of(since or conversation.updated_at),
            reason=self._reason(conversation) if waits else "",
            topic=await self._topic(conversation),
            channel=self._channel(conversation),
            alert=_alert(conversation),
            escalated=conversation.escalated > 0,
        )

    async def _preview(self, conversation: Conversation) -> str:
        """What the customer wrote last."""
        key = (conversation.id, conversation.updated_at)
        if key not in self._previews:
            newest = await self._desk.history(conversation.id, 20)
            said = [message.text for message in newest if message.author is Author.CUSTOMER]
            line = " ".join((said[-1] if said else "")[:400].split())
            self._previews[key] = line[:_PREVIEW_CHARS]
            if len(self._previews) > _MOST_REMEMBERED:
                self._previews.popitem(last=False)
        return self._previews[key]

    async def _topic(self, conversation: Conversation) -> str:
        if conversation.suggestion_id is None:
            return ""
        if conversation.suggestion_id not in self._topics:
            suggestion = await self._desk.current_suggestion(conversation.id)
            items = suggestion.items if suggestion else ()
            self._topics[conversation.suggestion_id] = items[0].topic if items else ""
            if len(self._topics) > _MOST_REMEMBERED:
                self._topics.popitem(last=False)
        return self._topics[conversation.suggestion_id]

    def _facts(self, conversation: Conversation) -> str:
        parts = [self._channel(conversation), self._text(f"desk_language_{conversation.language}")]
        if conversation.ticket:
            parts.append(self._text("desk_ticket", number=conversation.ticket))
        return " · ".join(parts)

    def _channel(self, conversation: Conversation) -> str:
        key = f"desk_channel_{conversation.channel}"
        return self._text(key) if key in CATALOGUE else conversation.channel

    def _reason(self, conversation: Conversation) -> str:
        reason = conversation.hand_off_reason
        return "" if reason is None else reason_words(reason, self._language)

    async def operator_of(self, conversation: Conversation) -> str:
        """The name of the operator who has it."""
        names = {person.id: person.name for person in await self._people.list()}
        return names.get(conversation.operator_id or "", self._text("desk_someone"))

    async def _owner(self, conversation: Conversation, mine: bool) -> str:
        if mine:
            return self._text("desk_owner_you")
        if conversation.owner is Owner.OPERATOR:
            name = await self.operator_of(conversation)
            return self._text("desk_owner_other", name=name)
        if conversation.owner is Owner.QUEUE and conversation.waiting_since is not None:
            waited = self.time_of(conversation.waiting_since)
            return self._text("desk_owner_queue", time=waited)
        return self._text("desk_owner_bot" if conversation.open else "desk_closed")

    def _text(self, key: str, **values: object) -> str:
        return text(key, self._language, **values)


def _alert(conversation: Conversation) -> str:
    """What there is to be told of: that it waits, for long, or that its operator is written to."""
    if conversation.owner is Owner.QUEUE and conversation.waiting_since is not None:
        return (
            f"{conversation.id} {conversation.waiting_since.isoformat()} {conversation.escalated}"
        )
    if conversation.owner is Owner.OPERATOR and conversation.customer_at is not None:
        return f"{conversation.id} {conversation.customer_at.isoformat()}"
    return ""
