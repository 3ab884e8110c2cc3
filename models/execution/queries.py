"""Reading vehicles' days on the street, their links and events."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.rows import ON_RECORD
from models.accounts.visibility import fetch, visible
from models.execution.record import Told
from models.execution.tables import DriverLink, Execution, ExecutionEvent, TrackingLink
from models.fleet.tables import Driver
from models.orders.tables import Order
from models.paging import DEFAULT, Page, page
from models.planning.tables import PlanDuty, PlanRoute, PlanVersion


def list_executions(
    session: Session,
    actor: Actor,
    service_date: date | None = None,
    *,
    cursor: str | None = None,
    limit: int = DEFAULT,
) -> Page[Execution]:
    """A page of vehicles' days, latest date first."""
    query = visible(session, actor, Execution)
    if service_date is not None:
        query = query.where(Execution.service_date == service_date)
    keys = [Execution.service_date, Execution.id]
    return page(session, query, keys, cursor=cursor, limit=limit, descending=True)


def of_date(session: Session, actor: Actor, service_date: date) -> list[Execution]:
    """The actor's vehicles' days of a date."""
    query = visible(session, actor, Execution).where(Execution.service_date == service_date)
    return list(session.scalars(query.order_by(Execution.id)))


def get_execution(session: Session, actor: Actor, execution_id: uuid.UUID | str) -> Execution:
    """One vehicle's day.

    Raises:
        NotFound: none, or not the actor's.
    """
    return fetch(session, actor, Execution, execution_id)


def events_of(
    session: Session, actor: Actor, execution_id: uuid.UUID | str
) -> list[ExecutionEvent]:
    """All that was told of a vehicle's day, in the order of its corrected times."""
    execution = fetch(session, actor, Execution, execution_id)
    query = visible(session, actor, ExecutionEvent).where(
        ExecutionEvent.execution_id == execution.id
    )
    return list(session.scalars(query.order_by(ExecutionEvent.at, ExecutionEvent.id)))


def events_page(
    session: Session,
    actor: Actor,
    execution_id: uuid.UUID | str,
    *,
    cursor: str | None = None,
    limit: int = DEFAULT,
) -> Page[ExecutionEvent]:
    """A page of what was told, in the order in which it came."""
    execution = fetch(session, actor, Execution, execution_id)
    query = visible(session, actor, ExecutionEvent).where(
        ExecutionEvent.execution_id == execution.id
    )
    keys = [ExecutionEvent.received_at, ExecutionEvent.id]
    return page(session, query, keys, cursor=cursor, limit=limit)


def told(events: Iterable[ExecutionEvent]) -> list[Told]:
    """Stored events as the fold reads them."""
    return [
        Told(
            client_id=event.client_id,
            device_id=event.device_id,
            kind=event.kind,
            at=event.at,
            sequence=event.sequence,
            stop_key=event.stop_key,
            content=event.content,
            source=event.source,
        )
        for event in events
    ]


# What follows is read by the platform for others: callers have checked what they may see of it.


def plan_on_record(
    session: Session, operator_id: uuid.UUID, service_date: date
) -> PlanVersion | None:
    """The version of a date that is published, executing or closed; the newest of these."""
    query = (
        select(PlanVersion)
        .where(
            PlanVersion.operator_id == operator_id,
            PlanVersion.service_date == service_date,
            PlanVersion.scenario.is_(None),
            PlanVersion.state.in_(ON_RECORD),
        )
        .order_by(PlanVersion.version.desc())
        .limit(1)
    )
    return session.scalars(query).first()


def executions_by_vehicle(
    session: Session, operator_id: uuid.UUID, service_date: date
) -> dict[uuid.UUID, Execution]:
    """An operator's vehicles' days of a date by vehicle."""
    query = select(Execution).where(
        Execution.operator_id == operator_id, Execution.service_date == service_date
    )
    return {row.vehicle_id: row for row in session.scalars(query)}


def told_by_execution(
    session: Session, execution_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, list[ExecutionEvent]]:
    """All events of some days, by day."""
    out: dict[uuid.UUID, list[ExecutionEvent]] = {key: [] for key in execution_ids}
    if execution_ids:
        query = select(ExecutionEvent).where(ExecutionEvent.execution_id.in_(execution_ids))
        for event in session.scalars(query.order_by(ExecutionEvent.at, ExecutionEvent.id)):
            out[event.execution_id].append(event)
    return out


def live_links(session: Session, execution_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, DriverLink]:
    """The links of some days that were not revoked, by day."""
    query = select(DriverLink).where(
        DriverLink.execution_id.in_(execution_ids), DriverLink.revoked_at.is_(None)
    )
    rows = session.scalars(query.order_by(DriverLink.created_at))
    return {row.execution_id: row for row in rows}


def drivers_of_route(
    session: Session, version_id: uuid.UUID, vehicle_id: uuid.UUID
) -> list[Driver]:
    """Who drives a vehicle in a plan version, by the start of their duty."""
    query = (
        select(Driver, PlanDuty.starts_at)
        .join(PlanDuty, PlanDuty.driver_id == Driver.id)
        .join(PlanRoute, PlanRoute.id == PlanDuty.route_id)
        .where(PlanRoute.plan_version_id == version_id, PlanRoute.vehicle_id == vehicle_id)
        .order_by(PlanDuty.starts_at)
    )
    return list(dict.fromkeys(row[0] for row in session.execute(query)))


def vehicles_of_plan(session: Session, version_id: uuid.UUID) -> list[uuid.UUID]:
    """Vehicles that have a route in a plan version."""
    query = select(PlanRoute.vehicle_id).where(PlanRoute.plan_version_id == version_id)
    return list(session.scalars(query.order_by(PlanRoute.label, PlanRoute.id)))


def orders_by_id(session: Session, order_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Order]:
    """Orders by id."""
    wanted = sorted(set(order_ids))
    out: dict[uuid.UUID, Order] = {}
    for start in range(0, len(wanted), 500):
        query = select(Order).where(Order.id.in_(wanted[start : start + 500]))
        out.update({order.id: order for order in session.scalars(query)})
    return out


def tracking_links(session: Session, actor: Actor, order_id: uuid.UUID) -> list[TrackingLink]:
    """Public links to an order's delivery, newest first."""
    query = visible(session, actor, TrackingLink).where(TrackingLink.order_id == order_id)
    return list(session.scalars(query.order_by(TrackingLink.created_at.desc())))
