"""A service date's plan versions and orders, as its dispatcher sees them."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.visibility import visible
from models.orders.tables import Order
from models.planning.tables import PlanEdit, PlanVersion
from webapp.planning import reads

EMPTY_VIEW: dict[str, Any] = {
    "service_date": "",
    "horizon": {"start": "1970-01-01T00:00:00+00:00", "length": 1, "nights": [], "offset_s": 0},
    "fleet": [],
    "totals": {},
    "routes": [],
    "unassigned": [],
    "zones": [],
    "map": {"depots": [], "chargers": [], "bays": [], "places": []},
    "crossings": [],
    "verdict": {"verdict": "", "violations": [], "waived": []},
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


def what_changed(
    session: Session, actor: Actor, versions: list[PlanVersion]
) -> dict[uuid.UUID, list[str]]:
    """What was changed by hand in each version that was, in words, undone edits left out."""
    ids = [version.id for version in versions]
    query = visible(session, actor, PlanEdit).where(
        PlanEdit.plan_version_id.in_(ids), PlanEdit.number > 0, PlanEdit.undone.is_(False)
    )
    found: dict[uuid.UUID, list[str]] = {}
    for row in session.scalars(query.order_by(PlanEdit.number)):
        found.setdefault(row.plan_version_id, []).append(str(row.says.get("text", "")))
    return found


def order_counts(session: Session, actor: Actor, day: date) -> dict[str, int]:
    """How many of the date's orders are in each state; late requests under ``late``, apart."""
    query = visible(session, actor, Order).where(Order.service_date == day)
    counted = query.with_only_columns(Order.state, Order.late, func.count())
    found: dict[str, int] = {}
    for state, late, count in session.execute(counted.group_by(Order.state, Order.late)):
        key = "late" if late and state == "submitted" else state
        found[key] = found.get(key, 0) + count
    return found
