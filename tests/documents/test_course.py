"""The course of a case: in order, numbered, drawn where there is room, and listed whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from intake.documents.course import COLUMNS, MOST_COLUMNS, Happening, course
from intake.documents.times import Times

NOW = datetime(2026, 11, 5, 12, tzinfo=UTC)
TIMES = Times("es", ZoneInfo("America/Mexico_City"))


def days(*numbers: int, kind="event"):
    return [Happening(NOW + timedelta(days=number), kind, f"día {number}") for number in numbers]


def test_the_list_is_in_order_whatever_comes_first():
    made = course([*days(3, -2), *days(1, kind="deadline")], NOW, TIMES)
    assert [(one.number, one.words) for one in made.lines] == [
        (1, "día -2"),
        (2, "día 1"),
        (3, "día 3"),
    ]


def test_the_marks_of_one_moment_stand_below_each_other_and_say_their_numbers():
    made = course([*days(1), *days(1, 1, kind="deadline"), *days(1, kind="overdue")], NOW, TIMES)
    (band,) = made.bands
    assert [(mark.kind, mark.numbers) for mark in band.marks] == [
        ("event", "1"),
        ("overdue", "2–4"),
    ]
    assert len({mark.x for mark in band.marks}) == 1
    assert [lane for _y, lane in band.lanes] == ["event", "deadline"]


def test_the_line_of_today_parts_what_was_from_what_is_to_come():
    made = course(days(-3, -1, 2), NOW, TIMES)
    (band,) = made.bands
    first, second, third = (tick.x for tick in band.ticks)
    assert first < second < band.now_x < third
    assert course(days(1, 2), NOW, TIMES).bands[0].now_x < band.ticks[0].x
    assert course(days(-2, -1), NOW, TIMES).bands[0].now_x > band.ticks[1].x


def test_the_time_between_is_told():
    made = course(days(-30, -1, 2), NOW, TIMES)
    assert [tick.gap.replace("\xa0", " ") for tick in made.bands[0].ticks] == ["", "4sem", "3d"]


def test_many_moments_go_on_in_another_band_with_one_today_among_them():
    made = course(days(*range(-COLUMNS, COLUMNS)), NOW, TIMES)
    assert [len(band.ticks) for band in made.bands] == [COLUMNS, COLUMNS]
    assert [band.now_x is None for band in made.bands] == [True, False]
    between = course(days(*range(-COLUMNS, 0), *range(1, 3)), NOW, TIMES)
    assert [band.now_x is None for band in between.bands] == [True, False]
    assert between.bands[1].now_x < between.bands[1].ticks[0].x


def test_more_than_the_drawing_holds_are_listed_all_the_same():
    made = course(days(*range(-10, 90)), NOW, TIMES)
    assert len(made.lines) == 100
    assert made.drawn == MOST_COLUMNS
    drawn = [mark.numbers for band in made.bands for mark in band.marks]
    assert drawn[0] == "1"


def test_a_day_without_a_time_shows_none():
    made = course([Happening(NOW, "evidence", "x", day_only=True)], NOW, TIMES)
    assert made.lines[0].when.replace("\xa0", " ") == "5 nov 2026"


def test_a_long_list_stands_in_one_piece():
    assert [len(half) for half in course(days(*range(5)), NOW, TIMES).halves] == [3, 2]
    assert len(course(days(1, 2, 3), NOW, TIMES).halves) == 1
    assert len(course(days(*range(30)), NOW, TIMES).halves) == 1
    assert course([], NOW, TIMES).lines == ()
