"""Texts of /admin/outcomes and of every figure: what it is, how it is counted, what is behind it; a
part of the catalogue in `texts.py`."""

from collections.abc import Mapping
from typing import Final

from sufler.domain.knowledge import Language

FIGURES: Final[Mapping[str, Mapping[Language, str]]] = {
    "nav_outcomes": {"ru": "Итоги", "en": "Outcomes"},
    # what stands at every figure
    "fig_means": {"ru": "Как это считается", "en": "How it is counted"},
    "fig_numbers": {"ru": "В числах", "en": "In numbers"},
    "fig_take": {"ru": "{kind}", "en": "{kind}"},
    "fig_rows_more": {
        "ru": "Показаны первые строки, всего их {count}; все в файле.",
        "en": "These are the first rows of {count}; the file has all of them.",
    },
    "fig_few": {
        "ru": "Серым: меньше {least} случаев, по ним судить рано.",
        "en": "Grey: fewer than {least} cases, too early to judge by.",
    },
    "fig_behind_title": {"ru": "Разговоры: {what}", "en": "Conversations: {what}"},
    "fig_behind_none": {"ru": "Таких разговоров нет.", "en": "There are no such conversations."},
    "fig_behind_count": {
        "ru": "{count} случай, новые сверху.|{count} случая, новые сверху.|"
        "{count} случаев, новые сверху.",
        "en": "{count} case, the newest first.|{count} cases, the newest first.",
    },
    "fig_behind_more": {"ru": "Показаны {count} новых.", "en": "The newest {count} are shown."},
    "fig_behind_gone": {"ru": "удалён", "en": "erased"},
    # figures of a topic
    "fig_curve_title": {"ru": "Точность и охват", "en": "Precision and coverage"},
    "fig_curve_means": {
        "ru": "Порог уверенности делит вопросы: выше него бот ответил бы сам. По горизонтали доля "
        "последних 300 вопросов темы выше порога (охват), по вертикали доля верных среди проверок "
        "выше порога (увидено) и точность, которую эти проверки доказывают. Пороги проверяются от "
        "строгого к мягкому и до первого непройденного.",
        "en": "A confidence bar divides the questions: above it the bot would answer by itself. "
        "Across: the share of the topic’s last 300 questions above the bar (coverage). Up: the "
        "share of right ones among the checks above it (seen), and the precision that these checks "
        "prove. Bars are tested from the strictest on, up to the first that has not passed.",
    },
    "fig_curve_none": {
        "ru": "Кривая появится с первыми проверками.",
        "en": "The curve begins with the first checks.",
    },
    "fig_curve_unproved": {
        "ru": "Ни один порог ещё не доказал {target}.",
        "en": "No bar has proved {target} yet.",
    },
    "fig_curve_said": {
        "ru": "При пороге {bar} бот отвечает на {coverage} вопросов, и доказано, что верны ≥ "
        "{precision}.",
        "en": "At the bar {bar} the bot answers {coverage} of the questions, and ≥ {precision} are "
        "proved right.",
    },
    "fig_curve_seen": {"ru": "увидено", "en": "seen"},
    "fig_curve_proved": {"ru": "доказано", "en": "proved"},
    "fig_curve_bar": {"ru": "порог темы", "en": "the topic’s bar"},
    "fig_curve_target": {"ru": "цель", "en": "target"},
    "fig_checks_title": {"ru": "Проверки по неделям", "en": "Checks week by week"},
    "fig_checks_means": {
        "ru": "Проверка: метка «ответ верхней статьи как есть был бы верным», поставленная без "
        "подсказки (без подсказки, вслепую, после ответа, из истории). Неделя по дню метки, в "
        "вашем часовом поясе. Не размеченное за 7 дней считается неверным.",
        "en": "A check is one label “the top article’s answer as it stands would have been right”, "
        "made without the suggestion (hidden, blind review, audit, history). Weeks are by the day "
        "of the label, in your zone. What nobody labels within 7 days counts as wrong.",
    },
    "fig_checks_none": {"ru": "Проверок ещё нет.", "en": "There are no checks yet."},
    "fig_checks_said": {
        "ru": "{count} проверка за {weeks} недель, неверных {wrong}.|"
        "{count} проверки за {weeks} недель, неверных {wrong}.|"
        "{count} проверок за {weeks} недель, неверных {wrong}.",
        "en": "{count} check in {weeks} weeks, {wrong} of them wrong.|"
        "{count} checks in {weeks} weeks, {wrong} of them wrong.",
    },
    "fig_checks_open": {"ru": "Разговоры этих проверок", "en": "The conversations of these checks"},
    "fig_compared_title": {"ru": "Согласие и принятие", "en": "Agreement and acceptance"},
    "fig_compared_means": {
        "ru": "Согласие: доля верных среди меток, поставленных без подсказки. Принятие: доля "
        "показанных подсказок, отправленных как есть. Что показано, то и принимают; разница "
        "показывает, насколько. Принятие никогда не становится проверкой.",
        "en": "Agreement: the share of right ones among labels made without the suggestion. "
        "Acceptance: the share of shown suggestions that were sent as they stood. People accept "
        "what they are shown; the gap shows how much. Acceptance is never a check.",
    },
    "fig_compared_none": {
        "ru": "Сравнивать пока нечего.",
        "en": "There is nothing to compare yet.",
    },
    "fig_compared_said": {"ru": "{line}", "en": "{line}"},
    "fig_compared_gap": {
        "ru": "Разница {gap} п. п.",
        "en": "The gap is {gap} percentage points.",
    },
    "fig_wrong_title": {"ru": "Неверные ответы", "en": "Wrong answers"},
    "fig_wrong_means": {
        "ru": "Читайте по одному: что спросили, что сказал бы бот и почему, что написал человек.",
        "en": "Read them one by one: what was asked, what the bot would have said and why, what a "
        "person wrote.",
    },
    "fig_history_title": {"ru": "История режима", "en": "History of the mode"},
    # drift
    "fig_drift_title": {"ru": "Незнакомое базе", "en": "Unknown to the base"},
    "fig_drift_means": {
        "ru": "Вопросы по дням в вашем часовом поясе. Далёкий: лучшая статья получила уверенность "
        "ниже 0,15, то есть база о таком, скорее всего, не знает.",
        "en": "Questions by the days of your zone. Far off: the best article’s confidence was "
        "under 0.15, so most likely the base does not know of it.",
    },
    "fig_drift_none": {"ru": "Вопросов за это время не было.", "en": "Nothing was asked then."},
    "fig_drift_said": {
        "ru": "Далеки от всего известного {share} из {turns} вопросов.",
        "en": "{share} of {turns} questions are far from everything known.",
    },
    "fig_drift_known": {"ru": "знакомые", "en": "known"},
    "fig_drift_far": {"ru": "далёкие", "en": "far off"},
    "fig_drift_open": {"ru": "Далёкие вопросы", "en": "Questions far off"},
    # outcomes
    "out_title": {"ru": "Итоги обращений", "en": "Outcomes"},
    "out_text": {
        "ru": "Каждое закрытое обращение в одном из пяти классов; одной «доли решённых» нет: "
        "молчание не значит, что помогло.",
        "en": "Each closed episode is in one of five classes. There is no one “resolution rate”: "
        "silence does not mean that it helped.",
    },
    "out_period": {"ru": "За какое время", "en": "Period"},
    "out_days": {
        "ru": "{count} день|{count} дня|{count} дней",
        "en": "{count} day|{count} days",
    },
    "out_confirmed": {"ru": "подтвердили, что решено", "en": "confirmed solved"},
    "out_silent": {"ru": "промолчали после ответа бота", "en": "silent after the bot’s answer"},
    "out_reopened": {"ru": "вернулись за 7 дней", "en": "reopened within 7 days"},
    "out_handed_off": {"ru": "передали человеку", "en": "handed off to a person"},
    "out_abandoned": {"ru": "ушли без ответа", "en": "abandoned"},
    "out_far": {"ru": "далёкие вопросы", "en": "questions far off"},
    "out_with": {"ru": "ответ с подсказкой", "en": "replies with a suggestion"},
    "out_without": {"ru": "ответ без подсказки", "en": "replies without a suggestion"},
    "out_open_class": {"ru": "Открыть: {what}", "en": "Open: {what}"},
    "out_said": {
        "ru": "Закрыто {count} обращение.|Закрыто {count} обращения.|Закрыто {count} обращений.",
        "en": "{count} episode was closed.|{count} episodes were closed.",
    },
    "out_none": {
        "ru": "За это время ни одно обращение не закрыли.",
        "en": "No episode was closed in this time.",
    },
    "out_fresh": {
        "ru": "{count} из них закончилось меньше 7 дней назад и ещё может вернуться.|"
        "{count} из них закончились меньше 7 дней назад и ещё могут вернуться.|"
        "{count} из них закончились меньше 7 дней назад и ещё могут вернуться.",
        "en": "{count} of them ended less than 7 days ago and may still be reopened.|"
        "{count} of them ended less than 7 days ago and may still be reopened.",
    },
    "out_nothing_asked": {
        "ru": "Ещё в {count} ничего не спросили.|Ещё в {count} ничего не спросили.|"
        "Ещё в {count} ничего не спросили.",
        "en": "In {count} more nothing was asked.|In {count} more nothing was asked.",
    },
    "out_open": {
        "ru": "Открыто сейчас: {count}.|Открыто сейчас: {count}.|Открыто сейчас: {count}.",
        "en": "Open now: {count}.|Open now: {count}.",
    },
    "fig_endings_title": {"ru": "Чем закончились обращения", "en": "How episodes ended"},
    "fig_endings_means": {
        "ru": "Первый подходящий класс. Передали человеку: обращение было у оператора. Ушли без "
        "ответа: ждали человека и не дождались, или бот так и не ответил. Вернулись за 7 дней: "
        "после ответа бота клиент открыл новое обращение не позже чем через 7 дней. Подтвердили: "
        "клиент нажал «Помогло» или закрыл как решённое после последнего ответа бота. Промолчали: "
        "бот ответил, и больше ничего не известно.",
        "en": "The first class that fits. Handed off: an operator had it. Abandoned: they waited "
        "for a person in vain, or the bot never answered. Reopened: after the bot’s answer the "
        "customer opened another episode within 7 days. Confirmed: after the bot’s last answer the "
        "customer pressed “That helped” or closed it as solved. Silent: the bot answered, and "
        "nothing more is known.",
    },
    "fig_times_title": {
        "ru": "Время до первого ответа: с подсказкой и без",
        "en": "Time to the first reply, with and without a suggestion",
    },
    "fig_times_means": {
        "ru": "Подсказка скрыта по жребию, поэтому разница и есть её действие. Считаются первые "
        "вопросы обращений в темах, которые подсказывают, от решения бота до первых слов "
        "оператора; без ответа не считаются. Интервал 95 % для отношения средних геометрических "
        "(Уэлч по логарифмам), от 30 ответов в каждой группе.",
        "en": "Whether the suggestion is hidden is by lot, so the difference is its doing. Counted "
        "are first questions of episodes in topics that suggest, from the bot’s decision to an "
        "operator’s first words; unanswered ones are not. The 95 % interval is of the ratio of "
        "geometric means (Welch on logarithms), from 30 replies in each arm on.",
    },
    "out_medians": {
        "ru": "Медиана с подсказкой {shown} ({shown_count}), без неё {hidden} ({hidden_count}).",
        "en": "Median with a suggestion {shown} ({shown_count}), without {hidden} "
        "({hidden_count}).",
    },
    "out_effect_sooner": {
        "ru": "С подсказкой отвечают быстрее на {change} (от {low} до {high}).",
        "en": "Replies with a suggestion come {change} sooner ({low} to {high}).",
    },
    "out_effect_later": {
        "ru": "С подсказкой отвечают медленнее на {change} (от {low} до {high}).",
        "en": "Replies with a suggestion come {change} later ({low} to {high}).",
    },
    "out_effect_unsure": {
        "ru": "Разница {change} неотличима от случайной (от {low} до {high}).",
        "en": "The difference of {change} may be chance ({low} to {high}).",
    },
    "out_effect_few": {
        "ru": "Судить рано: в меньшей группе {count} ответов, нужно хотя бы {least}.",
        "en": "Too early to tell: the smaller arm has {count} replies, it takes {least}.",
    },
    "out_seconds": {"ru": "{count} с", "en": "{count} s"},
    "out_minutes": {"ru": "{count} мин", "en": "{count} min"},
    "fig_operators_title": {"ru": "Операторы", "en": "Operators"},
    "fig_operators_means": {
        "ru": "Что сделали с показанными подсказками: приняли как есть, поправили, заменили, "
        "отвергли, не заметили. Время: медиана секунд до первого ответа. Проверки без подсказки: "
        "вопросы, на которые оператор ответил, не видя подсказки, и сколько раз ответ бота был бы "
        "верным.",
        "en": "What was done with shown suggestions: accepted as they stood, edited, replaced, "
        "rejected, ignored. Times are medians in seconds to the first reply. Hidden checks: "
        "questions that the operator answered without a suggestion, and how often the bot’s answer "
        "would have been right.",
    },
    "out_operators_said": {
        "ru": "Кто что делал с подсказками и как быстро отвечал.",
        "en": "Who did what with suggestions, and how soon they replied.",
    },
    "out_operators_none": {
        "ru": "Операторы за это время не отвечали.",
        "en": "No operator replied in this time.",
    },
    "out_use_accepted": {"ru": "принял", "en": "accepted"},
    "out_use_edited": {"ru": "поправил", "en": "edited"},
    "out_use_replaced": {"ru": "заменил", "en": "replaced"},
    "out_use_rejected": {"ru": "отверг", "en": "rejected"},
    "out_use_ignored": {"ru": "не заметил", "en": "ignored"},
    # heads of sheets
    "fig_topic": {"ru": "тема", "en": "topic"},
    "fig_mode": {"ru": "режим", "en": "mode"},
    "fig_without": {"ru": "без сертификата: причина", "en": "without a certificate: why"},
    "fig_line": {"ru": "что доказано", "en": "what is proved"},
    "fig_precision": {"ru": "доказанная точность", "en": "proved precision"},
    "fig_coverage": {"ru": "охват", "en": "coverage"},
    "fig_bar": {"ru": "порог", "en": "bar"},
    "fig_checks": {"ru": "проверок", "en": "checks"},
    "fig_wrong": {"ru": "неверные", "en": "wrong"},
    "fig_right": {"ru": "верные", "en": "right"},
    "fig_needed": {"ru": "ещё нужно", "en": "still needed"},
    "fig_last_wrong": {"ru": "последняя ошибка", "en": "last wrong"},
    "fig_agreement": {"ru": "согласие без подсказки", "en": "hidden agreement"},
    "fig_agreement_of": {"ru": "согласие: меток", "en": "agreement: labels"},
    "fig_acceptance": {"ru": "принято показанных", "en": "acceptance"},
    "fig_acceptance_of": {"ru": "принятие: показано", "en": "acceptance: shown"},
    "fig_watch": {"ru": "надзор", "en": "watch"},
    "fig_target": {"ru": "цель", "en": "target"},
    "fig_seen": {"ru": "увидено", "en": "seen"},
    "fig_proved": {"ru": "доказано", "en": "proved"},
    "fig_state": {"ru": "итог", "en": "state"},
    "fig_bar_passed": {"ru": "пройден", "en": "passed"},
    "fig_bar_failed": {"ru": "ещё нет", "en": "not yet"},
    "fig_bar_untested": {"ru": "не проверялся", "en": "not tested"},
    "fig_week": {"ru": "неделя с", "en": "week from"},
    "fig_share": {"ru": "доля", "en": "share"},
    "fig_day": {"ru": "день", "en": "day"},
    "fig_turns": {"ru": "вопросов", "en": "questions"},
    "fig_far": {"ru": "далёких", "en": "far off"},
    "fig_far_share": {"ru": "доля далёких", "en": "share far off"},
    "fig_when": {"ru": "когда", "en": "when"},
    "fig_kind": {"ru": "как помечено", "en": "kind"},
    "fig_confidence": {"ru": "уверенность", "en": "confidence"},
    "fig_article": {"ru": "статья", "en": "article"},
    "fig_overdue": {"ru": "не размечено вовремя", "en": "not labelled in time"},
    "fig_conversation": {"ru": "разговор", "en": "conversation"},
    "fig_what": {"ru": "что было", "en": "what happened"},
    "fig_yes": {"ru": "да", "en": "yes"},
    "fig_by": {"ru": "кто", "en": "who"},
    "fig_before": {"ru": "было", "en": "before"},
    "fig_after": {"ru": "стало", "en": "after"},
    "fig_reason": {"ru": "почему", "en": "why"},
    "fig_words": {"ru": "словами", "en": "in words"},
    "fig_ending": {"ru": "чем закончилось", "en": "ending"},
    "fig_episodes": {"ru": "обращений", "en": "episodes"},
    "fig_number": {"ru": "номер", "en": "number"},
    "fig_opened": {"ru": "открыто", "en": "opened"},
    "fig_closed": {"ru": "закрыто", "en": "closed"},
    "fig_operator": {"ru": "оператор", "en": "operator"},
    "fig_with_s": {"ru": "с подсказкой, с", "en": "with, s"},
    "fig_with_count": {"ru": "с подсказкой, ответов", "en": "with, replies"},
    "fig_without_s": {"ru": "без подсказки, с", "en": "without, s"},
    "fig_without_count": {"ru": "без подсказки, ответов", "en": "without, replies"},
    "fig_hidden_checks": {"ru": "проверок без подсказки", "en": "hidden checks"},
    "fig_hidden_agreed": {"ru": "из них бот был прав", "en": "the bot was right"},
    "fig_ratio": {"ru": "отношение", "en": "ratio"},
    "fig_low": {"ru": "от", "en": "from"},
    "fig_high": {"ru": "до", "en": "to"},
}
