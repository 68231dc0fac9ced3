"""Which format an export is of, told from what is in it, and its conversations."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sufler.domain.errors import BadInput
from sufler.kb_index.formats.charset import charset_of
from sufler.replay.exports import chatwoot, lines, table, telegram_desktop, usedesk
from sufler.replay.talks import PastTalk

MOST_BYTES = 2_000_000_000


def read_talks(path: Path, operators: Sequence[str] = ()) -> list[PastTalk]:
    """The conversations of an export: Telegram Desktop's result.json, Chatwoot's and Usedesk's
    JSON, JSONL or CSV. `operators` are names of those who answered, where the export alone does
    not tell. Raises BadInput naming the file and the place."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}", field="file") from error
    if size > MOST_BYTES:
        raise BadInput(f"{path} is larger than {MOST_BYTES:,} bytes", field="file")
    text = _text(path)
    talks = table.talks(path, text, operators) if path.suffix == ".csv" else None
    if talks is None and path.suffix in (".jsonl", ".ndjson"):
        talks = lines.talks(path, text)
    if talks is None:
        talks = _of_json(path, text, operators)
    if not any(talk.said for talk in talks):
        raise BadInput(f"{path} holds no messages of customers and operators", field="file")
    return talks


def _of_json(path: Path, text: str, operators: Sequence[str]) -> list[PastTalk]:
    try:
        body: Any = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise BadInput(f"{path} is no JSON: {error}", field="file") from error
    for reader in (telegram_desktop.talks, chatwoot.talks, usedesk.talks):
        found = reader(body, operators)
        if found is not None:
            return found
    raise BadInput(
        f"{path} is of no format that is known: Telegram Desktop's result.json, Chatwoot's "
        "messages, Usedesk's tickets with comments, JSONL or CSV",
        field="file",
    )


def _text(path: Path) -> str:
    codec = charset_of(path, path.name)
    try:
        return path.read_text(encoding=codec)
    except (OSError, UnicodeError) as error:
        raise BadInput(f"{path} cannot be read: {error}", field="file") from error
