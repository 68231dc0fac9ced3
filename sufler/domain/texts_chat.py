"""Texts of the customers' page /chat; a part of the catalogue in `texts.py`."""

from collections.abc import Mapping
from typing import Final

from sufler.domain.knowledge import Language

CHAT: Final[Mapping[str, Mapping[Language, str]]] = {
    "chat_name": {"ru": "Служба поддержки", "en": "Support"},
    "chat_bot": {"ru": "Бот", "en": "Bot"},
    "chat_operator": {"ru": "Оператор", "en": "Operator"},
    "chat_bot_answers": {"ru": "Отвечает бот", "en": "A bot answers"},
    "chat_in_queue": {"ru": "Вопрос ждёт сотрудника", "en": "Waiting for a person"},
    "chat_operator_answers": {"ru": "Отвечает {name}", "en": "{name} answers"},
    "chat_other_language": {"ru": "English", "en": "Русский"},
    "chat_other_language_title": {
        "ru": "Switch this page to English",
        "en": "Показать эту страницу по-русски",
    },
    "chat_history_label": {"ru": "Переписка", "en": "Conversation"},
    "chat_empty_title": {"ru": "Чем помочь?", "en": "How can we help?"},
    "chat_empty_text": {
        "ru": "Спросите обычными словами. Бот найдёт ответ сразу, а если не уверен, "
        "передаст вопрос сотруднику.",
        "en": "Ask in plain words. The bot answers at once, and if it is not sure, "
        "it passes your question to a person.",
    },
    "chat_examples_label": {"ru": "Примеры вопросов", "en": "Questions to begin with"},
    "chat_earlier": {"ru": "Показать более ранние", "en": "Show earlier messages"},
    "chat_replying": {"ru": "Бот отвечает", "en": "The bot is replying"},
    "chat_to_the_end": {"ru": "К последнему сообщению", "en": "To the newest message"},
    "chat_field_label": {"ru": "Ваш вопрос", "en": "Your question"},
    "chat_send": {"ru": "Отправить", "en": "Send"},
    "chat_small_line": {
        "ru": "Здесь отвечает бот.",
        "en": "You are talking to a bot.",
    },
    "chat_call_a_person": {"ru": "Позвать человека", "en": "Call a person"},
    "chat_solved": {"ru": "Вопрос решён", "en": "It’s solved"},
    "chat_needs_script": {
        "ru": "Для переписки нужен JavaScript: включите его и обновите страницу.",
        "en": "This chat needs JavaScript: switch it on and reload the page.",
    },
    "chat_edited": {"ru": "изменено", "en": "edited"},
    "chat_state_waiting": {"ru": "ждёт связи", "en": "waiting for a connection"},
    "chat_state_sending": {"ru": "отправляется…", "en": "sending…"},
    "chat_state_taken": {"ru": "доставлено", "en": "delivered"},
    "chat_state_slowed": {
        "ru": "слишком часто, отправим через несколько секунд",
        "en": "too fast, it will be sent in a few seconds",
    },
    "chat_refused_too_long": {"ru": "не отправлено: слишком длинно", "en": "not sent: too long"},
    "chat_open": {"ru": "Открыть чат", "en": "Open the chat"},
    "chat_close": {"ru": "Закрыть чат", "en": "Close the chat"},
    "chat_unread": {"ru": "Новых сообщений: {count}", "en": "New messages: {count}"},
    "chat_attach": {"ru": "Приложить файл", "en": "Attach a file"},
    "chat_refused_too_large": {
        "ru": "не отправлено: файл слишком большой",
        "en": "not sent: the file is too large",
    },
    "chat_refused_wrong_type": {
        "ru": "не отправлено: такие файлы не принимаются",
        "en": "not sent: files of this kind are not taken",
    },
    "chat_refused_empty_file": {
        "ru": "не отправлено: файл пуст",
        "en": "not sent: the file is empty",
    },
    "chat_refused_no_name": {
        "ru": "не отправлено: у файла нет имени",
        "en": "not sent: the file has no name",
    },
    "chat_refused_too_many_files": {
        "ru": "не отправлено: файлов уже слишком много",
        "en": "not sent: there are too many files already",
    },
    "chat_refused_too_fast": {
        "ru": "не отправлено: слишком часто",
        "en": "not sent: too fast",
    },
    "chat_refused_not_now": {
        "ru": "не отправлено: сейчас не получилось",
        "en": "not sent: it did not work just now",
    },
    "chat_refused_not_allowed": {
        "ru": "не отправлено: этому сайту нельзя",
        "en": "not sent: this site may not",
    },
    "chat_refused_file_gone": {"ru": "файла больше нет", "en": "the file is gone"},
    "chat_refused_empty": {"ru": "не отправлено: нет текста", "en": "not sent: there is no text"},
    "chat_retry": {"ru": "повторить", "en": "try again"},
    "chat_drop": {"ru": "убрать", "en": "remove"},
    "chat_offline": {
        "ru": "Нет связи. Сообщения сохранятся и уйдут, когда она появится.",
        "en": "No connection. Messages are kept and go out when it is back.",
    },
    "chat_identity": {
        "ru": "Сайт больше не подтверждает, что вы вошли. Обновите страницу или войдите заново.",
        "en": "The site no longer says that you are logged in. Reload the page or log in again.",
    },
    "chat_too_many": {
        "ru": "Эта переписка открыта в слишком многих вкладках. Закройте лишние.",
        "en": "This conversation is open in too many tabs. Close some of them.",
    },
}
