"""Builds the blind review over a database; `wiring.py`, `mounting.py` and tests call it."""

from collections.abc import Callable, Collection, Sequence

from sufler.desk.queues import Queues
from sufler.desk.review_settling import Settling
from sufler.desk.reviewing import Reviewing
from sufler.domain.knowledge import Article
from sufler.domain.ports import Clock
from sufler.storage.checks import CheckStore
from sufler.storage.database import Database
from sufler.storage.review_numbers import ReviewNumbers
from sufler.storage.reviews import ReviewStore


def reviewing_over(
    database: Database,
    queues: Queues,
    published: Callable[[], Sequence[Article]],
    topics: Callable[[], Collection[str]],
    clock: Clock,
) -> Reviewing:
    """What reviewers do. One in a process: it remembers who has which turn before them."""
    records, counts = ReviewStore(database), ReviewNumbers(database)
    return Reviewing(records, counts, queues, published, topics, clock)


def settling_over(database: Database) -> Settling:
    """The chore that makes checks of what was picked."""
    return Settling(ReviewStore(database), CheckStore(database))
