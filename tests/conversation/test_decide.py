"""The rule order, for every situation that can be made up."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sufler.conversation.decide import (
    Chosen,
    Gesture,
    Policy,
    Situation,
    decide,
    visible,
)
from sufler.domain.conversation import Owner
from sufler.domain.decisions import DecisionKind, Level, Reason, SuggestionItem, TurnKind
from sufler.domain.knowledge import Mode


def item(
    article_id: str = "a", sure: float = 0.9, mode: Mode = Mode.ANSWERS, *, ours: bool = True
) -> SuggestionItem:
    return SuggestionItem(
        article_id, "title", "text", "topic", mode, "ru", ours, sure, Level.SURE, "phrasing"
    )


ITEMS = st.lists(
    st.builds(
        item,
        st.sampled_from("abcd"),
        st.floats(0, 1),
        st.sampled_from(Mode),
        ours=st.booleans(),
    ),
    max_size=3,
    unique_by=lambda one: one.article_id,
).map(lambda items: tuple(sorted(items, key=lambda one: -one.confidence)))
SITUATIONS = st.builds(
    Situation,
    owner=st.sampled_from(Owner),
    turn_kind=st.sampled_from(TurnKind),
    items=ITEMS,
    gesture=st.none() | st.sampled_from(Gesture),
    chosen=st.none()
    | st.builds(
        Chosen,
        st.just("a"),
        st.booleans(),
        st.just("topic"),
        st.sampled_from(Mode),
        st.booleans(),
    ),
    fresh=st.booleans(),
    told_unreadable=st.booleans(),
    misses=st.integers(0, 3),
    left=ITEMS,
    stopped=st.booleans(),
    stopped_topics=st.sampled_from([frozenset(), frozenset({"topic"})]),
)
POLICIES = st.builds(Policy, answer_bar=st.floats(0, 1), as_if_answers=st.booleans())


@given(SITUATIONS, POLICIES)
def test_that_the_bot_is_silent_while_an_operator_owns(
    situation: Situation, policy: Policy
) -> None:
    """Unless the customer closes the matter: then nobody owns it any more."""
    assume(situation.turn_kind is not TurnKind.CLOSES)
    assume(situation.gesture is not Gesture.CLOSE)
    decision = decide(replace(situation, owner=Owner.OPERATOR), policy)
    assert decision.kind is DecisionKind.STAY_SILENT


@given(SITUATIONS, POLICIES)
def test_that_in_the_queue_the_bot_says_nothing_but_status(
    situation: Situation, policy: Policy
) -> None:
    assume(situation.turn_kind is not TurnKind.CLOSES)
    assume(situation.gesture is not Gesture.CLOSE)
    decision = decide(replace(situation, owner=Owner.QUEUE), policy)
    assert decision.kind in (DecisionKind.STATUS, DecisionKind.STAY_SILENT)


@given(SITUATIONS, POLICIES)
def test_that_only_a_sure_article_of_an_answering_topic_is_sent(
    situation: Situation, policy: Policy
) -> None:
    decision = decide(situation, policy)
    if decision.kind is not DecisionKind.ANSWER:
        return
    assert situation.owner is Owner.BOT
    assert not situation.stopped
    assert not situation.stopped_topics
    if decision.reason is Reason.RUNNER_UP:
        runner_up = situation.left[1]
        assert decision.article_ids == (runner_up.article_id,)
        assert situation.misses == 0
        assert runner_up.language_ok
        assert policy.as_if_answers or runner_up.mode is Mode.ANSWERS
        return
    if decision.reason is Reason.CHOSEN:
        assert situation.chosen is not None
        assert situation.chosen.served
        assert situation.chosen.language_ok
        assert policy.as_if_answers or situation.chosen.mode is Mode.ANSWERS
        return
    top = situation.items[0]
    assert decision.article_ids == (top.article_id,)
    assert top.confidence >= policy.answer_bar
    assert top.language_ok
    assert policy.as_if_answers or top.mode is Mode.ANSWERS


@given(SITUATIONS, POLICIES)
def test_that_a_clarification_offers_two_or_three_that_may_be_sent(
    situation: Situation, policy: Policy
) -> None:
    decision = decide(situation, policy)
    if decision.kind is not DecisionKind.CLARIFY:
        return
    assert 2 <= len(decision.article_ids) <= 3
    if decision.reason is Reason.RUNNER_UP:
        assert situation.left[0].article_id not in decision.article_ids
        return
    for one in situation.items[: len(decision.article_ids)]:
        assert one.article_id in decision.article_ids
        assert one.confidence >= policy.clarify_floor
        assert one.language_ok
        assert policy.as_if_answers or one.mode is Mode.ANSWERS


@given(SITUATIONS, POLICIES)
def test_that_a_decision_follows_from_its_situation_alone(
    situation: Situation, policy: Policy
) -> None:
    assert decide(situation, policy) == decide(situation, policy)


@given(SITUATIONS, POLICIES)
def test_that_what_is_no_question_is_never_answered_or_handed_off(
    situation: Situation, policy: Policy
) -> None:
    polite = replace(situation, owner=Owner.BOT, gesture=None, turn_kind=TurnKind.THANKS)
    assert decide(polite, policy).kind is DecisionKind.COURTESY


@pytest.mark.parametrize(
    ("items", "kind", "reason"),
    [
        ((), DecisionKind.HAND_OFF, Reason.EMPTY_KNOWLEDGE),
        ((item(sure=0.5),), DecisionKind.ANSWER, Reason.CONFIDENT),
        ((item(sure=0.49),), DecisionKind.HAND_OFF, Reason.LOW_CONFIDENCE),
        ((item(ours=False),), DecisionKind.HAND_OFF, Reason.OTHER_LANGUAGE),
        ((item(mode=Mode.SUGGESTS),), DecisionKind.HAND_OFF, Reason.TOPIC_SUGGESTS),
        ((item(mode=Mode.OBSERVES),), DecisionKind.HAND_OFF, Reason.TOPIC_OBSERVES),
        ((item("a", 0.4), item("b", 0.3)), DecisionKind.CLARIFY, Reason.CLOSE_CANDIDATES),
        ((item("a", 0.4), item("b", 0.2)), DecisionKind.HAND_OFF, Reason.LOW_CONFIDENCE),
        ((item("a", 0.12), item("b", 0.11)), DecisionKind.HAND_OFF, Reason.LOW_CONFIDENCE),
        (
            (item("a", 0.4), item("b", 0.35, Mode.SUGGESTS)),
            DecisionKind.HAND_OFF,
            Reason.LOW_CONFIDENCE,
        ),
    ],
)
def test_that_candidates_are_judged_in_order(
    items: tuple[SuggestionItem, ...], kind: DecisionKind, reason: Reason
) -> None:
    policy = Policy(answer_bar=0.5, clarify_floor=0.15, clarify_ratio=0.6)
    decision = decide(Situation(items=items), policy)
    assert (decision.kind, decision.reason) == (kind, reason)


def test_that_chat_can_treat_every_topic_as_one_that_answers() -> None:
    situation = Situation(items=(item(mode=Mode.OBSERVES),))
    assert decide(situation, Policy(as_if_answers=True)).kind is DecisionKind.ANSWER


@given(ITEMS)
def test_that_nobody_sees_a_topic_that_observes(items: tuple[SuggestionItem, ...]) -> None:
    from datetime import UTC, datetime

    from sufler.domain.decisions import Suggestion, Versions

    suggestion = Suggestion(
        "s",
        "text",
        "ru",
        TurnKind.QUESTION,
        items,
        Versions(1, "m", "h", "p", "o"),
        1.0,
        datetime(2026, 5, 1, tzinfo=UTC),
    )
    shown = visible(suggestion).items
    assert all(one.mode is not Mode.OBSERVES for one in shown)
    if items and items[0].mode is Mode.OBSERVES:
        assert shown == ()
