"""Phases of the search: build, cut vehicles, anneal, choose from the pool; each best rebuilt."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import numpy as np

from routing.search import anneal
from routing.search.build import Layout, build
from routing.search.compiled import Floats, Ints
from routing.search.data import (
    ABSENT,
    CAPACITY,
    ELECTRIC,
    FAR,
    R_COST,
    SIZE,
    TOTAL,
    WHERE,
    Data,
    Work,
    new_work,
)
from routing.search.pool import Pool, Routes
from routing.search.reference import Reference, Stop

Report = Callable[[float, int, float, int], None]
"""Called with seconds, iterations, cost, vehicles."""
clock = time.monotonic
CHUNK = 500
"""Iterations between two looks at the stop flag where iterations are counted."""
SLICE_S = 0.1
"""The same where the clock counts."""
FLEET_SHARE = 0.3
HOT, COLD = 3.0, 0.02
"""Temperatures at the beginning and the end of annealing, in mean cost per task."""
POOL_VISITS = 12
CHOICE_S = 0.4
"""Wall time of the linear relaxation, and of CP-SAT: a wish to stop waits for no more."""
EXCHANGES, MOVED = 12, 3
"""How many close tasks exchanges are tried with, how many tasks move at once."""
TAILS, TAIL_MOVED = 20, 0
"""Close tasks with which tails are exchanged where there are batteries; joins are dear there."""
TOLERANCE = 1e-6


class CorruptRouteError(RuntimeError):
    """The kernels and the reference disagree about a route: a fault of the engine."""


class Budget:
    """How much of the search is done: by iterations where they are given, else by the clock."""

    def __init__(
        self,
        *,
        deadline: float,
        iterations: int | None,
        should_stop: Callable[[], bool] | None,
    ) -> None:
        self.began = clock()
        self.deadline = deadline
        self.iterations = iterations
        self.done = 0
        self.should_stop = should_stop
        self.pace = 0.0

    def stopped(self) -> bool:
        """Somebody asks for an end, or the clock does."""
        if self.should_stop is not None and self.should_stop():
            return True
        return clock() >= self.deadline

    def over(self) -> bool:
        """No more to spend."""
        return self.stopped() or self.part() >= 1.0

    def part(self) -> float:
        """Spent share of the whole."""
        if self.iterations is not None:
            return self.done / self.iterations if self.iterations else 1.0
        return (clock() - self.began) / max(self.deadline - self.began, 1e-9)

    def left(self) -> float:
        """Seconds before the deadline."""
        return max(0.0, self.deadline - clock())

    def chunk(self) -> int:
        """Iterations to run before looking again."""
        if self.iterations is not None:
            return max(1, min(CHUNK, self.iterations - self.done))
        return max(5, min(20_000, int(self.pace * min(SLICE_S, self.left())))) if self.pace else 20

    def spent(self, iterations: int, seconds: float) -> None:
        """Count a chunk and learn its pace."""
        self.done += iterations
        if seconds > 0.0 and iterations:
            self.pace = iterations / seconds


class Driver:
    """One search on one layout.

    ``fleet``: fewest vehicles first, then cost; else cost alone.
    """

    def __init__(
        self, layout: Layout, *, fleet: bool, seed: int, budget: Budget, report: Report | None
    ) -> None:
        self.layout = layout
        self.fleet = fleet
        self.budget = budget
        self.report = report
        self.limit = layout.routes
        self.d: Data = build(layout)
        self.w: Work = new_work(self.d, self.limit, seed)
        self.exchanges = (TAILS, TAIL_MOVED) if layout.battery is not None else (EXCHANGES, MOVED)
        self.pool = Pool(self.d.n)
        self.reference = Reference(layout, _arcs(self.d))
        self.known: dict[tuple[int, ...], tuple[float, list[Stop]] | None] = {}
        self.best: Floats = np.array([FAR, FAR])
        self.seq: Ints = np.zeros((self.limit, self.d.n), np.int64)
        self.size: Ints = np.zeros(self.limit, np.int64)
        self.sound: Routes = []
        self.value: tuple[float, float] = (FAR, FAR)

    def solve(self, start: Routes | None = None) -> Routes:
        """Search; tasks of no returned route could not be placed."""
        if start:
            self._begin_from(self._drivable(start))
        self._call(anneal.CONSTRUCT, fleet=self.limit)
        if self.w.tally[ABSENT] > 0:
            self._cut(self.limit, until=1.0)
            if self.w.tally[ABSENT] > 0:
                return self.sound or self._drivable(self._present())
        self._note()
        if self.fleet:
            self._fewer_vehicles()
        self._anneal()
        return self.sound

    def stops(self, tasks: tuple[int, ...]) -> tuple[float, list[Stop]]:
        """The route as the reference works it out.

        Raises:
            CorruptRouteError: it cannot be driven.
        """
        if tasks not in self.known:
            if len(self.known) > 20_000:
                self.known.clear()
            self.known[tasks] = self.reference.route(tasks)
        found = self.known[tasks]
        if found is None:
            raise CorruptRouteError(f"the reference cannot drive {tasks}")
        return found

    def _begin_from(self, given: Routes) -> None:
        """Load a known solution; a whole one is the best so far, so that no worse one is told."""
        if not self._load(given):
            # The kernels keep fewer labels than the reference and may give a route up.
            costs = self.w.bill[:, R_COST].tolist()
            self._load([r for r, cost in zip(given, costs, strict=False) if cost < FAR])
        if sum(map(len, given)) == self.d.n:
            total = sum(self.stops(route)[0] for route in given)
            self.best[:] = (float(len(given)) if self.fleet else 0.0, total)
            self.sound, self.value = given, (float(self.best[0]), total)

    def _fewer_vehicles(self) -> None:
        """Take vehicles away while the rest can be made to hold everybody."""
        floor = math.ceil(sum(self.layout.demand) / float(self.d.vehicle[0, CAPACITY]) - 1e-9)
        while self.best[0] > floor and self.budget.part() < FLEET_SHARE and not self.budget.over():
            self._call(anneal.CLOSE)
            if not self._cut(int(self.best[0]) - 1, until=FLEET_SHARE):
                break
            self._note()
        self._load(self.sound)

    def _cut(self, fleet: int, *, until: float) -> bool:
        """Search with absent tasks until none is left or the share is spent."""
        while self.w.tally[ABSENT] > 0:
            if self.budget.part() >= until or self.budget.over():
                return False
            heat = self._unit()
            self._run(heat, heat, fleet)
        return True

    def _anneal(self) -> None:
        began = self.budget.part()
        visits = 1
        while not self.budget.over():
            done = min(1.0, (self.budget.part() - began) / max(1e-9, 1.0 - began))
            heat = HOT * (COLD / HOT) ** done * self._unit()
            self._run(heat, heat, self._allowed())
            self._keep()
            if done * POOL_VISITS >= visits:
                visits += 1
                self._choose()

    def _allowed(self) -> int:
        return int(self.value[0]) if self.fleet else self.limit

    def _run(self, hot: float, cold: float, fleet: int) -> None:
        began = clock()
        done = self._call(
            anneal.RUN, iterations=self.budget.chunk(), hot=hot, cold=cold, fleet=fleet
        )
        self.budget.spent(done, clock() - began)
        self.pool.drain(self.w)

    def _call(
        self,
        what: int,
        *,
        iterations: int = 0,
        hot: float = 1.0,
        cold: float = 1.0,
        fleet: int = 0,
        seq: Ints | None = None,
        size: Ints | None = None,
    ) -> int:
        """Enter the kernels."""
        return anneal.search(
            self.d,
            self.w,
            what,
            iterations,
            hot,
            cold,
            fleet,
            not self.fleet,
            *self.exchanges,
            self.best,
            self.seq if seq is None else seq,
            self.size if size is None else size,
        )

    def _keep(self) -> None:
        """Rebuild a new best from scratch before it counts."""
        found = (float(self.best[0]), float(self.best[1]))
        if found < self.value:
            self._accept(self._listed(self.seq, self.size), found)

    def _accept(self, routes: Routes, found: tuple[float, float]) -> None:
        total = sum(self.stops(route)[0] for route in routes)
        if sum(map(len, routes)) != self.d.n or len(set().union(*routes)) != self.d.n:
            raise CorruptRouteError("a task stands twice or nowhere")
        if total > found[1] + TOLERANCE * max(1.0, total):
            raise CorruptRouteError(f"the kernels say {found[1]!r}, the reference {total!r}")
        self.sound, self.value = routes, found
        if self.report is not None:
            self.report(clock() - self.budget.began, self.budget.done, total, len(routes))

    def _choose(self) -> None:
        """Let linear programming and CP-SAT pick the best set of routes, and go on from there."""
        counted = self.budget.iterations is not None
        chosen = self.pool.choose(
            self.sound,
            self.value[1],
            fleet=self._allowed(),
            seconds=FAR if counted else min(CHOICE_S, max(0.05, self.budget.left())),
            effort=1.0,
            should_stop=self.budget.should_stop,
        )
        if chosen is None:
            return
        held = self._present()
        if not self._load(chosen) or self.w.tally[ABSENT] or not self._note():
            self._load(held)

    def _note(self) -> bool:
        """Take the present solution as the best if it is better."""
        used = float((self.w.route[:, SIZE] > 0).sum()) if self.fleet else 0.0
        found = (used, float(self.w.value[TOTAL]))
        if found >= self.value:
            return False
        self.best[:] = found
        self.seq[:], self.size[:] = self.w.seq[:, 1:-1], self.w.route[:, SIZE]
        for route in self._present():
            self.pool.add(route, float(self.w.bill[self.w.at[route[0], WHERE], R_COST]))
        self._accept(self._present(), found)
        return True

    def _unit(self) -> float:
        cost = self.value[1] if self.value[1] < FAR else float(self.w.value[TOTAL])
        return max(cost, 1e-6) / self.d.n

    def _drivable(self, routes: Routes) -> Routes:
        """Those routes that hold by themselves, as many as there are vehicles."""
        fine = [r for r in routes if self.known.setdefault(r, self.reference.route(r))]
        return fine[: self.limit]

    def _load(self, routes: Routes) -> bool:
        rows = np.zeros((max(1, len(routes)), self.d.n), np.int64)
        sizes = np.array([len(route) for route in routes] or [0], np.int64)
        for r, route in enumerate(routes):
            rows[r, : len(route)] = route
        return bool(self._call(anneal.LOAD, seq=rows, size=sizes))

    def _present(self) -> Routes:
        return self._listed(self.w.seq[:, 1:], self.w.route[:, SIZE])

    @staticmethod
    def _listed(seq: Ints, size: Ints) -> Routes:
        return [tuple(seq[r, : size[r]].tolist()) for r in range(len(size)) if size[r]]


def _arcs(d: Data) -> dict[tuple[int, int], list[tuple[int, ...]]]:
    """The stations that kernels may use between two sites, for the reference."""
    if not d.flags[ELECTRIC]:
        return {}
    out: dict[tuple[int, int], list[tuple[int, ...]]] = {}
    for i, j in np.argwhere(d.arc[:, :, 0] > 0).tolist():
        ways: list[tuple[int, ...]] = []
        for o in range(int(d.arc[i, j, 0])):
            p, u = (int(x) for x in d.arc[i, j, 1 + 2 * o : 3 + 2 * o])
            ways.append((p,) if p == u else (p, u))
        out[i, j] = ways
    return out
