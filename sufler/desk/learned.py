"""What editors see and do with what was learned: undo, confirm, the review list, clearing."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from sufler.desk.people import may, require
from sufler.desk.staffing import act
from sufler.domain.administration import Act
from sufler.domain.errors import BadInput, Conflict, Forbidden, NotFound
from sufler.domain.knowledge import Article, Language, Translation
from sufler.domain.learning import (
    Learned,
    LearnedFilter,
    LearnedState,
    Lesson,
    Proposal,
    ProposalKind,
    ProposalState,
    Use,
)
from sufler.domain.people import Caller, Right
from sufler.domain.ports import Clock
from sufler.kb_index.formats import reason_against
from sufler.kb_index.index import Index
from sufler.prompter.learning.sweep import Confusing, confusing

MAX_REASON = 500
MOST_AT_ONCE = 1001
_WAITS = (LearnedState.REVIEW, LearnedState.QUARANTINED)


@dataclass(frozen=True, slots=True)
class Done:
    """How many were changed, and whether what serves has changed by it."""

    count: int
    version: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal with its article as it is now; None where there is none (any more). `moved`: the
    article's answer is not the one any more that the proposal was made from."""

    proposal: Proposal
    article: Article | None
    moved: bool = False


class LearnedRecords(Protocol):
    """`storage.learned_list.LearnedStore`."""

    async def get(self, learned_id: int) -> Learned: ...
    async def page(
        self, wanted: LearnedFilter, limit: int, before: int | None = None
    ) -> list[Learned]: ...
    async def count(self, wanted: LearnedFilter) -> int: ...
    async def teachers(self) -> list[tuple[str, int]]: ...
    async def change(
        self, ids: Sequence[int], state: LearnedState, by: str, why: str | None = None
    ) -> Done: ...
    async def undo(self, wanted: LearnedFilter, by: str) -> Done: ...


class ProposalRecords(Protocol):
    """`storage.proposals.ProposalStore`."""

    async def open(self, limit: int = ..., after: int | None = None) -> list[Proposal]: ...
    async def count(self) -> int: ...
    async def get(self, proposal_id: int) -> Proposal: ...
    async def decide(self, proposal_id: int, state: ProposalState, by: str) -> None: ...
    async def approve_phrasing(self, proposal: Proposal, by: str) -> None: ...
    async def hold(self, article_id: str, by: str, proposal_id: int) -> bool: ...
    async def release(self, article_id: str, by: str, act: Act | None = None) -> bool: ...
    async def held(self) -> list[Mapping[str, Any]]: ...


class Corrections(Protocol):
    """`storage.lessons.LessonStore`, as far as people correct it."""

    async def get(self, lesson_id: int) -> Lesson: ...
    async def correct(self, lesson_id: int, use: Use, by: str) -> None: ...
    async def of_conversation(self, conversation_id: str) -> dict[int, tuple[int, Use, str]]: ...


class Base(Protocol):
    """`kb_index.knowledge.KnowledgeBase`."""

    @property
    def index(self) -> Index: ...
    async def get(self, article_id: str) -> Article: ...
    async def get_many(self, ids: Sequence[str]) -> dict[str, Article]: ...
    async def save(
        self, articles: Iterable[Article], author: str, expected: Mapping[str, int] | None = None
    ) -> int: ...
    async def refresh(self) -> object: ...


class LearnedDesk:
    """Reading needs the right to read articles, changing the right to edit them (Forbidden)."""

    def __init__(
        self,
        records: LearnedRecords,
        proposals: ProposalRecords,
        lessons: Corrections,
        knowledge: Base,
        clock: Clock,
    ) -> None:
        self._records = records
        self._proposals = proposals
        self._lessons = lessons
        self._knowledge = knowledge
        self._clock = clock
        self._confusing: tuple[int, Sequence[Confusing]] | None = None

    async def learned(
        self, caller: Caller, wanted: LearnedFilter, limit: int = 50, before: int | None = None
    ) -> list[Learned]:
        """The newest first; `before` is the last one's id."""
        require(caller, Right.READ_ARTICLES)
        return await self._records.page(wanted, max(1, min(limit, MOST_AT_ONCE)), before)

    async def count(self, caller: Caller, wanted: LearnedFilter) -> int:
        """How many there are."""
        require(caller, Right.READ_ARTICLES)
        return await self._records.count(wanted)

    async def teachers(self, caller: Caller) -> list[tuple[str, int]]:
        """Who has taught how many phrasings, the most first."""
        require(caller, Right.READ_ARTICLES)
        return await self._records.teachers()

    async def confused(self, caller: Caller) -> Sequence[Confusing]:
        """Articles that take each other's questions, most first; found anew for each state of the
        base, beside whatever else is done."""
        require(caller, Right.READ_ARTICLES)
        index = self._knowledge.index
        if self._confusing is None or self._confusing[0] != index.version:
            self._confusing = index.version, await asyncio.to_thread(confusing, index)
        return self._confusing[1]

    async def undo(self, caller: Caller, wanted: LearnedFilter) -> int:
        """Take back everything of `wanted` (an operator's, a day's, an article's); how many.
        Raises BadInput when nothing is named: all that was ever learned goes by no one click."""
        require(caller, Right.EDIT_ARTICLES)
        if wanted == LearnedFilter() or wanted == LearnedFilter(states=wanted.states):
            raise BadInput("name an operator, an article or a time", field="by")
        return await self._after(await self._records.undo(wanted, _signed(caller)))

    async def undo_one(self, caller: Caller, learned_id: int) -> None:
        """Take one back. Raises NotFound."""
        require(caller, Right.EDIT_ARTICLES)
        one = await self._records.get(learned_id)
        done = await self._records.change([one.id], LearnedState.UNDONE, _signed(caller))
        await self._after(done)

    async def confirm(self, caller: Caller, learned_id: int) -> None:
        """It serves at full weight: whatever held it back, an editor vouches for it. Raises
        NotFound, and Conflict for one that was undone by now."""
        require(caller, Right.EDIT_ARTICLES)
        one = await self._records.get(learned_id)
        if one.state is LearnedState.UNDONE:
            raise Conflict("it was taken back meanwhile", field="learned_id")
        done = await self._records.change([one.id], LearnedState.CONFIRMED, _signed(caller))
        await self._after(done)

    async def correct(self, caller: Caller, lesson_id: int, use: Use) -> None:
        """Say what was really done; the lesson is undone, and learned anew by that. Operators
        correct their own lessons, editors all. Raises NotFound."""
        require(caller, Right.CONVERSE)
        lesson = await self._lessons.get(lesson_id)
        own = {f"person:{caller.person_id}", caller.person_id, caller.id}
        if lesson.by not in own and not may(caller, Right.EDIT_ARTICLES):
            raise Forbidden("this is another operator's lesson")
        await self._lessons.correct(lesson_id, use, _signed(caller))
        await self._knowledge.refresh()

    async def uses(
        self, caller: Caller, conversation_id: str
    ) -> Mapping[int, tuple[int, Use, str]]:
        """What was made of suggestions in a conversation, once it is told: (lesson, use, why) by
        the message."""
        require(caller, Right.CONVERSE)
        return await self._lessons.of_conversation(conversation_id)

    async def held_back(self, caller: Caller, limit: int = 50) -> list[Learned]:
        """Wordings that a guard or a refit holds back until somebody looks, the newest first."""
        return await self.learned(caller, LearnedFilter(states=_WAITS), limit)

    async def waiting(
        self, caller: Caller, limit: int = 50, after: int | None = None
    ) -> list[Waiting]:
        """Proposals that wait, the oldest first; `after` is the last one's id."""
        require(caller, Right.READ_ARTICLES)
        found = await self._proposals.open(max(1, min(limit, MOST_AT_ONCE)), after)
        ids = [each.article_id for each in found if each.article_id is not None]
        articles = await self._knowledge.get_many(ids)
        return [_waiting(each, articles.get(each.article_id or "")) for each in found]

    async def proposal(self, caller: Caller, proposal_id: int) -> Proposal:
        """Raises NotFound."""
        require(caller, Right.READ_ARTICLES)
        return await self._proposals.get(proposal_id)

    async def approve_text(
        self, caller: Caller, proposal_id: int, revision: int, answer: str | None = None
    ) -> Article:
        """The proposed text becomes the article's; `answer`: as the editor has put it. `revision`
        is the one that the editor saw. The next operator is offered it at once; the bot does not
        send it by itself until it is cleared. Raises NotFound, BadInput, and Conflict when the
        article has moved on or the proposal was decided about."""
        require(caller, Right.EDIT_ARTICLES)
        proposal = await self._open(proposal_id, ProposalKind.TEXT)
        article = await self._knowledge.get(proposal.article_id or "")
        if article.revision != revision:
            raise Conflict("the article was changed meanwhile", field="revision")
        changed = _with_answer(article, proposal.language, answer or proposal.after)
        signature = _signed(caller)
        held = await self._proposals.hold(article.id, signature, proposal.id)
        try:
            await self._knowledge.save([changed], signature, {article.id: revision})
        except Exception:
            if held:
                await self._proposals.release(article.id, signature)
            raise
        await self._proposals.decide(proposal.id, ProposalState.APPROVED, signature)
        return await self._knowledge.get(article.id)

    async def approve_phrasing(self, caller: Caller, proposal_id: int) -> None:
        """Its question becomes a confirmed phrasing of its article. Raises NotFound, Conflict."""
        require(caller, Right.EDIT_ARTICLES)
        proposal = await self._open(proposal_id, ProposalKind.PHRASING)
        await self._proposals.approve_phrasing(proposal, _signed(caller))
        await self._knowledge.refresh()

    async def made_article(self, caller: Caller, proposal_id: int) -> None:
        """An editor has made an article of it. Raises NotFound, Conflict."""
        require(caller, Right.EDIT_ARTICLES)
        proposal = await self._open(proposal_id, ProposalKind.ARTICLE)
        await self._proposals.decide(proposal.id, ProposalState.APPROVED, _signed(caller))

    async def dismiss(self, caller: Caller, proposal_id: int) -> None:
        """Nothing is made of it. Raises NotFound, Conflict."""
        require(caller, Right.EDIT_ARTICLES)
        await self._proposals.get(proposal_id)
        await self._proposals.decide(proposal_id, ProposalState.DISMISSED, _signed(caller))

    async def open_proposals(self) -> int:
        """How many wait."""
        return await self._proposals.count()

    async def uncleared(self, caller: Caller) -> list[Mapping[str, Any]]:
        """Articles that only an operator may send: article_id, since, by."""
        require(caller, Right.READ_ARTICLES)
        return await self._proposals.held()

    async def clear(self, caller: Caller, article_id: str, reason: str) -> None:
        """An administrator vouches for an article's new facts: the bot may send it again where its
        topic answers. Raises BadInput without a reason, and NotFound when nothing held it."""
        require(caller, Right.ADMINISTER)
        why = " ".join(reason.split())[:MAX_REASON]
        if not why:
            raise BadInput("say why the article is cleared", field="reason")
        done = act(self._clock, caller, "article_cleared", article_id, why)
        if not await self._proposals.release(article_id, _signed(caller), done):
            raise NotFound("this article needs no clearing", field="article_id")
        await self._knowledge.refresh()

    async def _open(self, proposal_id: int, kind: ProposalKind) -> Proposal:
        proposal = await self._proposals.get(proposal_id)
        if proposal.kind is not kind:
            raise BadInput(f"this proposal is not of kind {kind.value}", field="proposal_id")
        if proposal.state is not ProposalState.OPEN:
            raise Conflict("somebody else has decided about this already", field="proposal_id")
        return proposal

    async def _after(self, done: Done) -> int:
        if done.version:
            await self._knowledge.refresh()
        return done.count


def _waiting(proposal: Proposal, article: Article | None) -> Waiting:
    told = article.translations.get(proposal.language) if article else None
    moved = proposal.kind is ProposalKind.TEXT and (told is None or told.answer != proposal.before)
    return Waiting(proposal, article, moved)


def _with_answer(article: Article, language: Language, answer: str) -> Article:
    if not answer.strip():
        raise BadInput("there is no text to put into the article", field="answer")
    told = article.translations.get(language)
    title = told.title if told else article.in_language(language)[1].title
    texts = {**article.translations, language: Translation(title, answer.strip())}
    changed = replace(article, translations=texts)
    if (reason := reason_against(changed)) is not None:
        raise BadInput(reason.removeprefix("column "), field="answer")
    return changed


def _signed(caller: Caller) -> str:
    return f"{caller.name} ({caller.id})"
