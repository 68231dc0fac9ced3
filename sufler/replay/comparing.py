"""Two replays of one history side by side, with intervals on what differs."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sufler.replay.report import Predicted

# Draws of conversations with replacement; the seed is fixed: the same replays, the same report.
DRAWS = 2_000
_SEED = 0
_INTERVAL = (2.5, 97.5)

Floats = NDArray[np.float64]


def compare(
    one: Sequence[Predicted], other: Sequence[Predicted], bars: tuple[float, float]
) -> dict[str, Any]:
    """How `one` differs from `other` over the turns that both judged; shares of all of them, and
    the precision of what would have been answered from each one's bar on. The 95 % intervals are of
    conversations drawn anew: turns of one conversation are not independent. "told": the interval
    leaves 0 out."""
    known = {_key(each): each for each in other}
    pairs = [(each, known[_key(each)]) for each in one if _key(each) in known]
    talks = list(dict.fromkeys(each.talk_id for each, _ in pairs))
    places = {talk: place for place, talk in enumerate(talks)}
    sums = np.zeros((2, len(talks), 5))
    for pair in pairs:
        for side, (each, bar) in enumerate(zip(pair, bars, strict=True)):
            sums[side, places[each.talk_id]] += _counts(each, bar)
    told: dict[str, Any] = {"turns": len(pairs), "conversations": len(talks)}
    if not pairs:
        return told | {"differences": {}}
    chances = np.full(len(talks), 1 / len(talks))
    drawn = np.random.default_rng(_SEED).multinomial(len(talks), chances, size=DRAWS)
    whole = _figures(sums.sum(axis=1))
    again = [_figures(drawn @ sums[side]) for side in range(2)]
    return told | {
        "differences": {
            name: _difference(whole[name], again[0][name] - again[1][name]) for name in whole
        }
    }


def _key(turn: Predicted) -> tuple[str, str, str]:
    return turn.talk_id, str(turn.at), turn.question


def _counts(turn: Predicted, bar: float) -> list[float]:
    """Turns, first right, right among three, answered, answered rightly."""
    sent = bool(turn.suggested) and turn.confidence >= bar
    among = turn.replied is not None and turn.replied in turn.suggested[:3]
    return [1.0, float(turn.right), float(among), float(sent), float(sent and turn.right)]


def _figures(sums: Floats) -> dict[str, Floats]:
    turns, first, three, sent, right = sums.T
    with np.errstate(invalid="ignore", divide="ignore"):
        return {
            "top1": first / turns,
            "top3": three / turns,
            "answered": sent / turns,
            "answered_rightly": right / turns,
            "precision": right / sent,
        }


def _difference(whole: Floats, drawn: Floats) -> dict[str, float | bool | None]:
    kept = drawn[np.isfinite(drawn)]
    if not np.isfinite(whole).all() or not len(kept):
        return {"difference": None, "low": None, "high": None, "told": False}
    low, high = (float(each) for each in np.percentile(kept, _INTERVAL))
    return {
        "this": round(float(whole[0]), 4),
        "other": round(float(whole[1]), 4),
        "difference": round(float(whole[0] - whole[1]), 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "told": low > 0 or high < 0,
    }
