"""Texts of /kb/sources; a part of the catalogue in `texts.py`."""

from collections.abc import Mapping
from typing import Final

from sufler.domain.knowledge import Language

SOURCES: Final[Mapping[str, Mapping[Language, str]]] = {
    "sources_title": {"ru": "Источники", "en": "Sources"},
    "sources_text": {
        "ru": "Отсюда статьи импортируются снова и снова: карта сайта, список страниц, файл по "
        "ссылке. То, что изменили люди, источник не перезаписывает.",
        "en": "Articles are imported from here again and again: a sitemap, a list of pages, a file "
        "by its address. What people changed is never overwritten by a source.",
    },
    "sources_none": {"ru": "Источников пока нет.", "en": "No sources yet."},
    "sources_add": {"ru": "Новый источник", "en": "New source"},
    "sources_add_act": {"ru": "Добавить", "en": "Add"},
    "sources_address": {
        "ru": "Адрес карты сайта, страницы или файла; несколько страниц по одной на строке",
        "en": "Address of a sitemap, a page or a file; several pages one a line",
    },
    "sources_name": {"ru": "Название (необязательно)", "en": "Name (optional)"},
    "sources_topic": {
        "ru": "Тема всех статей (необязательно)",
        "en": "Topic of all articles (optional)",
    },
    "sources_schedule": {"ru": "Когда читать", "en": "When to read it"},
    "sources_time": {"ru": "Время (UTC), например 03:00", "en": "Time (UTC), such as 03:00"},
    "sources_manual": {"ru": "только вручную", "en": "only by hand"},
    "sources_hourly": {"ru": "каждый час", "en": "every hour"},
    "sources_daily": {"ru": "каждый день", "en": "every day"},
    "sources_weekly_mon": {"ru": "по понедельникам", "en": "on Mondays"},
    "sources_weekly_tue": {"ru": "по вторникам", "en": "on Tuesdays"},
    "sources_weekly_wed": {"ru": "по средам", "en": "on Wednesdays"},
    "sources_weekly_thu": {"ru": "по четвергам", "en": "on Thursdays"},
    "sources_weekly_fri": {"ru": "по пятницам", "en": "on Fridays"},
    "sources_weekly_sat": {"ru": "по субботам", "en": "on Saturdays"},
    "sources_weekly_sun": {"ru": "по воскресеньям", "en": "on Sundays"},
    "sources_at": {"ru": "{when} в {time} UTC", "en": "{when} at {time} UTC"},
    "sources_vanished": {"ru": "Если статья исчезла", "en": "When an article vanishes"},
    "sources_leave": {"ru": "оставить", "en": "leave it"},
    "sources_draft": {"ru": "сделать черновиком", "en": "make it a draft"},
    "sources_archive": {"ru": "в архив", "en": "archive it"},
    "sources_sitemap": {"ru": "карта сайта", "en": "sitemap"},
    "sources_pages": {"ru": "страницы", "en": "pages"},
    "sources_file": {"ru": "файл", "en": "file"},
    "sources_folder": {"ru": "папка на сервере", "en": "folder on the server"},
    "sources_last": {"ru": "Прочитан:", "en": "Last read:"},
    "sources_next": {"ru": "Следующий раз:", "en": "Next time:"},
    "sources_never": {"ru": "ещё не читался", "en": "not read yet"},
    "sources_run": {"ru": "Прочитать сейчас", "en": "Read now"},
    "sources_running": {"ru": "Читается…", "en": "Being read…"},
    "sources_remove": {"ru": "Удалить", "en": "Remove"},
    "sources_removed": {
        "ru": "Источник удалён, статьи остались.",
        "en": "The source is removed, its articles stay.",
    },
    "sources_undo": {"ru": "Отменить этот импорт", "en": "Undo this import"},
    "sources_undone": {
        "ru": "Отменено: возвращено {restored}, в архив {archived}, не тронуто {skipped}.",
        "en": "Undone: {restored} restored, {archived} archived, {skipped} left alone.",
    },
    "sources_was_undone": {"ru": "импорт отменён", "en": "import undone"},
    "sources_counts": {
        "ru": "новых: {new}, изменённых: {changed}, исчезло: {vanished}, "
        "изменено людьми: {conflicts}, ошибок: {trouble}",
        "en": "new: {new}, changed: {changed}, vanished: {vanished}, "
        "changed by people: {conflicts}, errors: {trouble}",
    },
    "sources_changes": {"ru": "Что изменилось", "en": "What changed"},
    "sources_errors": {"ru": "На что посмотреть", "en": "What to look at"},
    "sources_line_failed": {"ru": "Не прочитано", "en": "Not read"},
    "sources_line_rejected": {"ru": "Отклонено", "en": "Rejected"},
    "sources_line_conflict": {"ru": "Не перезаписано", "en": "Not overwritten"},
    "sources_line_vanished": {"ru": "Исчезло", "en": "Vanished"},
    "sources_new": {"ru": "новая", "en": "new"},
    "sources_changed": {"ru": "изменена", "en": "changed"},
    "sources_gone": {"ru": "исчезла", "en": "vanished"},
    "sources_more": {"ru": "и ещё {count}", "en": "and {count} more"},
    "sources_refused": {"ru": "Не получилось: {error}", "en": "That did not work: {error}"},
}
