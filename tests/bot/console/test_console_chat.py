"""`sufler chat`: a talk in a terminal, with the reason under each reply."""

import io
from collections.abc import AsyncIterator, Callable

import pytest
from conversation_world import World
from rich.console import Console

from sufler.bot.console.chat import run_console


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    built = await World(database_url).open()
    built.shelf.put("delivery", "Привезём **за 2 дня**.")
    built.shelf.put("returns", "Вернём деньги.")
    built.prompter.fits = {
        "где заказ": [("delivery", 0.9)],
        "неясно": [("delivery", 0.4), ("returns", 0.4)],
    }
    yield built
    await built.close()


def typed(*lines: str) -> Callable[[], object]:
    waiting = list(lines)

    async def read() -> str | None:
        return waiting.pop(0) if waiting else None

    return read


async def chat(world: World, *lines: str) -> str:
    out = io.StringIO()
    console = Console(file=out, width=200)
    await run_console(world.turns, world.delivery, console, read_line=typed(*lines))  # type: ignore[arg-type]  # a reader of lines
    return out.getvalue()


async def test_that_a_reply_is_printed_with_its_reason(world: World) -> None:
    shown = await chat(world, "где заказ")
    assert "← Привезём за 2 дня." in shown
    assert "answer · confident · confidence 0.90 · delivery" in shown
    assert "«как спросили»" in shown
    assert "knowledge 7 · model model · head head" in shown


async def test_that_a_number_presses_a_button(world: World) -> None:
    shown = await chat(world, "неясно", "2")
    assert "[2] О чём returns" in shown
    assert "← Вернём деньги." in shown
    assert "answer · chosen" in shown


async def test_that_silence_is_said_to_be_silence(world: World) -> None:
    shown = await chat(world, "где заказ", "ok", "/quit", "где заказ")
    assert "(the bot stays silent)" in shown
    assert shown.count("Привезём") == 1


async def test_that_two_terminals_are_two_customers(world: World) -> None:
    await chat(world, "где заказ")
    await world.close()
    await world.open()
    await chat(world, "где заказ")
    assert len(await world.conversations.recent()) == 2
