"""The planning problem as immutable data (format ``greenfreight-problem``, version 1).

Units everywhere: grams, cubic centimetres, millimetres for dimensions, metres for way,
seconds, watt-hours, watts, milli-fen (1/1000 of 0.01 CNY) for rates and costs.
Every time is a whole number of seconds after ``horizon.start``; intervals are half-open.
"""

from routing.problem.access import (
    AccessRule,
    Calendar,
    DailyHours,
    Permit,
    TailNumbers,
    When,
    Who,
    Zone,
)
from routing.problem.base import Horizon, Interval
from routing.problem.charging import ChargingSite, Connector, Swap, Tariff, TariffStep
from routing.problem.fleet import (
    ChargeStep,
    Compartment,
    Driver,
    Duty,
    EnergyUse,
    Paper,
    Vehicle,
    VehicleAvailability,
    VehicleType,
)
from routing.problem.orders import Alternative, BayChoice, Order, Window
from routing.problem.places import Bay, Depot, Place
from routing.problem.problem import Commitment, Lock, Objective, Problem, Waiver
from routing.problem.travel import (
    GreatCircleTravel,
    NetworkTravel,
    SpeedStep,
    TableSlice,
    TableTravel,
)

__all__ = [
    "AccessRule",
    "Alternative",
    "Bay",
    "BayChoice",
    "Calendar",
    "ChargeStep",
    "ChargingSite",
    "Commitment",
    "Compartment",
    "Connector",
    "DailyHours",
    "Depot",
    "Driver",
    "Duty",
    "EnergyUse",
    "GreatCircleTravel",
    "Horizon",
    "Interval",
    "Lock",
    "NetworkTravel",
    "Objective",
    "Order",
    "Paper",
    "Permit",
    "Place",
    "Problem",
    "SpeedStep",
    "Swap",
    "TableSlice",
    "TableTravel",
    "TailNumbers",
    "Tariff",
    "TariffStep",
    "Vehicle",
    "VehicleAvailability",
    "VehicleType",
    "Waiver",
    "When",
    "Who",
    "Window",
    "Zone",
]
