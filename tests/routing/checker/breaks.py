"""The correct plan broken in one way at a time: what is changed, and what must be said of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from routing.plan import Load, Plan, Reason, Unassigned
from routing.problem import (
    AccessRule,
    ChargeStep,
    Commitment,
    Interval,
    Lock,
    Paper,
    Problem,
    Swap,
    TailNumbers,
    Who,
    Window,
)
from tests.routing.builders import (
    NIGHT,
    at,
    change,
    changed,
    edited,
    hours,
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


@case("plug does not fit", "charging", ("v1", "d0.t1.s1"), 1)
def _(problem, plan):
    plugs = [change(item, plug="ccs") for item in problem.chargers[0].connectors]
    return with_item(problem, "chargers", "quick", connectors=plugs), plan


@case("site closed", "charging", ("v1", "d0.t1.s1"), 100)
def _(problem, plan):
    return with_item(problem, "chargers", "quick", hours=[Interval(start=0, end=19_500)]), plan


@case("private site", "charging", ("v1", "d0.t1.s1"), 1)
def _(problem, plan):
    return with_item(problem, "chargers", "quick", private_to=["v2"]), plan


@case("no charging while resting", "charging", ("v1", "d0.t1.s3"), 1, also="structure")
def _(problem, plan):
    site = change(problem.chargers[1], id="lay", place="lay", connectors=[
        change(problem.chargers[1].connectors[0], id="h9")])  # fmt: skip
    problem = change(problem, chargers=[*problem.chargers, site])
    return problem, edited(
        plan, "v1", "d0.t1.s3", connector="h9", charge_start=21_400, charge_end=21_401
    )


@case("swap where none is", "charging", ("v1", "d0.t1.s1"), 1, also="structure objective battery")
def _(problem, plan):
    problem = with_item(problem, "chargers", "quick", swap=Swap(seconds=600))
    return problem, edited(plan, "v1", "d0.t1.s1", kind="swap", connector=None)


@case("connector taken", "connector", ("v1", "d0.t1.s1"), 1)
def _(problem, plan):
    taken = Commitment(thing="connector", id="k1", start=19_599, end=20_000)
    return change(problem, commitments=[*problem.commitments, taken]), plan


@case("supply too weak", "site_power", ("v1", "d0.t1.s1"), 5_000)
def _(problem, plan):
    return with_item(problem, "chargers", "quick", power_w=35_000), plan


@case("bay taken, with its buffer", "bay", ("v1", "d0.t0.s1"), 1)
def _(problem, plan):
    taken = Commitment(thing="bay", id="b1", start=15_329, end=15_400)
    return change(problem, commitments=[*problem.commitments, taken]), plan


@case("bay closed", "bay", ("v1", "d0.t0.s1"), 30)
def _(problem, plan):
    return with_item(problem, "bays", "b1", hours=[Interval(start=14_430, end=90_000)]), plan


@case("stays too long", "bay", ("v1", "d0.t0.s1"), 70)
def _(problem, plan):
    return with_item(problem, "bays", "b1", longest_stay_s=800), plan


@case("bay too short", "bay", ("v1", "d1.t0.s1"), 1_000)
def _(problem, plan):
    return with_item(problem, "bays", "b1", max_length_mm=5_000), plan


@case("not a candidate", "bay", ("v1", "d1.t0.s1"), 1, also="structure")
def _(problem, plan):
    yard = at("s1", Window(start=50_400, end=57_600))
    return with_order(problem, "o4", delivery=[yard]), plan


@case("yard too small", "yard", ("v2", "d0.t0.s1"), 500)
def _(problem, plan):
    return with_item(problem, "places", "s2", yard_max_length_mm=4_500), plan


@case("no yard", "yard", ("v2", "d0.t0.s1"), 1)
def _(problem, plan):
    return with_item(problem, "places", "s2", yard=False), plan


@case("permit of another date", "access", ("v1", "d1.t0.s1"), 3_600)
def _(problem, plan):
    # arrival 08:00: the pass is needed from 07:00; leaving would be no better
    return with_item(problem, "permits", "p1", date_from="2026-11-25", date_to="2026-11-25"), plan


@case("no stopping", "access", ("v2", "d0.t0.s1"), 230)
def _(problem, plan):
    rule = AccessRule(
        id="stop", zone="core", effect="no_stopping", who=[Who(energy=["diesel"])], when=hours(9, 5)
    )
    return change(problem, rules=[*problem.rules, rule]), plan


@case("tail number", "access", ("v2", "d0.t0.s1"), 5_600)
def _(problem, plan):
    # Tuesday bars tail 4 from 08:00 to 20:00: 50400 to 93600; arrival at 56000
    tails = TailNumbers(by_weekday={"2": [4, 9]})
    rule = AccessRule(
        id="tail", zone="core", effect="no_driving", who=[Who(tails=tails)], when=hours(8, 20)
    )
    return change(problem, rules=[*problem.rules, rule]), plan


@case("loud by night", "access", ("v1", "d0.t0.s1"), 870, also="night")
def _(problem, plan):
    problem = with_type(problem, "truck", capabilities=["enclosed"])
    for name in ("o1#1", "o1#2"):
        way = next(item for item in problem.orders if item.id == name).delivery[0]
        windows = [change(way.windows[0], needs=[])]
        problem = with_order(problem, name, delivery=[change(way, windows=windows)])
    return problem, plan


@case("one entry too many", "permit_trips", ("v1", "d1.t0.s1"), 1)
def _(problem, plan):
    # the pass is needed all day and the clock starts at midnight: entries at 04:00 and 14:00
    rule = change(problem.rules[0], when=hours(0, 24))
    problem = change(problem, rules=[rule, problem.rules[1]])
    problem = with_item(problem, "permits", "p1", hours=[])
    midnight = change(
        problem.horizon, start="2026-11-24T00:00:00+08:00", end="2026-11-25T12:00:00+08:00"
    )
    return change(problem, horizon=midnight), plan


@case("leg too fast", "travel", ("v1", "d0.t1.s2"), 10, also="structure")
def _(problem, plan):
    leg = plan.routes[0].duties[0].trips[1].stops[2].leg
    return problem, edited(plan, "v1", "d0.t1.s2", leg=change(leg, seconds=990))


@case("energy understated", "travel", ("v1", "d0.t1.s2"), 500, also="structure")
def _(problem, plan):
    leg = plan.routes[0].duties[0].trips[1].stops[2].leg
    return problem, edited(plan, "v1", "d0.t1.s2", leg=change(leg, wh=1_500))


@case("arrives before it left", "structure", ("v1", "d0.t0.s2"), 70)
def _(problem, plan):
    return problem, edited(plan, "v1", "d0.t0.s2", arrive=16_200, start=16_200)


@case("service cut short", "structure", ("v1", "d0.t1.s2"), 80)
def _(problem, plan):
    return with_item(problem, "places", "s3", fixed_s=280), plan


@case("load misreported", "structure", ("v1", "d0.t0.s0"), 10_000)
def _(problem, plan):
    load = Load(weight_g=190_000, volume_cm3=1_000_000)
    return problem, edited(plan, "v1", "d0.t0.s0", load=load)


@case("charge from nowhere", "structure", ("v1", "d0.t1.s3"), 1_000, also="objective")
def _(problem, plan):
    return problem, edited(plan, "v1", "d0.t1.s3", soc_in=8_885, soc_out=8_765)


@case("order forgotten", "orders", (None, None), 1)
def _(problem, plan):
    return problem, change(plan, unassigned=[])


@case("out without a reason", "orders", (None, None), 1)
def _(problem, plan):
    return problem, change(plan, unassigned=[change(plan.unassigned[0], reasons=[])])


@case("served and listed", "orders", (None, None), 1)
def _(problem, plan):
    both = Unassigned(order="o3", tier="no_room", reasons=[Reason(code="weight")])
    return problem, change(plan, unassigned=[*plan.unassigned, both])


@case("delivered twice", "orders", ("v1", "d1.t0.s3"), 1, also="structure")
def _(problem, plan):
    return problem, edited(plan, "v1", "d1.t0.s3", orders=["o5", "o5"])


@case("delivered elsewhere", "orders", ("v1", "d0.t1.s2"), 1)
def _(problem, plan):
    return with_order(problem, "o3", delivery=[at("s1")]), plan


@case("half of a split order", "split", (None, None), 1, also="structure objective")
def _(problem, plan):
    plan = edited(plan, "v1", "d0.t0.s0", orders=["o1#1"])
    plan = edited(plan, "v1", "d0.t0.s1", orders=["o1#1"])
    out = Unassigned(order="o1#2", tier="no_room", reasons=[Reason(code="weight")])
    return problem, change(plan, unassigned=[*plan.unassigned, out])


@case("bill of a route", "objective", ("v1", None), 4)
def _(problem, plan):
    costs = change(plan.routes[0].costs, energy=970)
    return problem, change(plan, routes=[change(plan.routes[0], costs=costs), plan.routes[1]])


@case("total", "objective", (None, None), 645)
def _(problem, plan):
    return problem, change(plan, objective=change(plan.objective, total=69_000))


@case("missed orders", "objective", (None, None), 1)
def _(problem, plan):
    return problem, change(plan, objective=change(plan.objective, missed={}))


def locked(name: str, where: tuple[str, str | None], amount: int, lock: Lock) -> None:
    def make(problem, plan):
        return change(problem, locks=[lock]), plan

    CASES.append(Case(name, "lock", *where, amount, make))


locked("elsewhere", ("v2", "d0.t0.s1"), 1, Lock(kind="vehicle", orders=["o6"], vehicle="v1"))
locked("not here", ("v2", "d0.t0.s1"), 1, Lock(kind="not_vehicle", orders=["o6"], vehicle="v2"))
locked("sequence", ("v2", "d0.t0.s2"), 1, Lock(kind="sequence", orders=["o7", "o6"]))
locked("start", ("v2", "d0.t0.s1"), 60, Lock(kind="start_time", orders=["o6"], time=56_060))
locked("prefix", ("v2", "d0.t0.s1"), 1, Lock(kind="frozen_prefix", orders=["o7"], vehicle="v2"))
locked("charge", ("v1", None), 1, Lock(kind="charge", vehicle="v1", site="quick", time=19_600))


@case("vehicle promised away", "commitment", ("v2", "d0.t0.s0"), 390)
def _(problem, plan):
    taken = Commitment(thing="vehicle", id="v2", start=61_000, end=70_000)
    return change(problem, commitments=[*problem.commitments, taken]), plan


@case("driver promised away", "commitment", ("v1", "d1.t0.s0"), 80)
def _(problem, plan):
    taken = Commitment(thing="driver", id="d2", start=53_600, end=70_000)
    return change(problem, commitments=[*problem.commitments, taken]), plan
