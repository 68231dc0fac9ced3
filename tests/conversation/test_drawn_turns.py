"""Turns that are drawn for a check: nothing of the prediction shows anywhere, people answer by
themselves, and what they answer labels it."""

from datetime import timedelta

import pytest
from conversation_world import ANNA, World
from drawn_world import CHECKED, HIDDEN, LOOKED_AT, SHOWN, answered, check_of, drawn, look, task_of
from sqlalchemy import select, update

from sufler.desk.stream_bodies import body_of
from sufler.domain.checks import Check, CheckKind, TaskState
from sufler.domain.conversation import Owner, SendState
from sufler.domain.decisions import DecisionKind, Feedback, FeedbackAction, Reason
from sufler.domain.desk import Used
from sufler.domain.errors import BadInput, Conflict
from sufler.domain.knowledge import Mode, Topic
from sufler.domain.stream import StreamKind
from sufler.storage.cards import CardStore
from sufler.storage.checks import CheckStore
from sufler.storage.lessons import LessonStore
from sufler.storage.past import PastStore
from sufler.storage.stream import StreamStore
from sufler.storage.tables.accuracy import review_tasks
from sufler.storage.tables.conversations import events


async def test_that_nothing_of_a_drawn_turns_prediction_shows_anywhere(checked: World) -> None:
    world = checked
    draw = await drawn(world, "где заказ", HIDDEN)
    assert (draw.hidden, draw.counts, draw.answered, draw.share) == (True, True, False, 0.1)
    assert (draw.topic, draw.article_id, draw.confidence) == ("answers", "delivery", 0.9)
    talk = await world.conversation()
    assert (talk.owner, talk.hand_off_reason) == (Owner.QUEUE, "drawn")
    assert "Привезём" not in " ".join(world.ears.texts())
    told = await world.turns.last_told("test", "c1")
    assert told is not None
    assert told.decision.reason is Reason.DRAWN
    assert (told.decision.article_ids, told.decision.confidence) == ((), None)
    beside = await world.desk.current_suggestion(talk.id)
    assert beside is not None
    assert (beside.hidden, beside.items) == (True, ())
    found = await world.desk.suggest_for_draft(ANNA, talk.id, "Привезём за 2")
    assert (found.items, found.completion, found.near) == ((), "", None)
    card = await CardStore(world.database).get(talk.id)
    assert [one.topic for one in card.episodes] == [""]
    (tried,) = await PastStore(world.database).tried(talk.id, 1)
    assert (tried.titles, tried.confidence) == ((), None)
    stream = StreamStore(world.database)
    await stream.settle()
    made = [e for e in (await stream.page(0)).events if e.kind is StreamKind.SUGGESTION]
    told_outside = [body_of(each)["data"]["suggestion"] for each in made]
    assert [(one["hidden"], one["items"]) for one in told_outside] == [(True, [])]
    guess = Feedback(
        draw.suggestion_id, FeedbackAction.ACCEPTED, "person:anna", world.clock.now(), "delivery"
    )
    with pytest.raises(BadInput):  # nor by trying
        await world.desk.add_feedback(guess)


async def test_that_a_search_beside_a_hidden_turn_finds_articles_and_is_kept(
    checked: World,
) -> None:
    world = checked
    await drawn(world, "где заказ", HIDDEN)
    talk = await world.conversation()
    found = await world.desk.workplace.drafting.search_articles(ANNA, talk.id, "деньги")
    assert [item.article_id for item in found] == ["returns"]
    async with world.database.read() as connection:
        query = select(events.c.body, events.c.by).where(events.c.kind == "searched")
        rows = (await connection.execute(query)).all()
    assert [(row.body, row.by) for row in rows] == [
        ({"words": "деньги", "found": ["returns"]}, "anna")
    ]


async def test_that_the_bot_answers_a_drawn_turn_while_nobody_is_there_and_that_is_audited(
    world: World,
) -> None:
    world.turns.use(CHECKED, "ru")
    draw = await drawn(world, "где заказ", HIDDEN)
    assert world.ears.texts() == ["Привезём за 2 дня."]
    assert (draw.hidden, draw.answered, draw.audited) == (False, True, True)
    assert await task_of(world, draw) == ("audit", None, "open")


async def test_that_a_topic_that_only_suggests_is_checked_whoever_is_there(world: World) -> None:
    world.turns.use(CHECKED, "ru")
    draw = await drawn(world, "про черновик", HIDDEN)
    assert (draw.hidden, draw.answered) == (True, False)
    shown = await drawn(world, "про черновик", SHOWN, "c2")
    assert (shown.hidden, shown.counts) == (False, True)
    beside = await world.desk.current_suggestion((await world.conversation("c2")).id)
    assert beside is not None
    assert [item.article_id for item in beside.items] == ["draft"]


async def test_that_a_certified_topic_hides_half_of_the_share(checked: World) -> None:
    world = checked
    world.shelf.topics["answers"] = Topic("answers", Mode.ANSWERS, without_certificate="demo")
    assert (await drawn(world, "где заказ", 0.15)).hidden
    world.shelf.topics["answers"] = Topic("answers", Mode.ANSWERS)
    certified = await drawn(world, "где заказ", 0.15, "c2")
    assert (certified.share, certified.hidden) == (0.1, False)


async def test_that_what_follows_stays_hidden_until_the_operators_words_stand(
    checked: World,
) -> None:
    world = checked
    await drawn(world, "где заказ", HIDDEN)
    more = await drawn(world, "деньги", SHOWN)
    assert (more.hidden, more.counts) == (True, False)
    await answered(world, "Привезём за 2 дня.", undo_s=10.0)
    assert await look(world) == 0
    assert (await drawn(world, "деньги", SHOWN)).hidden
    world.clock.move(11)
    assert await look(world) == 1
    assert not (await drawn(world, "деньги", SHOWN)).hidden


async def test_that_a_reply_taken_back_labels_nothing(checked: World) -> None:
    world = checked
    draw = await drawn(world, "где заказ", HIDDEN)
    said = await answered(world, "Привезём за 2 дня.", undo_s=10.0)
    await world.desk.undo(ANNA, said.conversation_id, said.id)
    world.clock.move(11)
    assert await look(world) == 0
    assert await check_of(world, draw) is None


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("Здравствуйте, Оля! Привезём за 2 дня. Хорошего дня!", True),
        ("привезём за 2 дня", True),
        ("Вернём деньги, Оля.", False),  # another article
        ("Привезём за 3 дня.", None),  # another fact
        ("Не привезём за 2 дня.", None),
        ("Курьер приедет послезавтра, он позвонит заранее.", None),
    ],
)
async def test_that_only_an_articles_own_text_labels_by_itself(
    checked: World, said: str, right: bool | None
) -> None:
    world = checked
    draw = await drawn(world, "где заказ", HIDDEN)
    world.clock.move(30)
    await answered(world, "Здравствуйте!")
    assert await look(world) == 0, "a greeting is no answer yet"
    await answered(world, said)
    assert await look(world) == 1
    check, task = await check_of(world, draw), await task_of(world, draw)
    if right is None:
        assert (check, task) == (None, ("hidden", None, "open"))
    else:
        assert task is None
        assert check is not None
        assert (check.right, check.kind, check.by) == (right, CheckKind.HIDDEN, "person:anna")
        assert (check.propensity, check.took_s) == (0.1, 30.0)
        assert (check.topic, check.confidence) == ("answers", 0.9)
        assert check.predicted_at == draw.at
    assert await look(world) == 0


async def test_that_a_random_tenth_of_what_matches_is_looked_at_and_all_while_that_is_wrong(
    checked: World,
) -> None:
    world = checked
    looked = await drawn(world, "где заказ", LOOKED_AT)
    await answered(world, "Привезём за 2 дня.")
    await look(world)
    assert await task_of(world, looked) == ("hidden", "delivery", "open")
    # The reviewer says that it was not right.
    wrong = Check(
        0, looked.suggestion_id, "", "", CheckKind.HIDDEN, 0.0, False, 0.1, looked.at,
        world.clock.now(), "person:boris",
    )  # fmt: skip
    await CheckStore(world.database).add(wrong)
    async with world.database.write() as connection:
        done = update(review_tasks).values(state=TaskState.DONE.value, done_at=world.clock.now())
        await connection.execute(done)
    another = await drawn(world, "где заказ", HIDDEN, "c2")
    await answered(world, "Привезём за 2 дня.", customer="c2")
    await look(world)
    assert await task_of(world, another) == ("hidden", "delivery", "open")
    assert await check_of(world, another) is None


async def test_that_a_hidden_turn_that_nobody_answers_is_reviewed_or_counts_as_wrong(
    checked: World,
) -> None:
    world = checked
    closed, waits = [await drawn(world, "где заказ", HIDDEN, each) for each in ("c1", "c2")]
    await world.desk.take(ANNA, (await world.conversation("c1")).id)
    await world.desk.close(ANNA, (await world.conversation("c1")).id)
    assert await look(world) == 1
    assert await task_of(world, closed) == ("hidden", None, "open")
    world.clock.move(timedelta(days=7).total_seconds())
    assert await look(world) == 0
    world.clock.move(1)
    assert await look(world) == 1
    check = await check_of(world, waits)
    assert check is not None
    assert (check.right, check.overdue, check.by) == (False, True, "nobody")


async def test_that_a_hidden_turn_teaches_by_what_was_answered_as_if_nothing_had_been_shown(
    checked: World,
) -> None:
    world = checked
    draw = await drawn(world, "где заказ", HIDDEN)
    talk = await world.conversation()
    await world.desk.reply(ANNA, talk.id, "Привезём за 2 дня.", used=Used(draw.suggestion_id))
    lesson = await LessonStore(world.database, world.clock).begin(world.clock.now())
    assert lesson is not None
    assert (lesson.shown, lesson.sent) == ((), "Привезём за 2 дня.")


async def test_that_a_topics_own_bar_decides_in_place_of_the_usual_one(world: World) -> None:
    world.shelf.topics["answers"] = Topic("answers", Mode.ANSWERS, bar=0.95)
    await world.say("где заказ")
    told = await world.turns.last_told("test", "c1")
    assert told is not None
    assert told.decision.kind is not DecisionKind.ANSWER
    assert told.suggestion is not None
    assert told.suggestion.versions.policy.endswith("bar=0.95")
    world.shelf.topics["answers"] = Topic("answers", Mode.ANSWERS, bar=0.3)
    assert await world.say("неясно", customer="c2") == ["Привезём за 2 дня."]


async def test_that_a_held_answer_waits_on_the_desk_where_taking_it_stops_it(world: World) -> None:
    world.shelf.topics["answers"] = Topic("answers", Mode.ANSWERS, hold_s=20)
    await world.hire(ANNA)
    assert await world.say("где заказ") == []
    assert await world.say("где заказ", customer="c2") == []
    waiting = (await world.history())[-1]
    assert (waiting.state, waiting.text) == (SendState.PENDING, "Привезём за 2 дня.")
    assert waiting.undo_until == world.clock.now() + timedelta(seconds=20)
    await world.desk.take(ANNA, (await world.conversation()).id)
    world.clock.move(21)
    await world.turns.drain()
    assert world.ears.texts("c1") == []
    assert (await world.history())[1].state is SendState.CANCELLED
    assert world.ears.texts("c2") == ["Привезём за 2 дня."]


async def test_that_a_held_answer_is_stopped_with_its_text_in_the_operators_draft(
    world: World,
) -> None:
    world.shelf.topics["answers"] = Topic("answers", Mode.ANSWERS, hold_s=20)
    await world.hire(ANNA)
    await world.say("где заказ")
    talk, held = await world.conversation(), (await world.history())[-1]
    draft = await world.desk.undo(ANNA, talk.id, held.id)
    assert (draft.text, draft.used) == ("Привезём за 2 дня.", Used(held.suggestion_id or ""))
    now = await world.conversation()
    assert (now.owner, now.operator_id, now.unanswered_since) == (Owner.OPERATOR, "anna", held.at)
    with pytest.raises(Conflict):
        await world.desk.undo(ANNA, talk.id, held.id)
    await world.say("где заказ", customer="c2")
    late = (await world.history("c2"))[-1]
    world.clock.move(21)
    with pytest.raises(Conflict, match="too late"):
        await world.desk.undo(ANNA, late.conversation_id, late.id)
    await world.turns.drain()
    assert world.ears.texts("c1") == []
