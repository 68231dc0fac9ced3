"""One web application of all faces over the services, and the work that goes on beside it."""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from fastapi import FastAPI
from pydantic import SecretStr

from sufler import __version__
from sufler.api import setup as set_up_api
from sufler.app.administration import administration
from sufler.app.learning import golden_desk_over, learned_desk_over
from sufler.app.over_basis import alert_links_of, customers_of, stops_of
from sufler.app.telegram_checkup import unreachable
from sufler.app.wiring import Services
from sufler.app.work import Work, kept_up, shared_work
from sufler.bot.markdown import to_html
from sufler.bot.preview import preview
from sufler.bot.telegram.state import TelegramState
from sufler.bot.web_widget.face import Face
from sufler.bot.web_widget.send import WebChannel
from sufler.bot.web_widget.setup import setup as set_up_widget
from sufler.desk.figures import Figures
from sufler.desk.past import Past
from sufler.domain.administration import Choices
from sufler.domain.errors import SuflerError
from sufler.domain.events import EventKind
from sufler.kb_index.catalogue import Catalogue
from sufler.storage.article_pages import ArticlePages
from sufler.storage.article_use import ArticleUse
from sufler.storage.cards import CardStore
from sufler.storage.conversation_pages import ConversationPages
from sufler.storage.figures import FiguresStore
from sufler.storage.idempotency import IdempotencyStore
from sufler.storage.past import PastStore
from sufler.storage.upkeep import WriteCheck
from sufler.web.flow_services import FlowServices
from sufler.web.kb_services import KnowledgeServices, UseCounts
from sufler.web.services import KnowledgeSize
from sufler.web.setup import setup as set_up_pages

if TYPE_CHECKING:
    from sufler.bot.telegram.send import TelegramChannel

SECRET_BYTES = 32
SWEEP_S = 3600.0

log = structlog.get_logger(__name__)


def create_app(services: Services) -> FastAPI:
    """The application, with every face in it. Its lifespan runs turns, delivery, and channels."""
    settings, clock = services.basis.settings, services.basis.clock
    work: dict[str, Work] = shared_work(services) | {
        "files": partial(_swept, services),
    }
    channel = WebChannel()
    services.delivery.add_channel(channel)
    telegram: TelegramChannel | None = None

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as running:
            if telegram is not None:
                running.push_async_callback(telegram.close)
            await running.enter_async_context(kept_up(work))
            yield

    app = FastAPI(
        lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None, title="Sufler"
    )
    set_up_widget(
        app,
        channel=channel,
        receive=services.turns.receive,
        history=services.conversations,
        subscribe=services.live.subscribe,
        clock=clock,
        secret=kept_secret(settings.data_dir / "visitors.key"),
        face=_face(services),
        public_url=settings.public_url,
        origins=settings.widget_origins,
        site_secret=_bytes_of(settings.widget_secret),
        files=services.files if settings.uploads else None,
        upload_limit=settings.upload_limit_mb * 1_000_000,
    )
    state: TelegramState | None = None
    if settings.telegram_token is not None:
        state = TelegramState(clock, settings.telegram_mode)
        telegram, lines = _telegram(app, services, state, settings.telegram_token)
        work.update(lines)
    _mount_api(app, services, state)
    _mount_pages(app, services, state)
    return app


def _face(services: Services) -> Face:
    """What customers see of the company, as administrators have put it by now."""
    face = Face()

    def put(now: Choices) -> None:
        face.name, face.examples, face.language = now.name, now.examples, now.language

    services.chosen.when_changed(put)
    return face


def _mount_api(app: FastAPI, services: Services, telegram: TelegramState | None) -> None:
    async def depths() -> tuple[int, Mapping[str, int]]:
        rows = await services.inbox.counts()
        return rows.get("new", 0), await services.outbox.counts()

    ready: dict[str, Callable[[], Awaitable[object]]] = {
        "database": WriteCheck(services.basis.database, services.basis.settings.data_dir),
        "encoder": lambda: services.encoder.encode(["ready?"], "query"),
    }
    if telegram is not None:
        ready["telegram"] = partial(_token_is_good, telegram)
        services.metrics.watch_telegram(lambda: telegram.report)
    database, clock = services.basis.database, services.basis.clock
    set_up_api(
        app,
        knowledge=services.knowledge,
        articles_by_page=ArticlePages(services.basis.database),
        prompter=services.prompter,
        desk=services.desk,
        conversations_store=ConversationPages(services.basis.database),
        people=services.basis.people,
        idempotency=IdempotencyStore(services.basis.database, services.basis.clock),
        imports=services.imports,
        sources=services.sources,
        kill_switch=stops_of(services.basis, services.live),
        customers_desk=customers_of(services.basis, services.live),
        event_stream=services.outside.stream,
        webhooks_out=services.outside.webhooks,
        learned_desk=learned_desk_over(database, services.knowledge, clock),
        golden_desk=golden_desk_over(database, services.knowledge, services.prompter, clock),
        reviewing=services.reviewing,
        flow_book=services.flow_book,
        customer_requests_desk=services.customer_requests,
        outside_events_desk=services.outside_events,
        certifying=services.certifying,
        ladder=services.ladder,
        figures=Figures(FiguresStore(database), clock),
        suggestions_store=services.suggestions,
        clock=services.basis.clock,
        version=__version__,
        policy=lambda: services.turns.policy,
        metrics=services.metrics,
        ready=ready,
        depths=depths,
        rate=services.basis.settings.api_rate,
    )


async def _token_is_good(state: TelegramState) -> None:
    """Raises SuflerError when Telegram refuses the token: only a person can mend that. Whatever
    else is wrong with the line heals, and desk and web chat are to go on."""
    report = state.report
    if report.token_refused and report.error is not None:
        raise SuflerError(report.error)


def _telegram(
    app: FastAPI, services: Services, state: TelegramState, token: SecretStr
) -> "tuple[TelegramChannel, dict[str, Work]]":
    # Imported here: aiogram takes 120 MB, which a process without a bot need not have.
    from sufler.app.telegram import alert_sending, coming_files, telegram_channel, topic_notices
    from sufler.bot.telegram.downloads import Downloads
    from sufler.bot.telegram.setup import run_polling, set_up_webhook
    from sufler.bot.telegram.staff import StaffChats

    basis, receive = services.basis, services.turns.receive
    settings, leases, clock = basis.settings, basis.leases, basis.clock
    channel, files = telegram_channel(services, token, state), coming_files(services)
    services.delivery.add_channel(channel, channel.begin)
    language = settings.language
    arrived = partial(services.live.publish, EventKind.MESSAGE)
    downloads = Downloads(channel.bot, files, arrived, clock, language)
    staff = StaffChats(channel, alert_links_of(basis))
    work: dict[str, Work] = {
        "telegram files": partial(downloads.run, leases),
        "alerts": alert_sending(services, channel).run,
        "topic notices": topic_notices(services, channel).run,
    }
    if settings.telegram_mode == "polling" or settings.public_url is None:
        work["telegram"] = partial(
            run_polling,
            channel,
            receive,
            state,
            leases,
            files=files,
            language=language,
            staff=staff,
        )
        return channel, work
    found = unreachable(settings)
    if found is not None:
        log.warning("telegram_webhook_unreachable", reason=found[0], mend=found[1])
    work["telegram"] = set_up_webhook(
        app,
        channel,
        receive,
        state,
        leases,
        clock=clock,
        public_url=settings.public_url,
        files=files,
        language=language,
        staff=staff,
    )
    return channel, work


def _mount_pages(app: FastAPI, services: Services, state: TelegramState | None) -> None:
    settings, knowledge = services.basis.settings, services.knowledge

    def size() -> KnowledgeSize:
        index = knowledge.index
        return KnowledgeSize(index.size, index.version)

    set_up_pages(
        app,
        desk=services.desk,
        people=services.basis.people,
        knowledge=knowledge,
        knowledge_size=size,
        clock=services.basis.clock,
        to_html=to_html,
        telegram=None if state is None else lambda: state.report,
        public_url=settings.public_url,
        default_language=lambda: services.chosen.choices.language,
        administration=administration(services),
        files=services.files,
        upload_limit=settings.upload_limit_mb * 1_000_000,
        past=Past(PastStore(services.basis.database), services.delivery, services.basis.clock),
        stops=stops_of(services.basis, services.live),
        alerts=alert_links_of(services.basis),
        reviewing=services.reviewing,
        knowledge_pages=_knowledge_pages(services),
        flows=FlowServices(services.flow_book, services.flow_calls.perform),
        requests=services.customer_requests,
    )


def _knowledge_pages(services: Services) -> KnowledgeServices:
    database, knowledge = services.basis.database, services.knowledge
    pages = ArticlePages(database)
    return KnowledgeServices(
        base=knowledge,
        catalogue=Catalogue(services.basis.articles, pages.every, knowledge.article),
        prompter=services.prompter,
        uses=UseCounts(ArticleUse(database).counts, services.basis.clock),
        preview=preview,
        imports=services.imports,
        sources=services.sources,
        ladder=services.ladder,
        learned=learned_desk_over(database, knowledge, services.basis.clock),
        golden=golden_desk_over(database, knowledge, services.prompter, services.basis.clock),
        fields=CardStore(database).keys,
        gaps=services.gaps,
    )


def _bytes_of(secret: SecretStr | None) -> bytes | None:
    return secret.get_secret_value().encode() if secret else None


async def _swept(services: Services) -> None:
    """For ever: files that no message brought go after a day."""
    while True:
        await services.files.sweep()
        await asyncio.sleep(SWEEP_S)


def kept_secret(path: Path) -> bytes:
    """The secret in `path`, made at the first call; only its owner can read the file.

    Raises SuflerError when it can neither be read nor made.
    """
    try:
        if path.exists() and len(kept := path.read_bytes()) >= SECRET_BYTES:
            return kept
        path.parent.mkdir(parents=True, exist_ok=True)
        made = secrets.token_bytes(SECRET_BYTES)
        beside = path.with_name(path.name + ".part")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(made)
        beside.replace(path)
        return made
    except OSError as error:
        raise SuflerError(f"{path} cannot be made: {error.strerror}") from error
