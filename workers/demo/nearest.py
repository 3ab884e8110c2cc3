"""Nearest neighbour with first fit: how a day is planned by hand, under all the same rules.

One vehicle after another is filled: from where it stands it takes the nearest order that still
fits, begins another trip when none does, then another turn of a driver, then the next vehicle.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np

from routing.engines.ortools.data import DUTY_OK, FITS
from routing.engines.ortools.places import end_needed
from routing.engines.ortools.run import finish, set_aside
from routing.engines.ortools.sim import BROKEN, simulate
from routing.engines.ortools.solver import Limits, Solver
from routing.engines.ortools.state import settle
from routing.plan import Plan
from routing.problem import Order, Problem
from routing.travel.flat import tab

LOOK_AT = 40
"""How many of the nearest orders are tried before a trip is closed."""
TURNS = 2


@dataclass
class _Filling:
    """A vehicle being filled: its tokens, where it stands, and the solver's arrays."""

    solver: Solver
    vehicle: int
    tokens: list[int]
    at: tuple[float, float]

    def holds(self, tokens: list[int]) -> bool:
        """Whether the day is feasible beside what the other vehicles hold."""
        x, state = self.solver.scratch, self.solver.state
        if len(tokens) >= len(x.trial) - 8:
            return False
        x.trial[: len(tokens)] = tokens
        cost = simulate(
            self.solver.compiled.data,
            state.claims,
            self.vehicle,
            x.trial,
            len(tokens),
            x.ev,
            x.chosen,
            x.st,
            x.work,
            x.fs,
            False,
        )
        return bool(cost < BROKEN)


def _spots(problem: Problem) -> dict[str, tuple[float, float]]:
    """Places on a plane whose unit is a degree of latitude."""
    scale = math.cos(math.radians(problem.places[0].lat))
    return {place.id: (place.lon * scale, place.lat) for place in problem.places}


def _ends(filling: _Filling, order: int, *, first: bool) -> list[int]:
    need = end_needed(filling.solver.compiled.data, filling.vehicle, order, first)
    return {0: [2 * order], 1: [2 * order + 1]}.get(int(need), [2 * order, 2 * order + 1])


def _next(
    filling: _Filling,
    marks: list[int],
    orders: list[Order],
    spots: dict[str, tuple[float, float]],
    fit: np.ndarray,
) -> int | None:
    """Append the nearest order that fits after ``marks``; its number, or None."""
    absent = np.flatnonzero((filling.solver.state.where < 0) & fit)
    goals = [spots[orders[o].delivery[0].place] for o in absent]
    ranked = sorted(
        range(len(absent)), key=lambda k: (math.dist(goals[k], filling.at), int(absent[k]))
    )
    for k in ranked[:LOOK_AT]:
        order = int(absent[k])
        first = not any(token < 0 for token in filling.tokens)
        tokens = [*filling.tokens, *marks, *_ends(filling, order, first=first)]
        if filling.holds(tokens):
            filling.tokens = tokens
            filling.at = goals[k]
            filling.solver.state.where[order] = filling.vehicle
            return order
    return None


def nearest_neighbour(problem: Problem) -> Plan:
    """The plan of the nearest neighbour, first fit, under every rule the engine keeps."""
    solver = Solver(problem, 0, Limits(time.monotonic() + 1e9, 0, None), None)
    hopeless = set_aside(solver)
    data, state = solver.compiled.data, solver.state
    spots = _spots(problem)
    for v, vehicle in enumerate(problem.vehicles):
        home = spots[vehicle.home]
        filling = _Filling(solver, v, [], spots[vehicle.available.place])
        fit = np.array([bool(tab(data, FITS, o, v)) for o in range(len(problem.orders))])
        turns = 0
        for number, duty in enumerate(problem.duties):
            if turns == TURNS or state.owner[number] >= 0 or not tab(data, DUTY_OK, number, v):
                continue
            drivers = {problem.duties[-2 - t].driver for t in filling.tokens if t <= -2}
            if duty.driver in drivers:
                continue
            if _next(filling, [-2 - number], problem.orders, spots, fit) is None:
                continue
            turns += 1
            state.owner[number] = v
            while True:
                while _next(filling, [], problem.orders, spots, fit) is not None:
                    pass
                filling.at = home
                if _next(filling, [-1], problem.orders, spots, fit) is None:
                    break
        state.seq[v, : len(filling.tokens)] = filling.tokens
        state.size[v] = len(filling.tokens)
        settle(data, state, solver.scratch, v)
    return finish(solver, hopeless, 0, 1)
