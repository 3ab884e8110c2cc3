"""How long a driver has driven without rest at each stop of a plan, as the phone shows it.

The checker proves the rule (``routing.checker.rest``); this only reads the plan aloud.
"""

from __future__ import annotations

from routing.plan import PlanRoute, Stop
from routing.problem import Problem

RESTING = frozenset({"depot", "hub", "distribution_centre", "charging", "bay", "rest"})
"""Kinds of place where waiting is rest."""


def driven_to(problem: Problem, route: PlanRoute) -> list[int]:
    """Seconds of driving since the last rest, at the arrival at every stop of the plan's route."""
    kinds = {place.id: place.rest or place.kind in RESTING for place in problem.places}
    attended = {site.place for site in problem.chargers if site.attended}
    duties = {duty.id: duty for duty in problem.duties}
    out: list[int] = []
    for turn in route.duties:
        driven = idle = 0
        enough = duties[turn.duty].rest_s
        for stop in (stop for trip in turn.trips for stop in trip.stops):
            if stop.leg is not None:
                idle = 0
                driven += stop.leg.seconds
            out.append(driven)
            before, after = _idle(stop, attended) if kinds[stop.place] else (0, 0)
            whole = stop.depart - stop.arrive
            if idle + before >= enough or after >= enough:
                driven = 0
            idle = idle + whole if before == whole else after
    return out


def _idle(stop: Stop, attended: set[str]) -> tuple[int, int]:
    """Unbroken idle time from the arrival, and to the departure."""
    if stop.kind in {"rest", "wait"}:
        return stop.depart - stop.arrive, stop.depart - stop.arrive
    if stop.kind in {"charge", "swap"} and stop.place not in attended:
        return stop.depart - stop.arrive, stop.depart - stop.arrive
    return stop.start - stop.arrive, 0
