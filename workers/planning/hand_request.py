"""Asking that a hand-made plan be followed, checked and priced: what an import of one makes."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.visibility import require
from models.audit.operations import append
from models.base import now
from models.language import N_
from models.planning.operations import VersionInput, create_version
from models.planning.tables import PlanJob, PlanVersion
from workers.jobs.ledger import enqueue_later

ENGINE = "hand"
REASON = N_("导入的人工排线")
SCENARIO = N_("人工排线")


class StopByHand(msgspec.Struct, frozen=True, kw_only=True):
    """An order in its turn. ``kind`` None: the sheet does not say, it is where the order goes."""

    order: str
    kind: Literal["pickup", "delivery"] | None = None


class TripByHand(msgspec.Struct, frozen=True, kw_only=True):
    """One trip: its orders in turn.

    ``planned``: order to when its arrival was meant, in seconds after the service date's midnight.
    """

    stops: list[StopByHand]
    driver: str | None = None
    depot: str | None = None
    planned: dict[str, int] = {}


class DayByHand(msgspec.Struct, frozen=True, kw_only=True):
    """One vehicle's trips in order."""

    vehicle: str
    trips: list[TripByHand]


class HandWanted(msgspec.Struct, frozen=True, kw_only=True):
    """A hand-made plan. ``in_force``: a version of the day; otherwise a scenario beside it."""

    service_date: date
    days: list[DayByHand]
    name: str = ""
    import_id: UUID | None = None
    in_force: bool = False


def request_hand(session: Session, actor: Actor, wanted: HandWanted) -> PlanVersion:
    """A draft version with its job, in the caller's transaction. No order is touched.

    Raises:
        Forbidden: only the operator's dispatchers plan.
    """
    require(session, actor, "dispatcher")
    version = create_version(
        session,
        actor,
        VersionInput(
            service_date=wanted.service_date,
            scenario=None if wanted.in_force else SCENARIO,
            options={"hand": {"name": wanted.name}},
            engine=ENGINE,
        ),
    )
    version.reason = REASON
    version.queued_at = now()
    payload: dict[str, Any] = {"days": msgspec.to_builtins(wanted.days)}
    job = PlanJob(
        kind="follow",
        organisation_id=version.operator_id,
        account_id=actor.account_id,
        plan_version_id=version.id,
        import_id=wanted.import_id,
        payload=payload,
    )
    session.add(job)
    session.flush()
    append(session, actor, "queue", "plan_version", version.id)
    enqueue_later(session, job.id)
    return version
