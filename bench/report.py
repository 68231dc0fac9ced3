"""What a measurement gives: named values with a unit, beside what they are compared with."""

import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import onnxruntime
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Line:
    """One row. `aim` and `beside` are words; `reached` is None where there is no aim."""

    part: str
    what: str
    value: str
    aim: str = ""
    reached: bool | None = None
    beside: str = ""

    def as_json(self) -> dict[str, Any]:
        """The row as plain data."""
        return asdict(self)


def percentiles(seconds: Sequence[float]) -> tuple[float, float, float]:
    """p50, p95 and p99 in milliseconds."""
    p50, p95, p99 = np.percentile(np.array(seconds) * 1000, (50, 95, 99))
    return float(p50), float(p95), float(p99)


def spread(seconds: Sequence[float]) -> str:
    """`p50 / p95 / p99` in words."""
    return " / ".join(f"{value:.2f}" for value in percentiles(seconds)) + " ms"


def print_lines(lines: Sequence[Line], took_s: float) -> None:
    """Print the table and what it was measured on."""
    table = Table("", "what", "measured", "aim", "beside", box=None, header_style="bold")
    for line in lines:
        mark = {None: "", True: "[green]reached[/]", False: "[red]missed[/]"}[line.reached]
        table.add_row(line.part, line.what, line.value, f"{line.aim} {mark}".strip(), line.beside)
    console = Console(highlight=False)
    console.print(table)
    console.print(
        f"Python {platform.python_version()}, onnxruntime {onnxruntime.__version__}; "
        f"{took_s:.0f} s in all. The vectors of the large bases are those of the demo's texts, "
        "mixed in pairs with some noise."
    )
