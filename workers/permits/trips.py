"""What published plans tell of a vehicle in a zone: when it comes in and when it leaves.

Of the plans nothing else is told: no stop, order, load or price. Without roads a vehicle is in the
zone from its first stop inside until it leaves its last one there.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.rows import IN_FORCE
from models.planning.tables import PlanRoute, PlanVersion
from models.rules.tables import Zone
from models.spatial import polygons
from routing.formats.ours import read_plan, read_problem
from routing.plan import Stop
from routing.problem import Place
from routing.problem import Zone as ZoneRecord
from routing.travel.access import in_zone
from workers.artefacts import ArtefactMissingError, ArtefactStore
from workers.permits.case import as_platform
from workers.planning.clock import Clock
from workers.planning.rows import stops_of

MOST_DAYS = 31


@dataclass(frozen=True)
class Entry:
    """A stay in a zone: from when to when."""

    zone_id: str
    enters: datetime
    leaves: datetime


@dataclass(frozen=True)
class PlannedDay:
    """A service date's stays under the plan in force."""

    service_date: date
    entries: list[Entry]


def stays(
    stops: Iterable[Stop], places: dict[str, Place], zone: ZoneRecord
) -> list[tuple[int, int]]:
    """(enters, leaves) in seconds of the horizon for a vehicle's stops in order."""
    found: list[tuple[int, int]] = []
    inside = False
    for stop in stops:
        place = places[stop.place]
        here = in_zone(zone, place.lon, place.lat)
        if here and inside:
            found[-1] = (found[-1][0], stop.depart)
        elif here:
            found.append((stop.arrive, stop.depart))
        inside = here
    return found


def planned_days(
    session: Session,
    actor: Actor,
    store: ArtefactStore,
    vehicle_id: uuid.UUID,
    *,
    zones: Sequence[Zone],
    dates: tuple[date, date],
) -> list[PlannedDay]:
    """What plans in force on these dates (a month of them at most) tell of the vehicle."""
    first, last = dates[0], min(dates[1], dates[0] + timedelta(days=MOST_DAYS))
    with as_platform(session, actor):
        versions = session.scalars(
            select(PlanVersion)
            .join(PlanRoute, PlanRoute.plan_version_id == PlanVersion.id)
            .where(
                PlanRoute.vehicle_id == vehicle_id,
                PlanVersion.state.in_(IN_FORCE),
                PlanVersion.scenario.is_(None),
                PlanVersion.service_date.between(first, last),
            )
            .order_by(PlanVersion.service_date)
        ).all()
        named = [(v.service_date, v.problem_sha256, v.plan_sha256) for v in versions]
    records = [ZoneRecord(id=str(zone.id), polygons=polygons(zone.area)) for zone in zones]
    days = []
    for day, problem_name, plan_name in named:
        if problem_name is None or plan_name is None:
            continue
        try:
            entries = _entries(store, problem_name, plan_name, str(vehicle_id), records)
        except ArtefactMissingError:
            continue
        days.append(PlannedDay(day, entries))
    return days


def _entries(
    store: ArtefactStore,
    problem_name: str,
    plan_name: str,
    vehicle: str,
    zones: Sequence[ZoneRecord],
) -> list[Entry]:
    problem = read_problem(store.get(problem_name))
    plan = read_plan(store.get(plan_name))
    places = {place.id: place for place in problem.places}
    clock = Clock(problem.horizon)
    found = [
        Entry(zone.id, clock.at(enters), clock.at(leaves))
        for route in plan.routes
        if route.vehicle == vehicle
        for zone in zones
        for enters, leaves in stays(stops_of(route), places, zone)
    ]
    return sorted(found, key=lambda entry: entry.enters)
