"""The nightly look at what was learned: what its neighbours speak against or for, articles that
take each other's questions, and articles that nobody uses."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sufler.domain.knowledge import Article
from sufler.domain.learning import Learned, LearnedKind, LearnedState
from sufler.domain.ports import TextEncoder
from sufler.kb_index.background import Background
from sufler.kb_index.index import Index
from sufler.prompter.learning import guards
from sufler.prompter.learning.neighbours import questions_near

# Learned phrasings looked at together.
AT_ONCE = 64
# Questions that two articles take from each other, from which they are shown as confusing.
LEAST_TAKEN = 2


@dataclass(frozen=True, slots=True)
class Swept:
    """Ids of learned phrasings. `against`: into quarantine; `agreed`: confirmed."""

    against: Sequence[int]
    agreed: Sequence[int]


@dataclass(frozen=True, slots=True)
class Confusing:
    """Two articles (ids, in order) of whose confirmed questions, each left out in turn, `taken`
    are nearer to the other; `of` they have together. `example` is one."""

    one: str
    other: str
    taken: int
    of: int
    example: str


async def sweep(
    index: Index, background: Background, encoder: TextEncoder, learned: Iterable[Learned]
) -> Swept:
    """Judge each serving phrasing that no person confirmed by its nearest confirmed neighbours,
    itself left out. Some 2 ms a phrasing; encoding lets others run in between."""
    rows = [
        each
        for each in learned
        if each.kind is LearnedKind.PHRASING and _unconfirmed_by_people(each)
    ]
    against: list[int] = []
    agreed: list[int] = []
    for start in range(0, len(rows), AT_ONCE):
        page = rows[start : start + AT_ONCE]
        raw = await encoder.encode([each.text for each in page], "query")
        for each, vector in zip(page, raw, strict=True):
            centred = background.centre(vector, each.language, "query")
            judges = questions_near(index, centred, guards.JUDGES, without=each.text)
            if guards.speaks_against(each.article_id, judges):
                against.append(each.id)
            elif each.state is LearnedState.UNCONFIRMED and guards.speaks_for(
                each.article_id, judges
            ):
                agreed.append(each.id)
    return Swept(against, agreed)


def confusing(index: Index) -> list[Confusing]:
    """Pairs of articles that take each other's questions, most first; off the event loop."""
    taken: Counter[tuple[str, str]] = Counter()
    sizes: Counter[str] = Counter()
    examples: dict[tuple[str, str], str] = {}
    for segment, live in zip(index.segments, index.live, strict=True):
        for row, number in enumerate(segment.question_articles):
            if not live[number] or segment.question_weights[row] < 1.0:
                continue
            own, text = segment.articles[number].id, segment.questions[row]
            sizes[own] += 1
            vector = segment.question_vectors[row : row + 1][0]
            near = questions_near(index, vector, 1, without=text)
            if near and near[0].article_id != own:
                pair = (min(own, near[0].article_id), max(own, near[0].article_id))
                taken[pair] += 1
                examples.setdefault(pair, text)
    found = [
        Confusing(one, other, count, sizes[one] + sizes[other], examples[one, other])
        for (one, other), count in taken.items()
        if count >= LEAST_TAKEN
    ]
    return sorted(found, key=lambda pair: (-pair.taken, pair.one, pair.other))


def unused(
    articles: Iterable[Article], used_at: Mapping[str, datetime], now: datetime, days: int
) -> list[str]:
    """Ids of articles that were not sent in the last `days`, nor changed, longest first; `used_at`
    tells when each was sent last."""
    since = now - timedelta(days=days)
    found = []
    for article in articles:
        touched = [each for each in (used_at.get(article.id), article.updated_at) if each]
        if not touched or max(touched) < since:
            found.append(
                (max(touched, default=datetime.min.replace(tzinfo=now.tzinfo)), article.id)
            )
    return [article_id for _, article_id in sorted(found)]


def _unconfirmed_by_people(each: Learned) -> bool:
    return each.state is LearnedState.UNCONFIRMED or (
        each.state is LearnedState.CONFIRMED and each.confirmed_by is None
    )
