"""Checks: labels that were made without having seen the suggestion. See docs/accuracy.md."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CheckKind(StrEnum):
    """How the label came about; each without having seen what the bot would have said."""

    HIDDEN = "hidden"
    HISTORY = "history"
    REVIEW = "review"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Check:
    """One label: whether sending the top article as it stood would have been `right`.

    `confidence` is the prediction's; `propensity` the chance (0..1] with which the turn was drawn;
    `predicted_at` and `at` are when the prediction and the label were made. `overdue`: nobody
    labelled it in time, so it counts as wrong.
    """

    id: int
    suggestion_id: str
    topic: str
    article_id: str
    kind: CheckKind
    confidence: float
    right: bool
    propensity: float
    predicted_at: datetime
    at: datetime
    by: str
    took_s: float | None = None
    overdue: bool = False
