"""Plan records.

How a plan is read, exactly:

- A trip's first stop of kind ``depot`` loads ``orders`` (those whose chosen pickup place it is);
  its last stop of kind ``depot`` takes in orders delivered to the depot. Only ``charge``, ``swap``,
  ``rest`` and ``wait`` stops at the depot's own place may stand before the first or after the last.
  Trip k+1 of a vehicle begins at the place where trip k ended.
- A stop is arrival, start of service, departure: ``arrive <= start <= depart``. Between ``arrive``
  and ``start`` the vehicle waits. Service of a ``delivery`` or ``pickup`` visit lasts exactly:
  fixed time of the bay (or of the place's yard) + walking per place served + sum of units · unit
  time (+ ``unattended_extra_s`` where an unattended window is used); loading at the depot exactly
  ``depot.fixed_s`` + sum of units · ``load_unit_s`` when it loads anything, 0 if not. Whatever is
  left before ``depart`` is waiting in place. Stops of kind ``rest`` and ``wait`` only pass time.
- ``place`` is where the vehicle stands: the bay's place when ``bay`` is given, the site's place on
  a ``charge`` or ``swap`` stop.
- A depot stop may name a ``bay`` at its own place (it is then claimed); its service is the depot's
  all the same. A last depot stop that takes goods in serves ``depot.fixed_s`` + sum of units ·
  ``unit_s``.
- A visit is a run of consecutive stops of one trip with the same ``place`` and ``bay``: one bay
  claim from its first arrival to its last departure. Of its pickup and delivery stops the first
  pays the fixed time; walking and ``unattended_extra_s`` are paid once per place served (the
  largest of its orders'), at the first of its stops that serves the place.
- ``leg`` is the way *to* this stop from the stop before; None where the place is the same, and on
  the first stop of a vehicle's day. ``arrive = previous depart + leg.seconds``, or for stops at the
  same place ``arrive >= previous depart``: equal between a trip's first and last depot stop, any
  later time outside. Waiting for a ban to end happens before departure. All times lie within the
  horizon.
- ``load`` is what is on board at departure, ``soc_in``/``soc_out`` the charge (Wh) at arrival and
  departure (0 for fuel vehicles).
- A ``charge`` stop holds ``connector`` for exactly [start, depart) and draws soc_out - soc_in;
  where the site allows overlap, a ``depot``, ``delivery``, ``pickup`` or ``rest`` stop at the
  site's place may itself hold ``connector`` for [``charge_start``, ``charge_end``) within its stay.
- The energy drawn after tau whole seconds is, exactly, the integral of the power
  min(connector, vehicle ``max_charge_w``, curve step at the charge reached so far), and a session
  gains at most its floor in Wh; it draws at full power from its start and stops when the gain is
  reached. Its price is the sum over tariff steps of (energy drawn in the step) · price, in exact
  fractions, and is rounded only in the route's line.
- Duty time runs from the arrival at the duty's first ``depot`` stop to the departure from its last
  one; stops at the depot outside these are not duty time unless the site is ``attended``.
- ``stop_w`` is drawn at every stop between the trip's first and last ``depot`` stop, from arrive to
  depart, less the time on a connector or in a swap; each stop's Wh is rounded up once:
  soc_out = soc_in - ceil(stop_w · seconds off / 3600) + gain, and a session begins at
  soc_in - ceil(stop_w · seconds before it / 3600), which + gain never passes the battery.
- From the vehicle's first leg on the charge is never below the reserve, at arrival, session start
  or departure. The day begins with ``available.soc_wh``.
- Goods and charge stay on board between trips and duties. Rest is unbroken waiting, ``rest`` and
  ``wait`` stops, sessions at unattended sites, time between trips and outside the duty, where rest
  is possible; service and attended sessions break it.
- Money: ``leg.cost`` = metres · per_km / 1000 + (no battery) wh · fuel price at departure / 1000,
  ``leg.co2e_g`` = wh · co2e_mg_per_kwh / 1e6, each rounded half up once. The deficit is soc_end
  less the last ``soc_out``, at the time-weighted mean over the horizon of the tariff of the first
  site at the vehicle's home, or of the dearest tariff where there is none. Duty time of attended
  sessions before the first and after the last depot stop counts (from arrival, to departure).
- A route has at least one duty, a duty one trip, a trip two depot stops. An unassigned order has
  at least one reason. ``prize`` counts for optional orders only.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from routing.problem.base import Count, Id, Record

StopKind = Literal["depot", "pickup", "delivery", "charge", "swap", "rest", "wait"]
Tier = Literal["impossible", "no_room", "not_worth_it"]


class Leg(Record, frozen=True, kw_only=True):
    """The way to a stop. ``cost`` in milli-fen: distance, and fuel where the vehicle burns it.

    ``arcs`` are arc ids of the road network, empty where travel has none.
    """

    arcs: list[int] = []
    metres: Count
    seconds: Count
    wh: Count
    cost: Count
    co2e_g: Count


class Load(Record, frozen=True, kw_only=True):
    """On board at departure."""

    weight_g: Count = 0
    volume_cm3: Count = 0
    unit_places: Count = 0


class Stop(Record, frozen=True, kw_only=True):
    """A standing of the vehicle; see the module's text."""

    kind: StopKind
    place: Id
    bay: Id | None = None
    orders: list[Id] = []
    arrive: int
    start: int
    depart: int
    load: Load = Load()
    soc_in: Count = 0
    soc_out: Count = 0
    connector: Id | None = None
    charge_start: int | None = None
    charge_end: int | None = None
    leg: Leg | None = None


class Trip(Record, frozen=True, kw_only=True):
    """From a depot to a depot."""

    stops: list[Stop]


class PlanDuty(Record, frozen=True, kw_only=True):
    """One driver's turn on the vehicle; ``duty`` names the problem's duty."""

    duty: Id
    driver: Id
    trips: list[Trip]


class RouteCosts(Record, frozen=True, kw_only=True):
    """One line per kind, in fen, each rounded half up once from milli-fen.

    ``fixed`` per used day; ``distance``; ``time`` (duties from first arrival to last departure);
    ``energy`` (fuel of legs, or sessions at the true tariff plus the deficit at the home depot's
    mean tariff); ``lateness``; ``extra`` (alternatives' extra cost, swaps).
    """

    fixed: Count = 0
    distance: Count = 0
    time: Count = 0
    energy: Count = 0
    lateness: Count = 0
    extra: Count = 0


class PlanRoute(Record, frozen=True, kw_only=True):
    """One vehicle's day."""

    vehicle: Id
    duties: list[PlanDuty]
    costs: RouteCosts = RouteCosts()


class Reason(Record, frozen=True, kw_only=True):
    """Why an order is out: a reason code, for which vehicle (None = all), with figures."""

    code: str
    vehicle: Id | None = None
    detail: dict[str, str | int] = {}


class Remedy(Record, frozen=True, kw_only=True):
    """The cheapest mend found: ``code`` with its figures; ``cost`` in fen if known.

    ``verified``: applying it was tried and it served the order.
    """

    code: str
    detail: dict[str, str | int] = {}
    cost: int | None = None
    verified: bool = False


class Unassigned(Record, frozen=True, kw_only=True):
    """An order that is not served."""

    order: Id
    tier: Tier
    reasons: list[Reason]
    remedy: Remedy | None = None


class PlanObjective(Record, frozen=True, kw_only=True):
    """What the plan costs, in fen: sums of the routes' printed lines, prizes and weights.

    ``missed``: mandatory class to number of orders left out. ``prizes`` counts what was earned;
    ``total`` = fixed + distance + time + energy + lateness + extra + co2e + uneven + change -
    prizes.
    """

    missed: dict[str, int] = {}
    fixed: Count = 0
    distance: Count = 0
    time: Count = 0
    energy: Count = 0
    lateness: Count = 0
    extra: Count = 0
    co2e: Count = 0
    uneven: Count = 0
    change: Count = 0
    prizes: Count = 0
    total: int = 0


class MadeBy(Record, frozen=True, kw_only=True):
    """What made the plan; part of what two runs must share to be compared."""

    engine: str
    version: str
    seed: int = 0
    threads: int = 1
    iterations: int = 0


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """When and where it was made; no comparison reads it."""

    seconds: float = 0.0
    host: str = ""
    notes: list[str] = []


class Plan(Record, frozen=True, kw_only=True):
    """The answer to one problem, named by ``problem_sha256``."""

    format: Literal["greenfreight-plan"] = "greenfreight-plan"
    version: Literal[1] = 1
    problem_sha256: str
    made_by: MadeBy
    routes: list[PlanRoute]
    unassigned: list[Unassigned] = []
    objective: PlanObjective = PlanObjective()
    run: Run = Run()
