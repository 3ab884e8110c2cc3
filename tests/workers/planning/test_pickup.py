"""揽收 for real: an order collected at a store is planned, checked, driven and brought home."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from models.accounts.actor import Actor, system_actor
from models.execution.links import ensure_executions
from models.orders.tables import Order
from models.places.tables import Place
from models.planning.tables import PlanJob, PlanVersion
from routing.checker import check
from routing.formats.ours import read_plan, read_problem
from tests.workers.small_city import DAY, small_city, with_orders
from workers.artefacts import DirectoryStore
from workers.demo.load import load
from workers.execution.day import DayCache
from workers.execution.driver_day import driver_day
from workers.execution.tell import channel_of, tell
from workers.jobs.ledger import Ledger
from workers.planning.plan import run_plan_job
from workers.planning.publish import publish_plan
from workers.planning.read import ViewCache
from workers.planning.request import Wanted, request_plan

KEPT = 4


class Silent:
    """Progress that nobody reads."""

    def write(self, entry: dict) -> None:
        del entry


def with_a_pickup():
    """A few orders of the demo city, the first one turned round: from its store to its depot."""
    city = small_city()
    kept = [row for row in city.rows[Order] if not row.get("needs")][:KEPT]
    first = kept[0]
    kept[0] = first | {
        "kind": "pickup",
        "pickup_place_id": first["delivery_place_id"],
        "delivery_place_id": first["pickup_place_id"],
        "pickup_windows": [],
        "windows": [],
    }
    return with_orders(city, kept), kept[0]["id"]


@pytest.fixture
def planned(spatialite, tmp_path):
    city, pickup = with_a_pickup()
    store = DirectoryStore(tmp_path / "artefacts")
    loaded = load(spatialite, store, city, accounts=False)
    actor = Actor(
        account_id=None,
        organisation_id=loaded.operator_id,
        organisation_kind="operator",
        role="dispatcher",
    )
    with spatialite.write() as session:
        wish = Wanted(service_date=DAY, time_limit_s=600, iterations=5)
        version = request_plan(session, actor, wish).id
    ledger = Ledger(spatialite, 600)
    with spatialite.read() as session:
        job = session.scalars(select(PlanJob.id).where(PlanJob.plan_version_id == version)).one()
    run_plan_job(spatialite, store, ledger, Silent(), ledger.take(job, "test:1"))
    with spatialite.write() as session:
        publish_plan(session, actor, store, version)
    return spatialite, store, version, str(pickup)


def test_an_order_to_collect_is_planned_clean_shown_to_its_driver_and_brought_home(planned):
    database, store, version_id, pickup = planned
    cache = DayCache(store, ViewCache(store))
    with database.write() as session:
        version = session.get_one(PlanVersion, version_id)
        problem = read_problem(store.get(version.problem_sha256))
        plan = read_plan(store.get(version.plan_sha256))
        assert check(problem, plan).verdict == "clean"
        assert pickup not in [one.order for one in plan.unassigned]
        day = cache.of(version)
        vehicle, key = day.pickups[pickup]
        route = day.routes[vehicle]
        collect = route.stop(key)
        home_key = day.deliveries[pickup][1]
        home = route.stop(home_key)
        assert collect.index < home.index
        ensured = ensure_executions(
            session, version.operator_id, version.service_date, [UUID(vehicle)]
        )
        shown = driver_day(session, ensured[UUID(vehicle)], version, day, route)
        order = session.get_one(Order, UUID(pickup))
        store_name = session.get_one(Place, order.pickup_place_id).name
    at_store = next(stop for stop in shown["stops"] if stop["key"] == key)
    assert store_name in at_store["name"]
    line = next(one for one in at_store["orders"] if one["id"] == pickup)
    assert line["action"] == "pickup"
    loaded = [line["id"] for trip in shown["loading"] for line in trip["lines"]]
    assert pickup not in loaded, "what is collected on the way is not loaded at the depot"
    others = {task.order for task in route.stops[0].tasks if task.action == "load"}
    assert others <= set(loaded)
    taps = ((collect, 1), (home, 2))
    for stop, number in taps:
        with database.write() as session:
            version = session.get_one(PlanVersion, version_id)
            (execution,) = ensure_executions(
                session, version.operator_id, version.service_date, [UUID(vehicle)]
            ).values()
            event = {
                "client_id": f"pickup-{number:04d}",
                "device_id": "phone-pickup",
                "sequence": number,
                "kind": "done",
                "stop": stop.key,
                "at": day.clock.at(stop.depart).isoformat(),
            }
            actor = system_actor(version.operator_id)
            channel = channel_of("link", event["at"])
            tell(session, actor, execution, version, day, events=[event], channel=channel)
        with database.read() as session:
            state = session.get_one(Order, UUID(pickup)).state
        assert state == ("dispatched" if number == 1 else "delivered")
