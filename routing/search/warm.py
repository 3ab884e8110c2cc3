"""Compiles the kernels of this engine by solving a toy."""

from __future__ import annotations

from routing.benchmarks.instance import BenchmarkInstance, Convention, Node
from routing.search.benchmark import solve_benchmark


def warm() -> None:
    """Solve one instance with batteries; all others use the same compiled code."""
    spots = [(10.0, 0.0), (0.0, 10.0), (-10.0, 0.0), (0.0, -10.0), (12.0, 3.0), (-3.0, 12.0)]
    toy = BenchmarkInstance(
        name="toy",
        source="schneider",
        nodes=[
            Node(id="0", kind="depot", x=0.0, y=0.0, due=500.0),
            *(
                Node(id=f"c{k}", kind="customer", x=x, y=y, demand=1.0, due=400.0)
                for k, (x, y) in enumerate(spots)
            ),
            Node(id="s", kind="station", x=1.0, y=1.0, due=500.0),
        ],
        capacity=4.0,
        battery=40.0,
        consumption=1.0,
        inverse_refuel=0.5,
    )
    solve_benchmark(toy, Convention(), time_limit_s=600.0, iterations=60)
