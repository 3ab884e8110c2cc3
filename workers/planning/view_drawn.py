"""The part of a plan's view that its page draws: a tenth of it, as bytes ready to be sent.

The page lists, maps and charts; what stands in single orders is on the sheets that it links to.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from typing import Any

from models.language import gettext as _

View = dict[str, Any]

ROUTE = (
    "vehicle",
    "key",
    "colour",
    "plate",
    "type",
    "drivers",
    "electric",
    "reserve",
    "payload_g",
    "stops",
    "orders",
    "weight_g",
    "metres",
    "wh",
    "cost_fen",
    "load_permille",
    "soc_start",
    "soc_back",
    "start",
    "end",
    "start_text",
    "end_text",
    "night",
    "day",
    "spans",
    "profile",
    "locked",
    "waivers",
)
TRIP = (
    "n",
    "depot",
    "driver",
    "night",
    "depart",
    "back",
    "depart_text",
    "back_text",
    "load_permille",
    "locked",
)
STOP = (
    "n",
    "kind",
    "name",
    "at",
    "bay_name",
    "connector",
    "arrive",
    "depart",
    "arrive_text",
    "depart_text",
    "soc_in",
    "soc_out",
    "night",
    "parts",
    "locked",
    "start_locked",
    "waivers",
)
LEG = ("depart", "night")


@dataclass(frozen=True, slots=True)
class Drawn:
    """JSON in UTF-8, gzipped."""

    packed: bytes

    def plain(self) -> bytes:
        """The same, for whoever does not take gzip."""
        return gzip.decompress(self.packed)


def drawn(view: View) -> Drawn:
    """What the page draws of ``view``."""
    lean = {**view, "routes": [lean_route(route) for route in view["routes"]]}
    text = json.dumps(lean, ensure_ascii=False, separators=(",", ":"))
    return Drawn(gzip.compress(text.encode(), compresslevel=6, mtime=0))


def _only(row: View, names: tuple[str, ...]) -> View:
    return {name: row[name] for name in names}


def lean_route(route: View) -> View:
    """What the page draws of a route."""
    trips = [
        _only(trip, TRIP) | {"stops": [_stop(stop) for stop in trip["stops"]]}
        for trip in route["trips"]
    ]
    return _only(route, ROUTE) | {"trips": trips}


def _stop(stop: View) -> View:
    windows = dict.fromkeys(order["window_text"] for order in stop["orders"])
    return _only(stop, STOP) | {
        "leg": _only(stop["leg"], LEG) if stop["leg"] else None,
        "orders": len(stop["orders"]),
        "references": [order["reference"] for order in stop["orders"]],
        "windows": _("，").join(windows),
    }
