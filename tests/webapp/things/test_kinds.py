"""Vehicle kinds as a dispatcher keeps them: own ones whole, the catalogue's by copying."""

from __future__ import annotations

import re
import uuid

import msgspec
from sqlalchemy import select

from models.fleet.tables import Vehicle, VehicleType
from routing.energy import Physics

COPY = "/fleet/types/new?from={}"


def kind(desk, code: str) -> VehicleType:
    with desk.database.read() as session:
        found = session.scalars(select(VehicleType).where(VehicleType.code == code)).one()
        session.expunge_all()
        return found


def said(answer) -> str:
    return " ".join(re.findall(r"(?:gf-error|gf-say)[^>]*>.*?</div>", answer.text, re.DOTALL))


def test_the_catalogue_is_read_and_copied_never_changed(desk):
    address = f"/fleet/types/{desk.ids['catalogue']}"
    page = desk.get(address).text
    assert "由其他单位维护" in page
    assert COPY.format(desk.ids["catalogue"]) in page
    form = desk.form(address)
    form["name"] = ["改掉"]
    desk.client.post(address, data=form)
    form = desk.form(COPY.format(desk.ids["catalogue"]))
    assert form["code"] == [""]
    form["code"], form["name"], form["per_km_mfen"] = ["MINE"], ["我的车型"], ["0.55"]
    answer = desk.client.post("/fleet/types/new", data=form)
    assert answer.status_code == 302, said(answer)
    made = kind(desk, "MINE")
    assert (made.name, made.per_km_mfen, made.battery_wh) == ("我的车型", 55_000, 80_000)
    with desk.database.read() as session:
        assert "改掉" not in session.scalars(select(VehicleType.name)).all()
        assert (
            session.get(Vehicle, uuid.UUID(desk.ids["vehicle"])).operator_id == made.organisation_id
        )


def test_a_kind_is_made_whole_on_one_page(desk):
    form = desk.form("/fleet/types/new")
    form |= {
        "code": ["REEFER"], "name": ["多温冷藏"], "energy": ["bev"], "profile": ["light"],
        "payload_g": ["1250"], "volume_cm3": ["14"], "unit_places": ["9"],
        "length_mm": ["5.995"], "width_mm": ["2.2"], "height_mm": ["3.1"],
        "curb_mass_g": ["3.2"], "gross_mass_g": ["4.495"], "capabilities": ["quiet", "tail_lift"],
        "battery_wh": ["100"], "reserve_wh": ["12"], "max_charge_w": ["80"], "stop_w": ["2.2"],
        "plugs": ["gbt_dc"], "fixed_mfen": ["235"], "per_km_mfen": ["0.34"],
        "per_hour_mfen": ["36"], "papers": ["inspection", "insurance"],
        "compartments-0-id": ["前厢"], "compartments-0-temperatures": ["frozen"],
        "compartments-0-payload_g": ["450"], "compartments-0-volume_cm3": ["4.2"],
        "compartments-1-id": ["后厢"], "compartments-1-temperatures": ["chilled", "ambient"],
        "compartments-1-payload_g": ["800"], "compartments-1-volume_cm3": ["9.8"],
        "curve-0-from_wh": ["0"], "curve-0-power_w": ["80"],
        "curve-1-from_wh": ["80"], "curve-1-power_w": ["36"],
    }  # fmt: skip
    answer = desk.client.post("/fleet/types/new", data=form)
    assert answer.status_code == 302, said(answer)
    made = kind(desk, "REEFER")
    assert [(room["id"], room["temperatures"]) for room in made.compartments] == [
        ("前厢", ["frozen"]),
        ("后厢", ["chilled", "ambient"]),
    ]
    assert made.compartments[1]["volume_cm3"] == 9_800_000
    assert made.curve == [
        {"from_wh": 0, "power_w": 80_000},
        {"from_wh": 80_000, "power_w": 36_000},
    ]
    assert (made.gross_mass_g, made.stop_w, made.fixed_mfen) == (4_495_000, 2_200, 23_500_000)
    assert made.papers == ["inspection", "insurance"]
    physics = msgspec.convert(made.physics, Physics)
    assert physics.efficiency_permille == 760, "nobody told its consumption: the usual figures"


def test_measured_consumption_wins_over_usual_figures(desk):
    address = f"/fleet/types/{desk.ids['type']}"
    form = desk.form(address)
    form |= {"use-0-base_mwh_per_km": ["26.5"], "use-0-load_mwh_per_tkm": ["3"]}
    form |= {"use-1-start": ["07:00"], "use-1-base_mwh_per_km": ["29"]}
    answer = desk.client.post(address, data=form)
    assert answer.status_code == 302, said(answer)
    with desk.database.read() as session:
        row = session.get(VehicleType, uuid.UUID(desk.ids["type"]))
        assert [(u["start"], u["base_mwh_per_km"]) for u in row.use] == [
            (0, 265_000),
            (25_200, 290_000),
        ]
        assert row.physics == {}


REFUSED = (
    ({"reserve_wh": ["90"]}, "保留电量不能大于电池容量"),
    ({"curve-0-from_wh": ["5"]}, "充电曲线第一行须从 0 kWh 开始"),
    (
        {"curve-1-from_wh": ["40"], "curve-1-power_w": ["99"]},
        "充电曲线的功率只能随电量下降，不能上升",
    ),
    (
        {"compartments-0-id": ["冷"], "compartments-0-temperatures": ["chilled"]},
        "每个车厢的载质量和容积须大于 0",
    ),
    ({"energy": ["diesel"], "battery_wh": ["0"], "reserve_wh": ["0"]}, "没有电池的车型须选燃料"),
    ({"use-0-base_mwh_per_km": ["26"], "use-0-start": ["25:00"]}, "时刻应如 07:00"),
    ({"battery_wh": ["60"], "curve-1-from_wh": [""]}, "的出车电量大于电池容量"),
)


def test_a_kind_that_cannot_be_is_refused_with_its_reason(desk):
    with desk.database.write() as session:
        session.get(Vehicle, uuid.UUID(desk.ids["vehicle"])).soc_wh = 70_000
    address = f"/fleet/types/{desk.ids['type']}"
    form = desk.form(address)
    for changes, words in REFUSED:
        answer = desk.client.post(address, data=form | changes)
        assert answer.status_code == 422, words
        assert words in answer.text


def test_the_service_date_stays_in_the_top_bar_of_every_desk(desk):
    for path in ("/fleet/types/", "/places/", "/charging/", "/bays/", "/rules/zones/"):
        page = desk.get(f"{path}?date=2031-02-03&q=x").text
        assert 'id="gf-date" type="date" name="date" value="2031-02-03"' in page
        assert f'class="gf-date" method="get" action="{path}"' in page, "the date keeps the page"
        assert '<input type="hidden" name="q" value="x">' in page, "and its filter"
    assert 'value="2031-02-03"' in desk.get(f"/fleet/types/{desk.ids['type']}").text
