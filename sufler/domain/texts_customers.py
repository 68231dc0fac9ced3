"""Texts about customers who write too fast, are banned, exported or erased; part of `texts.py`."""

from collections.abc import Mapping
from typing import Final

from sufler.domain.knowledge import Language

CUSTOMERS: Final[Mapping[str, Mapping[Language, str]]] = {
    # conversation: the one word about a flood
    "too_fast": {
        "ru": "Вы пишете слишком быстро, я не успеваю. Сообщения сохранены. "
        "Подождите минуту и напишите вопрос одним сообщением.",
        "en": "You are writing too fast for me to follow. Your messages are kept. "
        "Please wait a minute and write your question in one message.",
    },
    # web: /admin/customers
    "nav_customers": {"ru": "Клиенты", "en": "Customers"},
    "customers_title": {"ru": "Клиенты", "en": "Customers"},
    "customers_find": {"ru": "Найти клиента", "en": "Find a customer"},
    "customers_find_text": {
        "ru": "Имя, номер обращения или идентификатор в канале.",
        "en": "A name, a ticket number, or the id in the channel.",
    },
    "customers_search": {"ru": "Найти", "en": "Find"},
    "customers_none": {"ru": "Никого не нашлось.", "en": "Nobody was found."},
    "customers_customer": {"ru": "Клиент", "en": "Customer"},
    "customers_channel": {"ru": "Канал", "en": "Channel"},
    "customers_id": {"ru": "Идентификатор", "en": "Id"},
    "customers_last": {"ru": "Последнее сообщение", "en": "Last message"},
    "customers_acts": {"ru": "Действия", "en": "Acts"},
    "customers_export": {"ru": "Выгрузить", "en": "Export"},
    "customers_erase": {"ru": "Стереть всё", "en": "Erase all"},
    "customers_erased": {
        "ru": "Стёрто: сообщений {messages}, файлов {files}.",
        "en": "Erased: {messages} messages, {files} files.",
    },
    "customers_erase_text": {
        "ru": "Стирается всё, что известно о клиенте: переписка, файлы, подсказки, решения, "
        "выученные с его слов формулировки. Вернуть это нельзя. Резервные копии, сделанные раньше, "
        "стереть отсюда нельзя: удалите их сами.",
        "en": "Everything known of the customer is erased: talk, files, suggestions, decisions, "
        "phrasings learned from them. It cannot be brought back. Backups made earlier cannot be "
        "reached from here: delete them yourself.",
    },
    "customers_ban": {"ru": "Заблокировать", "en": "Ban"},
    "customers_unban": {"ru": "Разблокировать", "en": "Lift the ban"},
    "customers_banned": {"ru": "заблокирован", "en": "banned"},
    "customers_bans": {"ru": "Заблокированные", "en": "Banned"},
    "customers_bans_none": {"ru": "Никто не заблокирован.", "en": "Nobody is banned."},
    "customers_ban_text": {
        "ru": "Сообщения заблокированного клиента не принимаются и только считаются. "
        "Бот ему ничего не говорит.",
        "en": "Messages of a banned customer are not taken, only counted. "
        "The bot says nothing to them.",
    },
    "customers_reason": {"ru": "Причина", "en": "Reason"},
    "customers_until": {"ru": "До", "en": "Until"},
    "customers_days": {
        "ru": "На сколько дней (пусто: навсегда)",
        "en": "For how many days (empty: for good)",
    },
    "customers_for_good": {"ru": "навсегда", "en": "for good"},
    "customers_by": {"ru": "Кто", "en": "By"},
    "customers_dismissed": {"ru": "Не принято", "en": "Not taken"},
    "desk_ban_for": {"ru": "На сколько", "en": "For how long"},
    "desk_ban_days": {
        "ru": "{count} день|{count} дня|{count} дней",
        "en": "{count} day|{count} days",
    },
    "desk_ban_done": {
        "ru": "Клиент заблокирован: новых сообщений от него не будет.",
        "en": "The customer is banned: nothing more is taken from them.",
    },
    "admin_bad_reason": {"ru": "Укажите причину.", "en": "Say why."},
    "admin_bad_until": {
        "ru": "Срок — целое число дней, от 1 до 3650.",
        "en": "The time is a whole number of days, 1 to 3650.",
    },
    # the log of acts
    "act_customer_banned": {"ru": "{subject}: клиент заблокирован", "en": "{subject} was banned"},
    "act_customer_unbanned": {
        "ru": "{subject}: клиент разблокирован",
        "en": "the ban of {subject} was lifted",
    },
    "act_customer_exported": {"ru": "{subject}: клиент выгружен", "en": "{subject} was exported"},
    "act_customer_erased": {
        "ru": "{subject}: клиент стёрт",
        "en": "a customer of {subject} was erased",
    },
    # the settings of these
    "setting_flood_minute": {
        "ru": "Сообщений клиента в минуту, сверх которых ничего не решается; 0: без предела.",
        "en": "Messages of a customer a minute above which nothing is answered; 0: no limit.",
    },
    "setting_flood_hour": {
        "ru": "Сообщений клиента в час, сверх которых ничего не принимается; 0: без предела.",
        "en": "Messages of a customer an hour above which none is taken; 0: no limit.",
    },
    "setting_keep_messages_days": {
        "ru": "Сколько дней хранятся сообщения и заметки к ним; 0: всегда.",
        "en": "Days for which we keep messages with their notes; 0: for ever.",
    },
    "setting_keep_files_days": {
        "ru": "Сколько дней хранятся файлы клиентов; 0: всегда.",
        "en": "Days for which we keep customers’ files; 0: for ever.",
    },
    "setting_keep_inbox_days": {
        "ru": "Сколько дней хранятся обработанные входящие; 0: всегда.",
        "en": "Days for which we keep handled rows of the inbox; 0: for ever.",
    },
    "setting_keep_suggestions_days": {
        "ru": "Сколько дней хранятся тексты подсказок; 0: всегда.",
        "en": "Days for which we keep texts of suggestions; 0: for ever.",
    },
    "setting_keep_learned_days": {
        "ru": "Сколько дней хранятся предложения и выученные формулировки, которые не в деле; "
        "0: всегда.",
        "en": "Days for which we keep proposals, and learned wordings that do not serve; "
        "0: for ever.",
    },
    "setting_keep_events_days": {
        "ru": "Сколько дней хранятся решения целиком; 0: всегда.",
        "en": "Days for which we keep decisions in full; 0: for ever.",
    },
    "setting_keep_audit_days": {
        "ru": "Сколько дней хранятся журнал действий сотрудников; 0: всегда.",
        "en": "Days for which we keep staff’s acts; 0: for ever.",
    },
    "setting_keep_parked_days": {
        "ru": "Сколько дней хранятся сообщения, от которых отказались; 0: всегда.",
        "en": "Days for which we keep messages that were given up; 0: for ever.",
    },
}
