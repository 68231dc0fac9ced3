"""Doing something a moment after the last keystroke."""

import asyncio
from collections.abc import Awaitable, Callable

from nicegui import background_tasks, ui


class Later:
    """Runs `act` in the slot of `place` once nobody has asked for it again for `seconds`."""

    def __init__(
        self, place: ui.element, seconds: float, act: Callable[[], Awaitable[None]]
    ) -> None:
        self._place = place
        self._seconds = seconds
        self._act = act
        self._asked = 0

    def soon(self) -> None:
        """Ask for it; an earlier wish that still waits is forgotten."""
        self._asked += 1
        background_tasks.create(self._wait(self._asked), name="later")

    async def _wait(self, number: int) -> None:
        await asyncio.sleep(self._seconds)
        if number == self._asked and not self._place.is_deleted:
            with self._place:
                await self._act()
