import pytest
from geoalchemy2 import WKTElement

from models.bays.operations import upsert_bays
from models.charging.operations import upsert_sites, upsert_tariffs
from models.charging.queries import all_sites
from models.errors import Forbidden, Invalid, NotFound, RefusedTransition
from models.fleet.operations import upsert_drivers, upsert_vehicles
from models.fleet.queries import all_vehicles, list_drivers
from models.permits.applications import (
    decide,
    draft_application,
    submit_application,
    withdraw_application,
)
from models.permits.operations import PermitInput, change_permit, grant_permit
from models.permits.queries import list_applications, permits_between
from models.places.operations import name_place, remember_spelling, set_depot, upsert_places
from models.places.queries import get_place, list_places, phone_for
from models.rules.operations import upsert_rules, upsert_zones
from models.rules.queries import rules_between
from models.spatial import point
from tests import factories

SQUARE = "MULTIPOLYGON(((0 0, 0 1, 1 1, 0 0)))"
SHOP = {
    "code": "0012",
    "kind": "store",
    "name": "学府路店示例",
    "lon": 133.01,
    "lat": 21.02,
    "windows": [{"start_s": 21_600, "end_s": 27_000}],
}


def test_a_place_is_made_changed_and_left_alone(database, world):
    dispatcher = world.actors["dispatcher"]
    results = []
    moved = {**SHOP, "lon": 133.02, "windows": [{"start_s": -7200, "end_s": 0, "night": True}]}
    for given in (SHOP, SHOP, moved):
        with database.write() as session:
            done = upsert_places(session, dispatcher, [given])
            results.append((done.created, done.updated, done.unchanged))
            key = done.rows[0].id
    assert results == [(1, 0, 0), (0, 0, 1), (0, 1, 0)]
    with database.read() as session:
        place = get_place(session, dispatcher, key)
        assert (round(place.lon, 6), round(place.lat, 6)) == (133.02, 21.02)
        assert [(w.start_s, w.night) for w in place.windows] == [(-7200, True)]


def test_faults_of_a_sheet_are_told_all_at_once_and_nothing_is_kept(database, world):
    rows = [
        SHOP,
        {**SHOP, "name": "两次"},
        {**SHOP, "code": "2", "fixed_s": "5"},
        {**SHOP, "code": "3", "colour": "red"},
        {**SHOP, "code": "4", "lat": None},
        {**SHOP, "code": ""},
    ]
    with database.write() as session, pytest.raises(Invalid) as caught:
        upsert_places(session, world.actors["dispatcher"], rows)
    assert [(f.index, f.field, f.code) for f in caught.value.fields] == [
        (1, "code", "duplicate"),
        (2, "fixed_s", "type"),
        (3, "colour", "unknown"),
        (4, "*", "shape"),
        (5, "code", "missing"),
    ]
    with database.read() as session:
        assert not list_places(session, world.actors["dispatcher"], text="学府路").items


def test_two_editors_the_second_is_told(database, world):
    dispatcher = world.actors["dispatcher"]
    with database.write() as session:
        seen = upsert_places(session, dispatcher, [SHOP]).rows[0].row_version
    with database.write() as session:
        upsert_places(session, dispatcher, [{**SHOP, "name": "先到", "row_version": seen}])
    with database.write() as session, pytest.raises(Invalid) as caught:
        upsert_places(session, dispatcher, [{**SHOP, "name": "后到", "row_version": seen}])
    assert caught.value.fields[0].code == "stale"


def test_vehicles_with_papers_and_drivers_with_duties(database, world):
    carrier = world.actors["carrier"]
    base = {"type_id": world.id("type"), "home_id": world.id("depot")}
    paper = {"kind": "inspection", "valid_to": factories.DAY}
    with database.write() as session:
        vehicle = upsert_vehicles(
            session, carrier, [{**base, "plate": "辽z·12345d", "papers": [paper]}]
        ).rows[0]
        assert (vehicle.plate, vehicle.plate_tail) == ("辽Z12345D", 5)
        turn = {"name": "夜班", "start_s": -7200, "end_s": 21_600}
        driver = {"code": "D1", "name": "张三示例", "home_id": world.id("depot"), "duties": [turn]}
        upsert_drivers(session, carrier, [driver])
    with database.read() as session:
        assert len(all_vehicles(session, carrier)) == 2
        assert len(list_drivers(session, carrier).items) == 2
    taken = {**base, "plate": world.rows["vehicle2"].plate}
    with pytest.raises(Invalid) as caught, database.write() as session:
        upsert_vehicles(session, carrier, [taken])
    assert caught.value.fields[0].code == "taken"
    for role in ("shipper", "police", "admin"):
        with database.write() as session, pytest.raises(Forbidden):
            upsert_vehicles(session, world.actors[role], [{**base, "plate": "辽Z9"}])


def test_a_charging_site_with_points_and_connectors(database, world):
    dispatcher = world.actors["dispatcher"]
    with database.write() as session:
        with pytest.raises(Invalid):
            upsert_tariffs(
                session, dispatcher, [{"code": "T", "name": "T", "steps": [{"start": 60}]}]
            )
        steps = [{"start": 0, "per_kwh": 30_000}]
        tariff = upsert_tariffs(
            session, dispatcher, [{"code": "T", "name": "谷", "steps": steps}]
        ).rows[0]
        place = upsert_places(
            session, dispatcher, [{**SHOP, "code": "C", "kind": "charging"}]
        ).rows[0]
        site = {"code": "S", "name": "站", "place_id": place.id, "tariff_id": tariff.id}
        guns = [{"code": "1", "power_w": 60_000}, {"code": "2", "power_w": 60_000}]
        point = {"code": "P1", "connectors": guns}
        first = upsert_sites(session, dispatcher, [{**site, "points": [point]}]).rows[0]
        kept = first.points[0].connectors[0].id
        point = {"code": "P1", "connectors": guns[:1]}
        upsert_sites(session, dispatcher, [{**site, "points": [point]}])
    with database.read() as session:
        (found,) = [s for s in all_sites(session, dispatcher) if s.code == "S"]
        assert [c.id for p in found.points for c in p.connectors] == [kept]


def test_a_private_site_is_for_those_it_names(database, world):
    with database.write() as session:
        carrier = world.organisations["carrier"]
        other = world.organisations["carrier2"]
        own = factories.charging_site(session, other, private_to=[])
        shared = factories.charging_site(session, other, private_to=[str(carrier.id)])
    with database.read() as session:
        seen = {site.id for site in all_sites(session, world.actors["carrier"])}
    assert shared.id in seen
    assert own.id not in seen


def test_bays_zones_and_rules(database, world):
    dispatcher, police = world.actors["dispatcher"], world.actors["police"]
    with database.write() as session:
        at = upsert_places(session, dispatcher, [{**SHOP, "code": "B", "kind": "bay"}]).rows[0]
        serves = [{"place_id": world.id("store"), "walk_s": 90}]
        bay = {"code": "B1", "name": "泊位", "place_id": at.id, "serves": serves}
        assert upsert_bays(session, dispatcher, [bay]).rows[0].serves[0].walk_s == 90
        zone = upsert_zones(
            session,
            police,
            [{"code": "Z", "name": "核心区", "polygons": [factories.square(133, 21, 0.1)]}],
        ).rows[0]
        rule = {
            "code": "K",
            "name": "早高峰",
            "zone_id": zone.id,
            "effect": "no_driving",
            "who": [{"energy": ["diesel"]}],
            "when": {"weekdays": [1, 2], "hours": [{"start": 25_200, "end": 32_400}]},
        }
        upsert_rules(session, police, [rule])
        for wrong in ({"who": []}, {"when": {"weekdays": [8]}}, {"who": [{"colour": "red"}]}):
            with pytest.raises(Invalid):
                upsert_rules(session, police, [{**rule, **wrong}])
    with database.read() as session:
        assert "K" in [
            r.code for r in rules_between(session, dispatcher, factories.DAY, factories.DAY)
        ]


@pytest.mark.parametrize("area", ["POINT(0 0)", point(133, 21), WKTElement(SQUARE, srid=3857)])
def test_what_is_no_area_on_the_map_is_told_at_its_field(spatialite_world, area):
    database, world = spatialite_world
    rows = [{"code": "Z9", "name": "示例区", "area": area}]
    with database.write() as session, pytest.raises(Invalid) as caught:
        upsert_zones(session, world.actors["police"], rows)
    assert [(f.index, f.field, f.code) for f in caught.value.fields] == [(0, "area", "type")]


def test_what_a_shipper_calls_a_place(database, world):
    shipper, of = world.actors["shipper"], world.organisations["shipper"].id
    with database.write() as session:
        name_place(session, shipper, shipper_id=of, place_id=world.id("store"), code=" 88 ")
        given = {"shipper_id": of, "place_id": world.id("store"), "kind": "name"}
        alias = remember_spelling(session, shipper, text="学府 路店（ＡＢ）", **given)
        assert alias.text == "学府路店(ab)"
        for foreign in (
            {"shipper_id": world.organisations["shipper2"].id, "place_id": world.id("store")},
            {"shipper_id": of, "place_id": world.id("store2")},
        ):
            with pytest.raises(NotFound):
                name_place(session, shipper, code="9", **foreign)
        with pytest.raises(NotFound):
            set_depot(session, world.actors["dispatcher2"], world.id("store"), letter="B")


def test_phones_are_masked_but_for_those_who_must_call(database, world):
    del database
    assert phone_for(world.actors["shipper"], "13912345678") == "139****5678"
    assert phone_for(world.actors["driver"], "13912345678") == "13912345678"


def test_a_pass_is_granted_suspended_and_ended(database, world):
    police = world.actors["police"]
    wanted = PermitInput(
        organisation_id=world.organisations["carrier"].id,
        vehicle_ids=[world.id("vehicle")],
        rule_ids=[world.id("rule")],
        date_from=factories.DAY,
        date_to=factories.DAY,
    )
    with database.write() as session:
        key = grant_permit(session, police, wanted).id
        with pytest.raises(Forbidden):
            grant_permit(session, world.actors["carrier"], wanted)
    with database.write() as session:
        change_permit(session, police, key, "suspended", reason="核查")
    with database.read() as session:
        found = permits_between(session, police, factories.DAY, factories.DAY)
        assert key not in [p.id for p in found]
    with database.write() as session:
        change_permit(session, police, key, "ended", reason="到期不用", act="deregistered")
        with pytest.raises(RefusedTransition):
            change_permit(session, police, key, "approved")


def test_an_application_is_corrected_reviewed_and_denied_with_remedies(database, world):
    carrier, police = world.actors["carrier"], world.actors["police"]
    with database.write() as session:
        key = draft_application(session, carrier, purpose="生鲜配送", content={"trips": 2}).id
    with database.read() as session:
        assert not list_applications(session, police).items  # a draft is the applicant's alone
    with database.write() as session:
        submit_application(session, carrier, key)
        with pytest.raises(Invalid):
            decide(session, police, key, "correction")
        row = decide(session, police, key, "correction", points=["缺行驶证", "缺保险"])
        assert row.defects == ["缺行驶证", "缺保险"]
    with database.write() as session:
        submit_application(session, carrier, key)
        decide(session, police, key, "in_review")
        with pytest.raises(Invalid):
            decide(session, police, key, "denied", points=["配额已满"])
        with pytest.raises(Forbidden):
            decide(session, police, key, "withdrawn")
        with pytest.raises(NotFound):
            withdraw_application(session, world.actors["carrier2"], key)
        row = decide(session, police, key, "denied", points=["配额已满"], remedies=["改用夜间"])
        assert (row.state, row.remedies) == ("denied", ["改用夜间"])
