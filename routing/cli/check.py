"""``check``: hold a solution against all rules of its instance."""

from __future__ import annotations

import argparse
import sys

from routing.benchmarks.solution import read_solution
from routing.checker import UncheckableTravelError, Verdict, check
from routing.checker.benchmark import check_benchmark
from routing.cli.files import CommandError, read_bytes, read_instance, summary
from routing.formats.ours import read_plan
from routing.problem import Problem
from routing.problem.errors import InputErrors


def run(options: argparse.Namespace) -> int:
    """Exit 0 clean or waived, 1 violated, 2 unreadable."""
    instance = read_instance(options.instance)
    data = read_bytes(options.solution)
    try:
        if isinstance(instance, Problem):
            verdict = check(instance, read_plan(data))
        else:
            verdict = check_benchmark(instance, read_solution(data))
    except InputErrors as error:
        raise CommandError(f"{options.solution}: {summary(error)}") from error
    except UncheckableTravelError as error:
        raise CommandError(f"{options.instance}: {error}") from error
    except ValueError as error:
        raise CommandError(f"{options.solution}: {error}") from error
    sys.stdout.write(f"{verdict.to_json().decode()}\n" if options.json else _text(verdict))
    return 1 if verdict.verdict == "violated" else 0


def _text(verdict: Verdict) -> str:
    """One line per violation."""
    lines = [f"{verdict.verdict}: {len(verdict.violations)} violations"]
    for found in verdict.violations:
        where = f"route {found.route or '-'} stop {found.stop or '-'}"
        lines.append(f"{found.rule}: {where}: {found.amount:g} {found.unit}")
    return "\n".join(lines) + "\n"
