"""What an import did or would do, row by row, with counts that are whole where lists are capped."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from sufler.domain.knowledge import Language
from sufler.domain.texts import text
from sufler.kb_index.formats.rows import RowRef

LISTED = 1_000


class Outcome(StrEnum):
    """What a row is to the base."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REPEATED = "repeated"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """One row's outcome. `detail`: the reason of a rejection, or the fields that change."""

    outcome: Outcome
    at: RowRef
    article_id: str = ""
    title: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class TitlePair:
    """Two articles with nearly or exactly the same title. `likeness` is 0..100; `second` is None
    when the other one is in the base already. `contradicts`: same title, different answers."""

    title: str
    at: RowRef
    article_id: str
    other_title: str
    other_at: RowRef | None
    other_id: str
    likeness: float
    contradicts: bool = False


@dataclass(slots=True)
class ImportReport:
    """An import or its rehearsal. The lists hold at most LISTED rows of each outcome; `counts`
    count them all. `saved` is how many articles were written."""

    dry_run: bool = False
    skip_rejected: bool = False
    imported: bool = False
    saved: int = 0
    run_id: int | None = None
    """The number of the run, where it is remembered and wrote anything."""
    files: list[str] = field(default_factory=list)
    counts: Counter[Outcome] = field(default_factory=Counter)
    rows: list[RowOutcome] = field(default_factory=list)
    near_duplicates: list[TitlePair] = field(default_factory=list)
    contradictions: list[TitlePair] = field(default_factory=list)
    with_html: int = 0
    topics: dict[str, str] = field(default_factory=dict)
    """Topics of the rows, each with its mode after the import."""

    def add(self, row: RowOutcome) -> None:
        """Count the row, and list it while there is room."""
        self.counts[row.outcome] += 1
        if self.counts[row.outcome] <= LISTED:
            self.rows.append(row)

    def listed(self, outcome: Outcome) -> list[RowOutcome]:
        """The listed rows with this outcome."""
        return [row for row in self.rows if row.outcome is outcome]

    def counted(self) -> dict[str, int]:
        """Rows by outcome, and how many articles were saved."""
        return {outcome.value: self.counts[outcome] for outcome in Outcome} | {"saved": self.saved}

    def errors(self) -> list[str]:
        """The rejected rows in words."""
        return [f"{row.at}: {row.detail}" for row in self.listed(Outcome.REJECTED)]

    @property
    def total(self) -> int:
        """How many rows were read, blank ones aside."""
        return self.counts.total()

    @property
    def refused(self) -> bool:
        """Whether rejected rows keep everything out (an import is all or nothing)."""
        return bool(self.counts[Outcome.REJECTED]) and not self.skip_rejected

    def words(self, language: Language = "en") -> list[str]:
        """The closing lines of the report, for people."""
        counts = {outcome.value: self.counts[outcome] for outcome in Outcome}
        lines = [text("import_counts", language, **counts)]
        if self.with_html:
            lines.append(text("import_html", language, rows=self.with_html))
        if self.refused:
            lines.append(text("import_refused", language, rows=self.counts[Outcome.REJECTED]))
        elif self.dry_run:
            lines.append(text("import_dry_run", language))
        else:
            lines.append(self._closing(language))
        return lines

    def _closing(self, language: Language) -> str:
        answering = sum(mode == "answers" for mode in self.topics.values())
        suggesting = sum(mode == "suggests" for mode in self.topics.values())
        key = "import_topics_suggest" if suggesting != 1 else "import_topic_suggests"
        if answering:
            key = "import_topics_answer"
        return text(key, language, suggesting=suggesting, answering=answering)
