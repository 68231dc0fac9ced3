"""Texts of the pages of flows and of customers' requests; a part of `texts.py`."""

from collections.abc import Mapping
from typing import Final

from sufler.domain.knowledge import Language

FLOW_PAGES: Final[Mapping[str, Mapping[Language, str]]] = {
    "nav_flows": {"ru": "Сценарии", "en": "Flows"},
    "nav_requests": {"ru": "Заявки", "en": "Requests"},
    # the list
    "flows_title": {"ru": "Сценарии", "en": "Flows"},
    "flows_about": {
        "ru": "Сценарий — диалог, который бот ведёт сам: спрашивает, проверяет, обращается к "
        "системам компании, создаёт заявку и в любой момент передаёт человеку.",
        "en": "A flow is a dialog that the bot leads by itself: it asks, checks, calls the "
        "company’s systems, creates a request, and leaves to a person at any moment.",
    },
    "flows_none": {
        "ru": "Сценариев пока нет. Начните новый или загрузите готовый файл.",
        "en": "There are no flows yet. Begin a new one, or upload a file.",
    },
    "flows_published": {"ru": "опубликована версия {number}", "en": "version {number} published"},
    "flows_not_published": {"ru": "не опубликован", "en": "not published"},
    "flows_draft": {"ru": "черновик", "en": "draft"},
    "flows_by": {"ru": "{name},", "en": "{name},"},
    "flows_published_by": {"ru": "Опубликовано: {name},", "en": "Published by {name},"},
    "flows_draft_by": {"ru": "Черновик: {name},", "en": "Draft by {name},"},
    "flows_outcomes": {
        "ru": "начато {started} · закончено {finished} · брошено {left} · передано людям "
        "{handed_off}",
        "en": "started {started} · finished {finished} · left {left} · handed off {handed_off}",
    },
    "flows_new": {"ru": "Новый сценарий", "en": "A new flow"},
    "flows_new_about": {
        "ru": "Дайте имя, и на странице будет маленький работающий сценарий: измените тексты, "
        "попробуйте рядом и опубликуйте. Или загрузите файл YAML.",
        "en": "Give it a name, and there will be a small flow that works: change its texts, try "
        "it beside them, and publish. Or upload a YAML file.",
    },
    "flows_name": {"ru": "Имя", "en": "Name"},
    "flows_bad_name": {
        "ru": "Имя: до 30 маленьких латинских букв, цифр и _, первая — буква.",
        "en": "A name has up to 30 small Latin letters, digits and _, a letter first.",
    },
    "flows_name_taken": {
        "ru": "Сценарий с таким именем уже есть.",
        "en": "There is a flow of this name already.",
    },
    "flows_begin": {"ru": "Начать", "en": "Begin"},
    "flows_upload": {"ru": "Загрузить файл", "en": "Upload a file"},
    "flows_too_large": {"ru": "Файл больше {most} КБ.", "en": "The file is over {most} KB."},
    "flows_not_utf8": {"ru": "Файл не в UTF-8.", "en": "The file is not UTF-8."},
    "flows_no_yaml": {"ru": "Это не YAML: {error}", "en": "This is no YAML: {error}"},
    "flows_no_name": {
        "ru": "В файле нет имени: строки «flow: имя» из маленьких латинских букв, цифр и _.",
        "en": "The file has no name: a line “flow: name” of small Latin letters, digits and _.",
    },
    "flows_replace": {"ru": "Заменить", "en": "Replace"},
    "flows_replace_sure": {
        "ru": "У сценария {name} есть черновик ({by}). Заменить его файлом?",
        "en": "The flow {name} has a draft ({by}). Replace it by the file?",
    },
    "flows_begun_title": {"ru": "Новый сценарий", "en": "A new flow"},
    "flows_begun_phrasing": {
        "ru": "вопрос, с которого всё начинается",
        "en": "a question that begins it",
    },
    "flows_begun_question": {"ru": "Что вам нужно?", "en": "What do you need?"},
    "flows_begun_first": {"ru": "Первое", "en": "The first"},
    "flows_begun_second": {"ru": "Второе", "en": "The second"},
    "flows_begun_done": {"ru": "Готово: {wish}.", "en": "Done: {wish}."},
    "flows_begun_person": {"ru": "Передаю сотруднику.", "en": "I am passing you to a person."},
    # a flow's page
    "flows_back": {"ru": "К сценариям", "en": "To the flows"},
    "flows_gone": {"ru": "Такого сценария нет.", "en": "There is no such flow."},
    "flows_forbidden": {
        "ru": "Менять сценарии могут редакторы и администраторы.",
        "en": "Editors and administrators can change flows.",
    },
    "flows_views": {"ru": "Как показать", "en": "Views"},
    "flows_view_form": {"ru": "Форма", "en": "Form"},
    "flows_view_yaml": {"ru": "YAML", "en": "YAML"},
    "flows_view_diagram": {"ru": "Схема", "en": "Diagram"},
    "flows_view_figures": {"ru": "Где бросают", "en": "Where people give up"},
    "flows_view_versions": {"ru": "Версии", "en": "Versions"},
    "flows_save": {"ru": "Сохранить черновик", "en": "Save draft"},
    "flows_publish": {"ru": "Опубликовать", "en": "Publish"},
    "flows_drop": {"ru": "Выбросить черновик", "en": "Throw the draft away"},
    "flows_drop_sure": {
        "ru": "Выбросить черновик? Вернуть его будет нельзя.",
        "en": "Throw the draft away? It cannot be brought back.",
    },
    "flows_withdraw": {"ru": "Снять с публикации", "en": "Withdraw"},
    "flows_withdraw_sure": {
        "ru": "Клиенты больше не попадут в этот сценарий. Версии останутся. Снять?",
        "en": "Customers will not get this flow any more. Its versions stay. Withdraw it?",
    },
    "flows_download": {"ru": "Скачать YAML", "en": "Download YAML"},
    "flows_unsaved": {"ru": "Есть несохранённые изменения.", "en": "There are unsaved changes."},
    "flows_saved": {
        "ru": "Черновик сохранён. Клиенты увидят его после публикации.",
        "en": "The draft is saved. Customers get it once it is published.",
    },
    "flows_as_published": {"ru": "Изменений нет.", "en": "Nothing is changed."},
    "flows_draft_saved": {"ru": "Черновик сохранён.", "en": "The draft is saved."},
    "flows_nothing_new": {
        "ru": "Публиковать нечего: изменений нет.",
        "en": "There is nothing to publish: nothing is changed.",
    },
    "flows_is_published": {
        "ru": "Опубликовано: клиенты получают эту версию.",
        "en": "Published: customers get this version now.",
    },
    "flows_is_withdrawn": {"ru": "Снято с публикации.", "en": "Withdrawn."},
    "flows_is_rolled_back": {
        "ru": "Прежняя версия опубликована снова.",
        "en": "The earlier version is published again.",
    },
    "flows_refused": {
        "ru": "Не опубликовано: ошибок {count}. Они перечислены в проверке.",
        "en": "Not published: {count} errors. They are listed in the check.",
    },
    "flows_conflicting": {"ru": "Не вышло: {error}", "en": "That did not work: {error}"},
    "flows_not_here": {"ru": "Не записано: {error}", "en": "Not written: {error}"},
    "flows_restored": {
        "ru": "Здесь то, что вы не сохранили в прошлый раз.",
        "en": "This is what you had not saved last time.",
    },
    "flows_discard": {"ru": "Показать сохранённое", "en": "Show what is saved"},
    "flows_conflict": {
        "ru": "Пока вы писали, черновик сохранил другой человек: {name}. Ваш текст на месте.",
        "en": "While you were writing, somebody else saved a draft: {name}. Your text is here.",
    },
    "flows_mine": {"ru": "Сохранить мой", "en": "Save mine"},
    "flows_theirs": {"ru": "Показать сохранённый", "en": "Show the saved one"},
    "flows_unreadable": {
        "ru": "Текст пока не читается как сценарий: исправьте ошибки из проверки в YAML.",
        "en": "The text cannot be read as a flow yet: mend the errors of the check in the YAML.",
    },
    "flows_yaml_keys": {
        "ru": "Ctrl+S сохраняет черновик. Tab делает отступ; чтобы выйти из поля: Esc, затем Tab.",
        "en": "Ctrl+S saves the draft. Tab indents; to leave the field press Esc, then Tab.",
    },
    # the check
    "flows_check": {"ru": "Проверка", "en": "Check"},
    "flows_in_order": {"ru": "Всё в порядке.", "en": "All is in order."},
    "flows_errors": {
        "ru": "{count} ошибка|{count} ошибки|{count} ошибок",
        "en": "{count} error|{count} errors",
    },
    "flows_warnings": {
        "ru": "{count} замечание|{count} замечания|{count} замечаний",
        "en": "{count} warning|{count} warnings",
    },
    "flows_error": {"ru": "ошибка", "en": "error"},
    "flows_warning": {"ru": "замечание", "en": "warning"},
    "flows_line": {"ru": "строка {line}", "en": "line {line}"},
    # the form
    "flows_form_about": {
        "ru": "Меняйте тексты, варианты и развилки: остальное в файле останется как было. "
        "Новые шаги и вызовы пишут в YAML.",
        "en": "Change texts, choices and branches: all else in the file stays as it was. New "
        "steps and calls are written in the YAML.",
    },
    "flows_start": {"ru": "С чего начинается", "en": "How it begins"},
    "flows_steps": {"ru": "Шаги", "en": "Steps"},
    "flows_choice_of": {"ru": "Варианты: {name}", "en": "Choices: {name}"},
    "flows_title_field": {"ru": "Название", "en": "Title"},
    "flows_phrasings": {
        "ru": "Как об этом спрашивают, {spoken}",
        "en": "How it is asked, {spoken}",
    },
    "flows_one_a_line": {"ru": "По одному на строке.", "en": "One a line."},
    "flows_field_text": {"ru": "Что говорит бот", "en": "What the bot says"},
    "flows_field_again": {"ru": "Если не понял ответ", "en": "When it did not understand"},
    "flows_field_help": {"ru": "Подсказка клиенту", "en": "Help for the customer"},
    "flows_field_confirm": {"ru": "Вопрос перед действием", "en": "The question before it acts"},
    "flows_field_sorry": {"ru": "Если сервис не ответил", "en": "When the service fails"},
    "flows_field_title": {"ru": "Заголовок заявки", "en": "Title of the request"},
    "flows_queue": {"ru": "Очередь", "en": "Queue"},
    "flows_article": {"ru": "Статья (id)", "en": "Article (id)"},
    "flows_run_flow": {"ru": "Какой сценарий", "en": "Which flow"},
    "flows_next": {"ru": "Затем шаг", "en": "Then the step"},
    "flows_goes_on": {"ru": "следующий по порядку", "en": "the next in order"},
    "flows_failed": {"ru": "Когда попытки кончились", "en": "When attempts are used up"},
    "flows_to_person": {"ru": "к человеку", "en": "to a person"},
    "flows_in_yaml": {
        "ru": "Адрес, данные и ответы вызова меняют в YAML.",
        "en": "The call’s address, data and answers are changed in the YAML.",
    },
    "flows_asks_for": {
        "ru": "Ответ записывается в слот {name}: {kind}.",
        "en": "The answer goes into the slot {name}: {kind}.",
    },
    "flows_attempts": {"ru": "Попыток", "en": "Attempts"},
    "flows_optional": {"ru": "Можно пропустить", "en": "Can be skipped"},
    "flows_when": {"ru": "Условие {number}", "en": "Condition {number}"},
    "flows_go": {"ru": "Тогда шаг", "en": "Then the step"},
    "flows_otherwise": {"ru": "Иначе шаг", "en": "Otherwise the step"},
    "flows_add_when": {"ru": "Добавить условие", "en": "Add a condition"},
    "flows_take_away": {"ru": "Убрать", "en": "Take away"},
    "flows_expressions": {
        "ru": 'Например: reason == "size" или days > 14 and known(order).',
        "en": 'For example: reason == "size" or days > 14 and known(order).',
    },
    "flows_label": {"ru": "На кнопке", "en": "On the button"},
    "flows_words": {"ru": "Как ещё говорят, {spoken}", "en": "Other words for it, {spoken}"},
    "flows_new_choice": {"ru": "Новый вариант (имя латиницей)", "en": "A new choice (its id)"},
    "flows_add_choice": {"ru": "Добавить вариант", "en": "Add a choice"},
    "flows_bad_choice": {
        "ru": "Имя варианта: маленькие латинские буквы, цифры и _, и такого ещё нет.",
        "en": "A choice’s id has small Latin letters, digits and _, and is a new one.",
    },
    "flows_do_say": {"ru": "говорит", "en": "says"},
    "flows_do_ask": {"ru": "спрашивает", "en": "asks"},
    "flows_do_branch": {"ru": "развилка", "en": "branch"},
    "flows_do_call": {"ru": "вызов сервиса", "en": "calls a service"},
    "flows_do_create_request": {"ru": "создаёт заявку", "en": "creates a request"},
    "flows_do_suggest": {"ru": "даёт статью", "en": "gives an article"},
    "flows_do_hand_off": {"ru": "передаёт человеку", "en": "hands off"},
    "flows_do_run": {"ru": "другой сценарий", "en": "runs a flow"},
    "flows_do_end": {"ru": "конец", "en": "ends"},
    "flows_kind_text": {"ru": "текст", "en": "a text"},
    "flows_kind_choice": {"ru": "выбор", "en": "a choice"},
    "flows_kind_yes_no": {"ru": "да или нет", "en": "yes or no"},
    "flows_kind_number": {"ru": "число", "en": "a number"},
    "flows_kind_money": {"ru": "сумма", "en": "an amount of money"},
    "flows_kind_date": {"ru": "дата", "en": "a date"},
    "flows_kind_time": {"ru": "время", "en": "a time"},
    "flows_kind_date_time": {"ru": "дата и время", "en": "a date and time"},
    "flows_kind_phone": {"ru": "телефон", "en": "a phone number"},
    "flows_kind_email": {"ru": "почта", "en": "an e-mail address"},
    "flows_kind_order_number": {"ru": "номер заказа", "en": "an order number"},
    "flows_kind_address": {"ru": "адрес", "en": "an address"},
    "flows_kind_photo": {"ru": "фото", "en": "a photo"},
    "flows_kind_file": {"ru": "файл", "en": "a file"},
    "flows_kind_location": {"ru": "место", "en": "a place"},
    "flows_kind_contact": {"ru": "контакт", "en": "a contact"},
    "flows_kind_data": {"ru": "данные", "en": "data"},
    # the try-out
    "flows_try": {"ru": "Попробовать", "en": "Try it"},
    "flows_try_about": {
        "ru": "Поговорите со сценарием таким, какой он на странице. Клиентов это не касается.",
        "en": "Talk with the flow as it stands on the page. No customer is touched.",
    },
    "flows_try_language": {"ru": "Язык", "en": "Language"},
    "flows_try_begin": {"ru": "Начать разговор", "en": "Begin a talk"},
    "flows_try_log": {"ru": "Разговор", "en": "The talk"},
    "flows_try_not": {"ru": "Не начать: {error}", "en": "It cannot begin: {error}"},
    "flows_try_faults": {
        "ru": "Не начать: ошибок {count}, они перечислены в проверке.",
        "en": "It cannot begin: {count} errors, listed in the check.",
    },
    "flows_try_words": {"ru": "Ваше сообщение", "en": "Your message"},
    "flows_try_send": {"ru": "Отправить", "en": "Send"},
    "flows_try_send_thing": {"ru": "Прислать: {thing}", "en": "Send {thing}"},
    "flows_try_number": {"ru": "Номер заявки", "en": "Number of the request"},
    "flows_try_status": {"ru": "Код ответа", "en": "Status"},
    "flows_try_body": {"ru": "Ответ (JSON)", "en": "Answer (JSON)"},
    "flows_try_answer": {"ru": "Ответить так", "en": "Answer so"},
    "flows_try_really": {"ru": "Вызвать по-настоящему", "en": "Really call"},
    "flows_try_sure": {
        "ru": "Этот вызов что-то изменит в настоящей системе: {method} {url}. Вызвать?",
        "en": "This call changes something in the real system: {method} {url}. Make it?",
    },
    "flows_try_no_json": {
        "ru": 'Ответ должен быть JSON, например {"status": "sent"}.',
        "en": 'The answer must be JSON, such as {"status": "sent"}.',
    },
    "flows_try_no_status": {
        "ru": "Код ответа — число от 100 до 599, или 0, если сервис молчит.",
        "en": "A status is a number from 100 to 599, or 0 for a service that is silent.",
    },
    "flows_try_nobody": {
        "ru": "Ответа нет: вызов не разрешён, сервис молчит или ответил не JSON. "
        "Причина в журнале.",
        "en": "No answer: the call is not allowed, the service is silent, or it sent no JSON. The "
        "log says why.",
    },
    "flows_try_over": {
        "ru": "Разговор закончен. Можно начать снова.",
        "en": "The talk is over. You can begin again.",
    },
    "flows_try_step": {"ru": "Шаг", "en": "Step"},
    "flows_try_aside": {
        "ru": "Посторонний вопрос: «{words}». Клиенту ответила бы база знаний.",
        "en": "A question aside: “{words}”. The knowledge base would answer the customer.",
    },
    "flows_try_call": {"ru": "Вызов: {method} {url}", "en": "A call: {method} {url}"},
    "flows_try_request": {
        "ru": "Заявка «{title}», очередь: {queue}",
        "en": "A request “{title}”, queue: {queue}",
    },
    "flows_try_article": {"ru": "Статья «{title}»", "en": "The article “{title}”"},
    "flows_try_hand_off": {
        "ru": "Передаётся человеку, очередь: {queue}",
        "en": "Handed off to a person, queue: {queue}",
    },
    "flows_try_finished": {"ru": "Сценарий закончен.", "en": "The flow is finished."},
    "flows_try_cancelled": {"ru": "Клиент отказался.", "en": "The customer cancelled."},
    "flows_try_handed_off": {"ru": "Дальше говорит человек.", "en": "A person takes over."},
    "flows_who_bot": {"ru": "Бот:", "en": "Bot:"},
    "flows_who_customer": {"ru": "Клиент:", "en": "Customer:"},
    "flows_who_event": {"ru": "Событие:", "en": "Event:"},
    "flows_who_service": {"ru": "Сервис:", "en": "Service:"},
    # versions and figures
    "flows_version": {"ru": "Версия {number}", "en": "Version {number}"},
    "flows_state_draft": {"ru": "не опубликован", "en": "not published"},
    "flows_state_published": {"ru": "опубликована", "en": "published"},
    "flows_state_retired": {"ru": "прежняя", "en": "earlier"},
    "flows_compare": {"ru": "Сравнить", "en": "Compare"},
    "flows_compared": {
        "ru": "Чем текст на странице отличается от этой версии:",
        "en": "How the text on the page differs from this version:",
    },
    "flows_same": {"ru": "Ничем.", "en": "In nothing."},
    "flows_roll_back": {"ru": "Вернуть", "en": "Roll back"},
    "flows_roll_back_sure": {
        "ru": "Опубликовать снова: {name}? Черновик, если он есть, останется.",
        "en": "Publish this again: {name}? A draft, if there is one, stays.",
    },
    "flows_period": {"ru": "За время", "en": "Period"},
    "flows_days_7": {"ru": "7 дней", "en": "7 days"},
    "flows_days_28": {"ru": "28 дней", "en": "28 days"},
    "flows_days_all": {"ru": "всё время", "en": "all time"},
    "flows_no_runs": {
        "ru": "За это время сценарий никто не начинал.",
        "en": "Nobody began this flow in that time.",
    },
    "flows_figures_about": {
        "ru": "Сколько раз дошли до шага и сколько раз на нём всё кончилось иначе, чем концом "
        "сценария: отказом, молчанием или передачей человеку.",
        "en": "How often a step was reached, and how often the flow ended at it otherwise than "
        "finished: cancelled, left in silence, or handed off.",
    },
    "flows_row": {
        "ru": "дошли {reached} · кончилось здесь {gave_up}",
        "en": "reached {reached} · ended here {gave_up}",
    },
    # requests
    "requests_title": {"ru": "Заявки клиентов", "en": "Customers’ requests"},
    "requests_about": {
        "ru": "Их создают сценарии. Сначала те, что ждут дольше.",
        "en": "Flows create them. Those that wait longest come first.",
    },
    "requests_none": {
        "ru": "Открытых заявок нет.",
        "en": "There are no open requests.",
    },
    "requests_queue": {"ru": "Очередь", "en": "Queue"},
    "requests_any_queue": {"ru": "все", "en": "all"},
    "requests_no_queue": {"ru": "без очереди", "en": "no queue"},
    "requests_shown": {"ru": "Показать", "en": "Show"},
    "requests_open": {"ru": "открытые", "en": "open"},
    "requests_closed": {"ru": "сделанные", "en": "done"},
    "requests_done": {"ru": "Сделано", "en": "Done"},
    "requests_reopen": {"ru": "Открыть снова", "en": "Open again"},
    "requests_done_by": {"ru": "Сделано: {name},", "en": "Done by {name},"},
    "requests_talk": {"ru": "Разговор", "en": "Conversation"},
    "requests_more": {"ru": "Ещё", "en": "More"},
    "requests_is_done": {"ru": "Заявка № {number} сделана.", "en": "Request no. {number} is done."},
    "requests_is_open": {
        "ru": "Заявка № {number} снова открыта.",
        "en": "Request no. {number} is open again.",
    },
}
