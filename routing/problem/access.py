"""Zones, access rules, permits, and the calendar they go by."""

from __future__ import annotations

from typing import Literal

from routing.problem.base import Count, Id, Record

Effect = Literal["no_driving", "no_stopping", "no_parking", "pass_needed", "quiet_only"]


class Calendar(Record, frozen=True, kw_only=True):
    """What the dates of the horizon are: public holidays, working weekends, alert levels."""

    holidays: list[str] = []
    working_days: list[str] = []
    alerts: dict[str, int] = {}


class Zone(Record, frozen=True, kw_only=True):
    """A polygon (rings of lon, lat; first ring outer, others holes) or named road sections.

    A point on the border is inside (also on a hole's border), decided exactly on the float64
    values. ``sections`` are arc ids of the network with direction.
    """

    id: Id
    polygons: list[list[list[tuple[float, float]]]] = []
    sections: list[str] = []


class DailyHours(Record, frozen=True, kw_only=True):
    """Seconds after local midnight; ``end`` <= ``start`` runs past midnight.

    The part after midnight belongs to the calendar date on which it falls: a rule dated or
    limited by weekday is asked for each instant's own date.
    """

    start: Count
    end: Count


class TailNumbers(Record, frozen=True, kw_only=True):
    """Plate tails barred by ISO weekday ("1".."7") or by date ("2026-11-24")."""

    by_weekday: dict[str, list[int]] = {}
    by_date: dict[str, list[int]] = {}


class When(Record, frozen=True, kw_only=True):
    """When a rule is in force. Empty lists do not limit.

    ``weekdays`` ISO 1..7 of the instant's local date. ``holidays``: ``any`` = as other days,
    ``never`` = not on holidays, ``only`` = only on them; a working weekend day counts as Monday
    to Friday where ``weekdays`` is the working week. ``alert_from``: only on dates whose alert
    level is at least this (0 = always).
    """

    date_from: str | None = None
    date_to: str | None = None
    weekdays: list[int] = []
    holidays: Literal["any", "never", "only"] = "any"
    hours: list[DailyHours] = []
    alert_from: Count = 0


class Who(Record, frozen=True, kw_only=True):
    """Which vehicles: every field given must hold. Empty lists and zeros do not limit.

    ``stage_at_most`` means an ``emission_stage`` from 1 to this; ``mass_over_g`` and
    ``length_over_mm`` the type's gross mass and length, strictly more; ``types`` type ids.
    ``tails`` holds on dates on which the vehicle's plate tail is barred, never without a tail.
    """

    plate_kinds: list[str] = []
    energy: list[str] = []
    stage_at_most: Count = 0
    types: list[str] = []
    mass_over_g: Count = 0
    length_over_mm: Count = 0
    body: list[str] = []
    use: list[str] = []
    local: bool | None = None
    tails: TailNumbers | None = None


class AccessRule(Record, frozen=True, kw_only=True):
    """A ban or duty in a zone: binds vehicles that match any of ``who`` and none of ``exempt``.

    ``no_driving`` and ``pass_needed`` bind entering an arc or moving on it; ``no_stopping`` binds
    the whole stay; ``no_parking`` binds rest and wait stops; ``quiet_only`` asks for the
    capability ``quiet`` of whoever moves or unloads. A permit lifts ``pass_needed`` and
    ``no_driving``, and only the rules that it names. An empty ``who`` binds nobody.

    Without roads a leg is judged by its ends. With the rule in force in [s, e) (less what permits
    lift), departure d and arrival a: both ends in the zone: [d, a) must not meet [s, e); only the
    arrival: not s < a <= e; only the departure: not s <= d < e; neither: nothing.
    ``quiet_only`` also binds service [start, start + service time) at stops inside.
    """

    id: Id
    zone: Id
    effect: Effect
    who: list[Who]
    exempt: list[Who] = []
    when: When


class Permit(Record, frozen=True, kw_only=True):
    """A pass for named vehicles: lifts ``rules``, in its hours, on its dates (inclusive).

    ``trips_per_day``: entries from outside per vehicle and calendar date of entry (0 = any number).
    A leg that enters while a rule it lifts would bind is one entry; it counts against the first
    permit in the list that covers it and has entries left, or against none where a permit without
    a limit covers it. ``hours`` and dates are asked for each instant's own local date.
    """

    id: Id
    vehicles: list[Id]
    rules: list[Id]
    date_from: str
    date_to: str
    hours: list[DailyHours] = []
    trips_per_day: Count = 0
