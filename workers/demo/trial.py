"""A trial of seeds: the joint plan beside each shipper alone in turn and nearest neighbour."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from routing.checker import check
from routing.engines.ortools import solve
from routing.plan import Plan
from routing.problem import Problem
from workers.demo.city import generate
from workers.demo.held import only, remaining, served, stops_of
from workers.demo.memory import problem_of
from workers.demo.nearest import nearest_neighbour

TRIAL_DATE = date(2026, 11, 24)
"""A Tuesday."""


@dataclass(frozen=True)
class TrialRow:
    """One way to plan one day.

    ``way``: ``joint``, ``alone`` (each shipper in turn) or ``nearest``. ``common``: orders that
    this way and the joint plan both serve; ``common_cost_fen`` what this way pays for them
    replanned, ``joint_common_cost_fen`` what the joint way pays for the same. ``load_permille``:
    mean over trips of the heaviest load over the payload.
    """

    seed: int
    tight: bool
    way: str
    orders: int
    served: int
    vehicles: int
    trips: int
    metres: int
    load_permille: int
    cost_fen: int
    verdict: str
    seconds: float
    common: int
    common_cost_fen: int
    joint_common_cost_fen: int


@dataclass(frozen=True)
class _Budget:
    seconds: float
    iterations: int | None
    seed: int

    def solve(self, problem: Problem, start: Plan | None = None) -> Plan:
        return solve(
            problem,
            time_limit_s=self.seconds,
            iterations=self.iterations,
            seed=self.seed,
            start=start,
        )


Planner = Callable[[Problem, Plan], Plan]
"""Plans a day again, given a plan of more."""


def alone_in_turn(problem: Problem, budget: _Budget) -> list[tuple[Problem, Plan]]:
    """Each shipper's day by itself, on what the shippers before it left."""
    done: list[tuple[Problem, Plan]] = []
    for shipper in sorted({order.shipper for order in problem.orders}):
        own = [order for order in problem.orders if order.shipper == shipper]
        day = remaining(problem, [plan for _, plan in done], own)
        done.append((day, budget.solve(day)))
    return done


def load_permille(problem: Problem, plans: Iterable[Plan]) -> int:
    """Mean over all trips of the heaviest load on board over the vehicle's payload."""
    kinds = {kind.id: kind for kind in problem.vehicle_types}
    payload = {vehicle.id: kinds[vehicle.type].payload_g for vehicle in problem.vehicles}
    shares = [
        max(stop.load.weight_g for stop in trip.stops) / payload[route.vehicle]
        for plan in plans
        for route in plan.routes
        for duty in route.duties
        for trip in duty.trips
    ]
    return round(1000 * sum(shares) / len(shares)) if shares else 0


def _verdict(days: Sequence[tuple[Problem, Plan]]) -> str:
    verdicts = {check(problem, plan).verdict for problem, plan in days}
    return "violated" if "violated" in verdicts else min(verdicts, default="clean")


def _row(
    seed: int,
    way: str,
    whole: Problem,
    days: Sequence[tuple[Problem, Plan]],
    *,
    tight: bool,
    seconds: float,
    common: tuple[int, int, int],
) -> TrialRow:
    plans = [plan for _, plan in days]
    routes = [route for plan in plans for route in plan.routes]
    return TrialRow(
        seed=seed,
        tight=tight,
        way=way,
        orders=len(whole.orders),
        served=sum(len(served(plan, problem)) for problem, plan in days),
        vehicles=len({route.vehicle for route in routes}),
        trips=sum(len(duty.trips) for route in routes for duty in route.duties),
        metres=sum(stop.leg.metres for r in routes for stop in stops_of(r) if stop.leg),
        load_permille=load_permille(whole, plans),
        cost_fen=sum(plan.objective.total for plan in plans),
        verdict=_verdict(days),
        seconds=seconds,
        common=common[0],
        common_cost_fen=common[1],
        joint_common_cost_fen=common[2],
    )


def _both(
    problem: Problem,
    joint: Plan,
    days: Sequence[tuple[Problem, Plan]],
    ours: Planner,
    theirs: Planner,
) -> tuple[int, int, int]:
    """(orders both serve, what the other way pays for them, what the joint way pays).

    A way that serves more is planned again without the rest, from the plan that it has.
    """
    others = set[str]().union(*(served(plan, day) for day, plan in days))
    mine = served(joint, problem)
    shared = others & mine
    they_pay = sum(
        (theirs(only(day, shared), plan) if served(plan, day) - shared else plan).objective.total
        for day, plan in days
    )
    again = ours(only(problem, shared), joint) if mine - shared else joint
    return len(shared), they_pay, again.objective.total


def run_trial(
    seeds: Iterable[int],
    *,
    tight: bool,
    seconds: float,
    alone_seconds: float | None = None,
    iterations: int | None = None,
) -> list[TrialRow]:
    """Plan each seed's day three ways, ``seconds`` (or ``iterations``) for each plan made.

    ``alone_seconds`` for each shipper's own plan, else ``seconds``. In process, without database,
    web or queue.
    """
    rows: list[TrialRow] = []
    for seed in seeds:
        problem, _ = problem_of(generate(seed, TRIAL_DATE, tight=tight))
        budget = _Budget(seconds, iterations, seed)
        small = _Budget(alone_seconds or seconds, iterations, seed)
        begun = time.monotonic()
        joint = budget.solve(problem)
        took = time.monotonic() - begun
        every = len(served(joint, problem))
        same = (every, joint.objective.total, joint.objective.total)
        rows.append(
            _row(seed, "joint", problem, [(problem, joint)], tight=tight, seconds=took, common=same)
        )
        for way in ("alone", "nearest"):
            begun = time.monotonic()
            alone = way == "alone"
            days = (
                alone_in_turn(problem, small) if alone else [(problem, nearest_neighbour(problem))]
            )
            took = time.monotonic() - begun
            theirs = small.solve if alone else _nearest_again
            common = _both(problem, joint, days, budget.solve, theirs)
            rows.append(_row(seed, way, problem, days, tight=tight, seconds=took, common=common))
    return rows


def _nearest_again(problem: Problem, _: Plan) -> Plan:
    return nearest_neighbour(problem)


def table(rows: Iterable[TrialRow]) -> str:
    """The rows as a Markdown table for people."""
    head = [
        "seed",
        "way",
        "served",
        "vehicles",
        "trips",
        "km",
        "load",
        "cost (CNY)",
        "both serve",
        "cost of these",
        "joint, the same",
        "verdict",
        "s",
    ]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in rows:
        cells = [
            f"{row.seed}{' tight' if row.tight else ''}",
            row.way,
            f"{row.served}/{row.orders}",
            f"{row.vehicles}",
            f"{row.trips}",
            f"{row.metres / 1000:.1f}",
            f"{row.load_permille / 10:.1f} %",
            f"{row.cost_fen / 100:.2f}",
            f"{row.common}",
            f"{row.common_cost_fen / 100:.2f}",
            f"{row.joint_common_cost_fen / 100:.2f}",
            row.verdict,
            f"{row.seconds:.0f}",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)
