"""Research instances and their solutions as data: no evaluation happens here."""

from routing.benchmarks.instance import (
    BenchmarkInstance,
    Convention,
    Node,
    Pair,
    default_convention,
)
from routing.benchmarks.solution import BenchmarkSolution, BenchmarkStop, read_solution

__all__ = [
    "BenchmarkInstance",
    "BenchmarkSolution",
    "BenchmarkStop",
    "Convention",
    "Node",
    "Pair",
    "default_convention",
    "read_solution",
]
