"""`sufler` itself, with a stage hand: tests let it die at one stop of a message's path, take its
time over a decision, or break on one message. Nothing of this is in the program."""

import asyncio
import functools
import inspect
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sufler.bot.telegram import limits
from sufler.bot.telegram.send import TelegramChannel
from sufler.conversation import delivery, worker
from sufler.kb_index.knowledge import KnowledgeBase
from sufler.prompter.suggest import Prompter
from sufler.storage import arrivals, leases, turn_record
from sufler.storage.conversations import ConversationStore
from sufler.storage.inbox import InboxStore
from sufler.storage.outbox import OutboxStore

# A tenth of Telegram's minute for a group: messages, in how many seconds.
GROUP_LIMIT = (20, 6.1)
POISON_IN, POISON = "отрава-на-входе", "отрава"
SLOW, SLOW_S = "медленно", 17.0  # longer than a turn is claimed for
HOLD = "hold"  # a slow decision lasts as long as this file is on the stage
# A process that a busy machine stops keeps what it holds and finishes what it began, as it would on
# another machine; of one that is dead the others know at once.
HELD_S = GRACE_S = 50.0

# What can be reached on the way of a message: whose step, and whether before or after it. The
# two that are `arrivals` and `turn_record` are in the middle of a transaction.
STOPS: dict[str, tuple[Any, str, str]] = {
    "received, not stored": (InboxStore, "add", "before"),
    "stored, not acknowledged": (InboxStore, "add", "after"),
    "claimed by the worker": (InboxStore, "claim", "after"),
    "in the transaction of the arrival": (arrivals, "message", "after"),
    "arrived": (ConversationStore, "arrived", "after"),
    "suggested": (Prompter, "suggest", "after"),
    "in the transaction of the outcome": (turn_record, "store", "after"),
    "decided": (ConversationStore, "store_outcome", "after"),
    "released for sending": (OutboxStore, "claim", "after"),
    "sent, not written down": (TelegramChannel, "send", "after"),
    "sent and written down": (OutboxStore, "sent", "after"),
}


def _die_if_named(stop: str) -> None:
    """One process alone takes the order: the one that can rename it."""
    stage = Path(os.environ["STAGE_FOLDER"])
    order = stage / "kill"
    try:
        if order.read_text("utf-8") != stop:
            return
        order.rename(stage / f"killed.{os.getpid()}")
    except OSError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def _staged(stop: str, step: Callable[..., Any], when: str) -> Callable[..., Any]:
    @functools.wraps(step)
    async def staged(*args: Any, **named: Any) -> Any:
        if when == "before":
            _die_if_named(stop)
        result = await step(*args, **named)
        if when == "after" and result is not False:
            _die_if_named(stop)
        return result

    return staged


def _tried(suggest: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(suggest)
    async def tried(self: Prompter, text: str, **named: Any) -> Any:
        if POISON in text:
            raise RuntimeError(f"cannot think about {text}")
        if SLOW in text:
            await asyncio.sleep(SLOW_S)
            while (Path(os.environ["STAGE_FOLDER"]) / HOLD).exists():  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        return await suggest(self, text, **named)

    return tried


def _refused(arrived: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(arrived)
    async def refused(self: ConversationStore, given: Any) -> Any:
        if POISON_IN in given.shown:
            raise RuntimeError(f"cannot take in {given.shown}")
        return await arrived(self, given)

    return refused


def _told(refresh: Callable[..., Any]) -> Callable[..., Any]:
    """The base that this process answers from, for tests to wait for: another process hears of a
    change a moment after it was stored."""

    @functools.wraps(refresh)
    async def told(self: KnowledgeBase) -> Any:
        result = await refresh(self)
        (Path(os.environ["STAGE_FOLDER"]) / f"knows.{os.getpid()}").write_text(
            str(self.index.version)
        )
        return result

    return told


def stage() -> None:
    """Put the stage hand into this process and those that it forks."""
    for stop, (owner, name, when) in STOPS.items():
        step = getattr(owner, name)
        assert inspect.iscoroutinefunction(step), f"{name} is no step any more"
        setattr(owner, name, _staged(stop, step, when))
    Prompter.suggest = _tried(Prompter.suggest)  # type: ignore[method-assign]
    ConversationStore.arrived = _refused(ConversationStore.arrived)  # type: ignore[method-assign]
    KnowledgeBase.refresh = _told(KnowledgeBase.refresh)  # type: ignore[method-assign]
    # Pauses of minutes, so that tests need not last as long.
    limits.GROUP = GROUP_LIMIT  # type: ignore[misc]
    worker.BACK_OFF_S = (0.2, 0.5, 1.0)
    delivery.CHANNEL_BACK_OFF_S = (0.2, 0.3, 0.5, 0.5, 0.5)
    delivery.GRACE_S = worker.GRACE_S = GRACE_S
    leases.HELD_S = HELD_S
    leases.Leases.try_hold.__defaults__ = (HELD_S,)  # type: ignore[attr-defined]
