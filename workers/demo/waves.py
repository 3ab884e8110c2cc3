"""Courier waves 07:00 and 13:00 of the demo's couriers, and who receives at night."""

from __future__ import annotations

import uuid

from models.orders.tables import Order
from models.orders.wave_tables import Wave, WaveOrder, WaveStation
from models.places.tables import Place
from workers.demo.build import Build, Values, clock
from workers.demo.names import person, phone
from workers.demo.orders import PICKUPS
from workers.demo.places import NIGHT_PLACES

COURIERS = ("SD", "YC")
WAVES = (("07:00", clock(6), clock(8, 30)), ("13:00", clock(13), clock(15, 30)))


def add_waves(build: Build) -> None:
    """Two waves of each courier; the day's orders stand in them with what was expected.

    Added last of all: the ids of everything else stay as they are.
    """
    rng = build.rng(70)
    places = {row["id"]: row for row in build.of(Place)}
    for shipper in COURIERS:
        usual: dict[str, dict[uuid.UUID, int]] = {code: {} for code, _, _ in WAVES}
        taken: dict[tuple[str, uuid.UUID], Values] = {}
        for order in build.of(Order):
            code = _wave_of(order)
            place = order["delivery_place_id"]
            station = places[place]["kind"] == "end_station"
            if order["shipper_id"] == build.known[shipper] and station and code:
                taken.setdefault((code, place), order)
        waves: dict[str, uuid.UUID] = {}
        for code, start, end in WAVES:
            waves[code] = build.add(
                Wave,
                shipper_id=build.known[shipper],
                code=code,
                start_s=start,
                end_s=end,
                pickup_place_id=build.known[PICKUPS[shipper][0]],
                unit_kind="piece",
                goods_name="快件",
                demo=True,
            )
        for (code, place), order in taken.items():
            units = max(1, order["units"] + int(rng.integers(-9, 10)))
            usual[code][place] = units
            build.link(
                WaveOrder, order_id=order["id"], wave_id=waves[code], expected_units=order["units"]
            )
        for code, stations in usual.items():
            for place, units in stations.items():
                build.add(WaveStation, wave_id=waves[code], place_id=place, units=units)


def _wave_of(order: Values) -> str:
    """The wave whose window an order's day window lies in; none for night orders."""
    windows = order["windows"]
    if len(windows) != 1 or windows[0].get("night"):
        return ""
    return WAVES[0][0] if windows[0]["start"] < clock(12) else WAVES[1][0]


def add_night_contacts(build: Build) -> None:
    """Every second place that receives at night names somebody who may be called."""
    rng = build.rng(71)
    nights = build.groups[NIGHT_PLACES]
    for number, row in enumerate(sorted(build.of(Place), key=lambda row: row["code"])):
        if row["code"] in nights and number % 2:
            row["night_contact_name"] = person(rng)
            row["night_contact_phone"] = phone(4000 + number)
            row["night_contact_from_s"] = clock(22)
            row["night_contact_to_s"] = clock(5, 30)
            row["yard_notes"] = "夜间从后门进，请勿鸣笛"
