"""Remedies tried: applied, put into the plan, judged by the checker."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from routing.checker import check
from routing.explain.alone import by_itself, possible
from routing.explain.candidates import candidates, narrowed, rank
from routing.explain.remedies import apply_remedy, family
from routing.explain.runs import Stop, absent, hold, insert, search_on, warm, written
from routing.plan import Plan, Remedy, Unassigned
from routing.problem import Problem

TESTS = 40
"""Places simulated per order when a remedy is tried, as many as a first plan simulates."""
ROUNDS = 60
ROUNDS_FOR_FEW = 200
"""Rounds of search for a remedy that did not serve the order at once; where few could at all."""
FEW = 3


def parts_of(problem: Problem, order_id: str) -> list[int]:
    """The order, or its parts; a part that must not ride alone comes with its siblings."""
    wanted = set(family(problem, order_id))
    found = [
        k
        for k, order in enumerate(problem.orders)
        if order.id in wanted or order.id.startswith(f"{order_id}#")
    ]
    own = [k for k in found if problem.orders[k].id == order_id]
    return own if own and problem.orders[own[0]].parts_allowed else found


def try_remedy(
    problem: Problem,
    plan: Plan,
    order_id: str,
    remedy: Remedy,
    *,
    rounds: int = 0,
    stop: Stop | None = None,
) -> Remedy | None:
    """The remedy with its cost, verified; None if it does not serve the order.

    The order is put into the plan as it stands, every route kept or only lengthened; with
    ``rounds``, the plan may be searched on for it. No order of the plan may be dropped, no other
    left-out one is tried, and the checker judges what comes of it.
    """
    changed = apply_remedy(problem, order_id, remedy)
    wanted = parts_of(changed, order_id)
    names = {changed.orders[o].id for o in wanted}
    out = {left.order for left in plan.unassigned}
    kept = {order.id for order in problem.orders} - out - names
    solver = warm(changed, plan)
    before = float(solver.state.cost.sum())
    hold(solver, names | (absent(solver) & kept))
    for o in wanted:
        if solver.state.where[o] < 0:
            insert(solver, o, TESTS)
    if rounds:
        search_on(solver, rounds, stop)
    if absent(solver) & (names | kept):
        return None
    after = written(solver, plan)
    if check(changed, after).verdict == "violated":
        return None
    narrow = narrowed(problem, after, names, remedy)
    if narrow is not None:
        found = try_remedy(problem, plan, order_id, narrow, rounds=rounds, stop=stop)
        if found is not None:
            return found
    extra = float(solver.state.cost.sum()) - before
    return replace(remedy, cost=max(0, round(extra / 1000)), verified=True)


class Search:
    """The search for one order's remedy, a candidate at a time."""

    def __init__(self, problem: Problem, plan: Plan, out: Unassigned, stop: Stop) -> None:
        self.problem = problem
        self.plan = plan
        self.out = out
        self.stop = stop
        self.best: Remedy | None = None
        self._done: set[str] = set()
        self._left: Iterator[tuple[Remedy, int]] = self._passes()

    def _passes(self) -> Iterator[tuple[Remedy, int]]:
        """Every candidate put in at once; where none will do, each with some search.

        An optional order gets no such search: what it moves about would not pay without it.
        """
        worth: list[Remedy] = []
        for remedy in candidates(self.problem, self.out, self.plan):
            if self.best is not None and rank(remedy) > rank(self.best):
                return
            if remedy.code in self._done or not self._possible(remedy):
                continue
            worth.append(remedy)
            # A prize must still pay once the rest of the day has been rearranged.
            yield remedy, ROUNDS if remedy.code == "prize" else 0
        if self.best is None and self._mandatory():
            rounds = ROUNDS_FOR_FEW if len(worth) <= FEW else ROUNDS
            yield from ((remedy, rounds) for remedy in worth)

    def _mandatory(self) -> bool:
        return any(o.id == self.out.order and o.mandatory for o in self.problem.orders)

    def _possible(self, remedy: Remedy) -> bool:
        """Whether the order, so mended, could at all be served: exact, and cheaper than to try."""
        if self.out.tier != "impossible":
            return True
        changed = apply_remedy(self.problem, self.out.order, remedy)
        names = {changed.orders[o].id for o in parts_of(changed, self.out.order)}
        return possible(by_itself(changed, names))

    def step(self) -> bool:
        """Try the next candidate; False when the search is over."""
        remedy, rounds = next(self._left, (None, 0))
        if remedy is None:
            return False
        found = try_remedy(
            self.problem, self.plan, self.out.order, remedy, rounds=rounds, stop=self.stop
        )
        if found is not None:
            self._done.add(remedy.code)
            if self.best is None or (found.cost or 0) < (self.best.cost or 0):
                self.best = found
        return found is None or rounds == 0
