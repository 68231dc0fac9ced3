"""Unsaved texts of editors, kept on the server: a reload or a broken line loses nothing."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from sufler.web.kb_form import Form

_MOST = 500
NEW = "new"


@dataclass(frozen=True, slots=True)
class Unsaved:
    """What was typed, and when."""

    form: Form
    at: datetime


class UnsavedForms:
    """By person and article, in memory; the oldest go first."""

    def __init__(self) -> None:
        self._forms: OrderedDict[tuple[str, str], Unsaved] = OrderedDict()

    def keep(self, caller_id: str, article_id: str, form: Form, at: datetime) -> None:
        """Keep a copy of `form`."""
        self._forms[caller_id, article_id] = Unsaved(form.copied(), at)
        self._forms.move_to_end((caller_id, article_id))
        if len(self._forms) > _MOST:
            self._forms.popitem(last=False)

    def drop(self, caller_id: str, article_id: str) -> None:
        """It was saved, or is not wanted."""
        self._forms.pop((caller_id, article_id), None)

    def of(self, caller_id: str, article_id: str) -> Unsaved | None:
        """What the person had typed, in a copy of its own."""
        found = self._forms.get((caller_id, article_id))
        return Unsaved(found.form.copied(), found.at) if found else None
