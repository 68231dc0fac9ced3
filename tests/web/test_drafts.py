"""Drafts, and what a sent reply says of the suggestion that it was made from."""

from datetime import UTC, datetime

import pytest

from sufler.domain.decisions import (
    FeedbackAction,
    Level,
    Suggestion,
    SuggestionItem,
    TurnKind,
    Versions,
)
from sufler.domain.knowledge import Mode
from sufler.web.desk_drafts import Drafts

AT = datetime(2026, 5, 1, tzinfo=UTC)
ANSWER = "Доставка стоит 300 ₽, а от 3000 ₽ бесплатно."
ITEM = SuggestionItem(
    "cost", "Сколько стоит?", ANSWER, "Доставка", Mode.SUGGESTS, "ru", True, 0.9, Level.SURE, "цена"
)


def suggestion(id_: str = "s1", *items: SuggestionItem) -> Suggestion:
    versions = Versions(1, "m", "h", "p", "o")
    return Suggestion(id_, "?", "ru", TurnKind.QUESTION, items or (ITEM,), versions, 1.0, AT)


@pytest.mark.parametrize(
    ("sent", "action"),
    [
        (ANSWER, FeedbackAction.ACCEPTED),
        (f"  {ANSWER}\n", FeedbackAction.ACCEPTED),
        (ANSWER.replace("300", "500"), FeedbackAction.EDITED),
        (f"Здравствуйте, Мария! {ANSWER} Хорошего дня!", FeedbackAction.EDITED),
        ("Заказ уже у вас под дверью, проверьте.", FeedbackAction.REPLACED),
    ],
)
def test_that_the_text_that_was_sent_decides(sent: str, action: FeedbackAction) -> None:
    drafts = Drafts()
    draft = drafts.of("anna", "c1")
    drafts.insert(draft, suggestion(), ITEM)
    given = drafts.feedback(draft, sent, suggestion(), "anna", AT)
    assert given is not None
    assert (given.action, given.article_id, given.final_text) == (action, "cost", sent)


def test_that_an_answer_of_ones_own_replaces_what_was_offered() -> None:
    drafts = Drafts()
    given = drafts.feedback(drafts.of("anna", "c1"), "Сам отвечу", suggestion(), "anna", AT)
    assert given is not None
    assert (given.action, given.article_id) == (FeedbackAction.REPLACED, None)


def test_that_a_suggestion_is_told_of_once_and_never_without_one() -> None:
    drafts = Drafts()
    draft = drafts.of("anna", "c1")
    assert drafts.feedback(draft, "раз", suggestion(), "anna", AT) is not None
    assert drafts.feedback(draft, "два", suggestion(), "anna", AT) is None
    assert drafts.feedback(draft, "три", suggestion("s2"), "anna", AT) is not None
    assert drafts.feedback(draft, "четыре", None, "anna", AT) is None


def test_that_an_insertion_keeps_what_was_written() -> None:
    drafts = Drafts()
    draft = drafts.of("anna", "c1")
    draft.text = "Здравствуйте!"
    drafts.insert(draft, suggestion(), ITEM)
    assert draft.text == f"Здравствуйте!\n\n{ANSWER}"
    assert drafts.of("anna", "c1") is draft
    assert drafts.of("boris", "c1").text == ""
