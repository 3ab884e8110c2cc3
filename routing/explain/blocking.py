"""Which rule keeps a possible order out of a plan, proven by dropping that rule alone.

A vehicle's blocking rule is named by best insertion: what rules the vehicle out, or what its
trials ran into. It is claimed if, with that rule dropped from the data and nothing else changed,
the same plan takes the order in on that vehicle. Where no rule does so at once, runs like the
control run, each with one rule dropped, are asked. What none of this serves is only told that no
route takes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from routing.engines.ortools.reasons import STATIC, Trials
from routing.engines.ortools.solver import Solver, new_state
from routing.explain.remedies import family
from routing.explain.runs import Stop, absent, run, warm
from routing.plan import Plan, Reason
from routing.problem import Problem
from routing.rules import RULES, relax

NO_ROOM = Reason(code="no_room")
UNSEEN = ("weight", "volume", "unit_places", "shift", "duty_length", "time_window")
"""Rules that best insertion keeps by not trying a place at all: they are asked about besides."""
WIDEST = "time_window"
"""Dropped, it frees the whole day: named only where nothing narrower lets the order in."""
RULE_BY_CODE = {"depot_hours": "time_window"}
"""Codes that are no rule's id: the rule to drop."""

Named = dict[int, list[str]]
"""Vehicle to the codes that stop it, the likeliest first."""


def blocking(problem: Problem, plan: Plan, rounds: int, stop: Stop) -> dict[str, list[Reason]]:
    """Reasons of every order that is possible, mandatory or not, and out for want of room.

    ``rounds`` are those of the control run; relaxed runs get as many.
    """
    outs = [out for out in plan.unassigned if out.tier == "no_room"]
    if not outs or stop():
        return {out.order: [NO_ROOM] for out in outs}
    index = {order.id: o for o, order in enumerate(problem.orders)}
    wanted = {out.order: index[out.order] for out in outs}
    trials = _Beside(warm(problem, plan))
    named = {name: trials.named(o) for name, o in wanted.items()}
    lets: dict[str, dict[int, set[str]]] = {name: {} for name in wanted}
    for rule in _rules(named.values()):
        if stop():
            break
        relaxed = _Beside(warm(relax(problem, rule), plan))
        for name, o in wanted.items():
            for v in relaxed.admit(o, [v for v in named[name] if rule in _of(named[name][v])]):
                lets[name].setdefault(v, set()).add(rule)
    found = {name: _told(problem, named[name], lets[name]) for name in wanted}
    wanting = {name: named[name] for name in named if not found[name]}
    if rounds:
        found |= _by_search(problem, plan, wanting, rounds, stop)
    return {name: reasons or [NO_ROOM] for name, reasons in found.items()}


class _Beside:
    """Tries orders on every vehicle beside the plan that a solver holds."""

    def __init__(self, solver: Solver) -> None:
        self.problem = solver.compiled.problem
        self.state = solver.state
        self.trials = Trials(solver.compiled, new_state(solver.compiled), solver.scratch)

    def named(self, o: int) -> Named:
        """What stops each vehicle: the rules it can never keep, else those its trials broke."""
        return {v: self._codes(o, v) for v in range(len(self.problem.vehicles))}

    def _codes(self, o: int, v: int) -> list[str]:
        order = self.problem.orders[o]
        never = self.trials.obstacles(order, self.problem.vehicles[v])
        if never:
            return never
        trial = self.trials.on_vehicle(self.state, o, v)
        if trial.cost is None:
            return [*trial.codes, *(code for code in UNSEEN if code not in trial.codes)]
        # It would fit: a part is kept out by its siblings.
        return ["split"] if len(family(self.problem, order.id)) > 1 else []

    def admit(self, o: int, vehicles: list[int]) -> list[int]:
        """Of these vehicles, those that take the order in."""
        order = self.problem.orders[o]
        return [
            v
            for v in vehicles
            if self.trials.never(order, self.problem.vehicles[v]) is None
            and self.trials.on_vehicle(self.state, o, v).cost is not None
        ]


def rule_of(code: str) -> str | None:
    """The rule that a code speaks of; None where nothing can be dropped."""
    rule = RULE_BY_CODE.get(code, code)
    return rule if rule in RULES and RULES[rule].relaxable else None


def _of(codes: Iterable[str]) -> set[str]:
    return {rule for code in codes if (rule := rule_of(code)) is not None}


def _rules(named: Iterable[Named]) -> list[str]:
    """The rules named, those named for most vehicles first."""
    counts = Counter(rule for codes in named for many in codes.values() for rule in _of(many))
    return sorted(counts, key=lambda rule: (-counts[rule], rule))


def _told(problem: Problem, named: Named, lets: dict[int, set[str]]) -> list[Reason]:
    """A reason per vehicle that one rule alone keeps out; what any vehicle may meet comes first."""
    chosen: dict[int, str] = {}
    for v, codes in named.items():
        proven = [code for code in codes if rule_of(code) in lets.get(v, ())]
        if proven:
            chosen[v] = min(proven, key=lambda code: rule_of(code) == WIDEST)
    counts = Counter(chosen.values())
    ranked = sorted(chosen, key=lambda v: (chosen[v] in STATIC, -counts[chosen[v]], chosen[v], v))
    return [Reason(code=chosen[v], vehicle=problem.vehicles[v].id) for v in ranked]


def _by_search(
    problem: Problem, plan: Plan, named: dict[str, Named], rounds: int, stop: Stop
) -> dict[str, list[Reason]]:
    """For orders still without a reason: relaxed runs as long as the control run."""
    found: dict[str, list[Reason]] = {}
    wanted = set(named)
    for rule in _rules(named[name] for name in sorted(wanted)):
        if not wanted or stop():
            break
        solver = run(relax(problem, rule), plan, wanted, rounds=rounds, stop=stop)
        for name in sorted(wanted - absent(solver)):
            found[name] = [Reason(code=rule)]
            wanted.discard(name)
    return found
