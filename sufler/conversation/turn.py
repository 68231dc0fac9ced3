"""Stop 2 of 7: the story of a turn. Seen before? Whose conversation? What fits? What now?

Next: `prompter/suggest.py` (by way of `reading.py`), then `decide.py`, then `delivery.py`.
The endless worker that calls `handle` is in `worker.py`.
"""

import structlog

from sufler.conversation import wording
from sufler.conversation.decide import DEFAULT_POLICY, Policy, decide
from sufler.conversation.delivery import Delivery
from sufler.conversation.intake import clean_incoming
from sufler.conversation.ports import (
    Conversations,
    Duty,
    Inbox,
    Knowledge,
    Outcome,
    Prompting,
    Reply,
    Told,
)
from sufler.conversation.reading import LanguageOf, Reader, Seen
from sufler.conversation.replies import Replies
from sufler.conversation.worker import Worker
from sufler.domain.conversation import InboxRow, Incoming, Message, Owner, SendState
from sufler.domain.decisions import Decision, DecisionKind, Reason
from sufler.domain.errors import BadInput, Conflict
from sufler.domain.knowledge import Language
from sufler.domain.ports import Clock

_log = structlog.get_logger(__name__)

# Times that a turn is decided anew because its owner changed while it was being decided.
RETRIES = 5

_TO_CUSTOMER = frozenset({None, SendState.SENDING, SendState.SENT, SendState.UNKNOWN})


class Turns:
    """Receives messages and handles each once: in order within a conversation, in parallel
    across them. `language_of(text, default)` is `prompter.turn_kind.language_of`."""

    def __init__(
        self,
        *,
        inbox: Inbox,
        conversations: Conversations,
        delivery: Delivery,
        prompter: Prompting,
        knowledge: Knowledge,
        duty: Duty,
        clock: Clock,
        language_of: LanguageOf,
        policy: Policy = DEFAULT_POLICY,
        default_language: Language = "ru",
    ) -> None:
        self.policy = policy
        self._inbox = inbox
        self._conversations = conversations
        self._delivery = delivery
        self._duty = duty
        self._clock = clock
        self._reader = Reader(
            conversations=conversations,
            prompter=prompter,
            knowledge=knowledge,
            clock=clock,
            language_of=language_of,
            policy=policy,
            default_language=default_language,
        )
        self._replies = Replies(knowledge, duty, clock)
        self._worker = Worker(inbox, delivery, clock, self.handle, self._give_up)

    async def receive(self, incoming: Incoming) -> bool:
        """Store what a customer sent, once; False when it was seen before.

        When this returns, the message is safe, and the channel may acknowledge it. Raises
        StorageUnavailable when it could not be stored, and BadInput without an id.
        """
        incoming = clean_incoming(incoming)
        if not incoming.external_id or not incoming.customer.external_id:
            raise BadInput("a message needs an id and a customer with an id", field="external_id")
        stored = await self._inbox.add(incoming, self._clock.now())
        if stored:
            self._worker.wake()
        return stored

    async def run(self) -> None:
        """Handle and send for ever, beginning with what an earlier process left unfinished."""
        await self._worker.run()

    async def drain(self) -> None:
        """Handle and send what is due now, and return: for the console and for tests."""
        await self._worker.drain()

    async def handle(self, row: InboxRow) -> None:
        """One message, from the inbox to its stored outcome. Raises what went wrong."""
        for _ in range(RETRIES):
            seen = await self._reader.read(row)
            decision = decide(seen.situation, self.policy)
            _log.debug("decided", kind=decision.kind, reason=decision.reason, row=row.id)
            if await self._delivery.deliver(await self._outcome(seen, decision)):
                return
            if await self._inbox.finished(row.id):
                return  # by another process
        raise Conflict("the conversation changed hands too often while its turn was decided")

    async def talk(
        self, channel: str, customer_id: str, *, after: int = 0, limit: int = 200
    ) -> list[Message]:
        """What this customer may see of their conversation: messages with an id above `after`,
        oldest first; the newest `limit` when `after` is 0."""
        found = await self._conversations.find(channel, customer_id)
        if found is None:
            return []
        if after:
            messages = await self._conversations.messages_after(found.id, after, limit)
        else:
            messages = await self._conversations.messages(found.id, limit)
        return [message for message in messages if message.state in _TO_CUSTOMER]

    async def last_told(self, channel: str, customer_id: str) -> Told | None:
        """The newest decision for this customer, with its suggestion."""
        found = await self._conversations.find(channel, customer_id)
        return None if found is None else await self._conversations.last_told(found.id)

    async def _outcome(self, seen: Seen, decision: Decision) -> Outcome:
        reply = await self._replies.to(seen, decision)
        handed = decision.kind is DecisionKind.HAND_OFF
        return Outcome(
            row=seen.row,
            before=seen.conversation,
            customer_text=seen.shown,
            language=seen.language,
            decision=decision,
            owner=Owner.QUEUE if handed else seen.conversation.owner,
            at=self._clock.now(),
            suggestion=seen.suggestion,
            replies=() if reply is None else (reply,),
        )

    async def _give_up(self, row: InboxRow, error: str) -> None:
        """Park a row that cannot be handled: its customer goes to the queue, without asking the
        parts that may have failed."""
        for _ in range(RETRIES):
            before = await self._reader.conversation_of(row.incoming, guess_language=False)
            if before.owner is Owner.OPERATOR:
                decision = Decision(DecisionKind.STAY_SILENT, Reason.OPERATOR_OWNS)
                replies: tuple[Reply, ...] = ()
                owner = Owner.OPERATOR
            else:
                decision = Decision(DecisionKind.HAND_OFF, Reason.FAILURE)
                said = await wording.hand_off(Reason.FAILURE, before.language, self._duty)
                replies, owner = (said,), Owner.QUEUE
            outcome = Outcome(
                row=row,
                before=before,
                customer_text=row.incoming.text or f"[{row.incoming.kind.value}]",
                language=before.language,
                decision=decision,
                owner=owner,
                at=self._clock.now(),
                replies=replies,
                failure=error,
            )
            if await self._delivery.deliver(outcome) or await self._inbox.finished(row.id):
                return
        raise Conflict("the conversation changed hands too often while its turn was given up")
