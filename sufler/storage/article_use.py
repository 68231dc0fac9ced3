"""How often each article was used: sent by the bot, taken by an operator."""

from typing import Any

from sqlalchemy import Column, Select, func, select

from sufler.domain.decisions import DecisionKind, FeedbackAction
from sufler.storage.database import Database
from sufler.storage.tables.conversations import events
from sufler.storage.tables.suggestions import feedback, suggestions

_TAKEN = (FeedbackAction.ACCEPTED.value, FeedbackAction.EDITED.value)


class ArticleUse:
    """Counts from stored decisions and feedback; the database does the counting."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def counts(self) -> dict[str, int]:
        """Uses by article id: answers of the bot (an asking program's included), and suggestions
        that an operator sent as they stood or edited. Unused articles are not in it."""
        found: dict[str, int] = {}
        async with self._database.read() as connection:
            for query in (_answered(events.c.body), _answered(suggestions.c.decision), _taken()):
                for article_id, times in await connection.execute(query):
                    if article_id is not None:
                        found[article_id] = found.get(article_id, 0) + times
        return found


def _answered(decision: Column[Any]) -> Select[str | None, int]:
    first = decision["article_ids"][0].as_string()
    answers = decision["kind"].as_string() == DecisionKind.ANSWER.value
    return select(first, func.count()).where(answers).group_by(first)


def _taken() -> Select[str | None, int]:
    article_id = feedback.c.article_id
    taken = feedback.c.action.in_(_TAKEN)
    return select(article_id, func.count()).where(taken).group_by(article_id)
