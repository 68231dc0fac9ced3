"""Buttons under replies, and what a pressed one means. Data fits into Telegram's 64 bytes."""

import hashlib
from collections.abc import Iterable, Sequence

from sufler.domain.conversation import Author, Button, Message
from sufler.domain.knowledge import Language
from sufler.domain.texts import text

CALL_PERSON = "p"
NONE_OF_THESE = "n"
HELPED = "y:"  # both with the id of the suggestion that was answered from
NOT_IT = "x:"
CLOSE = "c"  # behind a colon the number of the episode that it stands in
RUNNER_UP = ".2"
MAX_DATA_BYTES = 64
MAX_LABEL = 64

_ARTICLE, _HASHED = "a:", "h:"


def article_data(article_id: str) -> str:
    """The data of the button that chooses an article: `a:<id>`, or `h:<hash>` for a long id."""
    data = _ARTICLE + article_id
    if len(data.encode()) <= MAX_DATA_BYTES:
        return data
    return _HASHED + _digest(article_id)


def chosen_article(data: str, offered: Iterable[str]) -> str | None:
    """The id that `data` names; a hash is looked for among the `offered` ids only."""
    if data.startswith(_ARTICLE):
        return data.removeprefix(_ARTICLE) or None
    if data.startswith(_HASHED):
        digest = data.removeprefix(_HASHED)
        return next((one for one in offered if _digest(one) == digest), None)
    return None


def call_person(language: Language) -> Button:
    """«Позвать человека»."""
    return Button(text("call_a_person", language), CALL_PERSON)


def solved(language: Language, episode: int) -> Button:
    """«Вопрос решён»: closes this episode, and no later one."""
    return Button(text("solved", language), f"{CLOSE}:{episode}")


def is_close(data: str) -> bool:
    """Whether the button closes the matter."""
    return data.partition(":")[0] == CLOSE


def under_answer(
    suggestion_id: str, language: Language, *, runner_up: bool = False
) -> tuple[Button, ...]:
    """«Помогло», «Не то», «Позвать человека». Those under the runner-up are told from those under
    the first answer of the same suggestion."""
    suggestion_id += RUNNER_UP if runner_up else ""
    return (
        Button(text("helped", language), HELPED + suggestion_id),
        Button(text("not_it", language), NOT_IT + suggestion_id),
        call_person(language),
    )


def choices(candidates: Iterable[tuple[str, str]], language: Language) -> tuple[Button, ...]:
    """One button for each (article id, title), then "none of these" and "call a person"."""
    articles = (Button(_label(title), article_data(one)) for one, title in candidates)
    none = Button(text("none_of_these", language), NONE_OF_THESE)
    return (*articles, none, call_person(language))


def _label(title: str) -> str:
    line = " ".join(title.split())
    return line if len(line) <= MAX_LABEL else line[: MAX_LABEL - 1].rstrip() + "…"


def pressed_again(press: Message, history: Sequence[Message]) -> bool:
    """A double click: the customer's last act before was the same press. Whoever calls for a person
    once more is told where they stand."""
    theirs = [message for message in history if message.author is Author.CUSTOMER]
    return press.button != CALL_PERSON and bool(theirs) and theirs[-1].button == press.button


def _digest(article_id: str) -> str:
    return hashlib.sha256(article_id.encode()).hexdigest()[:12]
