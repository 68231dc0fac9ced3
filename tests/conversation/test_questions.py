"""A turn with two questions gets two answers, or one answer and what can truly be said of the rest;
a follow-up is asked with what was said before it."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from conversation_world import ANNA, AT_ONCE, World
from hypothesis import given
from hypothesis import strategies as st

from sufler.conversation.buttons import HELPED
from sufler.conversation.together import carried_out
from sufler.domain.conversation import Author, Owner
from sufler.domain.decisions import Decision, DecisionKind, FeedbackAction, Reason
from sufler.domain.texts import text

COST, BACK, CLEAN = "Сколько стоит доставка?", "Можно ли вернуть товар?", "Как мыть чайник?"


@pytest.fixture
async def asked(database_url: str) -> AsyncIterator[World]:
    """A world that waits for the end of a burst, and answers two questions."""
    built = await World(database_url, replace(AT_ONCE, burst_pause_s=2.5)).open()
    built.shelf.put("delivery", "290 рублей.")
    built.shelf.put("returns", "Можно за 14 дней.")
    built.shelf.put("kettle", "Лимонной кислотой.")
    sure = {COST: "delivery", BACK: "returns"}
    built.prompter.fits = {said: [(one, 0.9)] for said, one in sure.items()}
    built.prompter.fits[CLEAN] = [("kettle", 0.3)]
    yield built
    await built.close()


async def said(world: World, *texts: str) -> list[str]:
    """What is heard for these messages, sent as one turn."""
    before = len(world.ears.heard)
    for each in texts:
        await world.send(each)
    await world.take_in()
    world.clock.move(3)
    await world.turns.drain()
    return [heard for _, heard, _ in world.ears.heard[before:]]


async def test_that_two_questions_get_two_answers_each_with_its_own_buttons(asked: World) -> None:
    assert await said(asked, f"{COST} {BACK}") == ["290 рублей.", "Можно за 14 дней."]
    pressed = [row[0].data for _, _, row in asked.ears.heard]
    assert len(set(pressed)) == 2
    assert (await asked.conversation()).owner is Owner.BOT
    for data in pressed:
        await asked.send(button=data)
        await asked.turns.drain()
        [given_word] = await asked.suggestions.feedback_of(data.removeprefix(HELPED))
        assert given_word.action is FeedbackAction.CONFIRMED


async def test_that_answers_to_different_messages_quote_them(asked: World) -> None:
    await said(asked, COST, BACK)
    ours = [one for one in await asked.history() if one.author is Author.BOT]
    theirs = [one for one in await asked.history() if one.author is Author.CUSTOMER]
    assert [one.quotes for one in ours] == [one.external_id for one in theirs]
    assert await said(asked, COST) == ["290 рублей."]
    assert (await asked.history())[-1].quotes is None


async def test_that_the_rest_is_handed_over_after_the_answer_and_said_so(asked: World) -> None:
    first, second = await said(asked, f"{CLEAN} {COST}")
    assert first == "290 рублей."
    assert second.startswith(text("second_question", "ru"))
    assert text("why_no_answer", "ru") in second
    conversation = await asked.conversation()
    assert (conversation.owner, conversation.hand_off_reason) == (
        Owner.QUEUE,
        Reason.LOW_CONFIDENCE,
    )
    shown = await asked.desk.current_suggestion(conversation.id)
    assert shown is not None
    assert shown.text == CLEAN


async def test_that_the_rest_is_asked_back_after_the_answer(asked: World) -> None:
    asked.prompter.fits[CLEAN] = [("kettle", 0.4), ("returns", 0.35)]
    first, second = await said(asked, f"{COST} {CLEAN}")
    assert first == "290 рублей."
    assert second == f"{text('second_question', 'ru')}\n\n{text('clarify', 'ru')}"
    assert (await asked.conversation()).owner is Owner.BOT


async def test_that_two_unsure_questions_are_decided_about_as_one(asked: World) -> None:
    asked.prompter.fits[COST] = [("delivery", 0.4)]
    assert len(await said(asked, f"{COST} {CLEAN}")) == 1
    assert (await asked.conversation()).owner is Owner.QUEUE


async def test_that_a_person_who_waits_gets_one_suggestion_for_the_turn(asked: World) -> None:
    await said(asked, CLEAN)
    asked.prompter.asked.clear()
    await said(asked, f"{COST} {BACK}")
    assert asked.prompter.asked == [f"{COST} {BACK}"]


async def test_that_one_sentence_costs_one_suggestion(asked: World) -> None:
    await said(asked, COST)
    assert asked.prompter.asked == [COST]


async def test_that_what_was_said_in_this_episode_is_the_context(asked: World) -> None:
    await said(asked, COST)
    await said(asked, "а самовывоз?")
    talk = [("customer", COST), ("bot", "290 рублей.")]
    assert asked.prompter.heard_before == talk
    conversation = await asked.conversation()
    await asked.hire(ANNA)
    await asked.desk.close(ANNA, conversation.id)
    asked.clock.move(1)
    await said(asked, "а самовывоз?")
    assert asked.prompter.heard_before == []


async def test_that_an_answer_quotes_its_question_when_others_came_between(asked: World) -> None:
    await asked.send(COST)
    await asked.take_in()
    await asked.hire(ANNA)
    conversation = await asked.conversation()
    await asked.desk.reply(ANNA, conversation.id, "Минуту.")
    await asked.desk.return_to_bot(ANNA, conversation.id)
    assert await said(asked) == ["Минуту.", "290 рублей."]
    question, _, answer = await asked.history()
    assert answer.quotes == question.external_id


DECISIONS = st.lists(
    st.builds(
        Decision,
        st.sampled_from(DecisionKind),
        st.just(Reason.CONFIDENT),
        st.lists(st.sampled_from("abcd"), min_size=1, max_size=3).map(tuple),
    ),
    max_size=5,
)


@given(DECISIONS)
def test_that_what_is_carried_out_is_never_more_than_a_customer_can_follow(
    decisions: list[Decision],
) -> None:
    order = carried_out(decisions)
    kinds = [decisions[n].kind for n in order]
    assert len(order) != 1
    assert len(set(order)) == len(order)
    answers = [kind is DecisionKind.ANSWER for kind in kinds]
    assert answers == sorted(answers, reverse=True)
    assert answers.count(False) <= 1
    assert not order or answers[0]
    sent = [one for n in order if decisions[n].kind is DecisionKind.ANSWER
            for one in set(decisions[n].article_ids)]  # fmt: skip
    assert len(set(sent)) == len(sent)
    assert set(kinds) <= {
        DecisionKind.ANSWER,
        DecisionKind.CLARIFY,
        DecisionKind.FLOW,
        DecisionKind.HAND_OFF,
    }


@given(DECISIONS)
def test_that_a_question_nobody_answered_is_never_passed_over_in_silence(
    decisions: list[Decision],
) -> None:
    order = carried_out(decisions)
    sent = {one for n in order for one in decisions[n].article_ids}
    for decision in decisions if order else []:
        if decision.kind is DecisionKind.HAND_OFF and sent.isdisjoint(decision.article_ids):
            assert any(decisions[n].kind is DecisionKind.HAND_OFF for n in order)
