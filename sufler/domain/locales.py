"""Numbers and plural forms as Russian and English have them, by CLDR's rules."""

from typing import Final

from sufler.domain.knowledge import Language

# CLDR's plural categories, in the order in which a text of the catalogue gives its forms.
FORMS: Final[dict[Language, int]] = {"ru": 3, "en": 2}

_NARROW = "\u00a0"  # CLDR groups Russian digits with a no-break space


def plural_form(count: float, language: Language) -> int:
    """Which form of a word goes with `count`: for ru 0 ответ, 1 ответа, 2 ответов; for en 0 answer,
    1 answers. A fraction takes ru's «ответа» and en's “answers”. Source: CLDR's plural rules."""
    count = abs(count)
    whole = count == int(count)
    if language == "en":
        return 0 if whole and count == 1 else 1
    tens, ones = int(count) % 100, int(count) % 10
    if not whole:
        return 1
    if ones == 1 and tens != 11:
        return 0
    return 1 if ones in (2, 3, 4) and tens not in (12, 13, 14) else 2


def number(value: float, language: Language, digits: int = 0) -> str:
    """12 345,6 in Russian (with no-break spaces), 12,345.6 in English; `digits` after the point."""
    written = f"{value:,.{digits}f}"
    if language == "en":
        return written
    return written.translate({ord(","): _NARROW, ord("."): ","}).replace("-", "−")
