"""What an evaluation leaves in files: the curves, and the misses with their explanation."""

import csv
from pathlib import Path

import numpy as np

from sufler.domain.errors import BadInput
from sufler.prompter.evaluation import metrics
from sufler.prompter.evaluation.evaluate import DEFAULT_THRESHOLD, Evaluation

BINS = 10


def draw(evaluation: Evaluation, path: Path) -> None:
    """Draw precision over coverage, and right answers over confidence, of the first run.

    Raises BadInput where matplotlib is missing or the file cannot be written.
    """
    try:
        import matplotlib
    except ImportError:
        raise BadInput("--plot needs matplotlib: pip install -e '.[plot]'", field="plot") from None
    matplotlib.use("Agg")
    from matplotlib import pyplot

    run = evaluation.runs[0]
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(10, 4.5))
    coverage, precision = metrics.curve(run.confidences, run.right)
    left.plot(coverage, precision)
    left.set(xlabel="share of rows answered", ylabel="share of answers right", ylim=(0, 1.02))
    number = np.minimum((run.confidences * BINS).astype(int), BINS - 1)
    filled = np.unique(number)
    right.plot([0, 1], [0, 1], linestyle=":", color="grey")
    right.plot(
        [run.confidences[number == each].mean() for each in filled],
        [run.right[number == each].mean() for each in filled],
        marker="o",
    )
    right.set(xlabel="confidence", ylabel="share right")
    figure.suptitle(str(evaluation.figures["set"]))
    figure.tight_layout()
    try:
        figure.savefig(path)
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} cannot be written: {error}", field="plot") from error
    finally:
        pyplot.close(figure)


def write_misses(evaluation: Evaluation, path: Path) -> None:
    """Write rows whose best article is wrong, or that would be answered without having one.

    Raises BadInput where the file cannot be written.
    """
    columns = ("text", "kind", "article_id", "best", "confidence", "answered", "phrasing", "why")
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            for run in evaluation.runs:
                rows = zip(run.scored, run.confidences, run.right, strict=True)
                for each, confidence, right in rows:
                    answered = confidence >= DEFAULT_THRESHOLD
                    if right or not (each.message.article_id or answered):
                        continue
                    found = bool(each.ranked.article_ids)
                    writer.writerow(
                        (
                            each.message.text,
                            each.message.kind,
                            each.message.article_id,
                            each.ranked.article_ids[0] if found else "",
                            round(float(confidence), 4),
                            int(answered),
                            each.ranked.phrasings[0] if found else "",
                            each.ranked.why(0) if found else "",
                        )
                    )
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error}", field="misses") from error
