"""Phases of the benchmark search: build, cut vehicles, anneal, choose from the pool."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import numpy as np

from routing.engines.ortools import bench_search as search
from routing.engines.ortools.bench_arrays import FAR, Arrays, Floats, Ints, State, new_state
from routing.engines.ortools.bench_labels import set_routes
from routing.engines.ortools.bench_pool import Pool

Routes = list[tuple[int, ...]]
Report = Callable[[float, int, float, int], None]
"""Called with seconds, iterations, distance, vehicles."""

CHUNK = 200
FLEET_SHARE = 0.3
HOT, COLD = 3.0, 0.02
POOL_VISITS = 12


class Budget:
    """How much of the search is done: by iterations where they are given, else by the clock."""

    def __init__(
        self,
        *,
        deadline: float,
        iterations: int | None,
        should_stop: Callable[[], bool] | None,
    ) -> None:
        self.began = time.monotonic()
        self.deadline = deadline
        self.iterations = iterations
        self.done = 0
        self.should_stop = should_stop

    def over(self) -> bool:
        """No more to spend."""
        if self.should_stop is not None and self.should_stop():
            return True
        return self.part() >= 1.0 or time.monotonic() >= self.deadline

    def part(self) -> float:
        """Spent share of the whole."""
        if self.iterations is not None:
            return self.done / self.iterations if self.iterations else 1.0
        span = max(self.deadline - self.began, 1e-9)
        return (time.monotonic() - self.began) / span

    def left(self) -> float:
        """Seconds before the deadline."""
        return max(0.0, self.deadline - time.monotonic())

    def chunk(self) -> int:
        """Iterations to run before looking again."""
        if self.iterations is None:
            return CHUNK
        return max(1, min(CHUNK, self.iterations - self.done))


class Driver:
    """One search on one instance.

    ``fleet``: fewest vehicles first. ``vehicles``: the number at hand, None for as many as wanted.
    """

    def __init__(
        self,
        arrays: Arrays,
        *,
        fleet: bool,
        vehicles: int | None,
        seed: int,
        budget: Budget,
        report: Report | None,
    ) -> None:
        self.a = arrays
        self.fleet = fleet
        self.limit = min(arrays.n, vehicles if vehicles is not None else arrays.n)
        self.budget = budget
        self.report = report
        self.state: State = new_state(arrays, self.limit)
        self.pool = Pool(arrays.n)
        self.best: Floats = np.array([FAR, FAR])
        self.seq: Ints = np.zeros_like(self.state.seq)
        self.size: Ints = np.zeros_like(self.state.size)
        search.seed(seed)

    def solve(self, start: Routes | None = None) -> Routes:
        """Search; customers of no returned route could not be placed."""
        if start:
            self._load(start)
        search.construct(self.a, self.state, self.limit)
        if self.state.scalars[0] > 0:
            self._cut(self.limit, until=1.0)
            if self.state.scalars[0] > 0:
                return self._routes(self.state.seq, self.state.size)
        self._note()
        if self.fleet:
            self._fewer_vehicles()
        self._anneal()
        return self._routes(self.seq, self.size)

    def _fewer_vehicles(self) -> None:
        """Take vehicles away while the rest can be made to hold everybody."""
        floor = math.ceil(float(self.a.demand.sum()) / self.a.capacity - 1e-9)
        while self.best[0] > floor and self.budget.part() < FLEET_SHARE and not self.budget.over():
            search.close_route(self.a, self.state)
            if not self._cut(int(self.best[0]) - 1, until=FLEET_SHARE):
                break
            self._note()
        self._load(self._routes(self.seq, self.size))

    def _cut(self, fleet: int, *, until: float) -> bool:
        """Search with absent customers until none is left or the share is spent."""
        while self.state.scalars[0] > 0:
            if self.budget.part() >= until or self.budget.over():
                return False
            heat = 1.0 * self._unit()
            self._run(heat, heat, fleet)
        return True

    def _anneal(self) -> None:
        began = self.budget.part()
        visits = 1
        while not self.budget.over():
            done = min(1.0, (self.budget.part() - began) / max(1e-9, 1.0 - began))
            heat = HOT * (COLD / HOT) ** done * self._unit()
            fleet = int(self.best[0]) if self.fleet else self.limit
            before = float(self.best[1])
            self._run(heat, heat, fleet)
            if self.report is not None and self.best[1] < before:
                self._tell()
            if done * POOL_VISITS >= visits:
                visits += 1
                self._choose()

    def _run(self, hot: float, cold: float, fleet: int) -> None:
        self.budget.done += search.run(
            self.a,
            self.state,
            self.budget.chunk(),
            hot,
            cold,
            fleet,
            not self.fleet,
            self.fleet,
            self.best,
            self.seq,
            self.size,
        )
        self.pool.drain(self.state)

    def _choose(self) -> None:
        """Let CP-SAT pick the best set of routes known so far, and go on from there."""
        limit = 1.5 if self.budget.iterations is None else FAR
        chosen = self.pool.choose(
            self._routes(self.seq, self.size),
            seconds=min(limit, max(0.05, self.budget.left())),
            effort=1.0,
            per_vehicle=10.0 * float(self.best[1]) if self.fleet else 0.0,
        )
        if chosen is None or len(chosen) > self.limit:
            return
        held = self._routes(self.state.seq, self.state.size)
        self._load(chosen)
        cost, used = float(self.state.scalars[3]), float(len(chosen)) if self.fleet else 0.0
        if cost < FAR and (used, cost) < (float(self.best[0]), float(self.best[1]) - 1e-7):
            self._note()
        else:
            self._load(held)

    def _note(self) -> None:
        """Take the present solution as the best."""
        self.best[0] = search.count_routes(self.state) if self.fleet else 0.0
        self.best[1] = self.state.scalars[3]
        search.remember(self.state, self.seq, self.size)
        for sequence in self._routes(self.seq, self.size):
            at = int(self.state.where[sequence[0]])
            self.pool.add(sequence, float(self.state.cost[at]))
        self._tell()

    def _tell(self) -> None:
        if self.report is not None:
            used = sum(1 for size in self.size if size)
            seconds = time.monotonic() - self.budget.began
            self.report(seconds, self.budget.done, float(self.best[1]), used)

    def _unit(self) -> float:
        cost = float(self.best[1]) if self.best[1] < FAR else float(self.state.scalars[3])
        return max(cost, 1e-6) / self.a.n

    def _load(self, routes: Routes) -> bool:
        rows = np.zeros((max(1, len(routes)), self.a.n + 1), np.int64)
        sizes = np.array([len(route) for route in routes] or [0], np.int64)
        for r, route in enumerate(routes):
            rows[r, : len(route)] = route
        return bool(set_routes(self.a, self.state, rows, sizes))

    @staticmethod
    def _routes(seq: Ints, size: Ints) -> Routes:
        return [tuple(int(k) for k in seq[r, : size[r]]) for r in range(len(size)) if size[r]]
