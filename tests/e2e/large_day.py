"""A large day without a large solve: one day's problem and plan several times over, side by side.

Each copy has vehicles, drivers, orders, bays and connectors of its own at the same places; the
copies share nothing, so the whole is clean when the day is (and prices no evenness, which is no
sum).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from routing.plan import Plan, PlanObjective
from routing.problem import Problem
from routing.problem.hashing import problem_sha256

OWN = ("vehicles", "drivers", "duties", "orders", "bays", "commitments", "permits")
"""Lists of the problem that each copy has for itself; a charging site gets more connectors."""


def _owned(problem: Problem) -> set[str]:
    """Every id that a copy must not share."""
    ids = {thing.id for name in OWN if name != "commitments" for thing in getattr(problem, name)}
    for site in problem.chargers:
        ids |= {name for plug in site.connectors for name in (plug.id, plug.point)}
    return ids | {name.split("#")[0] for name in ids}


def _another(space: uuid.UUID, old: str) -> str:
    """The copy's id; parts of a split order (``id#k``) stay parts of one order."""
    whole, mark, part = old.partition("#")
    return f"{uuid.uuid5(space, whole)}{mark}{part}"


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """Built-in data with every own id replaced by the copy's."""
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, list):
        return [_renamed(item, names) for item in value]
    if isinstance(value, dict):
        return {names.get(key, key): _renamed(item, names) for key, item in value.items()}
    return value


def _copy(record: Any, names: Mapping[str, str]) -> Any:
    return msgspec.convert(_renamed(msgspec.to_builtins(record), names), type(record))


def several(
    problem: Problem, plan: Plan, labels: Mapping[str, Any], times: int
) -> tuple[Problem, Plan, dict[str, Any]]:
    """``times`` copies of a day as one problem, one plan and their labels."""
    days = [problem]
    plans = [plan]
    said = dict(labels)
    for number in range(1, times):
        space = uuid.uuid5(uuid.NAMESPACE_URL, f"greenfreight:copy:{number}")
        names = {old: _another(space, old) for old in sorted(_owned(problem))}
        days.append(_copy(problem, names))
        plans.append(_copy(plan, names))
        said |= {names[old]: label for old, label in labels.items() if old in names}
    whole = replace(
        problem,
        **{name: [thing for day in days for thing in getattr(day, name)] for name in OWN},
        chargers=[
            replace(
                first,
                connectors=[plug for site in sites for plug in site.connectors],
                power_w=sum(site.power_w for site in sites),
                private_to=None
                if first.private_to is None
                else [v for site in sites for v in site.private_to or ()],
            )
            for sites in zip(*(day.chargers for day in days), strict=True)
            for first in sites[:1]
        ],
    )
    joined = replace(
        plan,
        problem_sha256=problem_sha256(whole),
        routes=[route for each in plans for route in each.routes],
        unassigned=[out for each in plans for out in each.unassigned],
        objective=_total([each.objective for each in plans]),
    )
    return whole, joined, said


def _total(parts: list[PlanObjective]) -> PlanObjective:
    """Sums of all terms."""
    first, *others = (msgspec.to_builtins(part) for part in parts)
    for other in others:
        for name, value in other.items():
            if isinstance(value, dict):
                mine = first[name]
                first[name] = {key: mine.get(key, 0) + value.get(key, 0) for key in mine | value}
            else:
                first[name] += value
    return msgspec.convert(first, PlanObjective)
