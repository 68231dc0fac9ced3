"""Each guard of the procedure, taken away: without it an unfit topic is certified far more often
than one time in twenty, so the guard is there for a reason."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bench.report import Line
from bench.world import Place
from sufler.prompter.accuracy.meter import ENOUGH, fewest_right

TARGET = 0.95
CHECKS = 600
RUNS = 400
SEED = 20_261_122
# What customers mean by their words: so often another article than those words ask for.
MEAN_ANOTHER = 0.09
ARTICLES, DIMENSION = 20, 12
# A turn that is easy is nearly always answered rightly; of the others so many are wrong.
EASY, HARD_WRONG = 0.5, 0.14
# How often somebody who has seen the label leaves a wrong one out.
LEFT_OUT = 0.5
# What a forgiving matcher takes for right though it is wrong.
FORGIVEN, MATCHED = 0.2, 5

Stream = Callable[[np.random.Generator, int], NDArray[np.bool_]]


async def measure(place: Place) -> list[Line]:
    """With each guard, and without it; nothing here needs a base."""
    lines = []
    for what, (kept, gone) in GUARDS.items():
        draw = np.random.default_rng(SEED)
        held, broken = false_share(draw, kept), false_share(draw, gone)
        lines.append(
            Line(
                "certificates",
                f"unfit topic certified; guard: {what}",
                f"{held:.1%}",
                "at most 5 %",
                held <= 0.05,
                f"without it {broken:.0%}",
            )
        )
    return lines


def false_share(draw: np.random.Generator, stream: Stream, runs: int = RUNS) -> float:
    """Of topics that are less than 95 % right, the share that is ever certified, looking after
    every check."""
    return float(np.mean([_passes(stream(draw, CHECKS)) for _ in range(runs)]))


def _passes(right: NDArray[np.bool_]) -> bool:
    good = np.cumsum(right)
    bad = np.arange(1, len(right) + 1) - good
    needed = np.array([fewest_right(n, TARGET, ENOUGH) for n in range(int(bad[-1]) + 1)])
    return bool((good >= needed[bad]).any())


def remembered(draw: np.random.Generator, count: int, *, own: bool) -> NDArray[np.bool_]:
    """A memory that answers by the nearest wording it has learned. `own`: the very turn that is
    predicted is in it already, with its label."""
    centres = draw.normal(size=(ARTICLES, DIMENSION)) * 2
    asked = draw.integers(ARTICLES, size=count)
    wordings = centres[asked] + draw.normal(size=(count, DIMENSION)) * 0.4
    another = draw.random(count) < MEAN_ANOTHER
    meant = np.where(another, (asked + draw.integers(1, ARTICLES, size=count)) % ARTICLES, asked)
    known = np.concatenate([centres, wordings])
    labels = np.concatenate([np.arange(ARTICLES), meant])
    far = np.linalg.norm(wordings[:, None, :] - known[None, :, :], axis=2)
    # Of the wordings only those learned before the prediction: the own one too, or not.
    order = np.arange(count)
    later = order[None, :] > order[:, None] if own else order[None, :] >= order[:, None]
    far[:, ARTICLES:][later] = np.inf
    found: NDArray[np.bool_] = labels[far.argmin(axis=1)] == meant
    return found


def drawn(draw: np.random.Generator, count: int, *, after_label: bool) -> NDArray[np.bool_]:
    """`after_label`: which turns are checked is settled when the labels are known, and half of the
    wrong ones are left out."""
    right = draw.random(2 * count) < 0.93
    if after_label:
        right = right[right | (draw.random(2 * count) >= LEFT_OUT)]
    return right[:count]


def sprinted(draw: np.random.Generator, count: int, *, chosen: bool) -> NDArray[np.bool_]:
    """A sprint that takes one turn in five. `chosen`: those that look easy, not those with the
    least u."""
    easy = draw.random((count, 5)) < EASY
    right = easy | (draw.random((count, 5)) >= HARD_WRONG)
    taken = easy.argmax(axis=1) if chosen else draw.random((count, 5)).argmin(axis=1)
    found: NDArray[np.bool_] = right[np.arange(count), taken]
    return found


def matched(draw: np.random.Generator, count: int, *, forgiving: bool) -> NDArray[np.bool_]:
    """A topic that is right just often enough to be unfit, over `count` times MATCHED. `forgiving`:
    the matcher takes a fifth of the wrong answers for right ones."""
    right = draw.random(count * MATCHED) < TARGET
    return right | (draw.random(count * MATCHED) < FORGIVEN) if forgiving else right


GUARDS: dict[str, tuple[Stream, Stream]] = {
    "the own turn is left out of what predicts it": (
        lambda draw, count: remembered(draw, count, own=False),
        lambda draw, count: remembered(draw, count, own=True),
    ),
    "drawn before the label": (
        lambda draw, count: drawn(draw, count, after_label=False),
        lambda draw, count: drawn(draw, count, after_label=True),
    ),
    "a sprint in the order of u": (
        lambda draw, count: sprinted(draw, count, chosen=False),
        lambda draw, count: sprinted(draw, count, chosen=True),
    ),
    "a strict matcher": (
        lambda draw, count: matched(draw, count, forgiving=False),
        lambda draw, count: matched(draw, count, forgiving=True),
    ),
}
