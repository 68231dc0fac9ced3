"""Every text that a person reads, in Russian and in English, in one catalogue."""

from collections.abc import Mapping

from sufler.domain.knowledge import LANGUAGES, Language

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
    "call_a_person": {"ru": "Позвать человека", "en": "Call a person"},
    "unreadable": {
        "ru": "Я читаю только текст и не могу открыть то, что вы прислали ({what}). "
        "Опишите вопрос словами или позовите человека.",
        "en": "I can only read text and cannot open what you sent ({what}). "
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
    "why_asks_for_person": {"ru": "Передаю разговор человеку.", "en": "Passing you to a person."},
    "why_no_answer": {
        "ru": "У меня нет точного ответа, передаю вопрос человеку.",
        "en": "I have no certain answer, so I am passing your question to a person.",
    },
    "why_not_it": {
        "ru": "Понял, это не то. Передаю вопрос человеку.",
        "en": "I see, that was not it. Passing your question to a person.",
    },
    "why_failure": {
        "ru": "У меня не получилось обработать сообщение, передаю его человеку.",
        "en": "I could not process your message, so I am passing it to a person.",
    },
    "person_will_look": {
        "ru": "Сотрудник на месте и увидит ваше сообщение.",
        "en": "Somebody is on duty and will see your message.",
    },
    "nobody_here": {
        "ru": "Сейчас никого из сотрудников нет на месте. Сообщение сохранено, "
        "его увидят, когда кто-нибудь вернётся.",
        "en": "Nobody is on duty right now. Your message is saved and will be seen "
        "when somebody is back.",
    },
    "nobody_exists": {
        "ru": "Сейчас отвечать некому: ни одного оператора ещё нет. Сообщение сохранено.",
        "en": "There is nobody to answer now: no operator has been set up yet. "
        "Your message is saved.",
    },
    "still_waiting": {
        "ru": "Ваше сообщение добавлено к вопросу в очереди.",
        "en": "Your message was added to your question in the queue.",
    },
    # conversation: months, for {today}
    "months": {
        "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
        "en": "January February March April May June July August September October November "
        "December",
    },
    # bot/telegram: the menu of commands
    "telegram_command_start": {"ru": "начать", "en": "begin"},
    "telegram_command_help": {"ru": "что умеет бот", "en": "what the bot can do"},
}


def text(key: str, language: Language, **values: object) -> str:
    """The text of `key` in `language`, with `{name}` replaced by `values`.

    Values go in literally: a brace inside one is never looked at again. Raises KeyError for an
    unknown key or a missing value, which is a mistake of ours and not of the person reading.
    """
    template = CATALOGUE[key][language]
    return template.format(**values) if values else template


def in_every_language(key: str) -> tuple[str, ...]:
    """The text of `key` in each language, for recognising what we have said."""
    return tuple(CATALOGUE[key][language] for language in LANGUAGES)
