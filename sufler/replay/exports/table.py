"""CSV: a message a row, with columns conversation, role or author, text, and at."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from sufler.domain.errors import BadInput
from sufler.replay.exports.moments import moment
from sufler.replay.talks import PastTalk, Role, Said

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "conversation": ("conversation", "conversation_id", "ticket", "ticket_id", "chat", "диалог"),
    "role": ("role", "from", "author", "роль", "автор"),
    "text": ("text", "message", "content", "текст", "сообщение"),
    "at": ("at", "date", "time", "created_at", "дата", "время"),
}
_CUSTOMER = {"customer", "client", "user", "visitor", "incoming", "клиент", "покупатель"}
_OPERATOR = {"operator", "agent", "support", "outgoing", "staff", "оператор", "сотрудник"}


def talks(path: Path, text: str, operators: Sequence[str]) -> list[PastTalk]:
    """Its conversations, in the order of their first rows. A row whose role is none of the known
    words is an operator's when it is in `operators`, else a customer's if any are named. Raises
    BadInput naming the column or the row."""
    csv.field_size_limit(10_000_000)
    separator = (
        ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    )
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=separator)
    columns = _columns(path, reader.fieldnames or ())
    named = {name.casefold() for name in operators}
    found: dict[str, list[Said]] = {}
    try:
        for number, row in enumerate(reader, start=2):
            words = (row.get(columns["text"]) or "").strip()
            if not words:
                continue
            role = _role(path, number, (row.get(columns["role"]) or "").strip(), named)
            said = Said(role, words, _moment(path, number, row.get(columns.get("at", ""))))
            found.setdefault((row.get(columns["conversation"]) or "").strip(), []).append(said)
    except csv.Error as error:
        raise BadInput(f"{path} cannot be read: {error}", field="file") from error
    return [PastTalk(talk, tuple(said)) for talk, said in found.items()]


def _columns(path: Path, names: Sequence[str]) -> dict[str, str]:
    """The file's own name of each column that is needed."""
    found: dict[str, str] = {}
    for column, known in _COLUMNS.items():
        for name in names:
            if name.strip().casefold() in known:
                found.setdefault(column, name)
        if column not in found and column != "at":
            raise BadInput(
                f"{path} has no column {column} (or {', '.join(known[1:])})", field=column
            )
    return found


def _role(path: Path, number: int, word: str, named: set[str]) -> Role:
    folded = word.casefold()
    if folded in named or (folded in _OPERATOR and not named):
        return "operator"
    if folded in _CUSTOMER or named:
        return "customer"
    raise BadInput(
        f"{path} row {number}: {word!r} is neither customer nor operator; name the operators",
        field="role",
    )


def _moment(path: Path, number: int, value: str | None) -> datetime | None:
    try:
        return moment(value)
    except ValueError as error:
        raise BadInput(f"{path} row {number}: {value!r} is no moment", field="at") from error
