"""What is proved of each topic, now or at any past moment, from stored rows only.
The watch (`topic_watch.py`) begins trials and grants; the ladder (`ladder.py`) changes modes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol, TypeVar

from sufler.desk.books import BACK, UNWATCHED_OF, Around, Books, standing_of
from sufler.domain.checks import ModeChange, Trial
from sufler.domain.errors import NotFound
from sufler.domain.knowledge import Mode, Topic
from sufler.domain.ports import Clock
from sufler.prompter.accuracy.certificate import Certificate, Standing
from sufler.prompter.accuracy.ledger import Ledger
from sufler.prompter.accuracy.standing import OVERALL, POOL, Share, TopicStanding
from sufler.prompter.accuracy.trials import in_force

Count = TypeVar("Count")

# Who signs what the program does by itself; and for how long that is news.
WATCH: Final = "watch"
NEWS_FOR: Final = timedelta(days=7)


class Trials(Protocol):
    """`storage.trials.TrialStore`."""

    async def all_until(self, until: datetime | None = None) -> list[Trial]: ...
    async def begin(self, trial: Trial, after: int | None) -> Trial | None: ...
    async def grant(self, trial_id: int, at: datetime) -> bool: ...


class Modes(Protocol):
    """`storage.mode_changes.ModeStore`, as far as it is read."""

    async def topics(self) -> list[Topic]: ...
    async def of_topic(self, topic: str) -> list[ModeChange]: ...
    async def all_until(self, until: datetime | None = None) -> list[ModeChange]: ...


class Counts(Protocol):
    """`storage.standings.StandingStore`, as far as certificates need it."""

    async def ledger(self) -> Ledger: ...
    async def confidences(
        self, since: datetime, until: datetime, most: int = ...
    ) -> dict[str, list[float]]: ...
    async def last_confidences(
        self, topics: Sequence[str] | None, until: datetime, most: int = ...
    ) -> list[float]: ...
    async def turns(self, since: datetime, until: datetime) -> dict[str, int]: ...
    async def accepted(self, since: datetime, until: datetime) -> dict[str, Share]: ...
    async def unwatched(self, since: datetime) -> list[tuple[str, datetime]]: ...


class Certifying:
    """Reads; changes nothing."""

    def __init__(
        self, trials: Trials, modes: Modes, counts: Counts, clock: Clock, *, strict: bool = False
    ) -> None:
        """`strict`: a certificate takes as many times the evidence as there are topics."""
        self._trials = trials
        self._modes = modes
        self._counts = counts
        self._clock = clock
        self.strict = strict

    async def books(self, at: datetime | None = None) -> Books:
        """What was known at `at` (aware; None: now). Topics and modes are those of now."""
        ledger = await self._counts.ledger()
        return Books(
            at or self._clock.now(),
            {topic.name: topic for topic in await self._modes.topics()},
            in_force(await self._trials.all_until(at)),
            tuple(await self._modes.all_until(at)),
            # Voided for later is not voided now; what is labelled now, is.
            ledger.as_of(at or datetime.max.replace(tzinfo=UTC)),
        )

    async def certificate(self, topic: str, at: datetime | None = None) -> Certificate:
        """Of a topic (a small one: of all small ones), of OVERALL or the POOL."""
        books = await self.books(at)
        return books.certificate(books.unit(topic))

    async def curve(self, topic: str) -> tuple[Standing, ...]:
        """Every candidate bar of its trial with what is right and wrong there, the strictest
        first; empty without a trial."""
        books = await self.books()
        unit = books.unit(topic)
        trial = books.trials.get(unit)
        return books.checks(unit).curve(trial) if trial is not None else ()

    async def history(self, topic: str) -> list[ModeChange]:
        """How its mode changed, the newest first."""
        return await self._modes.of_topic(topic)

    async def taken_back(self) -> list[ModeChange]:
        """What the watch took back within NEWS_FOR and nobody has decided about since: of each
        topic its last change."""
        since = self._clock.now() - NEWS_FOR
        last = {each.topic: each for each in await self._modes.all_until() if each.topic != POOL}
        return [
            each
            for each in last.values()
            if each.by == WATCH and each.at >= since and each.after is not Mode.ANSWERS
        ]

    async def standing(self, topic: str) -> TopicStanding:
        """Raises NotFound."""
        books = await self.books()
        if topic not in {OVERALL, POOL, *books.topics}:
            raise NotFound("There is no topic with this name.", field="name")
        return (await self._standings(books, [topic]))[0]

    async def overview(self) -> tuple[TopicStanding, ...]:
        """OVERALL first, then the topics, those that deserve attention first; the POOL last, where
        there are small topics."""
        books = await self.books()
        pooled = any(books.is_pooled(name) for name in books.topics)
        units = [OVERALL, *books.topics, *([POOL] if pooled else [])]
        found = await self._standings(books, units)
        of_topics = sorted(
            (each for each in found if each.mode is not None),
            key=lambda each: (-each.attention, -each.turns, each.topic),
        )
        return (found[0], *of_topics, *found[1 + len(of_topics) :])

    async def _standings(self, books: Books, units: Sequence[str]) -> list[TopicStanding]:
        now = books.at
        last = await self._last_turns(books, units)
        turns = await self._counts.turns(now - BACK, now)
        accepted = await self._counts.accepted(now - BACK, now)
        late = Counter(
            topic
            for topic, begun_at in await self._counts.unwatched(now - UNWATCHED_OF)
            if (since := books.since(topic)) is None or begun_at >= since.at
        )
        return [
            standing_of(
                books,
                unit,
                Around(
                    last.get(unit, ()),
                    sum(_of(books, unit, turns)),
                    Share.of(_of(books, unit, accepted)),
                    sum(_of(books, unit, late)),
                ),
            )
            for unit in units
        ]

    async def _last_turns(self, books: Books, units: Sequence[str]) -> dict[str, Sequence[float]]:
        """Confidences of each one's last turns; with a glance at all topics, of BACK."""
        several = [unit for unit in units if unit not in {OVERALL, POOL}]
        last: dict[str, Sequence[float]] = {}
        if len(several) > 1:
            last.update(await self._counts.confidences(books.at - BACK, books.at))
            several = []
        for unit in [*several, *({OVERALL, POOL} & set(units))]:
            members = books.members(unit) if unit in {OVERALL, POOL} else [unit]
            last[unit] = await self._counts.last_confidences(members, books.at)
        return last


def _of(books: Books, unit: str, counts: Mapping[str, Count]) -> list[Count]:
    members = counts.keys() if unit == OVERALL else books.members(POOL) if unit == POOL else [unit]
    return [counts[name] for name in members or () if name in counts]
