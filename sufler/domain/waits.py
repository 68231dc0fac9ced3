"""For whom an episode waits, and for how long: three clocks of which one runs at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sufler.domain.conversation import Author, Owner


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that may set the clocks: who has written, or who owns it from now on (None: it
    was closed)."""

    at: datetime
    what: Author | Owner | None


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds that the customer waited for the bot, for a person, and that they were waited for
    themselves. What a bot took is never a person's."""

    bot_s: float = 0.0
    person_s: float = 0.0
    customer_s: float = 0.0


def measured(marks: Iterable[Mark], until: datetime) -> Waits:
    """The clocks over `marks`, in their order; the last one runs until `until`, unless the episode
    was closed."""
    seconds = {Owner.BOT: 0.0, Owner.QUEUE: 0.0, Author.CUSTOMER: 0.0}
    owner, waits = Owner.BOT, False
    last: datetime | None = None
    for mark in marks:
        if last is not None:
            seconds[_running(owner, waits)] += max(0.0, (mark.at - last).total_seconds())
        last = mark.at if last is None else max(last, mark.at)
        if mark.what is None:
            last = None
        elif isinstance(mark.what, Owner):
            waits = mark.what is Owner.QUEUE or (waits and mark.what is not Owner.BOT)
            owner = mark.what
        elif mark.what is Author.BOT:
            # To one who waits for a person, the bot says only how long that takes.
            waits = waits and owner is not Owner.BOT
        else:
            waits = mark.what is Author.CUSTOMER
    if last is not None:
        seconds[_running(owner, waits)] += max(0.0, (until - last).total_seconds())
    return Waits(seconds[Owner.BOT], seconds[Owner.QUEUE], seconds[Author.CUSTOMER])


def _running(owner: Owner, waits: bool) -> Owner | Author:
    if not waits:
        return Author.CUSTOMER
    return Owner.BOT if owner is Owner.BOT else Owner.QUEUE
