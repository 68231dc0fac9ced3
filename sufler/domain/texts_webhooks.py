"""Texts of /admin/webhooks, and of the settings of the event stream; a part of the catalogue in
`texts.py`."""

from collections.abc import Mapping
from typing import Final

from sufler.domain.knowledge import Language

WEBHOOKS: Final[Mapping[str, Mapping[Language, str]]] = {
    "setting_keep_stream_days": {
        "ru": "Сколько дней хранятся события и доставки вебхуков; 0: всегда.",
        "en": "Days for which events and webhooks’ deliveries are kept; 0: for ever.",
    },
    "setting_stream_longest": {
        "ru": "Сколько секунд открыт один поток событий.",
        "en": "Seconds for which one event stream is open.",
    },
    "setting_stream_connections": {
        "ru": "Сколько потоков событий может держать один ключ.",
        "en": "Event streams that one key may have open at once.",
    },
    "nav_webhooks": {"ru": "Вебхуки", "en": "Webhooks"},
    "alarm_webhooks": {
        "ru": "Вебхук выключен: до него ничего не доходит.",
        "en": "A webhook is switched off: nothing reaches it.",
    },
    "webhooks_title": {"ru": "Вебхуки", "en": "Webhooks"},
    "webhooks_text": {
        "ru": "Sufler сам сообщает вашим программам, что произошло: подписанным запросом, по "
        "порядку внутри разговора, с повторами до трёх суток.",
        "en": "Sufler tells your programs what happens: by a signed request, in order within a "
        "conversation, tried again for up to three days.",
    },
    "webhooks_none": {"ru": "Вебхуков ещё нет.", "en": "There are no webhooks yet."},
    "webhook_add_title": {"ru": "Добавить вебхук", "en": "Add a webhook"},
    "webhook_add": {"ru": "Добавить", "en": "Add"},
    "webhook_url": {"ru": "Адрес", "en": "Address"},
    "webhook_note": {"ru": "Для чего", "en": "What for"},
    "webhook_kinds": {"ru": "События", "en": "Events"},
    "webhook_all_kinds": {"ru": "все события", "en": "all events"},
    "webhook_kinds_hint": {
        "ru": "Ничего не отмечено: все события.",
        "en": "Nothing chosen: all events.",
    },
    "webhook_kind_conversation_message": {"ru": "сообщение", "en": "a message"},
    "webhook_kind_conversation_owner": {"ru": "смена владельца", "en": "another owner"},
    "webhook_kind_conversation_closed": {"ru": "закрыт разговор", "en": "a conversation closed"},
    "webhook_kind_message_sent": {"ru": "сообщение ушло", "en": "a message sent"},
    "webhook_kind_message_failed": {"ru": "сообщение не ушло", "en": "a message failed"},
    "webhook_kind_suggestion_made": {"ru": "готова подсказка", "en": "a suggestion made"},
    "webhook_kind_alert": {"ru": "тревога", "en": "an alert"},
    "webhook_kind_learned": {"ru": "чему научились", "en": "something learned"},
    "webhook_kind_test": {"ru": "проверка", "en": "a test"},
    "webhook_secret": {
        "ru": "Секрет подписи, показан один раз:",
        "en": "The signing secret, shown once:",
    },
    "webhook_on": {"ru": "работает", "en": "on"},
    "webhook_off": {"ru": "выключен", "en": "off"},
    "webhook_off_why": {"ru": "Выключен: {why}", "en": "Switched off: {why}"},
    "webhook_failing": {"ru": "Ничего не доходит с", "en": "Nothing has arrived since"},
    "webhook_two_secrets": {
        "ru": "Прежний секрет ещё подписывает до",
        "en": "The secret before still signs until",
    },
    "webhook_switch_on": {"ru": "Включить", "en": "Switch on"},
    "webhook_switch_off": {"ru": "Выключить", "en": "Switch off"},
    "webhook_remove": {"ru": "Удалить", "en": "Remove"},
    "webhook_rotate": {"ru": "Сменить секрет", "en": "Another secret"},
    "webhook_test": {"ru": "Проверить", "en": "Test"},
    "webhook_test_good": {
        "ru": "Дошло: ответ {status} за {ms} мс",
        "en": "It arrived: answer {status} in {ms} ms",
    },
    "webhook_test_bad": {"ru": "Не дошло: {error}", "en": "It did not arrive: {error}"},
    "webhook_replay": {"ru": "Послать снова", "en": "Send again"},
    "webhook_replay_all": {"ru": "Послать снова всё недошедшее", "en": "Send all failed again"},
    "webhook_replayed": {
        "ru": "Снова отправляется: {count}|Снова отправляются: {count}|Снова отправляются: {count}",
        "en": "{count} is sent again|{count} are sent again",
    },
    "webhook_counts": {
        "ru": "дошло {done}, ждёт {pending}, не дошло {parked}",
        "en": "{done} arrived, {pending} waiting, {parked} failed",
    },
    "webhook_log": {"ru": "Журнал доставок", "en": "Deliveries"},
    "webhook_log_none": {"ru": "Доставок ещё не было.", "en": "Nothing was delivered yet."},
    "webhook_when": {"ru": "Когда", "en": "When"},
    "webhook_event": {"ru": "Событие", "en": "Event"},
    "webhook_state": {"ru": "Состояние", "en": "State"},
    "webhook_tries": {"ru": "Попыток", "en": "Tries"},
    "webhook_answer": {"ru": "Ответ", "en": "Answer"},
    "webhook_acts": {"ru": "Действия", "en": "Actions"},
    "webhook_state_pending": {"ru": "ждёт", "en": "waiting"},
    "webhook_state_done": {"ru": "дошло", "en": "arrived"},
    "webhook_state_parked": {"ru": "не дошло", "en": "failed"},
    "webhook_bad_url": {
        "ru": "Этот адрес не подходит: нужен https и открытый адрес. Узлы своей сети разрешает "
        "SUFLER_ALLOW_HOSTS.",
        "en": "This address cannot be told: it needs https and a public address. "
        "SUFLER_ALLOW_HOSTS allows hosts of your own network.",
    },
    "webhook_is_off": {"ru": "Вебхук выключен: сначала включите его.", "en": "Switch it on first."},
    "webhook_too_many": {"ru": "Вебхуков уже слишком много.", "en": "There are too many webhooks."},
    "act_webhook_added": {
        "ru": "вебхук {subject} добавлен",
        "en": "the webhook {subject} was added",
    },
    "act_webhook_changed": {
        "ru": "вебхук {subject} изменён",
        "en": "the webhook {subject} was changed",
    },
    "act_webhook_removed": {
        "ru": "вебхук {subject} удалён",
        "en": "the webhook {subject} was removed",
    },
    "act_webhook_rotated": {
        "ru": "вебхук {subject}: новый секрет",
        "en": "the webhook {subject} has a new secret",
    },
    "act_webhook_replayed": {
        "ru": "вебхук {subject}: послано снова",
        "en": "the webhook {subject}: sent again",
    },
    "act_webhook_disabled": {
        "ru": "вебхук {subject} выключен: {details}",
        "en": "the webhook {subject} was switched off: {details}",
    },
}
