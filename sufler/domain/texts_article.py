"""Texts of the pages of one article and of its history; a part of the catalogue."""

from collections.abc import Mapping
from typing import Final

from sufler.domain.knowledge import Language

ARTICLE: Final[Mapping[str, Mapping[Language, str]]] = {
    # an article
    "kb_back": {"ru": "← База знаний", "en": "← Knowledge base"},
    "kb_back_article": {"ru": "← Статья", "en": "← Article"},
    "kb_status_draft": {"ru": "черновик", "en": "draft"},
    "kb_status_published": {"ru": "опубликована", "en": "published"},
    "kb_status_archived": {"ru": "в архиве", "en": "archived"},
    "kb_unsaved": {"ru": "не сохранено", "en": "not saved"},
    "kb_save": {"ru": "Сохранить", "en": "Save"},
    "kb_save_draft": {"ru": "Сохранить черновик", "en": "Save the draft"},
    "kb_do_published": {"ru": "Опубликовать", "en": "Publish"},
    "kb_do_draft": {"ru": "Снять с публикации", "en": "Unpublish"},
    "kb_do_back": {"ru": "Вернуть в черновики", "en": "Back to drafts"},
    "kb_do_archived": {"ru": "В архив", "en": "Archive"},
    "kb_saved_draft": {
        "ru": "Сохранено. Это черновик: клиенты его не видят.",
        "en": "Saved. It is a draft: customers do not see it.",
    },
    "kb_saved_published": {
        "ru": "Сохранено: отвечает уже на следующий вопрос.",
        "en": "Saved: it is there for the next question.",
    },
    "kb_saved_archived": {
        "ru": "Статья в архиве, её история сохранена.",
        "en": "The article is archived, and its history is kept.",
    },
    "kb_field_topic": {"ru": "Тема", "en": "Topic"},
    "kb_field_valid_from": {"ru": "Действует с (дата по UTC)", "en": "Valid from (a day, UTC)"},
    "kb_field_valid_through": {"ru": "По этот день включительно", "en": "Through this day"},
    "kb_field_valid_until": {"ru": "Действует до", "en": "Valid until"},
    "kb_field_owner": {"ru": "Ответственный", "en": "Owner"},
    "kb_field_status": {"ru": "Состояние", "en": "Status"},
    "kb_field_phrasings": {"ru": "Формулировки", "en": "Phrasings"},
    "kb_field_title_ru": {"ru": "Вопрос по-русски", "en": "Question in Russian"},
    "kb_field_title_en": {"ru": "Вопрос по-английски", "en": "Question in English"},
    "kb_field_answer_ru": {"ru": "Ответ по-русски", "en": "Answer in Russian"},
    "kb_field_answer_en": {"ru": "Ответ по-английски", "en": "Answer in English"},
    "kb_field_other_language_ok": {
        "ru": "Можно отправить и тому, кто пишет на другом языке",
        "en": "May also go to those who write in the other language",
    },
    "kb_language_ru": {"ru": "Русский", "en": "Russian"},
    "kb_language_en": {"ru": "Английский", "en": "English"},
    "kb_short_ru": {"ru": "RU", "en": "RU"},
    "kb_short_en": {"ru": "EN", "en": "EN"},
    "kb_in_ru": {"ru": "по-русски", "en": "in Russian"},
    "kb_in_en": {"ru": "по-английски", "en": "in English"},
    "kb_title_label": {
        "ru": "Вопрос, на который отвечает статья",
        "en": "The question that the article answers",
    },
    "kb_answer_label": {"ru": "Ответ", "en": "Answer"},
    "kb_counter": {
        "ru": "{units} / {most} знаков Telegram",
        "en": "{units} / {most} Telegram characters",
    },
    "kb_counter_cut": {
        "ru": "· придёт сообщениями: {messages}",
        "en": "· comes as {messages} messages",
    },
    "kb_tools": {"ru": "Оформление ответа", "en": "Formatting of the answer"},
    "kb_tool_bold": {"ru": "Ж", "en": "B"},
    "kb_tool_bold_title": {"ru": "Жирный (Ctrl+B)", "en": "Bold (Ctrl+B)"},
    "kb_tool_italic": {"ru": "К", "en": "I"},
    "kb_tool_italic_title": {"ru": "Курсив (Ctrl+I)", "en": "Italic (Ctrl+I)"},
    "kb_tool_link": {"ru": "Ссылка", "en": "Link"},
    "kb_tool_link_title": {"ru": "Ссылка: [слова](https://…)", "en": "Link: [words](https://…)"},
    "kb_tool_list": {"ru": "• Список", "en": "• List"},
    "kb_tool_list_title": {"ru": "Список: строки с дефисом", "en": "A list: lines with a dash"},
    "kb_tool_numbers": {"ru": "1. Шаги", "en": "1. Steps"},
    "kb_tool_numbers_title": {"ru": "Шаги: строки с номерами", "en": "Steps: numbered lines"},
    "kb_tool_code": {"ru": "Код", "en": "Code"},
    "kb_tool_code_title": {
        "ru": "Код или то, что нажимают: `так`",
        "en": "Code, or what to press: `like this`",
    },
    "kb_variable_customer_first_name": {"ru": "+ имя", "en": "+ name"},
    "kb_variable_customer_name": {"ru": "+ имя целиком", "en": "+ whole name"},
    "kb_variable_operator_name": {"ru": "+ оператор", "en": "+ operator"},
    "kb_variable_ticket_number": {"ru": "+ номер обращения", "en": "+ ticket number"},
    "kb_variable_today": {"ru": "+ сегодня", "en": "+ today"},
    "kb_fallback": {"ru": "друг", "en": "friend"},
    "kb_faults": {
        "ru": "Не сохранено: посмотрите отмеченные поля.",
        "en": "Not saved: look at the marked fields.",
    },
    "kb_fault_empty": {
        "ru": "Напишите вопрос и ответ хотя бы на одном языке.",
        "en": "Write a question and an answer in at least one language.",
    },
    "kb_fault_title": {
        "ru": "Ответ {spoken} есть, а вопроса нет.",
        "en": "There is an answer {spoken}, but no question.",
    },
    "kb_fault_answer": {
        "ru": "Вопрос {spoken} есть, а ответа нет.",
        "en": "There is a question {spoken}, but no answer.",
    },
    "kb_fault_long": {
        "ru": "Слишком длинно: {now} знаков, можно {most}.",
        "en": "Too long: {now} characters, {most} at most.",
    },
    "kb_fault_variable": {
        "ru": "Переменной {{{variable}}} нет: для неё никогда не будет значения.",
        "en": "There is no variable {{{variable}}}: nothing will ever be put there.",
    },
    "kb_fault_phrasings": {
        "ru": "Слишком много формулировок: {now}, можно {most}.",
        "en": "Too many phrasings: {now}, {most} at most.",
    },
    "kb_fault_phrasing": {
        "ru": "Формулировка «{begins}…» длиннее {most} знаков.",
        "en": "The phrasing “{begins}…” is longer than {most} characters.",
    },
    "kb_fault_weight": {
        "ru": "Вес формулировки «{phrasing}» должен быть от 0 до {most}.",
        "en": "The weight of “{phrasing}” must be 0 to {most}.",
    },
    "kb_fault_day": {"ru": "Это не дата.", "en": "This is no date."},
    "kb_fault_days": {
        "ru": "Последний день раньше первого.",
        "en": "The last day is before the first.",
    },
    "kb_restored": {
        "ru": "Здесь то, что вы не успели сохранить:",
        "en": "Here is what you had not saved yet:",
    },
    "kb_discard": {"ru": "Отбросить", "en": "Discard"},
    "kb_changed_while": {
        "ru": "Статью только что сохранил кто-то другой. Когда сохраните вы, покажем оба текста.",
        "en": "Somebody else has just saved this article. When you save, we show both texts.",
    },
    "kb_conflict": {
        "ru": "Пока вы писали, статью сохранил(а) {by}",
        "en": "{by} saved the article while you were writing",
    },
    "kb_conflict_text": {
        "ru": (
            "Ничего не потеряно. Зачёркнуто то, что сохранено сейчас, подчёркнуто то, что "
            "написали вы."
        ),
        "en": "Nothing is lost. Struck out is what is stored now, underlined is what you wrote.",
    },
    "kb_conflict_theirs": {"ru": "Взять сохранённый текст", "en": "Take the stored text"},
    "kb_conflict_mine": {"ru": "Сохранить мой поверх", "en": "Save mine over it"},
    "kb_near": {"ru": "Похожие статьи уже есть", "en": "Similar articles are there already"},
    "kb_near_text": {
        "ru": (
            "Об этом спрашивают почти теми же словами. Две статьи об одном мешают друг "
            "другу: бот не уверен ни в одной."
        ),
        "en": (
            "These are asked for in nearly the same words. Two articles about one thing get"
            " in each other’s way: the bot is sure of neither."
        ),
    },
    "kb_near_mine": {"ru": "У вас: {mine}", "en": "Yours: {mine}"},
    "kb_near_publish": {"ru": "Опубликовать всё равно", "en": "Publish all the same"},
    "kb_near_back": {"ru": "Вернуться к статье", "en": "Back to the article"},
    # phrasings
    "kb_phrasings_ru": {
        "ru": "Как об этом спрашивают по-русски",
        "en": "How people ask for it in Russian",
    },
    "kb_phrasings_en": {
        "ru": "Как об этом спрашивают по-английски",
        "en": "How people ask for it in English",
    },
    "kb_no_phrasings": {
        "ru": "Пока только сам вопрос. Живые формулировки клиентов помогают больше всего.",
        "en": "Only the question itself so far. Customers’ own words help most.",
    },
    "kb_phrasing_add": {
        "ru": "Добавить: по одной на строке, можно вставить много",
        "en": "Add: one on a line, many can be pasted",
    },
    "kb_add": {"ru": "Добавить", "en": "Add"},
    "kb_phrasing_known": {
        "ru": "Такая формулировка уже есть.",
        "en": "This phrasing is here already.",
    },
    "kb_phrasing_added": {
        "ru": "Добавлено к формулировкам. Не забудьте сохранить.",
        "en": "Added to the phrasings. Do not forget to save.",
    },
    "kb_phrasing_remove": {"ru": "Убрать: {phrasing}", "en": "Remove: {phrasing}"},
    "kb_phrasings_more": {
        "ru": "Показать ещё {count}|Показать ещё {count}|Показать ещё {count}",
        "en": "Show {count} more|Show {count} more",
    },
    "kb_source_editor": {"ru": "редактор", "en": "editor"},
    "kb_source_imported": {"ru": "импорт", "en": "import"},
    "kb_source_learned": {"ru": "выучена", "en": "learned"},
    "kb_weight": {"ru": "Вес: {phrasing}", "en": "Weight: {phrasing}"},
    "kb_weight_range": {"ru": "Вес должен быть от 0 до {most}.", "en": "A weight is 0 to {most}."},
    # beside it
    "kb_asking": {"ru": "Кто возьмёт этот вопрос сейчас?", "en": "Who takes this question now?"},
    "kb_asking_hint": {
        "ru": "Напишите вопрос, как клиент",
        "en": "Write a question, as a customer would",
    },
    "kb_asking_nobody": {"ru": "Никто: подходящих статей нет.", "en": "Nobody: no article fits."},
    "kb_asking_no_question": {
        "ru": "Это не похоже на вопрос: бот ответит вежливым словом.",
        "en": "This does not look like a question: the bot says something polite.",
    },
    "kb_asking_unpublished": {
        "ru": "Эта статья не опубликована и пока не участвует.",
        "en": "This article is not published and takes no part yet.",
    },
    "kb_asking_lower": {
        "ru": "Эта статья на {place}-м месте.",
        "en": "This article is in place {place}.",
    },
    "kb_asking_not_there": {
        "ru": "Этой статьи нет и в первой десятке.",
        "en": "This article is not among the first ten.",
    },
    "kb_asking_add": {
        "ru": "Добавить вопрос к этой статье",
        "en": "Add the question to this article",
    },
    "kb_this_article": {"ru": "эта статья", "en": "this article"},
    "kb_preview": {"ru": "Как это увидит клиент", "en": "How the customer sees it"},
    "kb_channel_telegram": {"ru": "Telegram", "en": "Telegram"},
    "kb_channel_web": {"ru": "Чат на сайте", "en": "Chat on a site"},
    "kb_channel_plain": {"ru": "Просто текст", "en": "Plain text"},
    "kb_preview_note": {
        "ru": (
            "Имя, номер обращения и дата здесь для примера. Просто текст получают консоль и"
            " программы."
        ),
        "en": (
            "The name, the ticket number and the date are examples. Consoles and programs "
            "get the plain text."
        ),
    },
    "kb_preview_empty": {
        "ru": "Ответа на этом языке ещё нет.",
        "en": "There is no answer in this language yet.",
    },
    "kb_example_name": {"ru": "Анна", "en": "Anna"},
    # history
    "kb_history": {"ru": "История", "en": "History"},
    "kb_history_of": {"ru": "История: {title}", "en": "History: {title}"},
    "kb_history_more": {
        "ru": "Показать ещё {count}|Показать ещё {count}|Показать ещё {count}",
        "en": "Show {count} more|Show {count} more",
    },
    "kb_revision": {"ru": "Версия {number}", "en": "Revision {number}"},
    "kb_made": {"ru": "создана", "en": "made"},
    "kb_compared_before": {
        "ru": "Что изменила версия {number}",
        "en": "What revision {number} changed",
    },
    "kb_compared_now": {
        "ru": "От версии {number} до нынешней",
        "en": "From revision {number} to the current one",
    },
    "kb_compare_now": {"ru": "Сравнить с нынешней", "en": "Compare with the current one"},
    "kb_compare_before": {"ru": "Что изменила эта версия", "en": "What this revision changed"},
    "kb_legend": {
        "ru": "Зачёркнуто: убрано. Подчёркнуто: добавлено.",
        "en": "Struck out: removed. Underlined: added.",
    },
    "kb_no_difference": {"ru": "Различий нет.", "en": "There is no difference."},
    "kb_restore": {"ru": "Вернуть эту версию", "en": "Restore this revision"},
    "kb_restored_revision": {
        "ru": "Версия {number} снова в силе, как новая.",
        "en": "Revision {number} is in force again, as a new one.",
    },
    "kb_piece_removed": {"ru": "убрано:", "en": "removed:"},
    "kb_piece_added": {"ru": "добавлено:", "en": "added:"},
}
