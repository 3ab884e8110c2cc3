"""Legs whose straight line crosses a zone that binds the vehicle then.

Without roads a leg is judged by its ends; what its line crosses is not verified, so it is listed
for the dispatcher to look at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from shapely import LineString, MultiPolygon, Point, Polygon
from shapely.prepared import PreparedGeometry, prep

from routing.plan import Plan, PlanRoute, Stop
from routing.problem import AccessRule, Zone
from routing.travel.access import binds, permit_spans
from routing.travel.calendar import Days, minus
from workers.planning.view_known import Known
from workers.planning.view_map import hours_text
from workers.planning.view_route import Context

View = dict[str, Any]
Spans = Sequence[tuple[int, int]]
Binding = tuple[AccessRule, Spans]
Shapes = dict[str, "PreparedGeometry[MultiPolygon]"]
MOVING = frozenset({"no_driving", "pass_needed"})


def zone_shape(zone: Zone) -> MultiPolygon:
    """The zone's area as a shape."""
    return MultiPolygon([Polygon(rings[0], rings[1:]) for rings in zone.polygons if rings])


def crossings(context: Context, plan: Plan, routes: list[View], known: Known) -> list[View]:
    """The legs with trip, zone, rule and times; those with an end inside are not among them."""
    days = Days(context.problem.horizon)
    keys = {route["vehicle"]: route["key"] for route in routes}
    ready: list[Shapes] = []

    def of_day(route: PlanRoute) -> list[View]:
        if not ready:
            ready.append({z.id: prep(zone_shape(z)) for z in context.problem.zones if z.polygons})
        shapes = ready[0]
        binding = list(_binding(context, days, route.vehicle, shapes))
        return [
            {"trip": trip, **_row(context, rule, came, stop)}
            for trip, came, stop in (_legs(route) if binding else ())
            for rule, spans in binding
            if _crosses(context, shapes[rule.zone], came, stop, spans)
        ]

    rows: list[View] = []
    for route in plan.routes:
        whose = {
            "key": keys[route.vehicle],
            "vehicle": route.vehicle,
            "plate": context.names.of(route.vehicle),
        }
        found = known.get("crossings", route, of_day)
        rows += [{**whose, **row} for row in found]
    rows.sort(key=lambda row: (row["key"], row["trip"], row["depart_text"]))
    return rows


def _binding(context: Context, days: Days, vehicle_id: str, shapes: Shapes) -> Iterator[Binding]:
    """Rules about moving that bind the vehicle, with when they do once its passes are taken off."""
    problem = context.problem
    vehicle = context.vehicles[vehicle_id]
    kind = context.types[vehicle.type]
    for rule in problem.rules:
        if rule.effect not in MOVING or rule.zone not in shapes:
            continue
        spans = binds(problem, days, rule, vehicle, kind)
        for permit in problem.permits:
            if vehicle.id in permit.vehicles and rule.id in permit.rules:
                spans = minus(spans, permit_spans(days, permit))
        if spans:
            yield rule, spans


def _legs(route: PlanRoute) -> Iterator[tuple[int, str, Stop]]:
    """(number of the trip, place before, stop) of every leg of the day."""
    before: str | None = None
    trips = (trip for duty in route.duties for trip in duty.trips)
    for number, trip in enumerate(trips, start=1):
        for stop in trip.stops:
            if stop.leg is not None and before is not None:
                yield number, before, stop
            before = stop.place


def _leaves(stop: Stop) -> int:
    return stop.arrive - (stop.leg.seconds if stop.leg else 0)


def _crosses(
    context: Context,
    shape: PreparedGeometry[MultiPolygon],
    came: str,
    stop: Stop,
    spans: Spans,
) -> bool:
    """Whether the line lies across the zone, both ends outside, while the rule is in force."""
    if not any(start < stop.arrive and _leaves(stop) < end for start, end in spans):
        return False
    ends = [Point(context.places[p].lon, context.places[p].lat) for p in (came, stop.place)]
    return shape.intersects(LineString(ends)) and not any(shape.covers(end) for end in ends)


def _row(context: Context, rule: AccessRule, came: str, stop: Stop) -> View:
    return {
        "from": context.names.of(came),
        "to": context.names.of(stop.place),
        "depart_text": context.clock.text(_leaves(stop)),
        "arrive_text": context.clock.text(stop.arrive),
        "zone": context.names.of(rule.zone),
        "rule": context.names.of(rule.id),
        "hours": hours_text(rule.when),
    }
