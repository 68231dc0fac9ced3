"""What administrators choose on pages: checked, stored, logged, and in force in every process."""

import asyncio
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog

from sufler.desk.people import require
from sufler.desk.ports import ChoiceStore
from sufler.desk.staffing import act
from sufler.domain.administration import OWN_TEXTS, Choices
from sufler.domain.errors import BadInput, Conflict, StorageUnavailable
from sufler.domain.knowledge import LANGUAGES, Language
from sufler.domain.people import Caller, Right
from sufler.domain.ports import Clock
from sufler.domain.texts import CATALOGUE, put_own_texts

FOLLOW_S = 1.0
MOST_NAME = 60
MOST_EXAMPLES = 4
MOST_EXAMPLE = 120
MOST_TEXT = 1000

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Fixed:
    """A setting that is set outside, where it wins: `source` is "environment" or the file."""

    source: str


class ChosenSettings:
    """`choices` are in force now. Keys: language, answer_bar, hidden_share, name.ru, examples.en,
    and for the bot's own texts text.greeting.ru and so on."""

    def __init__(
        self,
        store: ChoiceStore,
        clock: Clock,
        defaults: Choices | None = None,
        fixed: Mapping[str, Fixed] | None = None,
    ) -> None:
        """`defaults` hold what the environment, the file or the demo says; what is in `fixed` by
        its key cannot be chosen here."""
        self._store = store
        self._clock = clock
        self._defaults = defaults or Choices()
        self.fixed = dict(fixed or {})
        self.chosen: Mapping[str, Any] = {}
        self.choices = self._defaults
        self._listeners: list[Callable[[Choices], None]] = []

    @property
    def defaults(self) -> Choices:
        """What is in force where nothing was chosen."""
        return self._defaults

    def when_changed(self, listener: Callable[[Choices], None]) -> None:
        """Call `listener` now and after every change, whichever process made it."""
        self._listeners.append(listener)
        listener(self.choices)

    async def load(self) -> None:
        """Read what is stored and put it in force. Raises StorageUnavailable."""
        stored = await self._store.all()
        if stored == self.chosen:
            return
        self.chosen = stored
        self.choices = self._in_force(stored)
        put_own_texts(self.choices.own_texts)
        for listener in self._listeners:
            listener(self.choices)

    async def follow(self) -> None:
        """Keep up with what other processes store, for ever."""
        while True:
            try:
                await self.load()
            except StorageUnavailable as error:
                _log.error("settings_unreadable", error=error.message)
            await asyncio.sleep(FOLLOW_S)

    async def choose(self, caller: Caller, key: str, value: Any) -> None:
        """Put `value` in force, or with None what was there before anybody chose.

        Raises Forbidden, BadInput naming the key, and Conflict when the setting is fixed outside.
        """
        require(caller, Right.ADMINISTER)
        if key in self.fixed:
            raise Conflict(f"{key} is set in {self.fixed[key].source}, which wins", field=key)
        value = None if value is None else checked(key, value)
        what = "setting_changed" if value is not None else "setting_reset"
        shown = "" if value is None else str(value)[:200]
        await self._store.put(key, value, act(self._clock, caller, what, key, shown))
        await self.load()

    def _in_force(self, stored: Mapping[str, Any]) -> Choices:
        choices = self._defaults
        names: dict[Language, str] = dict(choices.name)
        examples: dict[Language, tuple[str, ...]] = dict(choices.examples)
        own: dict[str, dict[Language, str]] = {}
        for key, raw in stored.items():
            if key in self.fixed:
                continue
            try:
                value = checked(key, raw)
            except BadInput as error:  # of an older or a newer version
                _log.warning("setting_ignored", key=key, error=error.message)
                continue
            kind, _, rest = key.partition(".")
            match kind, value:
                case "language", _:
                    choices = replace(choices, language=value)
                case "answer_bar", _:
                    choices = replace(choices, answer_bar=value)
                case "hidden_share", _:
                    choices = replace(choices, hidden_share=value)
                case "name", _:
                    names[_language(rest)] = value
                case "examples", _:
                    examples[_language(rest)] = tuple(value)
                case _:
                    text_key, _, language = rest.rpartition(".")
                    own.setdefault(text_key, {})[_language(language)] = value
        return replace(choices, name=names, examples=examples, own_texts=own)


def checked(key: str, value: Any) -> Any:
    """`value` as it is stored under `key`. Raises BadInput naming the key."""
    kind, _, rest = key.partition(".")
    if key == "language" and value in LANGUAGES:
        return value
    if key == "answer_bar":
        return _bar(value)
    if key == "hidden_share":
        return _share(value)
    if kind == "name" and rest in LANGUAGES:
        return _line(key, value, MOST_NAME)
    if kind == "examples" and rest in LANGUAGES and isinstance(value, list | tuple):
        lines = [_line(key, each, MOST_EXAMPLE) for each in value if str(each).strip()]
        if len(lines) > MOST_EXAMPLES:
            raise BadInput(f"at most {MOST_EXAMPLES} examples", field=key)
        return lines
    text_key, _, language = rest.rpartition(".")
    if kind == "text" and text_key in OWN_TEXTS and language in LANGUAGES:
        return _text(key, value, CATALOGUE[text_key][_language(language)])
    raise BadInput(f"{key} cannot be chosen like this", field=key)


def places_in(template: str) -> set[str]:
    """The names in braces of a text, with whatever else stands in the braces. Raises ValueError
    for a brace that is none."""
    places = [part[1:] for part in string.Formatter().parse(template) if part[1] is not None]
    return {
        f"{name}{f'!{kind}' if kind else ''}{form and f':{form}'}" for name, form, kind in places
    }


def _bar(value: Any) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1:
        return float(value)
    raise BadInput("answer_bar is a number above 0, up to 1", field="answer_bar")


def _share(value: Any) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
        return float(value)
    raise BadInput("hidden_share is a number from 0 to 1", field="hidden_share")


def _line(key: str, value: Any, most: int) -> str:
    if isinstance(value, str):
        line = " ".join("".join(c if c.isprintable() else " " for c in value).split())
        if 1 <= len(line) <= most:
            return line
    raise BadInput(f"{key} is 1 to {most} characters in one line", field=key)


def _text(key: str, value: Any, original: str) -> str:
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= MOST_TEXT:
        raise BadInput(f"{key} is 1 to {MOST_TEXT} characters", field=key)
    words = "".join(c for c in value.strip() if c.isprintable() or c == "\n")
    wanted = places_in(original)
    if not wanted:
        return words
    try:
        given = places_in(words)
    except ValueError:
        given = {"?"}
    if given - wanted:
        names = ", ".join(f"{{{name}}}" for name in sorted(wanted))
        raise BadInput(f"{key}: braces hold only {names} here", field=key)
    return words


def _language(code: str) -> Language:
    return next(language for language in LANGUAGES if language == code)
