"""Charging sites, connectors, swap, tariffs."""

from __future__ import annotations

from typing import Literal

from routing.problem.base import Count, Id, Interval, Positive, Record

Overlap = Literal["loading", "service", "rest"]


class TariffStep(Record, frozen=True, kw_only=True):
    """From ``start`` on a kWh costs ``per_kwh`` milli-fen."""

    start: int
    per_kwh: Count


class Tariff(Record, frozen=True, kw_only=True):
    """Price of energy over the horizon; steps in order, the first at or before 0."""

    id: Id
    steps: list[TariffStep]


class Connector(Record, frozen=True, kw_only=True):
    """A plug of a charge point (桩); ``plug`` is its kind."""

    id: Id
    point: Id
    power_w: Positive
    plug: str


class Swap(Record, frozen=True, kw_only=True):
    """Battery swap: a session of fixed time that ends with a full battery."""

    seconds: Positive
    per_swap: Count = 0


class ChargingSite(Record, frozen=True, kw_only=True):
    """Connectors at a place behind one supply.

    A session reserves min(connector, vehicle) power for its whole time; the reservations never
    pass ``power_w`` (0 = no limit). ``overlaps``: what may go on while charging (``loading`` at
    a trip's first depot stop and at pickups, ``service`` at deliveries and a trip's last depot
    stop, ``rest`` at rest stops); ``attended`` False = the driver is free and the session may count
    as rest. ``private_to``: None = public, else the vehicles that may charge. A session lies within
    one of ``hours``. A swap takes no connector and no power, costs ``per_swap`` only, and lasts
    exactly ``seconds``; the site of a swap is the first at the place that has one.
    """

    id: Id
    place: Id
    connectors: list[Connector]
    power_w: Count = 0
    tariff: Id
    hours: list[Interval]
    overlaps: list[Overlap] = []
    attended: bool = False
    swap: Swap | None = None
    private_to: list[Id] | None = None
