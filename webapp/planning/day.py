"""A service date's plan versions and orders, as its dispatcher sees them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.visibility import visible
from models.orders.tables import Order
from models.planning.tables import PlanVersion
from webapp.planning import reads

EMPTY_VIEW: dict[str, Any] = {
    "service_date": "",
    "horizon": {"start": "1970-01-01T00:00:00+00:00", "length": 1, "nights": [], "offset_s": 0},
    "totals": {},
    "routes": [],
    "unassigned": [],
    "zones": [],
    "map": {"depots": [], "chargers": [], "bays": [], "places": []},
    "crossings": [],
    "verdict": {"verdict": "", "violations": []},
    "made_by": {},
    "network": False,
}
"""The view before a problem is stored."""


def versions(session: Session, actor: Actor, day: date) -> list[tuple[PlanVersion, str]]:
    """The date's real versions, newest first, each with who asked for it."""
    query = visible(session, actor, PlanVersion).where(
        PlanVersion.service_date == day, PlanVersion.scenario.is_(None)
    )
    rows = session.scalars(query.order_by(PlanVersion.version.desc()))
    return [(row, reads.name_of(session, row.requested_by)) for row in rows]


def in_force(session: Session, actor: Actor, day: date) -> PlanVersion | None:
    """The published or executing version of the date."""
    query = visible(session, actor, PlanVersion).where(
        PlanVersion.service_date == day,
        PlanVersion.scenario.is_(None),
        PlanVersion.state.in_(("published", "executing")),
    )
    return session.scalars(query).first()


def order_counts(session: Session, actor: Actor, day: date) -> dict[str, int]:
    """How many of the date's orders are in each state; late requests under ``late``, apart."""
    query = visible(session, actor, Order).where(Order.service_date == day)
    counted = query.with_only_columns(Order.state, Order.late, func.count())
    found: dict[str, int] = {}
    for state, late, count in session.execute(counted.group_by(Order.state, Order.late)):
        key = "late" if late and state == "submitted" else state
        found[key] = found.get(key, 0) + count
    return found
