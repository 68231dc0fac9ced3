"""The only place that builds things: the basis (database, people), and the services above it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sufler.app.clock import SystemClock
from sufler.app.logs import set_up_logs
from sufler.app.settings import Settings, load_settings
from sufler.desk.people import People
from sufler.storage.articles import ArticleStore
from sufler.storage.database import Database
from sufler.storage.heads import HeadStore
from sufler.storage.keys import KeyStore
from sufler.storage.people import PeopleStore
from sufler.storage.sessions import SessionStore
from sufler.storage.vectors import VectorStore

OnProgress = Callable[[str, float], None]


@dataclass(frozen=True)
class Basis:
    """What needs no encoder: settings, clock, the migrated database and its stores, people."""

    settings: Settings
    clock: SystemClock
    database: Database
    articles: ArticleStore
    vectors: VectorStore
    heads: HeadStore
    people: People


def build_basis(settings: Settings, database: Database) -> Basis:
    """Put the stores over `database`; touches no file."""
    clock = SystemClock()
    return Basis(
        settings=settings,
        clock=clock,
        database=database,
        articles=ArticleStore(database, clock),
        vectors=VectorStore(database),
        heads=HeadStore(database, clock),
        people=People(PeopleStore(database), KeyStore(database), SessionStore(database), clock),
    )


@asynccontextmanager
async def opened_basis(settings: Settings | None = None) -> AsyncIterator[Basis]:
    """The basis of `settings` (default: as they are set), migrated; closed at the end.

    Raises SettingsError and StorageUnavailable.
    """
    settings = settings or load_settings()
    set_up_logs(settings.log_level, settings.log_format, settings.secrets())
    database = Database(settings.database)
    try:
        await database.migrate()
        yield build_basis(settings, database)
    finally:
        await database.close()
