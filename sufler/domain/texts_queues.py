"""Texts about queues: what customers who wait are told, and /admin/queues; a part of the catalogue
in `texts.py`."""

from collections.abc import Mapping
from typing import Final

from sufler.domain.knowledge import Language

QUEUES: Final[Mapping[str, Mapping[Language, str]]] = {
    # conversation: to one who waits
    "queue_place": {
        "ru": "Ваше место в очереди: {place}.",
        "en": "Your place in the queue: {place}.",
    },
    "queue_wait": {
        "ru": "Обычно ждут около {count} минуты.|Обычно ждут около {count} минут."
        "|Обычно ждут около {count} минут.",
        "en": "People usually wait for about {count} minute."
        "|People usually wait for about {count} minutes.",
    },
    "queue_closed": {
        "ru": "Сейчас нерабочее время. Сообщение сохранено, сотрудники вернутся {when}.",
        "en": "It is outside working hours. Your message is saved; people are back {when}.",
    },
    "queue_moved_to": {
        "ru": "Ваш вопрос передан другим сотрудникам: {queue}.",
        "en": "Your question was passed on to other people: {queue}.",
    },
    "queue_moved": {
        "ru": "Ваш вопрос передан другим сотрудникам.",
        "en": "Your question was passed on to other people.",
    },
    "queue_let_go": {
        "ru": "Сотрудник, который вам отвечал, отключился. Вопрос не потерян, его увидят другие.",
        "en": "The person who was with you went offline. Your question is not lost: "
        "others will see it.",
    },
    "person_will_look_again": {
        "ru": "Сотрудник на месте и увидит ваше сообщение.",
        "en": "Somebody is on duty and will see your message.",
    },
    "queue_back_with_bot": {
        "ru": "Сотрудник пока не ответил, снова отвечаю я. Напишите вопрос ещё раз, "
        "и я поищу ответ, или позовите человека.",
        "en": "Nobody has answered so far, so I am back. Write your question again and I will "
        "look for the answer, or call a person.",
    },
    "queue_will_close": {
        "ru": "Вопрос ещё нужен? Если нет ответа, обращение закроется через {count} минуту."
        "|Вопрос ещё нужен? Если нет ответа, обращение закроется через {count} минуты."
        "|Вопрос ещё нужен? Если нет ответа, обращение закроется через {count} минут.",
        "en": "Do you still need help? Without an answer this is closed in {count} minute."
        "|Do you still need help? Without an answer this is closed in {count} minutes.",
    },
    # «завтра в 9:00 (UTC+3)»
    "opens_at": {"ru": "{day} в {clock} ({zone})", "en": "{day} at {clock} ({zone})"},
    "opens_today": {"ru": "сегодня", "en": "today"},
    "opens_tomorrow": {"ru": "завтра", "en": "tomorrow"},
    "opens_on": {"ru": "{weekday}, {date},", "en": "on {weekday}, {date},"},
    "weekdays": {
        "ru": "в_понедельник во_вторник в_среду в_четверг в_пятницу в_субботу в_воскресенье",
        "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    },
    # /admin/queues
    "queues_title": {"ru": "Очереди", "en": "Queues"},
    "queues_text": {
        "ru": "Куда попадает клиент, которому нужен человек. Общая очередь есть всегда и работает "
        "без настройки; остальные забирают из неё свои темы.",
        "en": "Where a customer goes who needs a person. The general queue is always there and "
        "needs no set-up; the others take their topics out of it.",
    },
    "queue_default": {"ru": "Общая очередь", "en": "General queue"},
    "queue_open_now": {"ru": "сейчас открыта", "en": "open now"},
    "queue_closed_now": {"ru": "сейчас закрыта", "en": "closed now"},
    "queue_everybody": {"ru": "все операторы", "en": "all operators"},
    "queue_members_count": {
        "ru": "{count} оператор|{count} оператора|{count} операторов",
        "en": "{count} operator|{count} operators",
    },
    "queue_name": {"ru": "Название", "en": "Name"},
    "queue_name_ru": {"ru": "Название по-русски", "en": "Name in Russian"},
    "queue_name_en": {"ru": "Название по-английски", "en": "Name in English"},
    "queue_members": {
        "ru": "Операторы; никого не отмечено — все",
        "en": "Operators; none ticked: everybody",
    },
    "queue_topics": {"ru": "Темы этой очереди", "en": "Topics of this queue"},
    "queue_sharing": {"ru": "Как раздаются разговоры", "en": "How conversations are given out"},
    "queue_how": {"ru": "Раздача", "en": "Given out"},
    "queue_how_manual": {"ru": "берут сами", "en": "taken by hand"},
    "queue_how_automatic": {"ru": "назначаются сами", "en": "assigned"},
    "queue_who": {"ru": "Кому", "en": "To whom"},
    "queue_who_previous": {"ru": "кто уже отвечал клиенту", "en": "who knows the customer"},
    "queue_who_anybody": {"ru": "кто свободнее", "en": "who has the least to do"},
    "queue_capacity": {"ru": "Разговоров у одного сразу", "en": "Conversations at once"},
    "queue_skills": {"ru": "Нужные навыки", "en": "Skills needed"},
    "queue_skills_hint": {
        "ru": "Через запятую. Назначается тому, у кого есть все.",
        "en": "With commas between. Assigned to those who have them all.",
    },
    "queue_calendar": {"ru": "Рабочее время", "en": "Working hours"},
    "queue_hours": {"ru": "Когда работает", "en": "When it works"},
    "queue_hours_always": {"ru": "всегда", "en": "always"},
    "queue_hours_week": {"ru": "по дням недели", "en": "by days of the week"},
    "queue_zone": {"ru": "Часовой пояс", "en": "Time zone"},
    "queue_days": {
        "ru": "Понедельник Вторник Среда Четверг Пятница Суббота Воскресенье",
        "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    },
    "queue_week_hint": {
        "ru": "Например 9:00–13:00, 14:00–18:00. Пусто — выходной. Ночь делится в полночь: 22–24.",
        "en": "For example 9:00–13:00, 14:00–18:00. Empty: closed. A night is cut at midnight: "
        "22–24.",
    },
    "queue_holidays": {"ru": "Праздники и выходные", "en": "Holidays"},
    "queue_holidays_hint": {
        "ru": "По одному в строке: 2027-01-01 Новый год / New Year",
        "en": "One in a line, named in Russian and in English: 2027-01-01 … / New Year",
    },
    "queue_greetings": {"ru": "Что сказать при передаче", "en": "What to say at the hand-off"},
    "queue_greetings_hint": {
        "ru": "Перед этим ничего обещать не нужно: место в очереди, ожидание и часы работы бот "
        "добавит сам, и они всегда верны.",
        "en": "No promises needed here: the bot adds the place in the queue, the wait and the "
        "hours itself, and they are always true.",
    },
    "queue_greeting_new_open": {"ru": "Новому, открыто", "en": "To a new one, open"},
    "queue_greeting_new_closed": {"ru": "Новому, закрыто", "en": "To a new one, closed"},
    "queue_greeting_returning_open": {"ru": "Знакомому, открыто", "en": "To a known one, open"},
    "queue_greeting_returning_closed": {
        "ru": "Знакомому, закрыто",
        "en": "To a known one, closed",
    },
    "queue_in_ru": {"ru": "по-русски", "en": "in Russian"},
    "queue_in_en": {"ru": "по-английски", "en": "in English"},
    "queue_waiting": {"ru": "Если долго ждут или молчат", "en": "Long waits and silence"},
    "queue_minutes_hint": {
        "ru": "Во всех полях минуты. Пусто — не делать.",
        "en": "All are minutes. Empty: not at all.",
    },
    "queue_alert_min": {"ru": "Нет ответа: сигнал очереди", "en": "Unanswered: alert the queue"},
    "queue_supervise_min": {
        "ru": "Нет ответа: сигнал старшему",
        "en": "Unanswered: alert supervisors",
    },
    "queue_release_min": {
        "ru": "Оператор пропал: вернуть разговоры в очередь",
        "en": "Operator gone: conversations back to the queue",
    },
    "queue_operator_min": {
        "ru": "Оператор молчит: вернуть боту",
        "en": "Operator silent: back to the bot",
    },
    "queue_warn_min": {"ru": "Клиент молчит: предупредить", "en": "Customer silent: warn"},
    "queue_close_min": {"ru": "После предупреждения: закрыть", "en": "After the warning: close"},
    "queue_by_topic": {
        "ru": "Молчание оператора по темам, в строке: Доставка = 30",
        "en": "Operator’s silence by topic, in a line: Delivery = 30",
    },
    "queue_save": {"ru": "Сохранить", "en": "Save"},
    "queue_saved": {"ru": "Сохранено", "en": "Saved"},
    "queue_remove": {"ru": "Удалить очередь", "en": "Remove the queue"},
    "queue_add_title": {"ru": "Новая очередь", "en": "A new queue"},
    "queue_add": {"ru": "Добавить", "en": "Add"},
    "queue_bad_name": {"ru": "Название: от 1 до 60 знаков.", "en": "A name: 1 to 60 characters."},
    "queue_bad_hours": {
        "ru": "Часы пишутся так: 9:00–18:00, начало раньше конца.",
        "en": "Hours are written like 9:00–18:00, and begin before they end.",
    },
    "queue_bad_holidays": {
        "ru": "Праздники: в каждой строке дата, например 2027-01-01.",
        "en": "Holidays: a date in each line, such as 2027-01-01.",
    },
    "queue_bad_zone": {
        "ru": "Такого часового пояса нет. Пример: Europe/Moscow",
        "en": "There is no such time zone. Example: Europe/Moscow",
    },
    "queue_bad_topics": {
        "ru": "Эта тема уже есть у другой очереди.",
        "en": "Another queue has this topic already.",
    },
    "queue_bad_by_topic": {
        "ru": "Молчание по темам: в строке «тема = минуты».",
        "en": "Silence by topic: “topic = minutes” in each line.",
    },
    "queue_bad_queue": {"ru": "Очередей слишком много.", "en": "There are too many queues."},
    "queue_bad_number": {
        "ru": "«{field}»: нужно целое число, не меньше 1.",
        "en": "“{field}”: a whole number, 1 or more.",
    },
    "operators_title": {"ru": "Операторы", "en": "Operators"},
    "operators_text": {
        "ru": "Кто сейчас на месте, что умеет и сколько ведёт сразу; пусто — как в очереди.",
        "en": "Who is here now, what they can do, and how many they have at once; empty: as the "
        "queue says.",
    },
    "operators_status": {"ru": "Сейчас", "en": "Now"},
    "operators_skills": {"ru": "Навыки", "en": "Skills"},
    "operators_skills_of": {"ru": "Навыки: {name}", "en": "Skills of {name}"},
    "operators_capacity": {"ru": "Разговоров сразу", "en": "At once"},
    "operators_capacity_of": {"ru": "Разговоров сразу: {name}", "en": "At once, {name}"},
    "status_online": {"ru": "на месте", "en": "online"},
    "status_away": {"ru": "отошёл", "en": "away"},
    "status_offline": {"ru": "не на месте", "en": "offline"},
    "act_queue_added": {"ru": "добавлена очередь «{subject}»", "en": "queue “{subject}” added"},
    "act_queue_changed": {"ru": "изменена очередь «{subject}»", "en": "queue “{subject}” changed"},
    "act_queue_removed": {"ru": "удалена очередь «{subject}»", "en": "queue “{subject}” removed"},
    "act_operator_set_up": {
        "ru": "{subject}: навыки и нагрузка",
        "en": "{subject}: skills and load",
    },
    # the desk: status, passing on, notes
    "desk_status": {"ru": "Я", "en": "I am"},
    "desk_pass_on": {"ru": "Передать", "en": "Pass on"},
    "desk_pass_to": {"ru": "Кому", "en": "To"},
    "desk_pass_queue": {"ru": "Очередь: {name}", "en": "Queue: {name}"},
    "desk_pass_person": {"ru": "{name}, {status}", "en": "{name}, {status}"},
    "desk_note": {
        "ru": "Заметка для своих, клиент её не увидит",
        "en": "A note for staff; the customer does not see it",
    },
    "desk_note_add": {"ru": "Записать заметку", "en": "Save the note"},
    "desk_notes": {"ru": "Заметки", "en": "Notes"},
}
