"""What the pages are given: the rooms below, and the few things about the whole they show."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sufler.desk.alert_links import AlertLinks
from sufler.desk.channels import Channels
from sufler.desk.choices import ChosenSettings
from sufler.desk.customers import Customers
from sufler.desk.desk import Desk
from sufler.desk.past import Past
from sufler.desk.people import People
from sufler.desk.reviewing import Reviewing
from sufler.desk.staffing import Staffing
from sufler.desk.stops import Stops
from sufler.desk.webhooks import Webhooks
from sufler.domain.files import StoredFile
from sufler.domain.knowledge import Article, Language, Topic
from sufler.domain.ports import Clock
from sufler.web.accuracy_services import AccuracyServices


class Knowledge(Protocol):
    """`kb_index.knowledge.KnowledgeBase`, as far as pages show it."""

    @property
    def topics(self) -> Mapping[str, Topic]: ...
    def article(self, article_id: str, /) -> Article | None: ...


@dataclass(frozen=True, slots=True)
class KnowledgeSize:
    """How large the served base is: articles, and the knowledge version."""

    articles: int
    version: int


class Webhook(Protocol):
    """`bot.telegram.state.WebhookReport`: what Telegram said of the webhook."""

    @property
    def url(self) -> str: ...
    @property
    def pending(self) -> int: ...
    @property
    def checked_at(self) -> datetime: ...
    @property
    def last_error(self) -> str | None: ...
    @property
    def last_error_at(self) -> datetime | None: ...


class Account(Protocol):
    """`bot.telegram.state.AccountReport`: a business account that let the bot in."""

    @property
    def owner(self) -> str: ...
    @property
    def may_reply(self) -> bool: ...


class Line(Protocol):
    """`bot.telegram.state.LineReport`: how the line to Telegram stands."""

    @property
    def mode(self) -> str: ...
    @property
    def connected(self) -> bool: ...
    @property
    def standby(self) -> bool: ...
    @property
    def since(self) -> datetime: ...
    @property
    def error(self) -> str | None: ...
    @property
    def username(self) -> str | None: ...
    @property
    def name(self) -> str | None: ...
    @property
    def last_update_at(self) -> datetime | None: ...
    @property
    def last_error(self) -> str | None: ...
    @property
    def last_error_at(self) -> datetime | None: ...
    @property
    def webhook(self) -> Webhook | None: ...
    @property
    def accounts(self) -> Sequence[Account]: ...


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting of the process as it is in force; `value` None: it is set and secret, or not set.
    `source` is "environment", "default", or the name of the file."""

    name: str
    variable: str
    value: str | None
    source: str
    secret: bool = False


class Finding(Protocol):
    """`app.finding.Finding`: one check of `sufler doctor`."""

    @property
    def what(self) -> str: ...
    @property
    def health(self) -> str: ...
    @property
    def words(self) -> str: ...
    @property
    def mend(self) -> str: ...


class Files(Protocol):
    """`storage.files.FileStore`."""

    async def put(
        self,
        stream: AsyncIterator[bytes],
        name: str,
        media_type: str,
        limit: int,
        *,
        channel: str,
        customer_id: str,
    ) -> StoredFile: ...
    async def get(self, file_id: str) -> StoredFile: ...
    async def open(self, file_id: str) -> tuple[StoredFile, Path]: ...


@dataclass(frozen=True, slots=True)
class Administration:
    """What the pages of administrators need. `examine` makes the checks of `sufler doctor` that a
    running process can make."""

    staffing: Staffing
    channels: Channels
    chosen: ChosenSettings
    customers: Customers
    webhooks: Webhooks
    settings: Callable[[], Sequence[Setting]]
    examine: Callable[[], Awaitable[Sequence[Finding]]]
    accuracy: AccuracyServices | None = None


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a page needs. `to_html` turns our safe Markdown into HTML that is safe to show;
    `telegram` is None when no bot is set up, `files` where none are taken."""

    desk: Desk
    people: People
    knowledge: Knowledge
    knowledge_size: Callable[[], KnowledgeSize]
    clock: Clock
    to_html: Callable[[str], str]
    telegram: Callable[[], Line] | None = None
    public_url: str | None = None
    default_language: Callable[[], Language] = lambda: "ru"
    administration: Administration | None = None
    files: Files | None = None
    past: Past | None = None
    stops: Stops | None = None
    alerts: AlertLinks | None = None
    reviewing: Reviewing | None = None

    @property
    def language(self) -> Language:
        """For whom nothing better is known; administrators may change it."""
        return self.default_language()
