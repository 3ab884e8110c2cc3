"""How many vehicles may be in a zone hour by hour under valid passes."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.permits import queries
from models.permits.tables import Permit, PermitScheme
from models.rules.tables import AccessRule, Zone
from workers.permits.case import as_platform

HOURS = 24
HOUR_S = 3600


@dataclass(frozen=True)
class Hour:
    """An hour of the day: vehicles with a pass on the fullest date, with this one, the limit."""

    hour: int
    count: int
    with_this: int
    most: int

    @property
    def full(self) -> bool:
        """Whether this one would go over the limit."""
        return bool(self.most) and self.with_this > self.count and self.with_this > self.most


def hours_covered(hours: Sequence[Mapping[str, int]]) -> list[bool]:
    """Which hours of the day daily hours touch; none given = all."""
    if not hours:
        return [True] * HOURS
    covered = [False] * HOURS
    for span in hours:
        start, end = int(span["start"]), int(span["end"])
        parts = [(start, end)] if end > start else [(0, end), (start, HOURS * HOUR_S)]
        for first, last in parts:
            for hour in range(HOURS):
                covered[hour] |= first < (hour + 1) * HOUR_S and last > hour * HOUR_S
    return covered


def limits(scheme: PermitScheme | None, zone_id: str) -> list[int]:
    """The limit of each hour in a zone; 0 = none."""
    most = [0] * HOURS
    for line in (scheme.zones if scheme else None) or ():
        if str(line.get("zone")) != zone_id or not line.get("per_hour"):
            continue
        for hour in range(HOURS):
            if line["start"] < (hour + 1) * HOUR_S and line["end"] > hour * HOUR_S:
                most[hour] = int(line["per_hour"])
    return most


def occupancy(permits: Sequence[Permit], first: date, last: date) -> list[int]:
    """Vehicles with a valid pass per hour of day, on the fullest date of ``first``…``last``."""
    days = (last - first).days + 1
    change = [[0] * (days + 1) for _ in range(HOURS)]
    for permit in permits:
        start = max(0, (permit.date_from - first).days)
        end = min(days, (permit.last_day - first).days + 1)
        if start >= end:
            continue
        for hour, covered in enumerate(hours_covered(permit.hours)):
            if covered:
                change[hour][start] += len(permit.vehicles)
                change[hour][end] -= len(permit.vehicles)
    fullest = []
    for row in change:
        running, most = 0, 0
        for step in row:
            running += step
            most = max(most, running)
        fullest.append(most)
    return fullest


def hold_zones(session: Session, rules: Sequence[uuid.UUID]) -> None:
    """Keep others from granting passes in the zones of these rules until this transaction ends.

    Whoever counts a zone's passes after this counts what was granted before: of two people who
    decide at once, the second sees the first one's.
    """
    zones = select(AccessRule.zone_id).where(AccessRule.id.in_(rules))
    held = select(Zone.id).where(Zone.id.in_(zones)).order_by(Zone.id)
    session.execute(held.with_for_update(key_share=True))


def zone_hours(
    session: Session,
    actor: Actor,
    zone_id: uuid.UUID,
    dates: tuple[date, date],
    *,
    scheme: PermitScheme | None,
    hours: Sequence[Mapping[str, Any]] | None = None,
) -> list[Hour]:
    """The zone's hours over the dates; ``hours`` of an application come on top (None = none).

    Everybody's passes are counted; only the counts are told.
    """
    with as_platform(session, actor) as system:
        rules = list(session.scalars(select(AccessRule.id).where(AccessRule.zone_id == zone_id)))
        permits = queries.permits_for_rules(session, system, rules, *dates)
        counted = occupancy(permits, *dates)
    mine = hours_covered(hours) if hours is not None else [False] * HOURS
    most = limits(scheme, str(zone_id))
    return [
        Hour(hour, counted[hour], counted[hour] + mine[hour], most[hour]) for hour in range(HOURS)
    ]


def capped(first: date, last: date, most: int = 400) -> tuple[date, date]:
    """Dates cut to a length that can be looked through day by day."""
    return first, min(last, first + timedelta(days=most))
