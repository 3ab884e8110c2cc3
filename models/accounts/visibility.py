"""Who sees what, in one place: the rows of each table that an actor may see.

``visible`` gives the filtered select, ``fetch`` one row or the same "not found" for a foreign id as
for none. What is not listed for a role, that role does not see. PostgreSQL's row security stands
behind this and is told here for whom the session works.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from sqlalchemy import Select, false, select, true
from sqlalchemy.orm import Session

from models.accounts import rows
from models.accounts.actor import SYSTEM, Actor
from models.accounts.rows import Condition, Rule
from models.accounts.tables import (
    ROLE_POSITIONS,
    ROLES,
    Account,
    Agreement,
    ApiToken,
    City,
    Invitation,
    Organisation,
)
from models.audit import refusals
from models.audit.tables import AuditEvent
from models.base import Base
from models.bays.tables import Bay, BayPlace
from models.charging.tables import ChargePoint, ChargingSite, Connector, Tariff
from models.db import bind
from models.documents.tables import Document
from models.errors import Forbidden, NotFound
from models.execution.tables import DriverLink, Execution, ExecutionEvent, TrackingLink
from models.fleet.tables import (
    Driver,
    DriverDay,
    DutyTemplate,
    Vehicle,
    VehicleAbsence,
    VehiclePaper,
    VehicleType,
)
from models.indicators.tables import IndicatorTarget
from models.language import gettext as _
from models.notices.tables import Notice
from models.orders.tables import (
    Import,
    ImportMapping,
    Order,
    OrderAlternative,
    OrderEvent,
    OrderVersion,
    UnitFactor,
)
from models.orders.wave_tables import OrderRequest, Wave, WaveOrder, WaveStation
from models.permits.tables import (
    ApplicationEvent,
    Permit,
    PermitApplication,
    PermitEvent,
    PermitScheme,
    RoadsideCheck,
    RoadsideKey,
)
from models.places.tables import (
    Depot,
    District,
    Place,
    PlaceDay,
    PlaceVersion,
    PlaceWindow,
    ShipperPlaceAlias,
    ShipperPlaceCode,
)
from models.planning.tables import (
    PlanAssignment,
    PlanDuty,
    PlanEdit,
    PlanEvent,
    PlanJob,
    PlanRoute,
    PlanVersion,
)
from models.rules.tables import AccessRule, Zone

Row = TypeVar("Row", bound=Base)


def _of(column: Any, entity: type[Base], key: Any) -> Rule:
    """Rows that hang on a visible row of ``entity``."""

    def rule(session: Session, actor: Actor) -> Condition:
        condition: Condition = column.in_(select(key).where(_condition(session, actor, entity)))
        return condition

    return rule


def _for_all(rule: Rule) -> dict[str, Rule]:
    return dict.fromkeys(ROLES, rule)


def _hanging(column: Any, entity: type[Base], key: Any, *roles: str) -> dict[str, Rule]:
    return dict.fromkeys(roles, _of(column, entity, key))


_FLEET_ROLES = ("dispatcher", "carrier", "driver", "police")
_ORDER_ROLES = ("dispatcher", "shipper", "receiver", "carrier", "driver")

RULES: Mapping[type[Base], Mapping[str, Rule]] = {
    # accounts
    City: _for_all(rows.everything),
    Organisation: {
        **_for_all(rows.own(Organisation.id)),
        "admin": rows.everything,
        "dispatcher": rows.organisations_of_operator,
        "shipper": rows.organisations_of_shipper,
        "police": rows.organisations_of_police,
    },
    Agreement: {
        "admin": rows.everything,
        "dispatcher": rows.own(Agreement.operator_id),
        "shipper": rows.own(Agreement.shipper_id),
    },
    Account: {**_for_all(rows.colleagues), "admin": rows.everything},
    Invitation: {**_for_all(rows.invitations_of_admin), "admin": rows.everything},
    ApiToken: {**_for_all(rows.own_account(ApiToken.account_id)), "admin": rows.everything},
    AuditEvent: {
        **_for_all(rows.audit_of_auditor),
        "admin": rows.everything,
    },
    # places
    District: _for_all(rows.everything),
    Place: {
        "dispatcher": rows.places_of_operator,
        "shipper": rows.places_of_shipper,
        "receiver": rows.places_of_receiver,
        "carrier": rows.places_on_the_way(rows.orders_of_carrier),
        "driver": rows.places_on_the_way(rows.orders_of_driver),
        "police": rows.public_places,
        "bureau": rows.public_places,
    },
    PlaceWindow: _hanging(PlaceWindow.place_id, Place, Place.id, *_ORDER_ROLES),
    PlaceDay: _hanging(PlaceDay.place_id, Place, Place.id, *_ORDER_ROLES),
    PlaceVersion: {
        "dispatcher": _of(PlaceVersion.place_id, Place, Place.id),
        "shipper": rows.of_own_place(PlaceVersion.place_id),
        "receiver": rows.of_own_place(PlaceVersion.place_id),
    },
    Depot: _hanging(Depot.place_id, Place, Place.id, *_ORDER_ROLES, "police", "bureau"),
    ShipperPlaceCode: {
        "dispatcher": rows.own_or_served(ShipperPlaceCode.shipper_id),
        "shipper": rows.own(ShipperPlaceCode.shipper_id),
    },
    ShipperPlaceAlias: {
        "dispatcher": rows.own_or_served(ShipperPlaceAlias.shipper_id),
        "shipper": rows.own(ShipperPlaceAlias.shipper_id),
    },
    # orders
    Order: {
        "dispatcher": rows.orders_of_operator,
        "shipper": rows.orders_of_shipper,
        "receiver": rows.orders_of_receiver,
        "carrier": rows.orders_of_carrier,
        "driver": rows.orders_of_driver,
    },
    OrderEvent: _hanging(OrderEvent.order_id, Order, Order.id, "dispatcher", "shipper"),
    OrderVersion: _hanging(OrderVersion.order_id, Order, Order.id, "dispatcher", "shipper"),
    OrderAlternative: _hanging(OrderAlternative.order_id, Order, Order.id, "dispatcher", "shipper"),
    Wave: {
        "dispatcher": rows.own_or_served(Wave.shipper_id),
        "shipper": rows.own(Wave.shipper_id),
    },
    WaveStation: _hanging(WaveStation.wave_id, Wave, Wave.id, "dispatcher", "shipper"),
    WaveOrder: _hanging(WaveOrder.order_id, Order, Order.id, "dispatcher", "shipper"),
    OrderRequest: _hanging(OrderRequest.order_id, Order, Order.id, "dispatcher", "shipper"),
    UnitFactor: {
        "dispatcher": rows.or_common(
            UnitFactor.shipper_id, rows.own_or_served(UnitFactor.shipper_id)
        ),
        "shipper": rows.or_common(UnitFactor.shipper_id, rows.own(UnitFactor.shipper_id)),
    },
    ImportMapping: {
        "dispatcher": rows.own_or_served(ImportMapping.organisation_id),
        "shipper": rows.own(ImportMapping.organisation_id),
        "carrier": rows.own(ImportMapping.organisation_id),
        "police": rows.own(ImportMapping.organisation_id),
    },
    Import: {
        "dispatcher": rows.own(Import.organisation_id),
        "shipper": rows.own(Import.organisation_id),
        "carrier": rows.own(Import.organisation_id),
        "police": rows.own(Import.organisation_id),
    },
    # fleet
    VehicleType: _for_all(
        rows.or_common(VehicleType.organisation_id, rows.own_or_served(VehicleType.organisation_id))
    ),
    Vehicle: {
        "dispatcher": rows.vehicles_run,
        "carrier": rows.vehicles_owned,
        "driver": rows.vehicles_driven,
        "police": rows.everything,
    },
    VehiclePaper: _hanging(VehiclePaper.vehicle_id, Vehicle, Vehicle.id, *_FLEET_ROLES),
    VehicleAbsence: _hanging(
        VehicleAbsence.vehicle_id, Vehicle, Vehicle.id, "dispatcher", "carrier"
    ),
    Driver: {
        "dispatcher": rows.drivers_run,
        "carrier": rows.drivers_owned,
        "driver": rows.driver_self,
    },
    DutyTemplate: _hanging(
        DutyTemplate.driver_id, Driver, Driver.id, "dispatcher", "carrier", "driver"
    ),
    DriverDay: _hanging(DriverDay.driver_id, Driver, Driver.id, "dispatcher", "carrier", "driver"),
    # the city's shared things
    Tariff: _for_all(rows.everything),
    ChargingSite: _for_all(rows.sites),
    ChargePoint: _hanging(ChargePoint.site_id, ChargingSite, ChargingSite.id, *ROLES),
    Connector: _hanging(Connector.point_id, ChargePoint, ChargePoint.id, *ROLES),
    Bay: _for_all(rows.everything),
    BayPlace: _hanging(BayPlace.place_id, Place, Place.id, *_ORDER_ROLES),
    Zone: _for_all(rows.everything),
    AccessRule: _for_all(rows.everything),
    IndicatorTarget: {"bureau": rows.everything},
    # permits
    PermitScheme: _for_all(rows.everything),
    Permit: {
        "dispatcher": rows.permits_of(rows.vehicles_run),
        "carrier": rows.permits_of(rows.vehicles_owned),
        "driver": rows.permits_of(rows.vehicles_driven),
        "police": rows.everything,
    },
    PermitEvent: _hanging(
        PermitEvent.permit_id, Permit, Permit.id, "dispatcher", "carrier", "police"
    ),
    PermitApplication: {
        "dispatcher": rows.own(PermitApplication.organisation_id),
        "carrier": rows.own(PermitApplication.organisation_id),
        "police": rows.applications_of_police,
    },
    ApplicationEvent: _hanging(
        ApplicationEvent.application_id,
        PermitApplication,
        PermitApplication.id,
        "dispatcher",
        "carrier",
        "police",
    ),
    RoadsideKey: {"police": rows.everything},
    RoadsideCheck: {"police": rows.own(RoadsideCheck.organisation_id)},
    Document: {
        "dispatcher": rows.own(Document.organisation_id),
        "carrier": rows.own(Document.organisation_id),
        "police": rows.documents_of_police,
    },
    Notice: dict.fromkeys(("dispatcher", "carrier", "police"), rows.own(Notice.organisation_id)),
    # planning
    PlanVersion: {"dispatcher": rows.own(PlanVersion.operator_id)},
    PlanEvent: _hanging(PlanEvent.plan_version_id, PlanVersion, PlanVersion.id, "dispatcher"),
    PlanEdit: _hanging(PlanEdit.plan_version_id, PlanVersion, PlanVersion.id, "dispatcher"),
    PlanRoute: {
        "dispatcher": _of(PlanRoute.plan_version_id, PlanVersion, PlanVersion.id),
        "carrier": rows.routes_owned,
        "driver": lambda _session, actor: PlanRoute.id.in_(rows.duty_routes(actor)),
    },
    PlanDuty: {
        "dispatcher": _of(PlanDuty.plan_version_id, PlanVersion, PlanVersion.id),
        "carrier": _of(PlanDuty.route_id, PlanRoute, PlanRoute.id),
        "driver": lambda _session, actor: rows.own_duties(actor),
    },
    PlanAssignment: _hanging(
        PlanAssignment.plan_version_id, PlanVersion, PlanVersion.id, "dispatcher"
    ),
    PlanJob: {
        role: rows.own(PlanJob.organisation_id)
        for role in ("dispatcher", "shipper", "carrier", "police")
    },
    # on the street
    Execution: {
        "dispatcher": rows.own(Execution.operator_id),
        "carrier": rows.executions_owned,
        "driver": rows.executions_driven,
    },
    DriverLink: _hanging(DriverLink.execution_id, Execution, Execution.id, "dispatcher"),
    ExecutionEvent: _hanging(
        ExecutionEvent.execution_id, Execution, Execution.id, "dispatcher", "driver"
    ),
    TrackingLink: _hanging(TrackingLink.order_id, Order, Order.id, "dispatcher", "shipper"),
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
    refusals.about(session, entity.__tablename__, row_id(key))
    if row is None:
        raise NotFound
    return row


def row_id(key: object) -> str:
    """``key`` as an id; - if it is none, so that nothing else of a request is written down."""
    try:
        return str(key if isinstance(key, uuid.UUID) else uuid.UUID(str(key)))
    except ValueError:
        return "-"


def require(
    session: Session,
    actor: Actor,
    *roles: str,
    position: str | Collection[str] | None = None,
) -> None:
    """Let only ``roles`` (and the platform itself) go on, if need be only with a ``position``.

    ``position``: one, or any of several; roles that do not know such a position need none.

    Raises:
        Forbidden: the actor has another role, or not the position.
    """
    if actor.role != SYSTEM:
        # a mere auditor reads, and reading asks for nothing here
        if actor.role not in roles or actor.positions == {"auditor"}:
            raise Forbidden
        wanted = {position} if isinstance(position, str) else set(position or ())
        known = wanted & set(ROLE_POSITIONS[actor.role])
        if known and not known & actor.positions:
            raise Forbidden(_("当前岗位不能执行此操作"))
    bind(session, actor)
