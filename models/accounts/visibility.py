"""Who sees what, in one place: the rows of each table that an actor may see.

``visible`` gives the filtered select, ``fetch`` one row or the same "not found" for a foreign id as
for none. What is not listed for a role, that role does not see. PostgreSQL's row security stands
behind this and is told here for whom the session works.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, String, and_, false, or_, select, true
from sqlalchemy.orm import Session

from models.accounts.actor import SYSTEM, Actor
from models.accounts.city import today
from models.accounts.tables import Account, Agreement, ApiToken, City, Organisation
from models.audit.tables import AuditEvent
from models.base import Base
from models.bays.tables import Bay, BayPlace
from models.charging.tables import ChargePoint, ChargingSite, Connector, Tariff
from models.db import bind
from models.errors import Forbidden, NotFound
from models.fleet.tables import (
    Driver,
    DriverDay,
    DutyTemplate,
    Vehicle,
    VehicleAbsence,
    VehiclePaper,
    VehicleType,
)
from models.orders.tables import (
    Import,
    ImportMapping,
    Order,
    OrderAlternative,
    OrderEvent,
    OrderVersion,
    UnitFactor,
)
from models.permits.tables import (
    ApplicationEvent,
    Permit,
    PermitApplication,
    PermitEvent,
    PermitVehicle,
)
from models.places.tables import (
    PUBLIC_KINDS,
    Depot,
    District,
    Place,
    PlaceWindow,
    ShipperPlaceAlias,
    ShipperPlaceCode,
)
from models.planning.tables import (
    PlanAssignment,
    PlanDuty,
    PlanEvent,
    PlanJob,
    PlanRoute,
    PlanVersion,
)
from models.rules.tables import AccessRule, Zone

Row = TypeVar("Row", bound=Base)
Condition = ColumnElement[bool]
Rule = Callable[[Session, Actor], Condition]

IN_FORCE = ("published", "executing")
_RECEIVED = (
    "accepted",
    "planned",
    "dispatched",
    "delivered",
    "partly_delivered",
    "refused",
    "failed",
)


def _everything(session: Session, actor: Actor) -> Condition:
    del session, actor
    return true()


def _served_shippers(actor: Actor) -> Select[Any]:
    """Shippers whose orders the actor's organisation delivers."""
    return select(Agreement.shipper_id).where(Agreement.operator_id == actor.organisation_id)


def _plans_in_force() -> Select[Any]:
    return select(PlanVersion.id).where(
        PlanVersion.state.in_(IN_FORCE), PlanVersion.scenario.is_(None)
    )


def _own_vehicles(actor: Actor) -> Select[Any]:
    return select(Vehicle.id).where(Vehicle.organisation_id == actor.organisation_id)


def _own_duties(actor: Actor) -> Condition:
    driver = select(Driver.id).where(Driver.account_id == actor.account_id)
    return and_(PlanDuty.driver_id.in_(driver), PlanDuty.plan_version_id.in_(_plans_in_force()))


def _duty_routes(actor: Actor) -> Select[Any]:
    return select(PlanDuty.route_id).where(_own_duties(actor))


def _orders_of_shipper(session: Session, actor: Actor) -> Condition:
    del session
    return Order.shipper_id == actor.organisation_id


def _orders_of_operator(session: Session, actor: Actor) -> Condition:
    """All that were sent to it; a draft only if its own people are writing it."""
    del session
    own = select(Account.id).where(Account.organisation_id == actor.organisation_id)
    return and_(
        Order.operator_id == actor.organisation_id,
        or_(Order.state != "draft", Order.created_by.in_(own)),
    )


def _orders_of_receiver(session: Session, actor: Actor) -> Condition:
    """Deliveries to its own places, today and tomorrow."""
    day = today(session)
    own = select(Place.id).where(Place.receiver_id == actor.organisation_id)
    return and_(
        Order.delivery_place_id.in_(own),
        Order.service_date.between(day, day + timedelta(days=1)),
        Order.state.in_(_RECEIVED),
    )


def _orders_of_carrier(session: Session, actor: Actor) -> Condition:
    del session
    return Order.id.in_(
        select(PlanAssignment.order_id).where(
            PlanAssignment.plan_version_id.in_(_plans_in_force()),
            PlanAssignment.vehicle_id.in_(_own_vehicles(actor)),
        )
    )


def _orders_of_driver(session: Session, actor: Actor) -> Condition:
    del session
    driver = select(Driver.id).where(Driver.account_id == actor.account_id)
    return Order.id.in_(
        select(PlanAssignment.order_id).where(
            PlanAssignment.plan_version_id.in_(_plans_in_force()),
            PlanAssignment.driver_id.in_(driver),
        )
    )


def _public_places(session: Session, actor: Actor) -> Condition:
    del session, actor
    return Place.kind.in_(PUBLIC_KINDS)


def _places_of_shipper(session: Session, actor: Actor) -> Condition:
    del session
    coded = select(ShipperPlaceCode.place_id).where(
        ShipperPlaceCode.shipper_id == actor.organisation_id
    )
    return or_(
        Place.kind.in_(PUBLIC_KINDS),
        Place.organisation_id == actor.organisation_id,
        Place.id.in_(coded),
    )


def _places_of_operator(session: Session, actor: Actor) -> Condition:
    del session
    coded = select(ShipperPlaceCode.place_id).where(
        ShipperPlaceCode.shipper_id.in_(_served_shippers(actor))
    )
    homes = select(Vehicle.home_id).where(Vehicle.operator_id == actor.organisation_id)
    return or_(
        Place.kind.in_(PUBLIC_KINDS),
        Place.organisation_id == actor.organisation_id,
        Place.organisation_id.in_(_served_shippers(actor)),
        Place.id.in_(coded),
        Place.id.in_(homes),
    )


def _places_of_receiver(session: Session, actor: Actor) -> Condition:
    del session
    return or_(
        Place.receiver_id == actor.organisation_id, Place.organisation_id == actor.organisation_id
    )


def _places_on_the_way(orders: Rule) -> Rule:
    """Public places, homes of own vehicles and drivers, and both ends of the orders they carry."""

    def rule(session: Session, actor: Actor) -> Condition:
        seen = orders(session, actor)
        return or_(
            Place.kind.in_(PUBLIC_KINDS),
            Place.organisation_id == actor.organisation_id,
            Place.id.in_(
                select(Vehicle.home_id).where(Vehicle.organisation_id == actor.organisation_id)
            ),
            Place.id.in_(select(Order.pickup_place_id).where(seen)),
            Place.id.in_(select(Order.delivery_place_id).where(seen)),
        )

    return rule


def _vehicles_run(session: Session, actor: Actor) -> Condition:
    del session
    return or_(
        Vehicle.operator_id == actor.organisation_id,
        Vehicle.organisation_id == actor.organisation_id,
    )


def _vehicles_owned(session: Session, actor: Actor) -> Condition:
    del session
    return Vehicle.organisation_id == actor.organisation_id


def _vehicles_driven(session: Session, actor: Actor) -> Condition:
    del session
    return Vehicle.id.in_(select(PlanRoute.vehicle_id).where(PlanRoute.id.in_(_duty_routes(actor))))


def _drivers_run(session: Session, actor: Actor) -> Condition:
    del session
    return or_(
        Driver.operator_id == actor.organisation_id,
        Driver.organisation_id == actor.organisation_id,
    )


def _drivers_owned(session: Session, actor: Actor) -> Condition:
    del session
    return Driver.organisation_id == actor.organisation_id


def _driver_self(session: Session, actor: Actor) -> Condition:
    del session
    return Driver.account_id == actor.account_id


def _permits_of(vehicles: Rule) -> Rule:
    def rule(session: Session, actor: Actor) -> Condition:
        named = select(PermitVehicle.permit_id).where(
            PermitVehicle.vehicle_id.in_(select(Vehicle.id).where(vehicles(session, actor)))
        )
        own = Permit.organisation_id == actor.organisation_id
        return Permit.id.in_(named) if actor.role == "driver" else or_(own, Permit.id.in_(named))

    return rule


def _own(column: Any) -> Rule:
    """Rows whose ``column`` is the actor's organisation."""

    def rule(session: Session, actor: Actor) -> Condition:
        del session
        condition: Condition = column == actor.organisation_id
        return condition

    return rule


def _own_or_served(column: Any) -> Rule:
    """Rows of the actor's organisation or of a shipper that it delivers for."""

    def rule(session: Session, actor: Actor) -> Condition:
        del session
        return or_(column == actor.organisation_id, column.in_(_served_shippers(actor)))

    return rule


def _or_common(column: Any, rule: Rule) -> Rule:
    """Also the rows that belong to nobody (defaults)."""
    return lambda session, actor: or_(column.is_(None), rule(session, actor))


def _of(column: Any, entity: type[Base], key: Any) -> Rule:
    """Rows that hang on a visible row of ``entity``."""

    def rule(session: Session, actor: Actor) -> Condition:
        condition: Condition = column.in_(select(key).where(_condition(session, actor, entity)))
        return condition

    return rule


def _organisations_of_operator(session: Session, actor: Actor) -> Condition:
    del session
    owners = select(Vehicle.organisation_id).where(Vehicle.operator_id == actor.organisation_id)
    return or_(
        Organisation.id == actor.organisation_id,
        Organisation.id.in_(_served_shippers(actor)),
        Organisation.id.in_(owners),
    )


def _organisations_of_shipper(session: Session, actor: Actor) -> Condition:
    del session
    operators = select(Agreement.operator_id).where(Agreement.shipper_id == actor.organisation_id)
    return or_(Organisation.id == actor.organisation_id, Organisation.id.in_(operators))


def _organisations_of_police(session: Session, actor: Actor) -> Condition:
    del session
    return or_(
        Organisation.id == actor.organisation_id, Organisation.kind.in_(("operator", "carrier"))
    )


def _sites(session: Session, actor: Actor) -> Condition:
    """Public charging sites, and private ones of or for the actor's organisation."""
    del session
    named = ChargingSite.private_to.is_(None)
    if actor.organisation_id is None:
        return named
    mine = ChargingSite.private_to.cast(String).contains(str(actor.organisation_id))
    return or_(named, ChargingSite.organisation_id == actor.organisation_id, mine)


def _own_account(column: Any) -> Rule:
    def rule(session: Session, actor: Actor) -> Condition:
        del session
        condition: Condition = column == actor.account_id
        return condition

    return rule


def _routes_owned(session: Session, actor: Actor) -> Condition:
    del session
    return and_(
        PlanRoute.vehicle_id.in_(_own_vehicles(actor)),
        PlanRoute.plan_version_id.in_(_plans_in_force()),
    )


def _applications_of_police(session: Session, actor: Actor) -> Condition:
    del session, actor
    return PermitApplication.state != "draft"


_ALL_ROLES = (
    "dispatcher",
    "shipper",
    "receiver",
    "carrier",
    "driver",
    "police",
    "bureau",
    "admin",
)


def _for_all(rule: Rule) -> dict[str, Rule]:
    return dict.fromkeys(_ALL_ROLES, rule)


def _hanging(column: Any, entity: type[Base], key: Any, *roles: str) -> dict[str, Rule]:
    return dict.fromkeys(roles, _of(column, entity, key))


_FLEET_ROLES = ("dispatcher", "carrier", "driver", "police")
_ORDER_ROLES = ("dispatcher", "shipper", "receiver", "carrier", "driver")

RULES: Mapping[type[Base], Mapping[str, Rule]] = {
    # accounts
    City: _for_all(_everything),
    Organisation: {
        **_for_all(_own(Organisation.id)),
        "admin": _everything,
        "dispatcher": _organisations_of_operator,
        "shipper": _organisations_of_shipper,
        "police": _organisations_of_police,
    },
    Agreement: {
        "admin": _everything,
        "dispatcher": _own(Agreement.operator_id),
        "shipper": _own(Agreement.shipper_id),
    },
    Account: {**_for_all(_own_account(Account.id)), "admin": _everything},
    ApiToken: {**_for_all(_own_account(ApiToken.account_id)), "admin": _everything},
    AuditEvent: {
        "admin": _everything,
        "dispatcher": _own(AuditEvent.organisation_id),
        "police": _own(AuditEvent.organisation_id),
    },
    # places
    District: _for_all(_everything),
    Place: {
        "dispatcher": _places_of_operator,
        "shipper": _places_of_shipper,
        "receiver": _places_of_receiver,
        "carrier": _places_on_the_way(_orders_of_carrier),
        "driver": _places_on_the_way(_orders_of_driver),
        "police": _public_places,
        "bureau": _public_places,
    },
    PlaceWindow: _hanging(PlaceWindow.place_id, Place, Place.id, *_ORDER_ROLES),
    Depot: _hanging(Depot.place_id, Place, Place.id, *_ORDER_ROLES, "police", "bureau"),
    ShipperPlaceCode: {
        "dispatcher": _own_or_served(ShipperPlaceCode.shipper_id),
        "shipper": _own(ShipperPlaceCode.shipper_id),
    },
    ShipperPlaceAlias: {
        "dispatcher": _own_or_served(ShipperPlaceAlias.shipper_id),
        "shipper": _own(ShipperPlaceAlias.shipper_id),
    },
    # orders
    Order: {
        "dispatcher": _orders_of_operator,
        "shipper": _orders_of_shipper,
        "receiver": _orders_of_receiver,
        "carrier": _orders_of_carrier,
        "driver": _orders_of_driver,
    },
    OrderEvent: _hanging(OrderEvent.order_id, Order, Order.id, "dispatcher", "shipper"),
    OrderVersion: _hanging(OrderVersion.order_id, Order, Order.id, "dispatcher", "shipper"),
    OrderAlternative: _hanging(OrderAlternative.order_id, Order, Order.id, "dispatcher", "shipper"),
    UnitFactor: {
        "dispatcher": _or_common(UnitFactor.shipper_id, _own_or_served(UnitFactor.shipper_id)),
        "shipper": _or_common(UnitFactor.shipper_id, _own(UnitFactor.shipper_id)),
    },
    ImportMapping: {
        "dispatcher": _own_or_served(ImportMapping.organisation_id),
        "shipper": _own(ImportMapping.organisation_id),
        "carrier": _own(ImportMapping.organisation_id),
        "police": _own(ImportMapping.organisation_id),
    },
    Import: {
        "dispatcher": _own(Import.organisation_id),
        "shipper": _own(Import.organisation_id),
        "carrier": _own(Import.organisation_id),
        "police": _own(Import.organisation_id),
    },
    # fleet
    VehicleType: _for_all(
        _or_common(VehicleType.organisation_id, _own_or_served(VehicleType.organisation_id))
    ),
    Vehicle: {
        "dispatcher": _vehicles_run,
        "carrier": _vehicles_owned,
        "driver": _vehicles_driven,
        "police": _everything,
    },
    VehiclePaper: _hanging(VehiclePaper.vehicle_id, Vehicle, Vehicle.id, *_FLEET_ROLES),
    VehicleAbsence: _hanging(
        VehicleAbsence.vehicle_id, Vehicle, Vehicle.id, "dispatcher", "carrier"
    ),
    Driver: {
        "dispatcher": _drivers_run,
        "carrier": _drivers_owned,
        "driver": _driver_self,
    },
    DutyTemplate: _hanging(
        DutyTemplate.driver_id, Driver, Driver.id, "dispatcher", "carrier", "driver"
    ),
    DriverDay: _hanging(DriverDay.driver_id, Driver, Driver.id, "dispatcher", "carrier", "driver"),
    # the city's shared things
    Tariff: _for_all(_everything),
    ChargingSite: _for_all(_sites),
    ChargePoint: _hanging(ChargePoint.site_id, ChargingSite, ChargingSite.id, *_ALL_ROLES),
    Connector: _hanging(Connector.point_id, ChargePoint, ChargePoint.id, *_ALL_ROLES),
    Bay: _for_all(_everything),
    BayPlace: _hanging(BayPlace.place_id, Place, Place.id, *_ORDER_ROLES),
    Zone: _for_all(_everything),
    AccessRule: _for_all(_everything),
    # permits
    Permit: {
        "dispatcher": _permits_of(_vehicles_run),
        "carrier": _permits_of(_vehicles_owned),
        "driver": _permits_of(_vehicles_driven),
        "police": _everything,
    },
    PermitEvent: _hanging(
        PermitEvent.permit_id, Permit, Permit.id, "dispatcher", "carrier", "police"
    ),
    PermitApplication: {
        "dispatcher": _own(PermitApplication.organisation_id),
        "carrier": _own(PermitApplication.organisation_id),
        "police": _applications_of_police,
    },
    ApplicationEvent: _hanging(
        ApplicationEvent.application_id,
        PermitApplication,
        PermitApplication.id,
        "dispatcher",
        "carrier",
        "police",
    ),
    # planning
    PlanVersion: {"dispatcher": _own(PlanVersion.operator_id)},
    PlanEvent: _hanging(PlanEvent.plan_version_id, PlanVersion, PlanVersion.id, "dispatcher"),
    PlanRoute: {
        "dispatcher": _of(PlanRoute.plan_version_id, PlanVersion, PlanVersion.id),
        "carrier": _routes_owned,
        "driver": lambda _session, actor: PlanRoute.id.in_(_duty_routes(actor)),
    },
    PlanDuty: {
        "dispatcher": _of(PlanDuty.plan_version_id, PlanVersion, PlanVersion.id),
        "carrier": _of(PlanDuty.route_id, PlanRoute, PlanRoute.id),
        "driver": lambda _session, actor: _own_duties(actor),
    },
    PlanAssignment: _hanging(
        PlanAssignment.plan_version_id, PlanVersion, PlanVersion.id, "dispatcher"
    ),
    PlanJob: {
        role: _own(PlanJob.organisation_id)
        for role in ("dispatcher", "shipper", "carrier", "police")
    },
}
"""By table and role: which rows. A role that is not named sees none."""


def _condition(session: Session, actor: Actor, entity: type[Base]) -> Condition:
    if actor.role == SYSTEM:
        return true()
    rule = RULES.get(entity, {}).get(actor.role)
    return false() if rule is None else rule(session, actor)


def visible(session: Session, actor: Actor, entity: type[Row]) -> Select[Row]:
    """The rows of ``entity`` that ``actor`` may see, to be narrowed and ordered by the caller."""
    bind(session, actor)
    return select(entity).where(_condition(session, actor, entity))


def find(session: Session, actor: Actor, entity: type[Row], key: object) -> Row | None:
    """The row with this id if the actor may see it."""
    try:
        wanted = key if isinstance(key, uuid.UUID) else uuid.UUID(str(key))
    except ValueError:
        return None
    table: Any = entity
    return session.scalars(visible(session, actor, entity).where(table.id == wanted)).one_or_none()


def fetch(session: Session, actor: Actor, entity: type[Row], key: object) -> Row:
    """The row with this id.

    Raises:
        NotFound: there is none, it is not the actor's, or ``key`` is no id: all the same.
    """
    row = find(session, actor, entity, key)
    if row is None:
        raise NotFound
    return row


def require(session: Session, actor: Actor, *roles: str) -> None:
    """Let only ``roles`` (and the platform itself) go on.

    Raises:
        Forbidden: the actor has another role.
    """
    if actor.role != SYSTEM and actor.role not in roles:
        raise Forbidden
    bind(session, actor)
