"""Texts of flows: what the bot says in one beside its own words, and what its check finds."""

from collections.abc import Mapping
from typing import Final

from sufler.domain.knowledge import Language

FLOWS: Final[Mapping[str, Mapping[Language, str]]] = {
    "flow_again": {
        "ru": "Не понял ответ. {question}",
        "en": "I did not understand that. {question}",
    },
    "flow_wrong": {"ru": "Так не подойдёт. {question}", "en": "That will not do. {question}"},
    "flow_back_on": {
        "ru": "Вернёмся к нашему делу. {question}",
        "en": "Back to where we were. {question}",
    },
    "flow_stale": {
        "ru": "Эта кнопка от прошлого вопроса. {question}",
        "en": "That button belongs to an earlier question. {question}",
    },
    "flow_first_step": {
        "ru": "Дальше назад не вернуться. {question}",
        "en": "There is no going back further. {question}",
    },
    "flow_needed": {
        "ru": "Без этого не получится. {question}",
        "en": "I cannot go on without this. {question}",
    },
    "flow_changed": {
        "ru": "Пока мы не общались, порядок изменился: уточню кое-что заново.",
        "en": "Things have changed since we last spoke: I have to ask some of it again.",
    },
    "flow_remind": {
        "ru": "Мы остановились на вопросе: {question} Можно ответить и позже.",
        "en": "We stopped at this question: {question} You can answer later, too.",
    },
    "flow_unknown_aside": {
        "ru": "На это сам не отвечу; если важно, позовите сотрудника.",
        "en": "I cannot answer that myself; ask for a person if it matters.",
    },
    "reason_flow_leaves": {"ru": "Сценарий передал человеку", "en": "A flow left it to a person"},
    "flow_note": {"ru": "Сценарий «{name}»", "en": "Flow “{name}”"},
    "flow_cancelled": {
        "ru": "Хорошо, прервал. Если понадобится, напишите.",
        "en": "All right, I have stopped. Write to me if you need it again.",
    },
    "flow_wait": {"ru": "Секунду, ещё узнаю.", "en": "One moment, I am still finding out."},
    "flow_failed": {
        "ru": "Сейчас не получается это узнать.",
        "en": "I cannot find that out right now.",
    },
    "flow_yes": {"ru": "Да", "en": "Yes"},
    "flow_no": {"ru": "Нет", "en": "No"},
    "flow_skip": {"ru": "Пропустить", "en": "Skip"},
    "flow_no_help": {
        "ru": "Ответьте на вопрос, или напишите «назад», «отмена» или «оператор».",
        "en": "Answer the question, or write “back”, “cancel” or “operator”.",
    },
    # what `sufler flows check` finds
    "flow_check_slot": {"ru": "слот {name} не описан", "en": "the slot {name} is not described"},
    "flow_check_slot_or_text": {
        "ru": "слот {name} не описан (текст стоит в двойных кавычках)",
        "en": "the slot {name} is not described (a text stands in double quotes)",
    },
    "flow_check_step": {"ru": "шага {name} нет", "en": "there is no step {name}"},
    "flow_check_flow": {"ru": "сценария {name} нет", "en": "there is no flow {name}"},
    "flow_check_unreachable": {
        "ru": "сюда не ведёт ни один шаг",
        "en": "no step leads here",
    },
    "flow_check_dead_end": {
        "ru": "после этого шага ничего нет: добавьте шаг end, hand_off или next",
        "en": "nothing follows this step: add an end, a hand_off or a next",
    },
    "flow_check_loop": {
        "ru": "круг без вопроса: {name}",
        "en": "a loop without a question: {name}",
    },
    "flow_check_runs_itself": {
        "ru": "сценарии запускают друг друга по кругу: {name}",
        "en": "flows run one another in a circle: {name}",
    },
    "flow_check_translation": {
        "ru": "{name}: нет текста на языке {code}",
        "en": "{name}: no text in the language {code}",
    },
    "flow_check_long": {
        "ru": "{name} ({code}): {count} знаков, а канал берёт {most}",
        "en": "{name} ({code}): {count} characters, and the channel takes {most}",
    },
    "flow_check_button": {
        "ru": "кнопка {name}: {count} байт, а можно 64",
        "en": "the button {name}: {count} bytes, and 64 are the most",
    },
    "flow_check_secret": {
        "ru": "секрет {name} не задан (SUFLER_SECRET_{name})",
        "en": "the secret {name} is not set (SUFLER_SECRET_{name})",
    },
    "flow_check_template": {
        "ru": "{name}: непонятна вставка {what}",
        "en": "{name}: the place {what} makes no sense",
    },
    "flow_check_confirm": {
        "ru": "вызов меняет данные: нужен confirm, чтобы клиент подтвердил",
        "en": "the call changes something: it needs `confirm`, for the customer to agree first",
    },
    "flow_check_retries": {
        "ru": "повторы бывают только у GET",
        "en": "only a GET can be retried",
    },
    "flow_check_host": {
        "ru": "адрес должен начинаться с https://имя без вставок",
        "en": "the address must begin with https://host, without places to fill",
    },
    "flow_check_choices": {
        "ru": "у выбора {name} нет вариантов",
        "en": "the choice {name} has no choices",
    },
    "flow_check_pattern": {
        "ru": "образец слота {name} не читается",
        "en": "the pattern of the slot {name} cannot be read",
    },
    "flow_check_data": {
        "ru": "слот {name} рода data не спрашивают",
        "en": "the slot {name} is of the kind data, which is never asked",
    },
    "flow_check_unused": {
        "ru": "слот {name} нигде не используется",
        "en": "the slot {name} is used nowhere",
    },
    "flow_check_trigger": {
        "ru": "нет ни фраз, ни команд, ни событий: запустить может только другой сценарий",
        "en": "no phrasings, commands or events: only another flow can run this one",
    },
    "flow_check_name": {
        "ru": "в тексте flow: {name}, а сценарий называется {what}",
        "en": "the text says flow: {name}, and the flow is named {what}",
    },
    "flow_check_command": {
        "ru": "команда /{name} уже занята: {what}",
        "en": "the command /{name} is taken already: {what}",
    },
    "flow_check_event": {
        "ru": "событие {name} уже запускает сценарий {what}",
        "en": "the event {name} starts the flow {what} already",
    },
    "flow_check_article": {
        "ru": "статьи {name} в базе знаний нет",
        "en": "there is no article {name} in the knowledge base",
    },
    # the log of acts
    "act_flow_published": {
        "ru": "опубликован сценарий «{subject}», версия {details}",
        "en": "flow “{subject}” published, version {details}",
    },
    "act_flow_rolled_back": {
        "ru": "возвращён прежний текст сценария «{subject}», версия {details}",
        "en": "flow “{subject}” rolled back, as version {details}",
    },
    "act_flow_withdrawn": {
        "ru": "снят с публикации сценарий «{subject}», версия {details}",
        "en": "flow “{subject}” withdrawn, version {details}",
    },
    "act_flow_draft_dropped": {
        "ru": "удалён черновик сценария «{subject}»",
        "en": "draft of the flow “{subject}” thrown away",
    },
    "act_request_done": {
        "ru": "заявка № {subject} выполнена",
        "en": "request no. {subject} is done",
    },
    "act_request_reopened": {
        "ru": "заявка № {subject} снова открыта",
        "en": "request no. {subject} is open again",
    },
}
