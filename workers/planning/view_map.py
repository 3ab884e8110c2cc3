"""What the plan's map shows besides routes: places, bays, chargers, zones; lines across zones."""

from __future__ import annotations

from datetime import date
from typing import Any

from shapely import LineString, MultiPolygon, Polygon
from shapely.prepared import prep

from routing.plan import Plan
from routing.problem import AccessRule, When, Zone
from routing.travel.access import binds, permit_spans
from routing.travel.calendar import Days, date_holds, minus
from workers.planning.view_route import Context, depot_letters
from workers.planning.words import EFFECTS

View = dict[str, Any]
MOVING = frozenset({"no_driving", "pass_needed"})


def _hours_text(when: When) -> str:
    if not when.hours:
        return "全天"
    spans = []
    for span in when.hours:
        ends = span.end or 86400
        spans.append(
            f"{span.start // 3600:02d}:{span.start % 3600 // 60:02d}–"
            f"{ends // 3600:02d}:{ends % 3600 // 60:02d}"
        )
    return "、".join(spans)


def rule_spans(context: Context, rule: AccessRule) -> list[list[int]]:
    """When a rule is in force within the horizon, whoever it binds."""
    days = Days(context.problem.horizon)

    def holds(day: date) -> bool:
        return date_holds(context.problem, rule.when, day)

    length = context.clock.length
    spans = days.spans(rule.when.hours, holds)
    return [[max(0, s), min(length, e)] for s, e in spans if s < length and e > 0]


def zones_view(context: Context) -> list[View]:
    """Zones with their rules, hours and the spans in which they bind somebody."""
    rows = []
    for zone in context.problem.zones:
        rules = [rule for rule in context.problem.rules if rule.zone == zone.id]
        rows.append(
            {
                "id": zone.id,
                "name": context.names.of(zone.id),
                "polygons": zone.polygons,
                "low_emission": bool(rules)
                and all(any(w.stage_at_most or w.energy for w in rule.who) for rule in rules),
                "rules": [
                    {
                        "id": rule.id,
                        "name": context.names.of(rule.id),
                        "effect": EFFECTS.get(rule.effect, rule.effect),
                        "hours": _hours_text(rule.when),
                        "spans": rule_spans(context, rule),
                    }
                    for rule in rules
                ],
            }
        )
    return rows


def map_layers(context: Context, routes: list[View]) -> View:
    """Depots, stores, stations, bays and chargers of the day, each once."""
    problem, names = context.problem, context.names
    letters = depot_letters(context)
    used = {s["place"] for r in routes for t in r["trips"] for s in t["stops"]}

    def point(place_id: str) -> list[float]:
        place = context.places[place_id]
        return [place.lon, place.lat]

    sites: dict[str, View] = {}
    for site in problem.chargers:
        row = sites.setdefault(
            site.place,
            {
                "id": site.id,
                "name": names.of(site.id),
                "at": point(site.place),
                "plugs": 0,
                "kw": 0,
            },
        )
        row["plugs"] += len(site.connectors)
        row["kw"] = max([row["kw"], *(c.power_w // 1000 for c in site.connectors)])
        row["used"] = site.place in used
    return {
        "depots": [
            {
                "id": d.place,
                "name": names.of(d.place),
                "letter": letters[d.place],
                "at": point(d.place),
            }
            for d in problem.depots
        ],
        "chargers": list(sites.values()),
        "bays": [
            {
                "id": b.id,
                "name": names.of(b.id),
                "at": point(b.place),
                "spaces": b.spaces,
                "used": b.place in used,
            }
            for b in problem.bays
        ],
        "places": [
            {"id": p.id, "name": names.of(p.id), "kind": p.kind, "at": [p.lon, p.lat]}
            for p in problem.places
            if p.kind in {"store", "end_station"} and p.id in _ordered_places(context)
        ],
    }


def _ordered_places(context: Context) -> frozenset[str]:
    known = getattr(context, "ordered_places", None)
    if known is None:
        known = frozenset(
            end.place
            for order in context.problem.orders
            for end in (*order.pickup, *order.delivery)
        )
        context.ordered_places = known  # type: ignore[attr-defined]
    return known


def zone_shape(zone: Zone) -> MultiPolygon:
    """The zone's area as a shape."""
    return MultiPolygon([Polygon(rings[0], rings[1:]) for rings in zone.polygons if rings])


def crossings(context: Context, plan: Plan, routes: list[View]) -> list[View]:
    """Legs whose straight line crosses a zone that binds the vehicle then, neither end inside.

    Without roads a leg is judged by its ends; what its line crosses is not verified, so it is
    listed for the dispatcher to look at.
    """
    problem = context.problem
    days = Days(problem.horizon)
    keys = {route["vehicle"]: route["key"] for route in routes}
    zones = {zone.id: zone_shape(zone) for zone in problem.zones if zone.polygons}
    prepared = {zone: prep(shape) for zone, shape in zones.items()}
    rows: list[View] = []
    for route in plan.routes:
        vehicle = context.vehicles[route.vehicle]
        kind = context.types[vehicle.type]
        in_force = []
        for rule in problem.rules:
            if rule.effect not in MOVING or rule.zone not in zones:
                continue
            spans = binds(problem, days, rule, vehicle, kind)
            for permit in problem.permits:
                if vehicle.id in permit.vehicles and rule.id in permit.rules:
                    spans = minus(spans, permit_spans(days, permit))
            if spans:
                in_force.append((rule, spans))
        if not in_force:
            continue
        before: str | None = None
        number = 0
        for duty in route.duties:
            for trip in duty.trips:
                number += 1
                for stop in trip.stops:
                    came, before = before, stop.place
                    if stop.leg is None or came is None:
                        continue
                    leaves = stop.arrive - stop.leg.seconds
                    line = LineString(
                        [
                            (context.places[came].lon, context.places[came].lat),
                            (context.places[stop.place].lon, context.places[stop.place].lat),
                        ]
                    )
                    for rule, spans in in_force:
                        shape = prepared[rule.zone]
                        if not any(s < stop.arrive and leaves < e for s, e in spans):
                            continue
                        ends = line.boundary.geoms
                        if not shape.intersects(line) or any(shape.covers(end) for end in ends):
                            continue
                        rows.append(
                            {
                                "key": keys[route.vehicle],
                                "vehicle": route.vehicle,
                                "plate": context.names.of(route.vehicle),
                                "trip": number,
                                "from": context.names.of(came),
                                "to": context.names.of(stop.place),
                                "depart_text": context.clock.text(leaves),
                                "arrive_text": context.clock.text(stop.arrive),
                                "zone": context.names.of(rule.zone),
                                "rule": context.names.of(rule.id),
                                "hours": _hours_text(rule.when),
                            }
                        )
    rows.sort(key=lambda row: (row["key"], row["trip"], row["depart_text"]))
    return rows
