"""The docs keep up: both languages, no dead links, every setting and every metric explained."""

import re
import runpy
from pathlib import Path

import pytest

from sufler.api.metrics import Metrics

ROOT = Path(__file__).parents[2]
# What somebody who is no developer reads is there in both languages.
BOTH = [
    "README.md",
    *(
        f"docs/{name}.md"
        for name in (
            "accuracy",
            "administration",
            "flows",
            "import",
            "integrate",
            "knowledge",
            "operate",
            "operator",
            "replay",
            "review",
            "telegram",
            "widget",
        )
    ),
]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "demo").glob("*.md")])
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")


def _russian(doc: str) -> Path:
    return ROOT / doc.replace(".md", ".ru.md")


def _headings(file: Path) -> list[str]:
    """Levels and texts, such as `## Backup`; what stands in code is none."""
    return re.findall(r"^#{1,6} .+$", FENCE.sub("", file.read_text("utf-8")), re.MULTILINE)


def _levels(file: Path) -> list[int]:
    return [len(heading.split(" ")[0]) for heading in _headings(file)]


def _anchors(file: Path) -> set[str]:
    """As GitHub makes them of headings."""
    texts = (re.sub(r"[`*]|\]\([^)]*\)|\[", "", each.split(" ", 1)[1]) for each in _headings(file))
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in texts}


@pytest.mark.parametrize("doc", BOTH)
def test_that_what_people_read_is_there_in_russian_and_built_alike(doc: str) -> None:
    russian = _russian(doc)
    assert russian.is_file()
    assert _levels(russian) == _levels(ROOT / doc)
    for one, other in ((ROOT / doc, russian), (russian, ROOT / doc)):
        assert f"]({other.name})" in one.read_text("utf-8"), (
            f"{one.name} does not lead to {other.name}"
        )


@pytest.mark.parametrize("doc", BOTH)
def test_that_both_languages_show_the_same_code_and_tables(doc: str) -> None:
    """A setting, command or row that was added to one of them only."""
    english, russian = ((ROOT / doc).read_text("utf-8"), _russian(doc).read_text("utf-8"))
    names = re.compile(r"SUFLER_[A-Z_]+\b|`/[a-z/]+`|sufler [a-z-]+(?: [a-z-]+)?(?=`)")
    assert set(names.findall(english)) == set(names.findall(russian))
    rows = [
        len(re.findall(r"^\|", FENCE.sub("", text), re.MULTILINE)) for text in (english, russian)
    ]
    assert rows[0] == rows[1], "rows of tables"
    assert len(FENCE.findall(english)) == len(FENCE.findall(russian)), "pieces of code"


@pytest.mark.parametrize("doc", PAGES, ids=lambda doc: str(doc.relative_to(ROOT)))
def test_that_no_link_of_a_page_is_dead(doc: Path) -> None:
    dead = []
    for link in LINK.findall(FENCE.sub("", doc.read_text("utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (doc.parent / name).resolve() if name else doc
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            dead.append(link)
    assert not dead


def test_that_the_tables_of_settings_are_those_of_the_program() -> None:
    tool = runpy.run_path(str(ROOT / "tools" / "settings_table.py"))
    for language, file in tool["READMES"].items():
        text = file.read_text("utf-8")
        assert tool["BEGINS"] in text
        assert text == tool["with_table"](text, language), "run: python tools/settings_table.py"


class _Line:
    connected = standby = True
    webhook = None


@pytest.mark.parametrize("doc", ["docs/operate.md", "docs/operate.ru.md"])
def test_that_every_metric_stands_in_the_table(doc: str) -> None:
    metrics = Metrics()
    metrics.watch_telegram(_Line)
    exported = set(re.findall(r"^# TYPE (\w+) ", metrics.text().decode(), re.MULTILINE))
    exported = {name for name in exported if not name.endswith("_created")}
    rows = set(
        re.findall(r"^\| `(\w+)(?:\{[^`]*\})?` \|", (ROOT / doc).read_text("utf-8"), re.MULTILINE)
    )
    assert {row for row in rows if row.startswith(("sufler_", "process_"))} == exported
