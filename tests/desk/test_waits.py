"""The three clocks of an episode: for whom was waited, and never twice."""

from datetime import UTC, datetime, timedelta

from conversation_world import ANNA, World
from hypothesis import given
from hypothesis import strategies as st

from sufler.domain.conversation import Author, Owner
from sufler.domain.waits import Mark, Waits, measured

START = datetime(2026, 5, 1, tzinfo=UTC)
MARKS = st.sampled_from([*Author, *Owner])


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_that_a_bots_time_is_never_a_persons() -> None:
    story = [
        Mark(after(0), Author.CUSTOMER),
        Mark(after(3), Author.BOT),  # 3 s for the bot
        Mark(after(10), Author.CUSTOMER),  # 7 s for the customer
        Mark(after(12), Owner.QUEUE),  # 2 s for the bot
        Mark(after(12), Author.BOT),  # "a person will look" is no answer
        Mark(after(72), Owner.OPERATOR),
        Mark(after(102), Author.OPERATOR),  # 90 s for a person
        Mark(after(110), None),  # 8 s for the customer
    ]
    assert measured(story, after(9999)) == Waits(5, 90, 15)


@given(st.lists(st.tuples(st.floats(0, 1000), MARKS), max_size=20), st.floats(0, 1000))
def test_that_every_second_is_counted_once(steps: list[tuple[float, object]], more: float) -> None:
    moment, marks = 0.0, []
    for seconds, what in steps:
        moment += seconds
        marks.append(Mark(after(moment), what))  # type: ignore[arg-type]  # one of the sampled
    waits = measured(marks, after(moment + more))
    whole = (after(moment + more) - marks[0].at).total_seconds() if marks else 0.0
    assert abs(waits.bot_s + waits.person_s + waits.customer_s - whole) < 1e-3


async def test_that_the_clocks_are_read_from_what_is_stored(database_url: str) -> None:
    world = await World(database_url).open()
    world.shelf.put("delivery", "Привезём за 2 дня.")
    await world.hire(ANNA)
    for _ in range(2):  # the second episode begins with clocks at nought
        await world.say("оператор")
        conversation = await world.conversation()
        world.clock.move(60)
        await world.desk.take(ANNA, conversation.id)
        world.clock.move(30)
        await world.desk.reply(ANNA, conversation.id, "Слушаю")
        world.clock.move(5)
        transfers = world.desk.lines.transfers
        assert await transfers.waits(ANNA, conversation.id) == Waits(0, 90, 5)
        await world.desk.close(ANNA, conversation.id)
        world.clock.move(500)
        assert await transfers.waits(ANNA, conversation.id) == Waits(0, 90, 5)
    await world.close()
