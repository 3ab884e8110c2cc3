"""Which rows of a table an actor may see: one condition per table and kind of actor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, false, or_, select, true
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.city import today
from models.accounts.tables import (
    ORGANISATION_ADMINS,
    Account,
    Agreement,
    Invitation,
    Organisation,
)
from models.audit.tables import AuditEvent
from models.charging.tables import ChargingSite
from models.documents.tables import Document
from models.execution.tables import Execution
from models.fleet.tables import (
    Driver,
    Vehicle,
)
from models.orders.tables import (
    Order,
)
from models.permits.tables import (
    Permit,
    PermitApplication,
    PermitVehicle,
)
from models.places.tables import (
    PUBLIC_KINDS,
    Place,
    ShipperPlaceCode,
)
from models.planning.tables import (
    PlanAssignment,
    PlanDuty,
    PlanRoute,
    PlanVersion,
)

Condition = ColumnElement[bool]
Rule = Callable[[Session, Actor], Condition]

IN_FORCE = ("published", "executing")
ON_RECORD = (*IN_FORCE, "closed")
"""States of a plan whose days on the street may still be told of."""
_RECEIVED = (
    "accepted",
    "planned",
    "dispatched",
    "delivered",
    "partly_delivered",
    "refused",
    "failed",
)


def everything(session: Session, actor: Actor) -> Condition:
    """Every row."""
    del session, actor
    return true()


def served_shippers(actor: Actor) -> Select[Any]:
    """Shippers whose orders the actor's organisation delivers."""
    return select(Agreement.shipper_id).where(Agreement.operator_id == actor.organisation_id)


def plans_in_force() -> Select[Any]:
    """Ids of plans that are published or executing."""
    return select(PlanVersion.id).where(
        PlanVersion.state.in_(IN_FORCE), PlanVersion.scenario.is_(None)
    )


def own_vehicles(actor: Actor) -> Select[Any]:
    """Ids of vehicles that the organisation owns."""
    return select(Vehicle.id).where(Vehicle.organisation_id == actor.organisation_id)


def own_duties(actor: Actor) -> Condition:
    """The driver's duties in plans in force."""
    driver = select(Driver.id).where(Driver.account_id == actor.account_id)
    return and_(PlanDuty.driver_id.in_(driver), PlanDuty.plan_version_id.in_(plans_in_force()))


def duty_routes(actor: Actor) -> Select[Any]:
    """Ids of the routes of the driver's duties."""
    return select(PlanDuty.route_id).where(own_duties(actor))


def orders_of_shipper(session: Session, actor: Actor) -> Condition:
    """The shipper's own orders."""
    del session
    return Order.shipper_id == actor.organisation_id


def orders_of_operator(session: Session, actor: Actor) -> Condition:
    """All that were sent to it; a draft only if its own people are writing it."""
    del session
    own = select(Account.id).where(Account.organisation_id == actor.organisation_id)
    return and_(
        Order.operator_id == actor.organisation_id,
        or_(Order.state != "draft", Order.created_by.in_(own)),
    )


def orders_of_receiver(session: Session, actor: Actor) -> Condition:
    """Deliveries to its own places, today and tomorrow."""
    day = today(session)
    own = select(Place.id).where(Place.receiver_id == actor.organisation_id)
    return and_(
        Order.delivery_place_id.in_(own),
        Order.service_date.between(day, day + timedelta(days=1)),
        Order.state.in_(_RECEIVED),
    )


def orders_of_carrier(session: Session, actor: Actor) -> Condition:
    """Orders that a plan in force gives to the carrier's vehicles."""
    del session
    return Order.id.in_(
        select(PlanAssignment.order_id).where(
            PlanAssignment.plan_version_id.in_(plans_in_force()),
            PlanAssignment.vehicle_id.in_(own_vehicles(actor)),
        )
    )


def orders_of_driver(session: Session, actor: Actor) -> Condition:
    """Orders that a plan in force gives to the driver."""
    del session
    driver = select(Driver.id).where(Driver.account_id == actor.account_id)
    return Order.id.in_(
        select(PlanAssignment.order_id).where(
            PlanAssignment.plan_version_id.in_(plans_in_force()),
            PlanAssignment.driver_id.in_(driver),
        )
    )


def public_places(session: Session, actor: Actor) -> Condition:
    """Places that everybody may see."""
    del session, actor
    return Place.kind.in_(PUBLIC_KINDS)


def places_of_shipper(session: Session, actor: Actor) -> Condition:
    """Public places, own ones, and those it has a code for."""
    del session
    coded = select(ShipperPlaceCode.place_id).where(
        ShipperPlaceCode.shipper_id == actor.organisation_id
    )
    return or_(
        Place.kind.in_(PUBLIC_KINDS),
        Place.organisation_id == actor.organisation_id,
        Place.receiver_id == actor.organisation_id,
        Place.id.in_(coded),
    )


def of_own_place(column: Any) -> Rule:
    """Rows of places that the organisation keeps or receives at."""

    def rule(session: Session, actor: Actor) -> Condition:
        condition: Condition = column.in_(
            select(Place.id).where(places_of_receiver(session, actor))
        )
        return condition

    return rule


def places_of_operator(session: Session, actor: Actor) -> Condition:
    """Public and own places, those of shippers served, homes of vehicles run."""
    del session
    coded = select(ShipperPlaceCode.place_id).where(
        ShipperPlaceCode.shipper_id.in_(served_shippers(actor))
    )
    homes = select(Vehicle.home_id).where(Vehicle.operator_id == actor.organisation_id)
    return or_(
        Place.kind.in_(PUBLIC_KINDS),
        Place.organisation_id == actor.organisation_id,
        Place.organisation_id.in_(served_shippers(actor)),
        Place.id.in_(coded),
        Place.id.in_(homes),
    )


def places_of_receiver(session: Session, actor: Actor) -> Condition:
    """Places where the organisation receives."""
    del session
    return or_(
        Place.receiver_id == actor.organisation_id, Place.organisation_id == actor.organisation_id
    )


def places_on_the_way(orders: Rule) -> Rule:
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


def vehicles_run(session: Session, actor: Actor) -> Condition:
    """Vehicles that the organisation plans with or owns."""
    del session
    return or_(
        Vehicle.operator_id == actor.organisation_id,
        Vehicle.organisation_id == actor.organisation_id,
    )


def vehicles_owned(session: Session, actor: Actor) -> Condition:
    """Vehicles that the organisation owns."""
    del session
    return Vehicle.organisation_id == actor.organisation_id


def vehicles_driven(session: Session, actor: Actor) -> Condition:
    """Vehicles of the driver's duties."""
    del session
    return Vehicle.id.in_(select(PlanRoute.vehicle_id).where(PlanRoute.id.in_(duty_routes(actor))))


def drivers_run(session: Session, actor: Actor) -> Condition:
    """Drivers that the organisation plans with or employs."""
    del session
    return or_(
        Driver.operator_id == actor.organisation_id,
        Driver.organisation_id == actor.organisation_id,
    )


def drivers_owned(session: Session, actor: Actor) -> Condition:
    """Drivers that the organisation employs."""
    del session
    return Driver.organisation_id == actor.organisation_id


def driver_self(session: Session, actor: Actor) -> Condition:
    """The driver's own record."""
    del session
    return Driver.account_id == actor.account_id


def permits_of(vehicles: Rule) -> Rule:
    """Passes of the organisation, and those that name its vehicles."""

    def rule(session: Session, actor: Actor) -> Condition:
        named = select(PermitVehicle.permit_id).where(
            PermitVehicle.vehicle_id.in_(select(Vehicle.id).where(vehicles(session, actor)))
        )
        own = Permit.organisation_id == actor.organisation_id
        return Permit.id.in_(named) if actor.role == "driver" else or_(own, Permit.id.in_(named))

    return rule


def own(column: Any) -> Rule:
    """Rows whose ``column`` is the actor's organisation."""

    def rule(session: Session, actor: Actor) -> Condition:
        del session
        condition: Condition = column == actor.organisation_id
        return condition

    return rule


def own_or_served(column: Any) -> Rule:
    """Rows of the actor's organisation or of a shipper that it delivers for."""

    def rule(session: Session, actor: Actor) -> Condition:
        del session
        return or_(column == actor.organisation_id, column.in_(served_shippers(actor)))

    return rule


def or_common(column: Any, rule: Rule) -> Rule:
    """Also the rows that belong to nobody (defaults)."""
    return lambda session, actor: or_(column.is_(None), rule(session, actor))


def organisations_of_operator(session: Session, actor: Actor) -> Condition:
    """Itself, shippers served, owners of vehicles run."""
    del session
    owners = select(Vehicle.organisation_id).where(Vehicle.operator_id == actor.organisation_id)
    return or_(
        Organisation.id == actor.organisation_id,
        Organisation.id.in_(served_shippers(actor)),
        Organisation.id.in_(owners),
    )


def organisations_of_shipper(session: Session, actor: Actor) -> Condition:
    """Itself and the operators that deliver for it."""
    del session
    operators = select(Agreement.operator_id).where(Agreement.shipper_id == actor.organisation_id)
    return or_(Organisation.id == actor.organisation_id, Organisation.id.in_(operators))


def organisations_of_police(session: Session, actor: Actor) -> Condition:
    """Itself, operators and carriers."""
    del session
    return or_(
        Organisation.id == actor.organisation_id, Organisation.kind.in_(("operator", "carrier"))
    )


def sites(session: Session, actor: Actor) -> Condition:
    """Public charging sites, and private ones of or for the actor's organisation."""
    del session
    named = ChargingSite.private_to.is_(None)
    if actor.organisation_id is None:
        return named
    mine = ChargingSite.private_to.cast(String).contains(str(actor.organisation_id))
    return or_(named, ChargingSite.organisation_id == actor.organisation_id, mine)


def own_account(column: Any) -> Rule:
    """Rows of the actor's own account."""

    def rule(session: Session, actor: Actor) -> Condition:
        del session
        condition: Condition = column == actor.account_id
        return condition

    return rule


def colleagues(session: Session, actor: Actor) -> Condition:
    """The actor's own account; to the organisation's admin all of that organisation."""
    del session
    if actor.positions & set(ORGANISATION_ADMINS):
        return Account.organisation_id == actor.organisation_id
    return Account.id == actor.account_id


def invitations_of_admin(session: Session, actor: Actor) -> Condition:
    """Invitations into the organisation, for its admin."""
    del session
    if not actor.positions & set(ORGANISATION_ADMINS):
        return false()
    return Invitation.organisation_id == actor.organisation_id


def audit_of_auditor(session: Session, actor: Actor) -> Condition:
    """The organisation's own trail, for its auditors."""
    del session
    if "auditor" not in actor.positions:
        return false()
    return AuditEvent.organisation_id == actor.organisation_id


def routes_owned(session: Session, actor: Actor) -> Condition:
    """Routes of own vehicles in plans in force."""
    del session
    return and_(
        PlanRoute.vehicle_id.in_(own_vehicles(actor)),
        PlanRoute.plan_version_id.in_(plans_in_force()),
    )


def applications_of_police(session: Session, actor: Actor) -> Condition:
    """Applications that have been handed in."""
    del session, actor
    return PermitApplication.state != "draft"


def documents_of_police(session: Session, actor: Actor) -> Condition:
    """Own documents, and those that were handed in to the authority."""
    del session
    return or_(Document.organisation_id == actor.organisation_id, Document.audience == "authority")


def executions_owned(session: Session, actor: Actor) -> Condition:
    """Days of own vehicles."""
    del session
    return Execution.vehicle_id.in_(own_vehicles(actor))


def executions_driven(session: Session, actor: Actor) -> Condition:
    """Days of vehicles on which the driver has a duty in a plan in force, or one just closed."""
    del session
    driver = select(Driver.id).where(Driver.account_id == actor.account_id)
    driven = (
        select(PlanDuty.id)
        .join(PlanRoute, PlanRoute.id == PlanDuty.route_id)
        .join(PlanVersion, PlanVersion.id == PlanRoute.plan_version_id)
        .where(
            PlanDuty.driver_id.in_(driver),
            PlanVersion.state.in_(ON_RECORD),
            PlanVersion.scenario.is_(None),
            PlanVersion.operator_id == Execution.operator_id,
            PlanVersion.service_date == Execution.service_date,
            PlanRoute.vehicle_id == Execution.vehicle_id,
        )
    )
    return driven.exists()
