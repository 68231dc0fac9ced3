"""A customer's text as it is searched: normalised, wrong keyboard layout and translit undone."""

import re

from sufler.kb_index.normalise import normalise
from sufler.prompter.language import language_of, relayout

# Longest first. People mix several ways of writing Russian in Latin letters; the n-grams and the
# encoder forgive what this gets wrong.
_SOUNDS = (
    ("shch", "щ"), ("sch", "щ"), ("zh", "ж"), ("kh", "х"), ("ts", "ц"), ("ch", "ч"), ("sh", "ш"),
    ("yu", "ю"), ("ju", "ю"), ("ya", "я"), ("ja", "я"), ("yo", "ё"), ("jo", "ё"), ("ye", "е"),
    ("yy", "ый"), ("iy", "ий"), ("oy", "ой"), ("ey", "ей"), ("ay", "ай"),
    ("a", "а"), ("b", "б"), ("c", "ц"), ("d", "д"), ("e", "е"), ("f", "ф"), ("g", "г"),
    ("h", "х"), ("i", "и"), ("j", "й"), ("k", "к"), ("l", "л"), ("m", "м"), ("n", "н"),
    ("o", "о"), ("p", "п"), ("q", "к"), ("r", "р"), ("s", "с"), ("t", "т"), ("u", "у"),
    ("v", "в"), ("w", "в"), ("x", "х"), ("y", "ы"), ("z", "з"), ("4", "ч"), ("'", "ь"),
)  # fmt: skip
_SOUND = re.compile("|".join(sound for sound, _ in _SOUNDS))
_LETTER = dict(_SOUNDS)
_WORD = re.compile(r"[a-z4']*[a-z][a-z4']*", re.IGNORECASE)


def read(text: str) -> str:
    """The text to search by; what is shown to people stays as it was written."""
    clean = normalise(text)
    return relayout(clean) or _in_cyrillic(clean) or clean


def _in_cyrillic(text: str) -> str | None:
    """Russian in Latin letters ("kogda privezut zakaz") in its own; None if it is not that."""
    if not text.isascii() or language_of(text, "en") != "ru":
        return None
    return _WORD.sub(lambda word: _SOUND.sub(_letter, word[0].lower()), text)


def _letter(sound: re.Match[str]) -> str:
    return _LETTER[sound[0]]
