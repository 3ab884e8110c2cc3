"""Solver of research instances: time windows, and electric with stations."""

from __future__ import annotations

import itertools
import socket
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version

import msgspec

from routing.benchmarks.instance import BenchmarkInstance, Convention
from routing.benchmarks.solution import (
    BenchmarkObjective,
    BenchmarkRoute,
    BenchmarkSolution,
    BenchmarkStop,
)
from routing.checker.benchmark import check_benchmark
from routing.search import driver
from routing.search.build import layout_of, order_nodes
from routing.search.capabilities import ENGINE, check_instance
from routing.search.driver import Budget, CorruptRouteError, Driver, Report
from routing.search.pool import Routes


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

    With ``iterations``, instance, convention and seed give the same routes every time. ``start``:
    its routes are begun from, and the answer is never worse. The answer has passed the checker,
    customers left out aside.

    Raises:
        UnsupportedRules: a rule of the instance, or its objective, that this engine does not keep.
        CorruptRouteError: a fault of the engine; nothing wrong is ever returned.
    """
    check_instance(instance, convention)
    budget = Budget(
        deadline=driver.clock() + time_limit_s, iterations=iterations, should_stop=should_stop
    )
    layout = layout_of(instance, convention)
    names = [instance.nodes[i].id for i in order_nodes(instance)]
    fleet = convention.objective == "fleet"
    search = Driver(layout, fleet=fleet, seed=seed, budget=budget, report=progress)
    known = _sequences(start, names, search.d.n) if start is not None else None
    routes = search.solve(known)
    solution = _written(instance, convention, search, names, routes)
    run = {
        "seconds": round(driver.clock() - budget.began, 3),
        "iterations": budget.done,
        "seed": seed,
        "threads": 1,
        "version": _release(),
        "host": socket.gethostname(),
    }
    solution = msgspec.structs.replace(solution, run=run)
    _hold(instance, solution)
    return solution


def _written(
    instance: BenchmarkInstance,
    convention: Convention,
    search: Driver,
    names: list[str],
    routes: Routes,
) -> BenchmarkSolution:
    """Routes with their stops and totals."""
    out: list[BenchmarkRoute] = []
    distance = duration = 0.0
    for route in sorted(routes):
        stops = search.stops(route)[1]
        for a, b in itertools.pairwise(stops):
            distance += float(search.layout.length[a.site, b.site])
        duration += stops[-1].arrival - stops[0].departure
        timed = [
            BenchmarkStop(
                node=names[stop.site],
                arrival=stop.arrival,
                start=stop.start,
                departure=stop.departure,
                energy_charged=stop.gained,
            )
            for stop in stops
        ]
        out.append(BenchmarkRoute(vehicle=str(len(out) + 1), stops=timed))
    served = set(itertools.chain.from_iterable(routes))
    return BenchmarkSolution(
        instance=instance.name,
        convention=convention,
        objective=BenchmarkObjective(
            vehicles=len(out), distance=distance, time=duration, cost=distance
        ),
        routes=out,
        unassigned=[names[k + 1] for k in range(search.d.n) if k not in served],
        engine=ENGINE,
    )


def _hold(instance: BenchmarkInstance, solution: BenchmarkSolution) -> None:
    """Let the checker judge: customers left out are the only thing that may be wrong."""
    left = set(solution.unassigned)
    for fault in check_benchmark(instance, solution).violations:
        if fault.rule == "orders" and fault.stop in left:
            continue
        raise CorruptRouteError(f"the checker refuses the engine's answer: {fault}")


def _sequences(start: BenchmarkSolution, names: list[str], n: int) -> list[tuple[int, ...]]:
    """Tasks of each route of ``start``; unknown ids, and repeated ones, are left out."""
    at = {name: site - 1 for site, name in enumerate(names) if 0 < site <= n}
    seen: set[int] = set()
    rows: list[tuple[int, ...]] = []
    for route in start.routes:
        row = [at[stop.node] for stop in route.stops if stop.node in at]
        fresh = tuple(k for k in dict.fromkeys(row) if k not in seen)
        seen.update(fresh)
        if fresh:
            rows.append(fresh)
    return rows


def _release() -> str:
    try:
        return version("greenfreight")
    except PackageNotFoundError:
        return "unknown"
