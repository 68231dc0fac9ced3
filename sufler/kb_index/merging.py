"""How an index grows: changes come as small segments, which are merged into larger ones in time.

A segment is merged with all later ones when those hold a tenth of its articles, so that each is
at least ten times as large as the next, and an article is copied a few times in all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sufler.domain.knowledge import Topic
from sufler.kb_index.index import Index
from sufler.kb_index.nearest import Alive
from sufler.kb_index.negatives import Negatives
from sufler.kb_index.ngrams import GramWeights, KeepOn
from sufler.kb_index.segment import Segment

# Later articles, or own ones that are no longer current, beside which a segment is merged: this
# share of its own, and more than so many. Together no more than so many, they are one segment.
MERGE_SHARE = 0.1
MERGE_AT_LEAST = 50


@dataclass(frozen=True, slots=True)
class Merge:
    """The segments `first` to `last` (exclusive) of an index, to be made one.

    `parts` are they, with what was live; `grams` weigh the letters, None: their own texts, which
    are those of version `letters`.
    """

    first: int
    last: int
    parts: tuple[tuple[Segment, Alive], ...]
    grams: GramWeights | None
    letters: int

    @property
    def rows(self) -> int:
        """How many questions are to be indexed, at most."""
        return sum(len(segment.questions) for segment, _ in self.parts)

    def build(self, keep_on: KeepOn | None = None) -> Segment:
        """The one segment; seconds where it is large, so call it in a thread."""
        return Segment.merged(self.parts, self.grams, keep_on)

    def into(self, current: Index, merged: Segment) -> Index:
        """`current` with the one segment instead of the parts.

        `current` may be newer than the index that the merge was planned for: what was changed since
        is not live any more in the parts, and its new state stands in later segments.
        """
        places = range(self.first, self.last)
        alive = [
            current.live[place][was] for place, (_, was) in zip(places, self.parts, strict=True)
        ]
        later = current.segments[self.last :]
        if self.first == 0:
            later = tuple(segment.weighed_by(merged.gram_weights) for segment in later)
        return Index(
            current.version,
            (*current.segments[: self.first], merged, *later),
            (*current.live[: self.first], np.concatenate(alive), *current.live[self.last :]),
            current.topics,
            current.letters if self.first else self.letters,
            current.negatives,
            current.changed,
        )


def due(index: Index, begin: int = 0) -> Merge | None:
    """The next merge that is due among the segments from number `begin` on."""
    own = [len(segment.articles) for segment in index.segments]
    live = [int(alive.sum()) for alive in index.live]
    for first in range(begin, len(own)):
        later = sum(live[first + 1 :])
        waiting = max(later, own[first] - live[first])
        few = first + 1 < len(own) and own[first] + later <= MERGE_AT_LEAST
        if few or waiting > max(MERGE_AT_LEAST, MERGE_SHARE * own[first]):
            parts = tuple(zip(index.segments[first:], index.live[first:], strict=True))
            grams = index.segments[0].gram_weights if first else None
            return Merge(first, len(own), parts, grams, index.version)
    return None


def extended(
    current: Index,
    version: int,
    touched: Sequence[str],
    fresh: Segment | None,
    topics: Mapping[str, Topic],
    negatives: Negatives | None = None,
) -> Index:
    """`current` where the articles `touched` are as in `fresh`, or not there at all. `negatives`:
    all of them, where they have changed."""
    live = []
    for segment, was in zip(current.segments, current.live, strict=True):
        numbers = [segment.numbers[each] for each in touched if each in segment.numbers]
        alive = was
        if numbers:
            alive = was.copy()
            alive[numbers] = False
        live.append(alive)
    segments = current.segments
    if fresh is not None:
        segments = (*segments, fresh)
        live.append(np.ones(len(fresh.articles), dtype=bool))
    letters = current.letters if current.segments else version
    kept = current.negatives if negatives is None else negatives
    changed = {**current.changed, **dict.fromkeys(touched, version)}
    return Index(version, segments, tuple(live), topics, letters, kept, changed)
