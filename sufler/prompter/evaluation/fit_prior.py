"""Makes `prompter/prior.json`: the prior of confidence, fitted on training parts of public sets.

    python -m sufler.prompter.evaluation.fit_prior SETS_FOLDER demo

Each set is used as small bases of several sizes, some without a third of their articles, so that
messages whose article is missing are among the examples. test.csv is never read.
"""

import argparse
import asyncio
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from sufler.kb_index.background import Background, load_background
from sufler.kb_index.encoder import load_encoder
from sufler.kb_index.vectors import StoredVectors
from sufler.prompter.confidence import ALL, RANK_FEATURES, SCOPE_FEATURES, Evidence
from sufler.prompter.evaluation.dataset import (
    Dataset,
    Row,
    family,
    read_dataset,
    some_shots,
    with_phrasings,
)
from sufler.prompter.evaluation.offline import build, memory_vectors

SHOTS = (0, 1, 4, 12)
LARGE = 5_000  # training rows above which "all phrasings" is tried only once
MISSING_SHARE = 0.35
IN_SCOPE, MISSING, FOREIGN = 300, 200, 15
# What a base's messages are taken to be: answerable, article missing, another subject.
SHARES = {"in": 0.4, "missing": 0.3, "foreign": 0.3}
RIDGE = 1.0


@dataclass(frozen=True, slots=True)
class Example:
    """One message on one small base. `seen`: families that its text or base comes from."""

    seen: frozenset[str]
    base: str
    role: str
    right: bool
    evidence: Evidence


async def collect(
    sets: Sequence[Dataset], vectors: StoredVectors, background: Background
) -> list[Example]:
    """Score messages of every set on bases made from it."""
    examples: list[Example] = []
    for dataset in sets:
        labelled = [row for row in dataset.train if row.article_id]
        for shots in (*SHOTS, None):
            draw = random.Random(f"{dataset.name}{shots}")  # noqa: S311 - a sample
            if shots is None:
                draw.shuffle(labelled)
                cut = len(labelled) * 4 // 5
                phrasings, rest = labelled[:cut], labelled[cut:]
            else:
                phrasings, rest = some_shots(dataset.train, shots, 0)
            if len(rest) < 40:
                continue
            large = shots is None and len(labelled) > LARGE
            for missing in (True,) if large else (False, True):
                messages = _messages(dataset, sets, rest, draw, missing)
                found = await _score(dataset, phrasings, messages, vectors, background)
                examples += found
                print(f"{dataset.name}, {shots or 'title only'} shots: {len(found)}", flush=True)
    return examples


@dataclass(frozen=True, slots=True)
class _Messages:
    without: frozenset[str]
    rows: tuple[tuple[Row, str, str], ...]  # message, family it is from, role


def _messages(
    dataset: Dataset,
    sets: Sequence[Dataset],
    rest: Sequence[Row],
    draw: random.Random,
    missing: bool,
) -> _Messages:
    ids = [article.id for article in dataset.articles]
    without = frozenset(draw.sample(ids, int(len(ids) * MISSING_SHARE)) if missing else ())
    own = family(dataset.name)
    inside = [row for row in rest if row.article_id not in without]
    outside = [Row(row.text, "") for row in rest if row.article_id in without]
    rows = [(row, own, "in") for row in draw.sample(inside, min(IN_SCOPE, len(inside)))]
    rows += [(row, own, "missing") for row in draw.sample(outside, min(MISSING, len(outside)))]
    rows += [(row, own, "foreign") for row in dataset.oos_dev]
    for other in sets:
        pool = [Row(r.text, "") for r in other.train if other is not dataset or not r.article_id]
        role_family = family(other.name)
        rows += [
            (row, role_family, "foreign") for row in draw.sample(pool, min(FOREIGN, len(pool)))
        ]
    return _Messages(without, tuple(rows))


async def _score(
    dataset: Dataset,
    phrasings: Sequence[Row],
    messages: _Messages,
    vectors: StoredVectors,
    background: Background,
) -> list[Example]:
    kept = tuple(article for article in dataset.articles if article.id not in messages.without)
    used = [row for row in phrasings if row.article_id not in messages.without]
    base = await build(with_phrasings(kept, used), vectors, background)
    scored = await base.score([row for row, _, _ in messages.rows])
    name = f"{dataset.name} {len(used)} {len(kept)}"
    return [
        Example(
            frozenset({family(dataset.name), source}),
            name,
            role,
            bool(row.article_id) and each.ranked.article_ids[0] == row.article_id,
            each.evidence,
        )
        for (row, source, role), each in zip(messages.rows, scored, strict=True)
        if each.evidence and each.evidence.asks
    ]


def fit_prior(examples: Sequence[Example]) -> dict[str, object]:
    """Fit both models. Every family counts alike, every base in it, and SHARES of the roles."""
    answerable = [example for example in examples if example.role == "in"]
    return {
        "scope": _fit(
            np.stack([example.evidence.scope for example in examples]),
            np.array([example.role == "in" for example in examples], dtype=np.float64),
            _weights(examples),
        ),
        "rank": _fit(
            np.stack([example.evidence.rank for example in answerable]),
            np.array([example.right for example in answerable], dtype=np.float64),
            _weights(answerable),
        ),
        "examples": len(examples),
    }


def _fit(
    rows: NDArray[np.float64], outcome: NDArray[np.float64], weights: NDArray[np.float64]
) -> dict[str, object]:
    """Weighted ridge logistic regression without negative weights."""
    mean, deviation = rows.mean(axis=0), rows.std(axis=0)
    inputs = np.clip((rows - mean) / deviation, -4.0, 4.0)

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logits = inputs @ flat[:-1] + flat[-1]
        value = float(weights @ (np.logaddexp(0.0, logits) - outcome * logits))
        miss = weights * (1.0 / (1.0 + np.exp(-logits)) - outcome)
        slope = np.append(inputs.T @ miss + RIDGE * flat[:-1], miss.sum())
        return value + RIDGE / 2 * float(flat[:-1] @ flat[:-1]), slope

    width = inputs.shape[1]
    bounds = [(0.0, None)] * width + [(None, None)]
    start = np.zeros(width + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return {
        "mean": [round(float(v), 5) for v in mean],
        "deviation": [round(float(v), 5) for v in deviation],
        "weights": [round(float(v), 5) for v in found[:-1]],
        "bias": round(float(found[-1]), 5),
    }


def _weights(examples: Sequence[Example]) -> NDArray[np.float64]:
    def own(example: Example) -> str:
        return family(example.base)

    counts: dict[tuple[str, str], int] = {}
    for example in examples:
        key = example.base, example.role
        counts[key] = counts.get(key, 0) + 1
    weights = np.array([SHARES[e.role] / counts[e.base, e.role] for e in examples])
    families = np.array([own(example) for example in examples])
    for name in np.unique(families):
        weights[families == name] /= weights[families == name].sum()
    normalised: NDArray[np.float64] = weights / weights.mean()
    return normalised


async def make(sets: Sequence[Dataset], model: Path) -> dict[str, object]:
    """Fit one prior for each family that it has not seen, and one on all."""
    vectors = memory_vectors(load_encoder(model))
    background = await load_background(vectors)
    examples = await collect(sets, vectors, background)
    families = sorted({family(dataset.name) for dataset in sets})
    priors = {ALL: fit_prior(examples)}
    for left_out in families:
        priors[left_out] = fit_prior([e for e in examples if left_out not in e.seen])
    return {
        "id": "prior-2",
        "made_by": "sufler/prompter/evaluation/fit_prior.py",
        "sets": [dataset.name for dataset in sets],
        "features": {"scope": list(SCOPE_FEATURES), "rank": list(RANK_FEATURES)},
        "priors": priors,
    }


def phrasings_to_train(dataset: Dataset) -> Dataset:
    """A base with its own phrasings (`demo/`) as a set: its phrasings become training rows."""
    rows = tuple(Row(p.text, a.id) for a in dataset.articles for p in a.phrasings)
    bare = tuple(replace(article, phrasings=()) for article in dataset.articles)
    return replace(dataset, articles=bare, train=rows, test=())


def main() -> None:
    """Read every set of the folder that has a train.csv, and write the priors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="holds a folder a set")
    parser.add_argument("demo", type=Path, help="holds articles.jsonl with phrasings")
    parser.add_argument("--model", type=Path, default=Path("data/model/default"))
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1] / "prior.json")
    given = parser.parse_args()
    sets = [read_dataset(each.parent) for each in sorted(given.folder.glob("*/train.csv"))]
    sets.append(phrasings_to_train(read_dataset(given.demo)))
    page = asyncio.run(make(sets, given.model))
    given.out.write_text(json.dumps(page, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
