"""Telling the charset of a text file, by the whole of it, and opening it without guessing again."""

import codecs
import re
from pathlib import Path

from sufler.domain.errors import BadInput

_CHUNK = 1 << 20
_SAMPLE = 1 << 16
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_EIGHT_BIT = ("cp1251", "koi8_r", "cp866", "mac_cyrillic", "cp1252")
_BINARY = "%s: is not a text file (it holds binary data)"
_COMMON = frozenset("оеаинтсрвлкмдпуягы")
_WORD = re.compile(r"[^\W\d_]+")
_MULTIBYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)


def charset_of(path: Path, name: str) -> str:
    """The codec that decodes the whole file: by its byte order mark, strict UTF-8, UTF-16, or the
    eight-bit charset in which its words look most like words. Raises BadInput naming the file."""
    with path.open("rb") as stream:
        head = stream.read(_SAMPLE)
    if not head.strip(b" \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise BadInput(f"{name}: the file is empty")
    for mark, codec in _BOMS:
        if head.startswith(mark):
            return _checked(path, name, codec)
    unmarked = _utf16_without_mark(head)
    if unmarked is not None:
        return _checked(path, name, unmarked)
    if head.count(0) > len(head) / 10:
        raise BadInput(_BINARY % name)
    place = _first_error(path, "utf-8")
    if place is None:
        return "utf-8"
    _refuse_broken_utf8(path, name, place)
    return _eight_bit(path, name)


def _checked(path: Path, name: str, codec: str) -> str:
    place = _first_error(path, codec)
    if place is not None:
        raise BadInput(f"{name}: is damaged: not {codec.upper()} at byte {place}")
    return codec


def _first_error(path: Path, codec: str) -> int | None:
    """The place (in bytes, about) of the first byte that `codec` cannot decode."""
    decoder = codecs.getincrementaldecoder(codec)()
    done = 0
    with path.open("rb") as stream:
        while True:
            chunk = stream.read(_CHUNK)
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return max(0, done + error.start)
            if not chunk:
                return None
            done += len(chunk)


def _utf16_without_mark(head: bytes) -> str | None:
    """UTF-16 by the upper bytes of its characters, which Latin and Cyrillic have as 0 and 4."""
    shares = [
        sum(byte in (0, 4) for byte in half) / max(1, len(half)) for half in (head[1::2], head[::2])
    ]
    if min(shares) < 0.5 and max(shares) > 0.7:
        return ("utf-16-le", "utf-16-be")[shares.index(max(shares))]
    return None


def _refuse_broken_utf8(path: Path, name: str, place: int) -> None:
    """A file that is UTF-8 up to one bad byte must not be read as another charset's gibberish."""
    with path.open("rb") as stream:
        stream.seek(max(0, place - _SAMPLE))
        before = stream.read(min(place, _SAMPLE))
        after = stream.read(_SAMPLE)
    around = len(_MULTIBYTE.findall(before)) + len(_MULTIBYTE.findall(after))
    high = sum(byte >= 0x80 for byte in before + after)
    if len(_MULTIBYTE.findall(before)) >= 3 or (around >= 3 and around * 2 > high * 0.9):
        raise BadInput(f"{name}: is damaged: not UTF-8 at byte {place}, although it is elsewhere")


def _eight_bit(path: Path, name: str) -> str:
    sample = bytearray()
    with path.open("rb") as stream:
        # Lines with letters above ASCII may come late in a long file.
        while len(sample) < _SAMPLE and (line := stream.readline(_SAMPLE)):
            if not line.isascii():
                sample += line
    if sum(byte < 32 and byte not in b"\t\n\r\x0b\x0c\x1a" for byte in sample) > len(sample) / 100:
        raise BadInput(_BINARY % name)
    # A tie goes to the one named first; what decodes anything must not win by that alone.
    best = max(_EIGHT_BIT, key=lambda codec: _likeness(bytes(sample), codec))
    if _likeness(bytes(sample), best) == 0.0:
        raise BadInput(f"{name}: the charset is not recognised; save the file as UTF-8")
    return _checked(path, name, best)


def _likeness(sample: bytes, codec: str) -> float:
    """How much the words with letters above ASCII look like words, 0..1, when read as `codec`.

    Mac and Windows share their small letters: what tells them apart is that the other one's
    capitals are signs ("¬опрос"), so a reading counts by the share of its characters that are
    letters.
    """
    text = sample.decode(codec, "replace")
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    if not words:
        # No letters at all: only dashes and quotation marks, which these two share.
        return 0.5 if codec in ("cp1251", "cp1252") else 0.0
    high = [char for char in text if not char.isascii()]
    letters = sum(map(str.isalpha, high)) / len(high)
    return letters * sum(map(_word_likeness, words)) / len(words)


def _word_likeness(word: str) -> float:
    cyrillic = sum("\u0400" <= char <= "\u04ff" for char in word)
    well_cased = word.islower() or word.istitle() or word.isupper()
    if not well_cased or 0 < cyrillic < len(word):
        return 0.0
    lower = word.lower()
    common = sum(char in _COMMON or char.isascii() for char in lower) / len(word)
    return (0.2 if word.isupper() and len(word) > 1 else 0.4) + 0.6 * common
