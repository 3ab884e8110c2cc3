"""The desks of the city's things, through real requests on a real database."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from models.bays.tables import Bay
from models.charging.tables import ChargingSite
from models.fleet.tables import Driver, Vehicle, VehicleType
from models.places.tables import Place, PlaceWindow
from models.rules.tables import AccessRule

MUST_STAY = {
    "place": (Place, "/places/"),
    "bay": (Bay, "/bays/"),
    "site": (ChargingSite, "/charging/"),
    "vehicle": (Vehicle, "/fleet/vehicles/"),
    "driver": (Driver, "/fleet/drivers/"),
    "rule": (AccessRule, "/rules/"),
    "type": (VehicleType, "/fleet/types/"),
}


@pytest.mark.parametrize(
    "path",
    [
        "/places/",
        "/fleet/vehicles/",
        "/fleet/types/",
        "/fleet/drivers/",
        "/charging/",
        "/charging/tariffs/",
        "/bays/",
        "/rules/",
        "/rules/zones/",
        "/permits/",
    ],
)
def test_each_list_answers_and_holds_no_markup_of_names(desk, path):
    answer = desk.get(path)
    assert answer.status_code == 200
    assert "<img src=x" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("thing", sorted(MUST_STAY))
def test_saving_a_form_unchanged_changes_nothing(desk, thing):
    table, path = MUST_STAY[thing]
    address = f"{path}{desk.ids[thing]}"
    with desk.database.read() as session:
        before = _columns(session.scalars(select(table)).all())
    answer = desk.client.post(address, data=desk.form(address))
    assert answer.status_code == 302, re.findall(
        r'gf-error">.*?</div>', answer.get_data(as_text=True), re.DOTALL
    )
    with desk.database.read() as session:
        assert _columns(session.scalars(select(table)).all()) == before


def _columns(rows) -> list[dict[str, object]]:
    left = {"updated_at", "row_version"}
    shown = [
        {c.key: getattr(row, c.key) for c in row.__mapper__.column_attrs if c.key not in left}
        for row in rows
    ]
    for row in shown:
        if "when" in row:
            row["when"] = {k: v for k, v in row["when"].items() if v and v != "any"}
        if isinstance(row.get("use"), list):
            row["use"] = [{"drive_w": 0, **step} for step in row["use"]]
        for name in ("geometry", "area"):
            if row.get(name) is not None:
                row[name] = str(row[name])
    return sorted(shown, key=lambda row: str(row["id"]))


def test_a_night_window_is_typed_as_people_write_it(desk):
    address = f"/places/{desk.ids['place']}"
    form = desk.form(address)
    form["windows-0-spans"] = ["22:00-01:00；9点到10点半"]
    assert desk.client.post(address, data=form).status_code == 302
    with desk.database.read() as session:
        found = session.scalars(select(PlaceWindow).order_by(PlaceWindow.start_s)).all()
        assert [(w.start_s, w.end_s) for w in found] == [(-7200, 3600), (32400, 37800)]
    form = desk.form(address)
    form["windows-0-spans"] = ["25:00-26:00"]
    answer = desk.client.post(address, data=form)
    assert answer.status_code == 422
    assert "没有 25:00 这个时刻" in answer.get_data(as_text=True)
    assert "25:00-26:00" in answer.get_data(as_text=True), "what was typed is kept"


def test_making_a_thing_never_overwrites_one_with_the_same_key(desk):
    form = desk.form(f"/places/{desk.ids['place']}")
    form["name"] = ["另一家店"]
    answer = desk.client.post("/places/new", data=form)
    assert answer.status_code == 422
    assert "编号已被使用" in answer.get_data(as_text=True)
    form["code"] = ["NEW-1"]
    assert desk.client.post("/places/new", data=form).status_code == 302
    assert "另一家店" in desk.get("/places/").get_data(as_text=True)


def test_a_stale_form_is_refused_and_says_so(desk):
    address = f"/fleet/drivers/{desk.ids['driver']}"
    first, second = desk.form(address), desk.form(address)
    first["name"], second["name"] = ["先改"], ["后改"]
    assert desk.client.post(address, data=first).status_code == 302
    answer = desk.client.post(address, data=second)
    assert answer.status_code == 422
    assert "已被他人修改" in answer.get_data(as_text=True)
    with desk.database.read() as session:
        assert session.scalars(select(Driver.name)).all() == ["先改"]


def test_saving_a_night_driver_leaves_the_night_where_it_was(desk):
    with desk.database.write() as session:
        driver = session.scalars(select(Driver)).one()
        driver.duties[0].start_s, driver.duties[0].end_s = -10_800, 23_400
    address = f"/fleet/drivers/{desk.ids['driver']}"
    assert desk.client.post(address, data=desk.form(address)).status_code == 302
    with desk.database.read() as session:
        duty = session.scalars(select(Driver)).one().duties[0]
        assert (duty.start_s, duty.end_s) == (-10_800, 23_400)
    assert "前日 21:00–06:30" in desk.get("/fleet/drivers/").text


def test_somebody_elses_rule_can_be_read_and_not_changed(desk):
    address = f"/rules/{desk.ids['foreign_rule']}"
    page = desk.get(address).get_data(as_text=True)
    assert "由其他单位维护" in page
    form = desk.form(address)
    form["name"] = ["改掉"]
    desk.client.post(address, data=form)
    with desk.database.read() as session:
        assert "改掉" not in session.scalars(select(AccessRule.name)).all()


def test_a_foreign_vehicle_is_not_found(desk):
    missing = desk.get("/fleet/vehicles/00000000-0000-4000-8000-000000000000")
    foreign = desk.get(f"/fleet/vehicles/{desk.ids['foreign_vehicle']}")
    assert foreign.status_code == missing.status_code == 404


def test_the_rule_is_told_in_a_sentence(desk):
    page = desk.get("/rules/").get_data(as_text=True)
    assert "07:00–09:00" in page
    assert "所有货车禁止通行。" in page


def test_a_rule_for_nobody_is_refused_with_its_reason(desk):
    address = f"/rules/{desk.ids['rule']}"
    form = {key: value for key, value in desk.form(address).items() if not key.startswith("who-")}
    answer = desk.client.post(address, data=form)
    assert answer.status_code == 422
    assert "请至少填写一行适用车辆" in answer.get_data(as_text=True)


def test_a_tariff_with_a_wrong_hour_is_refused_with_its_reason(desk):
    form = desk.form("/charging/tariffs/new")
    form |= {"code": ["T9"], "name": ["峰谷"], "steps-0-start": ["25:70"]}
    answer = desk.client.post("/charging/tariffs/new", data=form)
    assert answer.status_code == 422
    assert "不是时刻，应如 07:00" in answer.get_data(as_text=True)
