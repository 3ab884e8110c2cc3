"""The pool of routes found, and the best choice among them.

The linear relaxation (GLOP) gives duals; a route whose reduced cost exceeds the distance between
the best known solution and that bound cannot be in a better one and is left out. CP-SAT decides
among the rest.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from ortools.linear_solver import pywraplp
from ortools.sat.python import cp_model

from routing.search.data import POOLED, Work

GRAIN = 10_000
"""Costs are passed to CP-SAT in ten-thousandths."""
LIMIT = 8_000
CHOICE = 2_000
"""Most routes that CP-SAT chooses among: those of least reduced cost."""
LONG_S = 1e6
"""Wall times from here on are none: a counted run does not look at the clock."""
Routes = list[tuple[int, ...]]


class Pool:
    """The cheapest known sequence for each set of tasks, in order of last finding."""

    def __init__(self, tasks: int) -> None:
        self.tasks = tasks
        self.routes: dict[frozenset[int], tuple[float, tuple[int, ...]]] = {}

    def drain(self, work: Work) -> None:
        """Take over the kernels' notes and make room for more."""
        for row in range(int(work.tally[POOLED])):
            size = int(work.pool[row, 0])
            self.add(tuple(work.pool[row, 1 : size + 1].tolist()), float(work.pool_cost[row]))
        work.tally[POOLED] = 0
        if len(self.routes) > 2 * LIMIT:
            self.routes = dict(list(self.routes.items())[-LIMIT:])

    def add(self, sequence: tuple[int, ...], cost: float) -> None:
        """Note one route."""
        key = frozenset(sequence)
        known = self.routes.pop(key, None)
        self.routes[key] = known if known and known[0] <= cost else (cost, sequence)

    def choose(
        self,
        start: Routes,
        value: float,
        *,
        fleet: int,
        seconds: float,
        effort: float,
        should_stop: Callable[[], bool] | None = None,
    ) -> Routes | None:
        """Pool routes that serve every task once for less than ``value``; None if none was found.

        ``start`` is the solution of that value and the hint, ``fleet`` the most routes allowed;
        ``effort`` bounds CP-SAT's deterministic time, ``seconds`` the wall time of each of the two.
        """
        rows = list(self.routes.values())[-LIMIT:]
        found = self._relaxed(rows, fleet, seconds)
        if found is None:
            return None
        bound, reduced = found
        gap = value - bound
        order = np.argsort(reduced, kind="stable")[:CHOICE]
        chosen = sorted(int(x) for x in order if reduced[x] <= gap)
        if gap <= 1e-6 * abs(value) or not chosen:
            return None
        hinted = {frozenset(sequence) for sequence in start}
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 0
        solver.parameters.linearization_level = 2
        solver.parameters.max_deterministic_time = effort
        solver.parameters.max_time_in_seconds = seconds
        watch = _Watch(should_stop) if should_stop is not None else None
        return self._exact([rows[x] for x in chosen], hinted, value, fleet, (solver, watch))

    def _relaxed(
        self, rows: list[tuple[float, tuple[int, ...]]], fleet: int, seconds: float
    ) -> tuple[float, np.ndarray[tuple[int], np.dtype[np.float64]]] | None:
        """Value of the linear relaxation and each route's reduced cost."""
        solver = pywraplp.Solver.CreateSolver("GLOP")
        if seconds < LONG_S:
            solver.SetTimeLimit(int(1000 * seconds) + 1)
        served = [solver.Constraint(1.0, 1.0) for _ in range(self.tasks)]
        used = solver.Constraint(0.0, float(fleet))
        objective = solver.Objective()
        taken = []
        for cost, sequence in rows:
            variable = solver.NumVar(0.0, solver.infinity(), "")
            objective.SetCoefficient(variable, cost)
            used.SetCoefficient(variable, 1.0)
            for k in sequence:
                served[k].SetCoefficient(variable, 1.0)
            taken.append(variable)
        objective.SetMinimization()
        if solver.Solve() != pywraplp.Solver.OPTIMAL:
            return None
        reduced = np.array([variable.reduced_cost() for variable in taken])
        return objective.Value(), reduced

    def _exact(
        self,
        rows: list[tuple[float, tuple[int, ...]]],
        hinted: set[frozenset[int]],
        value: float,
        fleet: int,
        by: tuple[cp_model.CpSolver, _Watch | None],
    ) -> Routes | None:
        solver, watch = by
        model = cp_model.CpModel()
        taken = [model.new_bool_var("") for _ in rows]
        serving: list[list[cp_model.IntVar]] = [[] for _ in range(self.tasks)]
        for variable, (_, sequence) in zip(taken, rows, strict=True):
            model.add_hint(variable, frozenset(sequence) in hinted)
            for k in sequence:
                serving[k].append(variable)
        if not all(serving):
            return None
        for variables in serving:
            model.add_exactly_one(variables)
        model.add(sum(taken) <= fleet)
        total = sum(
            round(cost * GRAIN) * variable for variable, (cost, _) in zip(taken, rows, strict=True)
        )
        model.add(total <= int(value * GRAIN) - 1)
        model.minimize(total)
        if solver.solve(model, watch) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        return [
            sequence
            for variable, (_, sequence) in zip(taken, rows, strict=True)
            if solver.boolean_value(variable)
        ]


class _Watch(cp_model.CpSolverSolutionCallback):
    """Ends the choice when somebody asks to stop."""

    def __init__(self, should_stop: Callable[[], bool]) -> None:
        super().__init__()
        self.should_stop = should_stop

    def on_solution_callback(self) -> None:
        """Look at each better choice."""
        if self.should_stop():
            self.stop_search()
