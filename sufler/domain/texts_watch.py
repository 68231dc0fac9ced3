"""Texts of the watch over topics: notices to administrators, and the log of what was done; a part
of the catalogue in `texts.py`."""

from collections.abc import Mapping
from typing import Final

from sufler.domain.knowledge import Language

WATCH: Final[Mapping[str, Mapping[Language, str]]] = {
    "topic_taken_back": {
        "ru": "Тема «{topic}» больше не отвечает сама, а подсказывает: {reason}.",
        "en": "The topic “{topic}” no longer answers by itself, it suggests: {reason}.",
    },
    "topic_alarm": {
        "ru": "Тема «{topic}»: после ответов бота клиенты чаще обычного переспрашивают или зовут "
        "человека. Ближайшие ответы проверяются все ({reason}).",
        "en": "The topic “{topic}”: after the bot's answers customers ask again or call a person "
        "more often than usual. The next answers are all checked ({reason}).",
    },
    "act_topic_mode": {
        "ru": "тема «{subject}»: {details}",
        "en": "topic “{subject}”: {details}",
    },
    "act_topic_tuned": {
        "ru": "тема «{subject}», цель и задержка: {details}",
        "en": "topic “{subject}”, target and hold: {details}",
    },
}
