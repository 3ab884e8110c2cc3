"""A plan as immutable data (format ``greenfreight-plan``, version 1); units as in the problem."""

from routing.plan.plan import (
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
    Run,
    Stop,
    Trip,
    Unassigned,
)

__all__ = [
    "Leg",
    "Load",
    "MadeBy",
    "Plan",
    "PlanDuty",
    "PlanObjective",
    "PlanRoute",
    "Reason",
    "Remedy",
    "RouteCosts",
    "Run",
    "Stop",
    "Trip",
    "Unassigned",
]
