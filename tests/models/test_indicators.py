from datetime import date, timedelta

import pytest
from sqlalchemy import select

from models.accounts.tables import Organisation
from models.accounts.visibility import visible
from models.audit.tables import AuditEvent
from models.bays.tables import Bay
from models.charging.tables import ChargePoint, Connector
from models.errors import Forbidden, NotFound
from models.fleet.tables import Vehicle
from models.indicators.definitions import DEFINITIONS
from models.indicators.queries import districts_for, exported, line, table
from models.indicators.tables import IndicatorTarget
from models.orders.tables import Order
from models.places.tables import Place
from tests import factories

DAY = date(2026, 11, 24)
EAST = "云东区"


@pytest.fixture
def city(database, world):
    """The small city with what indicators ask for."""
    with database.write() as session:
        hub = session.get(Place, world.id("hub"))
        hub.operating, hub.district = "open", EAST
        factories.place(session, world.organisations["operator"], "hub", operating="building")
        factories.place(session, world.organisations["operator"], "hub")
        target = {"source": "某市（征求意见稿）", "status": "draft", "basis": "表 1"}
        for code, how, value in (("PJ1", "at_least", "2"), ("PJ6", "at_most", "4")):
            session.add(IndicatorTarget(code=code, comparison=how, value=value, **target))
    return world


def figures(database, world, role="bureau", day=DAY, district=None):
    with database.read() as session:
        found = table(session, world.actors[role], day, district)
        return {one.definition.code: one for one in found}


def test_all_seventeen_stand_there_and_what_is_not_computed_says_what_is_missing(database, city):
    found = figures(database, city)
    assert list(found) == [f"PJ{n}" for n in range(1, 18)]
    computed = {code for code, one in found.items() if one.figure is not None}
    assert computed == {"PJ1", "PJ2", "PJ3", "PJ6", "PJ7", "PJ11", "PJ12"}
    assert all(one.missing for one in DEFINITIONS if one.code not in computed)
    assert all(one.figure is None for code, one in found.items() if code not in computed)


def test_only_nodes_that_operate_count_and_the_unknown_are_told(database, city):
    one = figures(database, city)["PJ1"]
    assert (one.figure.value, one.met) == (1, False)
    assert "1 个未登记运营状态" in one.figure.why
    assert [row[3] for row in one.figure.listing.rows] == ["运营", "在建", "未登记"]
    assert figures(database, city, district=None)["PJ2"].figure.value == 0


def test_a_lapsed_target_is_said_to_be_and_compared_with_nothing(database, city):
    with database.write() as session:
        target = session.scalars(select(IndicatorTarget).where(IndicatorTarget.code == "PJ1")).one()
        target.valid_to = date(2025, 9, 30)
    for day, lapsed in ((date(2025, 9, 30), False), (date(2025, 10, 1), True)):
        one = figures(database, city, day=day)["PJ1"]
        assert (one.lapsed, one.met) == (lapsed, None if lapsed else False)


def test_points_are_counted_not_plugs_and_fuel_cells_are_no_plug_in(database, city):
    with database.write() as session:
        kind = session.get(type(city.rows["type"]), city.id("type"))
        fcev = factories.vehicle_type(session, energy="fcev")
        owner, home = city.organisations["carrier"], city.rows["depot"]
        factories.vehicle(session, owner, fcev, home)
        factories.vehicle(session, owner, kind, home, active=False)
        point = session.scalars(select(ChargePoint)).first()
        session.add(Connector(point_id=point.id, code="2", power_w=7000))
        session.add(ChargePoint(site_id=point.site_id, code="9"))  # has no plug that works
    one = figures(database, city)["PJ6"]
    assert (one.figure.numerator, one.figure.denominator, one.figure.value) == (2, 1, 2.0)
    assert one.met is True
    assert ("充电枪", "2") in one.figure.parts
    assert not any("辽Z" in str(cell) for row in one.figure.listing.rows for cell in row)


def test_refrigerated_and_insulated_bodies_by_body_alone(database, city):
    assert figures(database, city)["PJ7"].figure.value == 0
    with database.write() as session:
        cold = factories.vehicle_type(session, body="保温")
        factories.vehicle(session, city.organisations["carrier"], cold, city.rows["depot"])
    one = figures(database, city)["PJ7"]
    assert (one.figure.numerator, one.figure.denominator) == (1, 3)


def test_yards_and_bays_apart_by_kind_of_area(database, city):
    with database.write() as session:
        bay = session.get(Bay, city.id("bay"))
        bay.form, bay.area_kind, bay.spaces = "yard", "commercial", 4
    one = figures(database, city)["PJ11"]
    parts = dict(one.figure.parts)
    assert (parts["专用卸货场地"], parts["路侧临时停车泊位"], parts["商业区"]) == ("1", "1", "1")
    assert parts["车位"] == "5"
    assert one.figure.value == 2
    assert "1 处未登记所在区域" in one.figure.why


def deliver(session, world, firms):
    """A published plan of today: the firms' orders on one trip at nine o'clock."""
    plan = session.get(type(world.rows["plan"]), world.id("plan"))
    orders = []
    for firm in firms:
        made = factories.order(
            session,
            firm,
            world.organisations["operator"],
            world.rows["hub"],
            world.rows["store"],
            state="planned",
            service_date=plan.service_date,
            weight_g=2_000_000,
        )
        orders.append(made)
    vehicle = factories.vehicle(
        session, world.organisations["carrier"], world.rows["type"], world.rows["depot"]
    )
    factories.assign(session, plan, vehicle, world.rows["driver"], orders)
    return plan.service_date


def trade(session, firm, word="supermarket"):
    session.get(Organisation, firm.id).trade = word


def test_a_share_over_fewer_than_three_shippers_is_withheld(database, city):
    with database.write() as session:
        firms = [factories.organisation(session, trade="supermarket") for _ in range(2)]
        day = deliver(session, city, firms)
    one = figures(database, city, day=day)["PJ12"]
    assert one.figure.withheld
    assert one.figure.value is None
    assert one.figure.numerator is None
    assert one.figure.listing.rows == ()
    assert "少于 3 家" in one.figure.why


def test_joint_delivery_by_companies_orders_and_tonnes_by_the_citys_formula(database, city):
    with database.write() as session:
        firms = [factories.organisation(session, trade="supermarket") for _ in range(3)]
        factories.organisation(session, trade="convenience")  # sends nothing
        factories.organisation(session, trade="courier")
        day = deliver(session, city, firms)
        factories.assign(
            session,
            session.get(type(city.rows["plan"]), city.id("plan")),
            factories.vehicle(
                session, city.organisations["carrier"], city.rows["type"], city.rows["depot"]
            ),
            city.rows["driver"],
            [
                factories.order(
                    session,
                    firms[0],
                    city.organisations["operator"],
                    city.rows["hub"],
                    city.rows["store"],
                    state="planned",
                    service_date=day,
                    weight_g=6_000_000,
                )
            ],
        )
    one = figures(database, city, day=day)["PJ12"]
    assert (one.figure.numerator, one.figure.denominator, one.figure.value) == (3, 4, 0.75)
    assert dict(one.figure.parts) == {
        "按企业": "3 / 4 = 75.0%",
        "按订单": "3 / 4 = 75.0%",
        "按吨": "6 / 12 = 50.0%",
    }
    with database.write() as session:
        session.add(
            IndicatorTarget(
                code="PJ12",
                source="本市",
                status="issued",
                comparison="at_least",
                value="0.5",
                formula={"basis": "tonnes"},
            )
        )
    again = figures(database, city, day=day)["PJ12"]
    assert (again.figure.value, again.met) == (0.5, True)
    listed = one.figure.listing.rows
    assert ("单独配送", "少于 3 家", "不予显示", "不予显示", "不计入") in listed
    assert not any(row[0] == "合计" for row in listed), "the withheld one cannot be worked out"
    later = figures(database, city, day=day + timedelta(days=30))["PJ12"]
    assert later.figure.value is None
    assert "没有已下发方案" in later.figure.why


def test_a_district_bureau_sees_its_district_and_no_other(database, city):
    with database.write() as session:
        firm = session.get(Organisation, city.organisations["bureau"].id)
        firm.level, firm.district = "district", EAST
    assert figures(database, city)["PJ1"].figure.value == 1
    with database.read() as session:
        assert districts_for(session, city.actors["bureau"]) == [EAST]
        with pytest.raises(NotFound):
            table(session, city.actors["bureau"], DAY, "西区")
    with database.write() as session:
        session.get(Organisation, city.organisations["bureau"].id).district = "西区"
    assert figures(database, city)["PJ1"].figure.value == 0


@pytest.mark.parametrize(
    "role", ["dispatcher", "shipper", "receiver", "carrier", "police", "admin"]
)
def test_only_bureaus_see_indicators(database, city, role):
    with database.read() as session, pytest.raises(Forbidden):
        table(session, city.actors[role], DAY)
    with database.read() as session, pytest.raises(Forbidden):
        exported(session, city.actors[role], "table")


def test_a_bureau_still_sees_no_order_or_vehicle_after_asking(database, city):
    actor = city.actors["bureau"]
    with database.read(actor) as session:
        table(session, actor, DAY)
        for entity in (Order, Vehicle):
            assert session.scalars(visible(session, actor, entity)).all() == []
        if database.has_row_security:
            assert session.scalars(select(Order.id)).all() == []


def test_an_export_is_in_the_trail_and_an_indicator_without_data_has_no_list(database, city):
    actor = city.actors["bureau"]
    with database.write() as session:
        exported(session, actor, "PJ6")
        event = session.scalars(select(AuditEvent).order_by(AuditEvent.sequence.desc())).first()
        assert (event.action, event.entity, event.entity_id) == ("export", "indicator", "PJ6")
    with database.read() as session:
        for code in ("PJ4", "PJ99"):
            with pytest.raises(NotFound):
                line(session, actor, code, DAY)
