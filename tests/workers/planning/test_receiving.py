"""Windows of the snapshot: by weekday of the service date, exceptions, vetoes, their borders."""

from __future__ import annotations

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

import pytest

from models.places.tables import Place, PlaceDay, PlaceWindow
from workers.demo.memory import row_of
from workers.planning.snapshot.days import Days
from workers.planning.snapshot.orders import NEVER, Ends
from workers.planning.words import takes

TUESDAY = dt.date(2026, 11, 24)
ZONE = ZoneInfo("Asia/Shanghai")
EVENING = 6 * 3600
"""Midnight of the service date, seconds after the horizon's start (18:00 of the day before)."""
NIGHT = {"start_s": -7200, "end_s": 21_600, "night": True, "needs": ["quiet"], "unattended": True}
MORNING = {"start_s": 21_600, "end_s": 32_400}


class Given:
    """The few rows that windows are made from."""

    def __init__(self, *windows, days=(), **place):
        self.place = uuid.uuid4()
        self.places = [row_of(Place, {"id": self.place, **place})]
        self.place_windows = [
            row_of(PlaceWindow, {"place_id": self.place, **window}) for window in windows
        ]
        self.place_days = [row_of(PlaceDay, {"place_id": self.place, **day}) for day in days]
        self.bays, self.bay_places = [], []

    def windows(self, day=TUESDAY, given=()):
        found = Ends(self, Days(day, ZONE)).alternative(self.place, given).windows
        return [
            (window.start - EVENING, window.end - EVENING) if window != NEVER else "never"
            for window in found
        ]


def test_an_order_without_windows_takes_those_of_the_weekday_of_its_service_date():
    given = Given({**MORNING, "weekdays": [1, 2]}, {"start_s": 50_000, "end_s": 60_000})
    assert given.windows() == [(21_600, 32_400), (50_000, 60_000)]
    assert given.windows(TUESDAY + dt.timedelta(days=1)) == [(50_000, 60_000)]


def test_a_night_window_belongs_to_the_weekday_of_the_morning():
    given = Given({**NIGHT, "weekdays": [2]})
    assert given.windows(TUESDAY) == [(-7200, 21_600)], "Monday 22:00 to Tuesday 06:00"
    assert given.windows(TUESDAY + dt.timedelta(days=1)) == ["never"]
    assert given.windows(TUESDAY - dt.timedelta(days=1)) == ["never"]


def test_a_place_that_names_no_window_receives_always_and_one_that_does_not_today_never():
    assert Given().windows() == []
    assert Given({**MORNING, "weekdays": [6, 7]}).windows() == ["never"]
    assert Given({**MORNING, "weekdays": [6, 7]}).windows(given=[{"start": 0, "end": 60}]) == [
        (0, 60)
    ]


def test_an_exception_takes_the_place_of_the_weekday_on_its_date_alone():
    exception = {"day": TUESDAY, "windows": [{"start": 36_000, "end": 39_600}]}
    given = Given(MORNING, days=[exception])
    assert given.windows() == [(36_000, 39_600)]
    assert given.windows(TUESDAY + dt.timedelta(days=1)) == [(21_600, 32_400)]


def test_on_a_closed_date_not_even_the_orders_own_windows_hold():
    given = Given(MORNING, days=[{"day": TUESDAY, "closed": True}])
    assert given.windows() == ["never"]
    assert given.windows(given=[{"start": 21_600, "end": 25_200}]) == ["never"]


@pytest.mark.parametrize(("day", "obeyed"), [(23, False), (24, True), (26, True), (27, False)])
def test_a_veto_holds_from_its_first_to_its_last_service_date(day, obeyed):
    given = Given(
        MORNING,
        NIGHT,
        night_veto_from=TUESDAY,
        night_veto_to=TUESDAY + dt.timedelta(days=2),
    )
    expected = [(21_600, 32_400)] if obeyed else [(-7200, 21_600), (21_600, 32_400)]
    assert given.windows(dt.date(2026, 11, day)) == expected


def test_a_veto_takes_the_orders_own_night_windows_too():
    own = {"start": -7200, "end": 0, "night": True}
    given = Given(MORNING, NIGHT, night_veto_from=TUESDAY)
    assert given.windows(given=[own, {"start": 28_800, "end": 30_000}]) == [(28_800, 30_000)]
    assert given.windows(given=[own]) == ["never"], "the shipper asked for no other time"
    assert Given(NIGHT, night_veto_from=TUESDAY).windows() == ["never"]


def test_paper_and_chat_say_what_is_taken_where():
    def stop(*kinds, kind="pickup"):
        return {"kind": kind, "orders": [{"order_kind": one} for one in kinds]}

    assert takes(stop("delivery")) == "装货"
    assert takes(stop("pickup", "pickup")) == "揽收"
    assert takes(stop("return", "pickup")) == "揽收、退货"
    assert takes(stop("pickup", kind="delivery")) == ""
    assert takes({"kind": "pickup", "orders": [{}]}) == "装货", "plans made before kinds were kept"
