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

from sufler import __version__
from sufler.api import setup as set_up_api
from sufler.app.wiring import Services
from sufler.bot.markdown import to_html
from sufler.bot.telegram.state import TelegramState
from sufler.bot.web_widget.page import Face
from sufler.bot.web_widget.send import WebChannel
from sufler.bot.web_widget.setup import setup as set_up_widget
from sufler.domain.errors import SuflerError
from sufler.storage.article_pages import ArticlePages
from sufler.web.services import KnowledgeSize
from sufler.web.setup import setup as set_up_pages

if TYPE_CHECKING:
    from sufler.bot.telegram.send import TelegramChannel

# Seconds before work that failed is begun again; the last one is repeated.
RESTART_S = (1.0, 2.0, 5.0, 15.0, 30.0)
SECRET_BYTES = 32
# Who the demo's customers write to, and what they may begin with.
DEMO_FACE = Face(
    name={"ru": "Плошкин", "en": "Ploshkin"},
    examples={
        "ru": ("Сколько стоит доставка?", "Как вернуть товар?", "Позовите человека"),
        "en": ("How much does delivery cost?", "How do I return an item?", "I need a person"),
    },
)

log = structlog.get_logger(__name__)
Work = Callable[[], Awaitable[None]]


def create_app(services: Services) -> FastAPI:
    """The application, with every face in it. Its lifespan runs turns, delivery, and channels."""
    settings, clock = services.basis.settings, services.basis.clock
    work: dict[str, Work] = {
        "turns": services.turns.run,
        "knowledge": services.knowledge.follow,
        "heads": services.prompter.follow,
    }
    channel = WebChannel()
    services.delivery.add_channel(channel)
    state = TelegramState(clock) if settings.telegram_token is not None else None
    telegram = _telegram(services, state, work) if state is not None else None

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as running:
            if telegram is not None:
                running.push_async_callback(telegram.close)
            tasks = [asyncio.create_task(_kept_up(name, run)) for name, run in work.items()]
            running.push_async_callback(_ended, tasks)
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
        face=DEMO_FACE if settings.demo else Face(language=settings.language),
        public_url=settings.public_url,
    )
    _mount_api(app, services)
    _mount_pages(app, services, state)
    return app


def _mount_api(app: FastAPI, services: Services) -> None:
    async def depths() -> tuple[int, Mapping[str, int]]:
        rows = await services.inbox.counts()
        return rows.get("new", 0), await services.outbox.counts()

    set_up_api(
        app,
        knowledge=services.knowledge,
        articles_by_page=ArticlePages(services.basis.database),
        prompter=services.prompter,
        desk=services.desk,
        conversations_store=services.conversations,
        people=services.basis.people,
        suggestions_store=services.suggestions,
        clock=services.basis.clock,
        version=__version__,
        policy=services.policy,
        metrics=services.metrics,
        ready={
            "database": services.basis.database.ping,
            "encoder": lambda: services.encoder.encode(["ready?"], "query"),
        },
        depths=depths,
    )


def _telegram(
    services: Services, state: TelegramState, work: dict[str, Work]
) -> "TelegramChannel | None":
    # Imported here: aiogram takes 120 MB, which a process without a bot need not have.
    from sufler.bot.telegram.send import TelegramChannel
    from sufler.bot.telegram.setup import run_polling

    settings = services.basis.settings
    if settings.telegram_token is None:
        return None
    channel = TelegramChannel(settings.telegram_token.get_secret_value(), settings.telegram_api)
    services.delivery.add_channel(channel)
    work["telegram"] = partial(run_polling, channel, services.turns.receive, state)
    return channel


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
        language=settings.language,
    )


async def _kept_up(name: str, run: Work) -> None:
    """Run endless work; when it fails, say so and begin it again."""
    failures = 0
    while True:
        try:
            await run()
            log.error("work_ended", work=name)
        except SuflerError as error:
            log.error("work_failed", work=name, reason=error.message)
        except Exception:
            log.exception("work_failed", work=name)
        await asyncio.sleep(RESTART_S[min(failures, len(RESTART_S) - 1)])
        failures += 1


async def _ended(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


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
