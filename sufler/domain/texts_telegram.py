"""Texts of the Telegram channel: its menu, what is said of files, presses that are not taken."""

from typing import Final

from sufler.domain.knowledge import Language

TELEGRAM: Final[dict[str, dict[Language, str]]] = {
    "telegram_command_start": {"ru": "начать", "en": "begin"},
    "telegram_command_help": {"ru": "что умеет бот", "en": "what the bot can do"},
    "telegram_command_close": {"ru": "вопрос решён", "en": "my question is solved"},
    # What stands in place of a file that is not kept; the name of the file comes first.
    "telegram_file_too_large": {
        "ru": "{name}: файл {mb} МБ: слишком велик, остаётся в Telegram",
        "en": "{name}: a file of {mb} MB: too large, it stays in Telegram",
    },
    "telegram_file_empty": {"ru": "{name}: файл пуст", "en": "{name}: an empty file"},
    "telegram_file_lost": {
        "ru": "{name}: Telegram не отдал файл, он остаётся в Telegram",
        "en": "{name}: Telegram did not give the file, it stays there",
    },
    "telegram_forwarded": {"ru": "переслано от: {name}", "en": "forwarded from: {name}"},
    "telegram_deleted": {"ru": "[сообщение удалено]", "en": "[the message was deleted]"},
    "telegram_not_yours": {"ru": "Эта кнопка не для вас.", "en": "This button is not for you."},
    "telegram_stale_button": {
        "ru": "Эта кнопка больше не действует.",
        "en": "This button is no longer of use.",
    },
    # web: what a business account allows
    "channel_account": {"ru": "Бизнес-аккаунт", "en": "Business account"},
    "channel_account_open": {"ru": "бот отвечает", "en": "the bot answers"},
    "channel_account_shut": {
        "ru": "больше не разрешает боту отвечать",
        "en": "no longer lets the bot answer",
    },
}
