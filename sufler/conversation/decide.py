"""What the bot does with a turn: the rule order, pure. Next stop: `delivery.py`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from sufler.domain.conversation import Owner
from sufler.domain.decisions import (
    UNSEEN,
    Decision,
    DecisionKind,
    Reason,
    Suggestion,
    SuggestionItem,
    TurnKind,
)
from sufler.domain.knowledge import Mode, Topic, flow_of


@dataclass(frozen=True, slots=True)
class Policy:
    """The numbers of the rules. All are confidences (0..1) but `clarify_ratio`.

    An answer goes out at `answer_bar` or above. Candidates of a clarification are each at
    `clarify_floor` or above, and no weaker than `clarify_ratio` of the best. `as_if_answers`
    treats every topic as one that answers: for `sufler chat` only. A turn is decided
    `burst_pause_s` seconds after its last message, and no later than `burst_longest_s` after its
    first. Of one customer's messages nothing is decided above `most_a_minute`, and nothing is taken
    above `most_an_hour`; 0: no limit. For a share of turns, `hidden_share`, nobody sees a
    suggestion; half of it where a topic answers with a certificate.
    """

    answer_bar: float = 0.5
    clarify_floor: float = 0.15
    clarify_ratio: float = 0.6
    clarify_most: int = 3
    as_if_answers: bool = False
    burst_pause_s: float = 2.5
    burst_longest_s: float = 8.0
    most_a_minute: int = 30
    most_an_hour: int = 600
    hidden_share: float = 0.0
    policy_id: str = "rules-2"

    @property
    def version(self) -> str:
        """The rules and every number they were applied with."""
        numbers = f"{self.answer_bar:g}/{self.clarify_floor:g}/{self.clarify_ratio:g}"
        every = "+as_if_answers" if self.as_if_answers else ""
        return f"{self.policy_id}:{numbers}/{self.clarify_most}{every}"


class Gesture(StrEnum):
    """What the customer did, where it was not writing a text. STALE: pressed a button under a
    message that the talk has left behind; CLOSED: wanted to close what is closed; FLOW: pressed a
    button of the flow that is under way."""

    START = "start"
    HELP = "help"
    UNREADABLE = "unreadable"
    CALL_PERSON = "call_person"
    NONE_OF_THESE = "none_of_these"
    CHOOSE = "choose"
    HELPED = "helped"
    NOT_IT = "not_it"
    CLOSE = "close"
    CLOSED = "closed"
    STALE = "stale"
    REPEATED = "repeated"
    FLOW = "flow"
    NO_MORE = "no_more"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The article of a pressed button. `served`: it is published and valid now."""

    article_id: str
    served: bool
    topic: str = ""
    mode: Mode = Mode.SUGGESTS
    language_ok: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """All that the rules look at.

    `items` come best first. `fresh`: the bot has said nothing to this customer yet, so silence
    would look like a fault. `told_unreadable`: they know already that the bot reads only text.
    `misses` counts wrong answers in a row before this turn; `left` is what remains of the last
    answer's suggestion. Where `stopped`, topics that answer only suggest. `drawn`: the turn is one
    of the random few that people answer without a suggestion, and somebody is there. `bars`: of
    topics that have a confidence bar of their own, in place of the policy's. `command` is the
    article of the flow that a /command or a link names; `in_flow`: one is under way.
    """

    owner: Owner = Owner.BOT
    turn_kind: TurnKind = TurnKind.QUESTION
    items: tuple[SuggestionItem, ...] = ()
    gesture: Gesture | None = None
    chosen: Chosen | None = None
    fresh: bool = False
    told_unreadable: bool = False
    misses: int = 0
    left: tuple[SuggestionItem, ...] = ()
    stopped: bool = False
    stopped_topics: frozenset[str] = frozenset()
    drawn: bool = False
    bars: Mapping[str, float] = field(default_factory=dict)
    command: str | None = None
    in_flow: bool = False


DEFAULT_POLICY = Policy()

_COURTESIES = frozenset(
    {TurnKind.GREETING, TurnKind.THANKS, TurnKind.DIGITS, TurnKind.MASH, TurnKind.SWEARING}
)
_NOTHING_SAID = frozenset({TurnKind.ACKNOWLEDGEMENT, TurnKind.EMOJI, TurnKind.EMPTY})


def decide(situation: Situation, policy: Policy = DEFAULT_POLICY) -> Decision:
    """The first rule that matches. Never raises."""
    if _closes(situation):
        return Decision(DecisionKind.CLOSE, Reason.SOLVED)
    if situation.owner is Owner.OPERATOR:
        return Decision(DecisionKind.STAY_SILENT, Reason.OPERATOR_OWNS)
    if situation.owner is Owner.QUEUE:
        return _in_queue(situation)
    if _asks_for_person(situation):
        return Decision(DecisionKind.HAND_OFF, Reason.ASKS_FOR_PERSON)
    if (of_flow := _of_flow(situation)) is not None:
        return of_flow
    if situation.gesture is not None:
        return _by_gesture(situation, policy)
    if situation.turn_kind is TurnKind.NOT_IT:
        return _not_it(situation, policy)
    if situation.turn_kind in _COURTESIES | _NOTHING_SAID:
        return _nothing_to_answer(situation)
    if situation.turn_kind is TurnKind.ASKS_STATUS:
        return _not_waiting(situation, policy)
    return _by_candidates(situation, policy)


def decide_suggestion(
    suggestion: Suggestion,
    policy: Policy = DEFAULT_POLICY,
    bars: Mapping[str, float] | None = None,
) -> Decision:
    """What the bot would do with this suggestion's text, were the conversation its own."""
    situation = Situation(
        turn_kind=suggestion.turn_kind,
        items=suggestion.items,
        drawn=suggestion.hidden,
        bars=bars or {},
    )
    return decide(situation, policy)


def bars_of(topics: Mapping[str, Topic]) -> dict[str, float]:
    """The bars of topics that have one of their own."""
    return {name: topic.bar for name, topic in topics.items() if topic.bar is not None}


def versioned(
    suggestion: Suggestion,
    policy: Policy = DEFAULT_POLICY,
    bars: Mapping[str, float] | None = None,
) -> Suggestion:
    """The suggestion with the policy's version, and its topic's own bar, beside that of its
    confidence, for storing."""
    both = f"{suggestion.versions.policy} {policy.version}"
    topic = suggestion.items[0].topic if suggestion.items else None
    if bars and topic is not None and topic in bars:
        both = f"{both} bar={bars[topic]:g}"
    return replace(suggestion, versions=replace(suggestion.versions, policy=both))


def visible(suggestion: Suggestion) -> Suggestion:
    """What a person may see of it: nothing when it is hidden for a check, or when its topic (that
    of the best item) observes."""
    if suggestion.hidden:
        return replace(suggestion, items=())
    if suggestion.items and suggestion.items[0].mode is Mode.OBSERVES:
        return replace(suggestion, items=())
    shown = tuple(item for item in suggestion.items if item.mode is not Mode.OBSERVES)
    return replace(suggestion, items=shown)


def _closes(situation: Situation) -> bool:
    """Whoever has it: the customer says that the matter is over."""
    if situation.gesture is not None:
        return situation.gesture is Gesture.CLOSE
    return situation.turn_kind is TurnKind.CLOSES


def _asks_for_person(situation: Situation) -> bool:
    if situation.gesture is not None:
        return situation.gesture is Gesture.CALL_PERSON
    return situation.turn_kind is TurnKind.ASKS_FOR_PERSON


def _of_flow(situation: Situation) -> Decision | None:
    """One that the customer names, or that is under way; what triggers one is found like an
    article."""
    goes_on = situation.in_flow and situation.gesture in (None, Gesture.FLOW, Gesture.UNREADABLE)
    if situation.command is None and not goes_on:
        return None
    if situation.stopped:
        return Decision(DecisionKind.HAND_OFF, Reason.STOPPED)
    if situation.command is not None:
        return Decision(DecisionKind.FLOW, Reason.COMMAND, (situation.command,))
    return Decision(DecisionKind.FLOW, Reason.UNDER_WAY)


def _in_queue(situation: Situation) -> Decision:
    """Whatever joins the waiting turn; the bot says only where it stands, and only when asked."""
    asked = situation.turn_kind is TurnKind.ASKS_STATUS or _asks_for_person(situation)
    kind = DecisionKind.STATUS if asked else DecisionKind.STAY_SILENT
    return Decision(kind, Reason.IN_QUEUE)


def _not_waiting(situation: Situation, policy: Policy) -> Decision:
    """Somebody asks how long to wait who waits for nobody: an article may say, or else the bot says
    that it is there."""
    found = _by_candidates(situation, policy)
    if found.kind is DecisionKind.ANSWER:
        return found
    return Decision(DecisionKind.COURTESY, Reason.NOTHING_TO_ANSWER)


def _nothing_to_answer(situation: Situation) -> Decision:
    silent = situation.turn_kind in _NOTHING_SAID and not situation.fresh
    kind = DecisionKind.STAY_SILENT if silent else DecisionKind.COURTESY
    return Decision(kind, Reason.NOTHING_TO_ANSWER)


def _by_gesture(situation: Situation, policy: Policy) -> Decision:
    match situation.gesture:
        case Gesture.NONE_OF_THESE:
            return Decision(DecisionKind.HAND_OFF, Reason.NOT_IT)
        case Gesture.NOT_IT:
            return _not_it(situation, policy)
        case Gesture.HELPED:
            return Decision(DecisionKind.COURTESY, Reason.CONFIRMED)
        case Gesture.STALE | Gesture.CLOSED:
            return Decision(DecisionKind.COURTESY, Reason.STALE)
        case Gesture.REPEATED:
            return Decision(DecisionKind.STAY_SILENT, Reason.NOTHING_TO_ANSWER)
        case Gesture.NO_MORE:
            return Decision(DecisionKind.COURTESY, Reason.WITHDRAWN)
        case Gesture.UNREADABLE:
            told = situation.told_unreadable
            kind = DecisionKind.HAND_OFF if told else DecisionKind.COURTESY
            return Decision(kind, Reason.UNREADABLE)
        case Gesture.CHOOSE:
            return _by_choice(situation, policy)
        case _:
            return Decision(DecisionKind.COURTESY, Reason.NOTHING_TO_ANSWER)


def _by_choice(situation: Situation, policy: Policy) -> Decision:
    chosen = situation.chosen
    if chosen is None or not chosen.served:
        return Decision(DecisionKind.HAND_OFF, Reason.GONE)
    ids = (chosen.article_id,)
    if (why := _may_not_answer(situation, chosen.topic, chosen.mode, policy)) is not None:
        return Decision(DecisionKind.HAND_OFF, why, ids)
    if not chosen.language_ok:
        return Decision(DecisionKind.HAND_OFF, Reason.OTHER_LANGUAGE, ids)
    return Decision(_giving(ids), Reason.CHOSEN, ids)


def _not_it(situation: Situation, policy: Policy) -> Decision:
    """The runner-up once, where it is likely now; after that a person."""
    refused = Decision(DecisionKind.HAND_OFF, Reason.NOT_IT)
    if situation.misses or not situation.left:
        return refused
    left = _without_the_first(situation.left, policy.clarify_floor)
    after = _by_candidates(replace(situation, items=left), policy)
    if after.kind is DecisionKind.HAND_OFF:
        return refused
    return replace(after, reason=Reason.RUNNER_UP)


def _without_the_first(left: Sequence[SuggestionItem], least: float) -> tuple[SuggestionItem, ...]:
    """What is left of a suggestion whose first item was wrong: each one's probability given that
    it was. What had less than `least` before is not worth another try."""
    right = 1.0 - left[0].confidence
    if right <= 0.0:
        return ()
    return tuple(
        replace(item, confidence=min(1.0, item.confidence / right))
        for item in left[1:]
        if item.confidence >= least
    )


def _by_candidates(situation: Situation, policy: Policy) -> Decision:
    items = situation.items
    if not items:
        return Decision(DecisionKind.HAND_OFF, Reason.EMPTY_KNOWLEDGE)
    if situation.drawn:
        return UNSEEN
    top = items[0]
    ids, confidence = (top.article_id,), top.confidence
    if (why := _may_not_answer(situation, top.topic, top.mode, policy)) is not None:
        return Decision(DecisionKind.HAND_OFF, why, ids, confidence)
    sure = confidence >= situation.bars.get(top.topic, policy.answer_bar)
    if sure and top.language_ok:
        return Decision(_giving(ids), Reason.CONFIDENT, ids, confidence)
    if sure:
        return Decision(DecisionKind.HAND_OFF, Reason.OTHER_LANGUAGE, ids, confidence)
    close = _close(items, policy)
    if len(close) > 1 and all(_may_offer(situation, item, policy) for item in close):
        offered = tuple(item.article_id for item in close)
        return Decision(DecisionKind.CLARIFY, Reason.CLOSE_CANDIDATES, offered, confidence)
    return Decision(DecisionKind.HAND_OFF, Reason.LOW_CONFIDENCE, ids, confidence)


def _giving(article_ids: tuple[str, ...]) -> DecisionKind:
    """What giving this article is: some stand for a flow."""
    return DecisionKind.ANSWER if flow_of(article_ids[0]) is None else DecisionKind.FLOW


def _close(items: Sequence[SuggestionItem], policy: Policy) -> list[SuggestionItem]:
    least = max(policy.clarify_floor, policy.clarify_ratio * items[0].confidence)
    return [item for item in items[: policy.clarify_most] if item.confidence >= least]


def _may_offer(situation: Situation, item: SuggestionItem, policy: Policy) -> bool:
    return item.language_ok and _may_not_answer(situation, item.topic, item.mode, policy) is None


def _may_not_answer(situation: Situation, topic: str, mode: Mode, policy: Policy) -> Reason | None:
    """Why this topic's articles may not be sent by the bot; None when they may."""
    if mode is Mode.OBSERVES and not policy.as_if_answers:
        return Reason.TOPIC_OBSERVES
    if mode is not Mode.ANSWERS and not policy.as_if_answers:
        return Reason.TOPIC_SUGGESTS
    if situation.stopped or topic in situation.stopped_topics:
        return Reason.STOPPED
    return None
