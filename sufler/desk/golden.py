"""Golden questions: what must be answered right, which are not now, and what refits did to them."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from sufler.desk.people import require
from sufler.domain.decisions import Suggestion
from sufler.domain.errors import BadInput
from sufler.domain.knowledge import LANGUAGES, Article, Language
from sufler.domain.learning import Golden
from sufler.domain.people import Caller, Right
from sufler.domain.ports import Clock
from sufler.prompter.learning.masking import masked

MAX_TEXT: Final = 1000
MOST: Final = 2000
# Bytes of a table of them.
MAX_TABLE: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class GoldenShown:
    """A golden question with what is answered now: the first article's id, or None."""

    golden: Golden
    found: str | None

    @property
    def right(self) -> bool:
        """Whether that is the right one."""
        return self.found == self.golden.article_id


class GoldenRecords(Protocol):
    """`storage.golden.GoldenStore`."""

    async def all(self) -> list[Golden]: ...
    async def add(self, given: Iterable[Golden]) -> int: ...
    async def remove(self, golden_id: int) -> None: ...
    async def newest_refits(self, limit: int = ...) -> list[Mapping[str, Any]]: ...


class Prompting(Protocol):
    """`prompter.suggest.Prompter`."""

    async def suggest(
        self, text: str, *, language: Language | None = ..., limit: int = ...
    ) -> Suggestion: ...


class Knowing(Protocol):
    """`kb_index.knowledge.KnowledgeBase`."""

    async def get_many(self, ids: Sequence[str]) -> dict[str, Article]: ...


class GoldenDesk:
    """Reading needs the right to read articles, changing the right to edit them (Forbidden)."""

    def __init__(
        self, records: GoldenRecords, prompter: Prompting, knowledge: Knowing, clock: Clock
    ) -> None:
        self._records = records
        self._prompter = prompter
        self._knowledge = knowledge
        self._clock = clock

    async def all(self, caller: Caller) -> list[Golden]:
        """By id."""
        require(caller, Right.READ_ARTICLES)
        return await self._records.all()

    async def looked_at(self, caller: Caller) -> list[GoldenShown]:
        """Each with what is answered now, those answered wrongly first; takes milliseconds for
        each."""
        found = []
        for each in await self.all(caller):
            made = await self._prompter.suggest(each.text, language=each.language, limit=1)
            found.append(GoldenShown(each, made.items[0].article_id if made.items else None))
        return sorted(found, key=lambda one: one.right)

    async def add(
        self,
        caller: Caller,
        text: str,
        language: Language,
        article_id: str,
        conversation_id: str | None = None,
    ) -> int:
        """Add one; a known question gets this article. Returns how many were changed. Raises
        BadInput for an empty or long text, an unknown article, and one too many."""
        one = Golden(
            id=0,
            text=" ".join(text.split()),
            language=language,
            article_id=article_id,
            by=f"{caller.name} ({caller.id})",
            at=self._clock.now(),
            conversation_id=conversation_id,
        )
        return await self._add(caller, [one])

    async def add_turn(
        self, caller: Caller, asked: Suggestion, article_id: str, names: Sequence[str] = ()
    ) -> int:
        """Add the words of a customer's turn, without what is personal in them (`names` too); they
        leave with the customer. Raises as `add`."""
        words = masked(asked.text, asked.language, names)
        talk = asked.conversation_id
        return await self.add(caller, words, asked.language, article_id, talk)

    async def add_csv(self, caller: Caller, content: str) -> int:
        """Add the rows of a table `text,language,article_id`, all or none. Raises BadInput that
        names the row."""
        table = csv.DictReader(io.StringIO(content.removeprefix("\ufeff")))
        by, now = f"{caller.name} ({caller.id})", self._clock.now()
        given = []
        try:
            if not {"text", "language", "article_id"} <= set(table.fieldnames or ()):
                raise BadInput("the columns are text, language, article_id", field="file")
            for number, row in enumerate(table, 2):
                if row["language"] not in LANGUAGES:
                    raise BadInput(f"row {number}: the language is ru or en", field="language")
                text = " ".join((row["text"] or "").split())
                named = (row["article_id"] or "").strip()
                given.append(Golden(0, text, row["language"], named, by, now))
        except csv.Error as error:
            raise BadInput(f"the file is no CSV: {error}", field="file") from error
        return await self._add(caller, given)

    async def remove(self, caller: Caller, golden_id: int) -> None:
        """Raises NotFound."""
        require(caller, Right.EDIT_ARTICLES)
        await self._records.remove(golden_id)

    async def refits(self, caller: Caller) -> list[Mapping[str, Any]]:
        """Refits that changed golden answers or were refused, the newest first."""
        require(caller, Right.READ_ARTICLES)
        return await self._records.newest_refits()

    async def _add(self, caller: Caller, given: Sequence[Golden]) -> int:
        require(caller, Right.EDIT_ARTICLES)
        for number, each in enumerate(given, 1):
            if not each.text or len(each.text) > MAX_TEXT:
                raise BadInput(
                    f"question {number}: a text has 1 to {MAX_TEXT} characters", field="text"
                )
        known = await self._knowledge.get_many([each.article_id for each in given])
        for number, each in enumerate(given, 1):
            if each.article_id not in known:
                raise BadInput(
                    f"question {number}: there is no article {each.article_id!r}",
                    field="article_id",
                )
        if len(await self._records.all()) + len(given) > MOST:
            raise BadInput(f"there can be {MOST} golden questions", field="text")
        return await self._records.add(given)
