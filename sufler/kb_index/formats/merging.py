"""What a row makes of the article that the base has already, and what changes by it."""

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

from sufler.domain.knowledge import Article, Phrasing, PhrasingSource
from sufler.kb_index.formats.build import unique
from sufler.kb_index.formats.rows import ImportRow, RowError

_SIMPLE = ("topic", "status", "valid_from", "valid_until", "owner", "other_language_ok")


def merged(row: ImportRow, existing: Article | None) -> Article:
    """The article after the row. What the row does not speak of stays; see `docs/import.md`."""
    if row.article is None:
        raise RowError("a rejected row has no article")
    if existing is None:
        return row.article
    taken: dict[str, Any] = {
        name: getattr(row.article, name) for name in _SIMPLE if name in row.said
    }
    translations = row.article.translations
    if not row.exact:
        translations = {**existing.translations, **translations}
    phrasings = existing.phrasings
    if "phrasings" in row.said:
        phrasings = _phrasings(row.article.phrasings, existing.phrasings, exact=row.exact)
    return replace(existing, translations=translations, phrasings=phrasings, **taken)


def changed_fields(after: Article, before: Article) -> list[str]:
    """The names of what differs, translations by language."""
    return list(_differences(after, before))


def joined(first: ImportRow, second: ImportRow) -> ImportRow | None:
    """One row of two that are the same article in different languages, else None.

    Only for tables with a column of languages: elsewhere a second row is a mistake.
    """
    one, two = first.article, second.article
    if one is None or two is None or first.exact or second.exact:
        return None
    if not {"language"} <= first.said & second.said or one.translations.keys() & two.translations:
        return None
    only_second = {name: getattr(two, name) for name in _SIMPLE if name in second.said - first.said}
    article = replace(
        one,
        translations={**one.translations, **two.translations},
        phrasings=unique((*one.phrasings, *two.phrasings)),
        **only_second,
    )
    return replace(first, article=article, said=first.said | second.said)


def _differences(after: Article, before: Article) -> Iterator[str]:
    for field in fields(Article):
        if field.name in {"updated_at", "revision", "version", "translations"}:
            continue
        if getattr(after, field.name) != getattr(before, field.name):
            yield field.name
    for language in sorted(after.translations.keys() | before.translations.keys()):
        new, old = after.translations.get(language), before.translations.get(language)
        if new is None or old is None:
            if new is not old:
                yield f"translation ({language})"
            continue
        if new.title != old.title:
            yield f"title ({language})"
        if new.answer != old.answer:
            yield f"answer ({language})"


def _phrasings(
    given: tuple[Phrasing, ...], existing: tuple[Phrasing, ...], *, exact: bool
) -> tuple[Phrasing, ...]:
    """Those of our own form as they are; one that speaks of nothing learned leaves what was. Those
    of a table replace what was imported before, keep what editors and customers added, and leave
    to a known text its source and weight."""
    learned = tuple(each for each in existing if each.source is PhrasingSource.LEARNED)
    if exact:
        spoken_of = any(each.source is PhrasingSource.LEARNED for each in given)
        return given if spoken_of else unique((*given, *learned))
    texts = {(phrasing.text.casefold(), phrasing.language) for phrasing in given}
    kept = [
        phrasing
        for phrasing in existing
        if phrasing.source is not PhrasingSource.IMPORTED
        or (phrasing.text.casefold(), phrasing.language) in texts
    ]
    return unique((*kept, *given))
