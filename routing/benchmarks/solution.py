"""The flat solution of a research instance."""

from __future__ import annotations

from typing import Any

import msgspec

from routing.benchmarks.instance import Convention
from routing.problem.base import Record


class BenchmarkStop(Record, frozen=True, kw_only=True, omit_defaults=True):
    """A stop at ``node`` (the instance's own id); ``energy_charged`` at every station stop."""

    node: str
    arrival: float
    start: float
    departure: float
    energy_charged: float | None = None


class BenchmarkRoute(Record, frozen=True, kw_only=True):
    """One vehicle's stops, the depot at both ends."""

    vehicle: str
    stops: list[BenchmarkStop]


class BenchmarkObjective(Record, frozen=True, kw_only=True):
    """What the solution claims of itself.

    ``time`` sums the routes' durations, departure to return; ``cost`` is the value that counts
    after the vehicles: ``time`` where time is the objective, ``distance`` otherwise.
    """

    vehicles: int
    distance: float
    time: float
    cost: float


class BenchmarkSolution(Record, frozen=True, kw_only=True):
    """Routes of one instance under one convention; ``run`` is compared by nobody."""

    instance: str
    convention: Convention
    objective: BenchmarkObjective
    routes: list[BenchmarkRoute]
    unassigned: list[str] = []
    engine: str = ""
    run: dict[str, Any] = {}


def read_solution(data: bytes) -> BenchmarkSolution:
    """Parse a solution strictly: unknown keys, missing keys and other types are refused.

    Raises:
        ValueError: with the JSON path of the first thing that does not fit.
    """
    try:
        return msgspec.json.decode(data, type=BenchmarkSolution)
    except msgspec.MsgspecError as error:
        raise ValueError(f"not a benchmark solution: {error}") from error


def write_solution(solution: BenchmarkSolution) -> bytes:
    """Write the solution as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(solution), indent=1) + b"\n"
