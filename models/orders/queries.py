"""Reading orders: lists, counts, history, a day's orders."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models.accounts.actor import Actor
from models.accounts.visibility import fetch, visible
from models.orders.inputs import OrderInput
from models.orders.operations import as_input
from models.orders.tables import Order, OrderEvent, OrderVersion, UnitFactor
from models.paging import DEFAULT, Page, page
from models.places.tables import Place


@dataclass(frozen=True, kw_only=True)
class OrderFilter:
    """What to list; empty fields do not narrow. ``text`` is looked for in reference and places."""

    service_date: date | None = None
    states: Sequence[str] = ()
    shipper_id: uuid.UUID | None = None
    temperature: str | None = None
    night: bool | None = None
    import_id: uuid.UUID | None = None
    text: str = ""


def _narrowed(session: Session, actor: Actor, wanted: OrderFilter) -> Select[Order]:
    query = visible(session, actor, Order)
    if wanted.service_date is not None:
        query = query.where(Order.service_date == wanted.service_date)
    if wanted.states:
        query = query.where(Order.state.in_(wanted.states))
    if wanted.shipper_id is not None:
        query = query.where(Order.shipper_id == wanted.shipper_id)
    if wanted.temperature is not None:
        query = query.where(Order.temperature == wanted.temperature)
    if wanted.import_id is not None:
        query = query.where(Order.import_id == wanted.import_id)
    if wanted.text.strip():
        text = wanted.text.strip()
        places = select(Place.id).where(
            or_(Place.name.icontains(text, autoescape=True), Place.code == text)
        )
        query = query.where(
            or_(
                Order.reference.icontains(text, autoescape=True),
                Order.goods_name.icontains(text, autoescape=True),
                Order.delivery_place_id.in_(places),
                Order.pickup_place_id.in_(places),
            )
        )
    return query


def list_orders(
    session: Session,
    actor: Actor,
    wanted: OrderFilter | None = None,
    *,
    cursor: str | None = None,
    limit: int = DEFAULT,
) -> Page[Order]:
    """A page of orders by service date (latest first), then reference, with places and shipper."""
    query = _narrowed(session, actor, wanted or OrderFilter()).options(*_WITH)
    keys = [Order.service_date, Order.reference, Order.id]
    return page(session, query, keys, cursor=cursor, limit=limit, descending=True)


_WITH = (
    joinedload(Order.pickup_place),
    joinedload(Order.delivery_place),
    joinedload(Order.shipper),
)


def count_by_state(
    session: Session, actor: Actor, wanted: OrderFilter | None = None
) -> dict[str, int]:
    """How many orders stand in each state."""
    rows = _narrowed(session, actor, wanted or OrderFilter()).with_only_columns(Order.id).subquery()
    query = (
        select(Order.state, func.count()).join(rows, rows.c.id == Order.id).group_by(Order.state)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def count_waiting(
    session: Session, actor: Actor, wanted: OrderFilter | None = None
) -> dict[str, int]:
    """How many submitted orders came in time, and how many late (迟到申请)."""
    query = _narrowed(session, actor, wanted or OrderFilter()).where(Order.state == "submitted")
    rows = query.with_only_columns(Order.late, func.count()).group_by(Order.late)
    found = {bool(row[0]): row[1] for row in session.execute(rows)}
    return {"in_time": found.get(False, 0), "late": found.get(True, 0)}


def get_order(session: Session, actor: Actor, order_id: uuid.UUID | str) -> Order:
    """One order.

    Raises:
        NotFound: none, or not the actor's.
    """
    return fetch(session, actor, Order, order_id)


def history(session: Session, actor: Actor, order_id: uuid.UUID) -> list[OrderEvent]:
    """What happened to an order, oldest first."""
    fetch(session, actor, Order, order_id)
    query = visible(session, actor, OrderEvent).where(OrderEvent.order_id == order_id)
    return list(session.scalars(query.order_by(OrderEvent.created_at, OrderEvent.id)))


def versions(session: Session, actor: Actor, order_id: uuid.UUID) -> list[OrderVersion]:
    """What an order said before each amendment, oldest first."""
    fetch(session, actor, Order, order_id)
    query = visible(session, actor, OrderVersion).where(OrderVersion.order_id == order_id)
    return list(session.scalars(query.order_by(OrderVersion.version)))


def orders_of_day(
    session: Session,
    actor: Actor,
    service_date: date,
    states: Sequence[str] = ("accepted", "planned"),
) -> list[Order]:
    """All orders of a service date in these states, by reference, with their alternatives."""
    query = (
        visible(session, actor, Order)
        .where(Order.service_date == service_date, Order.state.in_(states))
        .options(*_WITH, selectinload(Order.alternatives))
        .order_by(Order.reference, Order.id)
    )
    return list(session.scalars(query))


def receiving(session: Session, actor: Actor, first: date, last: date) -> list[Order]:
    """Orders of service dates ``first`` to ``last`` that are to come or came, by reference."""
    query = (
        visible(session, actor, Order)
        .where(
            Order.service_date.between(first, last),
            Order.state.not_in(("draft", "submitted", "rejected", "cancelled")),
        )
        .options(*_WITH)
        .order_by(Order.reference, Order.id)
    )
    return list(session.scalars(query))


def service_dates(session: Session, actor: Actor) -> list[tuple[date, int]]:
    """Service dates that have live orders, latest first, with how many."""
    rows = (
        visible(session, actor, Order)
        .where(Order.state.not_in(("cancelled", "rejected", "draft")))
        .with_only_columns(Order.service_date)
        .subquery()
    )
    query = (
        select(rows.c.service_date, func.count())
        .group_by(rows.c.service_date)
        .order_by(rows.c.service_date.desc())
    )
    return [(day, count) for day, count in session.execute(query)]


def day_as_inputs(
    session: Session, actor: Actor, service_date: date, shipper_id: uuid.UUID | None = None
) -> list[OrderInput]:
    """A day's live orders as inputs to copy from; references and dates are the caller's to set."""
    query = visible(session, actor, Order).where(
        Order.service_date == service_date, Order.state.not_in(("cancelled", "rejected"))
    )
    if shipper_id is not None:
        query = query.where(Order.shipper_id == shipper_id)
    query = query.options(selectinload(Order.alternatives)).order_by(Order.reference)
    return [as_input(order) for order in session.scalars(query)]


def unit_factors(session: Session, actor: Actor) -> list[UnitFactor]:
    """Unit factors that apply to what the actor sees, defaults included."""
    query = visible(session, actor, UnitFactor)
    return list(session.scalars(query.order_by(UnitFactor.unit_kind, UnitFactor.temperature)))
