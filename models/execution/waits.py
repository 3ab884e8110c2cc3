"""Waiting at places as it was (等待): from what drivers told, never from what was planned alone.

A wait is the stay from 到达 to 完成 less the unloading that the plan held for it, and never below
zero. The part of it before the planned start of unloading is told apart: the vehicle came early.
A visit without a told arrival, or whose 到达 and 完成 were tapped together, measures nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import city
from models.accounts.actor import Actor
from models.accounts.rows import ON_RECORD
from models.accounts.visibility import visible
from models.execution.queries import told, told_by_execution
from models.execution.record import StopRecord, fold
from models.execution.tables import Execution
from models.orders.tables import Order
from models.places.tables import Place
from models.planning.flags import platform
from models.planning.tables import PlanAssignment, PlanVersion

DAYS = 28
"""How far back waiting is looked at."""
TOGETHER_S = 60
"""到达 and 完成 closer than this were tapped together; unloading was planned to last longer."""


@dataclass(frozen=True, kw_only=True)
class Wait:
    """One visit: when the vehicle came and went, in seconds what was unloading and what waiting.

    ``early_s``: the part of ``wait_s`` before the planned start of unloading.
    """

    service_date: date
    arrived_at: datetime
    done_at: datetime
    planned_at: datetime
    service_s: int
    wait_s: int
    early_s: int
    orders: int


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Visits of a weekday (ISO, 1 = Monday) that came within an hour of the day, local time."""

    weekday: int
    hour: int
    count: int
    median_s: float
    longest_s: int


@dataclass(kw_only=True)
class Seen:
    """A place's visits, the latest first; ``unmeasured``: visits that say nothing of waiting."""

    waits: list[Wait] = field(default_factory=list)
    unmeasured: int = 0

    @property
    def median_s(self) -> float | None:
        """The middle wait in seconds; None where none was measured."""
        return median(wait.wait_s for wait in self.waits) if self.waits else None

    @property
    def longest_s(self) -> int | None:
        """The longest wait in seconds; None where none was measured."""
        return max((wait.wait_s for wait in self.waits), default=None)


@dataclass(frozen=True)
class _Planned:
    """An order's delivery as the plan has it."""

    order: uuid.UUID
    place: uuid.UUID
    shipper: uuid.UUID
    arrives_at: datetime
    starts_at: datetime
    departs_at: datetime


_Key = tuple[uuid.UUID, date]


def seen(
    session: Session, actor: Actor, place_ids: Sequence[uuid.UUID], *, days: int = DAYS
) -> dict[uuid.UUID, Seen]:
    """Waiting at those of ``place_ids`` that the actor may see, by place; every one is a key.

    A dispatcher sees visits of its own vehicles, a shipper those that brought its own orders, a
    receiver all at its places: in none of them whose goods or whose vehicle it was.
    """
    only = actor.organisation_id if actor.role == "shipper" else None
    known = visible(session, actor, Place).where(Place.id.in_(place_ids))
    out = {place.id: Seen() for place in session.scalars(known)}
    if not out:
        return {}
    first = city.today(session) - timedelta(days=days)
    with platform(session, actor):
        planned = _plans(session, actor, out, first)
        events = told_by_execution(session, [execution for execution, _day in planned])
        for (execution, day), orders in planned.items():
            for stop in fold(told(events[execution])).stops.values():
                _take(out, day, stop, orders, only)
    for one in out.values():
        one.waits.sort(key=lambda wait: wait.arrived_at, reverse=True)
    return out


def _plans(
    session: Session, actor: Actor, places: Iterable[uuid.UUID], first: date
) -> dict[_Key, dict[uuid.UUID, _Planned]]:
    """Vehicles' days that go to one of ``places``, each with all that it delivers."""
    wanted = (
        select(PlanAssignment.plan_version_id, PlanAssignment.vehicle_id, Execution.id)
        .join(PlanVersion, PlanVersion.id == PlanAssignment.plan_version_id)
        .join(Order, Order.id == PlanAssignment.order_id)
        .join(
            Execution,
            (Execution.operator_id == PlanVersion.operator_id)
            & (Execution.service_date == PlanVersion.service_date)
            & (Execution.vehicle_id == PlanAssignment.vehicle_id),
        )
        .where(
            Order.delivery_place_id.in_(list(places)),
            PlanVersion.state.in_(ON_RECORD),
            PlanVersion.scenario.is_(None),
            PlanVersion.service_date >= first,
        )
        .distinct()
    )
    if actor.role == "dispatcher":
        wanted = wanted.where(PlanVersion.operator_id == actor.organisation_id)
    elif actor.role == "shipper":
        wanted = wanted.where(Order.shipper_id == actor.organisation_id)
    trips = wanted.subquery()
    query = (
        select(
            trips.c.id,
            PlanVersion.service_date,
            Order.id,
            Order.delivery_place_id,
            Order.shipper_id,
            PlanAssignment.arrives_at,
            PlanAssignment.starts_at,
            PlanAssignment.departs_at,
        )
        .join(
            PlanAssignment,
            (PlanAssignment.plan_version_id == trips.c.plan_version_id)
            & (PlanAssignment.vehicle_id == trips.c.vehicle_id),
        )
        .join(PlanVersion, PlanVersion.id == PlanAssignment.plan_version_id)
        .join(Order, Order.id == PlanAssignment.order_id)
        .where(PlanAssignment.departs_at.is_not(None))
    )
    out: dict[_Key, dict[uuid.UUID, _Planned]] = {}
    for execution, day, *planned in session.execute(query):
        one = _Planned(*planned)
        out.setdefault((execution, day), {})[one.order] = one
    return out


def _take(
    out: Mapping[uuid.UUID, Seen],
    day: date,
    stop: StopRecord,
    orders: Mapping[uuid.UUID, _Planned],
    only: uuid.UUID | None,
) -> None:
    """Count a stop's visit at each place that it delivered to; ``only`` this shipper's orders."""
    if stop.done_at is None:
        return
    named = {uuid.UUID(key.split("#", 1)[0]) for key in stop.outcomes}
    planned = [orders[key] for key in sorted(named) if key in orders]
    starts = min((one.starts_at for one in planned), default=stop.done_at)
    service = max((one.departs_at for one in planned), default=stop.done_at) - starts
    mine = [one for one in planned if only in {None, one.shipper}]
    for place in {one.place for one in mine} & set(out):
        stay = stop.done_at - stop.arrived_at if stop.arrived_at else timedelta()
        together = stay.total_seconds() < min(TOGETHER_S, service.total_seconds())
        if not stop.arrival_told or stop.arrived_at is None or together:
            out[place].unmeasured += 1
            continue
        wait = max(0, int((stay - service).total_seconds()))
        early = int((starts - stop.arrived_at).total_seconds())
        out[place].waits.append(
            Wait(
                service_date=day,
                arrived_at=stop.arrived_at,
                done_at=stop.done_at,
                planned_at=min(one.arrives_at for one in planned),
                service_s=int(service.total_seconds()),
                wait_s=wait,
                early_s=min(wait, max(0, early)),
                orders=sum(one.place == place for one in mine),
            )
        )


def by_hour(session: Session, waits: Iterable[Wait]) -> list[Cell]:
    """Waits by weekday and hour of arrival in the city's time; only where there were any."""
    zone = city.zone(session)
    groups: dict[tuple[int, int], list[int]] = {}
    for wait in waits:
        local = wait.arrived_at.astimezone(zone)
        groups.setdefault((local.isoweekday(), local.hour), []).append(wait.wait_s)
    return [
        Cell(
            weekday=weekday,
            hour=hour,
            count=len(found),
            median_s=median(found),
            longest_s=max(found),
        )
        for (weekday, hour), found in sorted(groups.items())
    ]
