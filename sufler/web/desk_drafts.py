"""Unsent replies, kept on the server for each operator and conversation, and where they came
from: whether a suggestion was sent as it stood, edited, or replaced."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime

from rapidfuzz import fuzz

from sufler.domain.conversation import Attachment
from sufler.domain.decisions import Feedback, FeedbackAction, Suggestion, SuggestionItem

_MOST_DRAFTS = 5000
# rapidfuzz ratio (0..100): below it the text has nothing to do with what was inserted.
_EDITED_FROM = 50.0


@dataclass(frozen=True, slots=True)
class Inserted:
    """A suggestion's item that was put into the reply."""

    suggestion_id: str
    item: SuggestionItem


@dataclass(slots=True)
class Draft:
    """A reply that is being written. `quotes` is the channel's id of the message it answers,
    `quoted` the beginning of that message."""

    text: str = ""
    inserted: Inserted | None = None
    quotes: str | None = None
    quoted: str = ""
    attachments: list[Attachment] = field(default_factory=list)

    def empty(self) -> None:
        """It was sent."""
        self.text, self.inserted, self.quotes, self.quoted = "", None, None, ""
        self.attachments.clear()


class Drafts:
    """Drafts of all operators, in memory: they outlive a reload, and two tabs share them."""

    def __init__(self) -> None:
        self._drafts: OrderedDict[tuple[str, str], Draft] = OrderedDict()
        self._told: OrderedDict[str, None] = OrderedDict()

    def of(self, caller_id: str, conversation_id: str) -> Draft:
        """The caller's draft in a conversation; change it in place."""
        key = (caller_id, conversation_id)
        draft = self._drafts.setdefault(key, Draft())
        self._drafts.move_to_end(key)
        if len(self._drafts) > _MOST_DRAFTS:
            self._drafts.popitem(last=False)
        return draft

    def insert(self, draft: Draft, suggestion: Suggestion, item: SuggestionItem) -> None:
        """Put a suggestion into the draft, after what is written already."""
        written = draft.text.rstrip()
        draft.text = f"{written}\n\n{item.text}" if written else item.text
        draft.inserted = Inserted(suggestion.id, item)

    def feedback(
        self, draft: Draft, sent: str, suggestion: Suggestion | None, by: str, at: datetime
    ) -> Feedback | None:
        """What sending `sent` says of the suggestion: once for each, by the text that was really
        sent and not by the button that was pressed."""
        inserted = draft.inserted
        suggestion_id = inserted.suggestion_id if inserted else suggestion.id if suggestion else ""
        offered = inserted is not None or (suggestion is not None and bool(suggestion.items))
        if not suggestion_id or not offered or suggestion_id in self._told:
            return None
        self._told[suggestion_id] = None
        if len(self._told) > _MOST_DRAFTS:
            self._told.popitem(last=False)
        action, article_id = FeedbackAction.REPLACED, None
        if inserted is not None:
            action = _action(inserted.item.text, sent)
            article_id = inserted.item.article_id
        return Feedback(suggestion_id, action, by, at, article_id, sent)


def _action(offered: str, sent: str) -> FeedbackAction:
    offered, sent = " ".join(offered.split()), " ".join(sent.split())
    if offered == sent:
        return FeedbackAction.ACCEPTED
    kept = max(fuzz.ratio(offered, sent), fuzz.partial_ratio(offered, sent))
    return FeedbackAction.EDITED if kept >= _EDITED_FROM else FeedbackAction.REPLACED
