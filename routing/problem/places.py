"""Where vehicles stand: places, depots, unloading bays."""

from __future__ import annotations

from typing import Literal

from routing.problem.base import Count, Id, Interval, Positive, Record

PlaceKind = Literal[
    "hub", "distribution_centre", "depot", "end_station", "store", "charging", "bay", "rest"
]


class Place(Record, frozen=True, kw_only=True):
    """A point that travel knows. WGS-84 degrees, longitude first.

    ``fixed_s`` is paid once per visit that stands in the place's own yard (no bay).
    ``yard``: whether a vehicle may be served in the place's own yard at all.
    ``rest``: whether a driver may take the lawful rest here.
    ``yard_max_*``: the largest vehicle the yard and its approach take (0 = no limit); it binds
    every stop at the place without a bay. Lawful rest is possible at a place with ``rest``, at a
    depot, at a charging site's place, and in a bay; elsewhere waiting does not count as rest.
    """

    id: Id
    kind: PlaceKind
    lon: float
    lat: float
    fixed_s: Count = 0
    yard: bool = True
    rest: bool = False
    yard_max_length_mm: Count = 0
    yard_max_height_mm: Count = 0
    yard_max_mass_g: Count = 0


class Depot(Record, frozen=True, kw_only=True):
    """A place where trips begin and end. Loading: ``fixed_s`` + Σ units · ``order.load_unit_s``.

    A trip's loading begins and ends within one of ``hours`` (rule ``time_window``); a vehicle may
    return at any time, and goods may be taken in at any time their windows allow.
    """

    place: Id
    hours: list[Interval]
    fixed_s: Count = 0


class Bay(Record, frozen=True, kw_only=True):
    """A kerbside bay or yard bay with ``spaces`` places; the vehicle stands at ``place``.

    A visit claims one space for [arrive - buffer_before_s, depart + buffer_after_s); the stay
    itself lies within one of ``hours`` and is at most ``longest_stay_s``. Limits of 0 do not bind.
    A visit here is a run of consecutive stops of one trip with the same place and bay.
    ``fixed_s`` is paid once per visit.
    """

    id: Id
    place: Id
    spaces: Positive
    hours: list[Interval]
    longest_stay_s: Count = 0
    max_length_mm: Count = 0
    max_mass_g: Count = 0
    buffer_before_s: Count = 0
    buffer_after_s: Count = 0
    fixed_s: Count = 0
