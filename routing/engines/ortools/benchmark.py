"""Solver of research instances: time windows, electric with stations, pickup and delivery."""

from __future__ import annotations

import itertools
import socket
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version

import numpy as np

from routing.benchmarks.instance import BenchmarkInstance, Convention
from routing.benchmarks.solution import (
    BenchmarkObjective,
    BenchmarkRoute,
    BenchmarkSolution,
    BenchmarkStop,
)
from routing.engines.ortools.bench_arrays import Arrays, build, order_nodes
from routing.engines.ortools.bench_driver import Budget, Driver, Report
from routing.engines.ortools.bench_pickup import solve_pairs
from routing.engines.ortools.bench_schedule import place_stations, schedule

OBJECTIVES = frozenset({"fleet", "distance"})


class UnsupportedConventionError(ValueError):
    """The objective asked for is none that this engine can seek; ``names`` lists what is not."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        super().__init__(", ".join(names))


def solve_benchmark(
    instance: BenchmarkInstance,
    convention: Convention,
    *,
    time_limit_s: float,
    iterations: int | None = None,
    seed: int = 0,
    progress: Report | None = None,
    should_stop: Callable[[], bool] | None = None,
    start: BenchmarkSolution | None = None,
) -> BenchmarkSolution:
    """Solve within ``time_limit_s`` of wall time from now, or for ``iterations`` exactly.

    With ``iterations``, instance, convention and seed give the same routes every time.

    Raises:
        UnsupportedConventionError: the objective is neither ``fleet`` nor ``distance``.
    """
    if convention.objective not in OBJECTIVES:
        raise UnsupportedConventionError([f"objective {convention.objective}"])
    began = time.monotonic()
    arrays = build(instance, convention)
    budget = Budget(deadline=began + time_limit_s, iterations=iterations, should_stop=should_stop)
    order = order_nodes(instance)
    names = [instance.nodes[i].id for i in order]
    fleet = convention.objective == "fleet"
    known = _sequences(start, names, arrays.n) if start is not None else None
    if instance.pairs:
        at = {name: k for k, name in enumerate(names)}
        routes = solve_pairs(
            arrays,
            [(at[pair.pickup], at[pair.delivery]) for pair in instance.pairs],
            fleet=fleet,
            vehicles=instance.vehicles,
            budget=budget,
            start=known,
            report=progress,
        )
    else:
        driver = Driver(
            arrays,
            fleet=fleet,
            vehicles=instance.vehicles,
            seed=seed,
            budget=budget,
            report=progress,
        )
        routes = driver.solve(known)
    solution = _solution(instance, convention, arrays, names, routes)
    return _signed(solution, budget, seed)


def _sequences(start: BenchmarkSolution, names: list[str], n: int) -> list[tuple[int, ...]]:
    """Customers of each route of ``start``; unknown ids are left out."""
    at = {name: k for k, name in enumerate(names) if 0 < k <= n}
    rows = [tuple(at[s.node] for s in route.stops if s.node in at) for route in start.routes]
    return [row for row in rows if row]


def _solution(
    instance: BenchmarkInstance,
    convention: Convention,
    arrays: Arrays,
    names: list[str],
    routes: list[tuple[int, ...]],
) -> BenchmarkSolution:
    """Write routes out with stations, times and totals."""
    out: list[BenchmarkRoute] = []
    served: set[int] = set()
    distance = duration = 0.0
    for row in sorted(routes):
        stops = [int(k) for k in place_stations(arrays, np.array(row, np.int64))]
        if not stops:
            continue
        served.update(row)
        timed: list[BenchmarkStop] = schedule(arrays, stops, names)
        for i, j in itertools.pairwise(stops):
            distance += float(arrays.dist[i, j])
        duration += timed[-1].arrival - timed[0].departure
        out.append(BenchmarkRoute(vehicle=str(len(out) + 1), stops=timed))
    return BenchmarkSolution(
        instance=instance.name,
        convention=convention,
        objective=BenchmarkObjective(
            vehicles=len(out), distance=distance, time=duration, cost=distance
        ),
        routes=out,
        unassigned=[names[k] for k in range(1, arrays.n + 1) if k not in served],
        engine="ortools",
    )


def _signed(solution: BenchmarkSolution, budget: Budget, seed: int) -> BenchmarkSolution:
    """Add what made it."""
    try:
        release = version("greenfreight")
    except PackageNotFoundError:
        release = "unknown"
    fields = {name: getattr(solution, name) for name in solution.__struct_fields__}
    fields["run"] = {
        "seconds": round(time.monotonic() - budget.began, 3),
        "iterations": budget.done,
        "seed": seed,
        "threads": 1,
        "version": release,
        "host": socket.gethostname(),
    }
    return BenchmarkSolution(**fields)
