"""The parts of the pages of flows that need no browser: where faults stand, what changes make,
the picture of where people give up, the flow that one begins with."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sufler.domain.flows import FlowFigures, FlowVersion, VersionState
from sufler.domain.knowledge import LANGUAGES
from sufler.domain.texts import CATALOGUE
from sufler.flows.check import check
from sufler.flows.fault_lines import line_of_fault
from sufler.flows.faults import BadFlow, Fault
from sufler.flows.load import load_flow
from sufler.flows.model import AnyStep, Kind
from sufler.web.flow_list_page import template
from sufler.web.flow_picture import outcomes_words, picture, rows_of
from sufler.web.flow_work import FlowWork

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
TEXT = (Path(__file__).parents[2] / "demo" / "flows" / "return.yaml").read_text("utf-8")
HOSTILE = "<script>alert(1)</script>"


def line_with(words: str, text: str = TEXT) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if words in line)


def faults_of(text: str) -> list[Fault]:
    try:
        flow = load_flow(text, "return_item")
    except BadFlow as error:
        return list(error.faults)
    return check(flow, {flow.flow: flow})


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("go: what}", "go: nowhere}", "id: broken_too"),
        ("do: ask\n    slot: order", "do: nothing\n    slot: order", "id: number"),
        ("slot: reason", "slot: [reason", None),
        ("en: 'Why do you return it?'", "en: ' '", "Почему возвращаете?"),
        ("choices:\n", "choice:\n", "choice:"),
        (r"'\d{4,6}'", "'('", "order: {kind: order_number"),
        ("    again: {ru: 'Нужен", "    agai: {ru: 'Нужен", "agai:"),
    ],
)
def test_that_a_fault_leads_to_its_line(old: str, new: str, shown: str | None) -> None:
    text = TEXT.replace(old, new, 1)
    fault = faults_of(text)[0]
    line = line_of_fault(text, fault)
    assert line is not None
    if shown is not None:
        assert line == line_with(shown, text)


def test_that_what_stands_nowhere_has_no_line() -> None:
    assert line_of_fault(TEXT, Fault("gone", "unreachable")) is None
    assert line_of_fault("[", Fault("a", "unreachable")) is None
    assert line_of_fault("- 1", Fault("a", "unreachable")) is None


async def test_that_typed_changes_are_written_in_their_order_and_refusals_are_told() -> None:
    draft = FlowVersion("return_item", 0, VersionState.DRAFT, TEXT, "Ева", AT)
    work = FlowWork("return_item", [draft])
    assert not work.dirty
    work.waiting["steps", 1, "text", "ru"] = "Почему?"
    work.waiting["steps", 99, "text"] = "x"
    work.waiting["title", "en"] = "Return"
    assert work.dirty
    assert len(await work.settle()) == 1
    flow = await work.flow()
    assert flow is not None
    assert flow.steps[1].text["ru"] == "Почему?"
    assert flow.title["en"] == "Return"
    work.take([draft], keep=True)
    assert work.dirty
    work.take([draft], keep=False)
    assert work.text == TEXT


def test_that_the_flow_one_begins_with_passes_the_check() -> None:
    flow = load_flow(template("gift"))
    assert flow.flow == "gift"
    assert check(flow, {"gift": flow}) == []


def test_that_the_picture_shows_numbers_and_is_inert() -> None:
    flow = load_flow(TEXT)
    figures = FlowFigures(
        started=12,
        ended={"finished": 7, "cancelled": 2, "left": 1, "handed_off": 2},
        reached={"number": 12, HOSTILE: 3},
        gave_up={"number": 4},
    )
    rows = rows_of(flow, figures)
    assert [row.name for row in rows][:2] == ["number", "why"]
    assert rows[-1].name == HOSTILE
    drawn = picture(rows, "en")
    assert "number: reached 12 · ended here 4" in drawn
    assert "<script" not in drawn
    assert picture([], "ru").startswith("<svg")
    words = outcomes_words(figures, "en")
    assert words == "started 12 · finished 7 · left 3 · handed off 2"


def test_that_every_kind_of_step_and_slot_has_its_words() -> None:
    kinds = [f"flows_kind_{each}" for each in Kind.__args__]
    steps = [
        f"flows_do_{each.__dataclass_fields__['do'].type.__args__[0]}" for each in AnyStep.__args__
    ]
    for key in (*kinds, *steps):
        assert all(CATALOGUE[key][language] for language in LANGUAGES)
