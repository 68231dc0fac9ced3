"""Addresses of articles on the pages, and who signed a change."""

import re
from urllib.parse import quote

_SIGNED = re.compile(r" \((?:person|key):[^()]*\)")


def article_path(article_id: str) -> str:
    """Where an article is edited; ids hold any signs."""
    return "/kb/articles/" + quote(article_id, safe="")


def history_path(article_id: str) -> str:
    """Where an article's history is."""
    return "/kb/history/" + quote(article_id, safe="")


def signed_name(author: str) -> str:
    """Who signed a change, without the id that makes the signature unique."""
    return _SIGNED.sub("", author)
