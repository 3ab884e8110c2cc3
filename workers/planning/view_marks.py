"""Marks on a plan's view: what is locked, what is waived and why, what is broken where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from models.language import N_, Words
from models.language import gettext as _
from workers.planning.edit_words import some_orders
from workers.planning.names import Names
from workers.planning.view_route import Context
from workers.planning.violations import grouped

View = dict[str, Any]

LOCKS = Words(
    {
        "vehicle": N_("%(orders)s 固定在 %(vehicle)s"),
        "not_vehicle": N_("%(orders)s 不排 %(vehicle)s"),
        "sequence": N_("%(orders)s 顺序固定"),
        "start_time": N_("%(orders)s 开始时刻固定"),
        "frozen_prefix": N_("%(vehicle)s 整车固定（%(count)s 单）"),
        "charge": N_("%(vehicle)s 充电固定"),
    }
)


def mark(context: Context, routes: list[View], verdict: Mapping[str, Any] | None) -> View:
    """Put the marks on routes, trips and stops; the verdict in words is returned."""
    _lock(context, routes)
    orders = frozenset(context.orders)
    kept = verdict or {}
    broken = grouped(kept.get("violations", ()), context.names, orders)
    waived = grouped(kept.get("waived", ()), context.names, orders)
    answers = {(w.rule, w.subject): w for w in context.problem.waivers}
    for line in waived:
        waiver = answers.get((line["rule"], line["subject"])) or next(
            (w for w in context.problem.waivers if w.rule == line["rule"]), None
        )
        line["reason"] = waiver.reason if waiver else ""
        line["who"] = context.names.of(waiver.who) if waiver else ""
    spots = _Spots(routes)
    for line in (*broken, *waived):
        spots.find(line)
    for route in routes:
        route["waivers"] = []
        for stop in _stops(route):
            stop["waivers"] = []
    for line in waived:
        text = waived_text(line)
        spots.owner(line)["waivers"].append(text)
    return {"verdict": kept.get("verdict", ""), "violations": broken, "waived": waived}


def waived_text(line: Mapping[str, Any]) -> str:
    """``放行：HF-12 不在收货时段 12 分钟（原因：门店同意，张三）``."""
    because = _("，").join(part for part in (line["reason"], line["who"]) if part)
    what = f"{line['subject_label']} {line['text']}"
    return _("放行：%(what)s（原因：%(because)s）", what=what, because=because)


def _stops(route: View) -> Iterator[View]:
    for trip in route["trips"]:
        yield from trip["stops"]


class _Spots:
    """Where in the view a violation is."""

    def __init__(self, routes: list[View]) -> None:
        self._routes = {route["vehicle"]: route for route in routes}
        self._aside: View = {"waivers": []}

    def find(self, line: View) -> None:
        """Write beside a violation its route's letter-number, its trip's and its stop's number."""
        route = self._routes.get(line["route"] or "")
        trip, stop = self._at(line)
        line["key"] = route["key"] if route else ""
        line["trip"] = trip["n"] if trip else None
        line["n"] = stop["n"] if stop else None
        line["place"] = stop["name"] if stop else ""

    def owner(self, line: View) -> View:
        """What carries the mark: the order's stop, else the route."""
        route = self._routes.get(line["route"] or "")
        _trip, stop = self._at(line)
        if stop is not None and stop["n"] and line["subject"] != line["route"]:
            return stop
        return route or self._aside

    def _at(self, line: View) -> tuple[View | None, View | None]:
        route = self._routes.get(line["route"] or "")
        if route is None or not line["stop"]:
            return None, None
        turn, trip, stop = (int(part[1:]) for part in line["stop"].split("."))
        for one in route["trips"]:
            if one["at"] == [turn, trip]:
                return one, next((s for s in one["stops"] if stop in s["raw"]), None)
        return None, None


def _lock(context: Context, routes: list[View]) -> None:
    """Say of each stop, trip and route what of it is locked."""
    placed: set[str] = set()
    timed: set[str] = set()
    whole: set[str] = set()
    runs: list[set[str]] = []
    for lock in context.problem.locks:
        if lock.kind in {"vehicle", "sequence", "frozen_prefix"}:
            placed.update(lock.orders)
        if lock.kind == "start_time":
            timed.update(lock.orders)
        if lock.kind == "frozen_prefix" and lock.vehicle:
            whole.add(lock.vehicle)
        if lock.kind == "sequence":
            runs.append(set(lock.orders))
    for route in routes:
        route["locked"] = route["vehicle"] in whole
        for trip in route["trips"]:
            for stop in trip["stops"]:
                mine = {line["id"] for line in stop["orders"]}
                stop["locked"] = bool(mine & placed)
                stop["start_locked"] = bool(mine & timed)
            down = {
                line["id"]
                for stop in trip["stops"]
                for line in stop["orders"]
                if line["action"] == "delivery"
            }
            trip["locked"] = bool(down) and any(down <= run for run in runs)


def locks_text(names: Names, lock: Mapping[str, Any]) -> str:
    """A lock in words."""
    many = len(lock.get("orders", ()))
    orders = some_orders(lock.get("orders", ()), names)
    vehicle = names.of(lock.get("vehicle"))
    return LOCKS[str(lock["kind"])] % {"orders": orders, "vehicle": vehicle, "count": many}
