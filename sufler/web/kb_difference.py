"""Differences on a page: what went is struck out, what came is underlined; colours only add."""

from collections.abc import Sequence

from nicegui import ui

from sufler.domain.knowledge import Language
from sufler.domain.texts import text
from sufler.web.elements import heading
from sufler.web.kb_changes import Change, Kind

_TAGS = {Kind.SAME: "span", Kind.REMOVED: "del", Kind.ADDED: "ins"}
# A long stretch that stayed is cut in the middle: one looks for what changed.
_LONG, _KEPT = 400, 150


def show_differences(found: Sequence[Change], language: Language) -> None:
    """Each changed field under its name."""
    for change in found:
        with ui.element("section").classes("change"):
            heading(3, field_name(change.field, language))
            with ui.element("div").classes("difference"):
                for piece in change.pieces:
                    words = _value(change.field, piece.text, language)
                    if piece.kind is Kind.SAME:
                        words = _shortened(words)
                    with ui.element(_TAGS[piece.kind]):
                        if piece.kind is not Kind.SAME:
                            spoken = text(f"kb_piece_{piece.kind.value}", language)
                            ui.label(spoken).classes("unseen")
                        ui.label(words).classes("piece")


def field_name(name: str, language: Language) -> str:
    """A field as the page calls it."""
    return text("kb_field_" + name.replace(".", "_"), language)


def _value(name: str, words: str, language: Language) -> str:
    if name == "status" and words.strip() in ("draft", "published", "archived"):
        return text(f"kb_status_{words.strip()}", language)
    return words


def _shortened(words: str) -> str:
    if len(words) <= _LONG:
        return words
    return f"{words[:_KEPT]} … {words[-_KEPT:]}"
