"""What people do with plan versions; leases and queueing are the workers' business."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.tables import City, Organisation
from models.accounts.visibility import fetch, require
from models.audit.operations import append
from models.base import now
from models.errors import Conflict, Forbidden, translate
from models.fleet.tables import Vehicle
from models.language import gettext as _
from models.language import kept
from models.orders.operations import forget_expectation
from models.orders.states import move as move_order
from models.orders.tables import Order
from models.planning.states import IN_FORCE, PLAN, move, record
from models.planning.tables import Claim, PlanAssignment, PlanVersion

PROMISE = timedelta(minutes=30)
"""How wide the arrival window is that a shipper is told, around the planned arrival."""
_CHUNK = 500


@dataclass(frozen=True, kw_only=True)
class ClaimInput:
    """A thing held by a plan for ``[starts_at, ends_at)``; see ``Claim``."""

    thing: str
    thing_id: uuid.UUID
    starts_at: datetime
    ends_at: datetime
    space: int = 0
    power_w: int = 0


@dataclass(frozen=True, kw_only=True)
class VersionInput:
    """A plan version to be made as a draft; the fields mean what ``PlanVersion`` says."""

    service_date: date
    scenario: str | None = None
    parent_id: uuid.UUID | None = None
    options: Mapping[str, Any] | None = None
    locks: Sequence[Mapping[str, Any]] = ()
    waivers: Sequence[Mapping[str, Any]] = ()
    engine: str = "ortools"
    seed: int = 0
    threads: int = 1
    iterations: int | None = None
    time_limit_s: int = 60


def create_version(session: Session, actor: Actor, wanted: VersionInput) -> PlanVersion:
    """A new draft version of a service date, numbered after the last one.

    Raises:
        Forbidden: only the operator's dispatchers plan.
        NotFound: the parent is not theirs.
        Conflict: the parent is of another date.
    """
    require(session, actor, "dispatcher")
    if actor.organisation_id is None:
        raise Forbidden
    # two at once wait for each other here, so that they get different numbers
    session.get(Organisation, actor.organisation_id, with_for_update=True)
    if wanted.parent_id is not None:
        parent = fetch(session, actor, PlanVersion, wanted.parent_id)
        if parent.service_date != wanted.service_date:
            raise Conflict("other_date", _("上一版本属于另一个配送日期"), _("请重新选择"))
    last = session.scalar(
        select(func.max(PlanVersion.version)).where(
            PlanVersion.operator_id == actor.organisation_id,
            PlanVersion.service_date == wanted.service_date,
        )
    )
    version = PlanVersion(
        operator_id=actor.organisation_id,
        service_date=wanted.service_date,
        version=(last or 0) + 1,
        parent_id=wanted.parent_id,
        scenario=wanted.scenario,
        options=dict(wanted.options or {}),
        locks=[dict(lock) for lock in wanted.locks],
        waivers=[dict(waiver) for waiver in wanted.waivers],
        engine=wanted.engine,
        seed=wanted.seed,
        threads=wanted.threads,
        iterations=wanted.iterations,
        time_limit_s=wanted.time_limit_s,
        requested_by=actor.account_id,
        demo=bool(session.scalar(select(City.demo))),
    )
    session.add(version)
    session.flush()
    record(session, actor, version, None, "draft")
    append(session, actor, "create", "plan_version", version.id)
    return version


def discard(session: Session, actor: Actor, version_id: uuid.UUID, reason: str = "") -> PlanVersion:
    """Put a draft or solved version away for good.

    Raises:
        NotFound: not the actor's.
        RefusedTransition: it runs, failed, or is in force.
    """
    require(session, actor, "dispatcher")
    version = fetch(session, actor, PlanVersion, version_id)
    move(session, actor, version, "discarded", reason=reason)
    append(session, actor, "discard", "plan_version", version.id)
    return version


def publish(
    session: Session, actor: Actor, version_id: uuid.UUID, claims: Sequence[ClaimInput]
) -> PlanVersion:
    """Put a solved version in force (下发), in one transaction.

    The version in force until now is superseded and its claims go; the new claims come; served
    orders become planned, those no longer served go back to accepted; shippers are told the
    expected window and the masked plate.

    Raises:
        NotFound: not the actor's.
        RefusedTransition: it is not solved.
        Conflict: ``scenario`` for a comparison; ``claim_overlap`` when another plan holds a thing;
            ``orders_changed`` when an order was cancelled or amended since.
    """
    require(session, actor, "dispatcher")
    version = fetch(session, actor, PlanVersion, version_id)
    PLAN.check(version.state, "published")
    if version.scenario is not None:
        raise Conflict("scenario", _("对比方案不能下发"), _("请以正式方案重新排线"))
    session.get(Organisation, version.operator_id, with_for_update=True)
    for old in session.scalars(
        select(PlanVersion).where(
            PlanVersion.operator_id == version.operator_id,
            PlanVersion.service_date == version.service_date,
            PlanVersion.scenario.is_(None),
            PlanVersion.state.in_(IN_FORCE),
        )
    ):
        move(
            session,
            actor,
            old,
            "superseded",
            reason=kept("由版本 %(version)s 替换", version=version.version),
        )
        session.execute(delete(Claim).where(Claim.plan_version_id == old.id))
    session.flush()
    _tell_orders(session, actor, version)
    move(session, actor, version, "published")
    version.published_at, version.published_by = now(), actor.account_id
    session.flush()
    _claim(session, version.id, claims)
    append(session, actor, "publish", "plan_version", version.id)
    return version


def _claim(session: Session, version_id: uuid.UUID, claims: Sequence[ClaimInput]) -> None:
    session.add_all(
        Claim(
            thing=claim.thing,
            thing_id=claim.thing_id,
            space=claim.space,
            starts_at=claim.starts_at,
            ends_at=claim.ends_at,
            power_w=claim.power_w,
            plan_version_id=version_id,
        )
        for claim in claims
    )
    try:
        session.flush()
    except IntegrityError as error:
        raise translate(error) from error


def _tell_orders(session: Session, actor: Actor, version: PlanVersion) -> None:
    rows = session.execute(
        select(PlanAssignment, Vehicle.plate)
        .join(Vehicle, Vehicle.id == PlanAssignment.vehicle_id)
        .where(PlanAssignment.plan_version_id == version.id)
    )
    served = {row[0].order_id: (row[0], row[1]) for row in rows}
    orders = list(
        session.scalars(
            select(Order).where(
                Order.operator_id == version.operator_id,
                Order.service_date == version.service_date,
                Order.state.in_(("accepted", "planned")),
            )
        )
    )
    gone = served.keys() - {order.id for order in orders}
    gone -= _under_way(session, gone)
    if gone:
        raise Conflict(
            "orders_changed",
            _("有 %(count)s 张订单在排线后被取消或修改", count=len(gone)),
            _("请重新排线后再下发"),
        )
    for order in orders:
        if order.id in served:
            assignment, plate = served[order.id]
            if order.state == "accepted":
                move_order(session, actor, order, "planned", plan_version_id=version.id)
            arrives = assignment.arrives_at
            order.expected_from = arrives - PROMISE / 2 if arrives else None
            order.expected_to = arrives + PROMISE / 2 if arrives else None
            order.expected_plate = mask_plate(plate)
        elif order.state == "planned":
            move_order(
                session,
                actor,
                order,
                "accepted",
                reason=kept("新方案未安排"),
                plan_version_id=version.id,
            )
            forget_expectation(order)


def _under_way(session: Session, order_ids: set[uuid.UUID]) -> set[uuid.UUID]:
    """Those that have gone on already: a later version keeps them as they are."""
    found: set[uuid.UUID] = set()
    ids = sorted(order_ids)
    for start in range(0, len(ids), _CHUNK):
        query = select(Order.id).where(
            Order.id.in_(ids[start : start + _CHUNK]),
            Order.state.in_(
                ("dispatched", "delivered", "partly_delivered", "refused", "failed", "closed")
            ),
        )
        found.update(session.scalars(query))
    return found


def mask_plate(plate: str) -> str:
    """A plate as a shipper or receiver may see it: ``辽Z***4D``."""
    plain = plate.replace("·", "").replace(" ", "")
    return f"{plain[:2]}***{plain[-2:]}" if len(plain) > 4 else "***"
