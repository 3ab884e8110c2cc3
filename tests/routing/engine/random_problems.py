"""Seeded random problems with every rule in play, small enough for tests."""

from __future__ import annotations

import random

from routing.problem import (
    AccessRule,
    Alternative,
    Bay,
    BayChoice,
    ChargeStep,
    ChargingSite,
    Compartment,
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
    Permit,
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

HOUR = 3600
DAY0 = 6 * HOUR
"""Local midnight of the service date, seconds after the horizon's start (18:00 before)."""
END = 36 * HOUR


def at(hours: float) -> int:
    """Seconds of a clock time of the service date; negative = the evening before."""
    return int(DAY0 + hours * HOUR)


def _speeds(slow: int) -> list[SpeedStep]:
    steps = [SpeedStep(start=0, metres_per_hour=40000)]
    steps += [
        SpeedStep(start=at(7), metres_per_hour=slow),
        SpeedStep(start=at(9), metres_per_hour=30000),
        SpeedStep(start=at(17), metres_per_hour=slow),
        SpeedStep(start=at(19), metres_per_hour=38000),
    ]
    return steps


def _types(energy_factor: float) -> list[VehicleType]:
    def use(base: int) -> list[EnergyUse]:
        factor = energy_factor
        return [
            EnergyUse(
                start=0, base_mwh_per_km=int(base * factor), load_mwh_per_tkm=40000, drive_w=900
            ),
            EnergyUse(
                start=at(6),
                base_mwh_per_km=int(base * factor * 0.95),
                load_mwh_per_tkm=40000,
                drive_w=700,
            ),
        ]

    curve = [ChargeStep(from_wh=0, power_w=120000), ChargeStep(from_wh=40000, power_w=45000)]
    common = {"profile": "truck", "fixed": 12_000_000, "per_km": 35_000, "per_hour": 3_500_000}
    return [
        VehicleType(
            id="van",
            payload_g=900_000,
            volume_cm3=6_000_000,
            unit_places=0,
            length_mm=4500,
            gross_mass_g=2_600_000,
            energy="bev",
            capabilities=["quiet"],
            battery_wh=42_000,
            reserve_wh=4_000,
            max_charge_w=60_000,
            curve=curve,
            plugs=["gbt"],
            use=use(190_000),
            co2e_mg_per_kwh=570_000,
            **common,
        ),
        VehicleType(
            id="reefer",
            payload_g=1_500_000,
            volume_cm3=11_000_000,
            unit_places=10,
            length_mm=6000,
            gross_mass_g=4_495_000,
            energy="bev",
            body="reefer",
            capabilities=["quiet", "tail_lift"],
            battery_wh=62_000,
            reserve_wh=6_000,
            max_charge_w=80_000,
            curve=curve,
            plugs=["gbt"],
            stop_w=1500,
            use=use(330_000),
            compartments=[
                Compartment(
                    id="a",
                    temperatures=["chilled", "ambient"],
                    payload_g=900_000,
                    volume_cm3=7_000_000,
                ),
                Compartment(
                    id="b",
                    temperatures=["frozen", "ambient"],
                    payload_g=700_000,
                    volume_cm3=4_000_000,
                ),
            ],
            co2e_mg_per_kwh=570_000,
            **common,
        ),
        VehicleType(
            id="diesel",
            payload_g=1_700_000,
            volume_cm3=14_000_000,
            unit_places=12,
            length_mm=6000,
            gross_mass_g=4_495_000,
            energy="diesel",
            emission_stage=5,
            capabilities=["tail_lift"],
            use=[EnergyUse(start=0, base_mwh_per_km=1_000_000, load_mwh_per_tkm=150_000)],
            fuel_tariff="fuel",
            co2e_mg_per_kwh=300_000,
            **common,
        ),
    ]


def _orders(rng: random.Random, stores: list[str], bays: list[Bay], count: int) -> list[Order]:
    orders: list[Order] = []
    for number in range(count):
        store = rng.choice(stores)
        begin = rng.choice([5.5, 7, 8, 9, 10, 13, 15])
        day = Window(start=at(begin), end=at(begin + rng.choice([1.5, 2, 4])))
        windows = [day]
        if rng.random() < 0.35:
            night = Window(
                start=at(-1.5),
                end=at(5),
                night=True,
                needs=["quiet"],
                unattended=True,
                unattended_extra_s=180,
            )
            windows = [night, day] if rng.random() < 0.6 else [night]
        choices = [
            BayChoice(bay=bay.id, walk_s=rng.choice([30, 60, 120]))
            for bay in bays
            if rng.random() < 0.25
        ][:3]
        returning = rng.random() < 0.06
        here = Alternative(place=store, windows=windows, bays=choices)
        away = Alternative(place="depot")
        other = Alternative(place="hub") if rng.random() < 0.12 else away
        orders.append(
            Order(
                id=f"o{number:03d}",
                shipper=f"s{number % 4}",
                weight_g=rng.randrange(20, 300) * 1000,
                volume_cm3=rng.randrange(100, 1500) * 1000,
                units=rng.randrange(1, 12),
                unit_places=rng.choice([0, 0, 1]),
                unit_s=25,
                load_unit_s=12,
                temperature=rng.choices(["ambient", "chilled", "frozen"], [7, 2, 1])[0],
                needs=["tail_lift"] if rng.random() < 0.1 else [],
                goods=rng.choice(["general", "general", "chemical"]),
                never_with=["food"] if rng.random() < 0.05 else [],
                pickup=[here] if returning else [other],
                delivery=[away] if returning else [here],
                mandatory=rng.choice([1, 1, 2, 0]),
                prize=3_000_000,
                release=at(-5) if rng.random() < 0.1 else None,
            )
        )
    return orders


def random_problem(
    seed: int, orders: int = 24, vehicles: int = 5, energy_factor: float = 1.0
) -> Problem:
    """A day with night and day windows, bays, chargers, zones and passes around one depot."""
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    places = [Place(id="depot", kind="depot", lon=133.0, lat=21.0, rest=True)]
    places.append(Place(id="hub", kind="hub", lon=133.05, lat=21.04, fixed_s=300))

    def somewhere(name: str, kind: str, **more: object) -> Place:
        lon, lat = 133.0 + rng.uniform(-0.12, 0.12), 21.0 + rng.uniform(-0.12, 0.12)
        return Place(id=name, kind=kind, lon=round(lon, 6), lat=round(lat, 6), **more)

    stores = []
    for k in range(max(4, orders // 2)):
        yard = rng.random() < 0.8
        places.append(
            somewhere(
                f"store{k}",
                "store",
                fixed_s=240,
                yard=yard,
                yard_max_length_mm=5000 if k % 5 == 0 else 0,
            )
        )
        stores.append(f"store{k}")
    bays: list[Bay] = []
    for k in range(max(3, orders // 6)):
        places.append(somewhere(f"bayplace{k}", "bay"))
        bays.append(
            Bay(
                id=f"bay{k}",
                place=f"bayplace{k}",
                spaces=rng.choice([1, 1, 2]),
                hours=[Interval(start=0, end=END)]
                if k % 2
                else [Interval(start=at(-4), end=at(11)), Interval(start=at(12), end=at(20))],
                longest_stay_s=2700,
                buffer_before_s=120,
                buffer_after_s=60,
                fixed_s=180,
                max_length_mm=7000,
            )
        )
    sites: list[ChargingSite] = []
    for k in range(3):
        places.append(somewhere(f"site{k}", "charging", rest=True))
        sites.append(
            ChargingSite(
                id=f"cs{k}",
                place=f"site{k}",
                power_w=100_000,
                tariff="tou",
                connectors=[
                    Connector(id=f"cs{k}-{c}", point=f"p{k}{c}", power_w=60_000, plug="gbt")
                    for c in range(2)
                ],
                hours=[Interval(start=0, end=END)],
                attended=k == 1,
            )
        )
    sites.append(
        ChargingSite(
            id="home",
            place="depot",
            power_w=60_000,
            tariff="tou",
            connectors=[
                Connector(id=f"home-{c}", point=f"h{c}", power_w=30_000, plug="gbt")
                for c in range(3)
            ],
            hours=[Interval(start=0, end=END)],
        )
    )
    types = _types(energy_factor)
    fleet = [
        Vehicle(
            id=f"v{k}",
            type=types[k % 3].id,
            home="depot",
            plate_tail=k % 10,
            plate_kind="green_small" if k % 3 < 2 else "yellow",
            available=VehicleAvailability(
                start=0,
                place="depot",
                soc_wh=0 if k % 3 == 2 else types[k % 3].battery_wh * 9 // 10,
            ),
        )
        for k in range(vehicles)
    ]
    drivers = [
        Driver(id=f"d{k}", home="depot", available=Interval(start=0, end=END))
        for k in range(2 * vehicles)
    ]
    duties = [
        Duty(
            id=f"duty{k}",
            driver=f"d{k}",
            shift=Interval(start=at(-4), end=at(6)) if k % 2 else Interval(start=at(5), end=at(19)),
            longest_s=9 * HOUR,
        )
        for k in range(2 * vehicles)
    ]
    zone = Zone(
        id="core",
        polygons=[[[(132.97, 20.97), (133.06, 20.975), (133.05, 21.06), (132.96, 21.05)]]],
    )
    rules = [
        AccessRule(
            id="truck-ban",
            zone="core",
            effect="no_driving",
            who=[Who(energy=["diesel"])],
            when=When(hours=[DailyHours(start=7 * HOUR, end=20 * HOUR)]),
        ),
        AccessRule(
            id="peak-pass",
            zone="core",
            effect="pass_needed",
            who=[Who(mass_over_g=3_000_000, energy=["bev"])],
            when=When(hours=[DailyHours(start=7 * HOUR, end=9 * HOUR)]),
        ),
        AccessRule(
            id="night-quiet",
            zone="core",
            effect="quiet_only",
            who=[Who()],
            when=When(hours=[DailyHours(start=22 * HOUR, end=5 * HOUR)]),
        ),
    ]
    return Problem(
        horizon=Horizon(
            start="2026-11-23T18:00:00+08:00", end="2026-11-25T06:00:00+08:00", tz="Asia/Shanghai"
        ),
        places=places,
        depots=[
            Depot(place="depot", hours=[Interval(start=0, end=END)], fixed_s=600),
            Depot(place="hub", hours=[Interval(start=0, end=END)], fixed_s=300),
        ],
        bays=bays,
        chargers=sites,
        tariffs=[
            Tariff(
                id="tou",
                steps=[
                    TariffStep(start=0, per_kwh=110_000),
                    TariffStep(start=at(-1), per_kwh=35_000),
                    TariffStep(start=at(7), per_kwh=70_000),
                    TariffStep(start=at(10), per_kwh=110_000),
                    TariffStep(start=at(15), per_kwh=70_000),
                    TariffStep(start=at(23), per_kwh=35_000),
                ],
            ),
            Tariff(id="fuel", steps=[TariffStep(start=0, per_kwh=80_000)]),
        ],
        zones=[zone],
        rules=rules,
        permits=[
            Permit(
                id="pass",
                vehicles=["v1"],
                rules=["peak-pass"],
                date_from="2026-11-24",
                date_to="2026-11-24",
                trips_per_day=1,
            )
        ],
        vehicle_types=types,
        vehicles=fleet,
        drivers=drivers,
        duties=duties,
        orders=_orders(rng, stores, bays, orders),
        travel=GreatCircleTravel(detour_permille=1350, profiles={"truck": _speeds(18000)}),
    )
