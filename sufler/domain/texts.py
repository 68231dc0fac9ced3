"""Every text that a person reads, in Russian and in English, in one catalogue."""

from collections.abc import Mapping

from sufler.domain.knowledge import LANGUAGES, Language
from sufler.domain.locales import number, plural_form
from sufler.domain.texts_accuracy import ACCURACY
from sufler.domain.texts_admin import ADMIN
from sufler.domain.texts_alerts import ALERTS
from sufler.domain.texts_article import ARTICLE
from sufler.domain.texts_chat import CHAT
from sufler.domain.texts_checks import CHECKS
from sufler.domain.texts_customers import CUSTOMERS
from sufler.domain.texts_desk import DESK, PAGES
from sufler.domain.texts_events import EVENTS
from sufler.domain.texts_figures import FIGURES
from sufler.domain.texts_flow_calls import FLOW_CALLS
from sufler.domain.texts_flow_faults import FLOW_FAULTS
from sufler.domain.texts_flow_pages import FLOW_PAGES
from sufler.domain.texts_flows import FLOWS
from sufler.domain.texts_gaps import GAPS
from sufler.domain.texts_kb import KNOWLEDGE
from sufler.domain.texts_learning import LEARNING
from sufler.domain.texts_queues import QUEUES
from sufler.domain.texts_review import REVIEW
from sufler.domain.texts_settings import SETTINGS
from sufler.domain.texts_shift import SHIFT
from sufler.domain.texts_sources import SOURCES
from sufler.domain.texts_talk import TALK
from sufler.domain.texts_telegram import TELEGRAM
from sufler.domain.texts_watch import WATCH
from sufler.domain.texts_webhooks import WEBHOOKS

CATALOGUE: Mapping[str, Mapping[Language, str]] = {
    # conversation: what the bot says by itself
    "greeting": {
        "ru": "Здравствуйте! Напишите ваш вопрос, и я поищу ответ.",
        "en": "Hello! Write your question and I will look for the answer.",
    },
    "thanks": {
        "ru": "Пожалуйста! Если появится ещё вопрос, пишите.",
        "en": "You are welcome! If another question comes up, write to me.",
    },
    "help": {
        "ru": (
            "Я бот: отвечаю на вопросы по базе знаний. Напишите вопрос обычными словами. "
            "Если нужен сотрудник, напишите «позовите человека» или нажмите кнопку."
        ),
        "en": (
            "I am a bot: I answer questions from the knowledge base. Ask in plain words. "
            "If you need a person, write “call a person” or press the button."
        ),
    },
    "say_it_in_words": {
        "ru": "Не понял вас. Напишите вопрос словами или позовите человека.",
        "en": "I did not understand that. Put the question into words, or call a person.",
    },
    "swearing": {
        "ru": (
            "Жаль, что так вышло. Напишите, что случилось, и я попробую помочь, "
            "или позовите человека."
        ),
        "en": (
            "I am sorry it went that way. Tell me what happened and I will try to help, "
            "or call a person."
        ),
    },
    "clarify": {
        "ru": "Уточните, пожалуйста, о чём ваш вопрос:",
        "en": "Which of these is your question about?",
    },
    "none_of_these": {"ru": "Ничего из этого", "en": "None of these"},
    "helped": {"ru": "Помогло", "en": "That helped"},
    "not_it": {"ru": "Не то", "en": "Not it"},
    "solved": {"ru": "Вопрос решён", "en": "It’s solved"},
    "closed_by_you": {
        "ru": "Обращение закрыто. Если появится другой вопрос, просто напишите.",
        "en": "This is closed now. If another question comes up, just write.",
    },
    "closed_already": {
        "ru": "Обращение уже закрыто. Если вопрос остался, напишите его.",
        "en": "This is closed already. If the question is still open, write it.",
    },
    "glad": {
        "ru": "Рад, что помогло! Если появится ещё вопрос, пишите.",
        "en": "Glad it helped! If another question comes up, write to me.",
    },
    "stale_button": {
        "ru": "Это кнопка под старым сообщением, спасибо за отклик. "
        "Если вопрос остался, напишите его ещё раз или позовите человека.",
        "en": "That button belongs to an old message; thank you for telling me. "
        "If the question is still open, write it again or call a person.",
    },
    "perhaps_this": {"ru": "Тогда, возможно, так:", "en": "Then perhaps this:"},
    "second_question": {
        "ru": "Об остальном в вашем сообщении:",
        "en": "About the rest of your message:",
    },
    "ask_meanwhile": {
        "ru": "Пока ждёте, напишите, в чём вопрос: сотрудник увидит его сразу.",
        "en": "While you wait, write what your question is: the person will see it at once.",
    },
    "call_a_person": {"ru": "Позвать человека", "en": "Call a person"},
    "unreadable": {
        "ru": "Сам я не могу открыть то, что вы прислали ({what}), но сотрудник это увидит. "
        "Опишите вопрос словами или позовите человека.",
        "en": "I cannot open what you sent ({what}) myself, but a person can see it. "
        "Put your question into words, or call a person.",
    },
    "media_photo": {"ru": "фото", "en": "a photo"},
    "media_voice": {"ru": "голосовое сообщение", "en": "a voice message"},
    "media_video": {"ru": "видео", "en": "a video"},
    "media_document": {"ru": "файл", "en": "a file"},
    "media_audio": {"ru": "аудио", "en": "audio"},
    "media_sticker": {"ru": "стикер", "en": "a sticker"},
    "media_contact": {"ru": "контакт", "en": "a contact"},
    "media_location": {"ru": "место на карте", "en": "a place on the map"},
    "media_other": {"ru": "не текст", "en": "not text"},
    # conversation: hand-off. The first part says why, the second what will happen.
    "why_no_answer": {
        "ru": "У меня нет точного ответа на этот вопрос.",
        "en": "I have no certain answer to this question.",
    },
    "why_not_it": {"ru": "Понял, это не то.", "en": "I see, that was not it."},
    "why_failure": {
        "ru": "У меня не получилось обработать сообщение.",
        "en": "I could not process your message.",
    },
    "person_will_look": {
        "ru": "Передаю вопрос сотруднику: он на месте и увидит ваше сообщение.",
        "en": "I am passing it to a person: somebody is on duty and will see your message.",
    },
    "nobody_here": {
        "ru": "Сейчас никого из сотрудников нет на месте. Ваше сообщение сохранено, "
        "его увидят, когда кто-нибудь вернётся.",
        "en": "Nobody is on duty right now. Your message is saved and will be seen "
        "when somebody is back.",
    },
    "nobody_exists": {
        "ru": "Сейчас ответить некому: операторов здесь пока нет. Ваше сообщение сохранено.",
        "en": "There is nobody to answer now: this place has no operators yet. "
        "Your message is saved.",
    },
    "not_waiting": {
        "ru": "Я бот, и я на связи. Напишите ваш вопрос, или позовите сотрудника.",
        "en": "I am a bot, and I am here. Write your question, or call a person.",
    },
    "still_waiting": {
        "ru": "Добавил это к вашему вопросу в очереди.",
        "en": "I added this to your question in the queue.",
    },
    "waiting_on_duty": {
        "ru": "Сотрудник на месте и увидит его.",
        "en": "Somebody is on duty and will see it.",
    },
    # conversation: months, for {today}
    "months": {
        "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
        "en": "January February March April May June July August September October November "
        "December",
    },
    # kb_index: the closing lines of an import
    "import_counts": {
        "ru": "новых: {new}, изменённых: {changed}, без изменений: {unchanged}, "
        "повторов: {repeated}, отклонённых: {rejected}",
        "en": "new: {new}, changed: {changed}, unchanged: {unchanged}, "
        "repeated: {repeated}, rejected: {rejected}",
    },
    "import_refused": {
        "ru": "Ничего не импортировано: отклонено строк: {rows}, а импорт выполняется целиком "
        "или никак. Исправьте их или разрешите пропустить (--skip-rejected).",
        "en": "Nothing was imported: {rows} rejected, and an import is all or nothing. "
        "Mend those rows, or allow them to be skipped (--skip-rejected).",
    },
    "import_dry_run": {
        "ru": "Это была проверка: ничего не изменено.",
        "en": "This was a rehearsal: nothing was changed.",
    },
    "import_html": {
        "ru": "Строк с тегами HTML в ответе: {rows}. Клиенты увидят теги как текст.",
        "en": "Rows with HTML tags in the answer: {rows}. Customers will see the tags as text.",
    },
    "import_topic_suggests": {
        "ru": "{suggesting} тема подсказывает; сам по себе бот пока не отвечает ни на что.",
        "en": "{suggesting} topic suggests; nothing is answered by itself yet.",
    },
    "import_topics_suggest": {
        "ru": "Тем, которые подсказывают: {suggesting}; "
        "сам по себе бот пока не отвечает ни на что.",
        "en": "{suggesting} topics suggest; nothing is answered by itself yet.",
    },
    "import_topics_answer": {
        "ru": "Тем, которые подсказывают: {suggesting}; отвечают сами: {answering}.",
        "en": "Topics that suggest: {suggesting}; that answer by themselves: {answering}.",
    },
    # bot/web_widget and web: the pages
    **CHAT,
    **PAGES,
    **DESK,
    **TALK,
    **SHIFT,
    **KNOWLEDGE,
    **ARTICLE,
    **ADMIN,
    **SETTINGS,
    **SOURCES,
    **QUEUES,
    **LEARNING,
    **REVIEW,
    **GAPS,
    **CHECKS,
    **ACCURACY,
    **FIGURES,
    **FLOWS,
    **FLOW_PAGES,
    **FLOW_CALLS,
    **FLOW_FAULTS,
    **EVENTS,
    **CUSTOMERS,
    # bot/telegram
    **TELEGRAM,
    **WEBHOOKS,
    **WATCH,
    **ALERTS,
}

_own: dict[tuple[str, Language], str] = {}


def text(key: str, language: Language, **values: object) -> str:
    """The text of `key` in `language`, with `{name}` replaced by `values`.

    Values go in literally: a brace inside one is never looked at again. Raises KeyError for an
    unknown key or a missing value, which is a mistake of ours and not of the person reading.
    """
    template = _template(key, language)
    return template.format(**values) if values else template


def counted(key: str, language: Language, count: float, **values: object) -> str:
    """The text of `key` in the form that goes with `count`, which it shows as `{count}`.

    Its forms stand in one text, with | between them: one|few|many in Russian, one|other in English.
    """
    forms = _template(key, language).split("|")
    template = forms[plural_form(count, language)]
    digits = 0 if count == int(count) else 1
    return template.format(count=number(count, language, digits), **values)


def in_every_language(key: str) -> tuple[str, ...]:
    """The text of `key` in each language, for recognising what we have said: as it stands here,
    and as administrators have put it."""
    ours = (CATALOGUE[key][language] for language in LANGUAGES)
    return tuple(dict.fromkeys([*ours, *(_template(key, language) for language in LANGUAGES)]))


def put_own_texts(own: Mapping[str, Mapping[Language, str]]) -> None:
    """From now on `text` gives these, by key and language, instead of the catalogue's: what
    administrators wrote themselves. Replaces what was put before; a process has one catalogue."""
    _own.clear()
    _own.update({(key, each): words for key in own for each, words in own[key].items()})


def _template(key: str, language: Language) -> str:
    return _own.get((key, language)) or CATALOGUE[key][language]
