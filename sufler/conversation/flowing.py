"""Stop 5 of 7: when the decision is a flow, its next step in this conversation; `flows/run.py` is
the flow itself. What it calls is called afterwards, by `flow_work.py`. Next stop: `delivery.py`.
"""

import dataclasses
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from sufler.conversation import wording
from sufler.conversation.decide import Policy, Situation, decide
from sufler.conversation.flow_ports import Flows
from sufler.conversation.ports import AtHand, Decided, Duty, Knowledge, Reply, Stopped
from sufler.domain.conversation import (
    Author,
    Button,
    Conversation,
    Message,
    Owner,
    SendState,
)
from sufler.domain.decisions import Decision, DecisionKind, Reason, Suggestion
from sufler.domain.flows import FlowRun
from sufler.domain.knowledge import FLOW_PREFIX, ArticleStatus, Language, flow_of
from sufler.domain.ports import Clock
from sufler.domain.texts import text
from sufler.domain.variables import fill, values_of
from sufler.flows import run as running
from sufler.flows.given import given
from sufler.flows.state import (
    BUTTON,
    Act,
    Answer,
    Aside,
    Attachment,
    Call,
    CreateRequest,
    HandOff,
    Input,
    Say,
    State,
    Suggest,
)
from sufler.flows.wording import readable, said

# Slots of these kinds take what staff noted down of the customer, by the slot's name.
_KNOWN_KINDS: Final = frozenset({"text", "phone", "email", "address"})
_GOES_ON: Final = Decision(DecisionKind.FLOW, Reason.UNDER_WAY)
_LEAVES: Final = Decision(DecisionKind.HAND_OFF, Reason.FLOW_LEAVES)
_LONGEST_NOTE: Final = 4000
_UNHEARD: Final = frozenset({SendState.CANCELLED, SendState.FAILED})

# What fits a text that is asked aside, and what that means for the rules.
Suggested = Callable[[str], Awaitable[tuple[Suggestion, Situation]]]


@dataclass(frozen=True, slots=True)
class Moved:
    """A flow after a step: what is decided, where it stands, and what people should know who take
    over. `run` None: it stands where it stood."""

    decided: tuple[Decided, ...]
    run: FlowRun | None = None
    note: str = ""


class Flowing:
    """Begins flows and takes them on. Stores nothing."""

    def __init__(self, flows: Flows, knowledge: Knowledge, duty: Duty, clock: Clock) -> None:
        self._flows = flows
        self._knowledge = knowledge
        self._duty = duty
        self._clock = clock

    def command(self, words: str) -> str | None:
        """The article of the flow that begins with this command («/return», or «return» from a
        link); None where there is none."""
        name = words.strip().removeprefix("/").partition("@")[0].lower()
        flows = self._flows.flows.items()
        found = next((key for key, flow in flows if name in flow.triggers.commands), None)
        return None if found is None else FLOW_PREFIX + found

    def is_about(self, run: FlowRun, turn: Sequence[Message]) -> bool:
        """Whether the turn goes on with a flow that was left alone."""
        state = State.from_plain(dict(run.state))
        given = input_of(turn, state.question)
        return running.is_about(self._flows.flows, state, given, self._clock.now())

    def takes_anything(self, run: FlowRun) -> bool:
        """Whether any words answer the question at which the flow stands."""
        return running.takes_anything(self._flows.flows, State.from_plain(dict(run.state)))

    def is_stopped(self, article_id: str, stopped: Stopped) -> bool:
        """Whether automatic answers are stopped for the flow that this article stands for."""
        article = self._knowledge.article(article_id)
        return stopped.everywhere or (article is not None and article.topic in stopped.topics)

    async def step(
        self,
        conversation: Conversation,
        turn: Sequence[Message],
        decision: Decision,
        *,
        under_way: FlowRun | None,
        language: Language,
        suggestion: Suggestion | None,
        suggested: Suggested,
        policy: Policy,
        question: str = "",
        early: bool = False,
    ) -> Moved:
        """The turn that was decided to be a flow's. A flow that is gone leaves to a person.
        `question`: what the customer asked before, when they only chose this now. `early`: when it
        was written, the flow's question was not what they had heard last."""
        now, flows = self._clock.now(), self._flows.flows
        if decision.reason is Reason.UNDER_WAY:
            if under_way is None:
                raise ValueError("no flow is under way")
            before = State.from_plain(dict(under_way.state))
            given = replace(input_of(turn, before.question), early=early or under_way.parked)
            state, acts = running.take(flows, before, given, now)
        else:
            name = flow_of(decision.article_ids[0]) or ""
            if name not in flows:
                gone = Decision(DecisionKind.HAND_OFF, Reason.GONE, decision.article_ids)
                return Moved((await self._handed(conversation, language, gone, suggestion),))
            known = _known(flows[name].slots, conversation.given)
            first = None if decision.reason is Reason.COMMAND else input_of(turn)
            if question and first is not None:
                first = replace(first, text=question)
            run_id = uuid.uuid4().hex
            state, acts = running.start(flows, name, run_id, language, now, first, known)
            under_way = None
        asides = [act for act in acts if isinstance(act, Aside)]
        aside = [await self._aside(each.text, suggested, language, policy) for each in asides]
        moved = await self._moved(conversation, under_way, state, acts, decision, suggestion)
        return replace(moved, decided=(*aside, *moved.decided))

    async def begun(
        self, conversation: Conversation, name: str, data: Mapping[str, str | int | float | bool]
    ) -> Moved:
        """Flow `name`, begun by an event from outside. Nobody reminds a customer who has not asked
        for it: it is left at once when its silence is over. Raises KeyError for a flow that there
        is not."""
        now, flows, language = self._clock.now(), self._flows.flows, conversation.language
        flow = flows[name]
        told = given(flow.slots, data, now, language)
        known = _known(flow.slots, conversation.given) | told
        run_id = uuid.uuid4().hex
        state, acts = running.start(flows, name, run_id, language, now, None, known)
        decision = Decision(DecisionKind.FLOW, Reason.EVENT, (FLOW_PREFIX + name,))
        moved = await self._moved(conversation, None, state, acts, decision)
        if moved.run is None or moved.run.remind_at is None:
            return moved
        left_at = now + timedelta(minutes=flow.park_min)
        return replace(moved, run=replace(moved.run, reminded=True, remind_at=left_at))

    async def answered(
        self, conversation: Conversation, run: FlowRun, key: str, answer: Answer
    ) -> Moved:
        """After a call or a request."""
        before = State.from_plain(dict(run.state))
        state, acts = running.answered(self._flows.flows, before, key, answer, self._clock.now())
        return await self._moved(conversation, run, state, acts, _GOES_ON)

    async def reminded(self, conversation: Conversation, run: FlowRun, stopped: Stopped) -> Moved:
        """After silence: the question once more, or the flow is left where it stands. Nobody is
        reminded long after the time, nor where automatic answers are stopped."""
        flow = self._flows.flows.get(run.flow)
        now, before = self._clock.now(), State.from_plain(dict(run.state))
        state, acts = running.remind(self._flows.flows, before, now)
        over = run.reminded or flow is None or not acts or conversation.owner is not Owner.BOT
        if (
            flow is None
            or over
            or self.is_stopped(FLOW_PREFIX + run.flow, stopped)
            or (run.remind_at is None or now > run.remind_at + timedelta(minutes=flow.park_min))
        ):
            silent = Decision(DecisionKind.STAY_SILENT, Reason.UNDER_WAY)
            return Moved((Decided(silent),), replace(run, parked=True, remind_at=None))
        moved = await self._moved(conversation, run, state, acts, _GOES_ON)
        if moved.run is None:
            return moved
        left_at = now + timedelta(minutes=flow.park_min)
        return replace(moved, run=replace(moved.run, reminded=True, remind_at=left_at))

    def left(self, run: FlowRun, outcome: str, language: Language) -> tuple[FlowRun, str]:
        """The flow ended from outside; and a note of what it knew."""
        now, before = self._clock.now(), State.from_plain(dict(run.state))
        state, known = running.left(self._flows.flows, before, outcome, now)
        return self._run_of(run.conversation_id, run.episode, run, state, []), self._note(
            run.flow, known, language
        )

    async def _moved(
        self,
        conversation: Conversation,
        before: FlowRun | None,
        state: State,
        acts: Sequence[Act],
        decision: Decision,
        suggestion: Suggestion | None = None,
    ) -> Moved:
        language = state.language
        run = self._run_of(conversation.id, conversation.episode, before, state, acts)
        replies = self._replies(conversation, language, acts)
        leaves = next((act for act in acts if isinstance(act, HandOff)), None)
        if leaves is None:
            return Moved((Decided(decision, suggestion, replies),), run)
        asked = leaves.reason == "asked"
        ids, confidence = decision.article_ids, decision.confidence
        why = Reason.ASKS_FOR_PERSON if asked else _LEAVES.reason
        handed = Decision(DecisionKind.HAND_OFF, why, ids, confidence)
        note = self._note(state.begun[0], leaves.summary, language)
        decided = await self._handed(
            conversation, language, handed, suggestion, replies, leaves.queue
        )
        return Moved((decided,), run, note)

    async def _handed(
        self,
        conversation: Conversation,
        language: Language,
        decision: Decision,
        suggestion: Suggestion | None = None,
        before: tuple[Reply, ...] = (),
        queue: str = "",
    ) -> Decided:
        prospect = await self._duty.prospect(conversation, language, queue=queue)
        told = wording.hand_off(decision.reason, language, prospect)
        return Decided(decision, suggestion, _together([*before, told]), prospect=prospect)

    async def _aside(
        self, words: str, suggested: Suggested, language: Language, policy: Policy
    ) -> Decided:
        """A question in the middle: answered by the rules that hold for any other."""
        suggestion, situation = await suggested(words)
        decision = decide(replace(situation, in_flow=False), policy)
        if decision.kind is DecisionKind.ANSWER and decision.reason is Reason.CONFIDENT:
            item = situation.items[0]
            topic = self._knowledge.topics.get(item.topic)
            reply = Reply(item.text, hold_s=0 if topic is None else topic.hold_s)
            return Decided(decision, suggestion, (reply,))
        reply = Reply(text("flow_unknown_aside", language))
        return Decided(replace(_GOES_ON), suggestion, (reply,))

    def _replies(
        self, conversation: Conversation, language: Language, acts: Sequence[Act]
    ) -> tuple[Reply, ...]:
        replies: list[Reply] = []
        for act in acts:
            match act:
                case Say():
                    buttons = tuple(Button(each.label, each.data) for each in act.buttons)
                    replies.append(Reply(act.text, buttons))
                case Suggest():
                    words = self._article(conversation, language, act.article)
                    replies += [Reply(words)] if words else []
                case _:
                    pass
        return _together(replies)

    def _article(self, conversation: Conversation, language: Language, article_id: str) -> str:
        article = self._knowledge.article(article_id)
        now = self._clock.now()
        if article is None or article.status is not ArticleStatus.PUBLISHED:
            return ""
        if not article.valid_at(now):
            return ""
        served_in, translation = article.in_language(language)
        return fill(translation.answer, values_of(conversation, now, served_in))

    def _run_of(
        self,
        conversation_id: str,
        episode: int,
        before: FlowRun | None,
        state: State,
        acts: Sequence[Act],
    ) -> FlowRun:
        now = self._clock.now()
        name, version = state.begun
        asks = state.waiting in {"slot", "confirm"}
        flow = self._flows.flows.get(name)
        remind_at = now + timedelta(minutes=flow.remind_min) if asks and flow else None
        return FlowRun(
            id=state.run,
            conversation_id=conversation_id,
            episode=episode,
            flow=name,
            version=version,
            state=state.to_plain(),
            step=state.step,
            waiting=state.waiting,
            started_at=now if before is None else before.started_at,
            changed_at=now,
            outcome=state.outcome,
            calling=_calling(acts),
            remind_at=remind_at,
            path=tuple(state.path),
        )

    def _note(self, name: str, known: Mapping[str, str], language: Language) -> str:
        flow = self._flows.flows.get(name)
        title = said(flow.title, language) if flow else name
        lines = [f"{label}: {readable(value)}" for label, value in known.items()]
        return "\n".join([text("flow_note", language, name=title), *lines])[:_LONGEST_NOTE]


def input_of(turn: Sequence[Message], question: int = 0) -> Input:
    """A turn as a flow takes it: what was written is read together, with a press before it that
    answers the flow's last `question`. Other presses count only as the last act."""
    last = turn[-1]
    data = last.button if last.button is not None and last.button.startswith(BUTTON) else ""
    if last.button is not None and not data:
        return Input(str(last.id), last.text)
    fresh = f"{BUTTON}{question}:"
    said = [m for m in turn if m.button is None or (m.button.startswith(fresh) and not data)]
    every = [attachment for message in turn for attachment in message.attachments]
    files = [
        Attachment("photo" if each.kind == "photo" else "file", {"id": each.id, "name": each.name})
        for each in every
        if each.id
    ]
    # Without a file it says in words what the message held: a place, or somebody's number.
    told = [each.name.partition(": ")[2] for each in every if not each.id]
    written = [each.text for each in said if not (each.attachments and each.text.startswith("["))]
    return Input(str(last.id), "\n".join([*written, *told]).strip(), data, tuple(files))


def ended(run: FlowRun) -> FlowRun:
    """The run left to people as it stands: for one that cannot go on."""
    return replace(run, outcome="handed_off", waiting="", calling=None, remind_at=None)


def heard_last(at_hand: AtHand, words: Message) -> bool:
    """Whether what the bot said last had arrived when the customer wrote these words, and no
    operator has spoken since."""
    told = [m for m in (*at_hand.history, *at_hand.others) if m.author is not Author.CUSTOMER]
    last = told[-1] if told else None
    return last is None or (
        last.id < words.id and last.author is Author.BOT and last.state not in _UNHEARD
    )


def call_of(calling: Mapping[str, Any]) -> Call | CreateRequest:
    """What a run has to call."""
    given = dict(calling)
    kind = given.pop("kind")
    return Call(**given) if kind == "call" else CreateRequest(**given)


def _calling(acts: Sequence[Act]) -> dict[str, Any] | None:
    for act in acts:
        if isinstance(act, Call | CreateRequest):
            kind = "call" if isinstance(act, Call) else "request"
            return {"kind": kind, **dataclasses.asdict(act)}
    return None


def _known(slots: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
    return {k: v for k, v in given.items() if k in slots and slots[k].kind in _KNOWN_KINDS}


def _together(replies: Sequence[Reply]) -> tuple[Reply, ...]:
    """As few messages as can be: what has no buttons goes along with what follows."""
    joined: list[Reply] = []
    for each in replies:
        if joined and not joined[-1].buttons:
            joined[-1] = replace(each, text=f"{joined[-1].text}\n\n{each.text}")
        else:
            joined.append(each)
    return tuple(joined)
