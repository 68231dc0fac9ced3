"""What the bot does with a turn: the rule order, pure. Next stop: `delivery.py`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sufler.domain.conversation import Owner
from sufler.domain.decisions import (
    Decision,
    DecisionKind,
    Reason,
    Suggestion,
    SuggestionItem,
    TurnKind,
)
from sufler.domain.knowledge import Mode


@dataclass(frozen=True, slots=True)
class Policy:
    """The numbers of the rules. All are confidences (0..1) but `clarify_ratio`.

    An answer goes out at `answer_bar` or above. Candidates of a clarification are each at
    `clarify_floor` or above, and no weaker than `clarify_ratio` of the best. `as_if_answers`
    treats every topic as one that answers: for `sufler chat` only.
    """

    answer_bar: float = 0.5
    clarify_floor: float = 0.15
    clarify_ratio: float = 0.6
    clarify_most: int = 3
    as_if_answers: bool = False
    policy_id: str = "rules-1"

    @property
    def version(self) -> str:
        """The rules and every number they were applied with."""
        numbers = f"{self.answer_bar:g}/{self.clarify_floor:g}/{self.clarify_ratio:g}"
        every = "+as_if_answers" if self.as_if_answers else ""
        return f"{self.policy_id}:{numbers}/{self.clarify_most}{every}"


class Gesture(StrEnum):
    """What the customer did, where it was not writing a text."""

    START = "start"
    HELP = "help"
    UNREADABLE = "unreadable"
    CALL_PERSON = "call_person"
    NONE_OF_THESE = "none_of_these"
    CHOOSE = "choose"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The article of a pressed button. `served`: it is published and valid now."""

    article_id: str
    served: bool
    mode: Mode = Mode.SUGGESTS
    language_ok: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """All that the rules look at.

    `items` come best first. `fresh`: the bot has said nothing to this customer yet, so silence
    would look like a fault. `status_given`: they were told a moment ago that they are waiting.
    """

    owner: Owner = Owner.BOT
    turn_kind: TurnKind = TurnKind.QUESTION
    items: tuple[SuggestionItem, ...] = ()
    gesture: Gesture | None = None
    chosen: Chosen | None = None
    fresh: bool = False
    status_given: bool = False


DEFAULT_POLICY = Policy()

_COURTESIES = frozenset(
    {TurnKind.GREETING, TurnKind.THANKS, TurnKind.DIGITS, TurnKind.MASH, TurnKind.SWEARING}
)
_NOTHING_SAID = frozenset({TurnKind.ACKNOWLEDGEMENT, TurnKind.EMOJI, TurnKind.EMPTY})


def decide(situation: Situation, policy: Policy = DEFAULT_POLICY) -> Decision:
    """The first rule that matches. Never raises."""
    if situation.owner is Owner.OPERATOR:
        return Decision(DecisionKind.STAY_SILENT, Reason.OPERATOR_OWNS)
    if _asks_for_person(situation):
        return Decision(DecisionKind.HAND_OFF, Reason.ASKS_FOR_PERSON)
    if situation.owner is Owner.QUEUE:
        return _in_queue(situation)
    # Flows come here: one that is under way, then a trigger.
    if situation.gesture is not None:
        return _by_gesture(situation, policy)
    if situation.turn_kind is TurnKind.NOT_IT:
        return Decision(DecisionKind.HAND_OFF, Reason.NOT_IT)
    if situation.turn_kind in _COURTESIES | _NOTHING_SAID:
        return _nothing_to_answer(situation)
    return _by_candidates(situation.items, policy)


def decide_suggestion(suggestion: Suggestion, policy: Policy = DEFAULT_POLICY) -> Decision:
    """What the bot would do with this suggestion's text, were the conversation its own."""
    return decide(Situation(turn_kind=suggestion.turn_kind, items=suggestion.items), policy)


def versioned(suggestion: Suggestion, policy: Policy = DEFAULT_POLICY) -> Suggestion:
    """The suggestion with the policy's version beside that of its confidence, for storing."""
    both = f"{suggestion.versions.policy} {policy.version}"
    return replace(suggestion, versions=replace(suggestion.versions, policy=both))


def visible(suggestion: Suggestion) -> Suggestion:
    """What a person may see of it: nothing when its topic (that of the best item) observes."""
    if suggestion.items and suggestion.items[0].mode is Mode.OBSERVES:
        return replace(suggestion, items=())
    shown = tuple(item for item in suggestion.items if item.mode is not Mode.OBSERVES)
    return replace(suggestion, items=shown)


def _asks_for_person(situation: Situation) -> bool:
    if situation.gesture is not None:
        return situation.gesture is Gesture.CALL_PERSON
    return situation.turn_kind is TurnKind.ASKS_FOR_PERSON


def _in_queue(situation: Situation) -> Decision:
    spoke = situation.gesture is not None or situation.turn_kind not in (
        _NOTHING_SAID | {TurnKind.THANKS}
    )
    said = spoke and not situation.status_given
    kind = DecisionKind.STATUS if said else DecisionKind.STAY_SILENT
    return Decision(kind, Reason.IN_QUEUE)


def _nothing_to_answer(situation: Situation) -> Decision:
    silent = situation.turn_kind in _NOTHING_SAID and not situation.fresh
    kind = DecisionKind.STAY_SILENT if silent else DecisionKind.COURTESY
    return Decision(kind, Reason.NOTHING_TO_ANSWER)


def _by_gesture(situation: Situation, policy: Policy) -> Decision:
    match situation.gesture:
        case Gesture.NONE_OF_THESE:
            return Decision(DecisionKind.HAND_OFF, Reason.NOT_IT)
        case Gesture.UNREADABLE:
            return Decision(DecisionKind.COURTESY, Reason.UNREADABLE)
        case Gesture.CHOOSE:
            return _by_choice(situation.chosen, policy)
        case _:
            return Decision(DecisionKind.COURTESY, Reason.NOTHING_TO_ANSWER)


def _by_choice(chosen: Chosen | None, policy: Policy) -> Decision:
    if chosen is None or not chosen.served:
        return Decision(DecisionKind.HAND_OFF, Reason.GONE)
    ids = (chosen.article_id,)
    if not _answers(chosen.mode, policy):
        return Decision(DecisionKind.HAND_OFF, _why_not(chosen.mode), ids)
    if not chosen.language_ok:
        return Decision(DecisionKind.HAND_OFF, Reason.OTHER_LANGUAGE, ids)
    return Decision(DecisionKind.ANSWER, Reason.CHOSEN, ids)


def _by_candidates(items: Sequence[SuggestionItem], policy: Policy) -> Decision:
    if not items:
        return Decision(DecisionKind.HAND_OFF, Reason.EMPTY_KNOWLEDGE)
    top = items[0]
    ids, confidence = (top.article_id,), top.confidence
    if not _answers(top.mode, policy):
        return Decision(DecisionKind.HAND_OFF, _why_not(top.mode), ids, confidence)
    sure = confidence >= policy.answer_bar
    if sure and top.language_ok:
        return Decision(DecisionKind.ANSWER, Reason.CONFIDENT, ids, confidence)
    if sure:
        return Decision(DecisionKind.HAND_OFF, Reason.OTHER_LANGUAGE, ids, confidence)
    close = _close(items, policy)
    if len(close) > 1 and all(_answers(i.mode, policy) and i.language_ok for i in close):
        offered = tuple(item.article_id for item in close)
        return Decision(DecisionKind.CLARIFY, Reason.CLOSE_CANDIDATES, offered, confidence)
    return Decision(DecisionKind.HAND_OFF, Reason.LOW_CONFIDENCE, ids, confidence)


def _close(items: Sequence[SuggestionItem], policy: Policy) -> list[SuggestionItem]:
    least = max(policy.clarify_floor, policy.clarify_ratio * items[0].confidence)
    return [item for item in items[: policy.clarify_most] if item.confidence >= least]


def _answers(mode: Mode, policy: Policy) -> bool:
    return policy.as_if_answers or mode is Mode.ANSWERS


def _why_not(mode: Mode) -> Reason:
    return Reason.TOPIC_OBSERVES if mode is Mode.OBSERVES else Reason.TOPIC_SUGGESTS
