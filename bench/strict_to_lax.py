"""`python -m bench.strict_to_lax FOLDER`: bars tested from the strictest on, on real confidences, a
fifth of the stream out of scope, looked at after every check; see docs/measurements.md."""

import argparse
import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.report import Line, print_lines
from bench.world import Place
from sufler.kb_index.encoder import load_encoder
from sufler.prompter.accuracy.certificate import LAST_TURNS, candidate_bars
from sufler.prompter.accuracy.meter import ENOUGH, fewest_right
from sufler.prompter.confidence import shipped_priors
from sufler.prompter.evaluation.dataset import read_dataset, some_shots, with_phrasings
from sufler.prompter.evaluation.evaluate import choose_prior
from sufler.prompter.evaluation.offline import build, memory_vectors

SHOTS = 100
OUT_OF_SCOPE = 0.2
TARGET = 0.95
REVIEWED = 1_000
RUNS = 400
SEED = 20_261_122


@dataclass(frozen=True, slots=True)
class Population:
    """Messages as they come: confidence and whether the first article is right, both (messages,),
    and how often each comes, adding up to 1."""

    confidence: NDArray[np.float64]
    right: NDArray[np.bool_]
    weight: NDArray[np.float64]

    def precision(self, bar: float) -> float:
        """The true one (0..1) at a confidence of `bar` or more."""
        above = self.confidence >= bar
        whole = float(self.weight[above].sum())
        return float(self.weight[above & self.right].sum()) / whole if whole else 0.0

    def coverage(self, bar: float) -> float:
        """The true share (0..1) of messages at `bar` or more."""
        return float(self.weight[self.confidence >= bar].sum())


@dataclass(frozen=True, slots=True)
class Outcome:
    """Over many runs: the share in which a bar below the target was ever certified, the mean true
    coverage after the last check, and the share in which something was certified by then."""

    false_share: float
    coverage: float
    certified: float


async def measure(place: Place) -> list[Line]:
    """A model whose confidence never exceeds 0.985; nothing here needs a base."""
    draw = np.random.default_rng(SEED)
    timid = certified_over(draw, modest(draw))
    return [
        _line(
            f"a model that is never surer than 0.985 is certified within {REVIEWED:,} checks",
            f"{timid.certified:.1%} of runs",
            "it is",
            timid.certified > 0.5,
        )
    ]


async def measure_on(folder: Path, model: Path) -> list[Line]:
    """On a folder with kb.csv, train.csv and oos_dev.csv."""
    stream = await population(folder, model)
    found = certified_over(np.random.default_rng(SEED), stream)
    what = f"{folder.name}, {OUT_OF_SCOPE:.0%} out of scope, strict to lax"
    false, mean = found.false_share, found.coverage
    return [
        _line(f"{what}: false certificates", f"{false:.2%}", "at most 5 %", false <= 0.05),
        _line(
            f"{what}: mean coverage after {REVIEWED:,} checks",
            f"{mean:.1%}",
            "at least 68 %",
            mean >= 0.68,
        ),
    ]


async def population(folder: Path, model: Path, shots: int = SHOTS) -> Population:
    """What the product would say to the messages that it was not taught."""
    dataset = read_dataset(folder, ("train", "oos_dev"))
    taught, rest = some_shots(dataset.train, shots, SEED)
    encoder = await asyncio.to_thread(load_encoder, model)
    try:
        base = await build(with_phrasings(dataset.articles, taught), memory_vectors(encoder))
        scored = await base.score([*rest, *dataset.oos_dev])
    finally:
        encoder.close()
    prior = choose_prior(shipped_priors(), dataset.name)[1]
    inside = np.array([bool(each.message.article_id) for each in scored])
    return Population(
        np.array([prior.probability(each.evidence) if each.evidence else 0.0 for each in scored]),
        np.array([each.message.article_id in each.ranked.article_ids[:1] for each in scored]),
        np.where(inside, (1 - OUT_OF_SCOPE) / inside.sum(), OUT_OF_SCOPE / (~inside).sum()),
    )


def modest(draw: np.random.Generator, size: int = 5_000) -> Population:
    """Confidences up to 0.985, and the surer the oftener right."""
    confidence = 0.985 * draw.beta(8, 1.2, size)
    right = draw.random(size) < 0.8 + 0.2 * (confidence / 0.985) ** 2
    return Population(confidence, right, np.full(size, 1 / size))


def certified_over(
    draw: np.random.Generator,
    stream: Population,
    *,
    reviewed: int = REVIEWED,
    runs: int = RUNS,
    target: float = TARGET,
) -> Outcome:
    """Bars are read off the turns before; then one looks after every check."""
    false, coverages, certified = 0, [], 0
    size = len(stream.confidence)
    for _ in range(runs):
        before = stream.confidence[draw.choice(size, LAST_TURNS, p=stream.weight)]
        bars = candidate_bars(before.tolist())
        checks = draw.choice(size, reviewed, p=stream.weight)
        passed = passes(stream.confidence[checks], stream.right[checks], bars, target)
        ever = [bars[place] for place in np.flatnonzero(passed.any(axis=1))]
        false += any(stream.precision(bar) < target for bar in ever)
        last = [bars[place] for place in np.flatnonzero(passed[:, -1])]
        certified += bool(last)
        coverages.append(stream.coverage(last[-1]) if last else 0.0)
    return Outcome(false / runs, float(np.mean(coverages)), certified / runs)


def passes(
    confidence: NDArray[np.float64],
    right: NDArray[np.bool_],
    bars: tuple[float, ...],
    target: float = TARGET,
) -> NDArray[np.bool_]:
    """(bars, checks): whether the bar is certified after so many checks, the strictest first; none
    behind one that is not."""
    above = confidence[None, :] >= np.array(bars)[:, None]
    good = np.cumsum(above & right, axis=1)
    bad = np.cumsum(above & ~right, axis=1)
    needed = np.array([fewest_right(n, target, ENOUGH) for n in range(int(bad.max()) + 1)])
    certified: NDArray[np.bool_] = np.logical_and.accumulate(good >= needed[bad], axis=0)
    return certified


def _line(what: str, value: str, aim: str, reached: bool) -> Line:
    return Line("certificates", what, value, aim, reached)


def main() -> None:
    """Measure on a folder, and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.strict_to_lax", description=__doc__)
    parser.add_argument("folder", type=Path, help="with kb.csv, train.csv and oos_dev.csv")
    parser.add_argument("--model", type=Path, default=Path("data/model/default"))
    asked = parser.parse_args()
    began = time.perf_counter()
    lines = asyncio.run(measure_on(asked.folder, asked.model))
    print_lines(lines, time.perf_counter() - began)


if __name__ == "__main__":
    main()
