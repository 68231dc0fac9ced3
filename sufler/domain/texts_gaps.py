"""Texts of the page of gaps: what the base lacks; a part of `texts.py`."""

from collections.abc import Mapping
from typing import Final

from sufler.domain.knowledge import Language

GAPS: Final[Mapping[str, Mapping[Language, str]]] = {
    "nav_gaps": {"ru": "Пробелы", "en": "Gaps"},
    "gaps_title": {"ru": "Чего нет в базе", "en": "What the base lacks"},
    "gaps_about": {
        "ru": "Сюда попадают вопросы за последние 28 дней, на которые не нашлось уверенной "
        "подсказки, подсказку отклонили или оператор написал ответ заново. Похожие собраны вместе; "
        "выше те, что отняли у клиентов больше времени: число обращений × среднее "
        "ожидание человека. Личные данные скрыты. Один вопрос — ещё не пробел: "
        "показаны группы от двух.",
        "en": "Questions of the last 28 days for which no sure suggestion was found, the "
        "suggestion was rejected, or the operator wrote anew. Like ones are gathered; first come "
        "those that took most of the customers’ time: number of turns × mean wait for a "
        "person. Personal data is hidden. One question is no gap yet: groups of two "
        "or more are shown.",
    },
    "gaps_never": {
        "ru": "Пробелы ещё не искали. Поиск идёт раз в неделю сам.",
        "en": "Gaps have not been looked for yet. That happens once a week by itself.",
    },
    "gaps_last": {"ru": "Последний поиск:", "en": "Last looked for:"},
    "gaps_last_by": {"ru": "по просьбе: {name}", "en": "wanted by {name}"},
    "gaps_last_week": {"ru": "еженедельный", "en": "the weekly one"},
    "gaps_last_turns": {
        "ru": "{count} новое обращение без ответа базы|{count} новых обращения без ответа базы"
        "|{count} новых обращений без ответа базы",
        "en": "{count} new turn that the base did not serve"
        "|{count} new turns that the base did not serve",
    },
    "gaps_look": {"ru": "Искать сейчас", "en": "Look now"},
    "gaps_looked": {
        "ru": "Готово. Новых обращений: {turns}, новых групп: {gaps}.",
        "en": "Done. New turns: {turns}, new groups: {gaps}.",
    },
    "gaps_busy": {"ru": "Поиск уже идёт.", "en": "A look is under way already."},
    "gaps_none": {
        "ru": "Пробелов не видно: за 28 дней нет двух похожих вопросов, которым база не помогла.",
        "en": "No gaps: within 28 days no two like questions went without help of the base.",
    },
    "gaps_kind_article": {"ru": "Нет статьи", "en": "No article"},
    "gaps_kind_phrasing": {"ru": "Нет формулировки", "en": "No phrasing"},
    "gaps_turns": {
        "ru": "{count} обращение|{count} обращения|{count} обращений",
        "en": "{count} turn|{count} turns",
    },
    "gaps_waited_minutes": {
        "ru": "ждут человека в среднем {count} мин",
        "en": "people wait {count} min for a person on average",
    },
    "gaps_waited_hours": {
        "ru": "ждут человека в среднем {count} ч",
        "en": "people wait {count} h for a person on average",
    },
    "gaps_waited_unknown": {"ru": "ожидание неизвестно", "en": "the wait is not known"},
    "gaps_examples": {"ru": "Как спрашивают", "en": "How people ask"},
    "gaps_open_talk": {"ru": "разговор", "en": "conversation"},
    "gaps_draft_title": {"ru": "Вопрос статьи", "en": "The article’s question"},
    "gaps_draft_answer": {
        "ru": "Ответ: лучший из ответов операторов",
        "en": "Answer: the best of the operators’ replies",
    },
    "gaps_draft_no_answer": {
        "ru": "Ответ: никто ещё не ответил, напишите сами",
        "en": "Answer: nobody has replied yet, write it yourself",
    },
    "gaps_draft": {"ru": "Сделать черновик статьи", "en": "Make a draft article"},
    "gaps_meant": {"ru": "Отвечает статья:", "en": "This article answers it:"},
    "gaps_add_phrasings": {
        "ru": "Добавить эти вопросы к статье",
        "en": "Add these questions to the article",
    },
    "gaps_added": {"ru": "Формулировки добавлены.", "en": "The phrasings were added."},
    "gaps_dismiss": {"ru": "Не нужно", "en": "Not needed"},
    "gaps_dismissed": {"ru": "Группа убрана.", "en": "The group was put away."},
    "gaps_taken": {"ru": "Взято в работу", "en": "Taken on"},
    "gaps_taken_none": {
        "ru": "Пока ничего. Здесь будет видно, насколько пробел уменьшился после публикации.",
        "en": "Nothing yet. How much a gap shrank after publishing will be told here.",
    },
    "gaps_not_published": {
        "ru": "Черновик ещё не опубликован: пробел не уменьшится, пока статья не служит.",
        "en": "The draft is not published yet: the gap will not shrink before the article serves.",
    },
    "gaps_article_gone": {"ru": "Статьи больше нет.", "en": "The article is gone."},
    "gaps_too_early": {
        "ru": "Было {before} в неделю. С публикации прошло меньше недели, за это время: {so_far}.",
        "en": "It was {before} a week. Less than a week since publishing, so far: {so_far}.",
    },
    "gaps_shrunk": {
        "ru": "Было {before} в неделю, стало {after}: на {share} % меньше.",
        "en": "It was {before} a week and is {after}: {share} % fewer.",
    },
    "gaps_not_shrunk": {
        "ru": "Было {before} в неделю, стало {after}: не уменьшился. Проверьте формулировки "
        "статьи.",
        "en": "It was {before} a week and is {after}: it has not shrunk. Look at the article’s "
        "phrasings.",
    },
    "gaps_defined": {
        "ru": "В неделю: за четыре недели до публикации и за всё время после неё, только "
        "обращения, которым база не помогла.",
        "en": "A week: over the four weeks before publishing, and all the time since; only turns "
        "that the base did not serve.",
    },
    "gaps_put_away": {"ru": "Убранные", "en": "Put away"},
    "gaps_reopen": {"ru": "Вернуть", "en": "Bring back"},
    "learned_further": {
        "ru": "Ещё спрашивали так: {questions}",
        "en": "Asked like this too: {questions}",
    },
    "gaps_forbidden": {
        "ru": "Нет права редактировать статьи.",
        "en": "You may not edit articles.",
    },
    "gaps_meanwhile": {
        "ru": "Об этом уже решил кто-то другой. Список обновлён.",
        "en": "Somebody else has decided about this. The list is shown anew.",
    },
    "gaps_bad_title": {
        "ru": "Вопрос статьи: от 1 до 200 знаков.",
        "en": "The article’s question has 1 to 200 characters.",
    },
    "gaps_bad_answer": {
        "ru": "Напишите ответ: от 1 до 20 000 знаков.",
        "en": "Write an answer: 1 to 20,000 characters.",
    },
}
