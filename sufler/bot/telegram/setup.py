"""Sets the Telegram channel up: what the bot tells Telegram about itself, and the polling task."""

from typing import Final

from aiogram.types import BotCommand

from sufler.bot.telegram.polling import Polling, Receive
from sufler.bot.telegram.send import TelegramChannel
from sufler.bot.telegram.state import TelegramState
from sufler.domain.knowledge import LANGUAGES, Language
from sufler.domain.texts import text

_COMMANDS: Final = ("start", "help")
# Telegram shows the commands without a language code to everybody else
_EVERYBODY_ELSE: Final[Language] = "en"


async def run_polling(
    channel: TelegramChannel,
    receive: Receive,
    state: TelegramState,
    *,
    poll_timeout_s: int = 25,
) -> None:
    """Take in updates until cancelled; trouble is waited out and shown in `state`.

    `receive` must have stored a message durably when it returns. `poll_timeout_s`: 0 to 50.
    """
    polling = Polling(channel, receive, state, introduce, poll_timeout_s=poll_timeout_s)
    await polling.run()


async def introduce(channel: TelegramChannel, state: TelegramState) -> None:
    """Who are we, no webhook (waiting updates are kept), and the commands of the menu."""
    me = await channel.bot.get_me()
    state.username = me.username
    await channel.bot.delete_webhook(drop_pending_updates=False)
    for language in LANGUAGES:
        await channel.bot.set_my_commands(_commands(language), language_code=language)
    await channel.bot.set_my_commands(_commands(_EVERYBODY_ELSE))


def _commands(language: Language) -> list[BotCommand]:
    return [
        BotCommand(command=command, description=text(f"telegram_command_{command}", language))
        for command in _COMMANDS
    ]
