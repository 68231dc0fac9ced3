"""Texts of the blind review (/review); a part of `texts.py`."""

from collections.abc import Mapping
from typing import Final

from sufler.domain.knowledge import Language

REVIEW: Final[Mapping[str, Mapping[Language, str]]] = {
    "nav_review": {"ru": "Проверка", "en": "Review"},
    "alarm_audits": {
        "ru": "{count} ответ бота ждёт проверки больше трёх дней|"
        "{count} ответа бота ждут проверки больше трёх дней|"
        "{count} ответов бота ждут проверки больше трёх дней",
        "en": "{count} answer of the bot has waited for its check for over three days|"
        "{count} answers of the bot have waited for their check for over three days",
    },
    "review_title": {"ru": "Слепая проверка", "en": "Blind review"},
    "review_hint": {
        "ru": "Какой ответ был бы верным, если отправить его как есть? Что выбрал бот, не видно: "
        "порядок случайный, один ответ взят наугад.",
        "en": "Which answer would have been right, sent as it stands? What the bot chose does not "
        "show: the order is random, and one answer was taken at random.",
    },
    "review_before": {"ru": "До этого", "en": "Before that"},
    "review_asked": {"ru": "Клиент пишет", "en": "The customer writes"},
    "review_answers": {"ru": "Ответы", "en": "Answers"},
    "review_by_customer": {"ru": "Клиент", "en": "Customer"},
    "review_by_bot": {"ru": "Бот", "en": "Bot"},
    "review_by_operator": {"ru": "Оператор", "en": "Operator"},
    "review_option": {"ru": "Ответ {number}: {title}", "en": "Answer {number}: {title}"},
    "review_none": {"ru": "Ничего из этого", "en": "None of these"},
    "review_two": {"ru": "Верны два", "en": "Two are right"},
    "review_not_a_question": {"ru": "Это не вопрос", "en": "Not a question"},
    "review_undo": {"ru": "Вернуть предыдущий", "en": "Take the last one back"},
    "review_two_pick": {
        "ru": "Отметьте два верных ответа. Esc: выбрать один.",
        "en": "Mark the two right answers. Esc: pick one.",
    },
    "review_how": {
        "ru": "Верны два ответа: отметьте оба. Ни один не подходит, как есть: «Ничего из этого». "
        "Пропустить нельзя: иначе считались бы только лёгкие вопросы.",
        "en": "Where two answers are right, mark both. Where none fits as it stands: “None of "
        "these”. There is no skip: otherwise only easy questions would be counted.",
    },
    "review_progress": {
        "ru": "Сегодня: {today}. Ждут вас: {mine}, это около {minutes} мин.",
        "en": "Today: {today}. Waiting for you: {mine}, about {minutes} min.",
    },
    "review_progress_label": {"ru": "Сделано сегодня", "en": "Done today"},
    "review_agreement": {
        "ru": "Двое совпали в {same} из {pairs} случаев, каппа {kappa}.",
        "en": "Two reviewers agreed on {same} of {pairs} turns, kappa {kappa}.",
    },
    "review_agreement_few": {
        "ru": "Вопросов, которые проверили двое: {pairs}. О согласии судить рано: нужно 30.",
        "en": "Turns that two people reviewed: {pairs}. Too few to speak of agreement: 30 will do.",
    },
    "review_kappa_means": {
        "ru": "Десятая часть вопросов достаётся двоим. Каппа: насколько они совпадают сверх "
        "случайного; 1 значит всегда, 0 значит как наугад.",
        "en": "A tenth of the turns goes to two people. Kappa: how far they agree beyond chance; "
        "1 means always, 0 means as by guessing.",
    },
    "review_all_topics": {"ru": "Все темы", "en": "All topics"},
    "review_topics": {"ru": "Темы", "en": "Topics"},
    "review_nothing": {
        "ru": "Проверять нечего. Вопросы попадают сюда сами: из контрольной выборки и из того, на "
        "что бот ответил сам. Больше проверок темы сразу даёт спринт.",
        "en": "Nothing to review. Turns come by themselves: from those drawn with the suggestion "
        "hidden, and from what the bot answered. A sprint gives more of one topic at once.",
    },
    "review_nothing_for_you": {
        "ru": "Ждут проверки: {count}. Но эти разговоры вы вели или читали, либо сейчас их смотрит "
        "кто-то другой. Проверяет тот, кто разговора не видел.",
        "en": "Waiting: {count}. But you served or read these conversations, or somebody else has "
        "them open now. Who reviews a turn must not have seen its conversation.",
    },
    "review_taken_back": {"ru": "Выбор отменён", "en": "Taken back"},
    "review_too_late": {
        "ru": "Вернуть уже нельзя: прошло больше 30 секунд.",
        "en": "It is too late to take it back: over 30 seconds have passed.",
    },
    "review_meanwhile": {
        "ru": "Этот вопрос уже проверили. Вот следующий.",
        "en": "This turn has been reviewed meanwhile. Here is the next.",
    },
    "review_not_yours": {
        "ru": "Этот разговор вы вели или читали: его проверит кто-то другой.",
        "en": "You served or read this conversation: somebody else reviews it.",
    },
    # sprints
    "review_sprint": {"ru": "Спринт по теме", "en": "Sprint for a topic"},
    "review_sprint_hint": {
        "ru": "Дополнительные проверки одной темы за последние 30 дней. Берутся по случайному "
        "числу, которое вопрос получил, когда пришёл; выбрать их иначе нельзя.",
        "en": "More checks of one topic, from the last 30 days. They are taken by the random "
        "number that each turn got when it arrived, and cannot be chosen otherwise.",
    },
    "review_sprint_topic": {"ru": "Тема", "en": "Topic"},
    "review_sprint_checks": {"ru": "Сколько проверок", "en": "How many checks"},
    "review_sprint_minutes": {"ru": "около {minutes} мин", "en": "about {minutes} min"},
    "review_sprint_begin": {"ru": "Начать спринт", "en": "Begin the sprint"},
    "review_sprint_taken": {
        "ru": "В проверку взято {taken} из {there}.",
        "en": "Taken for review: {taken} of {there}.",
    },
    "review_sprint_empty": {
        "ru": "За 30 дней в теме не осталось непроверенных вопросов. Подождите новых.",
        "en": "No unreviewed turns of the last 30 days are left in this topic. Wait for new ones.",
    },
    "review_sprint_number": {
        "ru": "Сколько проверок: число от 1 до {most}.",
        "en": "How many checks: a number from 1 to {most}.",
    },
    # disputes
    "review_disputes": {"ru": "Разногласия: {count}", "en": "Disputes: {count}"},
    "review_disputes_title": {"ru": "Разногласия", "en": "Disputes"},
    "review_disputes_hint": {
        "ru": "Двое решили по-разному, верен ли ответ бота. Вопрос уйдёт третьему, или решите вы: "
        "последний выбор решает.",
        "en": "Two people disagree on whether the bot’s answer is right. The turn goes to a third, "
        "or you decide: the last pick counts.",
    },
    "review_no_disputes": {"ru": "Разногласий нет.", "en": "There are no disputes."},
    "review_pick": {"ru": "{name}: {pick}", "en": "{name}: {pick}"},
    "review_two_picked": {"ru": "верны два: {titles}", "en": "two are right: {titles}"},
    "review_decide": {"ru": "Решить", "en": "Decide"},
    "review_back": {"ru": "К проверке", "en": "Back to the review"},
}
