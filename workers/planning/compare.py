"""Two plans of one day side by side: totals, orders, routes, what changed places, what is broken.

Both come as views (:mod:`workers.planning.view`), so that every figure is the one that the plans'
own pages print. A difference is the other plan's figure less the base's.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from routing.problem import Horizon
from workers.planning.clock import Clock

View = Mapping[str, Any]
Json = dict[str, Any]

MINUTES = 15
"""From which difference an arrival counts as moved, unless somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class Line:
    """A figure of the totals: by what it is divided to be shown, with how many decimals.

    ``better``: -1 less is better, 1 more is better, 0 neither. ``share``: in permille, its
    difference is in percentage points and has no percentage of its own.
    """

    name: str
    unit: str
    divide: int = 1
    decimals: int = 0
    better: int = 0
    share: bool = False
    part: bool = False


LINES = (
    Line("served", "orders", better=1),
    Line("unassigned", "orders", better=-1),
    Line("vehicles", "vehicles", better=-1),
    Line("trips", "trips", better=-1),
    Line("stops", "stops", better=-1),
    Line("metres", "km", 1000, 1, -1),
    Line("load_permille", "percent", 10, 1, 1, share=True),
    Line("joint_permille", "percent", 10, 1, 1, share=True),
    Line("night_permille", "percent", 10, 1, 0, share=True),
    Line("seconds", "h", 3600, 1, -1),
    Line("wh", "kwh", 1000, 1, -1),
    Line("co2e_g", "kg", 1000, 1, -1),
    Line("fixed", "yuan", 100, 2, -1, part=True),
    Line("distance", "yuan", 100, 2, -1, part=True),
    Line("time", "yuan", 100, 2, -1, part=True),
    Line("energy", "yuan", 100, 2, -1, part=True),
    Line("lateness", "yuan", 100, 2, -1, part=True),
    Line("extra", "yuan", 100, 2, -1, part=True),
    Line("prizes", "yuan", 100, 2, 1, part=True),
    Line("cost_fen", "yuan", 100, 2, -1),
)
"""The figures that are compared, in order. ``part``: a line of the cost, of which prizes are
taken off; one that is nothing in both plans is left out."""

COMMON = tuple(
    line
    for line in LINES
    if line.name
    in {
        "vehicles", "metres", "load_permille", "joint_permille", "night_permille", "wh", "co2e_g",
        "cost_fen",
    }
)  # fmt: skip
"""The figures that are compared on the orders that both plans serve."""


def compare(base: View, other: View, *, minutes: int = MINUTES) -> Json:
    """Everything that differs from ``base`` to ``other``."""
    before, after = placements(base), placements(other)
    both = sorted(before.keys() & after.keys())
    changed = list(_changed(before, after, both, minutes * 60))
    return {
        "minutes": minutes,
        "lines": totals(base["totals"], other["totals"]),
        "orders": {
            "both": len(both),
            "only_base": [_brief(before[o]) for o in sorted(before.keys() - after.keys())],
            "only_other": [_brief(after[o]) for o in sorted(after.keys() - before.keys())],
            "neither": len(_left(base) & _left(other)),
        },
        "changed": changed,
        "routes": _routes(base, other, before, after, changed),
        "violations": {"base": violations(base), "other": violations(other)},
    }


def totals(
    base: Mapping[str, Any], other: Mapping[str, Any], lines: Sequence[Line] = LINES
) -> list[Json]:
    """The lines of two sets of totals, with their differences."""
    rows = []
    for line in lines:
        old, new = _value(base, line), _value(other, line)
        if line.part and not old and not new:
            continue
        rows.append({"name": line.name, "base": old, "other": new, **_difference(line, old, new)})
    return rows


def _value(given: Mapping[str, Any], line: Line) -> int | None:
    value = given.get("costs", {}).get(line.name) if line.part else given.get(line.name)
    return None if value is None else int(value)


def _difference(line: Line, old: int | None, new: int | None) -> Json:
    """The difference in the line's own unit, in permille of the base, and whether it is better."""
    if old is None or new is None:
        return {"difference": None, "permille": None, "better": None}
    less = new - old
    permille = None if line.share or not old else round(1000 * less / old)
    better = None if not less or not line.better else (less > 0) == (line.better > 0)
    return {"difference": less, "permille": permille, "better": better}


def placements(view: View) -> dict[str, Json]:
    """Order to where it is delivered (or picked up, where it is delivered to the depot)."""
    found: dict[str, Json] = {}
    for route in view["routes"]:
        for trip in route["trips"]:
            rank = 0
            for stop in trip["stops"]:
                for order in stop["orders"]:
                    known = found.get(order["id"])
                    if known is not None and order["action"] != "delivery":
                        continue
                    rank += 1
                    found[order["id"]] = _place(route, trip, stop, order) | {"rank": rank}
    return found


def _place(route: View, trip: View, stop: View, order: View) -> Json:
    return {
        "order": order["id"],
        "reference": order["reference"],
        "shipper": order["shipper"],
        "to": order["store"],
        "vehicle": route["vehicle"],
        "plate": route["plate"],
        "key": route["key"],
        "trip": trip["n"],
        "driver": trip["driver"],
        "n": stop["n"],
        "arrive": stop["arrive"],
        "arrive_text": stop["arrive_text"],
    }


def _brief(place: Json) -> Json:
    names = ("order", "reference", "shipper", "to", "plate", "key", "trip", "n", "arrive_text")
    return {name: place[name] for name in names}


def _left(view: View) -> set[str]:
    return {out["order"] for out in view["unassigned"]}


def _changed(
    before: Mapping[str, Json], after: Mapping[str, Json], both: Iterable[str], later_s: int
) -> Iterator[Json]:
    """Orders that changed vehicle, trip, place in the sequence or time; the largest first."""
    out_of_turn = _out_of_turn(before, after, both)
    rows = []
    for order in both:
        old, new = before[order], after[order]
        moved = new["arrive"] - old["arrive"]
        what = []
        if old["vehicle"] != new["vehicle"]:
            what.append("vehicle")
        elif old["trip"] != new["trip"]:
            what.append("trip")
        elif order in out_of_turn:
            what.append("sequence")
        if abs(moved) > later_s:
            what.append("time")
        if what:
            rows.append(
                {
                    "order": order,
                    "reference": old["reference"],
                    "shipper": old["shipper"],
                    "to": old["to"],
                    "what": what,
                    "seconds": moved,
                    "base": _brief(old),
                    "other": _brief(new),
                }
            )
    rank = {"vehicle": 0, "trip": 1, "sequence": 2, "time": 3}
    yield from sorted(rows, key=lambda r: (rank[r["what"][0]], -abs(r["seconds"]), r["reference"]))


def _out_of_turn(
    before: Mapping[str, Json], after: Mapping[str, Json], both: Iterable[str]
) -> set[str]:
    """Orders that stay on their trip but not in their turn: the fewest that explain the change."""
    trips: dict[tuple[str, int], list[str]] = {}
    for order in both:
        old, new = before[order], after[order]
        if (old["vehicle"], old["trip"]) == (new["vehicle"], new["trip"]):
            trips.setdefault((old["vehicle"], old["trip"]), []).append(order)
    moved: set[str] = set()
    for orders in trips.values():
        orders.sort(key=lambda o: before[o]["rank"])
        kept = _longest_rising([after[o]["rank"] for o in orders])
        moved |= {order for at, order in enumerate(orders) if at not in kept}
    return moved


def _longest_rising(ranks: Sequence[int]) -> set[int]:
    """Positions of a longest rising run of ``ranks``: those that need not be called moved."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int | None] = []
    for at, rank in enumerate(ranks):
        k = bisect_left(ends, rank)
        before.append(last[k - 1] if k else None)
        if k == len(ends):
            ends.append(rank)
            last.append(at)
        else:
            ends[k], last[k] = rank, at
    kept: set[int] = set()
    at_: int | None = last[-1] if last else None
    while at_ is not None:
        kept.add(at_)
        at_ = before[at_]
    return kept


FIGURES = ("orders", "stops", "metres", "cost_fen", "load_permille")


def _routes(
    base: View,
    other: View,
    before: Mapping[str, Json],
    after: Mapping[str, Json],
    changed: Sequence[Json],
) -> list[Json]:
    """Vehicle by vehicle: what it does in each plan, which orders it gains, loses, moves about."""
    stayed = Counter(
        after[row["order"]]["vehicle"] for row in changed if "vehicle" not in row["what"]
    )
    old = {route["vehicle"]: route for route in base["routes"]}
    new = {route["vehicle"]: route for route in other["routes"]}
    had = _by_vehicle(before)
    has = _by_vehicle(after)
    rows = []
    for vehicle in [*old, *(v for v in new if v not in old)]:
        one, two = old.get(vehicle), new.get(vehicle)
        gained = has.get(vehicle, set()) - had.get(vehicle, set())
        lost = had.get(vehicle, set()) - has.get(vehicle, set())
        row: Json = {
            "vehicle": vehicle,
            "plate": (one or two or {})["plate"],
            "base": _route(one),
            "other": _route(two),
            "gained": len(gained),
            "lost": len(lost),
            "moved": stayed[vehicle],
            "how": "same",
        }
        if one is None or two is None:
            row["how"] = "added" if one is None else "dropped"
        elif (
            gained
            or lost
            or row["moved"]
            or row["base"] != row["other"] | {"key": row["base"]["key"]}
        ):
            row["how"] = "changed"
        rows.append(row)
    rank = {"added": 0, "dropped": 0, "changed": 1, "same": 2}
    rows.sort(key=lambda r: (rank[r["how"]], -(r["gained"] + r["lost"]), r["plate"]))
    return rows


def _by_vehicle(places: Mapping[str, Json]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for order, place in places.items():
        found.setdefault(place["vehicle"], set()).add(order)
    return found


def _route(route: View | None) -> Json | None:
    if route is None:
        return None
    return {
        "key": route["key"],
        "drivers": list(route["drivers"]),
        "trips": len(route["trips"]),
        "start_text": route["start_text"],
        "end_text": route["end_text"],
        **{name: route[name] for name in FIGURES},
    }


def violations(view: View) -> list[Json]:
    """What the checker found, each with the letter-number of its route for a link to it."""
    keys = {route["vehicle"]: route["key"] for route in view["routes"]}
    names = {route["vehicle"]: route["plate"] for route in view["routes"]}
    return [
        {
            "rule": row["rule"],
            "text": row.get("text", row["rule"]),
            "what": row.get("what", ""),
            "subject": row.get("subject_label", ""),
            "key": row.get("key") or keys.get(row["route"], ""),
            "plate": names.get(row["route"], ""),
            "trip": row.get("trip"),
            "n": row.get("n"),
            "place": row.get("place", ""),
            "amount": row["amount"],
            "unit": row["unit"],
        }
        for row in view["verdict"].get("violations", ())
    ]


def off_the_sheet(view: View, hand: Mapping[str, Any]) -> list[Json]:
    """Orders whose calculated arrival is far from the one a hand-made sheet gives, as texts.

    ``hand``: what the plan's job kept of the sheet (``PlanVersion.options["hand"]``).
    """
    span = view["horizon"]
    start = datetime.fromisoformat(span["start"])
    end = start + timedelta(seconds=span["length"])
    clock = Clock(Horizon(start=start.isoformat(), end=end.isoformat(), tz=span["tz"]))
    places = placements(view)
    return [
        {
            **_brief(places[order]),
            "meant_text": clock.text(meant),
            "minutes": round((found - meant) / 60),
        }
        for order, meant, found in hand.get("off", ())
        if order in places
    ]
