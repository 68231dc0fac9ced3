"""Usedesk's tickets with their comments, as its API gives them: one, or a list of them."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from sufler.replay.exports.moments import moment
from sufler.replay.talks import PastTalk, Role, Said, by_time

# "trigger" is an automatic message.
_ROLES: Mapping[object, Role] = {"client": "customer", "user": "operator"}


def talks(body: Any, operators: Sequence[str]) -> list[PastTalk] | None:
    """Its tickets; None when it is no such export. Private comments and triggers are left out."""
    tickets = body if isinstance(body, list) else [body]
    found = [each for each in tickets if isinstance(each, dict) and _is_ticket(each)]
    return [_talk(ticket) for ticket in found] if found else None


def _is_ticket(body: Mapping[str, Any]) -> bool:
    return isinstance(body.get("comments"), list) and isinstance(body.get("ticket", {}), dict)


def _talk(body: Mapping[str, Any]) -> PastTalk:
    ticket = body.get("ticket") or body
    said: list[Said] = []
    for comment in body["comments"]:
        if not isinstance(comment, dict) or comment.get("type") == "private":
            continue
        role = _ROLES.get(comment.get("from"))
        words = _plain(comment.get("message"))
        if role is None or not words:
            continue
        at = None
        with suppress(ValueError):
            at = moment(comment.get("published_at"))
        said.append(Said(role, words, at))
    return PastTalk(f"usedesk:{ticket.get('id')}", by_time(said))


def _plain(html: Any) -> str:
    if not isinstance(html, str):
        return ""
    if "<" not in html:
        return html.strip()
    body = LexborHTMLParser(html).body
    return body.text(separator="\n", strip=True) if body else ""
