"""Confidence: a probability that grows with the evidence, and is low where nothing is asked."""

import json
from dataclasses import fields
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from base_world import Base
from hypothesis import given, settings
from hypothesis import strategies as st

from sufler.domain.decisions import Level
from sufler.domain.errors import BadInput
from sufler.prompter.confidence import (
    ALL,
    RANK_FEATURES,
    SCOPE_FEATURES,
    BaseScale,
    Evidence,
    confidences,
    evidence,
    level,
    read_priors,
    shipped_priors,
)
from sufler.prompter.evaluation.dataset import family
from sufler.prompter.rank import Ranked

pytestmark = pytest.mark.asyncio(loop_scope="module")

ON_TOPIC = (
    "Сколько стоит доставка?",
    "как отследить заказ",
    "забыл пароль от кабинета",
    "How do I pay with a gift card?",
    "что такое ложки",
    "промокод не работает",
)
OFF_TOPIC = (
    "Какая столица Франции?",
    "напиши стихотворение про осень",
    "what is the distance to the moon",
    "кто выиграл чемпионат мира по футболу",
    "how tall is the Eiffel tower",
    "у меня болит голова, что принять",
)
ASKING_NOTHING = (
    "спасибо",
    "ok",
    "Спасибо большое!!!",
    "4788",
    "👍",
    "thanks a lot",
    "да",
    "привет",
)
SCOPES, RANKS = len(SCOPE_FEATURES), len(RANK_FEATURES)
FEATURE = st.floats(-30, 30)


def ranked(*scores: float) -> Ranked:
    count = len(scores)
    return Ranked(
        tuple(f"a{number}" for number in range(count)),
        np.array(scores, dtype=np.float32),
        np.full((count, 5), 0.5, dtype=np.float32),
        ("вопрос",) * count,
    )


def scale(centre: float, width: float) -> BaseScale:
    """A base whose background scores `centre`, with `width` about it, however it is summed up."""
    return BaseScale(*(centre, width) * (len(fields(BaseScale)) // 2))


async def top(shop: Base, text: str) -> float:
    return (await shop.prompter.suggest(text)).items[0].confidence


async def test_that_what_the_base_answers_is_surer_than_what_it_does_not(shop: Base) -> None:
    inside = [await top(shop, text) for text in ON_TOPIC]
    outside = [await top(shop, text) for text in OFF_TOPIC]
    assert min(inside) > max(np.mean(outside), np.median(outside))
    assert sum(each >= 0.5 for each in inside) >= len(inside) - 1
    assert sum(each >= 0.5 for each in outside) <= 1


@pytest.mark.parametrize("text", ASKING_NOTHING)
async def test_that_what_asks_nothing_is_not_answered(shop: Base, text: str) -> None:
    made = await shop.prompter.suggest(text)
    assert all(item.confidence < 0.1 for item in made.items)


async def test_that_confidences_fall_and_leave_no_more_than_there_is(shop: Base) -> None:
    for text in (*ON_TOPIC, *OFF_TOPIC, *ASKING_NOTHING, "возврат", "карта"):
        found = [i.confidence for i in (await shop.prompter.suggest(text, limit=10)).items]
        assert all(0.0 <= each <= 1.0 for each in found)
        assert found == sorted(found, reverse=True)
        assert sum(found[:2]) <= 1.0001


@settings(max_examples=40, deadline=None)
@given(
    weak=st.lists(FEATURE, min_size=SCOPES + RANKS, max_size=SCOPES + RANKS).map(np.array),
    place=st.integers(0, SCOPES + RANKS - 1),
    more=st.floats(0, 10),
)
async def test_that_more_evidence_never_lowers_a_confidence(
    weak: np.ndarray, place: int, more: float
) -> None:
    strong = weak.copy()
    strong[place] += more
    for prior in shipped_priors().values():
        less = prior.probability(Evidence(weak[:SCOPES], weak[SCOPES:]))
        greater = prior.probability(Evidence(strong[:SCOPES], strong[SCOPES:]))
        assert 0.0 <= less <= greater + 1e-12
        assert greater <= 1.0
        assert prior.probability(Evidence(weak[:SCOPES], weak[SCOPES:], asks=False)) <= less


async def test_that_a_larger_lead_and_a_quieter_base_make_surer() -> None:
    prior = shipped_priors()[ALL]

    def sure(found: Ranked, mean: float = 5.0) -> float:
        return prior.probability(evidence(found, scale(mean, 1.0), asks=True))

    assert sure(ranked(12, 6, 5)) > sure(ranked(12, 11, 5)) > sure(ranked(12, 11.9, 11.9))
    assert sure(ranked(12, 6)) > sure(ranked(12, 6), mean=11.0)
    assert 0.0 <= sure(ranked(12)) <= 1.0
    assert sure(ranked(12, 12, 12, 12)) < 0.5, "four of one score: one in four at best"


async def test_that_a_base_of_one_voice_does_not_divide_by_nothing() -> None:
    found = evidence(ranked(3.0), scale(3.0, 0.0), asks=True)
    assert np.isfinite(found.scope).all()
    assert np.isfinite(found.rank).all()


async def test_that_runners_up_share_what_the_first_leaves() -> None:
    assert confidences(ranked(10, 10), 0.6, 3) == pytest.approx([0.6, 0.4])
    assert confidences(ranked(10, 10, 10), 0.3, 3) == pytest.approx([0.3, 0.3, 0.3])
    assert confidences(ranked(10, 1, 0), 0.9, 2)[1] < 0.01
    assert confidences(ranked(10, 9, 8), 0.5, 1) == [0.5]


async def test_that_levels_follow_the_confidence() -> None:
    assert [level(each) for each in (0.0, 0.49, 0.5, 0.84, 0.85, 1.0)] == [
        *(Level.CHECK, Level.CHECK, Level.LIKELY, Level.LIKELY, Level.SURE, Level.SURE),
    ]


async def test_that_the_shipped_file_says_what_made_it_and_leaves_each_family_out_once() -> None:
    page = json.loads((files("sufler.prompter") / "prior.json").read_text("utf-8"))
    assert Path(page["made_by"]).name == "fit_prior.py"
    assert set(page["priors"]) == {ALL, *(family(name) for name in page["sets"])}
    for prior in shipped_priors().values():
        assert (prior.scope.weights >= 0).all()
        assert (prior.rank.weights >= 0).all()
    assert len({prior.id for prior in shipped_priors().values()}) == len(page["priors"])


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"features": 1}', "not JSON", '{"id": "x", "features": {}, "priors": {}}'],
)
async def test_that_a_file_that_is_no_prior_is_refused_by_name(tmp_path: Path, text: str) -> None:
    file = tmp_path / "my-prior.json"
    file.write_text(text)
    with pytest.raises(BadInput, match=r"my-prior\.json is not a prior"):
        read_priors(file)
    with pytest.raises(BadInput, match="nowhere"):
        read_priors(tmp_path / "nowhere.json")


async def test_that_a_prior_with_features_of_another_version_is_refused(tmp_path: Path) -> None:
    page = json.loads((files("sufler.prompter") / "prior.json").read_text("utf-8"))
    file = tmp_path / "prior.json"
    file.write_text(json.dumps(page))
    assert read_priors(file).keys() == shipped_priors().keys()
    page["features"] = {"scope": list(SCOPE_FEATURES)[1:], "rank": list(RANK_FEATURES)}
    file.write_text(json.dumps(page))
    with pytest.raises(BadInput, match="features"):
        read_priors(file)
