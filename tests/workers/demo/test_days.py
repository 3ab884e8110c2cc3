"""Wall-clock times of the city as seconds of the horizon."""

from datetime import date
from zoneinfo import ZoneInfo

from workers.planning.snapshot.days import Days

HOUR = 3600
DAYS = Days(date(2026, 11, 24), ZoneInfo("Asia/Shanghai"))


def test_the_horizon_is_thirty_six_hours_from_the_evening_before():
    assert DAYS.length == 36 * HOUR
    assert DAYS.at(0) == 6 * HOUR
    assert DAYS.at(-2 * HOUR) == 4 * HOUR
    assert DAYS.at(25 * HOUR + 1800) == 31 * HOUR + 1800


def test_daily_hours_past_midnight_are_cut_and_merged():
    spans = DAYS.hours([{"start": 22 * HOUR, "end": 6 * HOUR}])
    assert [(s.start, s.end) for s in spans] == [(4 * HOUR, 12 * HOUR), (28 * HOUR, 36 * HOUR)]
    touching = DAYS.hours([{"start": 0, "end": 12 * HOUR}, {"start": 12 * HOUR, "end": 24 * HOUR}])
    assert [(s.start, s.end) for s in touching] == [(0, 36 * HOUR)]
    assert [(s.start, s.end) for s in DAYS.hours([])] == [(0, 36 * HOUR)]


def test_steps_begin_with_the_price_that_holds_at_the_start():
    steps = DAYS.steps(
        [{"start": 7 * HOUR, "price": "day"}, {"start": 23 * HOUR, "price": "night"}]
    )
    assert [(start, step["price"]) for start, step in steps] == [
        (0, "day"),
        (5 * HOUR, "night"),
        (13 * HOUR, "day"),
        (29 * HOUR, "night"),
    ]
