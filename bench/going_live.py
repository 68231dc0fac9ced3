"""`python -m bench.going_live FOLDER`: a data set as live traffic through the whole program, with
demo operators and reviewers, until topics have certificates and answer; then one goes wrong."""

import argparse
import asyncio
import random
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from bench.renew import Nowhere
from bench.world import Place, settings
from sufler.app.accuracy import watch_of
from sufler.app.clock import SystemClock
from sufler.app.logs import set_up_logs
from sufler.app.wiring import Services, opened_services
from sufler.domain.checks import Choice, ModeReason
from sufler.domain.conversation import Conversation, Customer, Incoming, IncomingKind, Owner
from sufler.domain.decisions import DecisionKind, Suggestion
from sufler.domain.desk import Used
from sufler.domain.errors import Conflict, NotFound
from sufler.domain.knowledge import Article, Mode
from sufler.domain.people import Caller, Role
from sufler.kb_index.encoder import ensure_model
from sufler.prompter.accuracy.standing import OVERALL, POOL
from sufler.prompter.evaluation.dataset import Row, read_dataset, some_shots, with_phrasings
from sufler.prompter.learning.refit import NEW_PHRASINGS
from sufler.storage.draws import DrawStore
from sufler.storage.mode_changes import ModeStore

SHOTS, NOISE, SHARE = 3, 0.05, 0.5
# Seconds between messages; after so many of them checks, lessons and the watch are seen to.
APART_S, ROUND = 60, 20
WINDOW = 1_000
NOBODY_KNOWS = "Уточню у коллег и вернусь с ответом: обращение {number}."


class Hastened(SystemClock):
    """The machine's clock, moved ahead by hand."""

    ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + Hastened.ahead

    def monotonic(self) -> float:
        return super().monotonic() + Hastened.ahead.total_seconds()


@dataclass
class Count:
    """Of a window of messages: how many came, were answered by the bot, and rightly."""

    messages: int = 0
    answered: int = 0
    right: int = 0


@dataclass
class Traffic:
    """The truth about what customers asked, which only operators and reviewers know. Articles of
    `turned` topics are wrong whatever is asked."""

    truth: dict[str, str | None] = field(default_factory=dict)
    topic_of: dict[str, str] = field(default_factory=dict)
    turned: set[str] = field(default_factory=set)
    counts: defaultdict[int, Count] = field(default_factory=lambda: defaultdict(Count))
    by_topic: defaultdict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    live_since: dict[str, int] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)

    def right(self, text: str, article_id: str) -> bool:
        if text not in self.truth:  # one of the questions of a message
            self.truth[text] = next(of for whole, of in self.truth.items() if text in whole)
        return self.truth[text] == article_id and self.topic_of[article_id] not in self.turned


class Company:
    """The program with its people."""

    def __init__(self, services: Services, traffic: Traffic, seed: int) -> None:
        self.services, self.traffic = services, traffic
        self.random = random.Random(seed)  # noqa: S311 - no secret
        self.watch = watch_of(services)
        self.draws = DrawStore(services.basis.database)
        self.learned = self.seen = 0

    async def hire(self) -> None:
        people = self.services.basis.people
        made = [
            (await people.add(name, name.title(), role))[0]
            for name, role in (
                ("anna", Role.OPERATOR),
                ("vera", Role.EDITOR),
                ("zoya", Role.EDITOR),
                ("chief", Role.ADMINISTRATOR),
            )
        ]
        callers = [Caller(f"person:{each.id}", each.name, each.role, each.id) for each in made]
        self.anna, *self.reviewers, self.chief = callers

    async def message(self, number: int, row: Row) -> None:
        services = self.services
        customer = Customer(f"c{number}", "", "")
        kind = IncomingKind.TEXT
        self.traffic.truth[row.text] = row.article_id or None
        await services.turns.receive(Incoming(Nowhere.name, f"m{number}", customer, kind, row.text))
        await services.turns.drain()
        talk = await services.conversations.find(Nowhere.name, customer.external_id)
        told = await services.turns.last_told(Nowhere.name, customer.external_id)
        assert talk is not None
        assert told is not None
        if told.suggestion is not None:  # as it was read: in the other keyboard layout, say
            self.traffic.truth[told.suggestion.text] = row.article_id or None
        count = self.traffic.counts[number // WINDOW]
        count.messages += 1
        self.seen = number + 1
        self.traffic.kinds[f"{told.decision.kind}: {told.decision.reason}"] += 1
        if told.decision.kind is DecisionKind.ANSWER:
            self._answered(row.text, told.decision.article_ids[0], count)
        elif talk.owner is Owner.QUEUE:
            await self._serve(talk, row, number)
        Hastened.ahead += timedelta(seconds=APART_S)
        if number % ROUND == ROUND - 1:
            await self.see_to()

    def _answered(self, text: str, article_id: str, count: Count) -> None:
        right = self.traffic.right(text, article_id)
        for each in (count, self.traffic.by_topic[self.traffic.topic_of[article_id]]):
            each.answered += 1
            each.right += right

    async def _serve(self, talk: Conversation, row: Row, number: int) -> None:
        desk = self.services.desk
        article_id = row.article_id if self.random.random() >= NOISE else self._any()
        shown = await self._shown(talk)
        if not article_id:
            text, used = NOBODY_KNOWS.format(number=number), None
        else:
            offered = {item.article_id: item.text for item in shown.items} if shown else {}
            article = self.services.knowledge.article(article_id)
            assert article is not None
            text = offered.get(article_id) or article.in_language("en")[1].answer
            found = article_id not in offered
            used = Used(shown.id, article_id, found) if shown and shown.items else None
        try:
            await desk.reply(self.anna, talk.id, text, used=used)
        except (Conflict, NotFound) as refused:
            self.traffic.kinds[f"refused: {refused.message}"] += 1
        await desk.close(self.anna, talk.id)

    async def _shown(self, talk: Conversation) -> Suggestion | None:
        """What the desk shows: nothing where the turn is hidden."""
        if talk.suggestion_id is None:
            return None
        draw = await self.draws.get(talk.suggestion_id)
        made = await self.services.suggestions.get(talk.suggestion_id)
        return replace(made, items=()) if draw is not None and draw.hidden else made

    def _any(self) -> str:
        return self.random.choice(sorted(self.traffic.topic_of))

    async def see_to(self) -> None:
        """Lessons, chores, reviews, refits, the watch, and an administrator who lets topics
        answer."""
        services = self.services
        self.learned += await services.lessons.learn_due()
        await services.timers.look()
        for reviewer in self.reviewers:
            await self._review(reviewer)
        Hastened.ahead += timedelta(seconds=60)
        await services.timers.look()
        await self.watch.look()
        await self.watch.round()
        if self.learned >= NEW_PHRASINGS:
            self.learned = 0
            await services.prompter.refit()
        for standing in await services.certifying.overview():
            if standing.topic in (OVERALL, POOL) or standing.mode is not Mode.SUGGESTS:
                continue
            if await services.ladder.may_answer(standing.topic):
                await services.ladder.change(self.chief, standing.topic, Mode.ANSWERS)
                self.traffic.live_since.setdefault(standing.topic, self.seen)

    async def _review(self, reviewer: Caller) -> None:
        reviewing = self.services.reviewing
        while (card := await reviewing.next(reviewer)) is not None:
            ids = [option.article_id for option in card.options]
            right = next((each for each in ids if self.traffic.right(card.turn, each)), None)
            await reviewing.pick(reviewer, card.task_id, right or Choice.NONE.value, took_s=8.0)
        disputes = await reviewing.disputes(self.chief) if reviewer is self.reviewers[0] else []
        for each in disputes:
            card = await reviewing.disputed_turn(self.chief, each.turn.task.id)
            ids = [option.article_id for option in card.options]
            right = next((i for i in ids if self.traffic.right(card.turn, i)), None)
            await reviewing.pick(self.chief, card.task_id, right or Choice.NONE.value, took_s=8.0)


async def measured(
    folder: Path, model: Path, most: int, seed: int, *, one_topic: bool, after_fault: int
) -> None:
    """Prints windows as they come, then the topics, then what the fault cost."""
    data = read_dataset(folder)
    shots, rest = some_shots(data.train, SHOTS, seed)
    articles = with_phrasings(data.articles, shots)
    if one_topic:
        articles = [replace(article, topic=data.name) for article in articles]
    stream = [*rest, *data.test, *data.oos_dev]
    random.Random(seed).shuffle(stream)  # noqa: S311 - no secret
    stream = _once(stream)
    traffic = Traffic(topic_of={article.id: article.topic for article in articles})
    with tempfile.TemporaryDirectory(prefix="sufler-live-") as place:
        own = settings(Place(Path(place), model).data("live"))
        unlimited = own.model_copy(update={"flood_minute": 0, "flood_hour": 0})
        with patch("sufler.app.wiring.SystemClock", Hastened):
            async with opened_services(unlimited, at_once=True) as services:
                await _run(services, traffic, articles, stream, most, seed, after_fault)


def _once(rows: Sequence[Row]) -> list[Row]:
    """Each text once: the truth is known by it."""
    return list({row.text: row for row in rows}.values())


async def _run(
    services: Services,
    traffic: Traffic,
    articles: Sequence[Article],
    stream: Sequence[Row],
    most: int,
    seed: int,
    after_fault: int,
) -> None:
    services.delivery.add_channel(Nowhere())
    await services.basis.articles.save_many(articles, "bench")
    await services.knowledge.refresh()
    await services.prompter.refit()
    company = Company(services, traffic, seed)
    await company.hire()
    await services.chosen.choose(company.chief, "hidden_share", SHARE)
    for number, row in enumerate(stream[:most]):
        await company.message(number, row)
        if number % WINDOW == WINDOW - 1:
            _print_window(number // WINDOW, traffic)
    for name, count in sorted(traffic.by_topic.items()):
        print(
            f"{name}: answers since message {traffic.live_since.get(name)}, "
            f"{count.answered} answers, {_share(count.right, count.answered)} right"
        )
    for standing in await services.certifying.overview():
        print(
            f"{standing.topic}: {standing.mode}, checks {standing.checks}, wrong {standing.wrong}, "
            f"proves {standing.precision:.3f} at {standing.coverage:.0%}, bar {standing.bar}"
        )
    for change in await ModeStore(services.basis.database).all_until():
        print(f"{change.topic}: {change.before} -> {change.after}, {change.reason}")
    print(dict(traffic.kinds))
    if traffic.by_topic and after_fault:
        await _fault(company, stream[most : most + after_fault], most)


async def _fault(company: Company, stream: Sequence[Row], first: int) -> None:
    """The topic that answers most goes wrong at once."""
    answering = {
        topic.name: company.traffic.by_topic[topic.name].answered
        for topic in company.services.knowledge.topics.values()
        if topic.mode is Mode.ANSWERS
    }
    if not answering:
        print("no topic answers: nothing to go wrong")
        return
    worst = max(answering, key=lambda name: answering[name])
    company.traffic.turned.add(worst)
    before = company.traffic.by_topic[worst].answered
    for number, row in enumerate(stream):
        await company.message(first + number, row)
        if company.services.knowledge.topics[worst].mode is not Mode.ANSWERS:
            break
    sent = company.traffic.by_topic[worst].answered - before
    history = await company.services.certifying.history(worst)
    why = next((each for each in history if each.reason is not ModeReason.CERTIFIED), None)
    print(f"{worst} went wrong: {sent} answers until it was taken back: {why}")


def _print_window(number: int, traffic: Traffic) -> None:
    count = traffic.counts[number]
    print(
        f"{number * WINDOW:,}-{(number + 1) * WINDOW:,}: answered by itself "
        f"{_share(count.answered, count.messages)}, right {_share(count.right, count.answered)}, "
        f"topics live {len(traffic.live_since)}",
        flush=True,
    )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "-"


def main() -> int:
    """Prints; 0."""
    parser = argparse.ArgumentParser(prog="python -m bench.going_live", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--messages", type=int, default=15_000)
    parser.add_argument("--after-fault", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--one-topic", action="store_true")
    parser.add_argument("--model", type=Path, default=Path("data/model/default"))
    asked = parser.parse_args()
    set_up_logs("error")
    ensure_model(asked.model)
    asyncio.run(
        measured(
            asked.folder,
            asked.model.resolve(),
            asked.messages,
            asked.seed,
            one_topic=asked.one_topic,
            after_fault=asked.after_fault,
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
