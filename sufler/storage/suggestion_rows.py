"""Rows of the table of suggestions as the plain data of `domain/`, and back."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from sufler.domain.decisions import Level, Suggestion, SuggestionItem, TurnKind, Versions
from sufler.domain.knowledge import Mode

_ITEM_FIELDS = tuple(field.name for field in fields(SuggestionItem))


def suggestion_row(suggestion: Suggestion) -> dict[str, Any]:
    """The row of `suggestion`."""
    return {
        "id": suggestion.id,
        "conversation_id": suggestion.conversation_id,
        "text": suggestion.text,
        "language": suggestion.language,
        "turn_kind": suggestion.turn_kind.value,
        "items": [_item_body(item) for item in suggestion.items],
        "versions": asdict(suggestion.versions),
        "took_ms": suggestion.took_ms,
        "at": suggestion.at,
        "hidden": suggestion.hidden,
    }


def suggestion_from(row: Mapping[Any, Any]) -> Suggestion:
    """A row of `suggestions`, as it was stored."""
    return Suggestion(
        id=row["id"],
        text=row["text"],
        language=row["language"],
        turn_kind=TurnKind(row["turn_kind"]),
        items=tuple(_item(body) for body in row["items"]),
        versions=Versions(**row["versions"]),
        took_ms=row["took_ms"],
        at=row["at"],
        conversation_id=row["conversation_id"],
        hidden=row["hidden"],
    )


def _item_body(item: SuggestionItem) -> dict[str, Any]:
    # `asdict` copies deeply and takes twice as long as storing the row.
    return {name: getattr(item, name) for name in _ITEM_FIELDS} | {"why": dict(item.why)}


def _item(body: Mapping[str, Any]) -> SuggestionItem:
    return SuggestionItem(
        **{**body, "mode": Mode(body["mode"]), "level": Level(body["level"])},
    )
