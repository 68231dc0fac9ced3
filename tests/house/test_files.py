"""The house rules that a reader of the code can rely on: sizes, first lines, names, words."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "sufler"
MOST_LINES = 400
# A stand-in of Telegram's server that was written as a program of its own, and is kept as it came.
NOT_OURS = {ROOT / "tests/acceptance/telegram_server.py"}
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}


def _tracked() -> list[Path]:
    """Files that git knows or would take; all files where there is no git."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        found = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    else:
        tops = ("sufler", "tests", "docs", "demo", "bench", "tools")
        found = [file for top in tops for file in (ROOT / top).rglob("*") if file.is_file()]
    return [file for file in found if file.is_file()]


FILES = _tracked()
PYTHON = [file for file in FILES if file.suffix == ".py"]
TEXTS = [file for file in FILES if file.suffix not in {".png", ".jpg", ".xlsx", ".npz", ".ico"}]


def _named(faults: list[str]) -> None:
    if faults:
        pytest.fail("\n".join(faults), pytrace=False)


def _where(file: Path, number: int | None = None) -> str:
    name = str(file.relative_to(ROOT))
    return name if number is None else f"{name}:{number}"


def _lines_with(pattern: str, files: list[Path]) -> list[str]:
    found = []
    for file in files:
        for number, line in enumerate(file.read_text("utf-8", "replace").splitlines(), 1):
            if re.search(pattern, line):
                found.append(f"{_where(file, number)}: {line.strip()[:100]}")
    return found


def test_that_no_file_is_longer_than_400_lines() -> None:
    code = [file for file in FILES if file.suffix in {".py", ".js", ".css", ".sh"}]
    sizes = {file: len(file.read_bytes().splitlines()) for file in code}
    _named(
        [
            f"{n} lines: {_where(file)}"
            for file, n in sizes.items()
            if n > MOST_LINES and file not in NOT_OURS
        ]
    )


def test_that_each_module_opens_with_one_to_three_lines_saying_what_lives_there() -> None:
    faults = []
    for file in PYTHON:
        text = file.read_text("utf-8")
        if file.name == "__init__.py" and not text.strip():
            continue
        opening = ast.get_docstring(ast.parse(text))
        if opening is None and not file.is_relative_to(ROOT / "tests"):
            faults.append(f"{_where(file)} does not say what lives in it")
        elif opening is not None and len(opening.split("\n\n")[0].splitlines()) > 3:
            faults.append(f"{_where(file)} opens with more than three lines")
    _named(faults)


def test_that_no_module_has_a_name_that_says_nothing() -> None:
    _named([_where(file) for file in FILES if EMPTY_NAMES & {*file.parts, file.stem}])


def test_that_tests_are_sentences() -> None:
    faults = []
    for file in PYTHON:
        if not file.is_relative_to(ROOT / "tests"):
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            named = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            if named and node.name.startswith("test") and not node.name.startswith("test_that_"):
                faults.append(f"{_where(file, node.lineno)}: {node.name}")
    _named(faults)


def test_that_nothing_is_left_for_later_or_waved_through() -> None:
    here = Path(__file__)
    files = [file for file in PYTHON if file != here and file not in NOT_OURS]
    weak = r"# type: ignore($|[^\[])|# noqa($|[^:])|\bTODO\b|\bFIXME\b|raise NotImplementedError"
    _named(_lines_with(weak, files) + _lines_with(r"pytest\.mark\.xfail", files))
    text = {file: file.read_text("utf-8") for file in files}
    hidden = r"except( Exception)?( as \w+)?:\s*(#.*)?\n?\s*pass\b"
    _named([f"{_where(file)} hides an error" for file, t in text.items() if re.search(hidden, t)])


def test_that_the_words_of_the_design_are_kept_in_names() -> None:
    wrong = re.compile(r"^(?:\w*_)?(agent|agents|user|users)(?:_\w*)?$", re.IGNORECASE)
    # Words of others: HTTP's header, NiceGUI's and aiogram's own fields, and pip's.
    theirs = {"user_agent", "from_user", "user", "sender_user"}
    faults = []
    for file in PYTHON:
        if not file.is_relative_to(PACKAGE):
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                name = node.name
            elif isinstance(node, ast.arg):
                name = node.arg
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                name = node.id
            else:
                continue
            if wrong.match(name) and name not in theirs:
                faults.append(f"{_where(file, node.lineno)}: {name}")
    _named(faults)


def test_that_no_path_or_registry_of_a_machine_stands_in_the_tree() -> None:
    machine = r"/(?:root|home/\w+|Users/\w+)/|/work/|/opt/(?:wheels|pypi)"
    registry = r"find-links|index-url\s*=|trusted-host|files\.pythonhosted|pypi\.org/simple"
    files = [file for file in TEXTS if file != Path(__file__)]
    _named(_lines_with(f"{machine}|{registry}", files))


def test_that_no_secret_stands_in_the_tree() -> None:
    secret = r"\b\d{8,10}:AA[A-Za-z0-9_-]{33}\b|-----BEGIN [A-Z ]*PRIVATE KEY|\bsk_[A-Za-z0-9]{40,}"
    _named(_lines_with(secret, [file for file in TEXTS if file != Path(__file__)]))
