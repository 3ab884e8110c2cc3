"""What imports read from the database, each only what the actor may see."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models.accounts.actor import SYSTEM, Actor
from models.accounts.tables import Agreement, Organisation
from models.accounts.visibility import fetch, visible
from models.bays.tables import Bay
from models.charging.tables import ChargingSite, Tariff
from models.errors import NotFound
from models.fleet.tables import Vehicle, VehicleType
from models.orders.tables import Import, ImportMapping, Order, UnitFactor
from models.permits.schemes import schemes_in_use
from models.places.fitting import receives, with_receiving
from models.places.tables import Depot, Place, ShipperPlaceAlias, ShipperPlaceCode
from models.rules.tables import AccessRule, Zone
from workers.sheets.matching import Known, Spot
from workers.sheets.orders import Factor, Receives

PICKUP_KINDS = ("hub", "distribution_centre", "depot")
_CHUNK = 500


def shippers(session: Session, actor: Actor) -> list[Organisation]:
    """The shippers that the actor may hand in orders for, by name."""
    query = visible(session, actor, Organisation).where(
        Organisation.kind == "shipper", Organisation.active
    )
    if actor.role == "shipper":
        query = query.where(Organisation.id == actor.organisation_id)
    elif actor.role not in {"dispatcher", SYSTEM}:
        return []
    return list(session.scalars(query.order_by(Organisation.name)))


def shipper(session: Session, actor: Actor, shipper_id: uuid.UUID | None) -> Organisation:
    """The shipper by id, or the actor's own; ``NotFound`` if it is not theirs to act for."""
    for found in shippers(session, actor):
        if found.id == shipper_id or (shipper_id is None and found.id == actor.organisation_id):
            return found
    raise NotFound


def operator_of(session: Session, actor: Actor, shipper_id: uuid.UUID) -> Agreement:
    """The agreement under which this shipper's orders are delivered."""
    query = visible(session, actor, Agreement).where(
        Agreement.shipper_id == shipper_id, Agreement.active
    )
    found = session.scalars(query.order_by(Agreement.created_at)).first()
    if found is None:
        raise NotFound
    return found


def recent_imports(session: Session, actor: Actor, kind: str | None = None) -> list[Import]:
    """The latest imports that the actor may see, newest first."""
    query = visible(session, actor, Import)
    if kind is not None:
        query = query.where(Import.kind == kind)
    return list(session.scalars(query.order_by(Import.created_at.desc()).limit(50)))


def import_by_id(session: Session, actor: Actor, import_id: uuid.UUID) -> Import:
    """The import; ``NotFound`` if there is none or it is another's."""
    return fetch(session, actor, Import, import_id)


def mapping_for(
    session: Session, actor: Actor, owner: uuid.UUID, kind: str, fingerprint: str
) -> ImportMapping | None:
    """The mapping kept for this header."""
    return session.scalar(
        visible(session, actor, ImportMapping).where(
            ImportMapping.organisation_id == owner,
            ImportMapping.kind == kind,
            ImportMapping.fingerprint == fingerprint,
        )
    )


def mappings(session: Session, actor: Actor, owner: uuid.UUID, kind: str) -> list[ImportMapping]:
    """All mappings kept for this organisation and kind."""
    return list(
        session.scalars(
            visible(session, actor, ImportMapping).where(
                ImportMapping.organisation_id == owner, ImportMapping.kind == kind
            )
        )
    )


def open_imports(
    session: Session, actor: Actor, kind: str, source_sha256: str, service_date: dt.date | None
) -> list[Import]:
    """Imports of the same bytes for the same day that are not yet stored or put aside."""
    return list(
        session.scalars(
            visible(session, actor, Import)
            .where(
                Import.kind == kind,
                Import.source_sha256 == source_sha256,
                Import.service_date == service_date,
                Import.account_id == actor.account_id,
                Import.state.in_(("received", "parsing", "parsed")),
            )
            .order_by(Import.created_at.desc())
        )
    )


def receiving(session: Session, known: Sequence[Known]) -> Receives:
    """Whether one of ``known`` places receives on a date; they are read when first asked."""
    places: dict[uuid.UUID, Place] = {}

    def asked(place: str, day: dt.date, own: list[dict[str, Any]]) -> bool:
        if not places:
            places.update(with_receiving(session, [uuid.UUID(one.place) for one in known]))
        found = places.get(uuid.UUID(place))
        return found is None or receives(found, day, own)

    return asked


def stores(session: Session, actor: Actor, shipper_id: uuid.UUID) -> list[Known]:
    """Places as this shipper calls them: by its own codes, and those that it keeps itself.

    Each knows its present code, name and address too: a store may have been renamed since.
    """
    coded = session.scalars(
        visible(session, actor, ShipperPlaceCode).where(ShipperPlaceCode.shipper_id == shipper_id)
    )
    found = [
        Known(
            str(c.place_id),
            c.code,
            c.name or c.place.name,
            c.address or c.place.address,
            (c.place.code, c.place.name, c.place.address),
        )
        for c in coded
    ]
    own = session.scalars(
        visible(session, actor, Place).where(
            Place.organisation_id == shipper_id,
            Place.archived.is_(False),
            Place.kind.in_(("store", "end_station")),
        )
    )
    have = {k.place for k in found}
    found += [Known(str(p.id), p.code, p.name, p.address) for p in own if str(p.id) not in have]
    return sorted(found, key=lambda k: (k.code, k.name, k.place))


def located(session: Session, actor: Actor, shipper_id: uuid.UUID) -> list[Spot]:
    """The shipper's stores with their positions."""
    known = {k.place: k for k in stores(session, actor, shipper_id)}
    found = session.scalars(
        visible(session, actor, Place).where(Place.id.in_([uuid.UUID(place) for place in known]))
    )
    return [
        Spot(str(p.id), known[str(p.id)].code, known[str(p.id)].name, p.lon, p.lat) for p in found
    ]


def pickups(
    session: Session, actor: Actor, shipper_id: uuid.UUID, operator_id: uuid.UUID
) -> list[Known]:
    """Where orders can be loaded: the shipper's or operator's depots and the city's centres."""
    found = session.scalars(
        visible(session, actor, Place)
        .where(
            Place.kind.in_(PICKUP_KINDS),
            Place.archived.is_(False),
            or_(
                Place.organisation_id.in_((shipper_id, operator_id)),
                Place.kind.in_(("hub", "distribution_centre")),
            ),
        )
        .order_by(Place.code)
    )
    return [Known(str(p.id), p.code, p.name, p.address) for p in found]


def usual_pickup(session: Session, actor: Actor, shipper_id: uuid.UUID) -> str | None:
    """Where this shipper's orders of late were mostly loaded."""
    recent = (
        visible(session, actor, Order)
        .with_only_columns(Order.pickup_place_id)
        .where(Order.shipper_id == shipper_id)
        .order_by(Order.created_at.desc())
        .limit(500)
        .subquery()
    )
    count = func.count()
    found = session.execute(
        select(recent.c.pickup_place_id, count)
        .group_by(recent.c.pickup_place_id)
        .order_by(count.desc(), recent.c.pickup_place_id)
    ).first()
    return str(found[0]) if found is not None else None


def aliases(session: Session, actor: Actor, shipper_id: uuid.UUID) -> list[tuple[str, str, str]]:
    """Spellings matched by hand before: (kind, spelling, place)."""
    found = session.scalars(
        visible(session, actor, ShipperPlaceAlias).where(ShipperPlaceAlias.shipper_id == shipper_id)
    )
    return [(a.kind, a.text, str(a.place_id)) for a in found]


def factors(session: Session, actor: Actor, shipper_id: uuid.UUID) -> dict[str, Factor]:
    """Unit factors by kind, or ``kind:temperature``; the shipper's own win over the default."""
    found: dict[str, Factor] = {}
    rows = session.scalars(
        visible(session, actor, UnitFactor).where(
            or_(UnitFactor.shipper_id == shipper_id, UnitFactor.shipper_id.is_(None))
        )
    )
    for row in sorted(rows, key=lambda r: r.shipper_id is not None):
        key = f"{row.unit_kind}:{row.temperature}" if row.temperature else row.unit_kind
        found[key] = Factor(
            row.weight_g, row.volume_cm3, row.units_per_place, row.unit_s, row.load_unit_s
        )
    return found


def live_references(
    session: Session, actor: Actor, shipper_id: uuid.UUID, references: list[str]
) -> Mapping[str, str]:
    """Which of these references live already, with the state of each."""
    found: dict[str, str] = {}
    for start in range(0, len(references), _CHUNK):
        rows = session.execute(
            visible(session, actor, Order)
            .with_only_columns(Order.reference, Order.state)
            .where(
                Order.shipper_id == shipper_id,
                Order.reference.in_(references[start : start + _CHUNK]),
                Order.state.not_in(("cancelled", "rejected")),
            )
        )
        found.update((row[0], row[1]) for row in rows)
    return found


def known_codes(session: Session, actor: Actor) -> dict[str, dict[str, uuid.UUID]]:
    """Codes that sheets of things refer to, with what they mean.

    Kinds of vehicle, homes, tariffs of electricity and of fuel, zones (by code or name), and the
    places that bays can serve.
    """
    own = visible(session, actor, Place).where(
        or_(Place.organisation_id == actor.organisation_id, Place.kind.in_(PICKUP_KINDS)),
        Place.archived.is_(False),
    )
    places = session.scalars(own).all()
    homes = session.scalars(
        own.where(Place.id.in_(visible(session, actor, Depot).with_only_columns(Depot.place_id)))
    )
    served = session.scalars(visible(session, actor, ShipperPlaceCode))
    kinds = {t.code: t.id for t in session.scalars(visible(session, actor, VehicleType))}
    tariffs = session.scalars(visible(session, actor, Tariff)).all()
    zones = session.scalars(visible(session, actor, Zone)).all()
    names = Counter(zone.name for zone in zones)
    return {
        **_permit_codes(session, actor),
        "type_code": kinds,
        "types": kinds,
        "home_code": {p.code: p.id for p in homes},
        "tariff_code": {t.code: t.id for t in tariffs if t.kind == "electricity"},
        "fuel": {t.code: t.id for t in tariffs if t.kind == "fuel"},
        "zone": {z.name: z.id for z in zones if names[z.name] == 1} | {z.code: z.id for z in zones},
        "serves": {p.code: p.id for p in places} | {c.code: c.place_id for c in served},
    }


def _permit_codes(session: Session, actor: Actor) -> dict[str, dict[str, uuid.UUID]]:
    """What applications refer to: own vehicles, kinds of pass, rules that a pass lifts."""
    own = visible(session, actor, Vehicle).where(
        or_(
            Vehicle.organisation_id == actor.organisation_id,
            Vehicle.operator_id == actor.organisation_id,
        ),
        Vehicle.active,
    )
    schemes = schemes_in_use(session, actor)
    rules = session.scalars(
        visible(session, actor, AccessRule).where(
            AccessRule.active, AccessRule.effect.in_(("no_driving", "pass_needed"))
        )
    )
    return {
        "vehicle": {row.plate: row.id for row in session.scalars(own)},
        "scheme": {row.name: row.id for row in schemes} | {row.code: row.id for row in schemes},
        "rules": {row.code: row.id for row in rules},
    }


_SHARED: dict[str, tuple[str, type[Any]]] = {
    "vehicle_types": ("code", VehicleType),
    "tariffs": ("code", Tariff),
    "chargers": ("site_code", ChargingSite),
    "bays": ("code", Bay),
    "zones": ("code", Zone),
    "rules": ("code", AccessRule),
}
"""Kinds whose codes are the city's: field and table."""


def taken_codes(session: Session, actor: Actor, kind: str) -> dict[str, set[str]]:
    """Field → codes of things of this kind that other organisations keep."""
    if kind not in _SHARED:
        return {}
    name, table = _SHARED[kind]
    others = visible(session, actor, table).where(
        or_(table.organisation_id.is_(None), table.organisation_id != actor.organisation_id)
    )
    return {name: {row.code for row in session.scalars(others)}}


def standing(session: Session, actor: Actor, kind: str) -> dict[str, uuid.UUID]:
    """Where the bays or charging sites stand: code → place."""
    table: type[Any] = _SHARED[kind][1]
    return {row.code: row.place_id for row in session.scalars(visible(session, actor, table))}
