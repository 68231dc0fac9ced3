"""What a list of articles shows, as its address says it: a reload and a link keep it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from sufler.domain.knowledge import Language
from sufler.kb_index.catalogue import Only, Order, Wanted

PAGE = 50
LONGEST = 200

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class ListState:
    """Filters, words, order and page (from 0)."""

    topic: str | None = None
    only: Only | None = None
    words: str = ""
    order: Order = Order.CHANGED
    page: int = 0

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "ListState":
        """From an address; what makes no sense there is left out."""
        page = query.get("page", "")
        return cls(
            topic=query.get("topic", "")[: LONGEST + 100] or None,
            only=_member(Only, query.get("only")),
            words=query.get("q", "")[:LONGEST],
            order=_member(Order, query.get("order")) or Order.CHANGED,
            page=max(int(page) - 1, 0)
            if page.isascii() and page.isdigit() and page < "9" * 6
            else 0,
        )

    def changed(self, **values: object) -> "ListState":
        """With other values, from the first page again."""
        return replace(self, **({"page": 0} | values))  # type: ignore[arg-type]  # our own fields

    def address(self) -> str:
        """/kb with everything that is not the default."""
        values = {
            "topic": self.topic,
            "only": self.only,
            "q": self.words,
            "order": None if self.order is Order.CHANGED else self.order,
            "page": self.page + 1 if self.page else None,
        }
        given = {name: str(value) for name, value in values.items() if value}
        return "/kb" + (f"?{urlencode(given)}" if given else "")

    def wanted(self, language: Language, uses: Mapping[str, int]) -> Wanted:
        """For the catalogue."""
        return Wanted(self.topic, self.only, self.words, self.order, language, uses)


def _member(kind: type[E], name: str | None) -> E | None:
    return next((each for each in kind if each.value == name), None)
