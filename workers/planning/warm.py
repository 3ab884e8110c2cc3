"""Making ready to search, before the first engine is imported; ``python -m`` compiles ahead."""

from __future__ import annotations

from datetime import date
from importlib import import_module

from routing.kernels import use_cache

DAY = date(2026, 11, 24)
ORDERS = 24


def prepare() -> None:
    """Point compiled kernels at their cache and load the engine, so that a fork finds it there."""
    use_cache()
    import_module("routing.engines.ortools.run")


def compile_day() -> None:
    """Plan a small part of a demo day once: every kernel that a day needs is compiled by it."""
    prepare()
    import msgspec  # noqa: PLC0415 - all of these come after the cache is set

    from routing.engines import ortools  # noqa: PLC0415
    from workers.demo.city import generate  # noqa: PLC0415
    from workers.demo.memory import problem_of  # noqa: PLC0415

    problem, _ = problem_of(generate(1, DAY))
    part = msgspec.structs.replace(problem, orders=problem.orders[:ORDERS])
    ortools.solve(part, time_limit_s=600, iterations=5)


if __name__ == "__main__":
    compile_day()
