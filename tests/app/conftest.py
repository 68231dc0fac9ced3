"""A command line in a folder of its own, as a newcomer would use it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from sufler.app.main import run
from sufler.app.settings import Settings

Sufler = Callable[..., "Said"]


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty working folder, and no settings."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"SUFLER_{name.upper()}", raising=False)
    monkeypatch.delenv("SUFLER_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def sufler(folder: Path, capsys: pytest.CaptureFixture[str]) -> Sufler:
    """Run one command in `folder`."""

    def called(*arguments: str) -> Said:
        capsys.readouterr()
        code = run(arguments)
        shown = capsys.readouterr()
        return Said(code, shown.out, shown.err)

    return called
