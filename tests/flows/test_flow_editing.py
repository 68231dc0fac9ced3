"""One place of a flow's YAML is changed, and nothing besides: tried on each place of the demo's."""

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sufler.domain.errors import BadInput
from sufler.flows.editing import changed, line_of
from sufler.flows.load import load_flow, read_yaml

FOLDER = Path(__file__).parents[2] / "demo" / "flows"
DEMO = {
    path.stem: path.read_text("utf-8")
    for path in sorted(FOLDER.glob("*.yaml"))
    if not path.name.endswith(".test.yaml")
}
WRITTEN = """\
# kept
flow: f   # and this
title: {ru: 'Т', en: T}
steps:
  - id: a   # first
    do: say
    text:
      ru: |
        Строка первая
        вторая
      en: >-
        folded
        text

  # between
  - {id: b, do: end, text: {ru: "б \\u0416", en: b}}
empty:
list:
- one
- two
"""


def texts(
    data: Any, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(data, str):
        yield path, data
    elif isinstance(data, dict):
        for key, each in data.items():
            yield from texts(each, (*path, key))
    elif isinstance(data, list):
        for place, each in enumerate(data):
            yield from texts(each, (*path, place))


def moved(before: str, after: str) -> tuple[list[str], list[str]]:
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    return (
        [line[2:] for line in lines if line.startswith("- ")],
        [line[2:] for line in lines if line.startswith("+ ")],
    )


@pytest.mark.parametrize("name", sorted(DEMO))
def test_that_a_change_of_one_text_of_a_demo_flow_changes_its_lines_only(name: str) -> None:
    text = DEMO[name]
    places = list(texts(read_yaml(text, name)))
    assert len(places) > 30
    for path, words in places:
        new = f"It's «{words[:20]}»: {{order}}, 100 % # no comment"
        after = changed(text, path, new)
        went, came = moved(text, after)
        assert len(went) == len(came) == 1, path
        assert after.splitlines()[line_of(after, path) - 1] == came[0]
        assert read_yaml(changed(after, path, words), name) == read_yaml(text, name)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(DEMO)), st.integers(0, 10_000), st.text(min_size=1, max_size=200))
def test_that_any_words_come_back_as_they_were_typed(name: str, place: int, words: str) -> None:
    text = DEMO[name]
    places = list(texts(read_yaml(text, name)))
    path, _ = places[place % len(places)]
    try:
        after = changed(text, path, words)
    except BadInput:  # control characters are no YAML even in quotes
        odd = [c for c in words if not (c.isprintable() or c in "\n\r\t\x85\u2028\u2029")]
        after = "" if odd else "refused"
    if not after:
        return
    found: Any = read_yaml(after, name)
    for part in path:
        found = found[part]
    assert found == words
    assert after.startswith("# yaml-language-server")


def test_that_comments_blocks_and_blank_lines_stay() -> None:
    after = changed(WRITTEN, ("steps", 0, "text", "ru"), "Новая\n\nдругая")
    assert "ru: |-\n        Новая\n\n        другая\n      en: >-" in after
    assert all(each in after for each in ("# first", "\n  # between\n", "# and this"))
    after = changed(after, ("steps", 0, "text", "en"), "one line")
    assert "en: 'one line'\n\n  # between" in after
    for path, value in (
        (("steps", 0, "next"), "b"),
        (("steps", 0, "help", "en"), "first\nsecond"),
        (("steps", 1, "help"), {"ru": "п", "en": "h"}),
        (("steps", 2), {"id": "c", "do": "end", "text": {"ru": "Всё", "en": "It's all"}}),
        (("empty",), ["a b", "null", 3]),
        (("list", 2), "three"),
    ):
        after = changed(after, path, value)
        assert "\n  # between\n" in after
    data = read_yaml(after, "flow")
    assert data["steps"][0]["next"] == "b"
    assert data["steps"][1]["help"] == {"ru": "п", "en": "h"}
    assert data["steps"][2]["text"]["en"] == "It's all"
    assert (data["empty"], data["list"]) == (["a b", "null", 3], ["one", "two", "three"])
    for path in (
        ("steps", 2),
        ("steps", 0, "next"),
        ("steps", 0, "help"),
        ("steps", 1, "help"),
        ("list", 2),
    ):
        after = changed(after, path, None)
    assert read_yaml(after, "flow")["steps"][1] == {
        "id": "b",
        "do": "end",
        "text": {"ru": "б Ж", "en": "b"},
    }
    assert "help" not in after
    assert "\n  # between\n" in after


def test_that_choices_and_branches_can_be_added_and_taken_away() -> None:
    text = DEMO["return"]
    late = {"label": {"ru": "Поздно", "en": "Late"}, "words": {"ru": ["долго", "не вовремя"]}}
    after = changed(text, ("slots", "reason", "choices", "late"), late)
    assert moved(text, after)[0] == []
    after = changed(after, ("steps", 2, "when", 1), {"if": "known(comment)", "go": "allowed"})
    after = changed(after, ("steps", 2, "otherwise"), "what")
    flow = load_flow(after)
    assert flow.slots["reason"].choices["late"].words == {"ru": ["долго", "не вовремя"]}
    step = flow.steps[2]
    assert [*(each.go for each in step.when), step.otherwise] == ["what", "allowed", "what"]
    after = changed(after, ("steps", 2, "when", 0), None)
    after = changed(after, ("slots", "reason", "choices", "late"), None)
    assert [each.go for each in load_flow(after).steps[2].when] == ["allowed"]
    assert "late" not in load_flow(after).slots["reason"].choices


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("steps", 99, "text"), "x"),
        (("flow", "deeper"), "x"),
        (("steps", 0, "id"), None),  # stands on the line of its dash
    ],
)
def test_that_what_cannot_be_done_in_place_is_refused(path: tuple[Any, ...], value: Any) -> None:
    with pytest.raises(BadInput):
        changed(DEMO["promo"], path, value)


def test_that_a_text_that_is_no_yaml_is_refused() -> None:
    with pytest.raises(BadInput, match="line 2"):
        changed("a: 1\nb: [", ("a",), "x")
