"""Texts of the knowledge pages: the list, modes of topics, upload; a part of the catalogue."""

from collections.abc import Mapping
from typing import Final

from sufler.domain.knowledge import Language

KNOWLEDGE: Final[Mapping[str, Mapping[Language, str]]] = {
    # the list
    "kb_title": {"ru": "База знаний", "en": "Knowledge base"},
    "kb_topics": {"ru": "Темы", "en": "Topics"},
    "kb_all_topics": {"ru": "Все темы", "en": "All topics"},
    "kb_new": {"ru": "Новая статья", "en": "New article"},
    "kb_upload": {"ru": "Загрузить файл", "en": "Upload a file"},
    "kb_sources": {"ru": "Источники", "en": "Sources"},
    "kb_search": {
        "ru": "Поиск: слова или вопрос клиента",
        "en": "Search: words, or a customer’s question",
    },
    "kb_order": {"ru": "Порядок", "en": "Order"},
    "kb_order_changed": {"ru": "Недавно изменённые", "en": "Changed lately"},
    "kb_order_title": {"ru": "По алфавиту", "en": "By title"},
    "kb_order_used": {"ru": "Чаще отвечают", "en": "Answers most"},
    "kb_filters": {"ru": "Какие статьи показать", "en": "Which articles to show"},
    "kb_only_all": {"ru": "Все", "en": "All"},
    "kb_only_published": {"ru": "Опубликованные", "en": "Published"},
    "kb_only_draft": {"ru": "Черновики", "en": "Drafts"},
    "kb_only_expired": {"ru": "Срок вышел", "en": "Expired"},
    "kb_only_untranslated": {"ru": "Без перевода", "en": "Untranslated"},
    "kb_only_never_used": {"ru": "Ни разу не пригодились", "en": "Never used"},
    "kb_only_archived": {"ru": "Архив", "en": "Archived"},
    "kb_meant": {"ru": "Кто отвечает на этот вопрос", "en": "Who answers this question"},
    "kb_found": {
        "ru": "Найдена {count} статья|Найдено {count} статьи|Найдено {count} статей",
        "en": "{count} article|{count} articles",
    },
    "kb_used": {
        "ru": "{count} ответ|{count} ответа|{count} ответов",
        "en": "{count} answer|{count} answers",
    },
    "kb_phrasings_count": {
        "ru": "{count} формулировка|{count} формулировки|{count} формулировок",
        "en": "{count} phrasing|{count} phrasings",
    },
    "kb_expired": {"ru": "срок вышел", "en": "expired"},
    "kb_not_yet": {"ru": "ещё не действует", "en": "not yet valid"},
    "kb_no_ru": {"ru": "нет русского", "en": "no Russian"},
    "kb_no_en": {"ru": "нет английского", "en": "no English"},
    "kb_pages": {"ru": "Страницы", "en": "Pages"},
    "kb_page_before": {"ru": "← Назад", "en": "← Previous"},
    "kb_page_next": {"ru": "Дальше →", "en": "Next →"},
    "kb_page_shown": {"ru": "{first}–{last} из {total}", "en": "{first}–{last} of {total}"},
    "kb_show_all": {"ru": "Показать все статьи", "en": "Show all articles"},
    "kb_to_list": {"ru": "К списку статей", "en": "To the list of articles"},
    "kb_empty_base": {
        "ru": (
            "База знаний пуста. Напишите первую статью или загрузите файл: таблицу, Word, "
            "Markdown или архив."
        ),
        "en": (
            "The knowledge base is empty. Write the first article, or upload a file: a "
            "table, Word, Markdown or an archive."
        ),
    },
    "kb_empty_found": {
        "ru": "Таких статей нет. Попробуйте другие слова или уберите фильтры.",
        "en": "There are no such articles. Try other words, or take the filters away.",
    },
    "kb_empty_published": {
        "ru": "Опубликованных статей нет: клиентам пока нечего ответить.",
        "en": "Nothing is published: there is nothing to answer customers with yet.",
    },
    "kb_empty_draft": {
        "ru": "Черновиков нет: всё опубликовано.",
        "en": "There are no drafts: everything is published.",
    },
    "kb_empty_expired": {"ru": "Статей с вышедшим сроком нет.", "en": "No article has expired."},
    "kb_empty_untranslated": {"ru": "Все статьи переведены.", "en": "Every article is translated."},
    "kb_empty_never_used": {
        "ru": "Каждая опубликованная статья уже пригодилась.",
        "en": "Every published article has been used.",
    },
    "kb_empty_archived": {"ru": "Архив пуст.", "en": "The archive is empty."},
    # many at once
    "kb_bulk": {"ru": "Выбранные статьи", "en": "Picked articles"},
    "kb_pick": {"ru": "Выбрать: {title}", "en": "Pick: {title}"},
    "kb_picked": {
        "ru": "Выбрана {count} статья|Выбрано {count} статьи|Выбрано {count} статей",
        "en": "{count} article picked|{count} articles picked",
    },
    "kb_pick_all": {
        "ru": (
            "Выбрать все найденные: {count}|Выбрать все найденные: {count}|Выбрать все "
            "найденные: {count}"
        ),
        "en": "Pick all {count} found|Pick all {count} found",
    },
    "kb_pick_none": {"ru": "Снять выбор", "en": "Pick none"},
    "kb_move": {"ru": "Перенести в тему", "en": "Move to a topic"},
    "kb_move_to": {
        "ru": "В какую тему перенести: есть или новая",
        "en": "Which topic to move to: an existing one or a new one",
    },
    "kb_bulk_published": {
        "ru": "Опубликована {count} статья|Опубликовано {count} статьи|Опубликовано {count} статей",
        "en": "{count} article published|{count} articles published",
    },
    "kb_bulk_draft": {
        "ru": (
            "{count} статья теперь черновик|{count} статьи теперь черновики|{count} статей "
            "теперь черновики"
        ),
        "en": "{count} article is a draft now|{count} articles are drafts now",
    },
    "kb_bulk_archived": {
        "ru": "В архиве {count} статья|В архиве {count} статьи|В архиве {count} статей",
        "en": "{count} article archived|{count} articles archived",
    },
    "kb_bulk_moved": {
        "ru": "Перенесена {count} статья|Перенесено {count} статьи|Перенесено {count} статей",
        "en": "{count} article moved|{count} articles moved",
    },
    "kb_undo": {"ru": "Отменить", "en": "Undo"},
    "kb_undone": {
        "ru": (
            "Возвращена как была {count} статья|Возвращено как было: {count} "
            "статьи|Возвращено как было: {count} статей"
        ),
        "en": "{count} article is as it was|{count} articles are as they were",
    },
    "kb_undone_left": {
        "ru": (
            "{count} статью с тех пор изменили, она не тронута|{count} статьи с тех пор "
            "изменили, они не тронуты|{count} статей с тех пор изменили, они не тронуты"
        ),
        "en": (
            "{count} article was changed since and is left alone|{count} articles were "
            "changed since and are left alone"
        ),
    },
    "kb_undone_archived": {
        "ru": (
            "В архив убрана {count} новая статья|В архив убрано {count} новых статьи|В "
            "архив убрано {count} новых статей"
        ),
        "en": "{count} new article archived|{count} new articles archived",
    },
    "kb_forbidden": {
        "ru": "На это у вашей роли нет права.",
        "en": "Your role has no right to do this.",
    },
    "kb_changed_meanwhile": {
        "ru": (
            "Пока вы смотрели, статью изменил кто-то другой. Ничего не сделано: посмотрите "
            "и повторите."
        ),
        "en": (
            "Somebody else changed it while you were looking. Nothing was done: have a look"
            " and try again."
        ),
    },
    "kb_gone": {"ru": "Такой статьи нет", "en": "There is no such article"},
    # modes of a topic
    "kb_mode_observes": {"ru": "Наблюдает", "en": "Observes"},
    "kb_mode_suggests": {"ru": "Подсказывает", "en": "Suggests"},
    "kb_mode_answers": {"ru": "Отвечает", "en": "Answers"},
    "kb_mode_observes_means": {
        "ru": (
            "Наблюдает: ответы подбираются и запоминаются, но их не видит никто. Вопрос "
            "уходит в очередь без подсказок."
        ),
        "en": (
            "Observes: answers are looked for and remembered, but nobody sees them. The "
            "question goes to the queue without suggestions."
        ),
    },
    "kb_mode_suggests_means": {
        "ru": (
            "Подсказывает оператору: вопрос уходит в очередь с подсказками, клиенту "
            "отвечает человек."
        ),
        "en": (
            "Suggests to the operator: the question goes to the queue with suggestions, and"
            " a person answers the customer."
        ),
    },
    "kb_mode_answers_means": {
        "ru": "Отвечает сам: когда бот уверен, он отвечает или уточняет без человека.",
        "en": "Answers by itself: when the bot is sure, it answers or clarifies without a person.",
    },
    "kb_mode_change": {
        "ru": "Что делать с вопросами этой темы",
        "en": "What to do with questions of this topic",
    },
    "kb_mode_ask": {"ru": "Изменить режим темы «{topic}»?", "en": "Change the mode of “{topic}”?"},
    "kb_mode_observes_will": {
        "ru": "Со следующего вопроса бот не отвечает по этой теме, а операторы не видят подсказок.",
        "en": (
            "From the next question on the bot does not answer on this topic, and operators"
            " see no suggestions."
        ),
    },
    "kb_mode_suggests_will": {
        "ru": (
            "Со следующего вопроса бот не отвечает по этой теме сам: вопросы пойдут "
            "операторам с подсказками."
        ),
        "en": (
            "From the next question on the bot does not answer on this topic by itself: "
            "questions go to operators, with suggestions."
        ),
    },
    "kb_mode_answers_will": {
        "ru": (
            "Со следующего вопроса бот отвечает клиентам по этой теме сам, без человека, "
            "когда уверен."
        ),
        "en": (
            "From the next question on the bot answers customers on this topic by itself, "
            "without a person, when it is sure."
        ),
    },
    "kb_mode_no_certificate": {
        "ru": (
            "Без сертификата: точность ответов этой темы ещё не доказана проверками. "
            "Причина будет видна везде, где показана тема."
        ),
        "en": (
            "Without a certificate: checks have not proved yet how precise this topic’s "
            "answers are. The reason is shown wherever the topic is."
        ),
    },
    "kb_mode_reason": {
        "ru": "Почему теме можно отвечать уже сейчас",
        "en": "Why the topic may answer already now",
    },
    "kb_mode_reason_missing": {
        "ru": "Напишите причину: её увидят все.",
        "en": "Write the reason: everybody will see it.",
    },
    "kb_mode_observes_do": {"ru": "Наблюдать", "en": "Observe"},
    "kb_mode_suggests_do": {"ru": "Подсказывать", "en": "Suggest"},
    "kb_mode_answers_do": {"ru": "Отвечать без сертификата", "en": "Answer without a certificate"},
    "kb_cancel": {"ru": "Отмена", "en": "Cancel"},
    # upload
    "kb_upload_text": {
        "ru": "Сначала покажем, что изменится, и только потом загрузим. Подойдут {kinds}.",
        "en": "First we show what would change, and import only after that. {kinds} are taken.",
    },
    "kb_upload_drop": {"ru": "Перетащите файл сюда", "en": "Drop a file here"},
    "kb_upload_pick": {"ru": "Выбрать файл", "en": "Choose a file"},
    "kb_upload_refused": {
        "ru": "Файл не подходит: нужен один, не больше {most} МБ и одного из названных видов.",
        "en": "The file does not fit: one file, {most} MB at most, of a kind named above.",
    },
    "kb_import_waits": {
        "ru": "Сейчас идёт другой импорт, ваш начнётся сразу после него.",
        "en": "Another import is running; yours begins right after it.",
    },
    "kb_stage_reading": {"ru": "Читаем строки", "en": "Reading rows"},
    "kb_stage_comparing": {"ru": "Сравниваем с базой", "en": "Comparing with the base"},
    "kb_stage_saving": {"ru": "Сохраняем статьи", "en": "Saving articles"},
    "kb_rehearsed": {"ru": "Что изменит «{name}»", "en": "What “{name}” would change"},
    "kb_rehearsed_text": {"ru": "Пока ничего не изменено.", "en": "Nothing has been changed yet."},
    "kb_outcomes": {"ru": "Строки по тому, что с ними будет", "en": "Rows by what becomes of them"},
    "kb_outcome_new": {"ru": "новые", "en": "new"},
    "kb_outcome_changed": {"ru": "изменятся", "en": "change"},
    "kb_outcome_unchanged": {"ru": "без изменений", "en": "unchanged"},
    "kb_outcome_repeated": {"ru": "повторы", "en": "repeated"},
    "kb_outcome_rejected": {"ru": "отклонены", "en": "rejected"},
    "kb_skip_rejected": {
        "ru": (
            "Пропустить {count} отклонённую строку|Пропустить {count} отклонённые "
            "строки|Пропустить {count} отклонённых строк"
        ),
        "en": "Pass over {count} rejected row|Pass over {count} rejected rows",
    },
    "kb_nothing_to_import": {
        "ru": "Загружать нечего: в базе уже всё так.",
        "en": "Nothing to import: the base is like that already.",
    },
    "kb_import": {
        "ru": "Загрузить {count} статью|Загрузить {count} статьи|Загрузить {count} статей",
        "en": "Import {count} article|Import {count} articles",
    },
    "kb_contradictions": {
        "ru": (
            "{count} пара с одним вопросом и разными ответами|{count} пары с одним вопросом"
            " и разными ответами|{count} пар с одним вопросом и разными ответами"
        ),
        "en": (
            "{count} pair with one question and different answers|{count} pairs with one "
            "question and different answers"
        ),
    },
    "kb_near_in_file": {
        "ru": (
            "{count} пара почти одинаковых вопросов|{count} пары почти одинаковых "
            "вопросов|{count} пар почти одинаковых вопросов"
        ),
        "en": "{count} pair of nearly equal questions|{count} pairs of nearly equal questions",
    },
    "kb_row": {"ru": "строка {row}", "en": "row {row}"},
    "kb_row_number": {"ru": "Строка", "en": "Row"},
    "kb_row_title": {"ru": "Вопрос", "en": "Question"},
    "kb_row_detail": {"ru": "Что с ней", "en": "What about it"},
    "kb_no_rows": {"ru": "Таких строк нет.", "en": "There are no such rows."},
    "kb_rows_more": {
        "ru": "Показать ещё {count}|Показать ещё {count}|Показать ещё {count}",
        "en": "Show {count} more|Show {count} more",
    },
    "kb_rows_unlisted": {
        "ru": (
            "Ещё {count} строка не показана|Ещё {count} строки не показаны|Ещё {count} "
            "строк не показаны"
        ),
        "en": "{count} more row is not listed|{count} more rows are not listed",
    },
    "kb_imported": {
        "ru": "Загружена {count} статья|Загружено {count} статьи|Загружено {count} статей",
        "en": "{count} article imported|{count} articles imported",
    },
    "kb_import_undo": {"ru": "Отменить загрузку", "en": "Undo the import"},
    "kb_import_undone": {"ru": "Загрузка отменена", "en": "The import is undone"},
    "kb_columns": {
        "ru": "Назовите, как эти столбцы называются в вашем файле:",
        "en": "Say how these columns are called in your file:",
    },
    "kb_column_title": {"ru": "Вопрос", "en": "Question"},
    "kb_column_answer": {"ru": "Ответ", "en": "Answer"},
    "kb_column_topic": {"ru": "Тема", "en": "Topic"},
    "kb_column_phrasings": {"ru": "Формулировки", "en": "Phrasings"},
    "kb_column_id": {"ru": "Код статьи", "en": "Article id"},
    "kb_column_language": {"ru": "Язык", "en": "Language"},
    "kb_columns_again": {"ru": "Проверить ещё раз", "en": "Check again"},
}
