"""What the orders that two plans both serve cost in each: the rest taken out, the sequence kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from routing.edits import HandDay, HandStop, HandTrip, follow
from routing.plan import Plan, PlanRoute
from routing.problem import Problem
from workers.planning.view import build_view

FIGURES = (
    "vehicles", "metres", "load_permille", "joint_permille", "night_permille", "wh", "co2e_g",
)  # fmt: skip


def served(plan: Plan) -> set[str]:
    """The orders that a plan carries."""
    return {order for route in plan.routes for order in _orders(route)}


def common(
    one: tuple[Problem, Plan], two: tuple[Problem, Plan]
) -> tuple[int, dict[str, Any], dict[str, Any]]:
    """How many orders both serve, and the figures of each plan for these alone.

    A vehicle's day that loses orders is timed anew in the sequence that is left; the others stay
    as they are, to the fen.
    """
    both = served(one[1]) & served(two[1])
    return len(both), figures(*one, both), figures(*two, both)


def figures(problem: Problem, plan: Plan, kept: set[str]) -> dict[str, Any]:
    """The totals of a plan cut down to the orders ``kept``."""
    whole = [route for route in plan.routes if _orders(route) <= kept]
    cut = [day for route in plan.routes if (day := _without(route, kept)) is not None]
    routes = list(whole)
    if cut:
        routes += follow(problem, cut, base=plan).routes
    orders = [order for order in problem.orders if order.id in kept]
    smaller = replace(problem, orders=orders, locks=[], waivers=[])
    view = build_view(smaller, replace(plan, routes=routes, unassigned=[]), {}, None)
    found: Mapping[str, Any] = view["totals"]
    cost = sum(route["cost_fen"] for route in view["routes"])
    return {name: found[name] for name in FIGURES} | {"cost_fen": cost, "retimed": len(cut)}


def _orders(route: PlanRoute) -> set[str]:
    return {
        order
        for duty in route.duties
        for trip in duty.trips
        for stop in trip.stops
        for order in stop.orders
    }


def _without(route: PlanRoute, kept: set[str]) -> HandDay | None:
    """The vehicle's day with only the orders ``kept``; None if it loses none or has none left."""
    orders = _orders(route)
    if orders <= kept or not orders & kept:
        return None
    trips = []
    for duty in route.duties:
        for trip in duty.trips:
            stops = [
                HandStop(
                    kind="pickup" if stop.kind == "pickup" else "delivery",
                    orders=[order for order in stop.orders if order in kept],
                )
                for stop in trip.stops
                if stop.kind in {"pickup", "delivery"} and any(o in kept for o in stop.orders)
            ]
            depot = next(stop.place for stop in trip.stops if stop.kind == "depot")
            trips.append(HandTrip(stops=stops, depot=depot))
    return HandDay(vehicle=route.vehicle, trips=[trip for trip in trips if trip.stops])
