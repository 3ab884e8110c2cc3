"""What a hand says of a plan: days in words, edits, and the answer to them."""

from __future__ import annotations

from typing import Literal

import msgspec

from routing.checker import Violation
from routing.plan import Plan


class HandStop(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Orders served together, in this order; those that share no place become stops of their own.

    ``delivery``: taken in before on the same day, or loaded where the trip begins. ``pickup``:
    delivered later on the same day, or where the trip ends.
    """

    kind: Literal["pickup", "delivery"]
    orders: list[str]


class HandTrip(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From a depot to a depot. ``depot``: where it begins; None = where the vehicle is.

    ``driver``: who drives it; None = as the trip before. Once a trip names one, the day's own
    driver counts no more.
    """

    stops: list[HandStop]
    depot: str | None = None
    driver: str | None = None


class HandDay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One vehicle's day. ``driver`` None = the one of the base plan, else a fitting free one."""

    vehicle: str
    trips: list[HandTrip]
    driver: str | None = None


class Move(msgspec.Struct, frozen=True, kw_only=True, tag="move", forbid_unknown_fields=True):
    """Orders to a vehicle.

    ``trip`` counts the vehicle's trips from 0, the number of its trips = a new one at the end.
    ``position`` counts the trip's stops with pickups and deliveries from 0, as they are without the
    orders moved; the orders come before the stop that is there. None = where it costs least.
    """

    orders: list[str]
    vehicle: str
    trip: int | None = None
    position: int | None = None


class Remove(msgspec.Struct, frozen=True, kw_only=True, tag="remove", forbid_unknown_fields=True):
    """Orders out of the plan."""

    orders: list[str]


class Start(msgspec.Struct, frozen=True, kw_only=True, tag="start", forbid_unknown_fields=True):
    """Loading of a vehicle's trip begins at ``time`` (seconds after the horizon's start)."""

    vehicle: str
    trip: int
    time: int


class Pin(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A start set before that is to hold: loading of the vehicle's trip with ``orders``.

    The trip is the one that still holds at least half of ``orders``; without one it holds no more.
    """

    vehicle: str
    time: int
    orders: list[str]


Edit = Move | Remove | Start
"""One change by hand; JSON tells them apart by ``type``."""


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """Further edits after which the plan is clean or waived: tried and checked.

    ``cost`` is the difference in fen to the plan before any edit.
    """

    kind: Literal["position", "vehicle", "start", "remove"]
    edits: list[Edit]
    cost: int


class Edited(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to edits.

    ``touched``: vehicles whose days are new (or gone), in the order of the plan. Costs are the
    totals that the plans print, in fen. ``violations``: what no waiver covers; ``waived``: what one
    does. ``ways``: cheapest first, empty where nothing is broken.
    """

    plan: Plan
    touched: list[str]
    cost_before: int
    cost_after: int
    verdict: Literal["clean", "waived", "violated"]
    violations: list[Violation] = []
    waived: list[Violation] = []
    ways: list[Way] = []
