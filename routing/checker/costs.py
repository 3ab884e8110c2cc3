"""objective: the checker's own bill, route by route and kind by kind, against the claimed one.

Exact fractions throughout; each line is rounded half up to the fen once, totals are sums of lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

import msgspec

from routing.checker.charging import session_cost
from routing.checker.index import Index
from routing.checker.travel import fuel_cost
from routing.checker.verdict import Violation
from routing.checker.walk import SOFT, UNMET, OnRoute, RouteWalk, Walk
from routing.plan import PlanObjective, RouteCosts
from routing.problem import Tariff

_LINES = ("fixed", "distance", "time", "energy", "lateness", "extra")


def fen(milli: Fraction | int) -> int:
    """Milli-fen to fen, half up."""
    exact = Fraction(milli) / 1000 + Fraction(1, 2)
    return exact.numerator // exact.denominator


def route_costs(index: Index, route: RouteWalk) -> RouteCosts:
    """A vehicle's day in fen, one line per kind."""
    kind = route.type
    metres = sum(at.stop.leg.metres for at in route.stops if at.stop.leg)
    seconds = sum(duty.end - duty.start for duty in route.duties)
    late = sum(task.late_s for at in route.stops for task in at.tasks if task.fit in {SOFT, UNMET})
    extra = sum(task.alternative.extra_cost for at in route.stops for task in at.tasks)
    for at in route.stops:
        if at.stop.kind == "swap" and at.session is not None and at.session.site.swap is not None:
            extra += at.session.site.swap.per_swap
    return RouteCosts(
        fixed=fen(kind.fixed),
        distance=fen(Fraction(metres * kind.per_km, 1000)),
        time=fen(Fraction(seconds * kind.per_hour, 3600)),
        energy=fen(_energy(index, route)),
        lateness=fen(Fraction(late * index.problem.objective.late_per_hour, 3600)),
        extra=fen(extra),
    )


def _energy(index: Index, route: RouteWalk) -> Fraction:
    kind = route.type
    total = Fraction(0)
    for at in route.stops:
        leg, session = at.stop.leg, at.session
        if leg is not None and at.prev is not None:
            total += Fraction(fuel_cost(index, kind, leg.wh, at.prev.stop.depart), 1000)
        if session is not None:
            total += session_cost(kind, session, index.tariffs[session.site.tariff])
    if not kind.battery_wh:
        return total
    vehicle = route.vehicle
    wanted = vehicle.available.soc_wh if vehicle.soc_end_wh is None else vehicle.soc_end_wh
    deficit = max(0, wanted - route.stops[-1].stop.soc_out)
    return total + deficit * home_tariff(index, vehicle.home) / 1000


def home_tariff(index: Index, home: str) -> Fraction:
    """Mean price of a kWh at home: of its first site's tariff, else of the dearest tariff."""
    sites = index.sites_at.get(home)
    if sites:
        return _mean(index.tariffs[sites[0].tariff], index.horizon_s)
    return max(
        (_mean(tariff, index.horizon_s) for tariff in index.problem.tariffs), default=Fraction(0)
    )


def _mean(tariff: Tariff, horizon_s: int) -> Fraction:
    total = 0
    for k, step in enumerate(tariff.steps):
        start = max(0, step.start) if k else 0
        following = tariff.steps[k + 1].start if k + 1 < len(tariff.steps) else horizon_s
        total += max(0, min(following, horizon_s) - start) * step.per_kwh
    return Fraction(total, max(1, horizon_s))


def objective(walk: Walk, routes: list[RouteCosts]) -> PlanObjective:
    """The whole plan's bill from the routes' lines."""
    problem = walk.index.problem
    weights = problem.objective
    lines = {name: sum(getattr(item, name) for item in routes) for name in _LINES}
    out = [order for order in problem.orders if order.id not in walk.delivered]
    missed = Counter(str(order.mandatory) for order in out if order.mandatory)
    prizes = fen(
        sum(
            order.prize
            for order in problem.orders
            if not order.mandatory and order.id in walk.delivered
        )
    )
    grams = sum(at.stop.leg.co2e_g for route in walk.routes for at in route.stops if at.stop.leg)
    co2e = fen(Fraction(grams * weights.co2e_per_kg, 1000))
    uneven = fen(_uneven(walk) * weights.uneven_per_hour / 3600)
    change = fen(_changed(walk) * weights.change_per_order)
    return PlanObjective(
        missed=dict(missed),
        **lines,
        co2e=co2e,
        uneven=uneven,
        change=change,
        prizes=prizes,
        total=sum(lines.values()) + co2e + uneven + change - prizes,
    )


def _uneven(walk: Walk) -> Fraction:
    spans = [duty.end - duty.start for route in walk.routes for duty in route.duties]
    if not spans:
        return Fraction(0)
    mean = Fraction(sum(spans), len(spans))
    return sum((max(Fraction(0), span - mean) for span in spans), Fraction(0))


def _changed(walk: Walk) -> int:
    changed = 0
    for order, vehicle in walk.index.problem.objective.published.items():
        if order in walk.index.orders:
            there = walk.delivered.get(order)
            changed += not there or there[0][0].vehicle.id != vehicle
    return changed


def of_route(index: Index) -> OnRoute:
    """A route's claimed lines against the checker's own."""

    def find(route: RouteWalk) -> Iterator[Violation]:
        route.costs = own = route_costs(index, route)
        for name in _LINES:
            off = abs(getattr(route.plan.costs, name) - getattr(own, name))
            if off:
                yield route.violation("objective", off, f"fen {name}")

    return find


def across(walk: Walk) -> Iterator[Violation]:
    """Claimed sums and counts against the checker's own."""
    own_total = objective(walk, [route.costs for route in walk.routes])
    told = walk.plan.objective
    for info in msgspec.structs.fields(PlanObjective):
        if info.name == "missed":
            continue
        off = abs(getattr(told, info.name) - getattr(own_total, info.name))
        if off:
            yield _whole(off, f"fen {info.name}")
    for name in sorted(told.missed.keys() | own_total.missed.keys()):
        off = abs(told.missed.get(name, 0) - own_total.missed.get(name, 0))
        if off:
            yield _whole(off, f"missed orders of class {name}")


def _whole(amount: int, unit: str) -> Violation:
    return Violation(rule="objective", route=None, stop=None, amount=amount, unit=unit)
