"""Where travel times come from: data only; ``routing.travel`` answers questions about it."""

from __future__ import annotations

from routing.problem.base import Count, Id, Positive, Record


class SpeedStep(Record, frozen=True, kw_only=True):
    """From ``start`` on, ``metres_per_hour``. The steps are the profile's slices."""

    start: int
    metres_per_hour: Positive


class GreatCircleTravel(Record, frozen=True, kw_only=True, tag_field="kind", tag="great_circle"):
    """Straight line times a factor.

    metres = floor(d · ``detour_permille`` / 1000 + 0.5) in float64, where
    d = 2 · 6371008.8 · asin(sqrt(min(1, h))), h = sin²((lat2-lat1)/2) + cos lat1 · cos lat2 ·
    sin²((lon2-lon1)/2), latitudes turned to radians first, the difference of longitudes last.
    Seconds: the way is driven at each slice's speed in turn and rounded up once, at its end; all in
    whole numbers (metres · 3600 less metres_per_hour · seconds). Before the first step its speed
    holds.
    """

    detour_permille: Positive
    profiles: dict[str, list[SpeedStep]]


class TableSlice(Record, frozen=True, kw_only=True):
    """Seconds and metres by row and column of ``places`` for departures from ``start`` on."""

    start: int
    seconds: list[list[int]]
    metres: list[list[int]]


class TableTravel(Record, frozen=True, kw_only=True, tag_field="kind", tag="table"):
    """Measured tables. A departure that a later one would overtake waits (first in, first out).

    arrive(t) = the least u + seconds(slice of u) over u >= t; a leg's seconds are arrive(t) - t,
    its metres those of the slice that holds t. Before the first slice the first holds.
    """

    places: list[Id]
    profiles: dict[str, list[TableSlice]]


class NetworkTravel(Record, frozen=True, kw_only=True, tag_field="kind", tag="network"):
    """A road network kept as an artefact under its SHA-256."""

    network_sha256: str
    profiles: dict[str, list[SpeedStep]] = {}
    version: Count = 1
