"""`sufler evaluate`: how right, how honest and how fast the core is on a folder of messages."""

import resource
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sufler.domain.errors import BadInput
from sufler.domain.ports import TextEncoder
from sufler.kb_index.background import load_background
from sufler.prompter.confidence import ALL, Prior, shipped_priors
from sufler.prompter.evaluation import metrics
from sufler.prompter.evaluation.dataset import (
    Dataset,
    Row,
    family,
    some_shots,
    with_phrasings,
)
from sufler.prompter.evaluation.offline import Scored, build, memory_vectors

DEFAULT_THRESHOLD = 0.5
PRECISIONS = (0.90, 0.95, 0.98)
IN_SCOPE_TOP1 = 0.945
TIMED_TEXTS = 200

OnProgress = Callable[[str], None]


@dataclass(frozen=True)
class Judged:
    """The test rows of one run with their confidences; parallel arrays."""

    scored: Sequence[Scored]
    confidences: metrics.Floats
    right: metrics.Flags
    in_scope: metrics.Flags


@dataclass(frozen=True)
class Evaluation:
    """`figures` have the keys of `--json`; `runs` are kept for plots and misses."""

    figures: dict[str, Any]
    runs: Sequence[Judged]


def choose_prior(priors: Mapping[str, Prior], name: str) -> tuple[str, Prior]:
    """The prior that has not seen the set `name`, nor a sister of it; with its key."""
    key = family(name) if family(name) in priors else ALL
    return key, priors[key]


async def evaluate(
    dataset: Dataset,
    encoder: TextEncoder,
    *,
    kb_only: bool = False,
    shots: int | None = None,
    seeds: int = 5,
    by_kind: bool = False,
    priors: Mapping[str, Prior] | None = None,
    on_progress: OnProgress = lambda what: None,
) -> Evaluation:
    """Judge on test.csv with titles alone, `shots` phrasings an article, or all of train.csv.

    Figures of several seeds are their means. Raises BadInput.
    """
    if not dataset.test:
        raise BadInput(f"{dataset.name} has no test.csv with rows in it.", field="test.csv")
    if shots is not None and (shots < 1 or seeds < 1):
        raise BadInput("--shots and --seeds count from 1.", field="shots")
    began = time.perf_counter()
    key, prior = choose_prior(priors or shipped_priors(), dataset.name)
    vectors = memory_vectors(encoder)
    background = await load_background(vectors)
    chosen = _training(dataset, kb_only, shots, seeds)
    runs: list[Judged] = []
    for number, rows in enumerate(chosen, start=1):
        on_progress(f"run {number} of {len(chosen)}: {len(rows)} phrasings")
        base = await build(with_phrasings(dataset.articles, rows), vectors, background)
        runs.append(_judge(await base.score(dataset.test), prior))
    every = [_figures(run) for run in runs]
    figures: dict[str, Any] = {
        "set": dataset.name,
        "articles": len(dataset.articles),
        "train": len(chosen[0]),
        "test": len(dataset.test),
        "seeds": len(runs),
        **{name: _mean([each[name] for each in every]) for name in every[0]},
    }
    if by_kind:
        figures["by_kind"] = _by_kind(runs)
    encode_ms = _encode_times(encoder, dataset.test)
    rank_ms = [each.rank_ms for run in runs for each in run.scored]
    figures["encode_ms"] = metrics.percentiles(encode_ms)
    figures["suggest_ms"] = metrics.percentiles(rank_ms)
    figures["rss_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    figures["seconds"] = round(time.perf_counter() - began, 1)
    figures["versions"] = {"model": encoder.model_id, "prior": prior.id, "prior_unseen": key}
    return Evaluation(figures, runs)


def _training(dataset: Dataset, kb_only: bool, shots: int | None, seeds: int) -> list[list[Row]]:
    if kb_only:
        return [[]]
    labelled = [row for row in dataset.train if row.article_id]
    if not labelled:
        raise BadInput(f"{dataset.name} has no train.csv: use --kb-only.", field="train.csv")
    if shots is None:
        return [labelled]
    return [some_shots(dataset.train, shots, seed)[0] for seed in range(seeds)]


def _judge(scored: list[Scored], prior: Prior) -> Judged:
    confidences = [prior.probability(each.evidence) if each.evidence else 0.0 for each in scored]
    return Judged(
        scored,
        np.array(confidences),
        np.array([_place(each) == 1 for each in scored]),
        np.array([bool(each.message.article_id) for each in scored]),
    )


def _place(each: Scored) -> int | None:
    """Where the right article stands, from 1; None where it was not found or there is none."""
    wanted, ids = each.message.article_id, each.ranked.article_ids
    return ids.index(wanted) + 1 if wanted and wanted in ids else None


def _figures(run: Judged) -> dict[str, Any]:
    places = [_place(each) for each in run.scored if each.message.article_id]
    inside = max(len(places), 1)
    answered = run.confidences >= DEFAULT_THRESHOLD
    needless = np.array([e.message.kind.startswith("no_answer_needed") for e in run.scored])
    wrong = answered & ~run.right
    total = len(run.scored)
    return {
        "top1": sum(place == 1 for place in places) / inside,
        "top3": sum(place is not None and place <= 3 for place in places) / inside,
        "mrr": sum(1 / place for place in places if place) / inside,
        "auroc": metrics.auroc(run.confidences, run.in_scope),
        "ece": metrics.calibration_error(run.confidences, run.right),
        "coverage_at_precision": {
            f"{precision:.2f}": metrics.coverage_at_precision(run.confidences, run.right, precision)
            for precision in PRECISIONS
        },
        "oos_recall_at_in_scope": {
            str(IN_SCOPE_TOP1): metrics.oos_recall(
                run.confidences, run.right, run.in_scope, IN_SCOPE_TOP1
            )
        },
        "at_default": {
            "threshold": DEFAULT_THRESHOLD,
            "answered": float(answered.mean()),
            "right": float((answered & run.right).mean()),
            "wrong": float(wrong.mean()),
            "false_answer_rate": int(wrong.sum()) / total,
            "answered_no_answer_needed": (
                float(answered[needless].mean()) if needless.any() else None
            ),
        },
    }


def _by_kind(runs: Sequence[Judged]) -> dict[str, Any]:
    kinds = sorted({each.message.kind for each in runs[0].scored})
    found: dict[str, Any] = {}
    for kind in kinds:
        parts = []
        for run in runs:
            chosen = np.array([each.message.kind == kind for each in run.scored])
            parts.append(
                Judged(
                    [each for each, take in zip(run.scored, chosen, strict=True) if take],
                    run.confidences[chosen],
                    run.right[chosen],
                    run.in_scope[chosen],
                )
            )
        every = [_figures(part) for part in parts]
        rows = len(parts[0].scored)
        found[kind] = {"rows": rows}
        if parts[0].in_scope.any():
            found[kind] |= {name: _mean([e[name] for e in every]) for name in ("top1", "top3")}
        found[kind]["at_default"] = _mean([each["at_default"] for each in every])
    return found


def _mean(values: list[Any]) -> Any:
    """Mean of numbers, of dictionaries key by key; None where a value is missing."""
    if isinstance(values[0], dict):
        return {key: _mean([value[key] for value in values]) for key in values[0]}
    if any(value is None for value in values):
        return None
    return round(float(np.mean(values)), 4)


def _encode_times(encoder: TextEncoder, rows: Sequence[Row]) -> list[float]:
    """Milliseconds of single runs over rows spread evenly through the test part."""
    step = max(len(rows) // TIMED_TEXTS, 1)
    spent = []
    for row in rows[::step][:TIMED_TEXTS]:
        began = time.perf_counter()
        encoder.encode_one(row.text, "query")
        spent.append((time.perf_counter() - began) * 1000)
    return spent
