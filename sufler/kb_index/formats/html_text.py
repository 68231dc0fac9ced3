"""HTML becomes our safe Markdown: blocks, lists, tables as lines, links made absolute."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborNode

from sufler.kb_index.formats.html_tables import rows_of, table_lines
from sufler.kb_index.formats.texts import clean_line

# Deeper than any page of people; what is below counts as plain text.
_DEEPEST = 150
_INLINE = frozenset(
    """a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark q s
    samp small span strike strong sub sup time tt u var wbr br -text button""".split()  # noqa: SIM905
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SILENT = frozenset(
    """script style noscript template iframe svg canvas object embed audio video input select
    textarea option head title meta link _comment -comment""".split()  # noqa: SIM905
)
_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_SPACE = re.compile(r"[ \t\r\n\f]+")
_EMPHASIS = re.compile(r"(?<=\S)\*+|\*+(?=\S)|(?<!\w)_+(?=\S)|(?<=\S)_+(?!\w)")
_MARKER = re.compile(r"^(\d+)([.)])(?=\s)|^([-+*])(?=\s)")
_FILE_NAME = re.compile(
    r"\.(?:png|jpe?g|gif|svg|webp|bmp)$|^(?:image|img|icon|логотип|logo)\W*\d*$"
)
_PICTURE = "\0"
_PICTURES = re.compile(f"{_PICTURE}[^{_PICTURE}]*{_PICTURE}")
_ANCHOR_SIGNS = re.compile(r"\s*[¶#§🔗]+\s*$")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a page; `anchor` is what its author named it, if they did."""

    level: int
    text: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """A question with its answer, as FAQs mark them; the answer is safe Markdown."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list, table or piece of code, in safe Markdown. `navigation`: only links."""

    text: str
    navigation: bool = False


Item = Heading | Pair | Block


class Writer:
    """Turns nodes into items. `base` is the page's address, for links; without it only absolute
    links stay links. `pairs` says which `details` and `dl` are questions with answers."""

    def __init__(self, base: str = "", *, details: bool = False, terms: bool = False) -> None:
        self._base = base
        self._details = details
        self._terms = terms

    def items(self, node: LexborNode) -> list[Item]:
        """What is in the node, in its order."""
        return list(self._blocks(node, 0))

    def text(self, node: LexborNode) -> str:
        """The whole node as one text; headings in it become bold lines."""
        return joined(self._blocks(node, 0))

    def line(self, node: LexborNode) -> str:
        """The node as one plain line, such as a heading or a question."""
        return clean_line(_ANCHOR_SIGNS.sub("", _plain(node, 0)))

    def _blocks(self, node: LexborNode, depth: int) -> Iterator[Item]:
        if depth > _DEEPEST:
            if flat := clean_line(node.text()):
                yield Block(_escaped(flat))
            return
        waiting: list[str] = []
        for child in node.iter(include_text=True):
            tag = str(child.tag)
            if tag in _SILENT:
                continue
            if tag in _INLINE and not _holds_blocks(child, tag):
                waiting.append(self._inline(child, depth + 1, frozenset()))
                continue
            yield from _paragraph(waiting)
            waiting = []
            yield from self._block(child, tag, depth + 1)
        yield from _paragraph(waiting)

    def _block(self, node: LexborNode, tag: str, depth: int) -> Iterator[Item]:
        if tag in _HEADINGS:
            if title := self.line(node):
                yield Heading(_HEADINGS[tag], title)
        elif tag in ("ul", "ol", "menu"):
            if lines := self._list(node, tag == "ol", depth):
                yield Block("\n".join(lines), _only_links(node))
        elif tag == "pre":
            code = node.text().strip("\n")
            if code.strip():
                yield Block(f"```\n{code.replace('```', '` ` `')}\n```")
        elif tag == "table":
            yield from self._table(node, depth)
        elif tag == "dl":
            yield from self._definitions(node, depth)
        elif tag == "details":
            yield from self._folded(node, depth)
        else:
            yield from self._blocks(node, depth)

    def _folded(self, node: LexborNode, depth: int) -> Iterator[Item]:
        summary = node.css_first("summary")
        question = self.line(summary) if summary is not None else ""
        if summary is not None:
            summary.decompose()
        inside = list(self._blocks(node, depth))
        if self._details and question and (answer := joined(inside)):
            yield Pair(question, answer)
            return
        if question:
            yield Block(f"**{_escaped(question)}**")
        yield from inside

    def _definitions(self, node: LexborNode, depth: int) -> Iterator[Item]:
        term: list[str] = []
        meaning: list[str] = []
        found: list[tuple[str, str]] = []
        for child in node.css("dt, dd"):
            if child.tag == "dt":
                if meaning:
                    found.append((" / ".join(term), "\n\n".join(meaning)))
                    term, meaning = [], []
                term.append(self.line(child))
            else:
                meaning.append(joined(self._blocks(child, depth)))
        found.append((" / ".join(term), "\n\n".join(meaning)))
        for question, answer in found:
            if self._terms and question and answer:
                yield Pair(question, answer)
            elif question or answer:
                yield Block(f"**{_escaped(question)}**\n{answer}" if question else answer)

    def _table(self, node: LexborNode, depth: int) -> Iterator[Item]:
        table = rows_of(node, lambda cell: joined(self._blocks(cell, depth)))
        if table.pairs is not None:
            yield from (Pair(clean_line(q.replace("**", "")), a) for q, a in table.pairs)
        elif lines := table_lines(table):
            yield Block(lines)

    def _list(self, node: LexborNode, ordered: bool, depth: int) -> list[str]:
        lines: list[str] = []
        start = str(node.attributes.get("start") or "")
        number = int(start) if start.isascii() and start.isdigit() and len(start) < 6 else 1
        for child in node.iter():
            if child.tag != "li":
                # A list that stands in a list without an item of its own.
                if depth < _DEEPEST:
                    inner = [_words(item) for item in self._block(child, str(child.tag), depth + 1)]
                    lines += ["  " + line for words in inner for line in words.split("\n")]
                continue
            marker = f"{number}. " if ordered else "- "
            number += 1
            inside = "\n".join(_words(item) for item in self._blocks(child, depth + 1))
            if not inside.strip():
                continue
            first, *rest = [line for line in inside.split("\n") if line.strip()]
            lines.append(marker + first)
            lines += [" " * len(marker) + line for line in rest]
        return lines

    def _inline(self, node: LexborNode, depth: int, inside: frozenset[str]) -> str:
        tag = str(node.tag)
        if tag == "-text":
            return _escaped(_SPACE.sub(" ", node.text()))
        if tag == "br":
            return "\n"
        if tag in _SILENT or depth > _DEEPEST:
            return ""
        if tag == "img":
            alt = clean_line(str(node.attributes.get("alt") or ""))
            return (
                "" if _FILE_NAME.search(alt.casefold()) else f"{_PICTURE}{_escaped(alt)}{_PICTURE}"
            )
        if tag in ("code", "kbd", "samp", "tt"):
            code = clean_line(node.text())
            return f"`{code}`" if code and "`" not in code else _escaped(code)
        mark = {"b": "**", "strong": "**", "i": "*", "em": "*"}.get(tag, "")
        nested = inside | {mark} if mark else inside | {"a"} if tag == "a" else inside
        words = "".join(
            self._inline(child, depth + 1, nested) for child in node.iter(include_text=True)
        )
        if tag == "a" and "a" not in inside:
            return self._link(words, str(node.attributes.get("href") or ""))
        return _around(mark, words) if mark and mark not in inside else words

    def _link(self, words: str, href: str) -> str:
        shown = words.strip()
        if not shown or _ANCHOR_SIGNS.fullmatch(shown):
            return " " if words else ""
        url = absolute(href, self._base)
        if not url:
            return words
        before = words[: len(words) - len(words.lstrip())]
        after = words[len(words.rstrip()) :]
        flat = " ".join(shown.split()).replace("[", "(").replace("]", ")")
        return f"{before}[{flat}]({url}){after}"


def absolute(href: str, base: str) -> str:
    """Where a link leads, or nothing where it leads nowhere that a customer could follow."""
    href = clean_line(href)
    if not href or href.startswith("#"):
        return ""
    try:
        url = urljoin(base, href) if base else href
        scheme = urlsplit(url).scheme.lower()
    except ValueError:
        return ""
    if scheme not in _SCHEMES:
        return ""
    return url.replace(" ", "%20").replace("(", "%28").replace(")", "%29")


def joined(items: Iterable[Item]) -> str:
    """The items as one text; headings and questions are bold lines."""
    return "\n\n".join(words for item in items if (words := _words(item).strip()))


def _words(item: Item) -> str:
    match item:
        case Heading(text=text):
            return f"**{_escaped(text)}**"
        case Pair(question=question, answer=answer):
            return f"**{_escaped(question)}**\n{answer}"
        case Block(text=text):
            return text


def _paragraph(pieces: list[str]) -> Iterator[Block]:
    lines = [_SPACE.sub(" ", line).strip() for line in "".join(pieces).split("\n")]
    text = "\n".join(line for line in lines if line)
    if _PICTURE in text:
        # A picture on its own says nothing without being seen; one in a sentence is its word.
        text = text.replace(_PICTURE, "") if _PICTURES.sub("", text).strip() else ""
    if text:
        yield Block(_MARKER.sub(lambda found: _escaped_marker(found), text))


def _escaped_marker(found: re.Match[str]) -> str:
    return f"\\{found[3]}" if found[3] else f"{found[1]}\\{found[2]}"


def _escaped(text: str) -> str:
    """Plain text so that Markdown shows it as it is, with as few signs added as will do."""
    text = _EMPHASIS.sub(lambda found: found[0].replace("*", r"\*").replace("_", r"\_"), text)
    if text.count("`") > 1:
        text = text.replace("`", r"\`")
    return text.replace("](", r"]\(")


def _around(mark: str, words: str) -> str:
    shown = words.strip()
    if not shown or "\n" in shown:
        return words
    before = words[: len(words) - len(words.lstrip())]
    return f"{before}{mark}{shown}{mark}{words[len(words.rstrip()) :]}"


def _plain(node: LexborNode, depth: int) -> str:
    """Text of a heading: without links to itself, and without what only screen readers get."""
    if depth > _DEEPEST:
        return node.text()
    pieces = []
    for child in node.iter(include_text=True):
        tag = str(child.tag)
        if tag == "-text":
            pieces.append(child.text())
        elif tag not in _SILENT:
            pieces.append(_plain(child, depth + 1) + (" " if tag == "br" else ""))
    return "".join(pieces)


def _holds_blocks(node: LexborNode, tag: str) -> bool:
    if tag in ("-text", "br", "img", "wbr"):
        return False
    return node.css_first("p, div, ul, ol, table, pre, h1, h2, h3, h4, h5, h6, dl") is not None


def _only_links(node: LexborNode) -> bool:
    """Whether a list is navigation: two links or more, and next to nothing beside them."""
    links = node.css("a")
    linked = sum(len(clean_line(link.text())) for link in links)
    return len(links) >= 2 and linked >= 0.9 * len(clean_line(node.text()))
