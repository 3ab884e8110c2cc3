"""Reading the rows of a service date, all for one operator."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.tables import City, Organisation
from models.base import Base
from models.bays.tables import Bay, BayPlace
from models.charging.tables import ChargePoint, ChargingSite, Connector, Tariff
from models.errors import Forbidden, Invalid
from models.fleet.tables import (
    Driver,
    DriverDay,
    DutyTemplate,
    Vehicle,
    VehicleAbsence,
    VehiclePaper,
    VehicleType,
)
from models.language import gettext as _
from models.orders.tables import Order, OrderAfter, OrderAlternative
from models.permits.tables import Permit, PermitRule, PermitVehicle
from models.places.tables import Depot, Place, PlaceDay, PlaceWindow
from models.planning.tables import Claim, PlanDuty, PlanRoute, PlanVersion
from models.rules.tables import AccessRule, Zone
from workers.planning.snapshot.days import Days
from workers.planning.snapshot.rows import Rows
from workers.planning.states import PLANNABLE

Table = TypeVar("Table", bound=Base)
_ROLES = {"dispatcher", "system"}
_IN_FORCE = ("published", "executing")


def fetch(
    session: Session,
    actor: Actor,
    service_date: date,
    states: Collection[str] = PLANNABLE,
) -> Rows:
    """All rows that the operator's service date needs; orders in these ``states``.

    Raises:
        Forbidden: the actor plans for nobody.
        Invalid: the city is not set up.
    """
    if actor.role not in _ROLES or actor.organisation_id is None:
        raise Forbidden
    operator = actor.organisation_id
    city = session.scalars(select(City)).one_or_none()
    if city is None:
        raise Invalid("no_city", _("尚未设置城市"), _("请先导入或生成城市数据"))
    days = Days(service_date, ZoneInfo(city.timezone))
    vehicles = _all(
        session,
        select(Vehicle).where(
            or_(Vehicle.operator_id == operator, _own(Vehicle, operator)), Vehicle.active
        ),
    )
    drivers = _all(
        session,
        select(Driver).where(
            or_(Driver.operator_id == operator, _own(Driver, operator)), Driver.active
        ),
    )
    orders = _all(
        session,
        select(Order).where(
            Order.operator_id == operator,
            Order.service_date == service_date,
            Order.state.in_(states),
        ),
    )
    order_ids = select(Order.id).where(
        Order.operator_id == operator, Order.service_date == service_date
    )
    return Rows(
        city=city,
        operator_id=operator,
        orders=orders,
        alternatives=_all(
            session, select(OrderAlternative).where(OrderAlternative.order_id.in_(order_ids))
        ),
        afters=_all(session, select(OrderAfter).where(OrderAfter.order_id.in_(order_ids))),
        vehicles=vehicles,
        drivers=drivers,
        driver_days=_all(session, select(DriverDay).where(DriverDay.service_date == service_date)),
        place_days=_all(session, select(PlaceDay).where(PlaceDay.day == service_date)),
        **_fleet(session),
        **_ground(session),
        **_other_plans(session, operator, service_date, days.start, days.end),
    )


def _own(table: type[Vehicle | Driver], operator: uuid.UUID) -> Any:
    return table.operator_id.is_(None) & (table.organisation_id == operator)


def _all(session: Session, statement: Select[Table]) -> list[Table]:
    """The rows in a fixed order, so that the same data gives the same problem."""
    entity = statement.column_descriptions[0]["entity"]
    keys = list(entity.__table__.primary_key.columns)
    return list(session.scalars(statement.order_by(*keys)))


def _fleet(session: Session) -> dict[str, Any]:
    return {
        "types": _all(session, select(VehicleType)),
        "papers": _all(session, select(VehiclePaper)),
        "absences": _all(session, select(VehicleAbsence)),
        "duties": _all(session, select(DutyTemplate)),
    }


def _ground(session: Session) -> dict[str, Any]:
    return {
        "organisations": _all(session, select(Organisation)),
        "places": _all(session, select(Place)),
        "place_windows": _all(session, select(PlaceWindow)),
        "depots": _all(session, select(Depot)),
        "tariffs": _all(session, select(Tariff)),
        "sites": _all(session, select(ChargingSite)),
        "points": _all(session, select(ChargePoint)),
        "connectors": _all(session, select(Connector)),
        "bays": _all(session, select(Bay)),
        "bay_places": _all(session, select(BayPlace)),
        "zones": _all(session, select(Zone)),
        "rules": _all(session, select(AccessRule)),
        "permits": _all(session, select(Permit)),
        "permit_vehicles": _all(session, select(PermitVehicle)),
        "permit_rules": _all(session, select(PermitRule)),
    }


def _other_plans(
    session: Session, operator: uuid.UUID, service_date: date, start: datetime, end: datetime
) -> dict[str, Any]:
    """Claims of every plan in force but this date's own, and this operator's neighbouring days.

    Only a plan in force has claims, so they are not asked for their plan: another operator's is
    hidden from whoever is not the platform.
    """
    in_force = select(PlanVersion.id).where(
        PlanVersion.state.in_(_IN_FORCE), PlanVersion.scenario.is_(None)
    )
    own = in_force.where(
        PlanVersion.operator_id == operator, PlanVersion.service_date == service_date
    )
    neighbours = in_force.where(
        PlanVersion.operator_id == operator, PlanVersion.service_date < service_date
    )
    return {
        "claims": _all(
            session,
            select(Claim).where(
                Claim.plan_version_id.not_in(own),
                Claim.starts_at < end,
                Claim.ends_at > start,
            ),
        ),
        "before_routes": _all(
            session,
            select(PlanRoute).where(
                PlanRoute.plan_version_id.in_(neighbours),
                PlanRoute.ends_at > start,
                PlanRoute.starts_at < end,
            ),
        ),
        "before_duties": _all(
            session,
            select(PlanDuty).where(
                PlanDuty.plan_version_id.in_(neighbours),
                PlanDuty.ends_at > start,
                PlanDuty.starts_at < end,
            ),
        ),
    }
