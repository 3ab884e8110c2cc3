"""An order alone on empty vehicles: whether anything serves it, and by which rule nothing does."""

from __future__ import annotations

from msgspec.structs import replace

from routing.engines.ortools.compile import compile_problem
from routing.engines.ortools.reasons import STATIC, Trials
from routing.explain.blocking import rule_of
from routing.plan import Unassigned
from routing.problem import Problem
from routing.rules import relax


def by_itself(problem: Problem, wanted: set[str]) -> Problem:
    """The day with these orders only."""
    orders = [replace(order, after=[]) for order in problem.orders if order.id in wanted]
    return replace(problem, orders=orders)


def possible(problem: Problem) -> bool:
    """Whether each order of the problem, alone, is served by some empty vehicle. Exact."""
    compiled = compile_problem(problem)
    trials = Trials.apart(compiled)
    return all(trials.alone(o)[0] for o in range(len(problem.orders)))


def exact(problem: Problem, out: Unassigned) -> Unassigned:
    """An impossible order with the reasons that, dropped alone, would make it possible.

    A first reason that stands for vehicles which could carry the order is the cause; why the other
    vehicles could not is then no matter. Reasons of which none is enough by itself are all kept.
    """
    if len(out.reasons) < 2:
        return out
    day = by_itself(problem, {out.order})
    enough = []
    for reason in out.reasons:
        rule = rule_of(reason.code)
        if rule is not None and possible(relax(day, rule)):
            enough.append(reason)
            if reason.code not in STATIC:
                break
    if enough and enough[0].code not in STATIC:
        enough = enough[:1]
    return replace(out, reasons=enough or out.reasons)
