"""Days as the engine settles them: a lawful timetable for a given sequence, or why there is none.

Bays, waiting, charging and rest on the way are the engine's own evaluation; the sequence stays.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace

from routing.edits.lines import DayLine
from routing.engines.ortools.compile import Compiled, compile_problem
from routing.engines.ortools.data import CHANGE, D_FROM, DUTY, MAX_TOKENS
from routing.engines.ortools.reasons import RULE_OF
from routing.engines.ortools.solver import new_scratch, new_state
from routing.engines.ortools.state import Scratch, State, settle
from routing.engines.ortools.timetable import charge_at_home
from routing.engines.ortools.write import Day, Writer
from routing.plan import PlanDuty, PlanRoute
from routing.problem import Problem, Window
from routing.travel import Travel

NEAR = (0, 300, -600, 900, -1800, 1800, -3600)
"""Seconds around the start before at which a turn's start is tried."""


class Settled:
    """A small problem in the engine's terms, with days put in one by one.

    ``whole``: travel of the problem of which it is a part.
    """

    def __init__(self, problem: Problem, whole: Travel | None = None) -> None:
        self.problem = problem
        self.compiled: Compiled = compile_problem(problem, whole)
        # A later start is looked for in parts too, as under locks: few days, each worth it.
        data = self.compiled.data
        data[data[4 * CHANGE] + 1] = 1
        near = np.zeros((len(problem.orders), 0), np.int64)
        self.state: State = new_state(self.compiled)
        self.scratch: Scratch = new_scratch(self.compiled, 0, near)
        self.vehicles = {vehicle.id: v for v, vehicle in enumerate(problem.vehicles)}
        self.duties = {duty.id: k for k, duty in enumerate(problem.duties)}
        self.orders = {order.id: o for o, order in enumerate(problem.orders)}

    def clear(self) -> None:
        """Send every vehicle home."""
        for v in self.vehicles.values():
            self.state.size[v] = 0
            settle(self.compiled.data, self.state, self.scratch, v)

    def put(self, line: DayLine) -> str | None:
        """Settle a day in exactly this sequence; what stops it, None when it holds."""
        tokens = self.tokens(line)
        if tokens is None:
            return "structure"
        v = self.vehicles[line.vehicle]
        if any(token <= -2 and self.state.owner[-2 - token] not in {-1, v} for token in tokens):
            return "driver"
        self.state.seq[v, : len(tokens)] = tokens
        self.state.size[v] = len(tokens)
        if settle(self.compiled.data, self.state, self.scratch, v):
            return None
        return RULE_OF.get(int(self.scratch.st[10]), "structure")

    def put_near(self, line: DayLine, before: PlanRoute | None) -> str | None:
        """Settle a day, its turns beginning when they did before where the earliest start fails.

        An early start meets other traffic and other claims: what held then may hold no more.
        """
        why = self.put(line)
        begun = {duty.duty: _begin(duty) for duty in before.duties} if before else {}
        if why is None or not begun:
            return why
        data = self.compiled.data
        spots = {
            name: int(data[4 * DUTY] + self.duties[name] * data[4 * DUTY + 2] + D_FROM)
            for name in begun
            if name in self.duties
        }
        kept = {spot: int(data[spot]) for spot in spots.values()}
        for off in NEAR:
            for name, spot in spots.items():
                data[spot] = max(kept[spot], begun[name] + off)
            held = self.put(line) is None
            for spot, value in kept.items():
                data[spot] = value
            if held:
                return None
        return why

    def tokens(self, line: DayLine) -> list[int] | None:
        """The day as the engine writes it; None where it has no words for it."""
        vehicle = self.problem.vehicles[self.vehicles[line.vehicle]]
        tokens: list[int] = []
        first = True
        for duty in line.duties:
            for number, trip in enumerate(duty.trips):
                base = vehicle.available.place if first else vehicle.home
                first = False
                if trip.depot not in {None, base} or not trip.visits:
                    return None
                if duty.duty not in self.duties:
                    return None
                tokens.append(-1 if number else -2 - self.duties[duty.duty])
                for visit in trip.visits:
                    end = int(visit.kind == "delivery")
                    tokens += [2 * self.orders[name] + end for name in visit.orders]
        ends = [token for token in tokens if token >= 0]
        if len(set(ends)) < len(ends) or not 0 < len(tokens) < MAX_TOKENS:
            return None
        return tokens

    def cost(self, vehicle: str) -> float:
        """Milli-fen of a vehicle's settled day, as the search counts."""
        return float(self.state.cost[self.vehicles[vehicle]])

    def routes(self) -> list[PlanRoute]:
        """The days that hold, with charging at home afterwards where it saves."""
        days = [
            Day(
                v,
                [int(t) for t in self.state.seq[v, : int(self.state.size[v])]],
                self.state.rows[v, : int(self.state.stops[v])].copy(),
            )
            for v in range(len(self.problem.vehicles))
            if self.state.size[v]
        ]
        sessions = charge_at_home(self.compiled, self.state, days, quick=True)
        writer = Writer(self.compiled)
        return [writer.route(day) for day in sessions]


def _begin(duty: PlanDuty) -> int:
    """When a planned turn begins: at its first depot stop."""
    return next(s.arrive for trip in duty.trips for s in trip.stops if s.kind == "depot")


def starting(problem: Problem, lines: Sequence[DayLine]) -> Problem:
    """The problem with loading pinned where a hand has set the start of a trip."""
    pinned: dict[str, int] = {}
    for line in lines:
        for duty in line.duties:
            for trip in duty.trips:
                if trip.start is not None:
                    taken = {o for v in trip.visits if v.kind == "pickup" for o in v.orders}
                    for visit in trip.visits:
                        loads = [o for o in visit.orders if o not in taken]
                        if visit.kind == "delivery":
                            pinned.update(dict.fromkeys(loads, trip.start))
    if not pinned:
        return problem
    orders = []
    for order in problem.orders:
        at = pinned.get(order.id)
        if at is None:
            orders.append(order)
            continue
        ways = []
        for way in order.pickup:
            needs = [w.needs for w in way.windows if w.start <= at <= w.end]
            open_now = not way.windows or bool(needs)
            pin = Window(start=at, end=at, needs=needs[0] if needs else [])
            ways.append(replace(way, windows=[pin] if open_now else [Window(start=-1, end=-1)]))
        orders.append(replace(order, pickup=ways))
    return replace(problem, orders=orders)
