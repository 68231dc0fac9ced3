"""Text normalisation: what every text goes through before any native code sees it."""

import re
import unicodedata

MAX_CHARS = 8000

_SURROGATE = re.compile("[\ud800-\udfff]")
_DROPPED = frozenset({"Cc", "Cf"})  # controls; zero-width characters and direction marks


def normalise(text: str, max_chars: int = MAX_CHARS) -> str:
    """Return `text` as one clean line of at most `max_chars` characters.

    Surrogate pairs are joined and lone surrogates become U+FFFD; then NFKC; controls, zero-width
    characters and direction marks are dropped; every run of whitespace becomes one space.
    Idempotent for one `max_chars`; never raises. Case and punctuation stay.
    """
    # Capped first, so that a hostile text costs no more than its first `max_chars`; capped again
    # at the end, because NFKC can make one character into eighteen.
    text = text[:max_chars]
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    # Dropped before NFKC: a zero-width character between a letter and its accent would otherwise
    # leave behind a pair that NFKC composes only the second time.
    text = unicodedata.normalize("NFKC", _without_invisible(text))
    return " ".join(text.split())[:max_chars].rstrip()


def _without_invisible(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(
        " " if char.isspace() else char
        for char in text
        if char.isspace() or unicodedata.category(char) not in _DROPPED
    )
