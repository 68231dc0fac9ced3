"""Sitemaps: the pages they name and the further sitemaps; and lists of addresses in a text."""

import zlib
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from sufler.domain.errors import BadInput
from sufler.kb_index.formats.texts import clean_line

MAX_BYTES = 50 << 20
_GZIP = b"\x1f\x8b"


def read_sitemap(body: bytes, name: str) -> tuple[list[str], list[str]]:
    """(pages, further sitemaps) of a sitemap, packed or not, or of a plain list. Raises
    BadInput naming it."""
    body = _unpacked(body, name)
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return addresses(body.decode("utf-8", "replace"), name), []
    try:
        root: Element = fromstring(body, forbid_dtd=True)
    except DefusedXmlException:
        raise BadInput(f"{name}: holds XML entities and is refused") from None
    except (ParseError, ValueError, LookupError):
        raise BadInput(f"{name}: is not a sitemap") from None
    kind = root.tag.rpartition("}")[2]
    if kind not in ("urlset", "sitemapindex"):
        raise BadInput(f"{name}: is not a sitemap, but <{clean_line(kind)[:40]}>")
    found = [
        clean_line(place.text or "")
        for entry in root
        for place in entry
        if place.tag.rpartition("}")[2] == "loc"
    ]
    found = list(dict.fromkeys(each for each in found if each))
    return (found, []) if kind == "urlset" else ([], found)


def addresses(text: str, name: str) -> list[str]:
    """The addresses of a list, one a line; blank lines and those with # are passed over. Raises
    BadInput naming the line that is none."""
    found: list[str] = []
    for number, line in enumerate(text.replace("\ufeff", "").splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if not line.startswith(("http://", "https://")) or any(map(str.isspace, line)):
            raise BadInput(f"{name}, line {number}: is not an address of http or https")
        found.append(line)
    if not found:
        raise BadInput(f"{name}: names no address")
    return list(dict.fromkeys(found))


def _unpacked(body: bytes, name: str) -> bytes:
    if not body.startswith(_GZIP):
        return body
    unpacking = zlib.decompressobj(wbits=31)
    try:
        text = unpacking.decompress(body, MAX_BYTES)
    except zlib.error:
        raise BadInput(f"{name}: is damaged") from None
    if unpacking.unconsumed_tail:
        raise BadInput(f"{name}: unpacks to more than {MAX_BYTES >> 20} MB and is refused")
    return text
