"""Gaps for editors: what the base lacks, weekly and on demand, ranked, and made into articles."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from sufler.desk.gap_looking import WINDOW, GapLooking, LookRecords, words_of
from sufler.desk.people import require
from sufler.domain.customers import learned_from
from sufler.domain.errors import BadInput, Conflict
from sufler.domain.gaps import Gap, GapKind, GapLook, GapSize, GapState, GapTurn
from sufler.domain.knowledge import (
    OTHER_TOPIC,
    Article,
    ArticleRevision,
    ArticleStatus,
    Phrasing,
    PhrasingSource,
    Translation,
)
from sufler.domain.people import Caller, Right
from sufler.domain.ports import Clock, Leases
from sufler.prompter.gathering import as_article
from sufler.prompter.learning.masking import masked_reply

LEASE: Final = "gaps"
WEEKLY: Final = "week"
EVERY: Final = timedelta(days=7)
LOOK_S: Final = 3600.0
# A gap is shown from so many turns on: one turn is no gap.
LEAST: Final = 2
SHOWN: Final = 50
EXAMPLES: Final = 5
# What a customer waits longer for says more about the night than about the base.
LONGEST_WAIT_S: Final = 24 * 3600.0
UNKNOWN_WAIT_S: Final = 60.0
# A shrinking is told as a share from so much time on after the article was published.
TOLD_AFTER: Final = timedelta(days=7)
MAX_TITLE: Final = 200
MAX_ANSWER: Final = 20_000


@dataclass(frozen=True, slots=True)
class Shrunk:
    """Turns of a taken gap a week: in the four weeks before its article served, and since `since`
    (None: the draft is not published yet). `after` is None while it is too early to tell; then
    `so_far` turns have come."""

    since: datetime | None
    before: float = 0.0
    so_far: int = 0
    after: float | None = None


@dataclass(frozen=True, slots=True)
class ShownGap:
    """A gap as editors see it. `examples` are at most five questions, masked, the most central
    first, each with its conversation (None: a foreign desk's); `title` and `answer` what a draft
    would begin with ("" where nobody replied). `article`: of a missing phrasing, or the draft."""

    gap: Gap
    size: GapSize
    weight: float
    title: str
    answer: str
    examples: tuple[tuple[str, str | None], ...]
    article: Article | None = None
    shrunk: Shrunk | None = None


@dataclass(frozen=True, slots=True)
class GapReport:
    """Gaps by what they cost, those that were taken, the newest first, and those dismissed.
    `look`: when it was last looked for them; None before the first time."""

    look: GapLook | None
    open: tuple[ShownGap, ...]
    taken: tuple[ShownGap, ...]
    dismissed: tuple[ShownGap, ...]


class GapRecords(LookRecords, Protocol):
    """`storage.gaps.GapStore`."""

    async def get(self, gap_id: int) -> Gap: ...
    async def sizes(self, since: datetime, until: datetime | None = None) -> dict[int, GapSize]: ...
    async def look(self) -> GapLook | None: ...
    async def decide(
        self, gap_id: int, state: GapState, by: str, at: datetime, article_id: str | None = None
    ) -> None: ...


class Base(Protocol):
    """`kb_index.knowledge.KnowledgeBase`."""

    async def get(self, article_id: str) -> Article: ...
    async def get_many(self, ids: Sequence[str]) -> Mapping[str, Article]: ...
    async def history(self, article_id: str) -> list[ArticleRevision]: ...
    async def save(
        self,
        articles: Iterable[Article],
        author: str,
        expected: Mapping[str, int] | None = None,
    ) -> int: ...


class Gaps:
    """Every call of a person needs the right to edit articles (Forbidden)."""

    def __init__(
        self, records: GapRecords, knowledge: Base, looking: GapLooking, clock: Clock
    ) -> None:
        self._records = records
        self._knowledge = knowledge
        self._looking = looking
        self._clock = clock

    async def run(self, leases: Leases) -> None:
        """For ever, in one process of all: once a week."""
        while True:
            async with leases.holding(LEASE):
                while True:
                    last = await self._records.look()
                    if last is None or self._clock.now() - last.at >= EVERY:
                        await self._looking.look(WEEKLY)
                    await asyncio.sleep(LOOK_S)

    async def look(self, caller: Caller) -> GapLook:
        """Look now. Raises Conflict while another look is under way here."""
        require(caller, Right.EDIT_ARTICLES)
        return await self._looking.look(caller.name)

    async def report(self, caller: Caller) -> GapReport:
        """What is known of gaps now; looks for none."""
        require(caller, Right.EDIT_ARTICLES)
        now = self._clock.now()
        every = await self._records.all()
        sizes = await self._records.sizes(now - WINDOW)
        known = [size.waited_s for size in sizes.values() if size.waited_s is not None]
        usual = sum(known) / len(known) if known else UNKNOWN_WAIT_S
        ranked = sorted(
            (each for each in every if _is_shown(each, sizes)),
            key=lambda each: (-_weight(sizes[each.id], usual), each.id),
        )[:SHOWN]
        taken = _newest(every, GapState.TAKEN)
        dismissed = _newest(every, GapState.DISMISSED)
        wanted = [*ranked, *taken, *dismissed]
        turns = await self._records.turns_of([each.id for each in wanted])
        ids = list(dict.fromkeys(each.article_id for each in wanted if each.article_id))
        articles = await self._knowledge.get_many(ids)

        def shown(gap: Gap) -> ShownGap | None:
            size = sizes.get(gap.id, GapSize(0))
            article = articles.get(gap.article_id or "")
            return _shown(gap, turns[gap.id], size, _weight(size, usual), article)

        found = [each for gap in taken if (each := shown(gap)) is not None]
        return GapReport(
            look=await self._records.look(),
            open=tuple(each for gap in ranked if (each := shown(gap)) is not None),
            taken=tuple([replace(each, shrunk=await self._shrunk(each, now)) for each in found]),
            dismissed=tuple(each for gap in dismissed if (each := shown(gap)) is not None),
        )

    async def draft(self, caller: Caller, gap_id: int, title: str, answer: str) -> str:
        """Make a draft article of a missing article; its id. The shown questions become its
        phrasings, and leave with their customers. Raises BadInput, NotFound, Conflict."""
        require(caller, Right.EDIT_ARTICLES)
        gap = await self._open(gap_id, GapKind.ARTICLE)
        title, answer = " ".join(title.split()), answer.strip()
        if not title or len(title) > MAX_TITLE:
            raise BadInput(f"a title has 1 to {MAX_TITLE} characters", field="title")
        if not answer or len(answer) > MAX_ANSWER:
            raise BadInput(f"an answer has 1 to {MAX_ANSWER} characters", field="answer")
        turns = (await self._records.turns_of([gap.id]))[gap.id]
        topics = Counter(turn.topic for turn in turns if turn.topic)
        article = Article(
            id=f"gap-{gap.id}",
            topic=topics.most_common(1)[0][0] if topics else OTHER_TOPIC,
            translations={gap.language: Translation(title, answer)},
            phrasings=_phrasings(gap, turns, {title}),
            status=ArticleStatus.DRAFT,
        )
        signature = f"{caller.name} ({caller.id})"
        await self._knowledge.save([article], signature, {article.id: 0})
        await self._records.decide(gap.id, GapState.TAKEN, signature, self._clock.now(), article.id)
        return article.id

    async def add_phrasings(self, caller: Caller, gap_id: int) -> str:
        """The shown questions become phrasings of the article that was meant; its id. They leave
        with their customers. Raises NotFound, Conflict."""
        require(caller, Right.EDIT_ARTICLES)
        gap = await self._open(gap_id, GapKind.PHRASING)
        article = await self._knowledge.get(gap.article_id or "")
        turns = (await self._records.turns_of([gap.id]))[gap.id]
        known = {each.text.casefold() for each in article.phrasings}
        added = _phrasings(gap, turns, known)
        changed = replace(article, phrasings=(*article.phrasings, *added))
        signature = f"{caller.name} ({caller.id})"
        await self._knowledge.save([changed], signature, {article.id: article.revision})
        await self._records.decide(gap.id, GapState.TAKEN, signature, self._clock.now())
        return article.id

    async def dismiss(self, caller: Caller, gap_id: int) -> None:
        """Nothing is to be written about it; its turns join it further. Raises Conflict."""
        await self._decide(caller, gap_id, GapState.DISMISSED)

    async def reopen(self, caller: Caller, gap_id: int) -> None:
        """A dismissed gap is one again. Raises Conflict."""
        await self._decide(caller, gap_id, GapState.OPEN)

    async def _decide(self, caller: Caller, gap_id: int, state: GapState) -> None:
        require(caller, Right.EDIT_ARTICLES)
        await self._records.get(gap_id)
        signature = f"{caller.name} ({caller.id})"
        await self._records.decide(gap_id, state, signature, self._clock.now())

    async def _open(self, gap_id: int, kind: GapKind) -> Gap:
        gap = await self._records.get(gap_id)
        if gap.kind is not kind:
            raise BadInput(f"this gap is not of kind {kind.value}", field="gap_id")
        if gap.state is not GapState.OPEN:
            raise Conflict("somebody else has decided about this already", field="gap_id")
        return gap

    async def _shrunk(self, shown: ShownGap, now: datetime) -> Shrunk:
        since = shown.gap.changed_at
        if shown.gap.kind is GapKind.ARTICLE:
            since = await self._published(shown.article)
        if since is None:
            return Shrunk(None)
        nothing = GapSize(0)
        before = (await self._records.sizes(since - WINDOW, since)).get(shown.gap.id, nothing)
        after = (await self._records.sizes(since)).get(shown.gap.id, nothing)
        passed = now - since
        rate = after.turns / (passed / EVERY) if passed >= TOLD_AFTER else None
        return Shrunk(since, before.turns / (WINDOW / EVERY), after.turns, rate)

    async def _published(self, article: Article | None) -> datetime | None:
        """When it was first published; None while it is a draft, or gone."""
        if article is None:
            return None
        kept = await self._knowledge.history(article.id)
        served = [each.at for each in kept if each.article.status is ArticleStatus.PUBLISHED]
        return min(served, default=None)


def _is_shown(gap: Gap, sizes: Mapping[int, GapSize]) -> bool:
    return gap.state is GapState.OPEN and gap.id in sizes and sizes[gap.id].turns >= LEAST


def _newest(every: Sequence[Gap], state: GapState) -> list[Gap]:
    """At most SHOWN that are in this state, the newest first."""
    found = [gap for gap in every if gap.state is state and gap.changed_at is not None]
    return sorted(found, key=lambda gap: (gap.changed_at, gap.id), reverse=True)[:SHOWN]


def _weight(size: GapSize, usual: float) -> float:
    """Number times waiting time: customers' seconds."""
    waited = usual if size.waited_s is None else size.waited_s
    return size.turns * min(waited, LONGEST_WAIT_S)


def _shown(
    gap: Gap, turns: Sequence[GapTurn], size: GapSize, weight: float, article: Article | None
) -> ShownGap | None:
    """None where no words of it are left (erased, or too old)."""
    examples = _examples(gap, turns)
    if not examples:
        return None
    best = next((turn for turn in turns if turn.suggestion_id == gap.reply_id), None)
    title = examples[0][0]
    return ShownGap(
        gap=gap,
        size=size,
        weight=weight,
        title=title[:MAX_TITLE],
        answer=as_article(masked_reply(best.reply)) if best else "",
        examples=tuple(examples),
        article=article,
    )


def _examples(gap: Gap, turns: Sequence[GapTurn]) -> list[tuple[str, str | None]]:
    """The question in the middle, then the newest, each wording once."""
    middle = [turn for turn in turns if turn.suggestion_id == gap.question_id]
    found: dict[str, tuple[str, str | None]] = {}
    for turn in (*middle, *reversed(turns)):
        words = words_of(turn)
        if words:
            found.setdefault(words.casefold(), (words, turn.conversation_id))
    return list(found.values())[:EXAMPLES]


def _phrasings(gap: Gap, turns: Sequence[GapTurn], known: set[str]) -> tuple[Phrasing, ...]:
    """The shown questions; each leaves with its customer."""
    return tuple(
        Phrasing(
            words,
            gap.language,
            PhrasingSource.LEARNED,
            learned_from(talk) if talk else None,
        )
        for words, talk in _examples(gap, turns)
        if words.casefold() not in {each.casefold() for each in known}
    )
