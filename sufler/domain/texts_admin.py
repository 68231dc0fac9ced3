"""Texts of /admin/people and /admin/channels, and what all administrators' pages say; a part of
the catalogue in `texts.py`."""

from collections.abc import Mapping
from typing import Final

from sufler.domain.knowledge import Language

ADMIN: Final[Mapping[str, Mapping[Language, str]]] = {
    "admin_sure": {"ru": "Точно?", "en": "Sure?"},
    "admin_never": {"ru": "ещё не", "en": "not yet"},
    # refusals
    "admin_forbidden": {
        "ru": "Это может только администратор.",
        "en": "Only an administrator may do this.",
    },
    "admin_gone": {"ru": "Этого уже нет.", "en": "It is not there any more."},
    "admin_last_administrator": {
        "ru": "Это последний действующий администратор. Сначала назначьте другого.",
        "en": "This is the last active administrator. Appoint another one first.",
    },
    "admin_login_taken": {"ru": "Такой логин уже есть.", "en": "This login is taken."},
    "admin_bad_login": {
        "ru": "Логин: от 1 до 64 букв, цифр и знаков . _ @ + -",
        "en": "A login is 1 to 64 letters, digits and . _ @ + -",
    },
    "admin_bad_name": {
        "ru": "Имя: от 1 до 100 знаков. Его видят клиенты.",
        "en": "A name is 1 to 100 characters. Customers see it.",
    },
    "admin_refused": {"ru": "Не получилось: {error}", "en": "That did not work: {error}"},
    # /admin/people
    "people_title": {"ru": "Сотрудники", "en": "People"},
    "people_count": {
        "ru": "{count} сотрудник|{count} сотрудника|{count} сотрудников",
        "en": "{count} person|{count} people",
    },
    "people_login": {"ru": "Логин", "en": "Login"},
    "people_name": {"ru": "Имя, его видят клиенты", "en": "Name, as customers see it"},
    "people_role": {"ru": "Роль", "en": "Role"},
    "people_role_of": {"ru": "Роль: {name}", "en": "Role of {name}"},
    "people_seen": {"ru": "Был здесь", "en": "Last seen"},
    "people_state": {"ru": "Состояние", "en": "State"},
    "people_acts": {"ru": "Действия", "en": "Acts"},
    "people_active": {"ru": "работает", "en": "active"},
    "people_disabled": {"ru": "отключён", "en": "disabled"},
    "people_you": {"ru": "это вы", "en": "you"},
    "people_reset": {"ru": "Новый пароль", "en": "New password"},
    "people_disable": {"ru": "Отключить", "en": "Disable"},
    "people_enable": {"ru": "Включить", "en": "Enable"},
    "people_add_title": {"ru": "Добавить сотрудника", "en": "Add a person"},
    "people_add": {"ru": "Добавить", "en": "Add"},
    "people_password": {"ru": "Пароль для {login}:", "en": "The password for {login}:"},
    "people_once": {
        "ru": "Он показан один раз и нигде не хранится: передайте его сейчас.",
        "en": "It is shown once and stored nowhere: pass it on now.",
    },
    "people_copy": {"ru": "Скопировать", "en": "Copy"},
    "people_noted": {"ru": "Готово, убрать", "en": "Done, put away"},
    "role_operator": {"ru": "оператор", "en": "operator"},
    "role_supervisor": {"ru": "старший", "en": "supervisor"},
    "role_editor": {"ru": "редактор", "en": "editor"},
    "role_administrator": {"ru": "администратор", "en": "administrator"},
    "roles_hint": {
        "ru": "Оператор отвечает клиентам. Старший видит всю работу. Редактор меняет базу "
        "знаний. Администратор настраивает остальное. Каждый может и то, что до него.",
        "en": "An operator answers customers. A supervisor sees all the work. An editor changes "
        "the knowledge base. An administrator sets up the rest. Each may do what those before "
        "may.",
    },
    # keys
    "keys_title": {"ru": "Ключи API", "en": "API keys"},
    "keys_none": {"ru": "Ключей ещё нет.", "en": "There are no keys yet."},
    "keys_name": {"ru": "Для чего", "en": "What for"},
    "keys_scope": {"ru": "Права как у роли", "en": "Rights of"},
    "keys_created": {"ru": "Создан", "en": "Created"},
    "keys_used": {"ru": "Использован", "en": "Last used"},
    "keys_revoke": {"ru": "Отозвать", "en": "Revoke"},
    "keys_add_title": {"ru": "Создать ключ", "en": "Create a key"},
    "keys_add": {"ru": "Создать", "en": "Create"},
    "keys_secret": {"ru": "Ключ «{name}»:", "en": "The key “{name}”:"},
    "keys_show_revoked": {
        "ru": "и {count} отозванный|и {count} отозванных|и {count} отозванных",
        "en": "and {count} revoked|and {count} revoked",
    },
    # sessions
    "sessions_title": {"ru": "Открытые сеансы", "en": "Open sessions"},
    "sessions_who": {"ru": "Кто", "en": "Who"},
    "sessions_since": {"ru": "Вошёл", "en": "Logged in"},
    "sessions_from": {"ru": "Откуда", "en": "From"},
    "sessions_own": {"ru": "этот сеанс", "en": "this session"},
    "sessions_end": {"ru": "Завершить", "en": "End"},
    # the log
    "acts_title": {"ru": "Журнал", "en": "Log"},
    "acts_none": {"ru": "Здесь ещё ничего не меняли.", "en": "Nothing was changed here yet."},
    "acts_when": {"ru": "Когда", "en": "When"},
    "acts_who": {"ru": "Кто", "en": "Who"},
    "acts_what": {"ru": "Что", "en": "What"},
    "act_person_added": {
        "ru": "сотрудник {subject} добавлен: {details}",
        "en": "{subject} was added: {details}",
    },
    "act_password_reset": {
        "ru": "{subject}: выдан новый пароль",
        "en": "{subject}: a new password was given",
    },
    "act_person_disabled": {"ru": "{subject}: вход отключён", "en": "{subject} was disabled"},
    "act_person_enabled": {"ru": "{subject}: вход включён", "en": "{subject} was enabled"},
    "act_role_changed": {
        "ru": "{subject}: новая роль, {details}",
        "en": "{subject} has a new role: {details}",
    },
    "act_key_created": {
        "ru": "ключ «{subject}» создан: {details}",
        "en": "the key “{subject}” was created: {details}",
    },
    "act_key_revoked": {
        "ru": "ключ «{subject}» отозван",
        "en": "the key “{subject}” was revoked",
    },
    "act_session_ended": {
        "ru": "{subject}: сеанс завершён",
        "en": "a session of {subject} was ended",
    },
    "act_setting_changed": {
        "ru": "настройка {subject}: {details}",
        "en": "the setting {subject}: {details}",
    },
    "act_setting_reset": {
        "ru": "настройка {subject}: как было",
        "en": "the setting {subject}: back to the original",
    },
    "act_message_replayed": {
        "ru": "сообщение {subject} обработано ещё раз",
        "en": "message {subject} is handled again",
    },
    # /admin/channels
    "channels_title": {"ru": "Каналы", "en": "Channels"},
    "channel_telegram": {"ru": "Telegram", "en": "Telegram"},
    "channel_web": {"ru": "Чат на сайте", "en": "Chat on a site"},
    "channel_api": {"ru": "API", "en": "API"},
    "channel_console": {"ru": "Консоль", "en": "Console"},
    "channel_connected": {"ru": "подключён", "en": "connected"},
    "channel_down": {"ru": "нет связи", "en": "no connection"},
    "channel_standby": {"ru": "ведёт другой процесс", "en": "another process has it"},
    "channel_off": {"ru": "не подключён", "en": "not connected"},
    "channel_ready": {"ru": "готов", "en": "ready"},
    "channel_since": {"ru": "В этом состоянии с", "en": "In this state since"},
    "channel_bot": {"ru": "Бот", "en": "Bot"},
    "channel_mode": {"ru": "Приём", "en": "Receiving"},
    "channel_mode_polling": {"ru": "опрос Telegram", "en": "polling Telegram"},
    "channel_mode_webhook": {"ru": "webhook", "en": "webhook"},
    "channel_webhook": {"ru": "Адрес", "en": "Address"},
    "channel_webhook_pending": {
        "ru": "у Telegram ждёт {count} обновление|у Telegram ждут {count} обновления"
        "|у Telegram ждут {count} обновлений",
        "en": "{count} update waits at Telegram|{count} updates wait at Telegram",
    },
    "channel_last_update": {"ru": "Последнее сообщение", "en": "Last message"},
    "channel_last_error": {"ru": "Последняя ошибка", "en": "Last error"},
    "channel_error_now": {"ru": "Ошибка", "en": "Error"},
    "channel_day": {"ru": "За сутки", "en": "In 24 hours"},
    "channel_came": {
        "ru": "{count} пришло|{count} пришло|{count} пришло",
        "en": "{count} came|{count} came",
    },
    "channel_sent": {
        "ru": "{count} ответ|{count} ответа|{count} ответов",
        "en": "{count} reply|{count} replies",
    },
    "channel_waiting": {
        "ru": "{count} ждёт отправки|{count} ждут отправки|{count} ждут отправки",
        "en": "{count} waits to be sent|{count} wait to be sent",
    },
    "channel_failed": {
        "ru": "{count} не доставлено|{count} не доставлено|{count} не доставлено",
        "en": "{count} not delivered|{count} not delivered",
    },
    "channel_unknown": {
        "ru": "о {count} неизвестно, дошло ли|о {count} неизвестно, дошли ли"
        "|о {count} неизвестно, дошли ли",
        "en": "{count} may or may not have arrived|{count} may or may not have arrived",
    },
    "channel_parked": {
        "ru": "{count} не обработано|{count} не обработано|{count} не обработано",
        "en": "{count} not handled|{count} not handled",
    },
    "channel_web_open": {"ru": "Открыть чат", "en": "Open the chat"},
    "channel_api_open": {"ru": "Описание API", "en": "API reference"},
    "channel_api_keys": {
        "ru": "{count} ключ действует|{count} ключа действуют|{count} ключей действуют",
        "en": "{count} key in use|{count} keys in use",
    },
    "channel_console_text": {
        "ru": "Разговор в терминале, для пробы: sufler chat",
        "en": "A talk in the terminal, to try things: sufler chat",
    },
    "telegram_steps_title": {"ru": "Как подключить Telegram", "en": "How to connect Telegram"},
    "telegram_step_1": {
        "ru": "Откройте в Telegram @BotFather, отправьте /newbot и придумайте боту имя.",
        "en": "Open @BotFather in Telegram, send /newbot and name your bot.",
    },
    "telegram_step_2": {
        "ru": "Скопируйте токен вида 123456:ABC-DEF. Это секрет: кто его знает, тот и бот.",
        "en": "Copy the token, such as 123456:ABC-DEF. It is a secret: whoever has it is the bot.",
    },
    "telegram_step_3": {
        "ru": "Задайте SUFLER_TELEGRAM_TOKEN там, где запускается Суфлёр (или telegram_token в "
        "sufler.toml), и перезапустите его.",
        "en": "Set SUFLER_TELEGRAM_TOKEN where Sufler is started (or telegram_token in "
        "sufler.toml), and start it again.",
    },
    "telegram_step_4": {
        "ru": "Напишите боту. Разговор появится на столе оператора.",
        "en": "Write to the bot. The conversation appears on the operators’ desk.",
    },
    "undelivered_title": {"ru": "Не доставлено", "en": "Not delivered"},
    "undelivered_none": {
        "ru": "Всё, что должно было уйти, ушло.",
        "en": "Everything that was to go out went out.",
    },
    "undelivered_talk": {"ru": "Разговор", "en": "Conversation"},
    "undelivered_channel": {"ru": "Канал", "en": "Channel"},
    "undelivered_what": {"ru": "Что с ним", "en": "What became of it"},
    "undelivered_error": {"ru": "Что сказал канал", "en": "What the channel said"},
    "undelivered_at": {"ru": "Когда", "en": "When"},
    "undelivered_pending": {"ru": "пробуем снова", "en": "trying again"},
    "undelivered_failed": {"ru": "не доставлено", "en": "not delivered"},
    "undelivered_unknown": {
        "ru": "неизвестно, дошло ли; повтора не будет",
        "en": "may or may not have arrived; it is not sent again",
    },
    "undelivered_attempts": {
        "ru": "{count} попытка|{count} попытки|{count} попыток",
        "en": "{count} try|{count} tries",
    },
    "parked_title": {"ru": "Не обработано", "en": "Not handled"},
    "parked_text": {
        "ru": "Эти сообщения клиентов не удалось обработать, и они переданы людям. Если причина "
        "устранена, попробуйте ещё раз.",
        "en": "These messages of customers could not be handled and went to people. If the cause "
        "is mended, try again.",
    },
    "parked_none": {
        "ru": "Все сообщения клиентов обработаны.",
        "en": "Every message of a customer was handled.",
    },
    "parked_cause": {"ru": "Причина", "en": "Cause"},
    "parked_replay": {"ru": "Попробовать ещё раз", "en": "Try again"},
    "parked_replayed": {"ru": "Обрабатываем ещё раз.", "en": "It is being handled again."},
}
