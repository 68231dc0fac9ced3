"""Lists that fifty desks show: read once for all who ask for the same moment, and how a customer's
waiting stands against what their queue promises."""

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from sufler.domain.conversation import Conversation, Customer, Owner
from sufler.domain.queues import Queue
from sufler.web.desk_lists import Lists, Promise, SharedLists

NOBODY: Any = {"waiting": (), "newest": (), "escalated": ()}
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def waiting(minutes: int) -> Conversation:
    since = NOW - timedelta(minutes=minutes)
    return Conversation(
        "c", "web", Customer("x"), Owner.QUEUE, "ru", since, since, waiting_since=since
    )


class CountingDesk:
    """Counts how often the queue is read; each reading takes a turn of the loop."""

    def __init__(self) -> None:
        self.reads = 0
        self.fails = False
        self.lines = SimpleNamespace(queues=SimpleNamespace(by_id=self._queues))

    async def waiting(self, *_: Any) -> list[Conversation]:
        self.reads += 1
        await asyncio.sleep(0)
        if self.fails:
            raise RuntimeError("away")
        return []

    async def recent(self, *_: Any) -> list[Conversation]:
        return []

    def __getattr__(self, _name: str) -> Any:
        return self.recent

    async def _queues(self) -> dict[str | None, Queue]:
        return {None: Queue("default")}


def lists_over(desk: CountingDesk) -> SharedLists:
    given: Any = desk
    return SharedLists(given)


async def test_that_fifty_desks_that_hear_of_one_event_read_once() -> None:
    desk = CountingDesk()
    lists, heard = lists_over(desk), asyncio.get_running_loop().time()
    await asyncio.gather(*(lists.read(heard) for _ in range(50)))
    assert desk.reads == 1
    await lists.read(asyncio.get_running_loop().time() + 0.001)
    assert desk.reads == 2


async def test_that_one_who_goes_away_or_a_failure_spoils_no_later_reading() -> None:
    desk = CountingDesk()
    lists, heard = lists_over(desk), asyncio.get_running_loop().time()
    gone = asyncio.create_task(lists.read(heard))
    stays = asyncio.create_task(lists.read(heard))
    await asyncio.sleep(0)
    gone.cancel()
    assert (await stays).waiting == ()
    desk.fails = True
    with pytest.raises(RuntimeError):
        await lists.read(asyncio.get_running_loop().time() + 1.0)
    desk.fails = False
    assert (await lists.read(asyncio.get_running_loop().time() + 2.0)).waiting == ()


@pytest.mark.parametrize(
    ("minutes", "promise"), [(1, Promise.KEPT), (6, Promise.DUE), (20, Promise.BROKEN)]
)
def test_that_waiting_is_told_by_what_the_queue_promises(minutes: int, promise: Promise) -> None:
    lists = Lists(queues={None: Queue("default", alert_min=5, supervise_min=15)}, **NOBODY)
    assert lists.promise(waiting(minutes), NOW) is promise
