"""What the plan's map shows besides routes: places, bays, chargers, zones."""

from __future__ import annotations

from datetime import date
from typing import Any

from models.language import gettext as _
from routing.problem import AccessRule, When
from routing.travel.calendar import Days, date_holds
from workers.planning.view_route import Context, depot_letters
from workers.planning.words import EFFECTS

View = dict[str, Any]


def hours_text(when: When) -> str:
    """The hours of the day at which a rule holds."""
    if not when.hours:
        return _("全天")
    spans = []
    for span in when.hours:
        ends = span.end or 86400
        spans.append(
            f"{span.start // 3600:02d}:{span.start % 3600 // 60:02d}–"
            f"{ends // 3600:02d}:{ends % 3600 // 60:02d}"
        )
    return _("、").join(spans)


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
                        "hours": hours_text(rule.when),
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
    ordered = _ordered_places(context)
    return {
        "depots": [
            {
                "id": d.place,
                "name": names.of(d.place),
                "letter": letters[d.place],
                "at": _point(context, d.place),
            }
            for d in problem.depots
        ],
        "chargers": _stations(context, used),
        "bays": [
            {
                "id": b.id,
                "name": names.of(b.id),
                "at": _point(context, b.place),
                "spaces": b.spaces,
                "used": b.place in used,
            }
            for b in problem.bays
        ],
        "places": [
            {"id": p.id, "name": names.of(p.id), "kind": p.kind, "at": [p.lon, p.lat]}
            for p in problem.places
            if p.kind in {"store", "end_station"} and p.id in ordered
        ],
    }


def _point(context: Context, place_id: str) -> list[float]:
    place = context.places[place_id]
    return [place.lon, place.lat]


def _stations(context: Context, used: set[str]) -> list[View]:
    """Charging sites by place: how many connectors, the strongest in kW."""
    stations: dict[str, View] = {}
    for site in context.problem.chargers:
        row = stations.setdefault(
            site.place,
            {
                "id": site.id,
                "name": context.names.of(site.id),
                "at": _point(context, site.place),
                "plugs": 0,
                "kw": 0,
                "used": site.place in used,
            },
        )
        row["plugs"] += len(site.connectors)
        row["kw"] = max([row["kw"], *(c.power_w // 1000 for c in site.connectors)])
    return list(stations.values())


def _ordered_places(context: Context) -> frozenset[str]:
    """Where orders of the day begin or end."""
    return frozenset(
        end.place for order in context.problem.orders for end in (*order.pickup, *order.delivery)
    )
