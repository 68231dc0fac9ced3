"""Builds what labels turns that were answered without a suggestion, over a database."""

from collections.abc import Callable, Sequence

from sufler.desk.checking import Checking
from sufler.domain.knowledge import Article
from sufler.storage.checking import CheckingStore
from sufler.storage.database import Database
from sufler.storage.review_numbers import ReviewNumbers


def checking_over(database: Database, articles: Callable[[], Sequence[Article]]) -> Checking:
    """The chore over `database`; `articles` gives what is published now."""
    return Checking(CheckingStore(database), ReviewNumbers(database), articles)
