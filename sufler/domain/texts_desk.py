"""Texts of the staff's pages (/, /login, /desk); a part of the catalogue in `texts.py`."""

from collections.abc import Mapping
from typing import Final

from sufler.domain.knowledge import Language

PAGES: Final[Mapping[str, Mapping[Language, str]]] = {
    "page_other_language": {"ru": "English", "en": "Русский"},
    "page_login": {"ru": "Войти", "en": "Log in"},
    "page_logout": {"ru": "Выйти", "en": "Log out"},
    # the bar at the top
    "product": {"ru": "Суфлёр", "en": "Sufler"},
    "nav_label": {"ru": "Разделы", "en": "Sections"},
    "nav_menu": {"ru": "Меню", "en": "Menu"},
    "nav_skip": {"ru": "К содержанию", "en": "Skip to the content"},
    "nav_you": {"ru": "Вы вошли: {name}", "en": "Logged in as {name}"},
    "nav_desk": {"ru": "Стол", "en": "Desk"},
    "nav_knowledge": {"ru": "База знаний", "en": "Knowledge"},
    "nav_people": {"ru": "Сотрудники", "en": "People"},
    "nav_queues": {"ru": "Очереди", "en": "Queues"},
    "nav_channels": {"ru": "Каналы", "en": "Channels"},
    "nav_settings": {"ru": "Настройки", "en": "Settings"},
    "alarm_nobody": {
        "ru": "На посту никого: клиентам, которым нужен человек, сейчас не ответят.",
        "en": "Nobody is on duty: customers who need a person get no answer now.",
    },
    "alarm_telegram": {
        "ru": "Нет связи с Telegram: смотрите «Каналы».",
        "en": "No connection to Telegram: see Channels.",
    },
    "alarm_database": {
        "ru": "База данных сейчас недоступна.",
        "en": "The database is not available now.",
    },
    "forbidden_title": {"ru": "Эта страница не для вашей роли", "en": "Not for your role"},
    "forbidden_text": {
        "ru": "Если она вам нужна, попросите администратора изменить вашу роль.",
        "en": "If you need this page, ask an administrator to change your role.",
    },
    # /login
    "login_title": {"ru": "Вход для сотрудников", "en": "Staff login"},
    "login_login": {"ru": "Логин", "en": "Login"},
    "login_password": {"ru": "Пароль", "en": "Password"},
    "login_wrong": {
        "ru": "Логин или пароль не подходит. Проверьте раскладку и попробуйте ещё раз.",
        "en": "The login or the password is wrong. Check your keyboard layout and try again.",
    },
    "login_too_many": {
        "ru": "Слишком много попыток. Попробуйте через {minutes} мин.",
        "en": "Too many tries. Try again in {minutes} min.",
    },
    "login_foreign": {
        "ru": "Форма пришла с другого сайта, поэтому вход не выполнен. Войдите отсюда.",
        "en": "The form came from another site, so nobody was logged in. Log in from here.",
    },
    "login_not_now": {
        "ru": "База данных сейчас недоступна. Попробуйте чуть позже.",
        "en": "The database is not available now. Try again a little later.",
    },
    "login_over": {
        "ru": "Сеанс закончился. Войдите снова.",
        "en": "Your session is over. Log in again.",
    },
    "login_hint": {
        "ru": "Первый логин «admin» и его пароль печатаются один раз, при первом запуске. "
        "Забыли: sufler people reset admin",
        "en": "The first login “admin” and its password are printed once, at the first start. "
        "Lost it: sufler people reset admin",
    },
    # /
    "home_title": {"ru": "Суфлёр работает", "en": "Sufler is running"},
    "home_text": {
        "ru": "Отвечает клиентам по базе знаний и подсказывает ответы операторам.",
        "en": "It answers customers from a knowledge base and whispers replies to operators.",
    },
    "home_chat": {"ru": "Чат для клиентов", "en": "Chat for customers"},
    "home_chat_text": {
        "ru": "Спросите что-нибудь, как клиент.",
        "en": "Ask something, as a customer would.",
    },
    "home_desk": {"ru": "Стол оператора", "en": "Operators’ desk"},
    "home_desk_text": {
        "ru": "Очередь, переписка и подсказки. Нужен логин.",
        "en": "The queue, the conversation and the suggestions. Needs a login.",
    },
    "home_docs": {"ru": "API для программ", "en": "API for programs"},
    "home_docs_text": {
        "ru": "Подсказки одним запросом: POST /api/v1/suggestions.",
        "en": "Suggestions in one request: POST /api/v1/suggestions.",
    },
    "home_state": {"ru": "Состояние", "en": "State"},
    "home_articles": {"ru": "Статьи", "en": "Articles"},
    "home_topics": {"ru": "Темы", "en": "Topics"},
    "home_topics_answering": {
        "ru": "отвечают сами: {count}",
        "en": "answer by themselves: {count}",
    },
    "home_operators": {"ru": "Сотрудники", "en": "Staff"},
    "home_on_duty": {"ru": "кто-то на посту", "en": "somebody is on duty"},
    "home_nobody_on_duty": {"ru": "на посту никого", "en": "nobody is on duty"},
    "home_nobody": {
        "ru": "Ответить клиенту некому: заведите оператора, sufler people add",
        "en": "There is nobody to answer a customer: add an operator, sufler people add",
    },
    "home_no_articles": {
        "ru": "База знаний пуста: загрузите её, sufler kb import",
        "en": "The knowledge base is empty: load one, sufler kb import",
    },
    "home_waiting": {"ru": "Ждут в очереди", "en": "Waiting in the queue"},
    "home_telegram": {"ru": "Telegram", "en": "Telegram"},
    "home_telegram_off": {"ru": "не подключён", "en": "not connected"},
    "home_telegram_down": {"ru": "нет связи", "en": "no connection"},
    "home_version": {"ru": "версия {version}", "en": "version {version}"},
    "home_unknown": {"ru": "неизвестно", "en": "unknown"},
    "without_certificate": {
        "ru": "без сертификата: {reason}",
        "en": "without a certificate: {reason}",
    },
    "without_certificate_text": {
        "ru": "Бот отвечает сам по решению человека, точность на этих темах ещё не доказана.",
        "en": "The bot answers by a person’s decision; its precision here is not proven yet.",
    },
}

DESK: Final[Mapping[str, Mapping[Language, str]]] = {
    "desk_title": {"ru": "Стол оператора", "en": "Desk"},
    "desk_waiting": {"ru": "Ждут", "en": "Waiting"},
    "desk_mine": {"ru": "Мои", "en": "Mine"},
    "desk_recent": {"ru": "Недавние", "en": "Recent"},
    "desk_nobody_waits": {"ru": "Никто не ждёт.", "en": "Nobody is waiting."},
    "desk_none_mine": {
        "ru": "Возьмите разговор из очереди: он появится здесь.",
        "en": "Take a conversation from the queue and it appears here.",
    },
    "desk_none_recent": {"ru": "Разговоров ещё не было.", "en": "No conversations yet."},
    "desk_on_duty": {"ru": "Вы на посту", "en": "You are on duty"},
    "desk_list_label": {"ru": "Разговоры", "en": "Conversations"},
    "desk_history_label": {"ru": "Переписка", "en": "History"},
    "desk_back": {"ru": "К списку", "en": "Back to the list"},
    "desk_pick_title": {"ru": "Выберите разговор", "en": "Pick a conversation"},
    "desk_pick_text": {
        "ru": "Слева те, кто ждёт человека: дольше всех ждущие сверху. Новые появляются сами.",
        "en": "On the left are those who wait for a person, the longest first. "
        "New ones appear by themselves.",
    },
    "desk_visitor": {"ru": "Посетитель {number}", "en": "Visitor {number}"},
    "desk_channel_web": {"ru": "сайт", "en": "site"},
    "desk_channel_telegram": {"ru": "Telegram", "en": "Telegram"},
    "desk_channel_console": {"ru": "консоль", "en": "console"},
    "desk_channel_api": {"ru": "API", "en": "API"},
    "desk_ticket": {"ru": "обращение № {number}", "en": "ticket {number}"},
    "desk_language_ru": {"ru": "по-русски", "en": "in Russian"},
    "desk_language_en": {"ru": "по-английски", "en": "in English"},
    "desk_owner_bot": {"ru": "Отвечает бот", "en": "The bot answers"},
    "desk_owner_queue": {"ru": "Ждёт человека · {time}", "en": "Waiting for a person · {time}"},
    "desk_owner_you": {"ru": "Ведёте вы", "en": "You have it"},
    "desk_owner_other": {"ru": "Ведёт {name}", "en": "{name} has it"},
    "desk_someone": {"ru": "другой оператор", "en": "another operator"},
    "desk_closed": {"ru": "Закрыт", "en": "Closed"},
    "desk_take": {"ru": "Взять", "en": "Take"},
    "desk_return": {"ru": "Вернуть боту", "en": "Return to the bot"},
    "desk_close": {"ru": "Закрыть", "en": "Close"},
    "desk_earlier": {"ru": "Показать более ранние", "en": "Show earlier messages"},
    "desk_field": {"ru": "Ответ клиенту", "en": "Reply to the customer"},
    "desk_field_takes": {
        "ru": "Ответить и взять разговор",
        "en": "Reply, which takes the conversation",
    },
    "desk_send": {"ru": "Отправить", "en": "Send"},
    "desk_send_hint": {
        "ru": "Ctrl+Enter — отправить · Esc, потом 1 2 3 — подсказка · ? — все клавиши",
        "en": "Ctrl+Enter sends · Esc, then 1 2 3 suggestion · ? all keys",
    },
    "desk_bot": {"ru": "Бот", "en": "Bot"},
    "desk_customer": {"ru": "Клиент", "en": "Customer"},
    "desk_operator": {"ru": "Оператор", "en": "Operator"},
    "desk_buttons": {"ru": "Кнопки: {labels}", "en": "Buttons: {labels}"},
    "desk_suggestions": {"ru": "Подсказки", "en": "Suggestions"},
    "desk_suggested_for": {"ru": "на вопрос «{question}»", "en": "for “{question}”"},
    "desk_no_suggestions": {
        "ru": "В базе знаний ничего похожего. Ответьте своими словами.",
        "en": "Nothing like it in the knowledge base. Answer in your own words.",
    },
    "desk_no_question": {
        "ru": "Подсказки появятся, когда клиент о чём-нибудь спросит.",
        "en": "Suggestions appear when the customer asks something.",
    },
    "desk_insert": {
        "ru": "Вставить ответ: {title}, клавиша {number}",
        "en": "Insert the answer: {title}, key {number}",
    },
    "desk_phrasing": {"ru": "по фразе «{phrasing}»", "en": "by “{phrasing}”"},
    "desk_other_language": {"ru": "текст {language}", "en": "text {language}"},
    "desk_certainty": {
        "ru": "Вероятность, что ответ подойдёт как есть: {percent} %",
        "en": "How likely this answer is right as it stands: {percent} %",
    },
    "level_sure": {"ru": "точно", "en": "sure"},
    "level_likely": {"ru": "вероятно", "en": "likely"},
    "level_check": {"ru": "проверьте", "en": "check it"},
    "desk_reply_empty": {"ru": "Ответ пуст.", "en": "The reply is empty."},
    "desk_reply_too_long": {
        "ru": "Ответ слишком длинный: можно {most} знаков.",
        "en": "The reply is too long: {most} characters are allowed.",
    },
    "desk_forbidden": {
        "ru": "У вашей роли нет права отвечать клиентам.",
        "en": "Your role may not talk to customers.",
    },
    "desk_not_now": {
        "ru": "Не получилось: база данных сейчас недоступна. Текст ответа сохранён в поле.",
        "en": "That did not work: the database is not available now. Your text is kept.",
    },
    "desk_gone": {"ru": "Этого разговора нет.", "en": "There is no such conversation."},
    "desk_time_now": {"ru": "только что", "en": "just now"},
    "desk_time_minutes": {"ru": "{count} мин", "en": "{count} min"},
    "desk_time_hours": {"ru": "{count} ч", "en": "{count} h"},
    "desk_time_days": {"ru": "{count} дн", "en": "{count} d"},
    # why a conversation was handed to people; keys end in domain Reason values
    "reason_asks_for_person": {"ru": "Просит человека", "en": "Asks for a person"},
    "reason_not_it": {"ru": "Ответ бота не подошёл", "en": "The bot’s answer was not it"},
    "reason_topic_suggests": {
        "ru": "Тема: бот только подсказывает",
        "en": "Topic: the bot only suggests",
    },
    "reason_topic_observes": {
        "ru": "Тема: бот только наблюдает",
        "en": "Topic: the bot only observes",
    },
    "reason_low_confidence": {"ru": "Бот не уверен", "en": "The bot is not sure"},
    "reason_other_language": {
        "ru": "Нет ответа на языке клиента",
        "en": "No answer in the customer’s language",
    },
    "reason_empty_knowledge": {"ru": "База знаний пуста", "en": "The knowledge base is empty"},
    "reason_unreadable": {"ru": "Бот не может это прочесть", "en": "The bot cannot read this"},
    "reason_gone": {"ru": "Выбранной статьи больше нет", "en": "The chosen article is gone"},
    "reason_stopped": {
        "ru": "Ответы бота остановлены",
        "en": "The bot’s answers are stopped",
    },
    "reason_failure": {"ru": "Сбой при обработке", "en": "Something failed"},
    "reason_other": {"ru": "Передано человеку", "en": "Handed to a person"},
}
