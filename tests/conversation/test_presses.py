"""Buttons that are pressed twice in a row mean what they mean once."""

from conversation_world import World

from sufler.conversation.buttons import HELPED, NOT_IT
from sufler.domain.conversation import Owner
from sufler.domain.texts import text


def under(world: World, kind: str) -> str:
    """The data of that button under the newest message."""
    _, _, buttons = world.ears.heard[-1]
    return next(button.data for button in buttons if button.data.startswith(kind))


async def test_that_a_triple_click_on_helped_is_answered_once(world: World) -> None:
    await world.say("где заказ")
    helped = under(world, HELPED)
    for _ in range(3):
        await world.say(button=helped)
    assert world.ears.texts() == ["Привезём за 2 дня.", text("glad", "ru")]


async def test_that_a_double_click_on_not_it_is_no_second_failure_and_the_next_one_is(
    world: World,
) -> None:
    world.prompter.fits["доставка или возврат"] = [("delivery", 0.6), ("returns", 0.35)]
    await world.say("доставка или возврат")
    first = under(world, NOT_IT)
    await world.say(button=first)
    assert "Вернём деньги" in world.ears.texts()[-1]
    second = under(world, NOT_IT)
    assert await world.say(button=first) == []
    assert (await world.conversation()).owner is Owner.BOT
    await world.say(button=second)
    assert (await world.conversation()).owner is Owner.QUEUE


async def test_that_a_double_click_on_a_choice_brings_the_answer_once(world: World) -> None:
    await world.say("неясно")
    choice = under(world, "a:")
    assert len(await world.say(button=choice)) == 1
    assert await world.say(button=choice) == []
    assert len(await world.say("неясно")) == 1
    assert len(await world.say(button=choice)) == 1  # asked for anew
