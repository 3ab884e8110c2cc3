"""A plan made by hand for pages: right in form, its figures sums of its parts, not optimised."""

from __future__ import annotations

import uuid
from typing import Any

from routing.plan import (
    Leg,
    Load,
    MadeBy,
    Plan,
    PlanDuty,
    PlanObjective,
    PlanRoute,
    Reason,
    Remedy,
    RouteCosts,
    Stop,
    Trip,
    Unassigned,
)
from routing.problem import (
    AccessRule,
    Alternative,
    Bay,
    BayChoice,
    ChargeStep,
    ChargingSite,
    Connector,
    DailyHours,
    Depot,
    Driver,
    Duty,
    EnergyUse,
    GreatCircleTravel,
    Horizon,
    Interval,
    Order,
    Place,
    Problem,
    SpeedStep,
    Tariff,
    TariffStep,
    Vehicle,
    VehicleAvailability,
    VehicleType,
    When,
    Who,
    Window,
    Zone,
)
from routing.problem.hashing import problem_sha256

EVIL = "</script><img src=x onerror=alert(1)>'\"${1}"
"""The store name of the security page: harmless wherever it appears."""
HORIZON = Horizon(
    start="2026-11-23T18:00:00+08:00", end="2026-11-25T06:00:00+08:00", tz="Asia/Shanghai"
)
LENGTH = 36 * 3600


def uid(kind: str, number: int) -> str:
    """A stable id."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"made:{kind}:{number}"))


def _places(stops: int) -> list[Place]:
    depots = [
        Place(id=uid("depot", k), kind="distribution_centre", lon=lon, lat=lat, rest=True)
        for k, (lon, lat) in enumerate([(132.9, 21.08), (133.12, 21.0), (132.88, 20.92)])
    ]
    stores = [
        Place(
            id=uid("store", k),
            kind="store",
            lon=132.86 + 0.28 * ((k * 37 % 101) / 101),
            lat=20.9 + 0.2 * ((k * 53 % 97) / 97),
            fixed_s=120,
        )
        for k in range(stops)
    ]
    bay = Place(id=uid("bayplace", 0), kind="bay", lon=133.0, lat=21.0)
    station = Place(id=uid("station", 0), kind="charging", lon=132.98, lat=21.02)
    return [*depots, *stores, bay, station]


def _type() -> VehicleType:
    return VehicleType(
        id=uid("type", 0),
        payload_g=1_495_000,
        volume_cm3=15_000_000,
        gross_mass_g=4_495_000,
        energy="bev",
        profile="van",
        battery_wh=81_000,
        reserve_wh=16_200,
        max_charge_w=60_000,
        curve=[ChargeStep(from_wh=0, power_w=60_000)],
        plugs=["gbt_dc"],
        use=[EnergyUse(start=0, base_mwh_per_km=300_000, load_mwh_per_tkm=20)],
        capabilities=["tail_lift", "enclosed"],
        fixed=18_000_000,
        per_km=46_000,
        per_hour=3_400_000,
        co2e_mg_per_kwh=530_600,
    )


def made(vehicles: int = 12, per_trip: int = 5) -> tuple[Problem, Plan, dict[str, Any]]:
    """A problem, its plan and its names: ``vehicles`` with two trips of ``per_trip`` stops each."""
    count = vehicles * 2 * per_trip + 2
    places = _places(count)
    orders = [
        Order(
            id=uid("order", k),
            shipper=uid("shipper", k % 3),
            weight_g=92_000 + 1000 * (k % 7),
            volume_cm3=900_000,
            units=8 + k % 5,
            unit_s=20,
            load_unit_s=10,
            temperature=("ambient", "chilled", "frozen")[k % 3],
            needs=["tail_lift"] if k % 4 == 0 else [],
            pickup=[Alternative(place=uid("depot", k % 3))],
            delivery=[
                Alternative(
                    place=uid("store", k),
                    windows=[Window(start=0, end=LENGTH)],
                    bays=[BayChoice(bay=uid("bay", 0), walk_s=60)] if k % 9 == 0 else [],
                )
            ],
        )
        for k in range(count)
    ]
    problem = _problem(vehicles, places, orders)
    routes = [_route(problem, v, per_trip) for v in range(vehicles)]
    plan = Plan(
        problem_sha256=problem_sha256(problem),
        made_by=MadeBy(engine="by-hand", version="1"),
        routes=routes,
        unassigned=_unassigned(orders[-2:]),
        objective=_objective(routes),
    )
    return problem, plan, _names(vehicles, count)


def _problem(vehicles: int, places: list[Place], orders: list[Order]) -> Problem:
    ring = [(132.95, 20.96), (133.05, 20.96), (133.05, 21.04), (132.95, 21.04), (132.95, 20.96)]
    return Problem(
        horizon=HORIZON,
        places=places,
        depots=[
            Depot(place=uid("depot", k), hours=[Interval(start=0, end=LENGTH)], fixed_s=300)
            for k in range(3)
        ],
        bays=[
            Bay(
                id=uid("bay", 0),
                place=uid("bayplace", 0),
                spaces=2,
                hours=[Interval(start=0, end=LENGTH)],
            )
        ],
        chargers=[
            ChargingSite(
                id=uid("site", 0),
                place=uid("station", 0),
                connectors=[
                    Connector(id=uid("plug", 0), point="P1", power_w=60_000, plug="gbt_dc")
                ],
                tariff=uid("tariff", 0),
                hours=[Interval(start=0, end=LENGTH)],
            )
        ],
        tariffs=[Tariff(id=uid("tariff", 0), steps=[TariffStep(start=0, per_kwh=60_000)])],
        zones=[Zone(id=uid("zone", 0), polygons=[[ring]])],
        rules=[
            AccessRule(
                id=uid("rule", 0),
                zone=uid("zone", 0),
                effect="no_driving",
                who=[Who()],
                when=When(hours=[DailyHours(start=7 * 3600, end=20 * 3600)]),
            )
        ],
        vehicle_types=[_type()],
        vehicles=[
            Vehicle(
                id=uid("vehicle", v),
                type=uid("type", 0),
                home=uid("depot", v % 3),
                available=VehicleAvailability(start=0, place=uid("depot", v % 3), soc_wh=72_000),
            )
            for v in range(vehicles)
        ],
        drivers=[
            Driver(
                id=uid("driver", d),
                home=uid("depot", d // 2 % 3),
                available=Interval(start=0, end=LENGTH),
            )
            for d in range(2 * vehicles)
        ],
        duties=[
            Duty(
                id=uid("duty", d),
                driver=uid("driver", d),
                shift=Interval(start=0, end=LENGTH),
                longest_s=36000,
            )
            for d in range(2 * vehicles)
        ],
        orders=orders,
        travel=GreatCircleTravel(
            detour_permille=1300, profiles={"van": [SpeedStep(start=0, metres_per_hour=30_000)]}
        ),
    )


def _route(problem: Problem, v: int, per_trip: int) -> PlanRoute:
    begin = (4 + v % 3) * 3600
    duties = []
    soc = 72_000
    for half in range(2):
        trip, end, soc = _trip(problem, v, half, per_trip, begin + half * 10 * 3600, soc)
        duties.append(
            PlanDuty(
                duty=uid("duty", 2 * v + half), driver=uid("driver", 2 * v + half), trips=[trip]
            )
        )
        begin = max(begin, end - 9 * 3600 - half)
    metres = sum(s.leg.metres for d in duties for t in d.trips for s in t.stops if s.leg)
    return PlanRoute(
        vehicle=uid("vehicle", v),
        duties=duties,
        costs=RouteCosts(fixed=18_000, distance=metres * 46 // 1000, time=16_000, energy=700 + v),
    )


def _trip(  # noqa: PLR0917 - one call, beside it
    problem: Problem, v: int, half: int, per_trip: int, begin: int, soc: int
) -> tuple[Trip, int, int]:
    depot = uid("depot", v % 3)
    first = (v * 2 + half) * per_trip
    mine = problem.orders[first : first + per_trip]
    load = sum(o.weight_g for o in mine)
    at = begin
    loaded = at + 300 + sum(o.units * o.load_unit_s for o in mine)
    stops = [
        Stop(
            kind="depot",
            place=depot,
            orders=[o.id for o in mine],
            arrive=at,
            start=at,
            depart=loaded,
            load=Load(weight_g=load),
            soc_in=soc,
            soc_out=soc,
        )
    ]
    at = loaded
    for k, order in enumerate(mine):
        by_bay = bool(order.delivery[0].bays)
        place = uid("bayplace", 0) if by_bay else order.delivery[0].place
        soc -= 1500
        arrive = at + 900
        load -= order.weight_g
        done = arrive + 240 + 120 + order.units * order.unit_s
        stops.append(
            Stop(
                kind="delivery",
                place=place,
                bay=uid("bay", 0) if by_bay else None,
                orders=[order.id],
                arrive=arrive,
                start=arrive + 240,
                depart=done,
                load=Load(weight_g=load),
                soc_in=soc,
                soc_out=soc,
                leg=Leg(metres=5200 + 100 * k, seconds=900, wh=1500, cost=239_200, co2e_g=796),
            )
        )
        at = done
    if half == 0:
        soc -= 1500
        stops.append(
            Stop(
                kind="charge",
                place=uid("station", 0),
                arrive=at + 900,
                start=at + 1200,
                depart=at + 3000,
                load=Load(),
                soc_in=soc,
                soc_out=soc + 12_000,
                connector=uid("plug", 0),
                leg=Leg(metres=4000, seconds=900, wh=1500, cost=184_000, co2e_g=796),
            )
        )
        soc, at = soc + 12_000, at + 3000
        stops.append(
            Stop(
                kind="rest",
                place=uid("station", 0),
                arrive=at,
                start=at,
                depart=at + 1200,
                soc_in=soc,
                soc_out=soc,
            )
        )
        at += 1200
    soc -= 1500
    stops.append(
        Stop(
            kind="depot",
            place=depot,
            arrive=at + 900,
            start=at + 900,
            depart=at + 900,
            soc_in=soc,
            soc_out=soc,
            leg=Leg(metres=6000, seconds=900, wh=1500, cost=276_000, co2e_g=796),
        )
    )
    return Trip(stops=stops), at + 900, soc


def _unassigned(orders: list[Order]) -> list[Unassigned]:
    return [
        Unassigned(
            order=orders[0].id,
            tier="no_room",
            reasons=[
                Reason(code="time_window", vehicle=uid("vehicle", v), detail={"late_min": 12 + v})
                for v in range(3)
            ],
            remedy=Remedy(code="widen_window", detail={"minutes": 60}, cost=3860, verified=True),
        ),
        Unassigned(
            order=orders[1].id,
            tier="impossible",
            reasons=[Reason(code="yard", detail={"limit_mm": 2400, "vehicle_mm": 2600})],
        ),
    ]


def _objective(routes: list[PlanRoute]) -> PlanObjective:
    parts = {
        name: sum(getattr(r.costs, name) for r in routes)
        for name in ("fixed", "distance", "time", "energy", "lateness", "extra")
    }
    return PlanObjective(**parts, total=sum(parts.values()), missed={"1": 2})


def _names(vehicles: int, stores: int) -> dict[str, Any]:
    names: dict[str, Any] = {
        uid("type", 0): "4.5 t 纯电厢式",
        uid("bay", 0): {"label": "文昌路卸货泊位 3"},
        uid("bayplace", 0): {"label": "文昌路卸货泊位 3"},
        uid("station", 0): {"label": "江北充电站"},
        uid("site", 0): {"label": "江北充电站"},
        uid("plug", 0): {"label": "江北充电站 1 号桩 1 号枪"},
        uid("zone", 0): {"label": "内环货车限行区"},
        uid("rule", 0): {"label": "内环货车限行"},
    }
    for k, name in enumerate(["北岭发车仓", "东港公共配送中心", "西河干支衔接枢纽"]):
        names[uid("depot", k)] = {"label": name, "letter": "ABC"[k]}
    for k, name in enumerate(["禾丰超市（示例）", "惠邻便利（示例）", "速达快递（示例）"]):
        names[uid("shipper", k)] = name
    for k in range(stores):
        label = EVIL if k == 1 else f"禾丰超市 {k} 号店"
        names[uid("store", k)] = {"label": label, "address": f"文昌路 {k} 号"}
        names[uid("order", k)] = {"label": f"HF-1124-{k:03d}", "unit": "carton", "note": ""}
    for v in range(vehicles):
        names[uid("vehicle", v)] = {"label": f"辽ZD{v * 137 % 100000:05d}"}
    for d in range(2 * vehicles):
        names[uid("driver", d)] = {"label": f"司机{d}（示例）"}
    return names
