"""Compiles the search kernels by planning a toy day."""

from __future__ import annotations

from routing.engines.ortools.run import solve
from routing.problem import (
    Alternative,
    ChargingSite,
    Connector,
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
    Window,
)

DAY = Interval(start=0, end=36 * 3600)


def toy() -> Problem:
    """A depot with a charger, a battery van, four orders."""
    places = [Place(id="depot", kind="depot", lon=133.0, lat=21.0)]
    places += [
        Place(id=f"p{k}", kind="store", lon=133.0 + k / 50, lat=21.0 + k % 2 / 50) for k in range(4)
    ]
    van = VehicleType(
        id="van",
        payload_g=1_000_000,
        volume_cm3=6_000_000,
        energy="bev",
        profile="all",
        battery_wh=20_000,
        reserve_wh=1_000,
        max_charge_w=30_000,
        plugs=["gbt"],
        use=[EnergyUse(start=0, base_mwh_per_km=200_000, load_mwh_per_tkm=30_000)],
        per_km=30_000,
    )
    orders = [
        Order(
            id=f"o{k}",
            shipper="s",
            weight_g=100_000,
            volume_cm3=100_000,
            pickup=[Alternative(place="depot")],
            delivery=[Alternative(place=f"p{k}", windows=[Window(start=30_000, end=80_000)])],
        )
        for k in range(4)
    ]
    plug = Connector(id="c", point="c", power_w=20_000, plug="gbt")
    return Problem(
        horizon=Horizon(
            start="2026-11-23T18:00:00+08:00", end="2026-11-25T06:00:00+08:00", tz="Asia/Shanghai"
        ),
        places=places,
        depots=[Depot(place="depot", hours=[DAY])],
        chargers=[
            ChargingSite(id="site", place="depot", connectors=[plug], tariff="t", hours=[DAY])
        ],
        tariffs=[Tariff(id="t", steps=[TariffStep(start=0, per_kwh=60_000)])],
        vehicle_types=[van],
        vehicles=[
            Vehicle(
                id="v",
                type="van",
                home="depot",
                available=VehicleAvailability(start=0, place="depot", soc_wh=19_000),
            )
        ],
        drivers=[Driver(id="d", home="depot", available=DAY)],
        duties=[Duty(id="duty", driver="d", shift=DAY, longest_s=36_000)],
        orders=orders,
        travel=GreatCircleTravel(
            detour_permille=1300, profiles={"all": [SpeedStep(start=0, metres_per_hour=30_000)]}
        ),
    )


def warm() -> None:
    """Plan the toy once; every kernel is compiled, or loaded from the cache."""
    solve(toy(), time_limit_s=600.0, iterations=10)
