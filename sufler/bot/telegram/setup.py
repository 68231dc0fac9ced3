"""Sets the Telegram channel up: what the bot tells Telegram about itself, and the endless task of
one of two ways of receiving. One process at a time polls, or keeps the webhook set."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from aiogram.types import BotCommand
from starlette.applications import Starlette
from starlette.routing import Route

from sufler.bot.telegram.polling import Polling
from sufler.bot.telegram.send import TelegramChannel
from sufler.bot.telegram.staff import StaffChats
from sufler.bot.telegram.state import TelegramState
from sufler.bot.telegram.updates import Expected, Receive, Updates
from sufler.bot.telegram.webhook import PATH, Webhook, secret_of
from sufler.bot.telegram.webhook_upkeep import WebhookUpkeep
from sufler.domain.knowledge import LANGUAGES, Language
from sufler.domain.ports import Clock, Leases
from sufler.domain.texts import text

LEASE: Final = "telegram"
_COMMANDS: Final = ("start", "help", "close")
# Telegram shows the commands without a language code to everybody else
_EVERYBODY_ELSE: Final[Language] = "en"


async def run_polling(
    channel: TelegramChannel,
    receive: Receive,
    state: TelegramState,
    leases: Leases,
    *,
    poll_timeout_s: int = 25,
    files: Expected | None = None,
    language: Language = "ru",
    staff: StaffChats | None = None,
) -> None:
    """Take in updates until cancelled, where no other process of this Sufler does; trouble is
    waited out and shown in `state`.

    `receive` must have stored a message durably when it returns. `poll_timeout_s`: 0 to 50.
    `files` notes what is to be fetched; `language` is for words about it. `staff` takes what
    operators send about their alerts.
    """
    updates = Updates(channel, receive, state, files, language, staff)
    prepare = partial(_prepare_polling, channel, state)
    state.stand_by()
    try:
        async with leases.holding(LEASE):
            await Polling(channel, updates, state, prepare, poll_timeout_s=poll_timeout_s).run()
    finally:
        await updates.close()


def set_up_webhook(
    app: Starlette,
    channel: TelegramChannel,
    receive: Receive,
    state: TelegramState,
    leases: Leases,
    *,
    clock: Clock,
    public_url: str,
    files: Expected | None = None,
    language: Language = "ru",
    staff: StaffChats | None = None,
) -> Callable[[], Awaitable[None]]:
    """Add the endpoint to `app`; return the endless work that keeps Telegram posting to it.

    Every process receives; the one that holds the lease sets the webhook up. `receive` must have
    stored a message durably when it returns. `public_url` is where Telegram reaches `app`.
    """
    updates = Updates(channel, receive, state, files, language, staff)
    secret = secret_of(channel.bot.token)
    app.router.routes.append(Route(PATH, Webhook(secret, updates, state)))
    url = public_url.rstrip("/") + PATH
    introduced = partial(introduce, channel, state)

    async def run() -> None:
        upkeep = WebhookUpkeep(channel, state, clock, introduced, url=url, secret=secret)
        looking = asyncio.create_task(upkeep.run())
        try:
            async with leases.holding(LEASE):
                upkeep.keep()
                await looking
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
            await updates.close()

    return run


async def introduce(channel: TelegramChannel, state: TelegramState) -> None:
    """Who are we, what do we remember, and the commands of the menu."""
    await channel.chats.begin()
    me = await channel.bot.get_me()
    state.introduced(me.username, me.full_name)
    for language in LANGUAGES:
        await channel.bot.set_my_commands(_commands(language), language_code=language)
    await channel.bot.set_my_commands(_commands(_EVERYBODY_ELSE))


async def _prepare_polling(channel: TelegramChannel, state: TelegramState) -> None:
    """Telegram gives updates to a poller only where no webhook is set; waiting ones are kept."""
    await channel.bot.delete_webhook(drop_pending_updates=False)
    await introduce(channel, state)


def _commands(language: Language) -> list[BotCommand]:
    return [
        BotCommand(command=command, description=text(f"telegram_command_{command}", language))
        for command in _COMMANDS
    ]
