"""What commands share on the terminal: output, progress, tables, JSON."""

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from sufler.app.typed import typed

T = TypeVar("T")

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

AsJson = "Print JSON, for programs."


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's asynchronous part to its end."""
    return asyncio.run(work)


def say(line: str) -> None:
    """Print one line of plain text to people, hints as `typed`; nothing in it is read as markup."""
    out.print(typed(line), markup=False, soft_wrap=True)


def print_json(value: Any) -> None:
    """Print one JSON value; dates and other plain objects become text."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under their column names; tabs between cells where no person is looking."""
    if not out.is_terminal:
        for row in rows:
            sys.stdout.write("\t".join(str(cell) for cell in row) + "\n")
        return
    table = Table(*columns, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    out.print(table)


@contextmanager
def steps(title: str) -> Iterator[Callable[[str, float], None]]:
    """A bar for work that tells `(step, fraction 0..1)`; plain lines where no person is looking."""
    if not err.is_terminal:
        seen: list[str] = []

        def tell_lines(step: str, fraction: float) -> None:
            if step not in seen:
                seen.append(step)
                err.print(f"{title}: {step}", markup=False)

        yield tell_lines
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(title, total=1.0)

        def tell(step: str, fraction: float) -> None:
            bar.update(task, description=f"{title}: {step}", completed=fraction)

        yield tell


@contextmanager
def counting(title: str) -> Iterator[Callable[[str, int, int | None], None]]:
    """A bar for work that tells `(stage, done, total or None)`; silent where nobody is looking."""
    if not err.is_terminal:
        yield lambda stage, done, total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(title, total=None)

        def tell(stage: str, done: int, total: int | None) -> None:
            bar.update(task, description=f"{title}: {stage}", completed=done, total=total)

        yield tell
