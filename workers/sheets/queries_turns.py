"""What the check of a hand-made plan reads: the day's orders, the fleet, its drivers and depots."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping

from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.tables import Organisation
from models.accounts.visibility import visible
from models.fleet.tables import Driver, Vehicle, VehicleType
from models.orders.tables import TEMPERATURES, Order
from models.places.tables import Depot, Place
from models.planning.tables import PlanJob, PlanVersion
from workers.sheets.matching import Known
from workers.sheets.turns import KnownDriver, KnownOrder, KnownVehicle

GONE = ("draft", "cancelled", "rejected")
_CHUNK = 500


def orders(
    session: Session, actor: Actor, day: dt.date, open_states: frozenset[str]
) -> list[KnownOrder]:
    """The operator's orders of a date, drafts left aside."""
    shippers = {row.id: row.name for row in session.scalars(visible(session, actor, Organisation))}
    rows = session.execute(
        visible(session, actor, Order)
        .with_only_columns(
            Order.id,
            Order.reference,
            Order.shipper_id,
            Order.state,
            Place.name,
            Order.temperature,
            Order.weight_g,
            Order.volume_cm3,
            Order.unit_places,
        )
        .join(Place, Place.id == Order.delivery_place_id)
        .where(Order.service_date == day, Order.state != "draft")
        .order_by(Order.reference, Order.id)
    )
    return [
        KnownOrder(
            id=str(id_),
            reference=reference,
            shipper=shippers.get(shipper, ""),
            place=place,
            state=state,
            open=state in open_states,
            weight_g=size[0],
            volume_cm3=size[1],
            unit_places=size[2],
            temperature=temperature,
        )
        for id_, reference, shipper, state, place, temperature, *size in rows
    ]


def elsewhere(
    session: Session, actor: Actor, day: dt.date, references: list[str]
) -> Mapping[str, dt.date]:
    """Which of these references are live on another date: the date nearest to ``day``."""
    found: dict[str, dt.date] = {}
    for start in range(0, len(references), _CHUNK):
        rows = session.execute(
            visible(session, actor, Order)
            .with_only_columns(Order.reference, Order.service_date)
            .where(
                Order.reference.in_(references[start : start + _CHUNK]),
                Order.service_date != day,
                Order.state.not_in(GONE),
            )
        )
        for reference, date in rows:
            known = found.get(reference)
            if known is None or abs(date - day) < abs(known - day):
                found[reference] = date
    return found


def vehicles(session: Session, actor: Actor) -> list[KnownVehicle]:
    """The vehicles that the operator runs, idle ones too."""
    rows = session.scalars(visible(session, actor, Vehicle).order_by(Vehicle.plate))
    return [
        KnownVehicle(
            id=str(v.id),
            plate=v.plate,
            active=v.active,
            room={name: _room(v.type, name) for name in TEMPERATURES},
        )
        for v in rows
    ]


def _room(kind: VehicleType, temperature: str) -> tuple[int, int, int | None]:
    """What a kind of vehicle takes of a temperature, as the planner reckons."""
    rooms = [room for room in kind.compartments if temperature in room.get("temperatures", ())]
    whole = (kind.payload_g, kind.volume_cm3, kind.unit_places or None)
    if not kind.compartments:
        return whole if temperature == "ambient" else (0, 0, 0)
    places = [int(room.get("unit_places", 0)) for room in rooms]
    limits = [sum(places) if all(places) else None, whole[2]]
    return (
        min(whole[0], sum(int(room.get("payload_g", 0)) for room in rooms)),
        min(whole[1], sum(int(room.get("volume_cm3", 0)) for room in rooms)),
        min((limit for limit in limits if limit is not None), default=None),
    )


def drivers(session: Session, actor: Actor) -> list[KnownDriver]:
    """The drivers whom the operator plans."""
    rows = session.scalars(
        visible(session, actor, Driver).where(Driver.active).order_by(Driver.code)
    )
    return [
        KnownDriver(id=str(d.id), name=d.name, code=d.code or "", phone=d.phone or "") for d in rows
    ]


def depots(session: Session, actor: Actor) -> list[Known]:
    """Where vehicles are loaded."""
    homes = visible(session, actor, Depot).with_only_columns(Depot.place_id)
    rows = session.scalars(
        visible(session, actor, Place)
        .where(Place.id.in_(homes), Place.archived.is_(False))
        .order_by(Place.code)
    )
    return [Known(str(p.id), p.code, p.name, p.address) for p in rows]


def version_of(session: Session, actor: Actor, import_id: uuid.UUID) -> uuid.UUID | None:
    """The plan version that an import made."""
    return session.scalar(
        visible(session, actor, PlanJob)
        .with_only_columns(PlanJob.plan_version_id)
        .where(PlanJob.import_id == import_id)
    )


def snapshot_of(session: Session, actor: Actor, day: dt.date) -> tuple[str, str] | None:
    """The hashes of problem and names of the date's newest snapshot, if there is one."""
    row = session.scalars(
        visible(session, actor, PlanVersion)
        .where(
            PlanVersion.service_date == day,
            PlanVersion.problem_sha256.is_not(None),
            PlanVersion.names_sha256.is_not(None),
        )
        .order_by(PlanVersion.version.desc())
        .limit(1)
    ).one_or_none()
    return (row.problem_sha256 or "", row.names_sha256 or "") if row is not None else None
