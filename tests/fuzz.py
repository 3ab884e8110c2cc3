"""``make fuzz``: seeded days with every rule in play, solved and held against the checker.

``python -m tests.fuzz [--minutes 35] [--first 1000]`` prints ``N problems`` and exits 1 when a plan
broke a rule; the seed makes the problem again.
"""

from __future__ import annotations

import argparse
import sys
import time

from msgspec.structs import replace

from routing.checker import check
from routing.kernels import use_cache
from routing.plan import Plan
from routing.problem import Problem
from routing.problem.validate import validate
from tests.routing.engine.random_locks import locks_of
from tests.routing.engine.random_problems import random_problem

ROUNDS = 60


def broken(seed: int) -> list[str]:
    """What the plan of one seed's problem breaks."""
    from routing.engines import ortools  # noqa: PLC0415 - once the cache is set

    problem = random_problem(
        seed,
        orders=12 + seed % 37,
        vehicles=2 + seed % 6,
        energy_factor=(1.0, 1.6, 2.4)[seed % 3],
    )
    faults = [str(error) for error in validate(problem)]
    if faults:
        return faults
    plan = ortools.solve(problem, time_limit_s=60, iterations=ROUNDS, seed=seed)
    told = [
        f"{v.rule} {v.route} {v.stop} {v.amount} {v.unit}" for v in check(problem, plan).violations
    ]
    if plan.routes and seed % 2:
        told += unlocked(replace(problem, locks=locks_of(problem, plan, seed)), plan, seed)
    return told


def unlocked(problem: Problem, plan: Plan, seed: int) -> list[str]:
    """What plans break of a problem whose locks a plan keeps: from it, and from nothing."""
    from routing.engines import ortools  # noqa: PLC0415 - once the cache is set

    told = []
    for start in (plan, None):
        again = ortools.solve(
            problem, time_limit_s=60, iterations=ROUNDS // 3, seed=seed, start=start
        )
        told += [
            f"locked: {v.rule} {v.route} {v.stop} {v.amount} {v.unit} of {problem.locks}"
            for v in check(problem, again).violations
        ]
    return told


def main(arguments: list[str]) -> int:
    """Run until the time is over."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=35.0)
    parser.add_argument("--first", type=int, default=1000, help="first seed")
    chosen = parser.parse_args(arguments)
    use_cache()
    end = time.monotonic() + chosen.minutes * 60
    seed, bad = chosen.first, 0
    while time.monotonic() < end:
        faults = broken(seed)
        if faults:
            bad += 1
            print(f"seed {seed}: {'; '.join(faults[:5])}", flush=True)  # noqa: T201 - its output
        seed += 1
    print(f"{seed - chosen.first} problems, {bad} broken")  # noqa: T201 - its output
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
