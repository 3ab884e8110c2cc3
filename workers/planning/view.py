"""The plan as people see it: one plain model from which page, sheets, text and exports are made.

``build_view`` turns a stored plan, its problem, its names and the checker's verdict into dicts
and lists that JSON carries. Times are seconds after the horizon's start with their text beside
them (``arrive`` and ``arrive_text``), charges in permille of the battery, money in fen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.language import gettext as _
from routing.plan import Plan, Reason
from routing.problem import Problem
from workers.planning.clock import Clock
from workers.planning.names import Names
from workers.planning.snapshot.orders import shut_out
from workers.planning.view_crossings import crossings
from workers.planning.view_keys import give_keys
from workers.planning.view_known import Known, copied
from workers.planning.view_map import map_layers, zones_view
from workers.planning.view_marks import mark
from workers.planning.view_remedy import remedy_view
from workers.planning.view_route import Context, depot_letters, route_view, type_text
from workers.planning.words import TIERS, detail_text, needs_text, reason_text

View = dict[str, Any]


def build_view(
    problem: Problem,
    plan: Plan | None,
    names: Mapping[str, Any],
    verdict: Mapping[str, Any] | None = None,
) -> View:
    """The view of ``plan`` (None while there is none: places, zones and orders only).

    Raises:
        KeyError: the plan names an id that the problem does not have.
    """
    context = Context(problem, Names(names), Clock(problem.horizon))
    view = _day(context, plan, verdict, Known())
    return view | {
        "service_date": context.clock.service_date.isoformat(),
        "fleet": _fleet(context),
        "zones": zones_view(context),
        "map": map_layers(context, view["routes"]),
        "made_by": _made_by(plan),
        "network": problem.travel.__class__.__name__ == "NetworkTravel",
    }


def day_view(
    problem: Problem,
    plan: Plan,
    names: Mapping[str, Any],
    verdict: Mapping[str, Any] | None,
    known: Known,
) -> View:
    """Of the view of ``plan`` what a change by hand can change, and the horizon.

    ``known``: days drawn before of the same orders, vehicles and names, which are not drawn again.

    Raises:
        KeyError: the plan names an id that the problem does not have.
    """
    return _day(Context(problem, Names(names), Clock(problem.horizon)), plan, verdict, known)


def _day(
    context: Context, plan: Plan | None, verdict: Mapping[str, Any] | None, known: Known
) -> View:
    clock = context.clock
    routes = _routes(context, plan, known) if plan else []
    findings = mark(context, routes, verdict)
    return {
        "horizon": {
            "start": clock.start.isoformat(),
            "length": clock.length,
            "tz": context.problem.horizon.tz,
            "nights": clock.nights(),
            "offset_s": int((clock.at(0).utcoffset() or clock.at(0) - clock.at(0)).total_seconds()),
        },
        "totals": _totals(context, plan, routes),
        "routes": routes,
        "unassigned": _unassigned(context, plan, known) if plan else [],
        "crossings": crossings(context, plan, routes, known) if plan else [],
        "verdict": findings,
    }


def _routes(context: Context, plan: Plan, known: Known) -> list[View]:
    made = [
        copied(known.get("route", route, lambda one: route_view(context, one)))
        for route in plan.routes
    ]
    give_keys(context, made)
    return made


def _fleet(context: Context) -> list[View]:
    """Every vehicle that the day has, for whoever gives it something to do."""
    letters = depot_letters(context)
    return [
        {
            "vehicle": vehicle.id,
            "plate": context.names.of(vehicle.id),
            "type": type_text(context, vehicle.type),
            "letter": letters.get(vehicle.home, "Z"),
        }
        for vehicle in context.problem.vehicles
    ]


def _made_by(plan: Plan | None) -> View:
    if plan is None:
        return {}
    made = plan.made_by
    return {
        "engine": made.engine,
        "version": made.version,
        "seed": made.seed,
        "threads": made.threads,
        "iterations": made.iterations,
        "seconds": round(plan.run.seconds, 1),
    }


def _unassigned(context: Context, plan: Plan, known: Known) -> list[View]:
    ranks = {"no_room": 0, "not_worth_it": 1, "impossible": 2}
    rows = [
        dict(known.get("left_out", out, lambda one: _left_out(context, one)))
        for out in plan.unassigned
    ]
    rows.sort(key=lambda row: (ranks[row["tier"]], -row["weight_g"], row["reference"]))
    for number, row in enumerate(rows, start=1):
        row["n"] = number
    return rows


def _left_out(context: Context, out: Any) -> View:
    order = context.orders[out.order]
    names = context.names
    end = order.delivery[0]
    place = context.places[end.place]
    by_rule: dict[str, list[View]] = {}
    for reason in out.reasons:
        by_rule.setdefault(reason.code, []).append(_reason_row(reason, names))
    reasons = [
        {"code": code, "text": reason_text(code), "rows": rows} for code, rows in by_rule.items()
    ]
    if shut_out(order):
        reasons = [{"code": "not_receiving", "text": _("网点当日不收货"), "rows": []}]
    return {
        "order": order.id,
        "reference": names.of(order.id),
        "shipper": names.of(order.shipper),
        "from": names.of(order.pickup[0].place),
        "to": names.of(end.place),
        "at": [place.lon, place.lat],
        "temperature": context.temperature(order.temperature),
        "units": order.units,
        "unit": context.unit(order.id),
        "weight_g": order.weight_g,
        "needs": needs_text(order.needs),
        "window_text": context.windows_text(end.windows),
        "tier": out.tier,
        "tier_text": TIERS[out.tier],
        "proven": out.tier == "impossible",
        "reasons": reasons,
        "remedy": remedy_view(context, out),
    }


def _reason_row(reason: Reason, names: Names) -> View:
    """One vehicle with its figures, or in words for how many vehicles the reason stands."""
    if reason.vehicle is None:
        return {"vehicle": "", "text": detail_text(reason.detail, names)}
    label = names.of(reason.vehicle)
    figures = {key: value for key, value in reason.detail.items() if key != "vehicles"}
    text = detail_text(figures, names)
    many = int(reason.detail.get("vehicles", 1))
    if many == 1:
        return {"vehicle": label, "text": text}
    said = _("%(label)s 等 %(many)s 辆车", label=label, many=many)
    return {"vehicle": "", "text": _("，").join(part for part in (said, text) if part)}


def _share(part: int, whole: int) -> int | None:
    return round(1000 * part / whole) if whole else None


def _parts(context: Context) -> int:
    """How many more orders there are to plan than were placed: parts of those split by size."""
    placed = {order.id.split("#", 1)[0] for order in context.problem.orders}
    return len(context.problem.orders) - len(placed)


def _totals(context: Context, plan: Plan | None, routes: list[View]) -> View:
    served = [o for r in routes for o in r["order_ids"]]
    joint = sum(t["orders"] for r in routes for t in r["trips"] if len(t["shippers"]) > 1)
    load = sum(t["load_g"] for r in routes for t in r["trips"])
    room = sum(r["payload_g"] for r in routes for t in r["trips"] if t["load_g"])
    cost = plan.objective if plan else None
    night = sum(r["night_orders"] for r in routes)
    metres = sum(r["metres"] for r in routes)
    electric_metres = sum(r["metres"] for r in routes if r["electric"])
    wh = sum(r["wh"] for r in routes if r["electric"])
    return {
        "orders": len(context.problem.orders),
        "parts": _parts(context),
        "served": len(served),
        "unassigned": len(plan.unassigned) if plan else 0,
        "vehicles": len(routes),
        "fleet": len(context.problem.vehicles),
        "trips": sum(len(r["trips"]) for r in routes),
        "stops": sum(r["stops"] for r in routes),
        "charges": sum(r["charges"] for r in routes),
        "metres": metres,
        "seconds": sum(r["duty_s"] for r in routes),
        "wh": wh,
        "wh_fuel": sum(r["wh"] for r in routes if not r["electric"]),
        "wh_per_100km": round(wh * 100_000 / electric_metres) if electric_metres else None,
        "co2e_g": sum(r["co2e_g"] for r in routes),
        "cost_fen": cost.total if cost else 0,
        "costs": {
            name: getattr(cost, name)
            for name in ("fixed", "distance", "time", "energy", "lateness", "extra", "prizes")
        }
        if cost
        else {},
        "cost_per_order_fen": round(cost.total / len(served)) if cost and served else None,
        "load_permille": _share(load, room),
        "joint": joint,
        "joint_permille": _share(joint, len(served)),
        "night": night,
        "night_permille": _share(night, len(served)),
    }
