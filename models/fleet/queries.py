"""Reading vehicles, kinds and drivers."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session, joinedload, selectinload

from models.accounts.actor import Actor
from models.accounts.visibility import fetch, visible
from models.fleet.tables import Driver, Vehicle, VehicleType
from models.paging import DEFAULT, Page, page
from models.places.tables import Place


def vehicle_types(session: Session, actor: Actor) -> list[VehicleType]:
    """The kinds in use, by code."""
    return list(session.scalars(visible(session, actor, VehicleType).order_by(VehicleType.code)))


def list_vehicles(
    session: Session,
    actor: Actor,
    *,
    text: str = "",
    cursor: str | None = None,
    limit: int = DEFAULT,
) -> Page[Vehicle]:
    """A page of vehicles by plate, with kind, home and papers."""
    query = visible(session, actor, Vehicle).options(
        joinedload(Vehicle.type),
        joinedload(Vehicle.home).selectinload(Place.depot),
        selectinload(Vehicle.papers),
    )
    if text.strip():
        query = query.where(Vehicle.plate.icontains(text.strip(), autoescape=True))
    return page(session, query, [Vehicle.plate, Vehicle.id], cursor=cursor, limit=limit)


def all_vehicles(session: Session, actor: Actor) -> list[Vehicle]:
    """All active vehicles that the actor sees, by plate."""
    query = (
        visible(session, actor, Vehicle)
        .where(Vehicle.active)
        .options(joinedload(Vehicle.type), joinedload(Vehicle.home), selectinload(Vehicle.papers))
        .order_by(Vehicle.plate, Vehicle.id)
    )
    return list(session.scalars(query))


def get_vehicle(session: Session, actor: Actor, vehicle_id: uuid.UUID | str) -> Vehicle:
    """One vehicle.

    Raises:
        NotFound: none, or not the actor's.
    """
    return fetch(session, actor, Vehicle, vehicle_id)


def list_drivers(
    session: Session,
    actor: Actor,
    *,
    text: str = "",
    cursor: str | None = None,
    limit: int = DEFAULT,
) -> Page[Driver]:
    """A page of drivers by code, with home and duties."""
    query = visible(session, actor, Driver).options(
        joinedload(Driver.home).selectinload(Place.depot), selectinload(Driver.duties)
    )
    if text.strip():
        query = query.where(Driver.name.icontains(text.strip(), autoescape=True))
    return page(session, query, [Driver.code, Driver.id], cursor=cursor, limit=limit)


def get_driver(session: Session, actor: Actor, driver_id: uuid.UUID | str) -> Driver:
    """One driver.

    Raises:
        NotFound: none, or not the actor's.
    """
    return fetch(session, actor, Driver, driver_id)


def get_vehicle_type(session: Session, actor: Actor, type_id: uuid.UUID | str) -> VehicleType:
    """One vehicle kind.

    Raises:
        NotFound: none, or not for the actor to see.
    """
    return fetch(session, actor, VehicleType, type_id)
