"""Texts of what was learned from operators: the page, the review list; a part of `texts.py`."""

from collections.abc import Mapping
from typing import Final

from sufler.domain.knowledge import Language

LEARNING: Final[Mapping[str, Mapping[Language, str]]] = {
    "nav_learned": {"ru": "Выучено", "en": "Learned"},
    "learned_title": {"ru": "Чему научили операторы", "en": "What operators taught"},
    "learned_show_review": {"ru": "На проверку", "en": "To review"},
    "learned_show_all": {"ru": "Выучено", "en": "Learned"},
    "learned_show_golden": {"ru": "Эталонные вопросы", "en": "Golden questions"},
    "learned_show_watch": {"ru": "Присмотреться", "en": "To look at"},
    # the review list
    "learned_proposals": {"ru": "Предложения", "en": "Proposals"},
    "learned_no_proposals": {
        "ru": "Предложений нет. Они появляются, когда оператор меняет в ответе факты или пишет "
        "ответ заново.",
        "en": "There are no proposals. They come when an operator changes facts in an answer, or "
        "writes one anew.",
    },
    "learned_kind_text": {"ru": "Новый текст статьи", "en": "New text for an article"},
    "learned_kind_article": {"ru": "Новая статья", "en": "New article"},
    "learned_kind_phrasing": {"ru": "Новая формулировка", "en": "New phrasing"},
    "learned_kind_outdated": {"ru": "Статья устарела", "en": "An article is out of date"},
    "learned_asked": {"ru": "Вопрос клиента: {question}", "en": "The customer asked: {question}"},
    "learned_replied": {"ru": "Ответ оператора", "en": "The operator’s reply"},
    "learned_by": {"ru": "От кого: {name}", "en": "From: {name}"},
    "learned_times": {
        "ru": "{count} раз|{count} раза|{count} раз",
        "en": "{count} time|{count} times",
    },
    "learned_moved": {
        "ru": "С тех пор статью изменили. Разница показана с её нынешним текстом.",
        "en": "The article was changed since. The difference is to its text as it is now.",
    },
    "learned_says_outdated": {
        "ru": "Оператор считает, что этот ответ устарел. Исправьте статью или отклоните.",
        "en": "An operator says that this answer is out of date. Mend the article, or dismiss.",
    },
    "learned_approve": {"ru": "Принять текст", "en": "Approve the text"},
    "learned_add_phrasing": {"ru": "Добавить формулировку", "en": "Add the phrasing"},
    "learned_make_article": {"ru": "Сделать статью", "en": "Make an article"},
    "learned_open_article": {"ru": "Открыть статью", "en": "Open the article"},
    "learned_dismiss": {"ru": "Отклонить", "en": "Dismiss"},
    "learned_approved": {
        "ru": "Принято: следующий оператор уже увидит этот текст.",
        "en": "Approved: the next operator is offered this text already.",
    },
    "learned_dismissed": {"ru": "Отклонено", "en": "Dismissed"},
    "learned_article_gone": {"ru": "статьи больше нет", "en": "the article is gone"},
    "learned_held": {"ru": "Придержано", "en": "Held back"},
    "learned_held_hint": {
        "ru": "Эти формулировки не служат, пока их никто не посмотрел.",
        "en": "These wordings do not serve until somebody has looked at them.",
    },
    "learned_no_held": {"ru": "Ничего не придержано.", "en": "Nothing is held back."},
    "learned_uncleared": {"ru": "Ждут допуска", "en": "Waiting to be cleared"},
    "learned_uncleared_hint": {
        "ru": "В этих статьях новые факты. Операторам они предлагаются, сам бот их не отправит, "
        "пока за них не поручится администратор.",
        "en": "These articles have new facts. Operators are offered them; the bot does not send "
        "them by itself until an administrator vouches for them.",
    },
    "learned_clear": {"ru": "Допустить", "en": "Clear"},
    "learned_clear_reason": {"ru": "Почему можно доверять", "en": "Why it can be trusted"},
    "learned_cleared": {"ru": "Статья допущена", "en": "The article is cleared"},
    "act_article_cleared": {"ru": "Допущена статья", "en": "Article cleared"},
    # what was learned
    "learned_nothing": {
        "ru": "Здесь пока пусто. Формулировки появляются, когда операторы отправляют подсказки.",
        "en": "Nothing here yet. Wordings come when operators send suggestions.",
    },
    "learned_negative": {"ru": "не про эту статью", "en": "not about this article"},
    "learned_state_unconfirmed": {"ru": "не подтверждена", "en": "unconfirmed"},
    "learned_state_confirmed": {"ru": "подтверждена", "en": "confirmed"},
    "learned_state_review": {"ru": "ждёт проверки", "en": "waits for review"},
    "learned_state_quarantined": {"ru": "в карантине", "en": "quarantined"},
    "learned_state_undone": {"ru": "отменена", "en": "undone"},
    "learned_filter_by": {"ru": "Кто научил", "en": "Taught by"},
    "learned_filter_state": {"ru": "Состояние", "en": "State"},
    "learned_filter_day": {"ru": "День", "en": "Day"},
    "learned_filter_any": {"ru": "все", "en": "all"},
    "learned_filter_article": {"ru": "Статья: {title}", "en": "Article: {title}"},
    "learned_filter_off": {"ru": "Показать все", "en": "Show all"},
    "learned_undo_all": {"ru": "Отменить всё это", "en": "Undo all of this"},
    "learned_undo_ask": {
        "ru": "{count} формулировка перестанет служить. Её можно будет вернуть только по одной.|"
        "{count} формулировки перестанут служить. Вернуть их можно будет только по одной.|"
        "{count} формулировок перестанут служить. Вернуть их можно будет только по одной.",
        "en": "{count} wording will serve no more. It can be brought back one by one only.|"
        "{count} wordings will serve no more. They can be brought back one by one only.",
    },
    "learned_undo": {"ru": "Отменить", "en": "Undo"},
    "learned_confirm": {"ru": "Подтвердить", "en": "Confirm"},
    "learned_undone": {
        "ru": "Отменена {count} формулировка|Отменены {count} формулировки|"
        "Отменено {count} формулировок",
        "en": "{count} wording undone|{count} wordings undone",
    },
    "learned_confirmed": {"ru": "Подтверждено", "en": "Confirmed"},
    "learned_more": {"ru": "Показать ещё", "en": "Show more"},
    "learned_weight": {"ru": "вес {weight}", "en": "weight {weight}"},
    "learned_why_short": {"ru": "слишком коротко", "en": "too short"},
    "learned_why_cap": {"ru": "слишком много за день", "en": "too many in a day"},
    "learned_why_neighbours": {
        "ru": "похоже на вопросы другой статьи",
        "en": "like another article’s questions",
    },
    "learned_why_operator": {
        "ru": "проверки расходятся с этим оператором",
        "en": "checks disagree with this operator",
    },
    "learned_why_refit": {
        "ru": "переобучение ошиблось на эталонном вопросе",
        "en": "a refit failed a golden question",
    },
    "learned_why_sweep": {
        "ru": "ночная проверка: соседи про другое",
        "en": "the nightly look: its neighbours ask for something else",
    },
    "learned_why_agreed": {"ru": "соседи согласны", "en": "its neighbours agree"},
    # golden questions
    "learned_golden_hint": {
        "ru": "На эти вопросы всегда должна находиться названная статья. Голова, которая хоть на "
        "одном из них начинает ошибаться, не берётся.",
        "en": "These must always find the article that is named. A head that turns one of them "
        "wrong is not taken.",
    },
    "learned_golden_of": {"ru": "Эталонный вопрос", "en": "Golden question"},
    "learned_golden_text": {"ru": "Вопрос", "en": "Question"},
    "learned_golden_article": {"ru": "Id статьи", "en": "Article id"},
    "learned_golden_language": {"ru": "Язык", "en": "Language"},
    "learned_golden_add": {"ru": "Добавить эталонный вопрос", "en": "Add a golden question"},
    "learned_golden_added": {"ru": "Эталонный вопрос добавлен", "en": "Golden question added"},
    "learned_golden_csv": {"ru": "Таблица CSV…", "en": "CSV table…"},
    "learned_golden_columns": {
        "ru": "Колонки: text,language,article_id. Все строки или ни одной.",
        "en": "Columns: text,language,article_id. All rows or none.",
    },
    "learned_golden_refused": {
        "ru": "Таблица — это файл .csv до 4 МБ",
        "en": "A table is a .csv file of up to 4 MB",
    },
    "learned_golden_rows": {
        "ru": "Добавлен {count} вопрос|Добавлено {count} вопроса|Добавлено {count} вопросов",
        "en": "{count} question added|{count} questions added",
    },
    "learned_golden_right": {"ru": "верно", "en": "right"},
    "learned_golden_wrong": {
        "ru": "неверно: находится {found}",
        "en": "wrong: {found} is found",
    },
    "learned_golden_nothing": {"ru": "ничего", "en": "nothing"},
    "learned_golden_remove": {"ru": "Убрать: {question}", "en": "Remove: {question}"},
    "learned_no_golden": {"ru": "Эталонных вопросов ещё нет.", "en": "No golden questions yet."},
    "learned_refits": {"ru": "Переобучения", "en": "Refits"},
    "learned_refit_refused": {
        "ru": "Голова не взята: стало неверно {wrong}, стало верно {right}; в карантине {held}.",
        "en": "The head was not taken: {wrong} turned wrong, {right} right; {held} quarantined.",
    },
    "learned_refit_taken": {
        "ru": "Голова взята: стало неверно {wrong}, стало верно {right}.",
        "en": "The head was taken: {wrong} turned wrong, {right} right.",
    },
    "learned_no_refits": {
        "ru": "Ни одно переобучение не меняло ответов на эталонные вопросы.",
        "en": "No refit has changed the answer to a golden question.",
    },
    # what to look at
    "learned_confusing": {
        "ru": "Статьи, которые перехватывают вопросы друг друга",
        "en": "Articles that take each other’s questions",
    },
    "learned_confusing_pair": {
        "ru": "{taken} из {of}, например: {example}",
        "en": "{taken} of {of}, such as: {example}",
    },
    "learned_no_confusing": {"ru": "Таких нет.", "en": "There are none."},
    "learned_unused": {"ru": "Статьи, которыми никто не пользуется", "en": "Articles nobody uses"},
    "learned_expired": {"ru": "Просроченные статьи", "en": "Articles past their date"},
}
