"""An answer as each channel will show it, as HTML that is safe in a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from sufler.bot.markdown import Run, StyleKind, plain, to_html
from sufler.bot.telegram.cutting import cut, units

_TAGS = {StyleKind.BOLD: "b", StyleKind.ITALIC: "i", StyleKind.CODE: "code", StyleKind.PRE: "pre"}


@dataclass(frozen=True, slots=True)
class Preview:
    """`telegram` has one entry for each message that Telegram would show; `telegram_units` is the
    length of them all in UTF-16 code units, of which one message holds 4,096. `plain` is text."""

    telegram: tuple[str, ...]
    telegram_units: int
    web: str
    plain: str


def preview(markdown: str) -> Preview:
    """How the answer looks in Telegram, in the chat on a site, and where only text can be shown."""
    pieces = cut(markdown)
    return Preview(
        telegram=tuple(_html(runs) for _, runs in pieces),
        telegram_units=sum(units(text) for text, _ in pieces),
        web=to_html(markdown),
        plain=plain(markdown),
    )


def _html(runs: Sequence[Run]) -> str:
    return "".join(_styled(run) for run in runs)


def _styled(run: Run) -> str:
    html = escape(run.text)
    for style in reversed(run.styles):
        if style.kind is StyleKind.LINK:
            # `parse` lets safe addresses through only.
            href = escape(style.url)
            html = f'<a href="{href}" rel="noopener noreferrer nofollow">{html}</a>'
        else:
            tag = _TAGS[style.kind]
            html = f"<{tag}>{html}</{tag}>"
    return html
