"""Zones, bays, sites and depots set on the map or typed: each whole from its own page."""

from __future__ import annotations

import json
import re
import uuid
from datetime import date

from sqlalchemy import select

from models.bays.tables import Bay
from models.charging.tables import ChargingSite
from models.places.tables import Place
from models.rules.tables import AccessRule, Zone
from models.spatial import polygons

SQUARE = "133.01,21.02; 133.03,21.02; 133.03,21.04; 133.01,21.04"
HOLE = "133.015,21.025; 133.02,21.025; 133.02,21.03"


def said(answer) -> str:
    return " ".join(re.findall(r"(?:gf-error|gf-say)[^>]*>.*?</div>", answer.text, re.DOTALL))


def drawn(page: str) -> dict[str, object]:
    found = re.search(r'id="t-drawn"[^>]*>(.*?)</script>', page, re.DOTALL)
    return json.loads(found.group(1))


def test_a_zone_is_made_from_its_corners_and_changed(desk):
    form = desk.form("/rules/zones/new")
    form |= {"code": ["ZN"], "name": ["新区"], "kind": ["low_emission"], "area": [SQUARE]}
    answer = desk.client.post("/rules/zones/new", data=form)
    assert answer.status_code == 302, said(answer)
    with desk.database.read() as session:
        zone = session.scalars(select(Zone).where(Zone.code == "ZN")).one()
        assert len(polygons(zone.area)[0][0]) == 5
        address = f"/rules/zones/{zone.id}"
    form = desk.form(address)
    assert form["area"] == [SQUARE], "shown as it was typed"
    form["area"] = [f"{SQUARE}\n{HOLE}"]
    assert desk.client.post(address, data=form).status_code == 302
    with desk.database.read() as session:
        zone = session.scalars(select(Zone).where(Zone.code == "ZN")).one()
        assert [len(ring) for ring in polygons(zone.area)[0]] == [5, 4]
    page = desk.get(address).text
    assert drawn(page)["mode"] == "area"
    assert address.rsplit("/", 1)[1] not in {spot["id"] for spot in drawn(page)["around"]}
    listed = desk.get("/rules/zones/?kind=low_emission").text
    assert "新区" in listed
    assert '"polygons"' in listed, "and it lies on the map"


def test_an_area_that_cannot_be_is_refused_and_kept_as_typed(desk):
    form = desk.form("/rules/zones/new") | {"code": ["ZX"], "name": ["错的区"]}
    bow = "133.01,21.02; 133.03,21.04; 133.03,21.02; 133.01,21.04"
    for area, words in (
        ("", "请在地图上画出范围，或填写坐标"),
        (bow, "附近自己相交"),
        ("21.02,133.01; 21.02,133.03; 21.04,133.03", "把纬度写在了经度前面"),
        ("随便写写", "不是一圈坐标"),
    ):
        answer = desk.client.post("/rules/zones/new", data=form | {"area": [area]})
        assert answer.status_code == 422
        assert words in answer.text
        assert area in answer.text
    with desk.database.read() as session:
        assert session.scalars(select(Zone).where(Zone.code == "ZX")).all() == []


def test_a_rule_says_whether_it_exists_on_the_date_shown(desk):
    with desk.database.write() as session:
        rule = session.scalars(select(AccessRule)).first()
        rule.effective_from = date(2030, 1, 1)
    assert "未施行" in desk.get("/rules/?date=2029-12-31").text
    assert "未施行" not in desk.get("/rules/?date=2030-01-01").text


def test_a_bay_is_made_with_its_own_position_and_moved(desk):
    form = desk.form("/bays/new")
    form |= {"code": ["BN"], "name": ["新泊位"], "lon": ["133.0123"], "lat": ["21.0456"]}
    form |= {"spaces": ["2"], "serves-0-place_id": [desk.ids["place"]], "serves-0-walk_s": ["3"]}
    answer = desk.client.post("/bays/new", data=form)
    assert answer.status_code == 302, said(answer)
    with desk.database.read() as session:
        bay = session.scalars(select(Bay).where(Bay.code == "BN")).one()
        assert (bay.place.kind, bay.place.lon, bay.place.lat) == ("bay", 133.0123, 21.0456)
        assert [served.walk_s for served in bay.serves] == [180]
        address, stand = f"/bays/{bay.id}", bay.place_id
    form = desk.form(address) | {"lon": ["133.02"]}
    assert desk.client.post(address, data=form).status_code == 302
    with desk.database.read() as session:
        assert session.get(Place, stand).lon == 133.02, "the same place, moved"
    answer = desk.client.post("/bays/new", data=form | {"code": ["B9"], "lat": ["95"]})
    assert "不能大于 90" in answer.text


def test_a_site_stands_by_itself_or_in_a_depot(desk):
    form = desk.form("/charging/new") | {"code": ["CN"], "name": ["新站"]}
    form |= {
        "connectors-0-point": ["1"],
        "connectors-0-code": ["A"],
        "connectors-0-power_w": ["60"],
    }
    answer = desk.client.post("/charging/new", data=form)
    assert "请在地图上点出位置，或填写经纬度" in answer.text
    form |= {"lon": ["133.05"], "lat": ["21.05"]}
    answer = desk.client.post("/charging/new", data=form)
    assert answer.status_code == 302, said(answer)
    inside = re.search(r'<option value="([^"]+)">在 ', desk.get("/charging/new").text)
    form |= {"code": ["CD"], "place_id": [inside.group(1)], "lon": [""], "lat": [""]}
    answer = desk.client.post("/charging/new", data=form)
    assert answer.status_code == 302, said(answer)
    with desk.database.read() as session:
        sites = {site.code: site for site in session.scalars(select(ChargingSite))}
        assert (sites["CN"].place.kind, sites["CN"].place.lon) == ("charging", 133.05)
        assert str(sites["CD"].place_id) == inside.group(1)


def test_a_new_depot_can_be_home_at_once_and_a_place_out_of_use_comes_back(desk):
    form = desk.form("/places/new")
    form |= {"code": ["DN"], "name": ["新仓"], "kind": ["depot"], "lon": ["133"], "lat": ["21"]}
    answer = desk.client.post("/places/new", data=form | {"depot_hours": ["05:00-23:00"]})
    assert answer.status_code == 302, said(answer)
    with desk.database.read() as session:
        place = session.scalars(select(Place).where(Place.code == "DN")).one()
        assert place.depot.letter
        assert place.depot.hours == [{"start": 18_000, "end": 82_800}]
        address = f"/places/{place.id}"
    assert "DN 新仓" in desk.get("/fleet/vehicles/new").text
    assert (
        desk.client.post(address, data=desk.form(address) | {"archived": ["y"]}).status_code == 302
    )
    assert "DN 新仓" not in desk.get("/fleet/vehicles/new").text
    assert "停用" in desk.get("/places/?q=DN").text, "still listed, so that it can come back"
    form = desk.form(address)
    del form["archived"]
    assert desk.client.post(address, data=form).status_code == 302
    assert "DN 新仓" in desk.get("/fleet/vehicles/new").text


def test_vehicles_and_drivers_stand_on_the_map_at_home(desk):
    for path in ("/fleet/vehicles/", "/fleet/drivers/"):
        assert '"kind": "depot"' in desk.get(path).text


def test_a_rule_tells_whom_it_binds_whole_and_keeps_what_the_page_does_not_show(desk):
    with desk.database.write() as session:
        rule = session.get(AccessRule, uuid.UUID(desk.ids["rule"]))
        by_date = {"by_weekday": {}, "by_date": {"2026-11-24": [3]}}
        rule.who = [{"use": ["cold_chain"], "tails": by_date}]
        rule.when = {**rule.when, "date_from": "2026-01-01"}
    address = f"/rules/{desk.ids['rule']}"
    form = desk.form(address) | {
        "who-1-which": ["some"],
        "who-1-length_over_mm": ["6"],
        "who-1-local": ["other"],
        "who-1-types": [desk.ids["type"]],
        "who-1-tails": ["周一 1、6；周二 2和7"],
        "who-1-more": [""],
    }
    wrong = desk.client.post(address, data=form | {"who-1-tails": ["单号"]})
    assert wrong.status_code == 422
    assert "应如 周一 1、6；周二 2、7" in wrong.text
    answer = desk.client.post(address, data=form)
    assert answer.status_code == 302, said(answer)
    with desk.database.read() as session:
        rule = session.get(AccessRule, uuid.UUID(desk.ids["rule"]))
        assert rule.who == [
            {"use": ["cold_chain"], "tails": by_date},
            {
                "length_over_mm": 6_000,
                "types": [desk.ids["type"]],
                "local": False,
                "tails": {"by_weekday": {"1": [1, 6], "2": [2, 7]}},
            },
        ]
        assert rule.when["date_from"] == "2026-01-01"
    shown = desk.form(address)
    assert shown["who-1-tails"] == ["周一 1、6；周二 2、7"]
    assert shown["who-1-types"] == [desk.ids["type"]]
