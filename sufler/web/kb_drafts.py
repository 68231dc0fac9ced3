"""Unsaved work of editors, kept on the server: a reload or a broken line loses nothing."""

import copy
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

T = TypeVar("T")

_MOST = 500
NEW = "new"


@dataclass(frozen=True, slots=True)
class Unsaved(Generic[T]):
    """What was typed, and when."""

    form: T
    at: datetime


class UnsavedForms(Generic[T]):
    """By person and thing (an article, a flow), in memory; the oldest go first."""

    def __init__(self) -> None:
        self._forms: OrderedDict[tuple[str, str], Unsaved[T]] = OrderedDict()

    def keep(self, caller_id: str, key: str, form: T, at: datetime) -> None:
        """Keep a copy of `form`."""
        self._forms[caller_id, key] = Unsaved(copy.deepcopy(form), at)
        self._forms.move_to_end((caller_id, key))
        if len(self._forms) > _MOST:
            self._forms.popitem(last=False)

    def drop(self, caller_id: str, key: str) -> None:
        """It was saved, or is not wanted."""
        self._forms.pop((caller_id, key), None)

    def of(self, caller_id: str, key: str) -> Unsaved[T] | None:
        """What the person had typed, in a copy of its own."""
        found = self._forms.get((caller_id, key))
        return Unsaved(copy.deepcopy(found.form), found.at) if found else None
