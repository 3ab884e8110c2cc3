"""A compact city with every kind of rule in it, and its correct plan worked out by hand.

Everything lies on a line: places at whole kilometres, driving at 10 m/s, 0.2 Wh a metre for the
truck, so that every figure can be checked in the head. Times are seconds after 18:00 on Monday
2026-11-23; 22:00 = 14400, midnight = 21600, 06:00 = 43200, 08:00 on the service date = 50400.
"""

from __future__ import annotations

from typing import Any

import msgspec

from routing.plan import (
    Leg,
    Load,
    MadeBy,
    Plan,
    PlanDuty,
    PlanObjective,
    PlanRoute,
    Reason,
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
    Commitment,
    Compartment,
    Connector,
    DailyHours,
    Depot,
    Driver,
    Duty,
    EnergyUse,
    Horizon,
    Interval,
    Objective,
    Order,
    Paper,
    Permit,
    Place,
    Problem,
    TableSlice,
    TableTravel,
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

HORIZON = Horizon(
    start="2026-11-23T18:00:00+08:00", end="2026-11-25T06:00:00+08:00", tz="Asia/Shanghai"
)
HORIZON_S = 129_600
ALL_DAY = Interval(start=0, end=HORIZON_S)
NIGHT = Window(start=14_400, end=43_200, night=True, needs=["quiet"])
KM = {"dc": 0, "s1": 9, "kerb": 10, "s2": 11, "hub": 15, "cs": 20, "lay": 25, "s3": 30}
"""Kilometre of each place."""


def change(record: Any, **fields: Any) -> Any:
    """A copy of a record with some fields changed."""
    return msgspec.structs.replace(record, **fields)


def changed(items: list[Any], item_id: str, **fields: Any) -> list[Any]:
    """A copy of a list of records in which the one with that id has some fields changed."""
    assert any(item.id == item_id for item in items)
    return [change(item, **fields) if item.id == item_id else item for item in items]


def line_table(kilometres: dict[str, int]) -> TableTravel:
    """Table travel along a line at 10 m/s."""
    metres = [[abs(a - b) * 1000 for b in kilometres.values()] for a in kilometres.values()]
    seconds = [[value // 10 for value in row] for row in metres]
    step = TableSlice(start=0, seconds=seconds, metres=metres)
    return TableTravel(places=list(kilometres), profiles={"lorry": [step]})


def order(order_id: str, pickup: Alternative, delivery: Alternative, **fields: Any) -> Order:
    """100 kg and half a cubic metre in 4 units of 30 s to load and 20 s to unload."""
    given: dict[str, Any] = {
        "shipper": "shop",
        "weight_g": 100_000,
        "volume_cm3": 500_000,
        "units": 4,
        "unit_s": 20,
        "load_unit_s": 30,
        **fields,
    }
    return Order(id=order_id, pickup=[pickup], delivery=[delivery], **given)


def at(place: str, *windows: Window, bay: str | None = None, walk_s: int = 0, **fields: Any):
    """An alternative at a place, from a bay where one is named."""
    bays = [BayChoice(bay=bay, walk_s=walk_s)] if bay else []
    return Alternative(place=place, windows=list(windows), bays=bays, **fields)


def orders() -> list[Order]:
    depot = at("dc")
    night_alone = change(NIGHT, unattended=True, unattended_extra_s=120)
    return [
        order("o1#1", depot, at("s1", night_alone, bay="b1", walk_s=60), units=10),
        order("o1#2", depot, at("s2", NIGHT, bay="b1", walk_s=90), units=5),
        order("o3", depot, at("s3"), longest_ride_s=4_000, needs=["enclosed"]),
        order(
            "o4", depot, at("s1", Window(start=50_400, end=57_600), bay="b1", walk_s=60), units=6
        ),
        order("o5", at("hub"), depot, units=2, release=50_000, due=60_000),
        order(
            "o6", depot, at("s2", extra_cost=5_000), temperature="chilled", shipper="dairy",
            unit_places=2,
        ),
        order(
            "o7", depot, at("s3", Window(start=57_000, end=57_600, soft_late_s=1_800)), units=3,
            mandatory=0, prize=9_000_000, after=["o5"], goods="books",
        ),
        order("o8", depot, at("s3"), mandatory=2, needs=["crane"]),
    ]  # fmt: skip


def vehicle_types() -> list[VehicleType]:
    truck = VehicleType(
        id="truck", payload_g=1_000_000, volume_cm3=8_000_000, unit_places=6, length_mm=6_000,
        height_mm=2_800, gross_mass_g=4_000_000, energy="bev", capabilities=["quiet", "enclosed"],
        profile="lorry", battery_wh=20_000, reserve_wh=2_000, max_charge_w=60_000,
        curve=[ChargeStep(from_wh=0, power_w=60_000), ChargeStep(from_wh=16_000, power_w=18_000)],
        plugs=["gbt"], use=[EnergyUse(start=0, base_mwh_per_km=200_000, load_mwh_per_tkm=0)],
        stop_w=360, fixed=20_000_000, per_km=60_000, per_hour=3_600_000, co2e_mg_per_kwh=500_000,
        papers=["inspection"],
    )  # fmt: skip
    van = VehicleType(
        id="van", payload_g=1_000_000, volume_cm3=6_000_000, unit_places=4,
        compartments=[
            Compartment(id="cold", temperatures=["chilled", "frozen"], payload_g=500_000,
                        volume_cm3=2_000_000, unit_places=2),
            Compartment(id="dry", temperatures=["ambient"], payload_g=500_000,
                        volume_cm3=4_000_000),
        ],
        length_mm=5_000, height_mm=2_400, gross_mass_g=3_000_000, energy="diesel",
        emission_stage=5, profile="lorry",
        use=[EnergyUse(start=0, base_mwh_per_km=500_000, load_mwh_per_tkm=0)],
        fuel_tariff="diesel", fixed=10_000_000, per_km=50_000, per_hour=3_600_000,
        co2e_mg_per_kwh=300_000,
    )  # fmt: skip
    return [truck, van]


def places() -> list[Place]:
    def place(name: str, kind: Any, **fields: Any) -> Place:
        return Place(id=name, kind=kind, lon=133 + KM[name] / 100, lat=21, **fields)

    return [
        place("dc", "distribution_centre", fixed_s=50),
        place("s1", "store", yard=False),
        place("kerb", "bay"),
        place("s2", "store", fixed_s=150, yard_max_length_mm=5_500),
        place("hub", "hub", fixed_s=100),
        place("cs", "charging"),
        place("lay", "rest", rest=True),
        place("s3", "store", fixed_s=200),
    ]


def chargers() -> list[ChargingSite]:
    quick = [Connector(id=name, point="p1", power_w=30_000, plug="gbt") for name in ("k1", "k2")]
    home = [Connector(id="h1", point="p2", power_w=20_000, plug="gbt")]
    return [
        ChargingSite(
            id="quick", place="cs", connectors=quick, power_w=40_000, tariff="public",
            hours=[ALL_DAY],
        ),
        ChargingSite(id="home", place="dc", connectors=home, tariff="depot", hours=[ALL_DAY]),
    ]  # fmt: skip


def tariffs() -> list[Tariff]:
    def tariff(name: str, *steps: tuple[int, int]) -> Tariff:
        return Tariff(id=name, steps=[TariffStep(start=s, per_kwh=p) for s, p in steps])

    return [
        tariff("public", (0, 80_000), (21_600, 30_000)),
        tariff("depot", (0, 60_000), (25_200, 30_000)),
        tariff("diesel", (0, 90_000)),
    ]


def hours(start: int, end: int) -> When:
    """Every day between two hours of the clock."""
    return When(hours=[DailyHours(start=start * 3600, end=end * 3600)])


def small_city(**fields: Any) -> Problem:
    """The city. The zone ``core`` holds s1, kerb and s2 (kilometres 9 to 11)."""
    ring = [(133.085, 20.9), (133.115, 20.9), (133.115, 21.1), (133.085, 21.1)]
    given: dict[str, Any] = {
        "horizon": HORIZON,
        "places": places(),
        "depots": [Depot(place="dc", hours=[Interval(start=0, end=100_000)], fixed_s=600)],
        "bays": [
            Bay(
                id="b1", place="kerb", spaces=1, hours=[Interval(start=14_400, end=86_400)],
                longest_stay_s=1_000, max_length_mm=6_500, buffer_before_s=60, buffer_after_s=60,
                fixed_s=300,
            )
        ],
        "chargers": chargers(),
        "tariffs": tariffs(),
        "zones": [Zone(id="core", polygons=[[ring]])],
        "rules": [
            AccessRule(
                id="pass", zone="core", effect="pass_needed", who=[Who(types=["truck"])],
                when=hours(7, 20),
            ),
            AccessRule(
                id="quiet", zone="core", effect="quiet_only", who=[Who()], when=hours(22, 6)
            ),
        ],
        "permits": [
            Permit(
                id="p1", vehicles=["v1"], rules=["pass"], date_from="2026-11-24",
                date_to="2026-11-24", hours=[DailyHours(start=21_600, end=43_200)],
                trips_per_day=1,
            )
        ],
        "vehicle_types": vehicle_types(),
        "vehicles": [
            Vehicle(
                id="v1", type="truck", home="dc",
                available=VehicleAvailability(start=7_200, place="dc", soc_wh=14_000, end=90_000),
                papers=[Paper(kind="inspection", valid_to="2026-11-24")],
            ),
            Vehicle(
                id="v2", type="van", plate_kind="blue_small", plate_tail=4, home="dc",
                available=VehicleAvailability(start=0, place="dc"),
            ),
        ],
        "drivers": [
            Driver(id=name, home="dc", available=Interval(start=0, end=110_000))
            for name in ("d1", "d2", "d3")
        ],
        "duties": [
            Duty(id="A", driver="d1", shift=Interval(start=7_200, end=43_200), longest_s=18_000,
                 longest_driving_s=5_600),
            Duty(id="B", driver="d2", shift=Interval(start=43_200, end=86_400), longest_s=18_000),
            Duty(id="C", driver="d3", shift=Interval(start=43_200, end=100_800), longest_s=18_000),
        ],
        "orders": orders(),
        "commitments": [
            Commitment(thing="bay", id="b1", start=16_000, end=17_000),
            Commitment(thing="connector", id="k2", start=19_000, end=20_000, power_w=10_000),
        ],
        "objective": Objective(
            late_per_hour=360_000, co2e_per_kg=100_000, uneven_per_hour=3_600_000,
            change_per_order=1_000_000, published={"o1#1": "v1"},
        ),
        "travel": line_table(KM),
        **fields,
    }  # fmt: skip
    return Problem(**given)


class Day:
    """Writes one vehicle's stops: legs, times, load and charge follow from what is asked."""

    def __init__(self, problem: Problem, vehicle: str) -> None:
        self._problem = problem
        self._vehicle = next(item for item in problem.vehicles if item.id == vehicle)
        self._type = next(item for item in problem.vehicle_types if item.id == self._vehicle.type)
        self._orders = {item.id: item for item in problem.orders}
        self._board: dict[str, Order] = {}
        self._soc = self._vehicle.available.soc_wh
        self._last: Stop | None = None
        self._duties: list[tuple[str, str, list[list[Stop]]]] = []

    def duty(self, duty: str, driver: str) -> Day:
        self._duties.append((duty, driver, []))
        return self

    def trip(self) -> Day:
        self._duties[-1][2].append([])
        return self

    def stop(
        self,
        kind: Any,
        place: str,
        depart: int,
        *,
        load: str = "",
        unload: str = "",
        arrive: int | None = None,
        start: int | None = None,
        drawn: int = 0,
        gain: int = 0,
        **fields: Any,
    ) -> Day:
        """``drawn``: Wh that standing costs; times not given follow from the leg."""
        leg = self._leg(place)
        if arrive is None:
            assert self._last is not None
            arrive = self._last.depart + (leg.seconds if leg else 0)
        soc_in = self._soc - (leg.wh if leg and self._type.battery_wh else 0)
        self._soc = soc_in - drawn + gain
        for name in load.split():
            self._board[name] = self._orders[name]
        for name in unload.split():
            del self._board[name]
        board = self._board.values()
        self._last = Stop(
            kind=kind,
            place=place,
            orders=[*load.split(), *unload.split()],
            arrive=arrive,
            start=arrive if start is None else start,
            depart=depart,
            load=Load(
                weight_g=sum(item.weight_g for item in board),
                volume_cm3=sum(item.volume_cm3 for item in board),
                unit_places=sum(item.unit_places for item in board),
            ),
            soc_in=soc_in,
            soc_out=self._soc,
            leg=leg,
            **fields,
        )
        self._duties[-1][2][-1].append(self._last)
        return self

    def _leg(self, place: str) -> Leg | None:
        if self._last is None or self._last.place == place:
            return None
        metres = abs(KM[place] - KM[self._last.place]) * 1000
        kind = self._type
        wh = metres * kind.use[0].base_mwh_per_km // 1_000_000
        fuel = 0 if kind.battery_wh else wh * 90
        return Leg(
            metres=metres,
            seconds=metres // 10,
            wh=wh,
            cost=metres * kind.per_km // 1000 + fuel,
            co2e_g=wh * kind.co2e_mg_per_kwh // 1_000_000,
        )

    def route(self, **costs: int) -> PlanRoute:
        return PlanRoute(
            vehicle=self._vehicle.id,
            duties=[
                PlanDuty(duty=duty, driver=driver, trips=[Trip(stops=stops) for stops in trips])
                for duty, driver, trips in self._duties
            ],
            costs=RouteCosts(**costs),
        )


def truck_day(problem: Problem) -> PlanRoute:
    """Night round to the bay, a night trip with charging and rest, a day trip under a pass."""
    day = Day(problem, "v1").duty("A", "d1")
    day.trip()
    # loading 600 + 15 · 30 = 1050 s; then waiting until the bay opens to it at 22:00
    day.stop("depot", "dc", 13_400, load="o1#1 o1#2", arrive=10_800)
    # bay 300 + walks 60 + 90 + alone 120 + 15 · 20 = 870 s; 360 W for 870 s = 87 Wh
    day.stop("delivery", "kerb", 15_270, unload="o1#1 o1#2", bay="b1", drawn=87)
    day.stop("depot", "dc", 16_270)
    day.trip()
    day.stop("depot", "dc", 17_000, load="o3")
    day.stop("charge", "cs", 19_600, connector="k1", gain=5_000)
    day.stop("delivery", "s3", 20_880, unload="o3", drawn=28)
    day.stop("rest", "lay", 22_580, drawn=120)
    day.stop("depot", "dc", 25_080)
    # 120 s at the dear price = 666 2/3 Wh, the rest of 11,235 Wh at the cheap one
    day.stop("charge", "dc", 27_103, connector="h1", gain=11_235)
    day.duty("B", "d2").trip()
    day.stop("depot", "dc", 49_400, load="o4", arrive=46_800)
    day.stop("delivery", "kerb", 50_880, unload="o4", bay="b1", drawn=48)
    day.stop("pickup", "hub", 51_540, load="o5", drawn=16)
    day.stop("depot", "dc", 53_680, unload="o5")
    # energy: 5 kWh · 80 + (0.6667 · 60 + 10.5683 · 30) + deficit 6.064 kWh · 35.8333 fen
    return day.route(fixed=20_000, distance=6_600, time=21_160, energy=974)


def van_day(problem: Problem) -> PlanRoute:
    """Chilled and dry goods in two compartments; the second store 530 s softly late."""
    day = Day(problem, "v2").duty("C", "d3").trip()
    day.stop("depot", "dc", 54_900, load="o6 o7", arrive=54_000)
    day.stop("delivery", "s2", 56_230, unload="o6")
    day.stop("delivery", "s3", 58_390, unload="o7")
    day.stop("depot", "dc", 61_390)
    return day.route(fixed=10_000, distance=3_000, time=7_390, energy=2_700, lateness=53, extra=5)


def small_plan(problem: Problem) -> Plan:
    """The correct plan of ``small_city``; o8 needs a crane that no vehicle has."""
    return Plan(
        problem_sha256=problem_sha256(problem),
        made_by=MadeBy(engine="hand", version="1"),
        routes=[truck_day(problem), van_day(problem)],
        unassigned=[
            Unassigned(order="o8", tier="impossible", reasons=[Reason(code="needs")]),
        ],
        objective=PlanObjective(
            missed={"2": 1}, fixed=30_000, distance=9_600, time=28_550, energy=3_674,
            lateness=53, extra=5, co2e=2_000, uneven=4_763, prizes=9_000, total=69_645,
        ),
    )  # fmt: skip


def edited(plan: Plan, vehicle: str, label: str, **fields: Any) -> Plan:
    """The plan with fields of one stop (``d0.t1.s3``) changed; nothing follows from it."""
    d, t, s = (int(part[1:]) for part in label.split("."))
    routes = list(plan.routes)
    r = next(k for k, item in enumerate(routes) if item.vehicle == vehicle)
    duties = list(routes[r].duties)
    trips = list(duties[d].trips)
    stops = list(trips[t].stops)
    stops[s] = change(stops[s], **fields)
    trips[t] = change(trips[t], stops=stops)
    duties[d] = change(duties[d], trips=trips)
    routes[r] = change(routes[r], duties=duties)
    return change(plan, routes=routes)


def stamped(problem: Problem, plan: Plan) -> Plan:
    """The plan as an answer to this problem."""
    return change(plan, problem_sha256=problem_sha256(problem))
