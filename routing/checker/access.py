"""access, permit_trips: who may move, stand and unload where, at each instant.

Without roads a leg is judged by its ends; the text of ``AccessRule`` says how.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from routing.checker.calendar import Calendar, Span, merged, overlap, without
from routing.checker.index import Index
from routing.checker.verdict import Violation
from routing.checker.walk import At, OnRoute, RouteWalk
from routing.checker.zones import contains
from routing.problem import AccessRule, Permit

_LIFTABLE = {"no_driving", "pass_needed"}
_MOVING = {"no_driving", "pass_needed", "quiet_only"}


@dataclass(slots=True, frozen=True)
class Bound:
    """A rule as it binds one vehicle: in force, and forbidden after permits."""

    rule: AccessRule
    in_force: list[Span]
    forbidden: list[Span]
    permits: list[tuple[Permit, list[Span]]]


class Rights:
    """What binds each vehicle, and which places lie in which zones."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.calendar = Calendar(index)
        self._good = [(item, self.calendar.permitted(item)) for item in index.problem.permits]
        self._inside: dict[tuple[str, str], bool] = {}

    def inside(self, place_id: str, zone_id: str) -> bool:
        """Whether the place lies in the zone."""
        key = (place_id, zone_id)
        found = self._inside.get(key)
        if found is None:
            place = self._index.places[place_id]
            found = contains(self._index.zones[zone_id], place.lon, place.lat)
            self._inside[key] = found
        return found

    def bounds(self, route: RouteWalk) -> list[Bound]:
        """The rules that bind the route's vehicle at some time."""
        done: list[Bound] = []
        for rule in self._index.problem.rules:
            in_force = self.calendar.in_force(rule, route.vehicle, route.type)
            quiet = rule.effect == "quiet_only" and "quiet" in route.type.capabilities
            if not in_force or quiet:
                continue
            permits = [
                (permit, spans)
                for permit, spans in self._good
                if rule.id in permit.rules and route.vehicle.id in permit.vehicles
            ]
            forbidden = in_force
            if rule.effect in _LIFTABLE:
                lifted = merged(span for _, spans in permits for span in spans)
                forbidden = without(in_force, lifted)
            done.append(Bound(rule, in_force, forbidden, permits))
        return done


def of_route(index: Index) -> OnRoute:
    """Every leg and stay under every rule that binds its vehicle."""
    rights = Rights(index)

    def find(route: RouteWalk) -> Iterator[Violation]:
        bounds = rights.bounds(route)
        for at in route.stops:
            for bound in bounds:
                amount = _leg(rights, at, bound) if bound.rule.effect in _MOVING else 0
                if rights.inside(at.stop.place, bound.rule.zone):
                    amount = max(amount, _stay(at, bound))
                if amount > 0:
                    yield at.violation("access", amount, "s", bound.rule.id, bound.rule.zone)
        yield from _entries(rights, route, bounds)

    return find


def _leg(rights: Rights, at: At, bound: Bound) -> int:
    """Seconds of unlawful moving, or to the nearest lawful instant of entry or exit."""
    if at.stop.leg is None or at.prev is None:
        return 0
    zone = bound.rule.zone
    depart, arrive = at.prev.stop.depart, at.stop.arrive
    from_inside = rights.inside(at.prev.stop.place, zone)
    to_inside = rights.inside(at.stop.place, zone)
    if from_inside and to_inside:
        return overlap(depart, arrive, bound.forbidden)
    for start, end in bound.forbidden:
        if to_inside and start < arrive <= end:
            return min(arrive - start, end - arrive + 1)
        if from_inside and start <= depart < end:
            return min(depart - start + 1, end - depart)
    return 0


def _stay(at: At, bound: Bound) -> int:
    stop, effect = at.stop, bound.rule.effect
    if effect == "no_stopping" or (effect == "no_parking" and stop.kind in {"rest", "wait"}):
        return overlap(stop.arrive, stop.depart, bound.forbidden)
    if effect == "quiet_only":
        return overlap(stop.start, at.service_end, bound.forbidden)
    return 0


def _entries(rights: Rights, route: RouteWalk, bounds: list[Bound]) -> Iterator[Violation]:
    """Entries under permits that limit them, charged to the first that has one left."""
    used: dict[tuple[str, str], int] = {}
    lifted = [bound for bound in bounds if bound.permits and bound.rule.effect in _LIFTABLE]
    for at in route.stops:
        covering = _covering(rights, at, lifted)
        if not covering or any(permit.trips_per_day == 0 for permit in covering):
            continue
        day = rights.calendar.date_of(at.stop.arrive).isoformat()
        free = [item for item in covering if used.get((item.id, day), 0) < item.trips_per_day]
        chosen = (free or covering)[0]
        used[chosen.id, day] = used.get((chosen.id, day), 0) + 1
        if not free:
            yield at.violation("permit_trips", 1, "entries", chosen.id)


def _covering(rights: Rights, at: At, lifted: list[Bound]) -> list[Permit]:
    """Permits that lift some rule for this entry from outside, in the problem's order."""
    if at.stop.leg is None or at.prev is None:
        return []
    arrive = at.stop.arrive
    found: dict[str, Permit] = {}
    for bound in lifted:
        zone = bound.rule.zone
        if not rights.inside(at.stop.place, zone) or rights.inside(at.prev.stop.place, zone):
            continue
        if not any(start < arrive <= end for start, end in bound.in_force):
            continue
        for permit, spans in bound.permits:
            if any(start < arrive <= end for start, end in spans):
                found[permit.id] = permit
    return list(found.values())
