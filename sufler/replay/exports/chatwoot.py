"""Chatwoot's messages, as its API gives them: a conversation's payload, or a list of them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from sufler.replay.exports.moments import moment
from sufler.replay.talks import PastTalk, Role, Said, by_time

# 2 is an activity, 3 a template that nobody wrote.
_ROLES: Mapping[object, Role] = {
    0: "customer",
    1: "operator",
    "incoming": "customer",
    "outgoing": "operator",
}


def talks(body: Any, operators: Sequence[str]) -> list[PastTalk] | None:
    """Its conversations; None when it is no such export. Private notes and bots are left out."""
    found: dict[str, list[Said]] = defaultdict(list)
    known = False
    for message in _messages(body):
        if "message_type" not in message or "content" not in message:
            continue
        known = True
        role = _ROLES.get(message["message_type"])
        text = message.get("content")
        sender = message.get("sender")
        by_bot = isinstance(sender, dict) and sender.get("type") == "agent_bot"
        if role is None or message.get("private") or by_bot or not isinstance(text, str):
            continue
        at = None
        with suppress(ValueError):
            at = moment(message.get("created_at"))
        if text.strip():
            conversation = str(message.get("conversation_id", ""))
            found[conversation].append(Said(role, text.strip(), at))
    if not known:
        return None
    return [PastTalk(f"chatwoot:{talk}", by_time(said)) for talk, said in found.items()]


def _messages(body: Any) -> Iterator[Mapping[str, Any]]:
    """Messages wherever they lie: under payload, data, messages, or in lists of these."""
    if isinstance(body, list):
        for each in body:
            yield from _messages(each)
    elif isinstance(body, dict):
        if "message_type" in body:
            yield body
        else:
            for key in ("payload", "data", "messages", "conversations"):
                for message in _messages(body.get(key)):
                    yield {"conversation_id": body.get("id", ""), **message}
