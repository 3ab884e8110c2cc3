"""Vehicles, their kinds, drivers and duties."""

from __future__ import annotations

from typing import Literal

from routing.problem.base import Count, Id, Interval, Positive, Record
from routing.problem.orders import Temperature

EnergyKind = Literal[
    "petrol", "diesel", "cng", "lng", "methanol", "hev", "phev", "erev", "bev", "fcev"
]


class Compartment(Record, frozen=True, kw_only=True):
    """A part of the body with its own limits and the temperature classes it can hold.

    On one trip a compartment holds goods of one class only. A trip fits when each compartment can
    be given one of its classes such that, for every class, the trip's highest weight, volume and
    unit places of that class on board (each taken by itself) fit the sum over the compartments
    given to it. ``unit_places`` 0 does not limit.
    """

    id: Id
    temperatures: list[Temperature]
    payload_g: Count
    volume_cm3: Count
    unit_places: Count = 0


class ChargeStep(Record, frozen=True, kw_only=True):
    """From a charge of ``from_wh`` on, the battery takes at most ``power_w``."""

    from_wh: Count
    power_w: Positive


class EnergyUse(Record, frozen=True, kw_only=True):
    """Consumption while the speed slice that starts at ``start`` holds the departure.

    Wh of a leg = ceil(metres · (base_mwh_per_km · 1000 + load_mwh_per_tkm · ⌈load kg⌉) / 1e9
    + drive_w · seconds / 3600). Derived from physics by ``routing.energy``. The entry is the last
    one whose ``start`` is at or before the departure (the first one before that); the load is what
    is on board at that departure.
    """

    start: int
    base_mwh_per_km: Count
    load_mwh_per_tkm: Count
    drive_w: Count = 0


class VehicleType(Record, frozen=True, kw_only=True):
    """A kind of vehicle.

    ``battery_wh`` 0: no battery is followed and energy is bought as fuel at ``fuel_tariff``.
    ``reserve_wh`` is never planned away. ``stop_w``: drawn at every stop of a trip that is neither
    a depot stop nor on a connector (refrigeration). ``curve`` begins at from_wh 0, powers never
    rise. ``plugs``: connector kinds it fits. Costs: ``fixed`` per used day, ``per_km``,
    ``per_hour`` of duty in milli-fen. ``co2e_mg_per_kwh`` well-to-wheel per kWh used,
    ``ttw_mg_per_kwh`` tank-to-wheel. ``compartments`` empty = one compartment with the type's
    limits that holds ``ambient``. ``papers``: kinds of paper that must be valid on the service date
    (the local date that holds the middle of the horizon). ``unit_places`` 0 does not limit.
    ``emission_stage`` 0 = none (electric). Without a battery ``stop_w`` is not followed.
    """

    id: Id
    payload_g: Positive
    volume_cm3: Positive
    unit_places: Count = 0
    compartments: list[Compartment] = []
    length_mm: Count = 0
    width_mm: Count = 0
    height_mm: Count = 0
    gross_mass_g: Count = 0
    axles: Positive = 2
    energy: EnergyKind
    emission_stage: Count = 0
    body: str = "van"
    capabilities: list[str] = []
    profile: Id
    battery_wh: Count = 0
    reserve_wh: Count = 0
    max_charge_w: Count = 0
    curve: list[ChargeStep] = []
    plugs: list[str] = []
    swap: bool = False
    use: list[EnergyUse]
    stop_w: Count = 0
    fuel_tariff: Id | None = None
    fixed: Count = 0
    per_km: Count = 0
    per_hour: Count = 0
    co2e_mg_per_kwh: Count = 0
    ttw_mg_per_kwh: Count = 0
    papers: list[str] = []


class Paper(Record, frozen=True, kw_only=True):
    """A paper of a vehicle, valid through ``valid_to`` (ISO date, inclusive)."""

    kind: str
    valid_to: str


class VehicleAvailability(Record, frozen=True, kw_only=True):
    """From when and where a vehicle can be used, and with what charge (Wh; 0 for fuel)."""

    start: int
    place: Id
    soc_wh: Count = 0
    end: int | None = None


class Vehicle(Record, frozen=True, kw_only=True):
    """One vehicle. ``soc_end_wh`` None = its starting charge; a deficit is priced.

    ``plate_tail`` is the last digit of the plate (letters count as the city says; None = exempt).
    ``shippers``: None = open to all, else only these shippers' orders. Its day begins at
    ``available.place``, not before ``available.start``, and ends at ``home``, not after
    ``available.end``.
    """

    id: Id
    type: Id
    plate_kind: str = "green_small"
    plate_tail: int | None = None
    use: str = "urban_delivery"
    local: bool = True
    home: Id
    available: VehicleAvailability
    soc_end_wh: int | None = None
    papers: list[Paper] = []
    shippers: list[Id] | None = None


class Driver(Record, frozen=True, kw_only=True):
    """A driver with what the day before left: duty already used, driving since the last rest."""

    id: Id
    home: Id
    available: Interval
    duty_used_s: Count = 0
    driving_since_rest_s: Count = 0
    licences: list[str] = []


class Duty(Record, frozen=True, kw_only=True):
    """A driver's turn that may be given to one vehicle.

    The duty lies within ``shift`` and lasts at most ``longest_s`` less ``duty_used_s``. Driving
    since the last unbroken rest of at least ``rest_s`` never passes ``longest_driving_s``.
    ``vehicles`` None = any vehicle whose home is the driver's home; such a duty begins (unless it
    is the vehicle's first) and ends at the driver's home. One that names vehicles may begin and end
    at any depot. A duty is given to one vehicle at most, once. ``duty_used_s`` counts against each
    duty of the driver. ``driving_since_rest_s`` is what the driver's first duty begins with; a
    later duty of the same driver begins with what the one before left, 0 if at least ``rest_s`` lie
    between.
    """

    id: Id
    driver: Id
    shift: Interval
    longest_s: Positive
    longest_driving_s: Positive = 14400
    rest_s: Positive = 1200
    vehicles: list[Id] | None = None
