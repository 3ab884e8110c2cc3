"""``bench``: solve a folder of research instances and compare with best-known values."""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from pathlib import Path
from typing import Any

from routing.benchmarks.instance import BenchmarkInstance, Convention
from routing.benchmarks.solution import write_solution
from routing.checker.benchmark import check_benchmark
from routing.cli.files import CommandError, read_bytes, read_instance, write_bytes
from routing.cli.solve import benchmark_engine, convention_of, limit_of, stop_on_signals
from routing.kernels import home

Row = dict[str, Any]
HEADER = (
    "| instance | variant | objective | vehicles | best-known | value | best-known | gap % "
    "| seconds | verdict |\n|---|---|---|--:|--:|--:|--:|--:|--:|---|\n"
)


def run(options: argparse.Namespace) -> int:
    """Exit 0 all solved and clean, 1 some not; rows are kept as measured, and not measured twice.

    The time limit counts for each instance. An interrupt ends the run after the present one.
    """
    paths = sorted(p for p in options.folder.glob("*") if p.suffix in {".txt", ".vrp"})
    if not paths:
        raise CommandError(f"{options.folder}: no instances (*.txt, *.vrp)")
    known = _best_known(options.best_known)
    results = options.results or home() / "bench" / f"{options.folder.absolute().name}.json"
    results.parent.mkdir(parents=True, exist_ok=True)
    rows = _stored(results)
    table: list[Row] = []
    with stop_on_signals() as stop:
        for path in paths:
            if stop():
                break
            instance = read_instance(path)
            if not isinstance(instance, BenchmarkInstance):
                raise CommandError(f"{path}: not a research instance")
            convention = convention_of(instance, options)
            key = _key(path, convention, options)
            if key not in rows:
                rows[key] = _measure(path, instance, convention, options)
                write_bytes(results, json.dumps(rows, indent=1).encode() + b"\n")
            best = _reference(known, path.stem, convention, instance)
            table.append(rows[key] | {"known": best})
    sys.stdout.write(HEADER + "".join(_line(row) for row in table) + _summary(table))
    fine = all(row["verdict"] == "clean" for row in table) and len(table) == len(paths)
    return 0 if fine else 1


def _key(path: Path, convention: Convention, options: argparse.Namespace) -> str:
    """Rows are comparable only under one convention, limit, seed and engine."""
    limit = f"{limit_of(options):g}s" if options.iterations is None else f"{options.iterations}it"
    parts = (path.stem, convention.variant, convention.objective, convention.rounding, limit)
    engine = () if options.engine == "ortools" else (options.engine,)
    return " ".join((*parts, f"seed{options.seed}", *engine))


def _measure(
    path: Path, instance: BenchmarkInstance, convention: Convention, options: argparse.Namespace
) -> Row:
    solve_benchmark, unsupported = benchmark_engine(options.engine)
    began = time.monotonic()
    try:
        solution = solve_benchmark(
            instance,
            convention,
            time_limit_s=limit_of(options),
            iterations=options.iterations,
            seed=options.seed,
        )
    except unsupported as error:
        raise CommandError(f"{path}: not supported by {options.engine}: {error}", 3) from error
    seconds = time.monotonic() - began
    if options.solutions is not None:
        options.solutions.mkdir(parents=True, exist_ok=True)
        write_bytes(options.solutions / f"{path.stem}.json", write_solution(solution))
    verdict = check_benchmark(instance, solution)
    sys.stderr.write(f"{path.stem}: {solution.objective.vehicles} {solution.objective.cost:.2f}\n")
    return {
        "instance": path.stem,
        "variant": convention.variant if instance.battery is not None else "",
        "objective": convention.objective,
        "vehicles": solution.objective.vehicles,
        "value": solution.objective.cost,
        "seconds": round(seconds, 2),
        "verdict": verdict.verdict,
    }


def _stored(path: Path) -> dict[str, Row]:
    """Rows of an earlier run."""
    if not path.exists():
        return {}
    try:
        rows = json.loads(read_bytes(path))
    except ValueError as error:
        raise CommandError(f"{path}: not a file of results: {error}") from error
    if not isinstance(rows, dict):
        raise CommandError(f"{path}: not a file of results")
    return rows


def _best_known(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV with at least instance, variant, objective, vehicles, value."""
    text = read_bytes(path).decode("utf-8-sig", errors="replace")
    rows = list(csv.DictReader(text.splitlines()))
    needed = {"instance", "variant", "objective", "vehicles", "value"}
    if rows and not needed <= rows[0].keys():
        raise CommandError(f"{path}: the header lacks {', '.join(sorted(needed - rows[0].keys()))}")
    for at, row in enumerate(rows, start=2):
        try:
            int(row["vehicles"] or 0), float(row["value"])
        except (TypeError, ValueError):
            raise CommandError(f"{path} line {at}: vehicles or value is no number") from None
    return rows


def _reference(
    known: list[dict[str, str]], name: str, convention: Convention, instance: BenchmarkInstance
) -> tuple[int, float] | None:
    """Best-known vehicles and value under the same convention, None where there is none."""
    variant = convention.variant if instance.battery is not None else ""
    for row in known:
        aim = row["objective"].split(" ")[0]
        dimacs = "dimacs" in row["objective"]
        if (row["instance"], row["variant"], aim) == (name, variant, convention.objective) and (
            dimacs == (convention.rounding == "dimacs")
        ):
            return int(row["vehicles"] or 0), float(row["value"])
    return None


def _gap(row: Row) -> float | None:
    """Per cent above best-known, where the vehicles are equal or do not count."""
    known = row["known"]
    if known is None or (row["objective"] == "fleet" and row["vehicles"] != known[0]):
        return None
    return 100.0 * (float(row["value"]) / float(known[1]) - 1.0)


def _line(row: Row) -> str:
    known, gap = row["known"], _gap(row)
    cells = (
        row["instance"],
        row["variant"],
        row["objective"],
        str(row["vehicles"]),
        str(known[0]) if known else "",
        f"{row['value']:.2f}",
        f"{known[1]:.2f}" if known else "",
        "" if gap is None else f"{gap:.2f}",
        f"{row['seconds']:.1f}",
        row["verdict"],
    )
    return "| " + " | ".join(cells) + " |\n"


def _summary(table: list[Row]) -> str:
    """What the table says in a line."""
    gaps = [gap for row in table if (gap := _gap(row)) is not None]
    compared = [row for row in table if row["known"]]
    more = [row["vehicles"] - row["known"][0] for row in compared]
    clean = sum(1 for row in table if row["verdict"] == "clean")
    text = f"\n{len(table)} instances, {clean} clean"
    if compared:
        text += f"; vehicles against best-known from {min(more):+d} to {max(more):+d}"
    if gaps:
        text += f"; mean gap {sum(gaps) / len(gaps):.2f} % over {len(gaps)}"
    return text + "\n"
