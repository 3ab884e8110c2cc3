"""Plans and their days as a hand would write them down."""

from __future__ import annotations

from functools import cache

from routing.edits import HandDay, HandStop, HandTrip
from routing.engines.ortools import solve
from routing.plan import Plan
from routing.problem import Problem
from tests.routing.engine.random_problems import random_problem


@cache
def planned(seed: int, orders: int = 24, vehicles: int = 5) -> tuple[Problem, Plan]:
    """A random day and a plan of it."""
    problem = random_problem(seed, orders, vehicles)
    return problem, solve(problem, time_limit_s=60, iterations=30, seed=seed)


def by_hand(plan: Plan) -> list[HandDay]:
    """The plan's days without any time."""
    return [
        HandDay(
            vehicle=route.vehicle,
            trips=[
                HandTrip(
                    stops=[
                        HandStop(kind=stop.kind, orders=list(stop.orders))
                        for stop in trip.stops
                        if stop.kind in {"pickup", "delivery"}
                    ]
                )
                for duty in route.duties
                for trip in duty.trips
            ],
        )
        for route in plan.routes
    ]


def sequence(plan: Plan) -> dict[str, list[list[tuple[str, str]]]]:
    """By vehicle and trip: every pickup and delivery on the way, in order."""
    return {
        route.vehicle: [
            [
                (stop.kind, order)
                for stop in trip.stops
                if stop.kind in {"pickup", "delivery"}
                for order in stop.orders
            ]
            for duty in route.duties
            for trip in duty.trips
        ]
        for route in plan.routes
    }


def on_vehicle(plan: Plan, vehicle: str) -> list[str]:
    """Orders on a vehicle, in order of service."""
    trips = sequence(plan).get(vehicle, [])
    return list(dict.fromkeys(order for trip in trips for _, order in trip))
