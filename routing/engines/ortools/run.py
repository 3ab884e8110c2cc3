"""``solve``: the engine's one entrance."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable

from routing.engines.ortools.bill import plan_objective
from routing.engines.ortools.capabilities import ENGINE, VERSION, check_supported
from routing.engines.ortools.kept import beside, together, waived_days
from routing.engines.ortools.reasons import STATIC, Trials, single_cause
from routing.engines.ortools.solver import HOT, WARM, Limits, Progress, Solver, new_state
from routing.engines.ortools.start import lay, restore
from routing.engines.ortools.timetable import charge_at_home
from routing.engines.ortools.write import Writer
from routing.plan import MadeBy, Plan, Reason, Run, Unassigned
from routing.problem import Problem
from routing.problem.hashing import problem_sha256


def solve(
    problem: Problem,
    *,
    time_limit_s: float,
    iterations: int | None = None,
    seed: int = 0,
    threads: int = 1,
    progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    start: Plan | None = None,
) -> Plan:
    """Plan a day.

    ``time_limit_s`` wall seconds bound the search (loading kernels included); with ``iterations``
    the search does exactly so many rounds and never looks at the clock: the same seed then gives
    the same plan, byte for byte, without ``run``. ``should_stop`` returning True ends the run
    within a second with the best plan so far. ``start`` is a plan of this problem to begin with;
    its days that hold only under waivers stay exactly as they are.
    ``threads`` is recorded; this engine uses one.

    Raises:
        UnsupportedRules: the problem uses rules that the engine does not keep.
        ValueError: travel data that the engine cannot read.
    """
    began = time.monotonic()
    check_supported(problem)
    kept = waived_days(problem, start) if start is not None else []
    whole = problem
    problem = beside(problem, kept) if kept else problem
    limits = Limits(began + max(0.5, time_limit_s - 2.0), iterations, should_stop)
    solver = Solver(problem, seed, limits, progress)
    hopeless = set_aside(solver)
    if start is not None:
        restore(solver, start)
    lay(solver)
    solver.construct()
    stay = start is not None and problem.objective.change_per_order > 0
    solver.search(heat=WARM if stay else HOT)
    plan = finish(solver, hopeless, seed, threads)
    plan = together(whole, plan, kept) if kept else plan
    seconds = time.monotonic() - began
    if progress is not None:
        solver.tell("done", solver.state, force=True)
    notes = ["stopped on request"] if limits.asked else []
    return Plan(
        problem_sha256=plan.problem_sha256,
        made_by=plan.made_by,
        routes=plan.routes,
        unassigned=plan.unassigned,
        objective=plan.objective,
        run=Run(seconds=round(seconds, 3), host=platform.node(), notes=notes),
    )


def set_aside(solver: Solver) -> dict[int, list[Reason]]:
    """Orders that no empty vehicle serves, with why; the search does not try them."""
    trials = Trials(solver.compiled, new_state(solver.compiled), solver.scratch)
    found: dict[int, list[Reason]] = {}
    for o in range(len(solver.compiled.problem.orders)):
        if solver.limits.should_stop is not None and solver.limits.should_stop():
            break
        possible, reasons = trials.alone(o)
        if not possible:
            found[o] = with_cause(solver.compiled.problem, o, reasons)
            solver.state.where[o] = -2
    return found


def with_cause(problem: Problem, o: int, reasons: list[Reason]) -> list[Reason]:
    """The reasons, led by the one rule that alone is the cause, where there is one."""
    if reasons[0].code in STATIC or reasons[0].code == "unit":
        return reasons
    cause = single_cause(problem, problem.orders[o])
    if cause is None or cause == reasons[0].code:
        return reasons
    known = [reason for reason in reasons if reason.code == cause]
    rest = [reason for reason in reasons if reason.code != cause]
    return [*(known or [Reason(code=cause)]), *rest]


def finish(solver: Solver, hopeless: dict[int, list[Reason]], seed: int, threads: int) -> Plan:
    """Timetable, exact figures and reasons for the solver's best state."""
    problem = solver.compiled.problem
    solver.whole_or_none()
    solver.tell("timetable", solver.state, force=True)
    days = charge_at_home(solver.compiled, solver.state, solver.days(solver.state))
    writer = Writer(solver.compiled)
    routes = [writer.route(day) for day in days]
    served = {
        order
        for route in routes
        for duty in route.duties
        for trip in duty.trips
        for stop in trip.stops
        for order in stop.orders
    }
    trials = Trials(solver.compiled, new_state(solver.compiled), solver.scratch)
    out: list[Unassigned] = []
    for o, order in enumerate(problem.orders):
        if order.id in served:
            continue
        if o in hopeless:
            out.append(Unassigned(order=order.id, tier="impossible", reasons=hopeless[o]))
            continue
        cost, blocked = trials.beside(solver.state, o)
        if cost is not None and not order.mandatory and cost > order.prize:
            detail: dict[str, str | int] = {"cost": int(cost / 1000), "prize": order.prize // 1000}
            reason = Reason(code="prize", detail=detail)
            out.append(Unassigned(order=order.id, tier="not_worth_it", reasons=[reason]))
        else:
            fallback = [Reason(code="split" if "#" in order.id else "shift")]
            out.append(Unassigned(order=order.id, tier="no_room", reasons=blocked or fallback))
    return Plan(
        problem_sha256=problem_sha256(problem),
        made_by=MadeBy(
            engine=ENGINE, version=VERSION, seed=seed, threads=threads, iterations=solver.rounds
        ),
        routes=routes,
        unassigned=out,
        objective=plan_objective(problem, routes),
    )
