"""The same kernels without compilation: properties, and byte for byte what compiled ones give."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec

from routing.benchmarks import Convention
from routing.benchmarks.solution import write_solution
from routing.search import solve_benchmark
from tests.routing.bench.instances import ring

ROOT = Path(__file__).parents[3]


def uncompiled(*command: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        check=False,
    )


def test_kernels_agree_with_the_plain_reference():
    cases = "tests/routing/search/plain_cases.py"
    done = uncompiled("-m", "pytest", "-n0", "-q", "-p", "no:cacheprovider", cases)
    assert done.returncode == 0, done.stdout.decode()


def small(battery: float | None) -> bytes:
    solution = solve_benchmark(
        ring(12, battery=battery), Convention(), time_limit_s=300, iterations=60, seed=5
    )
    return write_solution(msgspec.structs.replace(solution, run={}))


def test_compiled_and_plain_kernels_take_the_same_way():
    program = (
        "import sys; from tests.routing.search.test_plain import small; "
        "sys.stdout.buffer.write(small(110.0) + small(None))"
    )
    done = uncompiled("-c", program)
    assert done.stdout == small(110.0) + small(None), done.stderr.decode()
