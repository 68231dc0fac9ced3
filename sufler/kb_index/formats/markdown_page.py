"""Reading a Markdown page: its front matter, and its text by way of HTML."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from sufler.domain.errors import BadInput
from sufler.kb_index.formats.charset import charset_of
from sufler.kb_index.formats.columns import canonical
from sufler.kb_index.formats.html_page import MAX_PAGE_BYTES, items_of
from sufler.kb_index.formats.html_text import Heading
from sufler.kb_index.formats.page import Page
from sufler.kb_index.formats.texts import clean_line, language_word

_LONGEST_HEAD = 64 << 10
_FRONT = re.compile(r"\A(---|\+\+\+)[ \t]*\n(.*?)\n(?:\1|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_ANCHOR = re.compile(r"[ \t]*\{#([\w.:-]{1,80})\}[ \t]*$")
# What generators of sites add to Markdown, and what would be read as text.
_EXTRAS = re.compile(
    r"^:{3,}.*$|\{\{[<%].*?[%>]\}\}|^(?:import|export) .* from .*$|\{%.*?%\}|^\[\[?TOC\]?\]\s*$",
    re.MULTILINE,
)
_NAMES = {"aliases": "phrasings", "synonyms": "phrasings", "lang": "language", "question": "title",
          "expires": "valid_until", "expirydate": "valid_until", "categories": "topic"}  # fmt: skip
_TAKEN = frozenset(
    {"id", "title", "topic", "phrasings", "language", "status", "valid_from", "valid_until",
     "owner", "other_language_ok"}
)  # fmt: skip


def markdown_page(path: Path, name: str, *, address: str = "") -> Page:
    """The page in a file. Raises BadInput naming it."""
    if path.stat().st_size > MAX_PAGE_BYTES:
        raise BadInput(f"{name}: larger than {MAX_PAGE_BYTES >> 20} MB is no page")
    text = path.read_text(encoding=charset_of(path, name)).replace("\0", "\ufffd")
    head, body = _front_matter(text, name)
    html = _renderer().render(_EXTRAS.sub("", body))
    node = LexborHTMLParser(html).body
    items = items_of(node, address) if node is not None else []
    items = [_anchored(item) if isinstance(item, Heading) else item for item in items]
    tops = [item.text for item in items if isinstance(item, Heading) and item.level == 1]
    title = head.get("title") or (tops[0] if len(tops) == 1 else "") or _by_name(name)
    language = language_word(head.get("language", "").casefold())
    if head.get("language") and language is None:
        raise BadInput(f"{name}: front matter: language: must be ru or en", field="language")
    return Page(title, items, language, head, whole="title" in head)


def _front_matter(text: str, name: str) -> tuple[Mapping[str, str], str]:
    found = _FRONT.match(text)
    if found is None:
        return {}, text
    if len(found[2]) > _LONGEST_HEAD:
        raise BadInput(f"{name}: the front matter is longer than {_LONGEST_HEAD >> 10} kB")
    try:
        # BaseLoader would keep “no” as it is written, but not dates; the safe one makes no objects.
        record = tomllib.loads(found[2]) if found[1] == "+++" else yaml.safe_load(found[2])
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 2}" if mark is not None else ""
        raise BadInput(f"{name}: the front matter cannot be read{where}") from None
    if record is None:
        return {}, text[found.end() :]
    if not isinstance(record, dict):
        raise BadInput(f"{name}: the front matter must be of the form “key: value”")
    return _cells(record, name), text[found.end() :]


def _cells(record: Mapping[Any, Any], name: str) -> dict[str, str]:
    cells: dict[str, str] = {}
    for key, value in record.items():
        known = canonical(str(key))
        field = _NAMES.get(str(key).casefold()) or (known[0] if known else "")
        if str(key).casefold() == "draft" and value is True:
            cells["status"] = "draft"
        elif field in _TAKEN and value is not None and value != "":
            cell = _cell(value)
            if cell is None:
                raise BadInput(f"{name}: front matter: {str(key)[:40]}: must be a text or a list")
            cells.setdefault(field, cell.strip() if field != "phrasings" else cell)
    return cells


def _cell(value: object) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, list) and all(isinstance(each, str | int | float) for each in value):
        # The last line break keeps a list of one from being split at its punctuation.
        return "\n".join(clean_line(str(each)) for each in value) + "\n"
    return None


def _anchored(heading: Heading) -> Heading:
    found = _ANCHOR.search(heading.text)
    if found is None:
        return heading
    return Heading(heading.level, heading.text[: found.start()], found[1])


def _by_name(name: str) -> str:
    stem = Path(name).name.split(".")[0]
    return clean_line(stem.replace("-", " ").replace("_", " ")).capitalize() or name


@cache
def _renderer() -> MarkdownIt:
    # HTML in Markdown goes the way of every page: through the reduction to our safe subset.
    renderer = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    # Which links stay is decided there as well; here a bad one would remain as signs in the text.
    renderer.validateLink = lambda url: True  # type: ignore[method-assign]  # documented way
    return renderer
