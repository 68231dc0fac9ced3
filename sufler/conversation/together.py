"""Several questions in one turn: which of the decisions about them are carried out, pure."""

from collections.abc import Sequence

from sufler.domain.decisions import Decision, DecisionKind


def carried_out(decisions: Sequence[Decision]) -> tuple[int, ...]:
    """The numbers of the decisions that are carried out, answers first; () when the turn is better
    decided about as one question.

    One answer at least, no article twice. Then at most one thing more about the rest: a hand-off,
    after which the bot asks nothing, or else a flow, or else one clarification.
    """
    answers: list[int] = []
    sent: set[str] = set()
    for number, decision in enumerate(decisions):
        if decision.kind is DecisionKind.ANSWER and sent.isdisjoint(decision.article_ids):
            answers.append(number)
            sent.update(decision.article_ids)
    if not answers:
        return ()
    rest = _first(decisions, DecisionKind.HAND_OFF, sent)
    if rest is None:
        rest = _first(decisions, DecisionKind.FLOW, sent)
    if rest is None:
        rest = _first(decisions, DecisionKind.CLARIFY, sent)
    order = answers if rest is None else [*answers, rest]
    return tuple(order) if len(order) > 1 else ()


def _first(decisions: Sequence[Decision], kind: DecisionKind, sent: set[str]) -> int | None:
    """The first of this kind that is not about what was answered already."""
    return next(
        (
            number
            for number, decision in enumerate(decisions)
            if decision.kind is kind and sent.isdisjoint(decision.article_ids)
        ),
        None,
    )
