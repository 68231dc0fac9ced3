"""Stop 2 of 7: the story of a turn. Seen before? Whose conversation? What fits? What now?

First `arrival.py` (a message into its conversation). When its turn is due: `reading.py` (and by
way of it `prompter/suggest.py`), `decide.py`, `replies.py`, then `delivery.py`. The endless worker
that calls all this is in `worker.py`.
"""

import asyncio
from random import SystemRandom

import structlog

from sufler.conversation import wording
from sufler.conversation.arrival import Arrivals, Chance, LanguageOf
from sufler.conversation.buttons import HELPED, NOT_IT
from sufler.conversation.decide import DEFAULT_POLICY, Gesture, Policy, decide
from sufler.conversation.delivery import Delivery
from sufler.conversation.drawing import draws_of
from sufler.conversation.flow_work import FlowWork
from sufler.conversation.flowing import Flowing, Moved, ended
from sufler.conversation.intake import clean_incoming
from sufler.conversation.open_turns import OpenTurns
from sufler.conversation.ports import (
    Conversations,
    Decided,
    Duty,
    Inbox,
    Knowledge,
    Outcome,
    Prompting,
    Told,
)
from sufler.conversation.reading import Asked, KindOf, Reader, Seen
from sufler.conversation.replies import Replies
from sufler.conversation.worker import Worker
from sufler.domain.conversation import InboxRow, Incoming, Message, Owner, SendState
from sufler.domain.decisions import Decision, DecisionKind, Feedback, FeedbackAction, Reason
from sufler.domain.errors import BadInput, Conflict, NotFound
from sufler.domain.knowledge import Language
from sufler.domain.ports import Clock

_log = structlog.get_logger(__name__)

# Times that a turn is decided anew because its conversation changed while it was being decided.
RETRIES = 5
# Nobody who knows some of its numbers can tell the next.
CHANCE = SystemRandom().random

_TO_CUSTOMER = frozenset({None, SendState.SENDING, SendState.SENT, SendState.UNKNOWN})
_WAITS = frozenset({DecisionKind.HAND_OFF, DecisionKind.STATUS})
_WRONG = frozenset({Reason.NOT_IT, Reason.RUNNER_UP})


class Turns:
    """Receives messages and answers each turn once: in order within a conversation, in parallel
    across them. `language_of(text, default)` and `kind_of(text)` are `prompter.turn_kind`'s;
    `chance` gives each message its u."""

    def __init__(
        self,
        *,
        inbox: Inbox,
        open_turns: OpenTurns,
        conversations: Conversations,
        delivery: Delivery,
        prompter: Prompting,
        knowledge: Knowledge,
        duty: Duty,
        clock: Clock,
        language_of: LanguageOf,
        kind_of: KindOf,
        flowing: Flowing,
        flow_work: FlowWork,
        policy: Policy = DEFAULT_POLICY,
        default_language: Language = "ru",
        chance: Chance = CHANCE,
    ) -> None:
        self.policy = policy
        self._inbox = inbox
        self._conversations = conversations
        self._delivery = delivery
        self._duty = duty
        self._clock = clock
        self._arrivals = Arrivals(
            conversations=conversations,
            knowledge=knowledge,
            clock=clock,
            language_of=language_of,
            policy=policy,
            default_language=default_language,
            chance=chance,
        )
        self._reader = Reader(
            conversations=conversations,
            prompter=prompter,
            knowledge=knowledge,
            duty=duty,
            clock=clock,
            language_of=language_of,
            kind_of=kind_of,
            flowing=flowing,
            policy=policy,
        )
        self._flowing = flowing
        self._flow_work = flow_work
        self._replies = Replies(knowledge, clock)
        self._worker = Worker(inbox, open_turns, delivery, clock, self)
        flow_work.wake_turns = self._worker.wake

    def use(self, policy: Policy, default_language: Language) -> None:
        """Decide by these from the next turn on."""
        self.policy = self._reader.policy = self._arrivals.policy = policy
        self._arrivals.default_language = default_language

    async def receive(self, incoming: Incoming) -> bool:
        """Store what a customer sent, once; False when it was seen before, or is not taken from one
        who is banned or floods us: there is nothing more to do about it either way.

        When this returns, the message is safe, and the channel may acknowledge it. Raises
        StorageUnavailable when it could not be stored, and BadInput without an id.
        """
        incoming = clean_incoming(incoming)
        if not incoming.external_id or not incoming.customer.external_id:
            raise BadInput("a message needs an id and a customer with an id", field="external_id")
        most = self.policy.most_an_hour
        stored = await self._inbox.add(incoming, self._clock.now(), most)
        if stored:
            self.wake()
        return stored

    def wake(self) -> None:
        """There is a new row in the inbox."""
        self._worker.wake()

    async def run(self) -> None:
        """Handle and send for ever, beginning with what an earlier process left unfinished."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._worker.run())
            group.create_task(self._flow_work.run())

    async def drain(self) -> None:
        """Handle and send what is due now, and return: for the console and for tests."""
        while True:
            await self._worker.drain()
            if not await self._flow_work.drain():
                return

    async def take_in(self, row: InboxRow) -> str | None:
        """One row of the inbox into its conversation, whose id is returned; None when the row
        belongs to none. Raises what went wrong."""
        conversation = await self._arrivals.take_in(row)
        if conversation is None:
            return None
        self._delivery.arrived(conversation.id)
        return conversation.id

    async def decide(self, conversation_id: str) -> bool:
        """The open turn of a conversation, to its stored outcome; False when the customer has
        written meanwhile and it is not yet due again. Raises what went wrong."""
        try:
            seen = await self._reader.read(conversation_id)
        except NotFound as error:
            if error.field != "conversation_id":
                raise
            return True  # erased meanwhile: there is nobody to answer
        if seen is None:
            return True
        decided: list[Decided] = []
        moved: Moved | None = None
        for asked in seen.asked:
            decision = decide(asked.situation, self.policy)
            _log.debug("decided", kind=decision.kind, reason=decision.reason)
            if decision.kind is DecisionKind.FLOW:
                moved = await self._step(seen, asked, decision)
                decided += moved.decided
            else:
                decided.append(await self._decided(seen, asked, decision))
        stored = await self._delivery.deliver(self._outcome(seen, tuple(decided), moved))
        if stored and moved is not None:
            self._flow_work.wake()
        return stored

    async def give_up(self, conversation_id: str, error: str) -> None:
        """Hand over a turn that cannot be decided, without asking the parts that may have failed.

        Raises Conflict when the conversation changes all the time.
        """
        for _ in range(RETRIES):
            at_hand = await self._conversations.at_hand(conversation_id, 0)
            if at_hand is None:
                return
            before, run = at_hand.conversation, at_hand.run
            owned = before.owner is Owner.OPERATOR
            if owned:
                decided = Decided(Decision(DecisionKind.STAY_SILENT, Reason.OPERATOR_OWNS))
            else:
                prospect = await self._duty.prospect(before, before.language)
                said = wording.hand_off(Reason.FAILURE, before.language, prospect)
                failed = Decision(DecisionKind.HAND_OFF, Reason.FAILURE)
                decided = Decided(failed, replies=(said,), prospect=prospect)
            outcome = Outcome(
                before=before,
                turn=at_hand.turn,
                language=before.language,
                decided=(decided,),
                owner=Owner.OPERATOR if owned else Owner.QUEUE,
                at=self._clock.now(),
                failure=error,
                # It may be the flow that failed: it must not fail with the next turn too.
                run=None if run is None or owned else ended(run),
            )
            if await self._delivery.deliver(outcome):
                return
        raise Conflict("the conversation changed too often while its turn was given up")

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

    async def _step(self, seen: Seen, asked: Asked, decision: Decision) -> Moved:
        return await self._flowing.step(
            seen.conversation,
            seen.turn,
            decision,
            under_way=seen.run,
            language=seen.language,
            suggestion=asked.suggestion,
            suggested=lambda words: self._reader.aside(seen, words),
            policy=self.policy,
            question=asked.about.text if asked.about is not None else "",
            early=asked.quoted,
        )

    async def _decided(self, seen: Seen, asked: Asked, decision: Decision) -> Decided:
        prospect = None
        if decision.kind in _WAITS:
            topic = asked.situation.items[0].topic if asked.situation.items else ""
            prospect = await self._duty.prospect(seen.conversation, seen.language, topic)
        reply = self._replies.to(seen, asked, decision, prospect)
        return Decided(
            decision,
            asked.suggestion,
            () if reply is None else (reply,),
            asked.about.id if asked.about is not None else None,
            prospect,
        )

    def _outcome(self, seen: Seen, decided: tuple[Decided, ...], moved: Moved | None) -> Outcome:
        before, now = seen.conversation, self._clock.now()
        closes = any(each.decision.kind is DecisionKind.CLOSE for each in decided)
        made = [(each.suggestion, each.decision) for each in decided if each.suggestion]
        handed = any(each.decision.kind is DecisionKind.HAND_OFF for each in decided)
        run, note = (None, "") if moved is None else (moved.run, moved.note)
        if handed and moved is None and seen.run is not None and before.owner is Owner.BOT:
            # Whoever takes over must know what the customer has told already.
            run, note = self._flowing.left(seen.run, "handed_off", seen.language)
        withdraws = any(each.situation.gesture is Gesture.NO_MORE for each in seen.asked)
        if withdraws and seen.run is not None:
            run, _ = self._flowing.left(seen.run, "cancelled", seen.language)
        return Outcome(
            before=before,
            turn=seen.turn,
            language=seen.language,
            decided=decided,
            owner=Owner.QUEUE if handed else before.owner,
            at=now,
            misses=_misses(before.misses, decided),
            closes=closes,
            run=run,
            note=note,
            withdraws=withdraws,
            draws=draws_of(before, seen.turn, seen.sample, seen.share, made),
            feedback=tuple(
                each
                for asked, made in zip(seen.asked, decided, strict=moved is None)
                for each in self._feedback(before.id, asked, made.decision)
            ),
        )

    def _feedback(
        self, conversation_id: str, asked: Asked, decision: Decision
    ) -> tuple[Feedback, ...]:
        """What the customer said of the bot's last answer."""
        about, left = asked.about, asked.situation.left
        button = asked.message.button or ""
        if about is None or not left:
            return ()
        if button.startswith(HELPED):
            action = FeedbackAction.CONFIRMED
        elif button.startswith(NOT_IT) or decision.reason in _WRONG:
            action = FeedbackAction.REJECTED
        else:
            return ()
        by = f"customer:{conversation_id}"
        wrong = left[0].article_id
        return (Feedback(about.id, action, by, self._clock.now(), wrong, reason="customer"),)


def _misses(before: int, decided: tuple[Decided, ...]) -> int:
    if any(each.decision.reason in _WRONG for each in decided):
        return before + 1
    silent = all(each.decision.kind is DecisionKind.STAY_SILENT for each in decided)
    answers = any(each.decision.reason is Reason.CONFIDENT for each in decided)
    # Another question that was answered: whether that is right, nobody has said yet.
    return before if silent or not answers else 0
