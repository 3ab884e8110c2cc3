"""The city's things by sheet: each kind from its own template's columns, all or nothing."""

from __future__ import annotations

import io

import openpyxl
import pytest
from sqlalchemy import select

from models.bays.tables import Bay
from models.charging.tables import ChargingSite, Tariff
from models.db import Database
from models.errors import Invalid
from models.fleet.tables import Driver, Vehicle, VehicleType
from models.places.tables import Place
from models.rules.tables import AccessRule, Zone
from tests import factories
from workers.artefacts import DirectoryStore
from workers.sheets import imports
from workers.sheets.templates import spec_for, template


@pytest.fixture
def city(spatialite: Database, tmp_path):
    with spatialite.write() as session:
        world = factories.world(session)
        world.rows["tariff"] = world.rows["site"].tariff
        codes = {
            "type_code": world.rows["type"].code,
            "home_code": world.rows["depot"].code,
            "tariff_code": world.rows["site"].tariff.code,
            "serves": "S1",
            "zone": world.rows["zone"].name,
        }
    return imports.Desk(spatialite, DirectoryStore(tmp_path)), world.actors["dispatcher"], codes


def filled(kind: str, codes: dict[str, str], **changes: str) -> bytes:
    """The template with its example row, codes that exist in place of the example's."""
    book = openpyxl.load_workbook(io.BytesIO(template(kind)))
    sheet = book.active
    names = {f.label: f.name for f in spec_for(kind).fields}
    for cell in sheet[1]:
        name = names[cell.value]
        value = changes.get(name) or codes.get(name)
        if value is not None:
            sheet.cell(2, cell.column, value)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def bring(city, kind: str, data: bytes) -> int:
    desk, actor, _ = city
    import_id = imports.start_import(desk, actor, kind=kind, file_name=f"{kind}.xlsx", data=data)
    report = imports.dry_run(desk, actor, import_id)
    assert report.problems == [], [(p.cell, p.text) for p in report.problems]
    assert report.missing == []
    return imports.commit(desk, actor, import_id)


@pytest.mark.parametrize(
    ("kind", "entity", "key", "value"),
    [
        ("vehicles", Vehicle, "plate", "辽Z12345D"),
        ("drivers", Driver, "code", "D001"),
        ("places", Place, "code", "00123"),
        ("chargers", ChargingSite, "code", "CS-01"),
        ("bays", Bay, "code", "B-001"),
        ("vehicle_types", VehicleType, "code", "VAN-BEV-S"),
        ("tariffs", Tariff, "code", "TOU-1"),
        ("zones", Zone, "code", "QY-01"),
        ("rules", AccessRule, "code", "GZ-01"),
    ],
)
def test_each_template_filled_in_goes_in_and_again_changes_nothing(
    city, kind: str, entity, key: str, value: str
) -> None:
    assert bring(city, kind, filled(kind, city[2])) == 1
    with city[0].database.read() as session:
        found = session.scalars(select(entity).where(getattr(entity, key) == value)).all()
        assert len(found) == 1
    assert bring(city, kind, filled(kind, city[2])) == 1
    with city[0].database.read() as session:
        found = session.scalars(select(entity).where(getattr(entity, key) == value)).all()
        assert len(found) == 1


def test_places_keep_zeros_windows_and_limits(city) -> None:
    bring(city, "places", filled("places", city[2]))
    with city[0].database.read() as session:
        place = session.scalar(select(Place).where(Place.code == "00123"))
        assert [(w.start_s, w.end_s, w.night) for w in place.windows] == [
            (-7200, 7200, True),
            (21600, 27000, False),
        ]
        assert (place.yard_max_length_mm, place.yard_max_height_mm) == (6000, 3200)
        assert (round(place.lon, 6), round(place.lat, 6)) == (133.012345, 21.034567)


def test_unknown_codes_are_told_at_their_cells_and_nothing_is_stored(city) -> None:
    desk, actor, codes = city
    data = filled("vehicles", codes, type_code="没有", plate="A1")
    import_id = imports.start_import(desk, actor, kind="vehicles", file_name="v", data=data)
    rules = {p.field: p.rule for p in imports.dry_run(desk, actor, import_id).problems}
    assert rules == {"plate": "bad_format", "type_code": "unknown_word"}
    with pytest.raises(Invalid):
        imports.commit(desk, actor, import_id)
    with desk.database.read() as session:
        assert session.scalar(select(Vehicle).where(Vehicle.plate == "A1")) is None


def test_a_night_turn_begins_the_evening_before_its_service_date(city) -> None:
    book = openpyxl.Workbook()
    book.active.append(
        ["工号", "姓名", "所属仓", "班次", "星期", "最长当班（小时）", "最长连续驾驶（小时）"]
    )
    home = city[2]["home_code"]
    book.active.append(["N1", "夜班", home, "21:00-05:00", "周一至周五", 8, 2.5])
    book.active.append(["N2", "日班", home, "05:00-13:00", "", "", ""])
    buffer = io.BytesIO()
    book.save(buffer)
    assert bring(city, "drivers", buffer.getvalue()) == 2
    with city[0].database.read() as session:
        night = session.scalar(select(Driver).where(Driver.code == "N1")).duties[0]
        assert (night.start_s, night.end_s) == (-10_800, 18_000)
        assert (night.weekdays, night.longest_s) == ([1, 2, 3, 4, 5], 28_800)
        assert night.longest_driving_s == 9_000
        day = session.scalar(select(Driver).where(Driver.code == "N2")).duties[0]
        assert (day.start_s, day.end_s, day.longest_s) == (18_000, 46_800, 28_800)
