"""Two service dates overlap: what one plan holds, the next finds taken."""

import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from models.accounts.actor import system_actor
from models.bays.tables import Bay
from models.fleet.tables import Driver, Vehicle
from models.orders.tables import Order
from models.planning.tables import Claim, PlanDuty, PlanRoute, PlanVersion
from workers.artefacts import DirectoryStore
from workers.demo.load import load
from workers.planning.snapshot import build_problem

ZONE = ZoneInfo("Asia/Shanghai")
HOUR = 3600


@pytest.fixture
def loaded(spatialite, city, tmp_path):
    return load(spatialite, DirectoryStore(tmp_path), city, accounts=False)


def at(city, days, hour, minute=0):
    midnight = datetime.combine(city.service_date, datetime.min.time(), ZONE)
    return midnight + timedelta(days=days, hours=hour, minutes=minute)


def publish(session, loaded, service_date):
    plan = PlanVersion(
        operator_id=loaded.operator_id,
        service_date=service_date,
        version=1,
        state="published",
        verdict="clean",
        plan_sha256="0" * 64,
    )
    session.add(plan)
    session.flush()
    return plan.id


def hold(session, plan, thing, thing_id, *span):
    session.add(
        Claim(
            thing=thing,
            thing_id=thing_id,
            starts_at=span[0],
            ends_at=span[1],
            plan_version_id=plan,
        )
    )


def plan_next_day(database, loaded, city):
    actor = system_actor(loaded.operator_id)
    with database.write(actor) as session:
        for order in session.scalars(select(Order).order_by(Order.reference).limit(20)):
            order.service_date = city.service_date + timedelta(days=1)
    with database.read(actor) as session:
        return build_problem(session, actor, city.service_date + timedelta(days=1))[0]


def test_a_truck_home_at_half_past_one_is_not_out_at_ten_the_evening_before(
    spatialite, loaded, city
):
    with spatialite.write() as session:
        electric = select(Vehicle).where(Vehicle.soc_wh.is_not(None)).order_by(Vehicle.plate)
        truck, idle = session.scalars(electric.limit(2)).all()
        driver = session.scalars(select(Driver).order_by(Driver.code).limit(1)).one()
        elsewhere = session.scalars(
            select(Vehicle.home_id).where(Vehicle.home_id != truck.home_id).limit(1)
        ).one()
        plan = publish(session, loaded, city.service_date)
        out, home = at(city, 0, 21), at(city, 1, 1, 30)
        hold(session, plan, "vehicle", truck.id, out, home)
        hold(session, plan, "driver", driver.id, out, home)
        route = PlanRoute(
            id=uuid.uuid4(),
            plan_version_id=plan,
            vehicle_id=truck.id,
            starts_at=out,
            ends_at=home,
            totals={"end_place": str(elsewhere), "end_soc_wh": 12_300},
        )
        session.add(route)
        session.flush()
        session.add(
            PlanDuty(
                plan_version_id=plan,
                route_id=route.id,
                driver_id=driver.id,
                starts_at=out,
                ends_at=home,
            )
        )
        truck_id, idle_id, driver_id = str(truck.id), str(idle.id), str(driver.id)
    problem = plan_next_day(spatialite, loaded, city)
    vehicles = {vehicle.id: vehicle for vehicle in problem.vehicles}
    back = vehicles[truck_id].available
    # D+1's horizon begins on D at 18:00; 22:00 is 4 h into it, 01:30 is 7.5 h.
    assert back.start == 7 * HOUR + HOUR // 2
    assert back.place == str(elsewhere)
    assert back.soc_wh == 12_300
    assert vehicles[idle_id].available.start == 0
    drivers = {driver.id: driver for driver in problem.drivers}
    assert drivers[driver_id].available.start == back.start
    assert drivers[driver_id].duty_used_s == 4 * HOUR + HOUR // 2


def test_claims_of_another_operators_plan_are_commitments(spatialite, loaded, city):
    with spatialite.write() as session:
        bay = session.scalars(select(Bay.id).order_by(Bay.code).limit(1)).one()
        plan = publish(session, loaded, city.service_date + timedelta(days=2))
        hold(session, plan, "bay", bay, at(city, 1, 7), at(city, 1, 7, 30))
        hold(session, plan, "bay", bay, at(city, 4, 7), at(city, 4, 7, 30))
    with spatialite.write() as session:
        for order in session.scalars(select(Order)):
            order.service_date = city.service_date + timedelta(days=1)
    actor = system_actor(loaded.operator_id)
    with spatialite.read(actor) as session:
        problem, _ = build_problem(session, actor, city.service_date + timedelta(days=1))
    assert [(c.thing, c.id, c.start, c.end) for c in problem.commitments] == [
        ("bay", str(bay), 13 * HOUR, 13 * HOUR + 1800)
    ]


def test_the_dates_own_plan_does_not_stand_in_its_own_way(spatialite, loaded, city):
    with spatialite.write() as session:
        truck = session.scalars(select(Vehicle).order_by(Vehicle.plate).limit(1)).one()
        plan = publish(session, loaded, city.service_date)
        hold(session, plan, "vehicle", truck.id, at(city, 0, 5), at(city, 0, 9))
        truck_id = str(truck.id)
    actor = system_actor(loaded.operator_id)
    with spatialite.read(actor) as session:
        problem, _ = build_problem(session, actor, city.service_date)
    vehicle = next(vehicle for vehicle in problem.vehicles if vehicle.id == truck_id)
    assert vehicle.available.start == 0
    assert not [c for c in problem.commitments if c.id == truck_id]


def test_a_workshop_morning_moves_when_the_vehicle_is_free(spatialite, loaded, city):
    actor = system_actor(loaded.operator_id)
    with spatialite.read(actor) as session:
        problem, names = build_problem(session, actor, city.service_date)
    late = [vehicle for vehicle in problem.vehicles if vehicle.available.start > 0]
    assert len(late) == 1
    assert late[0].available.start == 14 * HOUR + 40 * 60
    assert names[late[0].id]["label"].startswith("辽Z")
