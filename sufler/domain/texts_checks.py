"""Texts of turns that are drawn for a check: answered without a suggestion, or held on the desk."""

from collections.abc import Mapping
from typing import Final

from sufler.domain.knowledge import Language

CHECKS: Final[Mapping[str, Mapping[Language, str]]] = {
    "reason_drawn": {"ru": "Контрольная выборка", "en": "Drawn for a check"},
    "desk_hidden": {
        "ru": (
            "Контрольная выборка: без подсказки. Ответьте сами, как ответили бы без Суфлёра; "
            "поиск по статьям работает. Так проверяется, верно ли он подсказал бы."
        ),
        "en": (
            "Drawn for a check: no suggestion. Answer as you would without Sufler; the search of "
            "articles works. This is how it is checked whether its suggestion would be right."
        ),
    },
    "desk_held_bot": {"ru": "Ответ бота уйдёт через", "en": "The bot’s answer goes out in"},
    "desk_held_stop": {"ru": "Остановить и изменить", "en": "Stop and edit"},
}
