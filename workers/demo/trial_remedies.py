"""A trial of remedies: each left-out order's, applied and solved again from the plan."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from models.orders.tables import Order
from routing.checker import check
from routing.engines.ortools import solve
from routing.explain import apply_remedy, explain
from routing.plan import Plan, Remedy, Unassigned
from routing.problem import Problem
from workers.demo.city import generate
from workers.demo.memory import problem_of
from workers.demo.trial import TRIAL_DATE


@dataclass(frozen=True)
class Mended:
    """The whole day with one order's remedy applied, solved again from the plan.

    ``served``: the order, all its parts. ``dropped``: by how many fewer of the other orders are
    served than in the plan. ``exchanged``: orders that the search left out for others of their
    class, which it may.
    """

    served: bool
    dropped: int
    exchanged: int
    verdict: str
    seconds: float


@dataclass(frozen=True)
class RemedyRow:
    """What is told of one left-out order, and what came of its remedy.

    ``expected``: the cause by which the generator made it impossible, if it did. ``mended`` None:
    no remedy is told.
    """

    day: str
    order: str
    expected: str | None
    out: Unassigned
    mended: Mended | None

    @property
    def holds(self) -> bool:
        """Whether what is told is so: a remedy serves, an order of the generator's has its cause.

        An impossible order may be without a remedy, a possible one may not.
        """
        cause = self.out.reasons[0].code
        told = self.expected in {None, cause} or (self.expected == "weight" and cause == "unit")
        if self.mended is None:
            return told and self.out.tier == "impossible"
        mended = self.mended
        return told and mended.served and mended.dropped == 0 and mended.verdict == "clean"


def solve_mended(
    problem: Problem, plan: Plan, order_id: str, remedy: Remedy, *, iterations: int, seed: int = 0
) -> Mended:
    """Apply one order's remedy to the day and solve it again from the plan, so many rounds."""
    begun = time.monotonic()
    mended = apply_remedy(problem, order_id, remedy)
    again = solve(mended, time_limit_s=600, iterations=iterations, seed=seed, start=plan)
    left = {out.order for out in again.unassigned}
    parts = {o.id for o in mended.orders if o.id == order_id or o.id.startswith(f"{order_id}#")}
    before = {out.order for out in plan.unassigned} - parts - {order_id}
    gone, come = left - before - parts, before - left
    return Mended(
        served=bool(parts) and not parts & left,
        dropped=max(0, len(gone) - len(come)),
        exchanged=min(len(gone), len(come)),
        verdict=check(mended, again).verdict,
        seconds=time.monotonic() - begun,
    )


def remedy_rows(
    problem: Problem,
    plan: Plan,
    *,
    iterations: int,
    seed: int = 0,
    day: str = "",
    references: Mapping[str, str] | None = None,
    impossible: Mapping[str, str] | None = None,
) -> list[RemedyRow]:
    """Try the remedy of every order that an explained plan leaves out.

    ``references``: order id to what people call it; ``impossible``: that to the known cause.
    """
    rows = []
    for out in plan.unassigned:
        name = (references or {}).get(out.order.partition("#")[0], out.order)
        mended = None
        if out.remedy is not None:
            mended = solve_mended(
                problem, plan, out.order, out.remedy, iterations=iterations, seed=seed
            )
        rows.append(RemedyRow(day, name, (impossible or {}).get(name), out, mended))
    return rows


def run_remedies(
    seeds: Iterable[int],
    *,
    tight: bool,
    seconds: float,
    iterations: int | None = None,
    again: int = 100,
) -> list[RemedyRow]:
    """Plan and explain each seed's day, ``seconds`` or ``iterations`` for the plan; try remedies.

    ``again``: rounds of search for each mended day. Without database, web or queue.
    """
    rows: list[RemedyRow] = []
    for seed in seeds:
        city = generate(seed, TRIAL_DATE, tight=tight)
        problem, _ = problem_of(city)
        plan = explain(
            problem, solve(problem, time_limit_s=seconds, iterations=iterations, seed=seed)
        )
        rows += remedy_rows(
            problem,
            plan,
            iterations=again,
            seed=seed,
            day=f"{seed}{' tight' if tight else ''}",
            references={str(row["id"]): str(row["reference"]) for row in city.rows[Order]},
            impossible=city.impossible,
        )
    return rows


def table(rows: Iterable[RemedyRow]) -> str:
    """The rows as a Markdown table for people."""
    head = ["day", "order", "tier", "told", "known cause", "remedy", "CNY", "solved again", "holds"]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in rows:
        remedy, mended = row.out.remedy, row.mended
        codes = dict.fromkeys(reason.code for reason in row.out.reasons)
        figures = [str(v) for k, v in remedy.detail.items() if k in SHOWN] if remedy else []
        cells = [
            row.day,
            row.order,
            row.out.tier,
            ", ".join(codes),
            row.expected or "",
            " ".join([remedy.code, *figures]) if remedy else "none found",
            f"{remedy.cost / 100:.2f}" if remedy and remedy.cost is not None else "",
            f"{'served' if mended.served else 'out'}, {mended.verdict}, {mended.dropped} dropped"
            if mended
            else "",
            "yes" if row.holds else "NO",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


SHOWN = ("minutes", "metres", "parts", "needs", "hours", "prize")
"""Figures of remedies that mean something without the day's names."""
