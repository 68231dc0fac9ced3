"""Our Markdown subset → what Telegram takes: plain text plus entities, in pieces that fit.

Entities and not HTML: nothing has to be escaped, so a name like `<b>` cannot break a message.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from aiogram.types import MessageEntity

from sufler.bot.markdown import Run, Style, StyleKind
from sufler.bot.telegram.cutting import LIMIT, cut, units

_ENTITY_TYPES = {
    StyleKind.BOLD: "bold",
    StyleKind.ITALIC: "italic",
    StyleKind.CODE: "code",
    StyleKind.PRE: "pre",
    StyleKind.LINK: "text_link",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One Telegram message: text of at most `LIMIT` UTF-16 units, and its entities."""

    text: str
    entities: tuple[MessageEntity, ...]


def pieces(markdown: str, limit: int = LIMIT) -> list[Piece]:
    """The message in pieces that fit, in order; the joined texts are the whole text.

    `limit` is in UTF-16 code units, at least 2. Pieces of white space only are left out, as
    Telegram refuses them; an empty list means that there is nothing to say.
    """
    return [Piece(text, tuple(_entities(runs))) for text, runs in cut(markdown, limit)]


def _entities(runs: Sequence[Run]) -> list[MessageEntity]:
    """One entity for each stretch of runs that share a style; they nest, as styles do."""
    found: list[MessageEntity] = []
    for depth in range(max((len(run.styles) for run in runs), default=0)):
        offset = 0
        for outer, group in groupby(runs, key=lambda run: run.styles[: depth + 1]):
            length = sum(units(run.text) for run in group)
            if len(outer) > depth:
                found.append(_entity(outer[depth], offset, length))
            offset += length
    return sorted(found, key=lambda entity: (entity.offset, -entity.length))


def _entity(style: Style, offset: int, length: int) -> MessageEntity:
    return MessageEntity(
        type=_ENTITY_TYPES[style.kind],
        offset=offset,
        length=length,
        url=style.url or None,
        language=style.language or None,
    )
