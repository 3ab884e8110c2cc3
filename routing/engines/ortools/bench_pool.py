"""The pool of routes found, and the choice among them by CP-SAT."""

from __future__ import annotations

from ortools.sat.python import cp_model

from routing.engines.ortools.bench_arrays import State

GRAIN = 10_000
"""Costs are passed to CP-SAT in ten-thousandths."""


class Pool:
    """The cheapest known sequence for each set of customers, in order of finding."""

    def __init__(self, customers: int, limit: int = 8_000) -> None:
        self.customers = customers
        self.limit = limit
        self.routes: dict[frozenset[int], tuple[float, tuple[int, ...]]] = {}

    def drain(self, state: State) -> None:
        """Take over the kernel's notes and make room for more."""
        for row in range(int(state.scalars[2])):
            size = int(state.pool_size[row])
            sequence = tuple(int(k) for k in state.pool[row, :size])
            self.add(sequence, float(state.pool_cost[row]))
        state.scalars[2] = 0
        if len(self.routes) > self.limit:
            recent = list(self.routes.items())[-self.limit // 2 :]
            self.routes = dict(recent)

    def add(self, sequence: tuple[int, ...], cost: float) -> None:
        """Note one route."""
        key = frozenset(sequence)
        known = self.routes.pop(key, None)
        self.routes[key] = known if known and known[0] <= cost else (cost, sequence)

    def choose(
        self, start: list[tuple[int, ...]], *, seconds: float, effort: float, per_vehicle: float
    ) -> list[tuple[int, ...]] | None:
        """Best set of pool routes that serves every customer once, or None if none was found.

        ``start`` hints a known solution; ``effort`` is CP-SAT's deterministic time, ``seconds``
        its wall time; ``per_vehicle`` is added to each route's cost.
        """
        rows = [(cost, sequence) for cost, sequence in self.routes.values()]
        hinted = {frozenset(sequence) for sequence in start}
        model = cp_model.CpModel()
        taken = [model.new_bool_var("") for _ in rows]
        serving: list[list[cp_model.IntVar]] = [[] for _ in range(self.customers + 1)]
        for variable, (_, sequence) in zip(taken, rows, strict=True):
            model.add_hint(variable, frozenset(sequence) in hinted)
            for k in sequence:
                serving[k].append(variable)
        for k in range(1, self.customers + 1):
            if not serving[k]:
                return None
            model.add_exactly_one(serving[k])
        model.minimize(
            sum(
                round((cost + per_vehicle) * GRAIN) * variable
                for variable, (cost, _) in zip(taken, rows, strict=True)
            )
        )
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 0
        solver.parameters.max_deterministic_time = effort
        solver.parameters.max_time_in_seconds = seconds
        status = solver.solve(model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        return [
            sequence
            for variable, (_, sequence) in zip(taken, rows, strict=True)
            if solver.boolean_value(variable)
        ]
