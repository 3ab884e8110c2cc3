"""``solve``: plan an instance of any format."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Self, TextIO

from routing.benchmarks.instance import BenchmarkInstance, Convention, default_convention
from routing.benchmarks.solution import BenchmarkSolution, read_solution, write_solution
from routing.cli.files import (
    CommandError,
    read_bytes,
    read_instance,
    seconds_since_start,
    summary,
    write_bytes,
)
from routing.formats.ours import read_plan, write_plan
from routing.kernels import compiled
from routing.problem import Problem
from routing.problem.errors import InputErrors

DEFAULT_LIMIT_S = 60.0
EXPLAIN_SHARE = 0.2
EXPLAIN_MOST_S = 30.0
"""Reasons and remedies get this share of the time limit, so many seconds at most."""
NO_LIMIT_S = 1e6
"""Stands for no time limit, when iterations are given alone."""


def run(options: argparse.Namespace) -> int:
    """Exit 0 all mandatory served, 1 some left out, 2 unreadable, 3 a rule not supported."""
    began = time.monotonic() - seconds_since_start()
    if options.output is not None and not options.output.parent.is_dir():
        raise CommandError(f"{options.output}: no such folder")
    instance = read_instance(options.instance)
    with stop_on_signals() as stop, _Progress(options.progress, began) as progress:
        if isinstance(instance, Problem):
            data, complete, line = _ours(instance, options, began, progress, stop)
        else:
            data, complete, line = _benchmark(instance, options, began, progress, stop)
    if options.output is None:
        sys.stdout.write(data.decode())
    else:
        write_bytes(options.output, data)
        sys.stdout.write(f"{line}\n")
    return 0 if complete else 1


def convention_of(instance: BenchmarkInstance, options: argparse.Namespace) -> Convention:
    """The instance's own convention with what the options change."""
    own = default_convention(instance)
    return Convention(
        variant=options.variant or own.variant,
        objective=options.objective or own.objective,
        rounding=options.rounding or own.rounding,
    )


def limit_of(options: argparse.Namespace) -> float:
    """Wall seconds from process start."""
    if options.time_limit is not None:
        return float(options.time_limit)
    return DEFAULT_LIMIT_S if options.iterations is None else NO_LIMIT_S


def explaining_s(limit_s: float) -> float:
    """Seconds of a limit kept for reasons and remedies of what is left out."""
    return min(EXPLAIN_MOST_S, EXPLAIN_SHARE * limit_s)


@contextmanager
def stop_on_signals() -> Iterator[Callable[[], bool]]:
    """Turn SIGINT and SIGTERM into a wish to stop with the best plan so far."""
    asked: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        asked.append(number)

    before = [(number, signal.signal(number, note)) for number in (signal.SIGINT, signal.SIGTERM)]
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before:
            signal.signal(number, handler)


class _Progress:
    """JSON lines of a run, flushed one by one."""

    def __init__(self, path: Path | None, began: float) -> None:
        self.path = path
        self.began = began
        self.file: TextIO | None = None

    def __enter__(self) -> Self:
        if self.path is not None:
            try:
                self.file = self.path.open("w", encoding="utf-8")
            except OSError as error:
                raise CommandError(f"{self.path}: {error.strerror or error}") from error
        return self

    def __exit__(self, *_: object) -> None:
        if self.file is not None:
            self.file.close()

    def write(self, iterations: int, objective: float) -> None:
        """Add a line."""
        if self.file is not None:
            seconds = round(time.monotonic() - self.began, 3)
            row = {"seconds": seconds, "iterations": iterations, "objective": objective}
            self.file.write(json.dumps(row) + "\n")
            self.file.flush()


def benchmark_engine(
    name: str,
) -> tuple[Callable[..., BenchmarkSolution], type[Exception]]:
    """(what solves research instances, what it raises where it cannot) of the engine named."""
    if name == "search":
        from routing.search import UnsupportedRules  # noqa: PLC0415  # seldom needed

        return _search, UnsupportedRules
    from routing.engines.ortools import benchmark  # noqa: PLC0415  # loads compiled kernels

    return benchmark.solve_benchmark, benchmark.UnsupportedConventionError


def _search(
    instance: BenchmarkInstance, convention: Convention, **options: Any
) -> BenchmarkSolution:
    """Engine search, saying so where its kernels are yet to be compiled."""
    from routing import search  # noqa: PLC0415  # loads compiled kernels

    search.check_instance(instance, convention)
    if not compiled("search"):
        sys.stderr.write("compiling the kernels of engine search, once: about a minute\n")
    return search.solve_benchmark(instance, convention, **options)


def _benchmark(
    instance: BenchmarkInstance,
    options: argparse.Namespace,
    began: float,
    progress: _Progress,
    stop: Callable[[], bool],
) -> tuple[bytes, bool, str]:
    solve_benchmark, unsupported = benchmark_engine(options.engine)
    start = None
    if options.start is not None:
        try:
            start = read_solution(read_bytes(options.start))
        except ValueError as error:
            raise CommandError(f"{options.start}: {error}") from error
    try:
        solution = solve_benchmark(
            instance,
            convention_of(instance, options),
            time_limit_s=max(0.0, began + limit_of(options) - time.monotonic()),
            iterations=options.iterations,
            seed=options.seed,
            progress=lambda _s, done, value, _v: progress.write(done, value),
            should_stop=stop,
            start=start,
        )
    except unsupported as error:
        refused = f"{options.instance}: not supported by {options.engine}: {error}"
        raise CommandError(refused, 3) from error
    found = solution.objective
    line = (
        f"{found.vehicles} vehicles, distance {found.distance:.2f}, "
        f"{len(solution.unassigned)} customers left out"
    )
    return write_solution(solution), not solution.unassigned, line


def _ours(
    problem: Problem,
    options: argparse.Namespace,
    began: float,
    progress: _Progress,
    stop: Callable[[], bool],
) -> tuple[bytes, bool, str]:
    from routing.engines.ortools import (  # noqa: PLC0415  # loads compiled kernels
        UnsupportedRules,
        solve,
    )
    from routing.explain import explain  # noqa: PLC0415  # loads compiled kernels

    if options.engine == "search":
        _refused_by_search(problem, options)
    if options.objective not in {None, "cost"} or options.variant or options.rounding:
        raise CommandError("a greenfreight-problem is planned by cost; it has no such conventions")
    start = None
    if options.start is not None:
        try:
            start = read_plan(read_bytes(options.start))
        except InputErrors as error:
            raise CommandError(f"{options.start}: {summary(error)}") from error
    until = began + limit_of(options)
    try:
        plan = solve(
            problem,
            time_limit_s=max(0.0, until - explaining_s(limit_of(options)) - time.monotonic()),
            iterations=options.iterations,
            seed=options.seed,
            threads=options.threads,
            progress=lambda at: progress.write(at.iterations, at.objective),
            should_stop=stop,
            start=start,
        )
    except UnsupportedRules as error:
        raise CommandError(f"{options.instance}: not supported by ortools: {error}", 3) from error
    timed = options.time_limit is not None
    left = max(0.0, until - time.monotonic()) if timed or options.iterations is None else None
    plan = explain(problem, plan, stop, seconds=left)
    missed = sum(plan.objective.missed.values())
    line = (
        f"{len(plan.routes)} vehicles, {plan.objective.total} fen, "
        f"{len(plan.unassigned)} orders left out, {missed} of them mandatory"
    )
    return write_plan(plan), missed == 0, line


def _refused_by_search(problem: Problem, options: argparse.Namespace) -> None:
    """Say by name which rules of the problem engine search does not keep yet."""
    from routing.search import UnsupportedRules, check_supported  # noqa: PLC0415  # seldom needed

    try:
        check_supported(problem)
    except UnsupportedRules as error:
        raise CommandError(f"{options.instance}: not supported by search: {error}", 3) from error
