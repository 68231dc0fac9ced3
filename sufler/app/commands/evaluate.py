"""`sufler evaluate`: how right, how honest and how fast the core is on a folder of messages."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from sufler.app.settings import load_settings
from sufler.app.terminal import AsJson, out, print_json, run, say

if TYPE_CHECKING:
    from sufler.prompter.evaluation.evaluate import Evaluation

Folder = Annotated[Path, typer.Argument(help="Holds kb.csv, test.csv, and mostly train.csv.")]


def evaluate(
    folder: Folder,
    kb_only: Annotated[bool, typer.Option("--kb-only", help="Titles and answers alone.")] = False,
    shots: Annotated[
        int | None, typer.Option(min=1, help="Phrasings an article; default: all.")
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, help="Draws of --shots to average over.")] = 5,
    by_kind: Annotated[bool, typer.Option("--by-kind", help="Figures by kind of row too.")] = False,
    prior: Annotated[
        Path | None, typer.Option(help="Another prior of confidence than the shipped one.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Draw coverage, precision and reliability (needs .[plot]).")
    ] = None,
    misses: Annotated[
        Path | None, typer.Option(help="Write the wrong ones with their explanation (CSV).")
    ] = None,
    stream: Annotated[
        bool, typer.Option("--stream", help="train.csv message by message, learning from each.")
    ] = False,
    replay: Annotated[
        bool,
        typer.Option("--replay", help="dialogs.jsonl in time order, learning from each reply."),
    ] = False,
    static: Annotated[
        bool, typer.Option("--static", help="--stream or --replay without learning.")
    ] = False,
    wrong: Annotated[
        float, typer.Option(min=0, max=1, help="Share of messages answered wrongly in --stream.")
    ] = 0.0,
    messages: Annotated[
        int, typer.Option(min=1, help="How many of them, in --stream and --replay.")
    ] = 3_000,
    seed: Annotated[int, typer.Option(help="The draw of --stream.")] = 0,
    without: Annotated[
        list[str] | None, typer.Option(help="A guard that --stream does without; repeatable.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=AsJson)] = False,
) -> None:
    """Measure the retrieval core on a folder of messages with their right articles."""
    if stream or replay:
        figures = run(_learning(folder, replay, messages, wrong, not static, seed, without or []))
        print_json(figures) if as_json else _show(figures)
        return

    async def work() -> "Evaluation":
        from sufler.kb_index.encoder import load_encoder
        from sufler.prompter.confidence import read_priors
        from sufler.prompter.evaluation.dataset import read_dataset
        from sufler.prompter.evaluation.evaluate import evaluate as measure

        dataset = read_dataset(folder)
        encoder = load_encoder(load_settings().model_folder)
        try:
            return await measure(
                dataset,
                encoder,
                kb_only=kb_only,
                shots=shots,
                seeds=seeds,
                by_kind=by_kind,
                priors=read_priors(prior) if prior else None,
                on_progress=(lambda what: None) if as_json else say,
            )
        finally:
            encoder.close()

    made = run(work())
    if plot or misses:
        from sufler.prompter.evaluation.report import draw, write_misses

        if plot:
            draw(made, plot)
        if misses:
            write_misses(made, misses)
    if as_json:
        print_json(made.figures)
    else:
        _show(made.figures)


async def _learning(
    folder: Path,
    replay: bool,
    messages: int,
    wrong: float,
    learning: bool,
    seed: int,
    without: list[str],
) -> dict[str, Any]:
    from sufler.kb_index.encoder import load_encoder
    from sufler.prompter.evaluation.dataset import read_dataset
    from sufler.prompter.evaluation.replay import replay as replayed
    from sufler.prompter.evaluation.stream import Plan
    from sufler.prompter.evaluation.stream import stream as streamed

    # The judging part is not even read.
    dataset = read_dataset(folder, ("train",))
    plan = Plan(messages, wrong, learning, seed, frozenset(without))
    encoder = load_encoder(load_settings().model_folder)
    try:
        if replay:
            return await replayed(dataset, folder / "dialogs.jsonl", encoder, plan, say)
        return await streamed(dataset, encoder, plan, say)
    finally:
        encoder.close()


def _show(figures: dict[str, Any]) -> None:
    seen = figures.get("versions", {}).get("prior_unseen")
    title = f"{figures['set']}, prior of confidence: {seen}" if seen else figures["set"]
    table = Table(title=title, title_justify="left")
    table.add_column("figure")
    table.add_column("value", justify="right")
    for name, value in figures.items():
        if name in ("set", "versions"):
            continue
        if isinstance(value, dict):
            for key, inner in value.items():
                table.add_row(f"{name} · {key}", _cell(inner))
        else:
            table.add_row(name, _cell(value))
    out.print(table)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_cell(inner)}" for key, inner in value.items())
    return f"{value:.4g}" if isinstance(value, float) else str(value)
