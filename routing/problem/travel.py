"""Where travel times come from: data only; ``routing.travel`` answers questions about it."""

from __future__ import annotations

from routing.problem.base import Count, Id, Positive, Record


class SpeedStep(Record, frozen=True, kw_only=True):
    """From ``start`` on, ``metres_per_hour``. The steps are the profile's slices."""

    start: int
    metres_per_hour: Positive


class GreatCircleTravel(Record, frozen=True, kw_only=True, tag_field="kind", tag="great_circle"):
    """Straight line times a factor.

    metres = round(haversine on a sphere of 6,371,008.8 m · ``detour_permille`` / 1000), half up.
    Seconds: the way is driven at each slice's speed in turn and rounded up once, at its end.
    """

    detour_permille: Positive
    profiles: dict[str, list[SpeedStep]]


class TableSlice(Record, frozen=True, kw_only=True):
    """Seconds and metres by row and column of ``places`` for departures from ``start`` on."""

    start: int
    seconds: list[list[int]]
    metres: list[list[int]]


class TableTravel(Record, frozen=True, kw_only=True, tag_field="kind", tag="table"):
    """Measured tables. A departure that a later one would overtake waits (first in, first out)."""

    places: list[Id]
    profiles: dict[str, list[TableSlice]]


class NetworkTravel(Record, frozen=True, kw_only=True, tag_field="kind", tag="network"):
    """A road network kept as an artefact under its SHA-256."""

    network_sha256: str
    profiles: dict[str, list[SpeedStep]] = {}
    version: Count = 1
