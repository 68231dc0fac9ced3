"""The desk: the queue, taking, replying, returning and closing, for pages and API alike."""

from collections.abc import Sequence
from datetime import datetime

from sufler.conversation.decide import visible
from sufler.conversation.delivery import Delivery
from sufler.conversation.intake import clean
from sufler.conversation.live import LiveEvents, Subscription
from sufler.conversation.ports import Reply
from sufler.desk.lines import Lines
from sufler.desk.people import require
from sufler.desk.records import ConversationRecords, Staff, SuggestionRecords
from sufler.desk.workplace import Workplace
from sufler.domain.conversation import Attachment, Author, Conversation, Message, Owner
from sufler.domain.decisions import Feedback, FeedbackAction, Suggestion
from sufler.domain.desk import LONGEST_UNDO_S, Draft, DraftSuggestion, Used
from sufler.domain.errors import BadInput, Conflict
from sufler.domain.events import EventKind
from sufler.domain.people import Caller, Right
from sufler.domain.ports import Clock
from sufler.domain.queues import Note
from sufler.domain.variables import fill, unfilled, values_of

MAX_REPLY = 20_000
MAX_PAGE = 200


class Desk:
    """What operators see and do. Every act needs the right to converse (Forbidden) and a
    conversation that exists (NotFound); acting on somebody else's raises Conflict naming them."""

    def __init__(
        self,
        *,
        conversations: ConversationRecords,
        suggestions: SuggestionRecords,
        lines: Lines,
        staff: Staff,
        delivery: Delivery,
        live: LiveEvents,
        clock: Clock,
        workplace: Workplace,
        undo_s: float = 0.0,
    ) -> None:
        """`undo_s`: for how many seconds pages hold a reply back, so that it can be undone."""
        self._conversations = conversations
        self._suggestions = suggestions
        self._staff = staff
        self._delivery = delivery
        self._live = live
        self._clock = clock
        self.lines = lines
        self.duty = lines.duty
        self.workplace = workplace
        self.undo_s = undo_s

    async def waiting(self) -> list[Conversation]:
        """The queue, the longest waiting first."""
        return await self._conversations.waiting()

    async def escalated(self) -> list[Conversation]:
        """With an operator who has not answered for too long, the longest waiting first."""
        return await self._conversations.escalated()

    async def mine(self, caller: Caller) -> list[Conversation]:
        """Those that the caller has, the newest talk first."""
        return await self._conversations.owned_by(_operator_id(caller))

    async def recent(self, limit: int = 50, before: datetime | None = None) -> list[Conversation]:
        """All conversations, the newest talk first; `before` is the last one's `updated_at`."""
        return await self._conversations.recent(_page(limit), before)

    async def get(self, conversation_id: str) -> Conversation:
        """Raises NotFound."""
        return await self._conversations.get(conversation_id)

    async def history(
        self, conversation_id: str, limit: int = 50, before: int | None = None
    ) -> list[Message]:
        """The newest `limit` messages with an id below `before`, oldest first."""
        await self._conversations.get(conversation_id)
        return await self._conversations.messages(conversation_id, _page(limit), before)

    async def current_suggestion(self, conversation_id: str) -> Suggestion | None:
        """What is suggested for the customer's last question, without topics that observe."""
        conversation = await self._conversations.get(conversation_id)
        if conversation.suggestion_id is None:
            return None
        return visible(await self._suggestions.get(conversation.suggestion_id))

    async def take(self, caller: Caller, conversation_id: str) -> Conversation:
        """Make the caller its owner. Taking one's own again is no error."""
        await self._acting(caller)
        operator_id = _operator_id(caller)
        taken = await self._conversations.take(conversation_id, operator_id, self._clock.now())
        await self._check_owner(taken, operator_id)
        self._live.publish(EventKind.OWNER, conversation_id)
        return taken

    async def reply(
        self,
        caller: Caller,
        conversation_id: str,
        text: str,
        *,
        quotes: str | None = None,
        attachments: Sequence[Attachment] = (),
        used: Used | None = None,
        undo_s: float | None = None,
    ) -> Message:
        """Send `text` (safe Markdown, variables are filled) to the customer; a conversation that
        no operator has is taken with it, and the caller's draft is gone. `quotes` is the channel's
        id of a message; `used` says where the text came from. For `undo_s` seconds it waits, and
        `undo` takes it back; by default it goes at once. Raises BadInput for a too long text, for
        an empty one without attachments, and for a `{place}` that nobody has filled."""
        await self._acting(caller)
        operator_id, now = _operator_id(caller), self._clock.now()
        hold_s = _held(undo_s)
        before = await self._conversations.get(conversation_id)
        checked = _checked(text, may_be_empty=bool(attachments))
        said = Reply(
            _filled(checked, before, now, caller),
            author=Author.OPERATOR,
            author_name=caller.name,
            author_id=operator_id,
            quotes=quotes,
            attachments=tuple(attachments),
        )
        owned, message = await self._conversations.reply(
            conversation_id, operator_id, said, now, used=used, hold_s=hold_s
        )
        if message is None:
            raise await self._conflict(owned)
        if before.owner is not Owner.OPERATOR:
            self._live.publish(EventKind.OWNER, conversation_id)
        self._live.publish(EventKind.MESSAGE, conversation_id)
        self._delivery.wake(hold_s)
        return message

    async def undo(self, caller: Caller, conversation_id: str, message_id: int) -> Draft:
        """Take a reply back that waits to be sent: it is gone, with its lesson, and its text stands
        in the caller's draft, which is returned. An answer of the bot that its topic holds is
        stopped by it, and the conversation is the caller's. Raises NotFound, and Conflict for
        another's and when it is too late."""
        await self._acting(caller)
        draft = await self._conversations.undo_reply(
            conversation_id, message_id, _operator_id(caller), self._clock.now()
        )
        self._live.publish(EventKind.OWNER, conversation_id)
        self._live.publish(EventKind.MESSAGE, conversation_id)
        self._live.publish(EventKind.DRAFT, conversation_id)
        self._delivery.wake()  # what stood behind it
        return draft

    async def stream(
        self, caller: Caller, conversation_id: str, limit: int = 50, before: int | None = None
    ) -> list[Message | Note]:
        """Like `history`, with staff's notes in their places by time: those since the oldest of
        these messages, or all of them where that is the conversation's first."""
        notes = await self.lines.transfers.notes(caller, conversation_id)
        messages = await self._conversations.messages(conversation_id, _page(limit), before)
        since = messages[0].at if len(messages) == _page(limit) else None
        until = None
        if before is not None:
            following = await self._conversations.messages(conversation_id, 1, before + 1)
            until = following[0].at if following else None
        return in_order(messages, notes, since, until)

    async def edit(
        self, caller: Caller, conversation_id: str, message_id: int, text: str
    ) -> Message:
        """Another text for a reply of the caller's own; what the customer has already is changed
        there. Raises NotFound, Conflict for somebody else's, and BadInput for an empty text."""
        await self._acting(caller)
        now = self._clock.now()
        before = await self._conversations.get(conversation_id)
        filled = _filled(_checked(text), before, now, caller)
        edited = await self._conversations.edit_reply(
            conversation_id, message_id, _operator_id(caller), filled, now
        )
        self._live.publish(EventKind.MESSAGE, conversation_id)
        self._delivery.wake()
        return edited

    async def suggest_for_draft(
        self, caller: Caller, conversation_id: str, draft: str
    ) -> DraftSuggestion:
        """What fits the customer's turn and the draft together: see `drafting.py`."""
        return await self.workplace.drafting.suggest_for_draft(caller, conversation_id, draft)

    async def return_to_bot(self, caller: Caller, conversation_id: str) -> Conversation:
        """The bot may answer again; the episode goes on."""
        return await self._release(caller, conversation_id, close=False)

    async def close(self, caller: Caller, conversation_id: str) -> Conversation:
        """End the episode; the customer's next message opens a new one with the bot."""
        return await self._release(caller, conversation_id, close=True)

    async def add_feedback(self, feedback: Feedback) -> None:
        """Store what somebody did with a suggestion. Raises NotFound for an unknown suggestion,
        and BadInput for an article that was not offered."""
        suggestion = await self._suggestions.get(feedback.suggestion_id)
        used = feedback.action in (FeedbackAction.ACCEPTED, FeedbackAction.EDITED)
        offered = {item.article_id for item in visible(suggestion).items}
        if used and feedback.article_id is not None and feedback.article_id not in offered:
            raise BadInput("this suggestion did not offer that article", field="article_id")
        await self._suggestions.add_feedback(feedback)

    async def heartbeat(self, caller: Caller) -> None:
        """The caller has the desk open: customers may be told that somebody is there."""
        await self.duty.heartbeat(caller)

    async def anybody(self) -> bool:
        """The port `Duty`: somebody who may answer has the desk open now."""
        return await self.duty.anybody()

    async def exists(self) -> bool:
        """The port `Duty`: there is somebody who may answer at all."""
        return await self.duty.exists()

    def subscribe(self) -> Subscription:
        """Live events of this process, from now on, without end: `async for event in …`."""
        return self._live.subscribe()

    async def _release(self, caller: Caller, conversation_id: str, *, close: bool) -> Conversation:
        await self._acting(caller)
        released = await self._conversations.release(
            conversation_id, _operator_id(caller), self._clock.now(), close=close
        )
        if released is None:
            raise await self._conflict(await self._conversations.get(conversation_id))
        kind = EventKind.CLOSED if close else EventKind.OWNER
        self._live.publish(kind, conversation_id)
        return released

    async def _acting(self, caller: Caller) -> None:
        require(caller, Right.CONVERSE)
        await self.duty.heartbeat(caller)

    async def _check_owner(self, conversation: Conversation, operator_id: str) -> None:
        if conversation.operator_id != operator_id:
            raise await self._conflict(conversation)

    async def _conflict(self, conversation: Conversation) -> Conflict:
        people = {person.id: person.name for person in await self._staff.all()}
        who = people.get(conversation.operator_id or "", "another operator")
        return Conflict(f"{who} has this conversation", field="conversation_id")


def _operator_id(caller: Caller) -> str:
    return caller.person_id or caller.id


def _page(limit: int) -> int:
    return max(1, min(limit, MAX_PAGE))


def _checked(text: str, *, may_be_empty: bool = False) -> str:
    if len(text) > MAX_REPLY:
        raise BadInput(f"a reply is at most {MAX_REPLY} characters", field="text")
    cleaned = clean(text, MAX_REPLY)
    if not cleaned and not may_be_empty:
        raise BadInput("a reply needs a text", field="text")
    return cleaned


def in_order(
    messages: Sequence[Message],
    notes: Sequence[Note],
    since: datetime | None,
    until: datetime | None,
) -> list[Message | Note]:
    """Messages (oldest first) with the notes from `since` until before `until` in their places; at
    one moment the message comes first."""
    merged: list[Message | Note] = list(messages)
    for note in notes:
        if (since is None or note.at >= since) and (until is None or note.at < until):
            place = next((n for n, each in enumerate(merged) if each.at > note.at), len(merged))
            merged.insert(place, note)
    return merged


def _filled(text: str, conversation: Conversation, now: datetime, caller: Caller) -> str:
    values = values_of(conversation, now, conversation.language, caller.name)
    if places := unfilled(text, values):
        names = list(dict.fromkeys(f"{{{place.name}}}" for place in places))
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        raise BadInput(f"still to be filled in: {', '.join(names[:5])}{more}", field="text")
    return fill(text, values, keep=True)  # in code, what looks like a variable stays


def _held(undo_s: float | None) -> float:
    if undo_s is None:
        return 0.0
    if not 0 <= undo_s <= LONGEST_UNDO_S:
        raise BadInput(f"undo_s is 0 to {LONGEST_UNDO_S:g} seconds", field="undo_s")
    return undo_s
