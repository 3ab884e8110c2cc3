"""What differs between two views of one day: for the eye, and for a page that draws it anew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workers.planning.view_drawn import lean_route

View = dict[str, Any]

FACTS = ("stops", "orders", "metres", "cost_fen", "load_permille", "start_text", "end_text")


def changes(before: View, after: View) -> list[View]:
    """Vehicles whose day differs: its figures before and after (None: no route), stop by stop."""
    old = {route["vehicle"]: route for route in before["routes"]}
    new = {route["vehicle"]: route for route in after["routes"]}
    return [
        {
            "vehicle": vehicle,
            "key": (new.get(vehicle) or old[vehicle])["key"],
            "plate": (new.get(vehicle) or old[vehicle])["plate"],
            "before": _facts(old.get(vehicle)),
            "after": _facts(new.get(vehicle)),
            "was": _arrivals(old.get(vehicle)),
            "way": _way(old.get(vehicle)),
        }
        for vehicle in _touched(old, new)
    ]


def _touched(old: dict[str, View], new: dict[str, View]) -> Iterator[str]:
    for vehicle in dict.fromkeys([*new, *old]):
        if not same(old.get(vehicle), new.get(vehicle)):
            yield vehicle


def same(one: View | None, other: View | None) -> bool:
    """Whether a vehicle's day is the same; locks and waivers are no part of the day."""
    if one is None or other is None:
        return one is other
    return bool(_day(one) == _day(other))


def _day(route: View) -> Any:
    stops = [(stop["parts"], stop["arrive"], stop["depart"]) for stop in _stops(route)]
    return route["cost_fen"], route["drivers"], stops


def _stops(route: View) -> Iterator[View]:
    for trip in route["trips"]:
        yield from trip["stops"]


def _facts(route: View | None) -> View | None:
    return None if route is None else {name: route[name] for name in FACTS}


def _arrivals(route: View | None) -> dict[str, str]:
    """When each order was to be served: its arrival's text by order."""
    if route is None:
        return {}
    return {line["id"]: stop["arrive_text"] for stop in _stops(route) for line in stop["orders"]}


def _way(route: View | None) -> list[list[float]]:
    """The points it went by, to be drawn pale."""
    return [] if route is None else [stop["at"] for stop in _stops(route)]


def news(before: View, after: View) -> View:
    """What a page that shows ``before`` needs in order to show ``after``."""
    old = {route["vehicle"]: route for route in before["routes"]}
    new = [r for r in after["routes"] if not _alike(old.get(r["vehicle"]), r)]
    out: View = {
        "totals": after["totals"],
        "verdict": after["verdict"],
        "routes": [lean_route(route) for route in new],
        "vehicles": [route["vehicle"] for route in after["routes"]],
        "crossings": after["crossings"],
    }
    if before["unassigned"] != after["unassigned"]:
        out["unassigned"] = after["unassigned"]
    return out


def _alike(one: View | None, other: View) -> bool:
    """Whether the page draws both the same."""
    if one is None:
        return False
    # most days are the same to the last figure: that is told sooner than what is drawn of them
    return one == other or lean_route(one) == lean_route(other)
