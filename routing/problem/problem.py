"""The whole problem."""

from __future__ import annotations

from typing import Literal

from routing.problem.access import AccessRule, Calendar, Permit, Zone
from routing.problem.base import Count, Horizon, Id, Record
from routing.problem.charging import ChargingSite, Tariff
from routing.problem.fleet import Driver, Duty, Vehicle, VehicleType
from routing.problem.orders import Order
from routing.problem.places import Bay, Depot, Place
from routing.problem.travel import GreatCircleTravel, NetworkTravel, TableTravel


class Commitment(Record, frozen=True, kw_only=True):
    """What another published plan holds: one bay space, connector, vehicle or driver.

    ``power_w`` is the reserved power where ``thing`` is a connector.
    """

    thing: Literal["bay", "connector", "vehicle", "driver"]
    id: Id
    start: int
    end: int
    power_w: Count = 0


class Lock(Record, frozen=True, kw_only=True):
    """What the dispatcher has fixed.

    ``vehicle``/``not_vehicle``: ``orders`` on (never on) ``vehicle``. ``sequence``: ``orders`` in
    this order, nothing between, on one trip. ``start_time``: service of ``orders`` starts at
    ``time``. ``frozen_prefix``: ``vehicle`` begins with ``orders``. ``charge``: ``vehicle`` charges
    at ``site`` at ``time``.

    Sequences are of deliveries; "nothing between" means no other order's pickup or delivery.
    ``frozen_prefix``: the vehicle's first deliveries are these, in this order. ``start_time`` binds
    the delivery's service start. ``charge``: a session there holds ``time``. An order that is left
    out, with its reason, breaks no lock, save that a sequence of which some are served is served
    whole and a frozen prefix is always served.
    """

    kind: Literal["vehicle", "not_vehicle", "sequence", "start_time", "frozen_prefix", "charge"]
    orders: list[Id] = []
    vehicle: Id | None = None
    time: int | None = None
    site: Id | None = None


class Waiver(Record, frozen=True, kw_only=True):
    """A violation that somebody answers for: ``rule`` on ``subject`` up to ``limit``.

    ``subject``: the order, vehicle, driver, bay, connector or site concerned; ``limit`` in the
    violation's own unit.
    """

    rule: str
    subject: str
    limit: int
    reason: str
    who: Id


class Objective(Record, frozen=True, kw_only=True):
    """Weights beyond the costs of vehicle kinds, all in milli-fen.

    ``late_per_hour`` for soft lateness; ``co2e_per_kg``, ``uneven_per_hour`` (duty over the mean)
    and ``change_per_order`` (against ``published``: order to vehicle) are optional weights.
    ``co2e`` prices the sum of the legs' grams; ``uneven`` the sum over used duties of what they are
    longer than the mean of used duties; ``change`` the orders of ``published`` that another vehicle
    serves, or none. Each is one line, rounded half up to the fen once.
    """

    late_per_hour: Count = 0
    co2e_per_kg: Count = 0
    uneven_per_hour: Count = 0
    change_per_order: Count = 0
    published: dict[str, str] = {}


class Problem(Record, frozen=True, kw_only=True):
    """A day to plan; see ``docs/problem-format.md``."""

    format: Literal["greenfreight-problem"] = "greenfreight-problem"
    version: Literal[1] = 1
    horizon: Horizon
    calendar: Calendar = Calendar()
    places: list[Place]
    depots: list[Depot]
    bays: list[Bay] = []
    chargers: list[ChargingSite] = []
    tariffs: list[Tariff] = []
    zones: list[Zone] = []
    rules: list[AccessRule] = []
    permits: list[Permit] = []
    vehicle_types: list[VehicleType]
    vehicles: list[Vehicle]
    drivers: list[Driver]
    duties: list[Duty]
    orders: list[Order]
    commitments: list[Commitment] = []
    locks: list[Lock] = []
    waivers: list[Waiver] = []
    objective: Objective = Objective()
    travel: GreatCircleTravel | TableTravel | NetworkTravel
