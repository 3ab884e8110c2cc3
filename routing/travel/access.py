"""Access profiles: vehicles with equal rights, and when each place is closed to them.

Without roads a rule is looked at where a vehicle stands: it may not leave a place inside a zone,
nor arrive at one, while the rule is in force for it (half-open, by the instant's own date).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from routing.problem import AccessRule, Permit, Problem, Vehicle, VehicleType, Who, Zone
from routing.travel.calendar import Days, Spans, date_holds, meet, minus, union

MOVING = frozenset({"no_driving", "pass_needed", "quiet_only"})
STAYING = frozenset({"no_stopping", "quiet_only"})


@dataclass(frozen=True)
class Counted:
    """A pass whose entries are counted: ``inside`` places, ``spans`` in which it is needed."""

    permit: str
    trips_per_day: int
    zones: tuple[tuple[frozenset[str], Spans], ...]


@dataclass(frozen=True)
class AccessProfile:
    """Rights of a group of vehicles. Maps hold only places that are ever closed.

    ``move``: leaving and arriving forbidden; ``stay``: standing forbidden; ``park``: resting and
    waiting forbidden; ``counted``: passes with a limited number of entries.
    """

    move: dict[str, Spans] = field(default_factory=dict)
    stay: dict[str, Spans] = field(default_factory=dict)
    park: dict[str, Spans] = field(default_factory=dict)
    counted: tuple[Counted, ...] = ()


def on_segment(point: tuple[float, float], a: tuple[float, float], b: tuple[float, float]) -> bool:
    """Whether the point lies on the segment."""
    cross = (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0])
    if abs(cross) > 1e-15:
        return False
    return min(a[0], b[0]) <= point[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= point[1] <= max(
        a[1], b[1]
    )


def in_ring(ring: list[tuple[float, float]], point: tuple[float, float]) -> tuple[bool, bool]:
    """(inside by even-odd, on the border)."""
    inside = False
    for k, b in enumerate(ring):
        a = ring[k - 1]
        if on_segment(point, a, b):
            return True, True
        if (a[1] > point[1]) != (b[1] > point[1]):
            at = a[0] + (point[1] - a[1]) * (b[0] - a[0]) / (b[1] - a[1])
            if point[0] < at:
                inside = not inside
    return inside, False


def in_zone(zone: Zone, lon: float, lat: float) -> bool:
    """Whether a point is in the zone; its border is inside."""
    point = (lon, lat)
    for rings in zone.polygons:
        if not rings:
            continue
        inside, _ = in_ring(rings[0], point)
        if not inside:
            continue
        holes = [in_ring(ring, point) for ring in rings[1:]]
        if not any(in_hole and not border for in_hole, border in holes):
            return True
    return False


def matches(who: Who, vehicle: Vehicle, kind: VehicleType, day: date) -> bool:
    """Whether every field given in ``who`` holds for the vehicle on that date."""
    checks = (
        not who.plate_kinds or vehicle.plate_kind in who.plate_kinds,
        not who.energy or kind.energy in who.energy,
        not who.stage_at_most or 1 <= kind.emission_stage <= who.stage_at_most,
        not who.types or kind.id in who.types,
        not who.mass_over_g or kind.gross_mass_g > who.mass_over_g,
        not who.length_over_mm or kind.length_mm > who.length_over_mm,
        not who.body or kind.body in who.body,
        not who.use or vehicle.use in who.use,
        who.local is None or vehicle.local == who.local,
    )
    if not all(checks):
        return False
    if who.tails is None:
        return True
    barred = [
        *who.tails.by_weekday.get(str(day.isoweekday()), []),
        *who.tails.by_date.get(day.isoformat(), []),
    ]
    return vehicle.plate_tail is not None and vehicle.plate_tail in barred


def binds(
    problem: Problem, days: Days, rule: AccessRule, vehicle: Vehicle, kind: VehicleType
) -> Spans:
    """When the rule binds the vehicle, passes aside."""

    def holds(day: date) -> bool:
        return (
            date_holds(problem, rule.when, day)
            and any(matches(who, vehicle, kind, day) for who in rule.who)
            and not any(matches(who, vehicle, kind, day) for who in rule.exempt)
        )

    if rule.effect == "quiet_only" and "quiet" in kind.capabilities:
        return ()
    return days.spans(rule.when.hours, holds)


def permit_spans(days: Days, permit: Permit) -> Spans:
    """When a pass is valid."""
    return days.spans(
        permit.hours, lambda day: permit.date_from <= day.isoformat() <= permit.date_to
    )


class Access:
    """Access profiles of all vehicles of a problem.

    ``of``: vehicle id to index into ``profiles``. ``whole``: that of a problem of which this is a
    part, with the same places and zones.
    """

    def __init__(self, problem: Problem, whole: Access | None = None) -> None:
        self.days = Days(problem.horizon)
        self.inside: dict[str, frozenset[str]] = {
            zone.id: frozenset(
                place.id
                for place in problem.places
                if (
                    place.id in whole.inside[zone.id]
                    if whole
                    else in_zone(zone, place.lon, place.lat)
                )
            )
            for zone in problem.zones
        }
        self._permits = [(permit, permit_spans(self.days, permit)) for permit in problem.permits]
        kinds = {kind.id: kind for kind in problem.vehicle_types}
        self.profiles: list[AccessProfile] = []
        self.of: dict[str, int] = {}
        known: dict[tuple[object, ...], int] = {}
        for vehicle in problem.vehicles:
            rights = self._rights(problem, vehicle, kinds[vehicle.type])
            if rights not in known:
                known[rights] = len(self.profiles)
                self.profiles.append(self._profile(problem, rights))
            self.of[vehicle.id] = known[rights]

    def _rights(
        self, problem: Problem, vehicle: Vehicle, kind: VehicleType
    ) -> tuple[tuple[Spans, ...], tuple[tuple[int, tuple[Spans, ...]], ...]]:
        """(closed spans per rule, (permit index, spans it is needed per rule) per counted pass)."""
        closed: list[Spans] = []
        counted: dict[int, list[Spans]] = {}
        for index, rule in enumerate(problem.rules):
            spans = binds(problem, self.days, rule, vehicle, kind)
            if rule.effect in {"pass_needed", "no_driving"} and spans:
                for number, (permit, valid) in enumerate(self._permits):
                    if vehicle.id not in permit.vehicles or rule.id not in permit.rules:
                        continue
                    lifted = meet(spans, valid)
                    spans = minus(spans, valid)
                    if permit.trips_per_day and lifted:
                        needed = counted.setdefault(number, [()] * len(problem.rules))
                        needed[index] = lifted
            closed.append(spans)
        return tuple(closed), tuple((k, tuple(v)) for k, v in sorted(counted.items()))

    def _profile(
        self,
        problem: Problem,
        rights: tuple[tuple[Spans, ...], tuple[tuple[int, tuple[Spans, ...]], ...]],
    ) -> AccessProfile:
        closed, counted = rights
        maps: tuple[dict[str, list[tuple[int, int]]], ...] = ({}, {}, {})
        for rule, spans in zip(problem.rules, closed, strict=True):
            into = [
                maps[k]
                for k, effects in enumerate((MOVING, STAYING, frozenset({"no_parking"})))
                if rule.effect in effects
            ]
            for place in sorted(self.inside.get(rule.zone, frozenset())):
                for target in into:
                    target.setdefault(place, []).extend(spans)
        move, stay, park = (
            {place: union(spans) for place, spans in m.items() if union(spans)} for m in maps
        )
        passes = tuple(
            Counted(
                problem.permits[k].id,
                problem.permits[k].trips_per_day,
                tuple(
                    (self.inside.get(rule.zone, frozenset()), spans)
                    for rule, spans in zip(problem.rules, needed, strict=True)
                    if spans
                ),
            )
            for k, needed in counted
        )
        return AccessProfile(move, stay, park, passes)
