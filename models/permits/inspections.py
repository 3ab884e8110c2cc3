"""Roadside checks: an officer looks a plate up, and that is recorded."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session, selectinload

from models.accounts.actor import Actor
from models.accounts.city import zone
from models.accounts.visibility import require, visible
from models.audit.operations import append
from models.base import now
from models.errors import Invalid
from models.fleet.tables import Vehicle
from models.language import gettext as _
from models.paging import DEFAULT, Page, page
from models.permits import queries
from models.permits.tables import Permit, RoadsideCheck

LONGEST_PLATE = 12


@dataclass(frozen=True)
class Found:
    """What a look-up gives: the vehicle, its passes, those that hold at the instant."""

    check: RoadsideCheck
    vehicle: Vehicle | None
    permits: list[Permit]
    valid: list[Permit]


def holds(permit: Permit, moment: datetime) -> bool:
    """Whether a pass is good at a local instant, by its state, dates and hours."""
    second = moment.hour * 3600 + moment.minute * 60 + moment.second
    if permit.state != "approved" or not permit.date_from <= moment.date() <= permit.last_day:
        return False
    return not permit.hours or any(
        span["start"] <= second < span["end"]
        if span["start"] < span["end"]
        else second >= span["start"] or second < span["end"]
        for span in permit.hours
    )


def look_up(
    session: Session, actor: Actor, plate: str, *, note: str = "", at: datetime | None = None
) -> Found:
    """Find a plate's vehicle and passes and record that it was asked for.

    Raises:
        Forbidden: only officers of the traffic police.
        Invalid: no plate.
    """
    require(session, actor, "police", position="officer")
    wanted = "".join(unicodedata.normalize("NFKC", plate).split()).upper()[:LONGEST_PLATE]
    if not wanted:
        raise Invalid("plate_missing", _("没有填写号牌号码"), _("请填写号牌号码"))
    query = (
        visible(session, actor, Vehicle)
        .where(Vehicle.plate == wanted)
        .options(selectinload(Vehicle.type), selectinload(Vehicle.papers))
    )
    vehicle = session.scalars(query.order_by(Vehicle.active.desc())).first()
    permits = queries.permits_of_vehicle(session, actor, vehicle.id) if vehicle else []
    moment = (at or now()).astimezone(zone(session))
    valid = [permit for permit in permits if holds(permit, moment)]
    result = "valid" if valid else "not_now" if permits else "none" if vehicle else "unknown"
    check = RoadsideCheck(
        organisation_id=actor.organisation_id,
        account_id=actor.account_id,
        plate=wanted,
        vehicle_id=vehicle.id if vehicle else None,
        permit_id=valid[0].id if valid else None,
        result=result,
        note=note.strip()[:200],
    )
    session.add(check)
    session.flush()
    append(session, actor, "look_up", "roadside_check", check.id)
    return Found(check, vehicle, permits, valid)


def list_checks(
    session: Session, actor: Actor, *, cursor: str | None = None, limit: int = DEFAULT
) -> Page[RoadsideCheck]:
    """A page of checks, latest first."""
    query = visible(session, actor, RoadsideCheck)
    keys = [RoadsideCheck.created_at, RoadsideCheck.id]
    return page(session, query, keys, cursor=cursor, limit=limit, descending=True)
