"""The correct plan broken in one way at a time: charging, bays, access, bookkeeping, locks."""

from __future__ import annotations

from routing.plan import Load, Reason, Unassigned
from routing.problem import (
    AccessRule,
    Commitment,
    Interval,
    Lock,
    Swap,
    TailNumbers,
    Who,
    Window,
)
from tests.routing.builders import (
    at,
    change,
    edited,
    hours,
)
from tests.routing.checker.breaks import (
    CASES,
    Case,
    case,
    with_item,
    with_order,
    with_type,
)

__all__ = ["CASES"]


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
