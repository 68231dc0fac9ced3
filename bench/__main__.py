"""`python -m bench`: runs the measurements and prints them as a table, or as JSON."""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from pathlib import Path

# Before numpy: one thread each, as in `sufler serve`, where the cores are the encoder's.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from bench import (
    capacity,
    certificates,
    certifying,
    change,
    desk,
    flows,
    http,
    learning,
    refit,
    renew,
    scale,
    serving,
    suggest,
    turns,
)
from bench.report import Line, print_lines
from bench.world import Place
from sufler.kb_index.encoder import ensure_model

Part = Callable[[Place], Coroutine[None, None, list[Line]]]

PARTS: dict[str, Part] = {
    "suggest": suggest.measure,
    "change": change.measure,
    "learning": learning.measure,
    "refit": refit.measure,
    "memory": serving.measure_memory,
    "start": serving.measure_start,
    "http": http.measure,
    "turns": turns.measure,
    "flows": flows.measure,
    "renew": renew.measure,
    "capacity": capacity.measure,
    "desk": desk.measure,
    "scale": scale.measure,
    "same-title": scale.measure_same_title,
    "certificates": certificates.measure,
    "certifying": certifying.measure,
}


def main() -> int:
    """Run what was asked for; 0 unless something could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", choices=PARTS, action="append", help="may be given again")
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.add_argument("--model", type=Path, default=_model_folder(), help="prepared encoder")
    asked = parser.parse_args()
    ensure_model(asked.model)
    began = time.perf_counter()
    lines: list[Line] = []
    with tempfile.TemporaryDirectory(prefix="sufler-bench-") as folder:
        place = Place(Path(folder), asked.model.resolve())
        for name in asked.only or PARTS:
            sys.stderr.write(f"{time.perf_counter() - began:5.0f} s  {name}\n")
            found = asyncio.run(PARTS[name](place))
            for line in found:
                sys.stderr.write(f"       {line.what}: {line.value}\n")
            lines += found
    if asked.json:
        sys.stdout.write(json.dumps([line.as_json() for line in lines], indent=2) + "\n")
    else:
        print_lines(lines, time.perf_counter() - began)
    return 0


def _model_folder() -> Path:
    return Path(os.environ.get("SUFLER_DATA_DIR", "data")) / "model" / "default"


if __name__ == "__main__":
    sys.exit(main())
