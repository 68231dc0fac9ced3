"""Queues over a real database: what a customer is told, who gets what, and what the timers do."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from conversation_world import ANNA, BORIS, World

from sufler.conversation.timers import Timers
from sufler.desk.assignment import share_out
from sufler.domain.calendar import Calendar, Hours
from sufler.domain.conversation import Author, Conversation, Message, Owner
from sufler.domain.errors import Conflict
from sufler.domain.knowledge import Mode
from sufler.domain.people import Caller, Role
from sufler.domain.queues import DEFAULT_QUEUE, Operator, Queue, Silence, Status
from sufler.domain.texts import text
from sufler.storage.leases import Leases

CHIEF = Caller("person:vera", "Вера", Role.ADMINISTRATOR, "vera")
HOURS = Calendar("UTC", tuple(Hours(day, 9 * 60, 18 * 60) for day in range(5)))


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    built = await World(database_url).open()
    built.shelf.put("returns", "Вернём деньги.", mode=Mode.SUGGESTS)
    built.shelf.put("delivery", "Привезём за 2 дня.")
    built.prompter.fits = {"деньги": [("returns", 0.9)], "где заказ": [("delivery", 0.9)]}
    await built.hire(ANNA, BORIS)
    yield built
    await built.close()


async def default(world: World, **changes: object) -> Queue:
    queue = await world.desk.lines.queues.get(None)
    return await world.desk.lines.queues.save(CHIEF, replace(queue, **changes))  # type: ignore[arg-type]  # of several types


async def look(world: World) -> None:
    """One second of the timers, and what they say is sent."""
    await Timers(Leases(world.database), world.clock, world.desk.lines.chores).look()
    await world.turns.drain()


async def hand_off(world: World, customer: str = "c1", words: str = "оператор") -> Conversation:
    await world.say(words, customer=customer)
    return await world.conversation(customer)


def bots(messages: Sequence[Message]) -> list[str]:
    return [each.text for each in messages if each.author is Author.BOT]


async def test_that_the_default_queue_is_there_without_any_set_up(world: World) -> None:
    [queue] = await world.desk.lines.queues.all()
    assert queue.id == DEFAULT_QUEUE
    waiting = await hand_off(world)
    assert (waiting.queue_id, waiting.told) == (DEFAULT_QUEUE, "nobody_here")
    assert await world.desk.lines.queues.get(waiting.queue_id) == queue


async def test_that_a_question_goes_to_the_queue_of_its_topic(world: World) -> None:
    queues = world.desk.lines.queues
    money = await queues.save(CHIEF, Queue("", {"ru": "Деньги"}, topics=("suggests",)))
    assert (await hand_off(world, "c1", "деньги")).queue_id == money.id
    assert (await hand_off(world, "c2", "оператор")).queue_id == DEFAULT_QUEUE
    await queues.remove(CHIEF, money.id)
    assert (await world.conversation("c1")).queue_id is None  # the default one has it now


async def test_that_the_place_and_the_measured_wait_are_told(world: World) -> None:
    await world.desk.heartbeat(ANNA)
    for number in range(5):  # each waits for three minutes
        taken = await hand_off(world, f"old{number}")
        world.clock.move(180)
        await world.desk.take(ANNA, taken.id)
    await hand_off(world, "c1")
    world.clock.move(1)
    [told] = await world.say("оператор", customer="c2")
    assert "Ваше место в очереди: 2." in told
    assert "Обычно ждут около 3 минут." in told
    [status] = await world.say("долго ждать?", customer="c1")
    assert "Ваше место в очереди: 1." in status


async def test_that_no_wait_is_promised_before_enough_was_measured(world: World) -> None:
    await world.desk.heartbeat(ANNA)
    [told] = await world.say("оператор")
    assert text("person_will_look", "ru") in told
    assert "около" not in told


async def test_that_outside_hours_the_next_opening_is_told_in_the_customers_language(
    world: World,
) -> None:
    await default(world, calendar=HOURS)
    world.clock.moment = datetime(2026, 5, 8, 20, 0, tzinfo=UTC)  # a Friday
    [told] = await world.say("оператор")
    assert "вернутся в понедельник, 11 мая, в 9:00 (UTC)" in told
    world.shelf.put("parcel", "Посылка.", "A parcel.")
    world.prompter.fits["money"] = [("returns", 0.9)]
    [told] = await world.say("money", customer="c2")
    assert "back on Monday, 11 May, at 9:00 (UTC)" in told


async def test_that_new_and_returning_customers_have_greetings_of_their_own(world: World) -> None:
    await default(
        world,
        greetings={"new_open": {"ru": "Рады знакомству."}, "returning_open": {"ru": "Снова вы!"}},
    )
    [told] = await world.say("оператор")
    assert told.startswith("Рады знакомству. ")
    assert text("nobody_here", "ru") in told  # the truth is told whatever the greeting says
    await world.desk.close(ANNA, (await world.conversation()).id)
    [told] = await world.say("оператор")
    assert told.startswith("Снова вы! ")


async def test_that_who_waited_when_nobody_was_online_is_offered_oldest_first(world: World) -> None:
    await default(world, automatic=True, capacity=1)
    first = await hand_off(world, "c1")
    world.clock.move(5)
    second = await hand_off(world, "c2")
    await look(world)
    assert [each.id for each in await world.desk.waiting()] == [first.id, second.id]
    await world.desk.heartbeat(BORIS)
    await look(world)
    assert [each.id for each in await world.desk.mine(BORIS)] == [first.id]
    await world.desk.close(BORIS, first.id)
    await look(world)
    assert [each.id for each in await world.desk.mine(BORIS)] == [second.id]


async def test_that_who_is_away_is_given_nothing_and_promises_nobody(world: World) -> None:
    await default(world, automatic=True)
    await world.desk.duty.choose(ANNA, Status.AWAY)
    [told] = await world.say("оператор")
    assert text("nobody_here", "ru") in told
    await look(world)
    assert await world.desk.mine(ANNA) == []
    await world.desk.duty.choose(ANNA, Status.ONLINE)
    await look(world)
    assert len(await world.desk.mine(ANNA)) == 1


def one(number: int, **more: object) -> Conversation:
    at = datetime(2026, 5, 1, tzinfo=UTC)
    made = Conversation(f"c{number}", "test", None, Owner.QUEUE, "ru", at, at)  # type: ignore[arg-type]  # nobody looks at the customer
    return replace(made, waiting_since=at + timedelta(seconds=number), **more)  # type: ignore[arg-type]  # of several types


def person(name: str, *skills: str, status: Status = Status.ONLINE) -> Operator:
    return Operator(name, name, status, datetime(2026, 5, 1, tzinfo=UTC), frozenset(skills))


def test_that_sharing_out_keeps_to_order_skills_capacity_and_the_previous_operator() -> None:
    queue = Queue(DEFAULT_QUEUE, automatic=True, capacity=2, skills=("ru",))
    people = [person("a", "ru"), person("b", "ru", "en"), person("c"), person("d", "ru")]
    people[3] = replace(people[3], status=Status.AWAY)
    waiting = [one(3), one(1, previous_operator_id="b"), one(2), one(4), one(5)]
    shared = share_out(waiting, {None: queue}, people, {"a": 1})
    assert [(each.conversation.id, each.operator.id) for each in shared] == [
        ("c1", "b"),
        ("c2", "a"),
        ("c3", "b"),
    ]


def test_that_a_queue_that_is_taken_from_by_hand_is_not_shared_out() -> None:
    assert share_out([one(1)], {None: Queue(DEFAULT_QUEUE)}, [person("a")], {}) == []


async def test_that_conversations_of_an_operator_who_vanished_are_released(world: World) -> None:
    await world.desk.heartbeat(BORIS)
    mine = await hand_off(world)
    await world.desk.reply(ANNA, mine.id, "Здравствуйте")
    await world.say("и ещё вопрос")
    world.clock.move(9 * 60)
    await look(world)
    assert (await world.conversation()).operator_id == "anna"
    world.clock.move(90)
    await world.desk.heartbeat(BORIS)
    await look(world)
    released = await world.conversation()
    assert (released.owner, released.operator_id) == (Owner.QUEUE, None)
    told = world.ears.texts()[-1]
    assert told.startswith(text("queue_let_go", "ru"))
    assert text("person_will_look_again", "ru") in told
    await world.desk.take(BORIS, released.id)
    with pytest.raises(Conflict, match="Борис"):
        await world.desk.reply(ANNA, released.id, "я вернулась")


async def test_that_an_operator_who_is_there_keeps_what_is_hers(world: World) -> None:
    mine = await hand_off(world)
    await world.desk.take(ANNA, mine.id)
    for _ in range(30):
        world.clock.move(60)
        await world.desk.heartbeat(ANNA)
        await look(world)
    assert (await world.conversation()).operator_id == "anna"


async def test_that_an_unanswered_one_is_told_to_the_queue_and_then_to_supervisors(
    world: World,
) -> None:
    await default(world, alert_min=5, supervise_min=15)
    waiting = await hand_off(world)
    steps = []
    for _ in range(20):
        world.clock.move(60)
        await look(world)
        steps.append((await world.conversation()).escalated)
    assert steps == [0] * 4 + [1] * 10 + [2] * 6
    # A person who has taken it and says nothing is no answer either.
    await world.desk.take(ANNA, waiting.id)
    assert (await world.conversation()).unanswered_since == waiting.waiting_since
    await world.desk.reply(ANNA, waiting.id, "Слушаю вас")
    answered = await world.conversation()
    assert (answered.unanswered_since, answered.escalated) == (None, 0)


async def test_that_thanks_to_an_operator_wait_for_no_answer(world: World) -> None:
    mine = await hand_off(world)
    await world.desk.reply(ANNA, mine.id, "Готово")
    await world.say("спасибо")
    assert (await world.conversation()).unanswered_since is None
    await world.say("где заказ")
    assert (await world.conversation()).unanswered_since == world.clock.now()


async def test_that_a_silent_operator_gives_the_bot_back_where_that_is_set(world: World) -> None:
    mine = await hand_off(world)
    await world.desk.reply(ANNA, mine.id, "Минуту")
    world.clock.move(3600)
    await world.desk.heartbeat(ANNA)
    await look(world)
    assert (await world.conversation()).owner is Owner.OPERATOR  # off by default
    await default(world, silence=Silence(operator_min=30), release_min=600)
    await world.say("и где?")
    world.clock.move(31 * 60)
    await look(world)
    returned = await world.conversation()
    assert (returned.owner, returned.hand_off_reason) == (Owner.BOT, None)
    assert world.ears.texts()[-1] == text("queue_back_with_bot", "ru")
    await look(world)
    assert (await world.conversation()).owner is Owner.BOT  # the old hand-off makes no new one
    assert await world.say("где заказ") == ["Привезём за 2 дня."]


async def test_that_topics_may_have_a_silence_of_their_own(world: World) -> None:
    await default(world, silence=Silence(by_topic={"suggests": 5}), release_min=600)
    for customer, words in (("c1", "деньги"), ("c2", "оператор")):
        taken = await hand_off(world, customer, words)
        await world.desk.take(ANNA, taken.id)
    world.clock.move(6 * 60)
    await look(world)
    assert (await world.conversation("c1")).owner is Owner.BOT
    assert (await world.conversation("c2")).owner is Owner.OPERATOR


async def test_that_a_silent_customer_is_warned_and_then_closed(world: World) -> None:
    await default(world, silence=Silence(warn_min=60, close_min=30), release_min=6000)
    mine = await hand_off(world)
    await world.desk.reply(ANNA, mine.id, "Помогло?")
    await world.turns.drain()
    world.clock.move(61 * 60)
    await look(world)
    await look(world)
    warning = "Вопрос ещё нужен? Если нет ответа, обращение закроется через 30 минут."
    assert world.ears.texts()[-1] == warning
    assert world.ears.texts().count(warning) == 1
    [*_, last] = await world.history()
    assert (last.author, last.author_name) == (Author.OPERATOR, "Анна")  # the bot stays silent
    world.clock.move(29 * 60)
    await look(world)
    assert (await world.conversation()).open
    world.clock.move(2 * 60)
    await look(world)
    assert not (await world.conversation()).open


async def test_that_a_word_after_the_warning_keeps_the_matter_open(world: World) -> None:
    await default(world, silence=Silence(warn_min=60, close_min=30), release_min=6000)
    mine = await hand_off(world)
    await world.desk.reply(ANNA, mine.id, "Помогло?")
    world.clock.move(61 * 60)
    await look(world)
    await world.say("нет, деньги")
    world.clock.move(120 * 60)
    await look(world)
    kept = await world.conversation()
    assert (kept.open, kept.operator_id) == (True, "anna")  # now the operator is the silent one


async def test_that_who_still_waits_when_the_day_is_over_is_told_when_work_goes_on(
    world: World,
) -> None:
    await default(world, calendar=HOURS)
    world.clock.moment = datetime(2026, 5, 7, 17, 59, tzinfo=UTC)
    await world.desk.heartbeat(ANNA)
    [told] = await world.say("оператор")
    assert text("person_will_look", "ru") in told
    world.clock.move(60)
    await look(world)
    await look(world)
    said = [words for words in world.ears.texts() if "завтра в 9:00 (UTC)" in words]
    assert len(said) == 1


async def test_that_after_closing_a_new_message_opens_a_new_episode_and_no_old_hand_off(
    world: World,
) -> None:
    await default(world, automatic=True)
    await world.desk.heartbeat(ANNA)
    mine = await hand_off(world)
    await look(world)
    await world.desk.reply(ANNA, mine.id, "Готово")
    await world.desk.close(ANNA, mine.id)
    for _ in range(3):
        world.clock.move(600)
        await look(world)
    assert await world.say("где заказ") == ["Привезём за 2 дня."]
    again = await world.conversation()
    assert (again.owner, again.episode, again.queue_id) == (Owner.BOT, 2, None)
    assert len(await world.history()) >= 5  # it remembers
    await look(world)
    assert (await world.conversation()).owner is Owner.BOT
    world.clock.move(60)
    await world.desk.heartbeat(BORIS)
    await world.desk.heartbeat(ANNA)
    await world.say("оператор")
    await look(world)
    assert (await world.conversation()).operator_id == "anna"  # who knows the customer


async def test_that_a_failing_chore_leaves_the_others_alone(world: World) -> None:
    done = []

    async def broken(now: datetime) -> None:
        raise RuntimeError("no")

    async def fine(now: datetime) -> None:
        done.append(now)

    await Timers(Leases(world.database), world.clock, {"a": broken, "b": fine}).look()
    assert done == [world.clock.now()]
