"""Texts of alerts: in operators' own chats, on the page where they set them up, and on the desk; a
part of the catalogue in `texts.py`."""

from collections.abc import Mapping
from typing import Final

from sufler.domain.knowledge import Language

ALERTS: Final[Mapping[str, Mapping[Language, str]]] = {
    # in the operator's own chat
    "alert_told_hand_off": {"ru": "Клиент ждёт: {name}", "en": "A customer is waiting: {name}"},
    "alert_told_assigned": {
        "ru": "Вам передано обращение: {name}",
        "en": "A conversation was given to you: {name}",
    },
    "alert_told_escalated": {
        "ru": "❗ Клиенту давно не отвечают: {name}",
        "en": "❗ Nobody has answered a customer for long: {name}",
    },
    "alert_told_topic": {"ru": "Тема: {topic}", "en": "Topic: {topic}"},
    "alert_told_channel": {"ru": "Канал: {channel}", "en": "Channel: {channel}"},
    "alert_told_waits": {
        "ru": "Ждёт {count} минуту|Ждёт {count} минуты|Ждёт {count} минут",
        "en": "Waiting for {count} minute|Waiting for {count} minutes",
    },
    "alert_linked": {
        "ru": "Готово: сюда будут приходить оповещения для {name}. "
        "Отключить: /alerts off. Вопросы, которые вы пишете сюда, остаются вопросами клиента.",
        "en": "Done: alerts for {name} will come here. To stop them: /alerts off. "
        "Questions that you write here are still a customer's questions.",
    },
    "alert_link_refused": {
        "ru": "Эта ссылка больше не действует. Сделайте новую на странице «Мои оповещения».",
        "en": "This link is no longer good. Make a new one on the page “My alerts”.",
    },
    "alert_linked_to": {
        "ru": "Сюда приходят оповещения для {name}. Отключить: /alerts off.",
        "en": "Alerts for {name} come here. To stop them: /alerts off.",
    },
    "alert_unlinked": {
        "ru": "Оповещения сюда больше не приходят.",
        "en": "Alerts no longer come here.",
    },
    # the log of staff's acts
    "act_alerts_linked": {
        "ru": "подключены оповещения в Telegram: {subject}",
        "en": "alerts to Telegram linked: {subject}",
    },
    "act_alerts_unlinked": {
        "ru": "{subject}: оповещения в Telegram отключены",
        "en": "{subject}: alerts to Telegram unlinked",
    },
    # the filter of the desk's lists
    "desk_filter_ours": {"ru": "Только мои очереди", "en": "My queues only"},
    # /desk/alerts
    "my_alerts": {"ru": "Мои оповещения", "en": "My alerts"},
    "my_alerts_what": {
        "ru": "Когда вы на смене, но не смотрите на рабочее место, Sufler напишет в ваш Telegram: "
        "клиент ждёт в вашей очереди, вам передали обращение, клиенту давно не отвечают. "
        "Слов клиента в оповещении нет: имя, тема, сколько ждёт и ссылка.",
        "en": "While you are on duty and not looking at the desk, Sufler writes to your Telegram: "
        "a customer waits in your queue, a conversation was given to you, nobody has answered for "
        "long. An alert holds none of the customer's words: a name, the topic, the wait, a link.",
    },
    "my_alerts_chat": {"ru": "Ваш Telegram", "en": "Your Telegram"},
    "my_alerts_no_telegram": {
        "ru": "У компании не подключён бот Telegram, писать некуда.",
        "en": "The company has no Telegram bot connected, so there is nowhere to write.",
    },
    "my_alerts_none": {"ru": "Telegram не подключён.", "en": "No Telegram is linked."},
    "my_alerts_linked": {"ru": "Подключён: {name}", "en": "Linked: {name}"},
    "my_alerts_since": {"ru": "с", "en": "since"},
    "my_alerts_broken": {
        "ru": "Оповещения не доходят: {why}. Разблокируйте бота и подключите Telegram снова.",
        "en": "Alerts do not arrive: {why}. Unblock the bot and link your Telegram again.",
    },
    "my_alerts_link": {"ru": "Подключить Telegram", "en": "Link my Telegram"},
    "my_alerts_again": {"ru": "Подключить другой", "en": "Link another one"},
    "my_alerts_unlink": {"ru": "Отключить", "en": "Unlink"},
    "my_alerts_open": {
        "ru": "Откройте ссылку и нажмите «Начать». Она действует 10 минут и один раз.",
        "en": "Open the link and press “Start”. It is good for 10 minutes, once.",
    },
    "my_alerts_or_send": {
        "ru": "Или отправьте боту {bot} сообщение:",
        "en": "Or send this message to the bot {bot}:",
    },
    "my_alerts_command": {"ru": "/start {payload}", "en": "/start {payload}"},
    "my_alerts_look": {"ru": "Проверить, подключилось ли", "en": "See whether it is linked"},
    "my_alerts_quiet": {"ru": "Тихие часы", "en": "Quiet hours"},
    "my_alerts_quiet_what": {
        "ru": "В это время в Telegram ничего не приходит. Пусто: тихих часов нет.",
        "en": "Nothing comes to Telegram in this time. Empty: no quiet hours.",
    },
    "my_alerts_from": {"ru": "С", "en": "From"},
    "my_alerts_to": {"ru": "До", "en": "To"},
    "my_alerts_zone": {"ru": "Часовой пояс", "en": "Time zone"},
    "my_alerts_save": {"ru": "Сохранить", "en": "Save"},
    "my_alerts_saved": {"ru": "Сохранено.", "en": "Saved."},
    "my_alerts_hours_wrong": {
        "ru": "Время пишется как 22:00, начало и конец разные.",
        "en": "Write times as 22:00; begin and end differ.",
    },
    "my_alerts_zone_wrong": {
        "ru": "Часовой пояс пишется как Europe/Moscow.",
        "en": "Write the time zone as Europe/Moscow.",
    },
    "my_alerts_back": {"ru": "К рабочему месту", "en": "Back to the desk"},
}
