"""Which turns are drawn for a check: by the u that came with their first message, pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from sufler.conversation.decide import Policy
from sufler.domain.checks import Draw
from sufler.domain.conversation import Conversation, Message
from sufler.domain.decisions import Decision, DecisionKind, Reason, Suggestion, TurnKind
from sufler.domain.knowledge import Mode, Topic

# A prediction with less confidence than this is of a turn far from everything the base knows.
FAR_OFF = 0.15
# Once a topic answers with a certificate, so much of the usual share is hidden.
CERTIFIED = 0.5
# What the bot does by itself with a prediction.
BY_ITSELF = frozenset({DecisionKind.ANSWER, DecisionKind.CLARIFY, DecisionKind.FLOW})
_GIVES = frozenset({DecisionKind.ANSWER, DecisionKind.FLOW})


@dataclass(frozen=True, slots=True)
class Sample:
    """What chance says of a turn. `u` (0..1) came with its first message, None for one from before
    there were any. `first`: nothing has been predicted in its episode yet. `kept`: a hidden turn
    of the episode still waits for its operator's words, so nothing may show of this one either."""

    u: float | None = None
    first: bool = False
    kept: bool = False

    def hides(self, share: float) -> bool:
        """Whether people answer this turn without a suggestion."""
        return self.kept or (self.first and self.u is not None and self.u < share)


NOTHING_DRAWN = Sample()


def hidden_share(policy: Policy, topic: Topic | None) -> float:
    """The chance (0..1) with which a turn of this topic is hidden."""
    if topic is None or topic.mode is not Mode.ANSWERS or topic.without_certificate is not None:
        return policy.hidden_share
    return policy.hidden_share * CERTIFIED


def outside_draw(
    suggestion: Suggestion, decision: Decision, policy: Policy, topic: Topic | None, u: float
) -> Draw | None:
    """The draw of a turn in a conversation that only a program outside knows; None where there is
    nothing to check. What the bot would do by itself is not hidden: nobody here can tell whether a
    person reads it there."""
    asks = suggestion.turn_kind is TurnKind.QUESTION and bool(suggestion.items)
    if suggestion.conversation_id is None or not asks:
        return None
    top, share = suggestion.items[0], hidden_share(policy, topic)
    return Draw(
        suggestion_id=suggestion.id,
        conversation_id=suggestion.conversation_id,
        episode=0,
        topic=top.topic,
        article_id=top.article_id,
        confidence=top.confidence,
        u=u,
        share=share,
        at=suggestion.at,
        hidden=u < share and decision.kind not in BY_ITSELF,
        far_off=top.confidence < FAR_OFF,
    )


def draws_of(
    conversation: Conversation,
    turn: Sequence[Message],
    sample: Sample,
    share: float,
    made: Sequence[tuple[Suggestion, Decision]],
) -> tuple[Draw, ...]:
    """A draw for each prediction that was made for a question; only the first of an episode is
    ever checked."""
    if sample.u is None:
        return ()
    found: list[Draw] = []
    for suggestion, decision in made:
        sent = decision.kind in _GIVES and decision.reason is Reason.CONFIDENT
        asks = sent or suggestion.turn_kind is TurnKind.QUESTION
        if not asks or not suggestion.items:
            continue
        top = suggestion.items[0]
        found.append(
            Draw(
                suggestion_id=suggestion.id,
                conversation_id=conversation.id,
                episode=conversation.episode,
                topic=top.topic,
                article_id=top.article_id,
                confidence=top.confidence,
                u=sample.u,
                share=share,
                at=suggestion.at,
                message_id=turn[0].id,
                counts=sample.first and not found,
                hidden=suggestion.hidden,
                answered=sent,
                far_off=top.confidence < FAR_OFF,
            )
        )
    return tuple(found)
