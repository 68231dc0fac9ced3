"""Blind review: people say of turns that they neither served nor read which answer would have been
right. What is made of their picks: `review_settling.py`."""

import random
import statistics
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from sufler.desk.people import may, require
from sufler.desk.queues import Queues
from sufler.domain.checks import Choice, Review, TaskState
from sufler.domain.errors import BadInput, Conflict, NotFound
from sufler.domain.knowledge import Article, Language
from sufler.domain.people import Caller, Right
from sufler.domain.ports import Clock
from sufler.domain.reviews import Card, Dispute, Option, Progress, Sprint, Turn
from sufler.domain.variables import fill, values_of
from sufler.prompter.accuracy.agreement import agreement

# Seconds for which a pick may be taken back; only then it is a check.
UNDO_S: Final = 30.0
# A card that was shown is kept from others for so long.
SHOWN_FOR: Final = timedelta(minutes=3)
# Seconds that a turn takes, until somebody's own pace is known.
USUAL_PACE_S: Final = 10.0
# A sprint takes predictions of the program as it is now.
SPRINT_LOOKS_BACK: Final = timedelta(days=30)
MOST_AT_ONCE: Final = 1000
LATE_AFTER: Final = timedelta(days=3)
LONGEST_S: Final = 3600.0

_OFFERED = 3
_MEASURED = 5


class ReviewRecords(Protocol):
    """`storage.reviews.ReviewStore`."""

    async def next_for(
        self,
        person_id: str,
        *,
        hidden: Collection[str] = (),
        shown_to_others: Collection[int] = (),
        topic: str | None = None,
    ) -> Turn | None: ...
    async def turn(self, task_id: int) -> Turn: ...
    async def add(
        self, review: Review, person_id: str, *, hidden: Collection[str] = (), decides: bool = False
    ) -> Review: ...
    async def undo(self, reviewer: str, since: datetime, at: datetime) -> int: ...
    async def sprint(self, topic: str, limit: int, since: datetime, at: datetime) -> Sprint: ...
    async def fresh_since(self, topic: str) -> datetime | None: ...
    async def disputed(self, limit: int = 50) -> list[Turn]: ...


class ReviewCounts(Protocol):
    """`storage.review_numbers.ReviewNumbers`."""

    async def waiting(self) -> dict[str, int]: ...
    async def for_person(
        self, person_id: str, hidden: Collection[str] = (), topic: str | None = None
    ) -> int: ...
    async def done_since(self, reviewer: str, since: datetime) -> int: ...
    async def took(self, reviewer: str, newest: int = 50) -> list[float]: ...
    async def disputes(self) -> int: ...
    async def pairs(self, newest: int = 1000) -> list[tuple[Review, Review, tuple[str, ...]]]: ...
    async def late_audits(self, before: datetime) -> int: ...


class Reviewing:
    """Reviewing needs the right to converse; a sprint and what is disputed are for supervisors
    (Forbidden). Only people review: a service's key is shown how it stands and no turn, and what
    it would pick raises Conflict."""

    def __init__(
        self,
        records: ReviewRecords,
        counts: ReviewCounts,
        queues: Queues,
        published: Callable[[], Sequence[Article]],
        topics: Callable[[], Collection[str]],
        clock: Clock,
    ) -> None:
        """`published` are the articles as they are now, and `topics` the topics' names."""
        self._records = records
        self._counts = counts
        self._queues = queues
        self._published = published
        self._topics = topics
        self._clock = clock
        # Which card each person has before them, since when.
        self._shown: dict[str, tuple[Card, datetime]] = {}

    async def next(self, caller: Caller, topic: str | None = None) -> Card | None:
        """The turn that is due first, of those that the caller may review; None without one. It is
        the caller's for some minutes."""
        require(caller, Right.CONVERSE)
        person_id, now = caller.person_id, self._clock.now()
        if person_id is None:
            return None
        elsewhere = {
            card.task_id
            for who, (card, at) in self._shown.items()
            if who != person_id and now - at < SHOWN_FOR
        }
        found = await self._records.next_for(
            person_id,
            hidden=await self._queues.hidden_from(caller),
            shown_to_others=elsewhere,
            topic=topic,
        )
        if found is None:
            self._shown.pop(person_id, None)
            return None
        return self._show(found, person_id)

    async def disputed_turn(self, caller: Caller, task_id: int) -> Card:
        """A turn that its reviewers judge differently, for a supervisor to settle; also for one of
        them. Raises NotFound."""
        require(caller, Right.SUPERVISE)
        person_id, found = _person(caller), await self._records.turn(task_id)
        if found.task.state is not TaskState.DISPUTED:
            raise NotFound("no disputed turn has this id", field="task_id")
        return self._show(found, person_id)

    async def pick(
        self,
        caller: Caller,
        task_id: int,
        choice: str,
        also: Sequence[str] = (),
        took_s: float | None = None,
    ) -> Review:
        """`choice`: the id of an article that was shown, or a `Choice`; with TWO, `also` are the
        two. `took_s`: seconds the caller looked at it; by default since it was shown. There is no
        skip.

        Raises NotFound, BadInput for what was not shown, Conflict when it was reviewed meanwhile,
        and Forbidden for a conversation that the caller served or read.
        """
        person_id, now = _person(caller), self._clock.now()
        shown = self._shown.get(person_id)
        if shown is None or shown[0].task_id != task_id:
            shown = self._card(await self._records.turn(task_id), person_id), now
        card, since = shown
        ids = tuple(option.article_id for option in card.options)
        two = _checked(choice, also, ids)
        seconds = (now - since).total_seconds() if took_s is None else took_s
        review = Review(
            id=0,
            task_id=task_id,
            reviewer=_signed(person_id),
            choice=choice,
            also=two,
            shown=ids,
            took_s=min(max(seconds, 0.0), LONGEST_S),
            at=now,
        )
        stored = await self._records.add(
            review,
            person_id,
            hidden=await self._queues.hidden_from(caller),
            decides=may(caller, Right.SUPERVISE),
        )
        self._shown.pop(person_id, None)
        return stored

    async def undo(self, caller: Caller) -> Card:
        """Take back the caller's last pick and show that turn again. Raises Conflict when nothing
        can be taken back any more."""
        person_id, now = _person(caller), self._clock.now()
        since = now - timedelta(seconds=UNDO_S)
        task_id = await self._records.undo(_signed(person_id), since, now)
        return self._show(await self._records.turn(task_id), person_id)

    async def progress(self, caller: Caller, topic: str | None = None) -> Progress:
        """How the review stands for the caller; `mine` of one topic where it is named."""
        require(caller, Right.CONVERSE)
        now, hidden = self._clock.now(), await self._queues.hidden_from(caller)
        person_id, signed = caller.person_id, _signed(caller.person_id or "")
        midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        return Progress(
            waiting=await self._counts.waiting(),
            mine=await self._counts.for_person(person_id, hidden, topic) if person_id else 0,
            today=await self._counts.done_since(signed, midnight),
            pace_s=await self._pace(signed),
            disputes=await self._counts.disputes(),
            late=await self.late(),
            agreement=agreement(
                [
                    (_role(one, offered), _role(other, offered))
                    for one, other, offered in await self._counts.pairs()
                ]
            ),
        )

    async def late(self) -> int:
        """Automatic answers drawn for the audit that nobody has looked at for three days."""
        return await self._counts.late_audits(self._clock.now() - LATE_AFTER)

    async def sprint(
        self, caller: Caller, topic: str, checks: int | None = None, minutes: float | None = None
    ) -> Sprint:
        """Take up to `checks` further turns of a topic, or as many as `minutes` are enough for at
        the caller's pace: by their stored u alone. Raises BadInput for an unknown topic, and unless
        one of both is named and in range."""
        require(caller, Right.SUPERVISE)
        if (checks is None) == (minutes is None):
            raise BadInput("name either checks or minutes", field="checks")
        if checks is None:
            checks = round((minutes or 0) * 60 / await self._pace(_signed(caller.person_id or "")))
        if topic not in self._topics():
            raise BadInput("there is no such topic", field="topic")
        if not 1 <= checks <= MOST_AT_ONCE:
            raise BadInput(f"a sprint takes 1 to {MOST_AT_ONCE} turns", field="checks")
        now = self._clock.now()
        fresh = await self._records.fresh_since(topic)
        since = max(now - SPRINT_LOOKS_BACK, fresh or now - SPRINT_LOOKS_BACK)
        return await self._records.sprint(topic, checks, since, now)

    async def disputes(self, caller: Caller) -> list[Dispute]:
        """What reviewers judge differently, the oldest first."""
        require(caller, Right.SUPERVISE)
        return [Dispute(each, each.reviews) for each in await self._records.disputed()]

    async def _pace(self, reviewer: str) -> float:
        took = await self._counts.took(reviewer)
        return max(statistics.median(took), 1.0) if len(took) >= _MEASURED else USUAL_PACE_S

    def _show(self, turn: Turn, person_id: str) -> Card:
        """Seen again, such as after the page was loaded anew, it is still the same look."""
        card, now = self._card(turn, person_id), self._clock.now()
        before = self._shown.get(person_id)
        same = before is not None and before[0].task_id == card.task_id
        since = before[1] if before and same and now - before[1] < SHOWN_FOR else now
        self._shown[person_id] = card, since
        return card

    def _card(self, turn: Turn, person_id: str) -> Card:
        """In an order that is the same whenever this person sees it, and another for others."""
        chance = random.Random(f"{turn.task.id} {person_id}")  # noqa: S311 - an order, no secret
        options = [
            Option(item.article_id, item.title, item.text)
            for item in turn.suggestion.items[:_OFFERED]
        ]
        if (stray := self._stray(turn, chance)) is not None:
            options.append(stray)
        chance.shuffle(options)
        return Card(
            task_id=turn.task.id,
            turn=turn.suggestion.text,
            language=turn.suggestion.language,
            context=turn.context,
            said=turn.said,
            options=tuple(options),
        )

    def _stray(self, turn: Turn, chance: random.Random) -> Option | None:
        """An article that was not suggested, written as it would have been sent."""
        offered = {item.article_id for item in turn.suggestion.items[:_OFFERED]}
        spoken: Language = turn.suggestion.language
        now = self._clock.now()
        others = [
            each for each in self._published() if each.id not in offered and each.valid_at(now)
        ]
        # One in another language than the rest would give itself away.
        alike = [each for each in others if spoken in each.translations] or others
        if not alike:
            return None
        article = alike[chance.randrange(len(alike))]
        _, said = article.in_language(spoken)
        talk = turn.conversation
        values = values_of(talk, turn.draw.at, spoken) if talk is not None else {}
        return Option(article.id, said.title, fill(said.answer, values))


def says_right(review: Review, article_id: str) -> bool:
    """Whether the reviewer found that sending this article would have been right: picked it, or two
    of which it is one."""
    return review.choice == article_id or (
        review.choice == Choice.TWO.value and article_id in review.also
    )


def _role(review: Review, offered: Sequence[str]) -> str:
    """A pick by the place that was suggested for it, so that picks of different turns compare."""
    places = {article_id: str(number) for number, article_id in enumerate(offered[:_OFFERED])}
    if review.choice == Choice.TWO.value:
        return " ".join([Choice.TWO.value, *sorted(places.get(each, "-") for each in review.also)])
    if review.choice in set(Choice):
        return review.choice
    return places.get(review.choice, "-")


def _checked(choice: str, also: Sequence[str], shown: Sequence[str]) -> tuple[str, ...]:
    if choice == Choice.TWO.value:
        if len(also) != 2 or len(set(also)) != 2 or not set(also) <= set(shown):
            raise BadInput("name two different articles of those shown", field="also")
        return tuple(also)
    if also:
        raise BadInput("goes only with the choice 'two'", field="also")
    if choice not in shown and choice not in set(Choice):
        raise BadInput("is none of the articles shown, and no other choice", field="choice")
    return ()


def _person(caller: Caller) -> str:
    require(caller, Right.CONVERSE)
    if caller.person_id is None:
        raise Conflict("turns are reviewed by people; this key is a service's")
    return caller.person_id


def _signed(person_id: str) -> str:
    return f"person:{person_id}"
