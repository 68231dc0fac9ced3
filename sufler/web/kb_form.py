"""What an editor has typed, and the article that it makes; faults name their field in words."""

import copy
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from sufler.domain.knowledge import (
    LANGUAGES,
    OTHER_TOPIC,
    Article,
    ArticleStatus,
    Language,
    Phrasing,
    PhrasingSource,
    Translation,
)
from sufler.domain.texts import text
from sufler.domain.variables import unknown_names
from sufler.kb_index.formats.rows import (
    MAX_ANSWER,
    MAX_PHRASING,
    MAX_PHRASINGS,
    MAX_TITLE,
    MAX_TOPIC,
    MAX_WEIGHT,
    reason_against,
)
from sufler.kb_index.formats.texts import clean_line, clean_text, same_text_key


class Said(Protocol):
    """Notes a fault of the field `name` in the words of the catalogue's `key`."""

    def __call__(self, name: str, key: str, **values: object) -> None: ...


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, in words for the editor. `field` is a field's name, such as `title.ru`."""

    field: str
    words: str


@dataclass(slots=True)
class Form:
    """The fields as they stand on the page. Days are YYYY-MM-DD, in UTC; `valid_through` is the
    last day on which the article is served. `revision` is the one that the editor began from."""

    titles: dict[Language, str] = field(default_factory=dict)
    answers: dict[Language, str] = field(default_factory=dict)
    phrasings: list[Phrasing] = field(default_factory=list)
    topic: str = ""
    valid_from: str = ""
    valid_through: str = ""
    other_language_ok: bool = False
    revision: int = 0

    def copied(self) -> "Form":
        """A form of its own with the same content."""
        return copy.deepcopy(self)

    def add_phrasings(self, words: str, language: Language, author: str) -> int:
        """Add one phrasing for each line that is new to this language; returns how many."""
        known = {same_text_key(each.text) for each in self.phrasings if each.language == language}
        added = 0
        for line in words.splitlines():
            clean = clean_line(line)
            key = same_text_key(clean)
            if clean and key not in known:
                known.add(key)
                self.phrasings.append(
                    Phrasing(clean, language, PhrasingSource.EDITOR, author or None)
                )
                added += 1
        return added


def form_of(article: Article) -> Form:
    """The form that shows `article`."""
    return Form(
        titles={language: each.title for language, each in article.translations.items()},
        answers={language: each.answer for language, each in article.translations.items()},
        phrasings=list(article.phrasings),
        topic=article.topic,
        valid_from=_day(article.valid_from),
        valid_through=_last_day(article.valid_until),
        other_language_ok=article.other_language_ok,
        revision=article.revision,
    )


def article_of(
    form: Form, before: Article | None, article_id: str, status: ArticleStatus
) -> Article:
    """The article that the form makes. What a form does not show is kept from `before`, and so is
    a moment whose day was not changed. Call `faults` first: it may not be storable."""
    article = replace(
        before or Article(article_id, OTHER_TOPIC, {}),
        topic=clean_line(form.topic) or OTHER_TOPIC,
        translations=_translations(form),
        phrasings=tuple(each for each in form.phrasings if each.text),
        status=status,
        other_language_ok=form.other_language_ok,
    )
    if before is None or form.valid_from != _day(before.valid_from):
        article = replace(article, valid_from=_start(form.valid_from))
    if before is None or form.valid_through != _last_day(before.valid_until):
        article = replace(article, valid_until=_end(form.valid_through))
    return article


def faults(form: Form, language: Language, fields: Collection[str] = ()) -> list[Fault]:
    """Everything that keeps the form from being stored, in the words of `language`. `fields` are
    the keys of customers' cards, which answers may name."""

    def said(name: str, key: str, **values: object) -> None:
        found.append(Fault(name, text(key, language, **values)))

    found: list[Fault] = []
    translations = _translations(form)
    if not translations:
        said("title.ru", "kb_fault_empty")
    for spoken, each in translations.items():
        named = text(f"kb_in_{spoken}", language)
        if not each.title:
            said(f"title.{spoken}", "kb_fault_title", spoken=named)
        if not each.answer:
            said(f"answer.{spoken}", "kb_fault_answer", spoken=named)
        if len(each.title) > MAX_TITLE:
            said(f"title.{spoken}", "kb_fault_long", most=MAX_TITLE, now=len(each.title))
        if len(each.answer) > MAX_ANSWER:
            said(f"answer.{spoken}", "kb_fault_long", most=MAX_ANSWER, now=len(each.answer))
        if names := unknown_names(each.answer, fields):
            said(f"answer.{spoken}", "kb_fault_variable", variable=names[0])
    if len(clean_line(form.topic)) > MAX_TOPIC:
        said("topic", "kb_fault_long", most=MAX_TOPIC, now=len(clean_line(form.topic)))
    _check_phrasings(form, said)
    _check_days(form, said)
    if not found and (reason := reason_against(article_of(form, None, "x", ArticleStatus.DRAFT))):
        found.append(Fault("", reason.removeprefix("column ")))
    return found


def _check_phrasings(form: Form, said: Said) -> None:
    if len(form.phrasings) > MAX_PHRASINGS:
        said("phrasings", "kb_fault_phrasings", most=MAX_PHRASINGS, now=len(form.phrasings))
    for each in form.phrasings:
        if len(each.text) > MAX_PHRASING:
            said("phrasings", "kb_fault_phrasing", most=MAX_PHRASING, begins=each.text[:40])
        if not 0 <= each.weight <= MAX_WEIGHT:
            said("phrasings", "kb_fault_weight", most=f"{MAX_WEIGHT:g}", phrasing=each.text[:40])


def _check_days(form: Form, said: Said) -> None:
    for name in ("valid_from", "valid_through"):
        written = getattr(form, name)
        if written and _parsed(written) is None:
            said(name, "kb_fault_day")
    first, last = _parsed(form.valid_from), _parsed(form.valid_through)
    if first and last and last < first:
        said("valid_through", "kb_fault_days")


def _translations(form: Form) -> Mapping[Language, Translation]:
    """Languages in which anything is written."""
    made: dict[Language, Translation] = {}
    for language in LANGUAGES:
        title = clean_line(form.titles.get(language) or "")
        answer = clean_text(form.answers.get(language) or "")
        if title or answer:
            made[language] = Translation(title, answer)
    return made


def _day(moment: datetime | None) -> str:
    return moment.astimezone(UTC).date().isoformat() if moment else ""


def _last_day(moment: datetime | None) -> str:
    # `valid_until` is exclusive: midnight belongs to the day that it ends.
    return _day(moment - timedelta(microseconds=1)) if moment else ""


def _parsed(written: str) -> date | None:
    try:
        found = date.fromisoformat(written.strip())
    except ValueError:
        return None
    return found if 1900 <= found.year <= 9000 else None


def _start(written: str) -> datetime | None:
    found = _parsed(written)
    return datetime.combine(found, time(), UTC) if found else None


def _end(written: str) -> datetime | None:
    found = _parsed(written)
    return datetime.combine(found + timedelta(days=1), time(), UTC) if found else None
