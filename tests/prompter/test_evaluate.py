"""`sufler evaluate` on a small folder: its figures, its ways of training, and its errors."""

import csv
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from base_world import CountingEncoder, RememberingEncoder

from sufler.app.main import run
from sufler.domain.errors import BadInput
from sufler.prompter.confidence import read_priors, shipped_priors
from sufler.prompter.evaluation.dataset import Dataset, read_dataset
from sufler.prompter.evaluation.evaluate import Evaluation, choose_prior, evaluate

KEYS = {
    *("articles", "train", "test", "top1", "top3", "mrr", "auroc", "ece"),
    *("coverage_at_precision", "oos_recall_at_in_scope", "at_default"),
    *("encode_ms", "suggest_ms", "rss_mb", "seconds", "versions"),
}
ARTICLES = {
    "cost": ("Сколько стоит доставка?", "Курьер — 290 рублей."),
    "return": ("Как вернуть товар?", "Примем за 14 дней."),
    "password": ("Как восстановить пароль?", "Пришлём код."),
    "card": ("Можно ли платить картой?", "Да, любой."),
}
TRAIN = [
    *(("почём курьер", "cost"), ("цена привоза", "cost"), ("сдать покупку", "return")),
    *(("верните деньги", "return"), ("забыл пароль", "password"), ("не могу войти", "password")),
    *(("оплата картой", "card"), ("visa принимаете?", "card"), ("какая завтра погода", "")),
]
TEST = [
    *(("сколько за доставку", "cost", "in_scope"), ("почем курьер?", "cost", "in_scope")),
    *(("хочу вернуть товар", "return", "in_scope"), ("пароль забыла", "password", "in_scope")),
    *(("можно картой?", "card", "in_scope"), ("столица Франции", "", "far_oos")),
    *(("кто выиграл матч", "", "far_oos"), ("спасибо", "", "no_answer_needed:thanks")),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "shop_ru"
    made.mkdir()
    tables: dict[str, tuple[str, list[Any]]] = {
        "kb": (
            "article_id title answer section",
            [(k, *v, "Вопросы") for k, v in ARTICLES.items()],
        ),
        "train": ("text article_id", TRAIN),
        "test": ("text article_id kind", TEST),
    }
    for name, (header, rows) in tables.items():
        with (made / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header.split(), *rows])
    return made


@pytest.fixture
def dataset(folder: Path) -> Dataset:
    return read_dataset(folder)


async def measured(dataset: Dataset, encoder: RememberingEncoder, **how: Any) -> dict[str, Any]:
    return (await evaluate(dataset, encoder, **how)).figures


async def test_that_all_figures_are_there_and_add_up(
    dataset: Dataset, remembering: RememberingEncoder
) -> None:
    found: Evaluation = await evaluate(dataset, remembering)
    figures = found.figures
    assert set(figures) >= KEYS
    assert json.loads(json.dumps(figures)) == figures
    assert (figures["articles"], figures["train"], figures["test"]) == (4, 8, 8)
    assert figures["top1"] == figures["top3"] == figures["mrr"] == 1.0
    assert set(figures["coverage_at_precision"]) == {"0.90", "0.95", "0.98"}
    assert set(figures["oos_recall_at_in_scope"]) == {"0.945"}
    assert set(figures["encode_ms"]) == set(figures["suggest_ms"]) == {"p50", "p95", "p99"}
    default = figures["at_default"]
    assert default["threshold"] == 0.5
    assert default["answered"] == pytest.approx(default["right"] + default["wrong"], abs=1e-3)
    assert default["false_answer_rate"] == default["wrong"]
    assert default["answered_no_answer_needed"] == 0.0
    assert figures["auroc"] > 0.8
    assert figures["versions"]["model"] == remembering.model_id
    run_ = found.runs[0]
    assert run_.in_scope.tolist() == [True] * 5 + [False] * 3
    assert len(run_.scored) == len(run_.confidences) == len(run_.right) == 8


async def test_that_kb_only_uses_no_training_row(
    dataset: Dataset, remembering: RememberingEncoder
) -> None:
    found = await evaluate(dataset, remembering, kb_only=True)
    assert found.figures["train"] == 0
    assert {each.ranked.phrasings[0] for each in found.runs[0].scored} <= {
        title for title, _ in ARTICLES.values()
    }


async def test_that_rows_without_an_article_are_never_encoded_as_phrasings(
    dataset: Dataset, remembering: RememberingEncoder
) -> None:
    counting = CountingEncoder(remembering)
    await evaluate(dataset, counting)
    texts = counting.texts()
    assert "почём курьер" in texts
    assert "какая завтра погода" not in texts


async def test_that_shots_are_drawn_once_for_each_seed(
    dataset: Dataset, remembering: RememberingEncoder
) -> None:
    told: list[str] = []
    figures = await measured(dataset, remembering, shots=1, seeds=2, on_progress=told.append)
    assert (figures["train"], figures["seeds"], len(told)) == (4, 2, 2)
    again = await measured(dataset, remembering, shots=1, seeds=2)
    for name in KEYS - {"encode_ms", "suggest_ms", "rss_mb", "seconds"}:
        assert again[name] == figures[name], name


async def test_that_kinds_have_figures_of_their_own(
    dataset: Dataset, remembering: RememberingEncoder
) -> None:
    kinds = (await measured(dataset, remembering, by_kind=True))["by_kind"]
    assert {kind: each["rows"] for kind, each in kinds.items()} == {
        "far_oos": 2,
        "in_scope": 5,
        "no_answer_needed:thanks": 1,
    }
    assert kinds["in_scope"]["top1"] == 1.0
    assert "top1" not in kinds["far_oos"]
    assert "by_kind" not in await measured(dataset, remembering, kb_only=True)


async def test_that_a_prior_of_one_s_own_is_used(
    dataset: Dataset, remembering: RememberingEncoder, tmp_path: Path
) -> None:
    page = json.loads((files("sufler.prompter") / "prior.json").read_text("utf-8"))
    page["id"] = "mine"
    for each in page["priors"].values():
        each["scope"]["bias"] = -500.0
    (tmp_path / "mine.json").write_text(json.dumps(page))
    figures = await measured(dataset, remembering, priors=read_priors(tmp_path / "mine.json"))
    assert figures["versions"]["prior"].startswith("mine/")
    assert figures["at_default"]["answered"] == 0.0


def test_that_a_set_is_judged_by_the_prior_that_has_not_seen_its_family() -> None:
    priors = shipped_priors()
    for name in ("hint3_curekart_en", "banking77_en"):
        key, prior = choose_prior(priors, name)
        assert name.startswith(key)
        assert prior is priors[key]
    assert choose_prior(priors, "shop_ru")[0] == "all"


@pytest.mark.parametrize(
    ("lost", "how", "words"),
    [
        ("test", {}, r"test\.csv"),
        ("train", {}, "--kb-only"),
        (None, {"shots": 0}, "--shots"),
        (None, {"shots": 1, "seeds": 0}, "--seeds"),
    ],
)
async def test_that_what_cannot_be_measured_is_refused_in_words(
    folder: Path, remembering: RememberingEncoder, lost: str | None, how: Any, words: str
) -> None:
    if lost:
        (folder / f"{lost}.csv").unlink()
    with pytest.raises(BadInput, match=words):
        await evaluate(read_dataset(folder), remembering, **how)


def test_that_the_command_prints_json_and_nothing_else(
    folder: Path,
    model_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "data" / "model").mkdir(parents=True)
    (tmp_path / "data" / "model" / "default").symlink_to(model_folder)
    monkeypatch.setenv("SUFLER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    misses = tmp_path / "misses.csv"
    options = ("--json", "--by-kind", "--misses", str(misses))
    assert run(["evaluate", str(folder), *options]) == 0
    shown = capsys.readouterr()
    figures = json.loads(shown.out)
    assert set(figures) >= KEYS | {"by_kind"}
    assert figures["top1"] == 1.0
    assert misses.read_text(encoding="utf-8").startswith("text,kind,article_id,best")


def test_that_the_command_names_what_is_wrong_in_one_line(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SUFLER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    (folder / "kb.csv").unlink()
    assert run(["evaluate", str(folder), "--json"]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "kb.csv is missing" in shown.err
    assert len(shown.err.splitlines()) == 1
    assert run(["evaluate", str(folder), "--shots", "0"]) == 2
