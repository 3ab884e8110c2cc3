"""Roadside checks: an officer looks a plate up or scans a code, and that is recorded."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from models.accounts.actor import Actor
from models.accounts.city import today, zone
from models.accounts.visibility import require, visible
from models.audit.operations import append
from models.base import now
from models.errors import Invalid
from models.fleet.tables import Vehicle
from models.language import gettext as _
from models.paging import DEFAULT, Page, page
from models.permits import queries
from models.permits.keys import verifying_keys
from models.permits.roadside_code import Claims, CodeError, decode, verdict_of, within
from models.permits.tables import Permit, RoadsideCheck
from models.signing import PublicKey

LONGEST_PLATE = 12
LONGEST_NOTE = 200
OLDEST_SCAN = timedelta(days=7)
"""How long after it a scan made without network may still be told."""


@dataclass(frozen=True)
class Found:
    """What a look-up gives: the vehicle, its passes, those that hold at the instant.

    Of a scan also what the code says, where its signature is good, and what it is worth.
    """

    check: RoadsideCheck
    vehicle: Vehicle | None
    permits: list[Permit]
    valid: list[Permit]
    claims: Claims | None = None
    verdict: str = ""


def holds(permit: Permit, moment: datetime) -> bool:
    """Whether a pass is good at a local instant, by its state, dates and hours."""
    if permit.state != "approved" or not permit.date_from <= moment.date() <= permit.last_day:
        return False
    return within([(span["start"], span["end"]) for span in permit.hours], moment)


def tidy_plate(text: str) -> str:
    """A plate as it is stored: full-width signs and spaces are met."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()[:LONGEST_PLATE]


def look_up(
    session: Session, actor: Actor, plate: str, *, note: str = "", at: datetime | None = None
) -> Found:
    """Find a plate's vehicle and passes and record that it was asked for.

    Raises:
        Forbidden: only officers of the traffic police.
        Invalid: no plate.
    """
    require(session, actor, "police", position="officer")
    wanted = tidy_plate(plate)
    if not wanted:
        raise Invalid("plate_missing", _("没有填写号牌号码"), _("请填写号牌号码"))
    moment = (at or now()).astimezone(zone(session))
    vehicle, permits, valid = _known(session, actor, wanted, moment)
    check = _check(actor, wanted, vehicle, permits, valid, note)
    session.add(check)
    session.flush()
    append(session, actor, "look_up", "roadside_check", check.id)
    return Found(check, vehicle, permits, valid)


def scan(
    session: Session,
    actor: Actor,
    text: str,
    *,
    plate: str = "",
    note: str = "",
    scanned_at: datetime | None = None,
    client_id: str | None = None,
) -> Found:
    """Judge a scanned code, first by its signature, then by what is on record, and record it.

    ``plate``: the one that is seen on the vehicle, where it was typed. ``scanned_at``: when, where
    it was scanned without network; ``client_id``: the device's name for that scan.

    Raises:
        Forbidden: only officers of the traffic police.
    """
    require(session, actor, "police", position="officer")
    told = _told_before(session, actor, client_id)
    if told is not None:
        return Found(told, None, [], [], None, told.code_verdict or "")
    at = now()
    offline = scanned_at is not None and at - OLDEST_SCAN <= scanned_at <= at
    moment = (scanned_at if offline and scanned_at else at).astimezone(zone(session))
    seen = tidy_plate(plate)
    claims, verdict = _judged(text, verifying_keys(session, actor))
    permit = None
    if claims is not None:
        permit = _named(session, actor, claims.serial)
        verdict = _worth(claims, permit, moment, seen)
    shown = claims.plate if claims else seen
    vehicle, permits, valid = _known(session, actor, shown, moment)
    check = _check(actor, shown, vehicle, permits, valid, note)
    if verdict != "valid" and check.result == "valid":
        check.result, check.permit_id = "not_now", None
    if permit is not None:
        check.permit_id = permit.id
    check.code_verdict, check.client_id = verdict, client_id
    check.scanned_at = scanned_at if offline else None
    session.add(check)
    session.flush()
    append(session, actor, "scan", "roadside_check", check.id, fields=["code_verdict"])
    return Found(check, vehicle, permits, valid, claims, verdict)


def _told_before(session: Session, actor: Actor, client_id: str | None) -> RoadsideCheck | None:
    if client_id is None:
        return None
    query = visible(session, actor, RoadsideCheck).where(RoadsideCheck.client_id == client_id)
    return session.scalars(query).one_or_none()


def _judged(text: str, keys: Mapping[str, PublicKey]) -> tuple[Claims | None, str]:
    """What the code says, where one of ``keys`` signed it; else None and why not."""
    try:
        code = decode(text)
    except CodeError as error:
        return None, error.verdict
    key = keys.get(code.kid)
    if key is None:
        return None, "unknown_key"
    return (code.claims, "valid") if code.signed_by(key) else (None, "forged")


def _worth(claims: Claims, permit: Permit | None, moment: datetime, seen: str) -> str:
    if permit is None:
        return "unknown_serial"
    if permit.state != "approved":
        return permit.state
    named = {(vehicle.plate, vehicle.plate_kind) for vehicle in permit.vehicles}
    if (claims.plate, claims.plate_kind) not in named:
        return "other_plate"
    return verdict_of(claims, moment, seen)


def _named(session: Session, actor: Actor, serial: str) -> Permit | None:
    query = visible(session, actor, Permit).where(Permit.number == serial)
    return session.scalars(query.options(selectinload(Permit.vehicles))).one_or_none()


def _known(
    session: Session, actor: Actor, plate: str, moment: datetime
) -> tuple[Vehicle | None, list[Permit], list[Permit]]:
    query = (
        visible(session, actor, Vehicle)
        .where(Vehicle.plate == plate)
        .options(selectinload(Vehicle.type), selectinload(Vehicle.papers))
    )
    vehicle = session.scalars(query.order_by(Vehicle.active.desc())).first() if plate else None
    permits = queries.permits_of_vehicle(session, actor, vehicle.id) if vehicle else []
    return vehicle, permits, [permit for permit in permits if holds(permit, moment)]


def _check(  # noqa: PLR0917 - the parts of one record
    actor: Actor,
    plate: str,
    vehicle: Vehicle | None,
    permits: list[Permit],
    valid: list[Permit],
    note: str,
) -> RoadsideCheck:
    result = "valid" if valid else "not_now" if permits else "none" if vehicle else "unknown"
    return RoadsideCheck(
        organisation_id=actor.organisation_id,
        account_id=actor.account_id,
        plate=plate,
        vehicle_id=vehicle.id if vehicle else None,
        permit_id=valid[0].id if valid else None,
        result=result,
        note=note.strip()[:LONGEST_NOTE],
    )


@dataclass(frozen=True, kw_only=True)
class Carried:
    """What an officer's page keeps for work without network, as it stood at ``made_at``.

    ``stopped``: serials of suspended and ended passes whose dates are not over, with their state.
    """

    made_at: datetime
    keys: list[PublicKey]
    stopped: dict[str, str]


def to_carry(session: Session, actor: Actor) -> Carried:
    """Keys and stopped serials for an officer's page.

    Raises:
        Forbidden: only officers of the traffic police.
    """
    require(session, actor, "police", position="officer")
    yesterday = today(session) - timedelta(days=1)
    query = (
        select(Permit.number, Permit.state)
        .where(
            Permit.id.in_(visible(session, actor, Permit).with_only_columns(Permit.id)),
            Permit.state != "approved",
            Permit.date_to >= yesterday,
        )
        .order_by(Permit.number)
    )
    return Carried(
        made_at=now(),
        keys=list(verifying_keys(session, actor).values()),
        stopped={row.number: row.state for row in session.execute(query)},
    )


def list_checks(
    session: Session, actor: Actor, *, cursor: str | None = None, limit: int = DEFAULT
) -> Page[RoadsideCheck]:
    """A page of checks, latest first."""
    query = visible(session, actor, RoadsideCheck)
    keys = [RoadsideCheck.created_at, RoadsideCheck.id]
    return page(session, query, keys, cursor=cursor, limit=limit, descending=True)
