"""The run: first plan, improvement, timetable, exact plan."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.engines.ortools.compile import Compiled, compile_problem
from routing.engines.ortools.data import (
    MAX_EVENTS,
    MAX_TOKENS,
    P_STAND,
    P_WIN0,
    P_WIN1,
    PRIZE,
    W_END,
    W_START,
    Floats,
    Ints,
)
from routing.engines.ortools.places import CANDIDATES
from routing.engines.ortools.search import improve, insert_best, sort_absent
from routing.engines.ortools.state import (
    Scratch,
    State,
    copy_state,
    settle,
    take_out,
    total,
)
from routing.engines.ortools.write import Day
from routing.problem import Problem
from routing.travel.flat import vec

CHUNK = 20
"""Rounds between two looks at the clock and the stop flag."""
HOT, WARM, COLD = 0.5, 0.02, 0.01
"""Acceptance at the beginning of a search, of one that is to change little, and at the end."""
CLOSE = 60
"""How many nearest orders a day's order may ride next to."""


@dataclass(frozen=True)
class Progress:
    """How a run stands: ``objective`` in fen (prizes of absent orders aside)."""

    seconds: float
    iterations: int
    objective: int
    served: int
    orders: int
    vehicles: int
    stage: str


@dataclass
class Limits:
    """When to stop: wall clock, or rounds, or because somebody says so."""

    until: float
    iterations: int | None
    should_stop: Callable[[], bool] | None
    asked: bool = False

    def over(self, done: int) -> bool:
        """Whether no further chunk may begin."""
        if self.should_stop is not None and self.should_stop():
            self.asked = True
            return True
        if self.iterations is not None:
            return done >= self.iterations
        return time.monotonic() >= self.until


def new_state(compiled: Compiled) -> State:
    """A state in which every order is absent."""
    vehicles = len(compiled.problem.vehicles)
    return State(
        np.zeros((vehicles, MAX_TOKENS), np.int64),
        np.zeros(vehicles, np.int64),
        np.zeros(vehicles, np.float64),
        np.zeros((vehicles, MAX_TOKENS), np.int64),
        np.zeros((vehicles, MAX_TOKENS), np.int64),
        np.zeros((vehicles, 4), np.int64),
        np.full(max(1, len(compiled.problem.duties)), -1, np.int64),
        np.full(len(compiled.problem.orders), -1, np.int64),
        compiled.claims(),
        np.zeros((vehicles, MAX_EVENTS, 16), np.int64),
        np.zeros(vehicles, np.int64),
        np.zeros((vehicles, MAX_TOKENS), np.int64),
        np.zeros((vehicles, MAX_TOKENS), np.int64),
    )


def new_scratch(compiled: Compiled, seed: int, near: Ints) -> Scratch:
    """Working memory with a generator that starts from the seed; ``near`` of ``neighbourhoods``."""
    mixed = (seed * 0x9E3779B97F4A7C15 + 0xD1B54A32D192ED03) % 2**64
    return Scratch(
        np.zeros((MAX_EVENTS, 16), np.int64),
        np.zeros(MAX_TOKENS + 8, np.int64),
        np.zeros(16, np.int64),
        np.zeros(MAX_TOKENS + 8, np.int64),
        np.zeros((CANDIDATES, 5), np.int64),
        np.zeros(CANDIDATES, np.float64),
        np.array([mixed or 1], np.uint64),
        np.zeros(len(compiled.problem.orders) + 1, np.int64),
        np.zeros(32, np.int64),
        np.zeros(len(compiled.problem.duties) + 1, np.int64),
        np.zeros(len(compiled.problem.vehicles) + 1, np.int64),
        np.zeros((11, MAX_TOKENS + 8), np.int64),
        np.zeros(4, np.float64),
        neighbours(near),
    )


def neighbours(near: Ints) -> NDArray[np.bool_]:
    """Which orders are worth trying next to each other: the nearest ones, all of a small day."""
    count = len(near)
    close = np.zeros((count, count), np.bool_)
    for o in range(count):
        close[o, near[o, :CLOSE]] = True
    return close | close.T


def neighbourhoods(compiled: Compiled) -> tuple[Ints, Floats, Floats]:
    """(nearest orders of each order, distance from its pickup, width of its windows)."""
    count = len(compiled.problem.orders)
    metres = compiled.travel.metres_table
    rows = compiled.option
    if not len(rows):  # no order has anywhere to stand
        return np.arange(count)[:, None], np.zeros(count), np.full(count, 1e6)
    # An order without anywhere to stand has no rows of its own; any will do, it is set aside.
    at = np.minimum(compiled.option_at, len(rows) - 1)
    drop = rows[at[1:-1:2], P_STAND]
    pick = rows[at[0:-1:2], P_STAND]
    early = np.zeros(count)
    wide = np.full(count, 1e6)
    for o in range(count):
        row = rows[at[2 * o + 1]]
        windows = compiled.window[row[P_WIN0] : row[P_WIN1]]
        if len(windows):
            early[o] = windows[:, W_START].min()
            wide[o] = (windows[:, W_END] - windows[:, W_START]).sum()
    apart = metres[np.ix_(drop, drop)].astype(np.float64)
    apart += metres[np.ix_(pick, pick)] * 0.5
    apart += np.abs(early[:, None] - early[None, :]) * 0.5
    near = np.argsort(apart, axis=1, kind="stable")[:, : min(count, 150)].astype(np.int64)
    return near, metres[drop, pick].astype(np.float64), wide


class Solver:
    """One run over one problem."""

    def __init__(
        self,
        problem: Problem,
        seed: int,
        limits: Limits,
        report: Callable[[Progress], None] | None,
    ) -> None:
        self.started = time.monotonic()
        self.limits = limits
        self.report = report
        self.compiled = compile_problem(problem)
        self.state = new_state(self.compiled)
        self.near, self.far, self.tight = neighbourhoods(self.compiled)
        self.scratch = new_scratch(self.compiled, seed, self.near)
        self.best = new_state(self.compiled)
        self.spare = new_state(self.compiled)
        self.rounds = 0
        self.told = -1.0

    def tell(self, stage: str, state: State, *, force: bool = False) -> None:
        """Progress, about twice a second."""
        now = time.monotonic() - self.started
        if self.report is None or (not force and now - self.told < 0.5):
            return
        self.told = now
        served = int((state.where >= 0).sum())
        self.report(
            Progress(
                seconds=now,
                iterations=self.rounds,
                objective=int(state.cost.sum() / 1000),
                served=served,
                orders=len(self.compiled.problem.orders),
                vehicles=int((state.size > 0).sum()),
                stage=stage,
            )
        )

    def construct(self) -> None:
        """A first plan by cheapest insertion."""
        d, x = self.compiled.data, self.scratch
        for attempt in range(2):
            absent = np.flatnonzero(self.state.where == -1)
            x.order[: len(absent)] = absent
            if len(absent) == 0:
                break
            sort_absent(d, x, len(absent), self.far, self.tight)
            for o in x.order[: len(absent)].copy():
                if self.limits.should_stop is not None and self.limits.should_stop():
                    self.limits.asked = True
                    break
                tests = 16 if attempt == 0 else 40
                insert_best(d, self.state, x, int(o), 0.0, tests, float(vec(d, PRIZE, o)))
                self.tell("construct", self.state)
        copy_state(self.state, self.best)
        self.tell("construct", self.state, force=True)

    def search(self, share: float = 1.0, heat: float = HOT) -> None:
        """Ruin and recreate until the limits are reached.

        ``heat``: how much worse a plan may be at first and still be gone on from, in orders' cost.
        """
        d = self.compiled.data
        orders = len(self.compiled.problem.orders)
        if orders == 0:
            return
        begun = time.monotonic()
        values = np.array([total(d, self.state)] * 2)
        served = max(1, int((self.state.where >= 0).sum()))
        scale = max(1.0, float(self.state.cost.sum()) / served)
        mean = float(min(10, max(2, orders // 5)))
        goal = None if self.limits.iterations is None else int(self.limits.iterations * share)
        while not self.limits.over(self.rounds):
            if goal is not None:
                done = self.rounds / max(1, goal)
                rounds = min(CHUNK, (self.limits.iterations or 0) - self.rounds)
            else:
                done = (time.monotonic() - begun) / max(1e-3, self.limits.until - begun)
                rounds = CHUNK
            now = scale * heat * (COLD / heat) ** min(1.0, done)
            improve(
                d,
                self.state,
                self.spare,
                self.best,
                self.scratch,
                self.near,
                self.far,
                self.tight,
                values,
                rounds,
                now,
                mean,
                10,
            )
            self.rounds += rounds
            self.tell("improve", self.best)
        copy_state(self.best, self.state)

    def whole_or_none(self) -> None:
        """Send children of a split order home where not all of them ride."""
        problem = self.compiled.problem
        families: dict[str, list[int]] = {}
        for o, order in enumerate(problem.orders):
            parent, mark, number = order.id.rpartition("#")
            if mark and number.isdigit():
                families.setdefault(parent, []).append(o)
        for children in families.values():
            if all(problem.orders[o].parts_allowed for o in children):
                continue
            there = [o for o in children if self.state.where[o] >= 0]
            if len(there) == len(children):
                continue
            for o in there:
                v = int(self.state.where[o])
                take_out(self.compiled.data, self.state, v, o)
                settle(self.compiled.data, self.state, self.scratch, v)

    def days(self, state: State) -> list[Day]:
        """Stops of every used vehicle as settled."""
        return [
            Day(
                v,
                [int(t) for t in state.seq[v, : int(state.size[v])]],
                state.rows[v, : int(state.stops[v])].copy(),
            )
            for v in range(len(self.compiled.problem.vehicles))
            if state.size[v]
        ]
