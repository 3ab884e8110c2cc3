"""Parts of the trial: what plans leave to the next, on a hand-made plan."""

import msgspec
import pytest

from routing.plan import MadeBy, Plan, PlanDuty, PlanRoute, Stop, Trip
from workers.demo.held import holds, only, remaining
from workers.demo.memory import problem_of


@pytest.fixture(scope="module")
def problem(city):
    return problem_of(city)[0]


@pytest.fixture(scope="module")
def plan(problem):
    """One vehicle, one bay visit in two stops, one charging session."""
    vehicle = next(v for v in problem.vehicles if v.available.soc_wh and v.available.start == 0)
    duty = next(d for d in problem.duties)
    bay = problem.bays[0]
    site = next(s for s in problem.chargers if s.private_to is None)

    def stop(kind, place, arrive, depart, **more):
        return Stop(kind=kind, place=place, arrive=arrive, start=arrive, depart=depart, **more)

    stops = [
        stop("depot", vehicle.home, 40_000, 40_600),
        stop("delivery", bay.place, 41_000, 41_600, bay=bay.id),
        stop("delivery", bay.place, 41_600, 42_000, bay=bay.id),
        stop("charge", site.place, 43_000, 44_800, connector=site.connectors[0].id),
        stop("depot", vehicle.home, 46_000, 46_000),
    ]
    route = PlanRoute(
        vehicle=vehicle.id,
        duties=[PlanDuty(duty=duty.id, driver=duty.driver, trips=[Trip(stops=stops)])],
    )
    return Plan(problem_sha256="0" * 64, made_by=MadeBy(engine="hand", version="1"), routes=[route])


def test_one_visit_holds_its_bay_once_with_buffers_and_a_session_its_connector(problem, plan):
    bay = problem.bays[0]
    bay_held, plug_held = holds(problem, plan)
    assert (bay_held.thing, bay_held.id) == ("bay", bay.id)
    assert bay_held.start == 41_000 - bay.buffer_before_s
    assert bay_held.end == 42_000 + bay.buffer_after_s
    assert (plug_held.thing, plug_held.start, plug_held.end) == ("connector", 43_000, 44_800)
    assert plug_held.power_w > 0


def test_the_next_shipper_has_what_is_left(problem, plan):
    used = plan.routes[0]
    shipper = problem.orders[0].shipper
    own = [order for order in problem.orders if order.shipper == shipper]
    left = remaining(problem, [plan], own)
    assert used.vehicle not in {vehicle.id for vehicle in left.vehicles}
    assert used.duties[0].driver not in {driver.id for driver in left.drivers}
    assert used.duties[0].duty not in {duty.id for duty in left.duties}
    assert {order.shipper for order in left.orders} == {shipper}
    assert len(left.commitments) == len(problem.commitments) + 2


def test_only_keeps_chosen_orders_and_no_dangling_precedence(problem):
    first, second = problem.orders[:2]
    chained = msgspec.structs.replace(
        problem,
        orders=[first, msgspec.structs.replace(second, after=[first.id])],
    )
    assert only(chained, {second.id}).orders[0].after == []
    assert only(chained, {first.id, second.id}).orders[1].after == [first.id]
