"""Working calendars: hours by the wall clock, also on the days on which clocks are set."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sufler.conversation.wording import opening_words
from sufler.domain.calendar import DAY_MINUTES, Calendar, Holiday, Hours

WEEKDAYS = tuple(Hours(day, 9 * 60, 18 * 60) for day in range(5))
MOSCOW = Calendar("Europe/Moscow", WEEKDAYS)
BERLIN, NEW_YORK, LORD_HOWE = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"
# Around these moments (UTC) clocks are set, forward or back, by an hour or by half of one.
SET = {
    BERLIN: [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)],
    NEW_YORK: [datetime(2026, 3, 8, 7, tzinfo=UTC), datetime(2026, 11, 1, 6, tzinfo=UTC)],
    LORD_HOWE: [datetime(2026, 4, 4, 15, tzinfo=UTC), datetime(2026, 10, 3, 15, 30, tzinfo=UTC)],
}


@st.composite
def calendars(draw: st.DrawFn, zone: str) -> Calendar:
    hours = []
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, DAY_MINUTES - 1))
        end = draw(st.integers(start + 1, DAY_MINUTES))
        hours.append(Hours(draw(st.integers(0, 6)), start, end))
    return Calendar(zone, tuple(hours))


def at(zone: str, *wall: int, fold: int = 0) -> datetime:
    return datetime(*wall, tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)  # type: ignore[arg-type, misc]  # no zone and fold among them


def test_that_without_hours_it_is_always_open() -> None:
    always = Calendar()
    moment = datetime(2026, 5, 3, 3, tzinfo=UTC)
    assert always.open_at(moment)
    assert always.next_opening(moment) == moment


def test_that_hours_are_by_the_clock_on_the_wall_of_their_zone() -> None:
    friday = at("Europe/Moscow", 2026, 5, 8, 17, 59)
    assert MOSCOW.open_at(friday)
    assert not MOSCOW.open_at(friday + timedelta(minutes=1))
    opens = MOSCOW.next_opening(friday + timedelta(minutes=1))
    assert opens == at("Europe/Moscow", 2026, 5, 11, 9)
    assert opens is not None
    assert opens.hour == 9


def test_that_a_holiday_is_closed_and_passed_over() -> None:
    calendar = Calendar("Europe/Moscow", WEEKDAYS, (Holiday(date(2026, 5, 11), {"ru": "День"}),))
    monday = at("Europe/Moscow", 2026, 5, 11, 12)
    assert not calendar.open_at(monday)
    assert calendar.holiday_at(monday) is not None
    assert calendar.next_opening(monday) == at("Europe/Moscow", 2026, 5, 12, 9)


def test_that_a_calendar_without_any_hours_never_opens() -> None:
    assert Calendar("UTC", ()).next_opening(datetime(2026, 5, 1, tzinfo=UTC)) is None


def test_that_hours_that_begin_in_a_lost_hour_begin_when_the_clock_has_jumped() -> None:
    night = Calendar(BERLIN, (Hours(6, 2 * 60 + 30, 5 * 60),))
    before = at(BERLIN, 2026, 3, 29, 1, 59)
    assert not night.open_at(before)
    assert night.next_opening(before) == at(BERLIN, 2026, 3, 29, 3)


def test_that_a_repeated_hour_is_worked_twice() -> None:
    early = Calendar(BERLIN, (Hours(6, 2 * 60, 2 * 60 + 30),))
    first, second = at(BERLIN, 2026, 10, 25, 2), at(BERLIN, 2026, 10, 25, 2, fold=1)
    assert second - first == timedelta(hours=1)
    assert early.open_at(first)
    assert early.open_at(second)
    opens = early.next_opening(first + timedelta(minutes=30))
    assert opens is not None
    assert opens.astimezone(UTC) == second  # a wall clock alone would not tell them apart


@pytest.mark.parametrize("zone", list(SET))
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_that_the_next_opening_is_the_first_open_minute_over_dst_changes(
    zone: str, data: st.DataObject
) -> None:
    calendar = data.draw(calendars(zone))
    change = data.draw(st.sampled_from(SET[zone]))
    moment = change + timedelta(minutes=data.draw(st.integers(-26 * 60, 3 * 60)))
    minutes = (moment + timedelta(minutes=number) for number in range(8 * DAY_MINUTES))
    first = next((minute for minute in minutes if calendar.open_at(minute)), None)
    opens = calendar.next_opening(moment)
    assert (opens and opens.astimezone(UTC)) == first


@pytest.mark.parametrize("zone", list(SET))
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_that_it_is_open_exactly_when_the_wall_clock_says_so(
    zone: str, data: st.DataObject
) -> None:
    calendar = data.draw(calendars(zone))
    moment = data.draw(st.sampled_from(SET[zone])) + timedelta(
        seconds=data.draw(st.integers(-100_000, 100_000))
    )
    wall = moment.astimezone(ZoneInfo(zone))
    minute = wall.hour * 60 + wall.minute
    today = [each for each in calendar.hours or () if each.day == wall.weekday()]
    assert calendar.open_at(moment) == any(each.start <= minute < each.end for each in today)


def test_that_the_opening_is_said_in_words_of_both_languages() -> None:
    here = datetime(2026, 5, 8, 20, tzinfo=ZoneInfo("Europe/Moscow"))
    monday = datetime(2026, 5, 11, 9, tzinfo=ZoneInfo("Europe/Moscow"))
    assert opening_words(monday, here, "ru") == "в понедельник, 11 мая, в 9:00 (UTC+3)"
    assert opening_words(monday, here, "en") == "on Monday, 11 May, at 9:00 (UTC+3)"
    tomorrow = datetime(2026, 5, 9, 9, 30, tzinfo=ZoneInfo("Asia/Kolkata"))
    evening = datetime(2026, 5, 8, 20, tzinfo=ZoneInfo("Asia/Kolkata"))
    assert opening_words(tomorrow, evening, "ru") == "завтра в 9:30 (UTC+5:30)"
    today = datetime(2026, 5, 9, 7, tzinfo=UTC)
    assert opening_words(tomorrow.astimezone(UTC), today, "en") == "today at 4:00 (UTC)"
