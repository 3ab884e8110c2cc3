"""A research instance, in the units of its own file, and how it is to be read."""

from __future__ import annotations

from typing import Literal

from routing.problem.base import Record

Source = Literal["solomon", "vrplib", "schneider", "lilim"]
Variant = Literal["full", "partial"]
Aim = Literal["fleet", "distance", "time", "cost"]
Rounding = Literal["double", "dimacs"]


class Node(Record, frozen=True, kw_only=True):
    """A point of the instance under its own id; service must start in ``[ready, due]``."""

    id: str
    kind: Literal["depot", "customer", "station"]
    x: float
    y: float
    demand: float = 0.0
    ready: float = 0.0
    due: float
    service: float = 0.0


class Pair(Record, frozen=True, kw_only=True):
    """One request of a pickup-and-delivery instance: both ends on one route, pickup first."""

    pickup: str
    delivery: str


class BenchmarkInstance(Record, frozen=True, kw_only=True):
    """What all supported research formats say.

    ``nodes`` holds one depot, first, then customers and stations. ``vehicles`` is the number at
    hand, None where the format sets none. Where ``battery`` is None there are no batteries;
    otherwise a way of length d draws ``consumption`` · d and charging e takes
    ``inverse_refuel`` · e. Travel takes d / ``velocity``.
    """

    name: str
    source: Source
    nodes: list[Node]
    capacity: float
    vehicles: int | None = None
    battery: float | None = None
    consumption: float = 0.0
    inverse_refuel: float = 0.0
    velocity: float = 1.0
    pairs: list[Pair] = []


class Convention(Record, frozen=True, kw_only=True):
    """What is asked of an instance.

    ``variant``: a session must fill the battery (``full``) or need not. ``objective``: ``fleet``
    is vehicles, then distance. ``rounding``: ``dimacs`` truncates each distance to one decimal.
    """

    variant: Variant = "partial"
    objective: Aim = "fleet"
    rounding: Rounding = "double"


def default_convention(instance: BenchmarkInstance) -> Convention:
    """How the instance's community reads it: VRPLIB by DIMACS rules, the others fleet first."""
    if instance.source == "vrplib":
        return Convention(objective="distance", rounding="dimacs")
    return Convention()
