"""The 50 acceptance cases: docs/acceptance-cases.md says which test proves each, and it is so."""

import ast
import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "acceptance-cases.md"
CASES = ROOT / "tests" / "acceptance" / "cases"
_ROW = re.compile(r"\| (\d+) \| (.+?) \| (.+?) \|")


def _marked() -> dict[int, set[str]]:
    """The tests that are marked with each case's number, as `file.py::test`."""
    found: dict[int, set[str]] = defaultdict(set)
    for file in sorted(CASES.glob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                for number in map(_number, node.decorator_list):
                    if number is not None:
                        found[number].add(f"{file.name}::{node.name}")
    return found


def _number(decorator: ast.expr) -> int | None:
    match decorator:
        case ast.Call(func=ast.Attribute(attr="case"), args=[ast.Constant(value=int(number))]):
            return number
        case _:
            return None


def test_that_each_of_the_50_cases_has_its_tests_and_each_marked_test_its_case() -> None:
    rows = _ROW.findall(PAGE.read_text("utf-8"))
    assert [int(number) for number, _, _ in rows] == list(range(1, 51))
    named = {int(number): set(re.findall(r"`(.+?)`", tests)) for number, _, tests in rows}
    assert named == _marked()
    assert all(named.values())


def test_that_no_case_is_skipped_or_expected_to_fail() -> None:
    for file in CASES.glob("*.py"):
        assert not re.search(r"\b(skip|skipif|xfail)\b", file.read_text("utf-8")), file.name
