"""Rows for tests: each function adds one with sensible values, keyword arguments win.

``World`` is a small city with everybody in it, for tests that need who-sees-what.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.second_factor import required
from models.accounts.tables import Account, Agreement, City, Organisation
from models.base import now
from models.bays.tables import Bay, BayPlace
from models.charging.tables import ChargePoint, ChargingSite, Connector, Tariff
from models.fleet.tables import Driver, DutyTemplate, Vehicle, VehicleType
from models.orders.tables import Order
from models.permits.tables import Permit
from models.places.tables import Depot, Place, ShipperPlaceCode
from models.planning.tables import PlanAssignment, PlanDuty, PlanRoute, PlanVersion
from models.rules.tables import AccessRule, Zone
from models.sealing import sealer
from models.spatial import multipolygon, point

PASSWORD = "correct-horse-示例"  # noqa: S105 - of tests alone
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 - of tests alone
DAY = date(2026, 11, 24)
POSITIONS = {
    "dispatcher": ("organisation_admin", "auditor"),
    "shipper": ("shipper_admin",),
    "receiver": ("receiver",),
    "carrier": ("organisation_admin",),
    "police": ("reviewer", "approver", "officer", "rule_keeper"),
    "bureau": ("viewer", "target_keeper"),
    "admin": ("admin",),
}
"""What an account of a role does unless a test says otherwise: all that the role may."""
NARROW = (
    ("clerk", "shipper", "shipper"),
    ("station_manager", "shipper", "shipper"),
    ("auditor", "shipper", "shipper"),
    ("reviewer", "police", "police"),
    ("approver", "police", "police"),
    ("officer", "police", "police"),
    ("rule_keeper", "police", "police"),
    ("viewer", "bureau", "bureau"),
)
"""People of the small city who hold one position only: name and position, organisation, role."""
LON, LAT = 133.0, 21.0

_numbers = count(1)
_quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def number() -> int:
    """A number that no other row of this run has."""
    return next(_numbers)


def _add(session: Session, row: Any) -> Any:
    session.add(row)
    session.flush()
    return row


def city(session: Session, **values: Any) -> City:
    given = {"name": "云汀市（示例）", "lon": LON, "lat": LAT, "demo": True, **values}
    return _add(session, City(**given))


def organisation(session: Session, kind: str = "shipper", **values: Any) -> Organisation:
    given = {"kind": kind, "name": f"{kind}-{number()}示例", **values}
    return _add(session, Organisation(**given))


def account(session: Session, of: Organisation, role: str, **values: Any) -> Account:
    given = {
        "login": f"{role}{number()}",
        "name": f"{role} 示例",
        "role": role,
        "positions": list(POSITIONS.get(role, ())),
        "organisation_id": of.id,
        "password_hash": _quick.hash(PASSWORD),
        **values,
    }
    if required(role, given["positions"]):
        given = {
            "totp_secret": sealer(session).seal(TOTP_SECRET),
            "totp_confirmed_at": now(),
            **given,
        }
    row = _add(session, Account(**given))
    session.refresh(row, ["organisation"])
    return row


def actor(of: Account) -> Actor:
    return Actor(
        account_id=of.id,
        organisation_id=of.organisation_id,
        organisation_kind=of.organisation.kind,
        role=of.role,
        positions=frozenset(of.positions),
        request_id="test",
        address="127.0.0.1",
    )


def agreement(session: Session, shipper: Organisation, operator: Organisation) -> Agreement:
    return _add(session, Agreement(shipper_id=shipper.id, operator_id=operator.id))


def place(
    session: Session,
    owner: Organisation,
    kind: str = "store",
    at: tuple[float, float] | None = None,
    **values: Any,
) -> Place:
    n = number()
    lon, lat = at or (LON + 0.001 * (n % 97), LAT + 0.001 * (n % 89))
    given = {
        "organisation_id": owner.id,
        "kind": kind,
        "code": f"P{n}",
        "name": f"{kind} {n} 示例",
        "geometry": point(lon, lat),
        **values,
    }
    return _add(session, Place(**given))


def depot(session: Session, owner: Organisation, **values: Any) -> Place:
    row = place(session, owner, "depot", **values)
    _add(session, Depot(place_id=row.id, letter="A", fixed_s=600))
    return row


def shipper_code(session: Session, shipper: Organisation, of: Place, code: str) -> ShipperPlaceCode:
    given = ShipperPlaceCode(shipper_id=shipper.id, place_id=of.id, code=code, name=of.name)
    return _add(session, given)


def order(
    session: Session,
    shipper: Organisation,
    operator: Organisation,
    pickup: Place,
    delivery: Place,
    **values: Any,
) -> Order:
    given = {
        "shipper_id": shipper.id,
        "operator_id": operator.id,
        "reference": f"R{number()}",
        "state": "submitted",
        "service_date": DAY,
        "pickup_place_id": pickup.id,
        "delivery_place_id": delivery.id,
        "weight_g": 100_000,
        "volume_cm3": 500_000,
        "units": 10,
        **values,
    }
    return _add(session, Order(**given))


def vehicle_type(session: Session, **values: Any) -> VehicleType:
    given = {
        "code": f"T{number()}",
        "name": "轻型纯电厢货",
        "payload_g": 1_500_000,
        "volume_cm3": 12_000_000,
        "energy": "bev",
        "battery_wh": 80_000,
        "reserve_wh": 8_000,
        "max_charge_w": 60_000,
        "curve": [{"from_wh": 0, "power_w": 60_000}],
        "plugs": ["gbt_dc"],
        "use": [{"start": 0, "base_mwh_per_km": 250_000, "load_mwh_per_tkm": 30_000}],
        **values,
    }
    return _add(session, VehicleType(**given))


def vehicle(
    session: Session, owner: Organisation, kind: VehicleType, home: Place, **values: Any
) -> Vehicle:
    n = number()
    given = {
        "organisation_id": owner.id,
        "operator_id": owner.id,
        "plate": f"辽Z{n:05d}D",
        "plate_tail": n % 10,
        "type_id": kind.id,
        "home_id": home.id,
        **values,
    }
    return _add(session, Vehicle(**given))


def driver(session: Session, owner: Organisation, home: Place, **values: Any) -> Driver:
    n = number()
    given = {
        "organisation_id": owner.id,
        "operator_id": owner.id,
        "code": f"D{n}",
        "name": f"司机 {n} 示例",
        "home_id": home.id,
        **values,
    }
    row = _add(session, Driver(**given))
    _add(session, DutyTemplate(driver_id=row.id, name="早班", start_s=18_000, end_s=57_600))
    return row


def charging_site(session: Session, owner: Organisation, **values: Any) -> ChargingSite:
    n = number()
    tariff = _add(
        session,
        Tariff(
            organisation_id=owner.id,
            code=f"TOU{n}",
            name="分时电价",
            steps=[{"start": 0, "per_kwh": 40_000}, {"start": 28_800, "per_kwh": 110_000}],
        ),
    )
    at = place(session, owner, "charging")
    given = {
        "organisation_id": owner.id,
        "place_id": at.id,
        "code": f"CS{n}",
        "name": f"充电站 {n} 示例",
        "tariff_id": tariff.id,
        **values,
    }
    site = _add(session, ChargingSite(**given))
    spot = _add(session, ChargePoint(site_id=site.id, code="1"))
    _add(session, Connector(point_id=spot.id, code="1", power_w=60_000))
    return site


def bay(session: Session, owner: Organisation, serves: Place, **values: Any) -> Bay:
    n = number()
    at = place(session, owner, "bay")
    given = {
        "organisation_id": owner.id,
        "place_id": at.id,
        "code": f"B{n}",
        "name": f"泊位 {n} 示例",
        **values,
    }
    row = _add(session, Bay(**given))
    _add(session, BayPlace(bay_id=row.id, place_id=serves.id, walk_s=60))
    return row


def square(west: float, south: float, side: float) -> list[list[tuple[float, float]]]:
    """The rings of a square, for zones."""
    east, north = west + side, south + side
    return [[(west, south), (east, south), (east, north), (west, north), (west, south)]]


def zone(session: Session, owner: Organisation, **values: Any) -> Zone:
    n = number()
    given = {
        "organisation_id": owner.id,
        "code": f"Z{n}",
        "name": f"限行区 {n} 示例",
        "area": multipolygon([square(LON, LAT, 0.02)]),
        **values,
    }
    return _add(session, Zone(**given))


def rule(session: Session, of: Zone, **values: Any) -> AccessRule:
    n = number()
    given = {
        "organisation_id": of.organisation_id,
        "zone_id": of.id,
        "code": f"R{n}",
        "name": f"规则 {n}",
        "effect": "no_driving",
        "when": {"hours": [{"start": 25_200, "end": 32_400}]},
        **values,
    }
    return _add(session, AccessRule(**given))


def permit(
    session: Session,
    owner: Organisation,
    vehicles: list[Vehicle],
    rules: list[AccessRule],
    **values: Any,
) -> Permit:
    given = {
        "organisation_id": owner.id,
        "number": f"P{number()}",
        "date_from": DAY,
        "date_to": DAY + timedelta(days=30),
        "vehicles": vehicles,
        "rules": rules,
        **values,
    }
    return _add(session, Permit(**given))


def plan_version(session: Session, operator: Organisation, **values: Any) -> PlanVersion:
    state = values.get("state", "draft")
    solved = {"verdict": "clean", "plan_sha256": "0" * 64, "problem_sha256": "1" * 64}
    given = {
        "operator_id": operator.id,
        "service_date": DAY,
        "version": number(),
        **(solved if state in {"solved", "published", "executing", "superseded"} else {}),
        **values,
    }
    return _add(session, PlanVersion(**given))


def instant(hour: float, day: date = DAY) -> datetime:
    """An hour of the city's day (UTC+8) as an instant."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=8)
    return midnight + timedelta(hours=hour)


def assign(
    session: Session, plan: PlanVersion, run: Vehicle, by: Driver, orders: list[Order]
) -> PlanRoute:
    """A route of ``run`` driven by ``by`` that delivers ``orders`` at nine o'clock."""
    route = _add(
        session,
        PlanRoute(
            plan_version_id=plan.id,
            vehicle_id=run.id,
            label="A1",
            starts_at=instant(7),
            ends_at=instant(11),
        ),
    )
    _add(
        session,
        PlanDuty(
            plan_version_id=plan.id,
            route_id=route.id,
            driver_id=by.id,
            starts_at=instant(7),
            ends_at=instant(11),
        ),
    )
    for one in orders:
        _add(
            session,
            PlanAssignment(
                plan_version_id=plan.id,
                order_id=one.id,
                vehicle_id=run.id,
                driver_id=by.id,
                trip=1,
                arrives_at=instant(9),
                starts_at=instant(9),
                departs_at=instant(9.25),
            ),
        )
    return route


@dataclass
class World:
    """A city with two operators, two shippers, a receiver, a carrier, authorities.

    ``actors`` by role; a ``2`` marks the other one of a kind (``shipper2``, ``dispatcher2``).
    """

    organisations: dict[str, Organisation] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)

    def id(self, name: str) -> uuid.UUID:
        """The id of a row."""
        return self.rows[name].id


def _people(session: Session, world: World) -> None:
    for name, kind, roles in (
        ("operator", "operator", ("dispatcher",)),
        ("operator2", "operator", ("dispatcher",)),
        ("carrier", "carrier", ("carrier", "driver")),
        ("carrier2", "carrier", ("carrier", "driver")),
        ("shipper", "shipper", ("shipper",)),
        ("shipper2", "shipper", ("shipper",)),
        ("receiver", "receiver", ("receiver",)),
        ("receiver2", "receiver", ("receiver",)),
        ("police", "traffic_police", ("police",)),
        ("bureau", "bureau", ("bureau",)),
        ("platform", "platform", ("admin",)),
    ):
        of = world.organisations[name] = organisation(session, kind)
        for role in roles:
            suffix = "2" if name.endswith("2") else ""
            made = account(session, of, role)
            world.rows[f"account:{role}{suffix}"] = made
            world.actors[f"{role}{suffix}"] = actor(made)
    for name, kind, role in NARROW:
        made = account(session, world.organisations[kind], role, positions=[name])
        world.rows[f"account:{name}"] = made
        world.actors[name] = actor(made)


def world(session: Session, day: date = DAY) -> World:
    """Everybody, with one order of each shipper, both planned on the carriers' vehicles."""
    made = World()
    city(session)
    _people(session, made)
    of, rows = made.organisations, made.rows
    rows["depot"] = depot(session, of["operator"])
    rows["hub"] = place(session, of["operator"], "hub")
    rows["type"] = vehicle_type(session)
    rows["zone"] = zone(session, of["police"])
    rows["rule"] = rule(session, rows["zone"])
    rows["site"] = charging_site(session, of["operator"])
    for suffix in ("", "2"):
        operator, shipper = of[f"operator{suffix}"], of[f"shipper{suffix}"]
        agreement(session, shipper, operator)
        store = place(session, shipper, receiver_id=of[f"receiver{suffix}"].id)
        rows[f"store{suffix}"] = store
        rows[f"bay{suffix}"] = bay(session, operator, store)
        rows[f"code{suffix}"] = shipper_code(session, shipper, store, "S1")
        carrier = of[f"carrier{suffix}"]
        rows[f"vehicle{suffix}"] = vehicle(
            session, carrier, rows["type"], rows["depot"], operator_id=operator.id
        )
        rows[f"driver{suffix}"] = driver(
            session,
            carrier,
            rows["depot"],
            operator_id=operator.id,
            account_id=made.actors[f"driver{suffix}"].account_id,
        )
        rows[f"permit{suffix}"] = permit(
            session, carrier, [rows[f"vehicle{suffix}"]], [rows["rule"]]
        )
        rows[f"order{suffix}"] = order(
            session, shipper, operator, rows["hub"], store, state="planned", service_date=day
        )
        rows[f"plan{suffix}"] = plan_version(session, operator, state="published", service_date=day)
        rows[f"route{suffix}"] = assign(
            session,
            rows[f"plan{suffix}"],
            rows[f"vehicle{suffix}"],
            rows[f"driver{suffix}"],
            [rows[f"order{suffix}"]],
        )
    return made
