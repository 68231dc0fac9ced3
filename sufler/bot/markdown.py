"""Our safe Markdown subset (bold, italic, links, lists, code), read once for every channel.

Nothing else is understood: HTML, images, headings and unsafe links stay literal text.
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import groupby

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

SAFE_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_TAGS = {"p", "br", "strong", "em", "a", "ul", "ol", "li", "code", "pre"}


class StyleKind(StrEnum):
    """How a run of text looks."""

    BOLD = "bold"
    ITALIC = "italic"
    CODE = "code"
    PRE = "pre"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Style:
    """A look; `url` is set for a link, `language` for a code block that names one."""

    kind: StyleKind
    url: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of literal text with the styles around it, outermost first."""

    text: str
    styles: tuple[Style, ...] = ()


def parse(markdown: str) -> tuple[Run, ...]:
    """The text as a reader sees it, in runs; joined runs are the plain text. Never fails."""
    writer = _Writer()
    for token in _parser().parse(whole(markdown)):
        writer.block(token)
    return tuple(writer.merged())


def plain(markdown: str) -> str:
    """The text without any formatting, for channels that have none."""
    return "".join(run.text for run in parse(markdown))


def to_html(markdown: str) -> str:
    """HTML that is safe to put into a page: only the subset's tags, only safe links."""
    rendered: str = _parser().render(whole(markdown))
    return nh3.clean(
        rendered,
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}, "code": {"class"}},
        url_schemes=set(SAFE_SCHEMES),
        link_rel="noopener noreferrer nofollow",
    )


def whole(text: str) -> str:
    """`text` with lone surrogates and NUL replaced, so that it can be encoded and stored."""
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return joined.replace("\0", "\ufffd")


def _safe_link(url: str) -> bool:
    scheme, separator, rest = html.unescape(url).strip().partition(":")
    return bool(separator and rest) and scheme.lower() in SAFE_SCHEMES


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero", {"breaks": True, "html": False})
    parser.enable(["list", "fence", "escape", "backticks", "emphasis", "link", "newline"])
    parser.enable(["autolink"])
    parser.validateLink = _safe_link  # type: ignore[method-assign]  # documented way to set it
    return parser


class _Writer:
    """Collects runs while walking markdown-it's tokens."""

    def __init__(self) -> None:
        self._runs: list[Run] = []
        self._styles: list[Style] = []
        self._lists: list[int | None] = []  # next number of each open list; None is a bullet
        self._marker = ""
        self._item: Sequence[int] | None = None
        self._line: int | None = None  # where the last leaf ended in the source

    def merged(self) -> list[Run]:
        """The runs with neighbours of one style put together."""
        return [
            Run("".join(run.text for run in group), styles)
            for styles, group in groupby(self._runs, key=lambda run: run.styles)
        ]

    def block(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open":
                self._lists.append(None)
            case "ordered_list_open":
                self._lists.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
            case "list_item_open":
                self._marker = (self._marker or "  " * (len(self._lists) - 1)) + self._next_marker()
                self._item = token.map
            case "list_item_close" if self._marker:  # an empty item
                self._start_leaf(self._item)
            case "inline":
                self._start_leaf(token.map)
                self._inline(token.children or ())
            case "fence":
                self._start_leaf(token.map)
                language = token.info.split()[0] if token.info.split() else ""
                code = token.content.rstrip("\n")
                self._put(code, (Style(StyleKind.PRE, language=language),))

    def _next_marker(self) -> str:
        number = self._lists[-1]
        if number is None:
            return "• "
        self._lists[-1] = number + 1
        return f"{number}. "

    def _start_leaf(self, lines: Sequence[int] | None) -> None:
        """Blank lines between blocks are kept as one, as the author wrote them."""
        first, end = lines or (self._line or 0, self._line or 0)
        if self._line is not None:
            self._put("\n\n" if first > self._line else "\n")
        self._line = end
        self._put(self._marker)
        self._marker = ""

    def _inline(self, tokens: Sequence[Token]) -> None:
        for token in tokens:
            match token.type:
                case "strong_open":
                    self._styles.append(Style(StyleKind.BOLD))
                case "em_open":
                    self._styles.append(Style(StyleKind.ITALIC))
                case "link_open":
                    self._styles.append(Style(StyleKind.LINK, url=str(token.attrGet("href") or "")))
                case "strong_close" | "em_close" | "link_close":
                    self._styles.pop()
                case "softbreak" | "hardbreak":
                    self._put("\n", tuple(self._styles))
                case "code_inline":
                    self._put(token.content, self._code_styles())
                case _:
                    self._put(token.content, tuple(self._styles))

    def _code_styles(self) -> tuple[Style, ...]:
        """Code stands alone (messengers do not nest it), except that a link must stay one."""
        links = tuple(style for style in self._styles if style.kind is StyleKind.LINK)
        return links or (Style(StyleKind.CODE),)

    def _put(self, text: str, styles: tuple[Style, ...] = ()) -> None:
        if text:
            self._runs.append(Run(text, styles))
