"""The bench can be started; what it measures is not for the tests."""

import subprocess
import sys
from pathlib import Path

from patience import PATIENCE_S

ROOT = Path(__file__).parents[2]


def test_that_the_bench_says_what_it_can_measure() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--help"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert "suggest" in done.stdout
    assert "http" in done.stdout
