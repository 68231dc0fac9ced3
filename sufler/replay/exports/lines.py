"""JSONL: a conversation a line, {"id", "messages": [{"role", "text", "at"}]}."""

import json
from pathlib import Path
from typing import Any

from sufler.domain.errors import BadInput
from sufler.replay.exports.moments import moment
from sufler.replay.talks import PastTalk, Said


def talks(path: Path, text: str) -> list[PastTalk]:
    """Its conversations. Raises BadInput naming the line."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            body: Any = json.loads(line)
            said = tuple(_said(message) for message in body["messages"])
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise BadInput(
                f'{path} line {number} is not {{"id", "messages": [{{"role": "customer" or '
                f'"operator", "text", "at"}}]}}: {error}',
                field="file",
            ) from error
        found.append(PastTalk(str(body.get("id", number)), tuple(s for s in said if s.text)))
    return found


def _said(message: Any) -> Said:
    role = message["role"]
    if role not in ("customer", "operator"):
        raise ValueError(f"role {role!r}")
    return Said(role, str(message.get("text") or "").strip(), moment(message.get("at")))
