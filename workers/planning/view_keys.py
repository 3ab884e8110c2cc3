"""The letter-number of each route: its depot's letter, a number; the same wherever it is shown.

A plan changed by hand keeps the letter-numbers of the plan it came from: they stand in its names,
beside the vehicle's label.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from workers.planning.view_route import Context, depot_letters

View = dict[str, Any]
COLOURS = 8


def give_keys(context: Context, routes: list[View]) -> None:
    """Number the routes by depot and start, those kept from before first, and put them in order."""
    letters = depot_letters(context)
    names = context.names
    kept = {r["vehicle"]: names.more(r["vehicle"], "key") for r in routes}
    taken = {names.more(v.id, "key") for v in context.problem.vehicles}
    numbers: dict[str, int] = {}
    routes.sort(key=lambda r: (letters.get(r["home"], "Z"), r["start"], r["plate"]))
    for route in routes:
        letter = letters.get(route["home"], "Z")
        key = kept[route["vehicle"]]
        while not key:
            numbers[letter] = numbers.get(letter, 0) + 1
            free = f"{letter}{numbers[letter]}"
            key = "" if free in taken else free
        route["key"] = key
    routes.sort(key=lambda r: order_of(r["key"]))
    for position, route in enumerate(routes):
        told = names.more(route["vehicle"], "colour")
        route["colour"] = int(told) if told else position % COLOURS


def order_of(key: str) -> tuple[str, int]:
    """By letter, then by number."""
    letter = key.rstrip("0123456789")
    return letter, int(key[len(letter) :] or 0)


def with_keys(names: Mapping[str, Any], routes: Iterable[View]) -> dict[str, Any]:
    """Names that hold the letter-numbers of ``routes``."""
    out = dict(names)
    for route in routes:
        label = out.get(route["vehicle"])
        known = dict(label) if isinstance(label, Mapping) else {"label": label or route["plate"]}
        known |= {"key": route["key"], "colour": str(route["colour"])}
        out[route["vehicle"]] = known
    return out
