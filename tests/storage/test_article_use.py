"""How often articles are used, counted where decisions and feedback are stored."""

from datetime import UTC, datetime

import pytest

from sufler.domain.decisions import (
    Decision,
    DecisionKind,
    Feedback,
    FeedbackAction,
    Reason,
    Suggestion,
    TurnKind,
    Versions,
)
from sufler.storage.article_use import ArticleUse
from sufler.storage.database import Database
from sufler.storage.suggestions import SuggestionStore

AT = datetime(2026, 5, 1, tzinfo=UTC)


def suggestion(id_: str) -> Suggestion:
    versions = Versions(1, "m", "h", "p", "o")
    return Suggestion(id_, "где", "ru", TurnKind.QUESTION, (), versions, 1.0, AT)


def answer(*ids: str) -> Decision:
    return Decision(DecisionKind.ANSWER, Reason.CONFIDENT, ids, 0.9)


async def test_that_answers_and_what_operators_took_are_counted(database: Database) -> None:
    store = SuggestionStore(database)
    clarify = Decision(DecisionKind.CLARIFY, Reason.CLOSE_CANDIDATES, ("pay", "cost"))
    nothing = Decision(DecisionKind.HAND_OFF, Reason.EMPTY_KNOWLEDGE)
    told = [answer("cost"), answer("cost"), answer("pay"), clarify, nothing]
    await store.add_many([(suggestion(f"s{n}"), each, "key:1") for n, each in enumerate(told)])
    await store.add(suggestion("asked"))
    for action, article_id in (
        (FeedbackAction.ACCEPTED, "cost"),
        (FeedbackAction.EDITED, "return"),
        (FeedbackAction.REJECTED, "pay"),
        (FeedbackAction.REPLACED, None),
    ):
        await store.add_feedback(Feedback("asked", action, "person:1", AT, article_id))
    assert await ArticleUse(database).counts() == {"cost": 3, "pay": 1, "return": 1}


@pytest.mark.parametrize("name", ['it\'s "quoted" \\ /слэш', "a.b[0]"])
async def test_that_an_id_of_any_signs_is_counted(database: Database, name: str) -> None:
    await SuggestionStore(database).add_many([(suggestion("s"), answer(name), "key:1")])
    assert await ArticleUse(database).counts() == {name: 1}
