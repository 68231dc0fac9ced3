"""Checks as columns: certificates of many topics from one pass over all of them, at any moment."""

from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from sufler.domain.checks import CheckKind, Trial
from sufler.prompter.accuracy.certificate import Certificate, Standing, standings
from sufler.prompter.accuracy.certificate import certificate_of_columns as certify

# Of history, only what is this recent when a trial begins.
HISTORY_FOR: Final = timedelta(days=90)
_KINDS: Final = tuple(CheckKind)
# What was never voided.
NEVER: Final = np.inf


@dataclass(frozen=True, slots=True)
class Ledger:
    """One row for each check, all (checks,), by topic and then in the order of their labels.

    `topic` and `kind` are numbers: places in `names`, and in the order of CheckKind. Times are
    seconds since 1970; `voided_at` is NEVER where the check counts.
    """

    names: tuple[str, ...]
    topic: NDArray[np.int64]
    kind: NDArray[np.int64]
    confidence: NDArray[np.float64]
    right: NDArray[np.bool_]
    predicted_at: NDArray[np.float64]
    at: NDArray[np.float64]
    voided_at: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        topics: Sequence[str],
        kinds: Sequence[str],
        confidence: Sequence[float],
        right: Sequence[bool],
        predicted_at: Sequence[float],
        at: Sequence[float],
        voided_at: Sequence[float],
    ) -> Self:
        """From columns in the order in which they were stored."""
        names = tuple(sorted(set(topics)))
        place = {name: number for number, name in enumerate(names)}
        of_kind = {kind.value: number for number, kind in enumerate(_KINDS)}
        topic = np.array([place[name] for name in topics], dtype=np.int64)
        labelled = np.array(at, dtype=np.float64)
        ordered = np.lexsort((labelled, topic))
        return cls(
            names,
            topic[ordered],
            np.array([of_kind[kind] for kind in kinds], dtype=np.int64)[ordered],
            np.array(confidence, dtype=np.float64)[ordered],
            np.array(right, dtype=bool)[ordered],
            np.array(predicted_at, dtype=np.float64)[ordered],
            labelled[ordered],
            np.array(voided_at, dtype=np.float64)[ordered],
        )

    def joined(self, later: "Ledger") -> "Ledger":
        """With checks that were added later."""
        names = sorted({*self.names, *later.names})
        places = {name: place for place, name in enumerate(names)}
        columns = {
            name: np.concatenate([getattr(self, name), getattr(later, name)]) for name in _COLUMNS
        }
        renamed = [
            np.array([places[name] for name in ledger.names], dtype=np.int64)[ledger.topic]
            for ledger in (self, later)
        ]
        columns["topic"] = np.concatenate(renamed)
        joined = Ledger(tuple(names), **columns)
        return joined.where(np.lexsort((joined.at, joined.topic)))

    def __len__(self) -> int:
        return len(self.right)

    def as_of(self, moment: datetime) -> "Ledger":
        """What was known and not voided at `moment`."""
        seconds = moment.timestamp()
        return self.where((self.at <= seconds) & (self.voided_at > seconds))

    def of_topics(self, topics: Collection[str]) -> "Ledger":
        """Only these topics' checks; of several, in the order of their labels."""
        if len(topics) == 1:
            (topic,) = topics
            place = bisect_left(self.names, topic)
            if self.names[place : place + 1] != (topic,):
                return EMPTY
            first, after = np.searchsorted(self.topic, [place, place + 1])
            return self.where(slice(int(first), int(after)))
        wanted = np.array([name in topics for name in self.names], dtype=bool)
        found = self.where(wanted[self.topic])
        return found.where(np.argsort(found.at, kind="stable"))

    def of_trial(self, trial: Trial) -> "Ledger":
        """What counts in the trial: predictions made since its `since`, and of history only what
        was recent when it began."""
        counts = (self.kind != _KINDS.index(CheckKind.HISTORY)) | (
            self.predicted_at >= (trial.started_at - HISTORY_FOR).timestamp()
        )
        if trial.since is not None:
            counts &= self.predicted_at >= trial.since.timestamp()
        return self.where(counts)

    def of_kinds(self, *kinds: CheckKind, since: datetime | None = None) -> "Ledger":
        """Checks of these kinds, of predictions made since then."""
        counts = np.array([kind in kinds for kind in _KINDS])[self.kind]
        if since is not None:
            counts &= self.predicted_at >= since.timestamp()
        return self.where(counts)

    def certificate(self, trial: Trial) -> Certificate:
        """What these checks, which count in the trial, prove."""
        live = int((self.kind != _KINDS.index(CheckKind.HISTORY)).sum())
        return certify(self.confidence, self.right, live, trial.bars, trial.target, trial.enough)

    def curve(self, trial: Trial) -> tuple[Standing, ...]:
        """Every bar of the trial, the strictest first."""
        return standings(self.confidence, self.right, trial.bars, trial.target, trial.enough)

    def above(self, bar: float) -> tuple[int, int]:
        """How many have a confidence of at least `bar`, and how many of these are right."""
        counts = self.confidence >= bar
        return int(np.count_nonzero(counts)), int(np.count_nonzero(counts & self.right))

    def where(self, which: NDArray[np.bool_] | NDArray[np.int64] | slice) -> "Ledger":
        """The rows of a mask, of places, or of a slice."""
        return Ledger(self.names, *(getattr(self, column)[which] for column in _COLUMNS))


_COLUMNS: Final = tuple(each.name for each in fields(Ledger) if each.name != "names")


EMPTY: Final = Ledger.of((), (), (), (), (), (), ())
