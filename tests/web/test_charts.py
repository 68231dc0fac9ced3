"""Charts are drawings of their numbers: well-formed, escaped, with what they say in words."""

import re
from datetime import UTC, date, datetime
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

from sufler.web import charts
from sufler.web.figure_files import as_csv, as_xlsx
from sufler.web.figure_sheets import Sheet, by_week

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(1)</script>\"'&"


def drawn(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def boxes(svg: str, kind: str) -> list[dict[str, float]]:
    return [
        {name: float(each.attrib[name]) for name in ("x", "y", "width", "height")}
        for each in drawn(svg).iter(f"{SVG}rect")
        if each.attrib["class"] == kind and each.attrib["height"] != "10"
    ]


def test_that_bars_are_as_high_as_their_counts_and_stand_on_each_other() -> None:
    bars = [charts.Stack("1.09", (30, 10)), charts.Stack("8.09", (20, 0)), charts.Stack("", ())]
    svg = charts.stacks(bars, ["верные", "неверные"], "Проверки", "60 проверок", "ru")
    right, wrong = boxes(svg, "part one"), boxes(svg, "part two")
    assert len(right) == 2
    assert len(wrong) == 1
    assert right[0]["height"] / right[1]["height"] == 1.5
    assert abs(right[0]["height"] / wrong[0]["height"] - 3) < 0.01
    assert abs(wrong[0]["y"] + wrong[0]["height"] - right[0]["y"]) < 0.2
    assert drawn(svg).find(f"{SVG}title").text == "Проверки"  # type: ignore[union-attr]
    assert drawn(svg).find(f"{SVG}desc").text == "60 проверок"  # type: ignore[union-attr]
    assert drawn(svg).attrib["role"] == "img"


def test_that_a_curve_puts_more_precision_higher_and_more_coverage_to_the_right() -> None:
    curve = charts.Curve(
        seen=(charts.Point(0.25, 1.0), charts.Point(1.0, 0.9)),
        proved=(charts.Point(0.25, 0.96),),
        bar_at=0.25,
        target=0.95,
        seen_name="seen",
        proved_name="proved",
        bar_name="bar",
        target_name="target",
        across="coverage",
    )
    svg = charts.curve(curve, "Curve", "told", "en")
    line = drawn(svg).find(f"{SVG}polyline")
    assert line is not None
    (x1, y1), (x2, y2) = (
        [float(number) for number in pair.split(",")] for pair in line.attrib["points"].split()
    )
    assert x1 < x2
    assert y1 < y2
    target = next(e for e in drawn(svg).iter(f"{SVG}line") if e.attrib["class"] == "target")
    assert y1 < float(target.attrib["y1"]) < y2
    assert "100\u00a0%" in svg


def test_that_a_line_has_a_gap_where_nothing_is_known() -> None:
    series = [charts.Series("a", (0.9, 0.95, None, 0.8, 0.85)), charts.Series("b", (None,) * 5)]
    svg = charts.lines(series, ["1", "2", "3", "4", "5"], "t", "d", "en")
    lines = list(drawn(svg).iter(f"{SVG}polyline"))
    assert [len(each.attrib["points"].split()) for each in lines] == [2, 2]
    assert charts.spark([0.9], "one") == ""
    assert charts.spark([None, 0.9, 1.0], "two").startswith("<svg")


def test_that_shares_fill_their_bar_and_say_each_count() -> None:
    svg = charts.shares([("a", 60), ("b", 0), ("c", 40)], "t", "d", "ru")
    first, third = boxes(svg, "part one")[0], boxes(svg, "part three")[0]
    assert abs((first["width"] + 1) / (third["width"] + 1) - 1.5) < 0.01
    assert not boxes(svg, "part two")
    assert re.search(r"a: 60 \(60\u00a0%\)", svg)
    assert re.search(r"b: 0 \(0\u00a0%\)", svg)


def test_that_words_of_topics_cannot_leave_the_drawing() -> None:
    stack = [charts.Stack(HOSTILE, (1,))]
    for svg in (
        charts.stacks(stack, [HOSTILE], HOSTILE, HOSTILE, "ru"),
        charts.shares([(HOSTILE, 1)], HOSTILE, HOSTILE, "en"),
        charts.lines([charts.Series(HOSTILE, (0.5,))], [HOSTILE], HOSTILE, HOSTILE, "en"),
        charts.spark([0.1, 0.2], HOSTILE),
    ):
        assert "<script" not in svg
        drawn(svg)


def test_that_weeks_begin_on_the_viewers_monday() -> None:
    now = datetime(2026, 11, 25, 12, tzinfo=UTC)  # a Wednesday
    late_sunday = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)
    moments = [(late_sunday, True), (now, False), (datetime(2020, 1, 1, tzinfo=UTC), True)]
    utc = by_week(moments, ZoneInfo("UTC"), now, 2)
    moscow = by_week(moments, ZoneInfo("Europe/Moscow"), now, 2)
    assert [(week.first, week.right, week.wrong) for week in utc] == [
        (date(2026, 11, 16), 1, 0),
        (date(2026, 11, 23), 0, 1),
    ]
    assert [(week.right, week.wrong) for week in moscow] == [(0, 0), (1, 1)]


def test_that_no_cell_of_an_export_is_a_formula() -> None:
    import io

    import openpyxl

    at = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
    sheet = Sheet(("head", "at"), (("=1+1", at), ("плюс", None)))
    zone = ZoneInfo("Europe/Moscow")
    written = as_csv(sheet, zone).decode("utf-8-sig").splitlines()
    assert written == ["head,at", "'=1+1,2026-11-23T00:30:00+03:00", "плюс,"]
    page = openpyxl.load_workbook(io.BytesIO(as_xlsx(sheet, zone))).active
    assert page["A2"].value == "=1+1"
    assert page["A2"].data_type == "s"
    assert page["B2"].value == datetime(2026, 11, 23, 0, 30)
