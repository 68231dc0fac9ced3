"""What an evaluation leaves in files: the misses with their explanation, and the curves."""

import csv
from pathlib import Path

import numpy as np
import pytest

from sufler.domain.errors import BadInput
from sufler.prompter.confidence import Evidence
from sufler.prompter.evaluation.dataset import Row
from sufler.prompter.evaluation.evaluate import Evaluation, Judged
from sufler.prompter.evaluation.offline import Scored
from sufler.prompter.evaluation.report import draw, write_misses
from sufler.prompter.rank import Ranked


def scored(text: str, wanted: str, *found: str) -> Scored:
    count = len(found)
    ranked = Ranked(
        found,
        np.arange(count, 0, -1, dtype=np.float32),
        np.ones((count, 5), dtype=np.float32),
        tuple(f"как {each}" for each in found),
    )
    kind = "in_scope" if wanted else "oos"
    return Scored(Row(text, wanted, kind), ranked, Evidence(np.zeros(4), np.zeros(2)), 1.0)


@pytest.fixture
def evaluation() -> Evaluation:
    rows = [
        (scored("right", "a", "a", "b"), 0.9),
        (scored("wrong, and unsure", "a", "b", "a"), 0.2),
        (scored('wrong; "quoted"\nand sure', "a", "b"), 0.8),
        (scored("foreign, silent", "", "a"), 0.1),
        (scored("foreign, answered", "", "a"), 0.7),
        (scored("nothing found", "a"), 0.0),
    ]
    every = [each for each, _ in rows]
    ids = [each.ranked.article_ids for each in every]
    run = Judged(
        every,
        np.array([confidence for _, confidence in rows]),
        np.array([i[:1] == (e.message.article_id,) for e, i in zip(every, ids, strict=True)]),
        np.array([bool(each.message.article_id) for each in every]),
    )
    return Evaluation({"set": "shop"}, [run])


def test_that_misses_are_the_wrong_ones_and_those_answered_without_need(
    evaluation: Evaluation, tmp_path: Path
) -> None:
    file = tmp_path / "misses.csv"
    write_misses(evaluation, file)
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["text"] for row in rows] == [
        "wrong, and unsure",
        'wrong; "quoted"\nand sure',
        "foreign, answered",
        "nothing found",
    ]
    assert [row["answered"] for row in rows] == ["0", "1", "1", "0"]
    assert (rows[0]["article_id"], rows[0]["best"], rows[0]["phrasing"]) == ("a", "b", "как b")
    assert "similarity" in rows[0]["why"]
    assert (rows[3]["best"], rows[3]["why"]) == ("", "")


def test_that_files_that_cannot_be_written_are_named(
    evaluation: Evaluation, tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match="nowhere"):
        write_misses(evaluation, tmp_path / "nowhere" / "misses.csv")


def test_that_the_curves_are_drawn_or_the_missing_library_is_named(
    evaluation: Evaluation, tmp_path: Path
) -> None:
    file = tmp_path / "curve.png"
    try:
        import matplotlib  # noqa: F401 - only whether it is there
    except ImportError:
        with pytest.raises(BadInput, match="matplotlib"):
            draw(evaluation, file)
        return
    draw(evaluation, file)
    assert file.read_bytes().startswith(b"\x89PNG")
    with pytest.raises(BadInput, match="nowhere"):
        draw(evaluation, tmp_path / "nowhere" / "curve.png")
