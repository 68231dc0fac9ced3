"""Hints name the program as it was typed."""

import os
import sys
from pathlib import Path

import pytest

from sufler.app.typed import typed


def _program(at: Path) -> Path:
    at.parent.mkdir(parents=True, exist_ok=True)
    at.write_text("#!/bin/sh\n")
    at.chmod(0o755)
    return at


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.defpath)


def test_that_in_a_clone_the_hint_has_the_path_that_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = _program(tmp_path / ".venv/bin/sufler")
    for argument in (".venv/bin/sufler", str(ran)):
        monkeypatch.setattr(sys, "argv", [argument])
        said = typed("Run: sufler model prepare; sufler: see /opt/sufler serve, my-sufler kb")
        assert (
            said
            == "Run: .venv/bin/sufler model prepare; sufler: see /opt/sufler serve, my-sufler kb"
        )


def test_that_where_the_shell_finds_it_the_hint_is_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = _program(tmp_path / "bin/sufler")
    monkeypatch.setenv("PATH", str(ran.parent))
    monkeypatch.setattr(sys, "argv", [str(ran)])
    assert typed("`sufler serve`") == "`sufler serve`"


def test_that_another_sufler_on_the_path_is_not_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = _program(tmp_path / "venv/bin/sufler")
    monkeypatch.setenv("PATH", str(_program(tmp_path / "other/sufler").parent))
    monkeypatch.setattr(sys, "argv", [str(ran)])
    assert typed("sufler doctor") == "venv/bin/sufler doctor"
