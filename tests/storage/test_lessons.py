"""Lessons and what they teach, stored: learned once, merged into articles, undone, erased."""

from dataclasses import replace
from datetime import timedelta

import pytest
from set_clock import SetClock
from sqlalchemy import select

from sufler.domain.decisions import (
    Feedback,
    FeedbackAction,
    Level,
    Suggestion,
    SuggestionItem,
    TurnKind,
    Versions,
)
from sufler.domain.desk import Used
from sufler.domain.errors import NotFound
from sufler.domain.knowledge import Article, Mode, Phrasing, PhrasingSource, Translation
from sufler.domain.learning import (
    Learned,
    LearnedFilter,
    LearnedKind,
    LearnedState,
    Lesson,
    LessonState,
    Outcome,
    Proposal,
    ProposalKind,
    ProposalState,
    Use,
)
from sufler.storage.article_pages import ArticlePages
from sufler.storage.articles import ArticleStore
from sufler.storage.database import Database
from sufler.storage.learned import forget_learned
from sufler.storage.learned_list import LearnedStore
from sufler.storage.lessons import LessonStore, insert_lesson, remove_lesson
from sufler.storage.suggestions import SuggestionStore
from sufler.storage.tables.learning import proposals

QUESTION = "куда запропала посылка"


class Shelf:
    """The stores over one database, with one article and one suggestion of it."""

    def __init__(self, database: Database, clock: SetClock) -> None:
        self.database = database
        self.clock = clock
        self.articles = ArticleStore(database, clock)
        self.lessons = LessonStore(database, clock)
        self.learned = LearnedStore(database, clock)
        self.suggestions = SuggestionStore(database)

    async def fill(self) -> None:
        ours = Phrasing("где посылка", "ru")
        told = {"ru": Translation("Где заказ?", "Уже едет.")}
        await self.articles.save_many([Article("a", "Т", told, (ours,))], "editor")
        item = SuggestionItem(
            *("a", "Где заказ?", "Уже едет.", "Т", Mode.SUGGESTS, "ru"), True, 0.9, Level.SURE, "x"
        )
        made = Suggestion(
            id="s",
            text=QUESTION,
            language="ru",
            turn_kind=TurnKind.QUESTION,
            items=(item,),
            versions=Versions(1, "m", "h", "p", "1"),
            took_ms=1.0,
            at=self.clock.now(),
        )
        await self.suggestions.add(made)

    async def lesson(self, message_id: int | None = None, in_s: float = 5.0) -> int:
        async with self.database.write() as connection:
            return await insert_lesson(
                connection,
                Used("s", "a"),
                by="person:anna",
                at=self.clock.now(),
                due_at=self.clock.now() + timedelta(seconds=in_s),
                conversation_id="talk",
                message_id=message_id,
            )

    async def teach(self, **fields: object) -> Lesson:
        """A lesson of now, learned as one phrasing."""
        await self.lesson(in_s=0)
        lesson = await self.lessons.begin(self.clock.now())
        assert lesson is not None
        assert await self.lessons.store(lesson, outcome(self.phrasing(**fields)))
        return lesson

    def phrasing(self, **fields: object) -> Learned:
        one = Learned(
            id=0,
            kind=LearnedKind.PHRASING,
            state=LearnedState.UNCONFIRMED,
            article_id="a",
            text=QUESTION,
            language="ru",
            weight=0.5,
            by="person:anna",
            at=self.clock.now(),
        )
        return replace(one, **fields)  # type: ignore[arg-type]  # its own fields

    async def texts(self) -> list[str]:
        return [each.text for each in (await self.articles.get("a")).phrasings]


def outcome(*learned: Learned, confirm: tuple[int, ...] = ()) -> Outcome:
    return Outcome(LessonState.LEARNED, Use.VERBATIM, "taught", learned, confirm)


@pytest.fixture
async def shelf(database: Database, clock: SetClock) -> Shelf:
    made = Shelf(database, clock)
    await made.fill()
    return made


async def test_that_a_lesson_waits_for_its_moment_and_is_learned_once(shelf: Shelf) -> None:
    number = await shelf.lesson()
    assert await shelf.lessons.next_due() == shelf.clock.now() + timedelta(seconds=5)
    assert await shelf.lessons.begin(shelf.clock.now()) is None
    shelf.clock.pass_(seconds=5)
    lesson = await shelf.lessons.begin(shelf.clock.now())
    assert lesson is not None
    assert (lesson.id, lesson.question, lesson.shown) == (number, QUESTION, ("a",))
    assert await shelf.lessons.store(lesson, outcome(shelf.phrasing()))
    assert not await shelf.lessons.store(lesson, outcome(shelf.phrasing(text="ещё раз")))
    assert await shelf.texts() == ["где посылка", QUESTION]
    assert await shelf.lessons.next_due() is None


async def test_that_what_was_learned_is_read_with_its_article_and_changes_no_revision(
    shelf: Shelf,
) -> None:
    before = await shelf.articles.version()
    await shelf.teach()
    article = await shelf.articles.get("a")
    expected = Phrasing(QUESTION, "ru", PhrasingSource.LEARNED, "customer:talk", 0.5)
    assert article.phrasings[-1] == expected
    assert (article.revision, article.version) == (1, before + 1)
    (change,) = await shelf.articles.changed_since(before)
    assert change.article == article
    assert [each async for each in shelf.articles.all()] == [article]
    assert await ArticlePages(shelf.database).page(after=None, limit=5, words=QUESTION) == [article]
    assert QUESTION not in str(await shelf.articles.history("a"))


async def test_that_a_lesson_that_ends_the_process_is_given_up_and_others_go_on(
    shelf: Shelf,
) -> None:
    deadly = await shelf.lesson(in_s=0)
    other = await shelf.lesson(in_s=0)
    now = shelf.clock.now()
    for _ in range(3):  # as after three deaths
        begun = await shelf.lessons.begin(now)
        assert begun is not None
        assert begun.id == deadly
    begun = await shelf.lessons.begin(now)
    assert begun is not None
    assert begun.id == other


async def test_that_a_message_taken_back_teaches_nothing(shelf: Shelf) -> None:
    await shelf.lesson(message_id=7)
    async with shelf.database.write() as connection:
        assert await remove_lesson(connection, 7)
    shelf.clock.pass_(seconds=10)
    assert await shelf.lessons.begin(shelf.clock.now()) is None


async def test_that_a_lesson_names_what_exists(shelf: Shelf) -> None:
    now = shelf.clock.now()
    for used in (Used("nothing"), Used("s", "nothing")):
        with pytest.raises(NotFound):
            async with shelf.database.write() as connection:
                await insert_lesson(connection, used, by="x", at=now, due_at=now)


async def test_that_a_suggestion_of_one_customer_teaches_nothing_in_the_name_of_another(
    shelf: Shelf,
) -> None:
    now = shelf.clock.now()
    theirs = replace(await shelf.suggestions.get("s"), id="theirs", conversation_id="elsewhere")
    await shelf.suggestions.add(theirs)
    with pytest.raises(NotFound, match="another conversation's"):
        async with shelf.database.write() as connection:
            await insert_lesson(
                *(connection, Used("theirs", "a")),
                by="person:anna",
                at=now,
                due_at=now,
                conversation_id="talk",
            )


async def test_that_feedback_of_another_desk_is_a_lesson_of_its_words(shelf: Shelf) -> None:
    now = shelf.clock.now()
    told = {
        FeedbackAction.ACCEPTED: Use.VERBATIM,
        FeedbackAction.REJECTED: Use.REJECTED,
        FeedbackAction.IGNORED: Use.IGNORED,
        FeedbackAction.EDITED: Use.IGNORED,  # nobody saw what was edited
    }
    for action in told:
        await shelf.suggestions.add_feedback(Feedback("s", action, "key", now, "a"))
    text = Feedback("s", FeedbackAction.EDITED, "key", now, "a", "Уже едет!")
    await shelf.suggestions.add_feedback(text)
    uses = []
    while lesson := await shelf.lessons.begin(now):
        uses.append((lesson.use, lesson.sent))
        await shelf.lessons.park(lesson.id, "seen")
    assert uses == [*((use, None) for use in told.values()), (None, "Уже едет!")]


async def test_that_saving_an_article_takes_out_only_what_its_writer_saw(shelf: Shelf) -> None:
    seen_before = await shelf.articles.get("a")
    await shelf.teach()
    await shelf.articles.save_many([replace(seen_before, topic="Другая")], "editor")
    assert await shelf.texts() == ["где посылка", QUESTION]
    article = await shelf.articles.get("a")
    fewer = replace(article, phrasings=article.phrasings[:1])
    assert await shelf.articles.save_many([fewer], "ed") == 1
    assert await shelf.texts() == ["где посылка"]
    (row,) = await shelf.learned.page(LearnedFilter(), 5)
    assert (row.state, row.why) == (LearnedState.UNDONE, "ed")
    assert len(await shelf.articles.history("a")) == 2
    # Brought along by one who still has it in an open form: it stays undone.
    await shelf.articles.save_many([article], "other")
    assert await shelf.texts() == ["где посылка"]


async def test_that_an_editor_weighs_and_so_confirms_a_learned_phrasing(shelf: Shelf) -> None:
    await shelf.teach()
    article = await shelf.articles.get("a")
    heavy = replace(article.phrasings[1], weight=1.0)
    await shelf.articles.save_many([replace(article, phrasings=(heavy,))], "ed")
    (row,) = await shelf.learned.page(LearnedFilter(), 5)
    assert (row.state, row.weight, row.confirmed_by) == (LearnedState.CONFIRMED, 1.0, "ed")


async def test_that_a_second_operator_confirms_and_every_past_version_can_be_rebuilt(
    shelf: Shelf,
) -> None:
    before = await shelf.articles.version()
    await shelf.teach()
    (row,) = await shelf.learned.page(LearnedFilter(), 5)
    await shelf.lesson(in_s=0)
    lesson = await shelf.lessons.begin(shelf.clock.now())
    assert lesson is not None
    await shelf.lessons.store(replace(lesson, by="person:boris"), outcome(confirm=(row.id,)))
    now = await shelf.learned.get(row.id)
    assert (now.state, now.weight) == (LearnedState.CONFIRMED, 1.0)
    assert now.confirmed_by == "person:boris"
    await shelf.learned.undo(LearnedFilter(by="person:anna"), "editor")
    served = [
        [weight for _, weight in await shelf.learned.as_of(version)]
        for version in range(before, before + 4)
    ]
    assert served == [[], [0.5], [1.0], []]
    assert await shelf.articles.version() == before + 3


async def test_that_who_confirmed_a_wording_can_take_that_back_and_no_more(shelf: Shelf) -> None:
    await shelf.teach()
    (row,) = await shelf.learned.page(LearnedFilter(), 5)

    async def confirmed() -> Lesson:
        await shelf.lesson(in_s=0)
        lesson = await shelf.lessons.begin(shelf.clock.now())
        assert lesson is not None
        boris = replace(lesson, by="person:boris")
        assert await shelf.lessons.store(boris, outcome(confirm=(row.id,)))
        return boris

    first = await confirmed()
    await shelf.lessons.correct(first.id, Use.IGNORED, "person:boris")
    now = await shelf.learned.get(row.id)
    assert (now.state, now.weight, now.confirmed_by) == (LearnedState.UNCONFIRMED, 0.5, None)
    assert (await shelf.articles.get("a")).phrasings[1].weight == 0.5
    # What an operator confirmed goes with what they taught, and anna's own wording stays.
    await shelf.lessons.park((await shelf.lessons.begin(shelf.clock.now())).id, "told")  # type: ignore[union-attr]
    await confirmed()
    assert (await shelf.learned.undo(LearnedFilter(by="person:boris"), "editor")).count == 1
    assert (await shelf.learned.get(row.id)).state is LearnedState.UNCONFIRMED
    # An editor vouches for it: the operator's word is not needed any more.
    last = await confirmed()
    await shelf.learned.change([row.id], LearnedState.CONFIRMED, "editor")
    await shelf.lessons.correct(last.id, Use.IGNORED, "person:boris")
    now = await shelf.learned.get(row.id)
    assert (now.state, now.confirmed_by) == (LearnedState.CONFIRMED, "editor")


async def test_that_negatives_are_read_apart_and_undone_by_day(shelf: Shelf) -> None:
    await shelf.teach(kind=LearnedKind.NEGATIVE, weight=1.0)
    assert [each.text for each in await shelf.articles.negatives()] == [QUESTION]
    assert await shelf.texts() == ["где посылка"]
    day = shelf.clock.now()
    wanted = LearnedFilter(since=day, until=day + timedelta(days=1))
    assert (await shelf.learned.undo(wanted, "editor")).count == 1
    assert await shelf.articles.negatives() == []
    assert (await shelf.learned.undo(wanted, "editor")).count == 0


async def test_that_a_corrected_lesson_is_undone_and_learned_anew(shelf: Shelf) -> None:
    lesson = await shelf.teach()
    await shelf.lessons.correct(lesson.id, Use.ANEW, "person:ed")
    assert await shelf.texts() == ["где посылка"]
    again = await shelf.lessons.begin(shelf.clock.now())
    assert again is not None
    assert (again.id, again.use, again.corrected_by) == (lesson.id, Use.ANEW, "person:ed")


async def test_that_a_correction_waits_until_the_reply_cannot_be_taken_back(shelf: Shelf) -> None:
    lesson_id = await shelf.lesson(message_id=7)
    await shelf.lessons.correct(lesson_id, Use.COSMETIC, "person:anna")
    assert await shelf.lessons.begin(shelf.clock.now()) is None
    shelf.clock.pass_(seconds=5)
    begun = await shelf.lessons.begin(shelf.clock.now())
    assert begun is not None
    assert (begun.id, begun.use) == (lesson_id, Use.COSMETIC)


async def test_that_the_same_proposal_is_counted_and_not_listed_twice(shelf: Shelf) -> None:
    for _ in range(2):
        await shelf.lesson(in_s=0)
        lesson = await shelf.lessons.begin(shelf.clock.now())
        assert lesson is not None
        proposal = Proposal(
            *(0, ProposalKind.TEXT, ProposalState.OPEN, QUESTION, "ru", "x", shelf.clock.now()),
            article_id="a",
            before="Уже едет.",
            after="Едет 5 дней.",
        )
        done = Outcome(LessonState.REVIEW, Use.FACTS, "proposed", proposals=(proposal,))
        await shelf.lessons.store(lesson, done)
    async with shelf.database.read() as connection:
        (row,) = (await connection.execute(select(proposals))).mappings().all()
    assert (row["count"], row["conversation_id"]) == (2, "talk")


async def test_that_erasing_a_conversation_takes_what_it_taught(shelf: Shelf) -> None:
    await shelf.teach()
    before = await shelf.articles.version()
    async with shelf.database.write() as connection:
        gone = await forget_learned(connection, ["talk"], set(), shelf.clock.now())
    assert gone == [QUESTION]
    assert await shelf.texts() == ["где посылка"]
    assert await shelf.learned.page(LearnedFilter(), 5) == []
    assert await shelf.articles.version() == before + 1
    assert await shelf.learned.as_of(before) == []
