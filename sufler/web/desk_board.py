"""What the desk shows, read through `desk/desk.py` and put into words; it knows no page."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from sufler.desk.desk import Desk
from sufler.desk.people import People
from sufler.domain.conversation import Author, Conversation, Message, Owner, SendState
from sufler.domain.decisions import Suggestion
from sufler.domain.knowledge import Language
from sufler.domain.people import Caller
from sufler.domain.ports import Clock
from sufler.domain.texts import CATALOGUE, text

RECENT = 15
FIRST_PAGE = 50

_MOST_REMEMBERED = 2000
_PREVIEW_CHARS = 90


@dataclass(frozen=True, slots=True)
class Entry:
    """A conversation in the list, in words. `topic` is what the customer's question is about."""

    id: str
    name: str
    preview: str
    time: str
    reason: str = ""
    topic: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """The lists: the queue with the longest waiting first, the caller's own, and the newest."""

    waiting: tuple[Entry, ...] = ()
    mine: tuple[Entry, ...] = ()
    recent: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Talk:
    """The picked conversation. `mine`: the caller has it; `open_to_me`: the caller may answer."""

    conversation: Conversation
    messages: tuple[Message, ...]
    suggestion: Suggestion | None
    name: str
    facts: str
    owner: str
    reason: str
    mine: bool
    open_to_me: bool


class BoardReader:
    """Reads for one page. What does not change under its name is remembered."""

    def __init__(self, desk: Desk, people: People, clock: Clock, language: Language) -> None:
        self._desk = desk
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
        return Talk(
            conversation=conversation,
            messages=tuple(await self._desk.history(conversation_id, most)),
            suggestion=await self._desk.current_suggestion(conversation_id),
            name=self.name_of(conversation),
            facts=self._facts(conversation),
            owner=await self._owner(conversation, mine),
            reason=self._reason(conversation),
            mine=mine,
            open_to_me=mine or conversation.owner is not Owner.OPERATOR,
        )

    def name_of(self, conversation: Conversation) -> str:
        """The customer's name, or a number to tell visitors without one apart."""
        customer = conversation.customer
        number = conversation.ticket or conversation.id[:4]
        return customer.name or customer.first_name or self._text("desk_visitor", number=number)

    def state_of(self, message: Message) -> str:
        """What became of a message of ours, in words; nothing for a customer's."""
        match message.state:
            case None:
                return ""
            case SendState.PENDING if message.error:
                return self._text("desk_state_retry", error=message.error)
            case SendState.FAILED:
                return self._text("desk_state_failed", error=message.error or "—")
            case state:
                return self._text(f"desk_state_{state.value}")

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
        if conversation.hand_off_reason is None:
            return ""
        key = f"reason_{conversation.hand_off_reason}"
        return self._text(key if key in CATALOGUE else "reason_other")

    async def _owner(self, conversation: Conversation, mine: bool) -> str:
        if mine:
            return self._text("desk_owner_you")
        if conversation.owner is Owner.OPERATOR:
            names = {person.id: person.name for person in await self._people.list()}
            name = names.get(conversation.operator_id or "", self._text("desk_someone"))
            return self._text("desk_owner_other", name=name)
        if conversation.owner is Owner.QUEUE and conversation.waiting_since is not None:
            waited = self.time_of(conversation.waiting_since)
            return self._text("desk_owner_queue", time=waited)
        return self._text("desk_owner_bot" if conversation.open else "desk_closed")

    def _text(self, key: str, **values: object) -> str:
        return text(key, self._language, **values)
