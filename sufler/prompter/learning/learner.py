"""The story of one lesson: what was done with a suggestion, and what is learned of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sufler.domain.knowledge import Article
from sufler.domain.learning import (
    SERVING,
    Learned,
    LearnedKind,
    LearnedState,
    Lesson,
    LessonState,
    Outcome,
    Proposal,
    ProposalKind,
    ProposalState,
    Reason,
    Use,
    Why,
)
from sufler.domain.ports import TextEncoder, TextKind, Vectors
from sufler.kb_index.index import Index
from sufler.kb_index.knowledge import KnowledgeBase
from sufler.prompter.learning import guards
from sufler.prompter.learning.courtesies import without_courtesies
from sufler.prompter.learning.guards import Guards
from sufler.prompter.learning.masking import masked, masked_reply
from sufler.prompter.learning.neighbours import (
    answer_cosines,
    answers_near,
    own_questions,
    questions_near,
)
from sufler.prompter.learning.ports import LearnedRecords
from sufler.prompter.learning.rewording import reworded
from sufler.prompter.learning.uses import Done, Offer, judge

# Articles of the base that a reply is compared with beside those that were shown.
COMPARED = 5
# A reply of fewer words with a matter answers nothing that an article could.
LEAST_REPLY = 4


class Learner:
    """Judges lessons by the current index; stores nothing."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        encoder: TextEncoder,
        records: LearnedRecords,
        limits: Guards | None = None,
    ) -> None:
        self._knowledge = knowledge
        self._encoder = encoder
        self._records = records
        self._limits = limits or Guards()

    async def learn(self, lesson: Lesson) -> Outcome:
        """What this lesson teaches; the same lesson on the same index and records gives the same.

        `lesson.use` stands where a person corrected it, or where no text is known.
        """
        index = self._knowledge.index
        if lesson.use is Use.IGNORED:
            return Outcome(LessonState.SKIPPED, Use.IGNORED, Why.IGNORED)
        if lesson.reason is not None or lesson.use is Use.REJECTED:
            return await self._rejected(index, lesson)
        done = await self._done(index, lesson)
        if done.edit is Use.ANEW:
            return self._written_anew(index, lesson, done)
        article = index.article(done.article_id) if done.article_id else None
        if article is None:
            return Outcome(LessonState.SKIPPED, done.use, Why.GONE)
        if done.edit is Use.FACTS:
            return self._facts_changed(lesson, done, article)
        return await self._taught(index, lesson, done.use, article.id)

    async def _done(self, index: Index, lesson: Lesson) -> Done:
        told = lesson.use is not None and (lesson.corrected_by is not None or lesson.sent is None)
        if told or lesson.sent is None:
            return _told(lesson)
        asked_for = [*([lesson.article_id] if lesson.article_id else []), *lesson.shown]
        offers = _offers(index, lesson, asked_for)
        done = judge(lesson.sent, offers, _filled(lesson))
        if done.edit is Use.VERBATIM:
            return done
        raw = await self._raw(lesson.sent, "passage")
        background = self._knowledge.background
        centred = background.centre(raw, lesson.language, "passage")
        ids = [*asked_for, *answers_near(index, centred, COMPARED)]
        near = {each: answer_cosines(index, background, each, raw) for each in ids}
        offers = _offers(index, lesson, ids)
        offers = [replace(o, near=near[o.article_id].get(o.language, 0.0)) for o in offers]
        return judge(lesson.sent, offers, _filled(lesson))

    async def _taught(self, index: Index, lesson: Lesson, use: Use, article_id: str) -> Outcome:
        """A wording for an article, past every guard; and, where another was chosen than the
        first shown, one against that."""
        text = masked(lesson.question, lesson.language, lesson.values)
        if guards.content_words(text) < self._limits.least_words:
            return Outcome(LessonState.SKIPPED, use, Why.SHORT)
        known = await self._records.learned_at(article_id, text)
        if known is not None:
            return self._again(lesson, use, known)
        raw = await self._raw(text, "query")
        background = self._knowledge.background
        own = own_questions(index, background, article_id, raw)
        same = [near for near in own if guards.same_words(near.text, text)]
        same += [near for near in own[:1] if near.cosine >= self._limits.same_wording]
        if same:
            known = await self._records.learned_at(article_id, same[0].text)
            if known is None:
                return Outcome(LessonState.LEARNED, use, Why.KNOWN)
            return self._again(lesson, use, known)
        weight = guards.operator_weight(await self._records.checked(lesson.by))
        vector = background.centre(raw, lesson.language, "query")
        judges = questions_near(index, vector, guards.JUDGES)
        first = lesson.shown[0] if lesson.shown else article_id
        why = Why.TAUGHT
        if guards.speaks_against(article_id, judges, self._limits.against):
            why = Why.NEIGHBOURS
        elif weight < guards.LEAST_WEIGHT:
            why = Why.OPERATOR
        elif await self._taught_enough(index, lesson, against=first != article_id):
            why = Why.CAP
        waits = why is not Why.TAUGHT
        state = LearnedState.REVIEW if waits else LearnedState.UNCONFIRMED
        phrasing = _learned(lesson, LearnedKind.PHRASING, state, article_id, text, why)
        learned = [replace(phrasing, weight=guards.UNCONFIRMED * weight)]
        if first != article_id and not waits:
            negative = _learned(lesson, LearnedKind.NEGATIVE, state, first, text, Why.REJECTED)
            learned.append(replace(negative, weight=weight))
        done = LessonState.REVIEW if waits else LessonState.LEARNED
        return Outcome(done, use, why, tuple(learned))

    @staticmethod
    def _again(lesson: Lesson, use: Use, known: Learned) -> Outcome:
        """A wording that was learned before, in these words or in ones that mean the same."""
        if known.state not in SERVING:
            waiting = known.state is LearnedState.REVIEW
            return Outcome(
                LessonState.REVIEW if waiting else LessonState.SKIPPED,
                use,
                Why.KNOWN if waiting else Why.TAKEN_OUT,
            )
        second = known.state is LearnedState.UNCONFIRMED and known.by != lesson.by
        if second and not lesson.combined:
            return Outcome(LessonState.LEARNED, use, Why.CONFIRMS, confirm=(known.id,))
        return Outcome(LessonState.LEARNED, use, Why.KNOWN)

    async def _taught_enough(self, index: Index, lesson: Lesson, *, against: bool) -> bool:
        since = lesson.due_at - timedelta(days=1)
        taught = await self._records.learned_by(lesson.by, since)
        return self._limits.enough(taught, index.size, against=against)

    async def _rejected(self, index: Index, lesson: Lesson) -> Outcome:
        article_id = lesson.article_id or next(iter(lesson.shown), None)
        article = index.article(article_id) if article_id else None
        if article is None:
            return Outcome(LessonState.SKIPPED, Use.REJECTED, Why.GONE)
        text = masked(lesson.question, lesson.language, lesson.values)
        if lesson.reason == Reason.OUTDATED:
            language, translation = article.in_language(lesson.language)
            flag = _proposal(lesson, ProposalKind.TEXT, text, article)
            flag = replace(flag, language=language, before=translation.answer)
            return Outcome(LessonState.REVIEW, Use.REJECTED, Why.PROPOSED, proposals=(flag,))
        if lesson.reason != Reason.WRONG:
            return Outcome(LessonState.SKIPPED, Use.REJECTED, Why.REASON)
        if guards.content_words(text) < self._limits.least_words:
            return Outcome(LessonState.SKIPPED, Use.REJECTED, Why.SHORT)
        weight = guards.operator_weight(await self._records.checked(lesson.by))
        state = LearnedState.UNCONFIRMED
        if weight < guards.LEAST_WEIGHT:
            return Outcome(LessonState.SKIPPED, Use.REJECTED, Why.OPERATOR)
        if await self._taught_enough(index, lesson, against=True):
            return Outcome(LessonState.SKIPPED, Use.REJECTED, Why.CAP)
        negative = _learned(lesson, LearnedKind.NEGATIVE, state, article.id, text, Why.REJECTED)
        learned = (replace(negative, weight=weight),)
        return Outcome(LessonState.LEARNED, Use.REJECTED, Why.TAUGHT, learned)

    @staticmethod
    def _facts_changed(lesson: Lesson, done: Done, article: Article) -> Outcome:
        language, translation = article.in_language(done.language or lesson.language)
        question = masked(lesson.question, lesson.language, lesson.values)
        proposal = _proposal(lesson, ProposalKind.TEXT, question, article)
        before, sent = translation.answer, lesson.sent or ""
        after = reworded(before, sent, lesson.values, lesson.variables)
        if after == before:
            # What differed was this customer's alone: an order's number, say.
            return Outcome(LessonState.SKIPPED, done.use, Why.KNOWN)
        proposal = replace(proposal, language=language, before=before, after=after)
        return Outcome(LessonState.REVIEW, done.use, Why.PROPOSED, proposals=(proposal,))

    def _written_anew(self, index: Index, lesson: Lesson, done: Done) -> Outcome:
        question = masked(lesson.question, lesson.language, lesson.values)
        if guards.content_words(question) < self._limits.least_words:
            return Outcome(LessonState.SKIPPED, Use.ANEW, Why.SHORT)
        said = without_courtesies(lesson.sent or "", lesson.values)
        same = index.article(done.same_as) if done.same_as else None
        if same is not None:
            proposal = _proposal(lesson, ProposalKind.PHRASING, question, same)
        else:
            if guards.content_words(said) < LEAST_REPLY or said.rstrip(" )").endswith("?"):
                return Outcome(LessonState.SKIPPED, Use.ANEW, Why.ASKS_BACK)
            proposal = _proposal(lesson, ProposalKind.ARTICLE, question, None)
        proposal = replace(proposal, after=masked_reply(said))
        return Outcome(LessonState.REVIEW, Use.ANEW, Why.PROPOSED, proposals=(proposal,))

    async def _raw(self, text: str, kind: TextKind) -> Vectors:
        raw: Vectors = (await self._encoder.encode([text], kind))[0]
        return raw


def _told(lesson: Lesson) -> Done:
    """What a person, or another desk, says that was done."""
    article_id = lesson.article_id or next(iter(lesson.shown), None)
    use = lesson.use or Use.IGNORED
    if use is Use.ANEW or article_id is None:
        return Done(Use.ANEW, Use.ANEW)
    edit = use if use is Use.FACTS and lesson.sent else Use.COSMETIC
    return Done(use, edit, article_id, lesson.language)


def _filled(lesson: Lesson) -> tuple[str, ...]:
    """All that may stand in the reply instead of a variable of the article."""
    known = (each for each in lesson.variables.values() if each)
    return tuple(dict.fromkeys((*lesson.values, *known)))


def _offers(index: Index, lesson: Lesson, ids: Sequence[str]) -> list[Offer]:
    """The texts of these articles, in every language."""
    places = {article_id: place for place, article_id in enumerate(lesson.shown)}
    found = []
    for article_id in dict.fromkeys(ids):
        article = index.article(article_id)
        for language, translation in article.translations.items() if article else ():
            place, inserted = places.get(article_id), article_id == lesson.article_id
            found.append(Offer(article_id, language, translation.answer, place, inserted))
    return found


def _learned(
    lesson: Lesson, kind: LearnedKind, state: LearnedState, article_id: str, text: str, why: Why
) -> Learned:
    return Learned(
        id=0,
        kind=kind,
        state=state,
        article_id=article_id,
        text=text,
        language=lesson.language,
        weight=1.0,
        by=lesson.by,
        at=lesson.due_at,
        why=why,
        lesson_id=lesson.id,
        conversation_id=lesson.conversation_id,
    )


def _proposal(
    lesson: Lesson, kind: ProposalKind, question: str, article: Article | None
) -> Proposal:
    return Proposal(
        id=0,
        kind=kind,
        state=ProposalState.OPEN,
        question=question,
        language=lesson.language,
        by=lesson.by,
        at=lesson.due_at,
        article_id=article.id if article else None,
        base_revision=article.revision if article else 0,
        lesson_id=lesson.id,
        conversation_id=lesson.conversation_id,
    )
