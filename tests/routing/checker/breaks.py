"""The correct plan broken in one way at a time: what is changed, and what must be said of it.

Here goods, times, drivers and range; ``breaks_on_site`` has the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from routing.plan import Plan
from routing.problem import (
    ChargeStep,
    Interval,
    Paper,
    Problem,
    Window,
)
from tests.routing.builders import (
    NIGHT,
    at,
    change,
    changed,
    edited,
    small_city,
    small_plan,
    stamped,
)

Broken = tuple[Problem, Plan]


@dataclass(frozen=True)
class Case:
    """One way to break it. ``also``: rules that cannot stay whole when this one breaks."""

    name: str
    rule: str
    route: str | None
    stop: str | None
    amount: int
    make: Callable[[Problem, Plan], Broken]
    also: frozenset[str] = frozenset()

    def broken(self) -> Broken:
        problem = small_city()
        problem, plan = self.make(problem, small_plan(problem))
        return problem, stamped(problem, plan)


CASES: list[Case] = []


def case(name: str, rule: str, where: tuple[str | None, str | None], amount: int, also: str = ""):
    """Registers a way to break the plan."""

    def add(make: Callable[[Problem, Plan], Broken]) -> Callable[[Problem, Plan], Broken]:
        CASES.append(Case(name, rule, *where, amount, make, frozenset(also.split())))
        return make

    return add


def with_order(problem: Problem, order_id: str, **fields) -> Problem:
    return change(problem, orders=changed(problem.orders, order_id, **fields))


def with_type(problem: Problem, type_id: str, **fields) -> Problem:
    return change(problem, vehicle_types=changed(problem.vehicle_types, type_id, **fields))


def with_item(problem: Problem, section: str, item_id: str, **fields) -> Problem:
    return change(problem, **{section: changed(getattr(problem, section), item_id, **fields)})


def with_available(problem: Problem, vehicle: str, **fields) -> Problem:
    free = next(item for item in problem.vehicles if item.id == vehicle).available
    return with_item(problem, "vehicles", vehicle, available=change(free, **fields))


# What the data ask for is tightened by a known amount; the plan stays.


@case("payload", "weight", ("v1", "d0.t0.s0"), 50_000)
def _(problem, plan):
    return with_type(problem, "truck", payload_g=150_000), plan


@case("body volume", "volume", ("v1", "d0.t0.s0"), 100_000)
def _(problem, plan):
    return with_type(problem, "truck", volume_cm3=900_000), plan


@case("floor places", "unit_places", ("v2", "d0.t0.s0"), 1)
def _(problem, plan):
    return with_type(problem, "van", unit_places=1), plan


@case("no cold room", "temperature", ("v2", "d0.t0.s0"), 100_000)
def _(problem, plan):
    rooms = next(item for item in problem.vehicle_types if item.id == "van").compartments
    return with_type(problem, "van", compartments=[change(rooms[1], payload_g=900_000)]), plan


@case("one room for two classes", "temperature", ("v2", "d0.t0.s0"), 100_000)
def _(problem, plan):
    rooms = next(item for item in problem.vehicle_types if item.id == "van").compartments
    both = change(rooms[0], temperatures=["ambient", "chilled"], payload_g=10**6)
    return with_type(problem, "van", compartments=[both]), plan


@case("capability", "needs", ("v1", "d0.t1.s0"), 1)
def _(problem, plan):
    return with_order(problem, "o3", needs=["tail_lift"]), plan


@case("never with those goods", "goods", ("v2", "d0.t0.s0"), 1)
def _(problem, plan):
    return with_order(problem, "o6", never_with=["books"]), plan


@case("shares with nobody", "goods", ("v2", "d0.t0.s0"), 1)
def _(problem, plan):
    return with_order(problem, "o7", share_with=["bakery"]), plan


@case("joins on the way", "goods", ("v1", "d1.t0.s2"), 1, also="structure")
def _(problem, plan):
    stop = plan.routes[0].duties[1].trips[0].stops
    problem = with_order(problem, "o5", share_with=[], shipper="lonely")
    problem = with_order(problem, "o4", pickup=[at("dc")], delivery=[at("dc")])
    plan = edited(plan, "v1", "d1.t0.s1", orders=[], load=stop[0].load)
    return problem, edited(plan, "v1", "d1.t0.s3", orders=["o5", "o4"])


@case("window missed", "time_window", ("v1", "d1.t0.s1"), 1)
def _(problem, plan):
    late = at("s1", Window(start=50_401, end=57_600), bay="b1", walk_s=60)
    return with_order(problem, "o4", delivery=[late]), plan


@case("softly late, too late", "time_window", ("v2", "d0.t0.s2"), 30, also="objective")
def _(problem, plan):
    window = Window(start=57_000, end=57_600, soft_late_s=500)
    return with_order(problem, "o7", delivery=[at("s3", window)]), plan


@case("depot closed", "time_window", ("v2", "d0.t0.s0"), 310)
def _(problem, plan):
    depot = change(problem.depots[0], hours=[Interval(start=0, end=54_500)])
    return change(problem, depots=[depot]), plan


@case("night asks for a quiet vehicle", "night", ("v1", "d0.t0.s1"), 1)
def _(problem, plan):
    needy = change(NIGHT, needs=["silent"])
    return with_order(problem, "o1#2", delivery=[at("s2", needy, bay="b1", walk_s=90)]), plan


@case("not released", "release_due", ("v1", "d1.t0.s2"), 20)
def _(problem, plan):
    return with_order(problem, "o5", release=51_400), plan


@case("overdue", "release_due", ("v1", "d1.t0.s3"), 40)
def _(problem, plan):
    return with_order(problem, "o5", due=53_000), plan


@case("rides too long", "longest_ride", ("v1", "d0.t1.s2"), 600)
def _(problem, plan):
    return with_order(problem, "o3", longest_ride_s=3_000), plan


@case("before its predecessor", "precedence", ("v1", "d0.t1.s0"), 56_230 - 16_270)
def _(problem, plan):
    # o6 is delivered at 56000 + 230; o3 is loaded from 16270 on
    return with_order(problem, "o3", after=["o6"]), plan


@case("predecessor left out", "precedence", ("v1", "d0.t1.s0"), 1)
def _(problem, plan):
    return with_order(problem, "o3", after=["o8"]), plan


@case("delivered, never loaded", "precedence", ("v1", "d0.t1.s2"), 1, also="structure")
def _(problem, plan):
    return problem, edited(plan, "v1", "d0.t1.s0", orders=[])


@case("shift begins later", "shift", ("v1", "d0.t0.s0"), 200)
def _(problem, plan):
    return with_item(problem, "duties", "A", shift=Interval(start=11_000, end=43_200)), plan


@case("shift ends earlier", "shift", ("v2", "d0.t0.s3"), 390)
def _(problem, plan):
    return with_item(problem, "duties", "C", shift=Interval(start=43_200, end=61_000)), plan


@case("duty too long", "duty_length", ("v1", "d0.t1.s4"), 280)
def _(problem, plan):
    return with_item(problem, "duties", "A", longest_s=14_000), plan


@case("duty already used", "duty_length", ("v1", "d1.t0.s3"), 880)
def _(problem, plan):
    return with_item(problem, "drivers", "d2", duty_used_s=12_000), plan


@case("rest too short", "rest", ("v1", "d0.t1.s4"), 2_400)
def _(problem, plan):
    # without the rest of 1200 s at the lay-by: 8000 s of driving at a stretch of 5600
    return with_item(problem, "duties", "A", rest_s=1_300), plan


@case("driving carried in", "rest", ("v2", "d0.t0.s3"), 600)
def _(problem, plan):
    return with_item(problem, "drivers", "d3", driving_since_rest_s=9_000), plan


@case("no lawful rest at that place", "rest", ("v1", "d0.t1.s4"), 2_400)
def _(problem, plan):
    return with_item(problem, "places", "lay", rest=False), plan


@case("driver not free", "driver", ("v1", "d1.t0.s0"), 200)
def _(problem, plan):
    return with_item(problem, "drivers", "d2", available=Interval(start=47_000, end=99_000)), plan


@case("driver on two vehicles", "driver", ("v2", "d0.t0.s0"), 80, also="objective")
def _(problem, plan):
    problem = with_item(problem, "duties", "C", driver="d2")
    duties = [change(plan.routes[1].duties[0], driver="d2")]
    plan = change(plan, routes=[plan.routes[0], change(plan.routes[1], duties=duties)])
    depot = plan.routes[1].duties[0].trips[0].stops[0]
    return problem, edited(plan, "v2", "d0.t0.s0", arrive=53_600, start=depot.start)


@case("driver of another home", "driver", ("v2", "d0.t0.s0"), 1)
def _(problem, plan):
    return with_item(problem, "drivers", "d3", home="hub"), plan


@case("vehicle not of the duty", "driver", ("v2", "d0.t0.s0"), 1)
def _(problem, plan):
    return with_item(problem, "duties", "C", vehicles=["v1"]), plan


@case("papers lapsed", "papers", ("v1", None), 1)
def _(problem, plan):
    lapsed = [Paper(kind="inspection", valid_to="2026-11-23")]
    return with_item(problem, "vehicles", "v1", papers=lapsed), plan


@case("vehicle not free yet", "vehicle_available", ("v1", "d0.t0.s0"), 200)
def _(problem, plan):
    return with_available(problem, "v1", start=11_000), plan


@case("vehicle must be back", "vehicle_available", ("v1", "d1.t0.s3"), 680)
def _(problem, plan):
    return with_available(problem, "v1", end=53_000), plan


@case("vehicle stands elsewhere", "vehicle_available", ("v1", "d0.t0.s0"), 1)
def _(problem, plan):
    return with_available(problem, "v1", place="hub"), plan


@case("not home at night", "vehicle_available", ("v2", "d0.t0.s3"), 1, also="driver")
def _(problem, plan):
    return with_item(problem, "vehicles", "v2", home="hub"), plan


@case("closed to the shipper", "vehicle_available", ("v2", "d0.t0.s0"), 1)
def _(problem, plan):
    return with_item(problem, "vehicles", "v2", shippers=["shop"]), plan


@case("below the reserve", "battery", ("v1", "d0.t1.s4"), 235)
def _(problem, plan):
    return with_type(problem, "truck", reserve_wh=3_000), plan


@case("above the battery", "battery", ("v1", "d1.t0.s0"), 2_000, also="objective")
def _(problem, plan):
    return with_type(problem, "truck", battery_wh=12_000, curve=[]), plan


@case("gains more than the curve allows", "charging", ("v1", "d0.t1.s1"), 2_500, also="objective")
def _(problem, plan):
    # 5913 Wh on arrival, at 15 kW for 600 s: 2500 Wh
    return with_type(problem, "truck", curve=[ChargeStep(from_wh=0, power_w=15_000)]), plan
