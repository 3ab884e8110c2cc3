"""The search: our own engine, compiled; chosen by ``--engine search``.

``solve_benchmark`` plans research instances; ``CAPABILITIES`` are the rule ids of our own format
that it keeps; ``UnsupportedRules`` names those it does not. See ``docs/search.md``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from routing.search.benchmark import solve_benchmark
    from routing.search.capabilities import (
        CAPABILITIES,
        UnsupportedRules,
        check_instance,
        check_supported,
    )

__all__ = [
    "CAPABILITIES",
    "UnsupportedRules",
    "check_instance",
    "check_supported",
    "solve_benchmark",
]


def __getattr__(name: str) -> Any:
    """Load parts when they are first asked for: naming the engine costs no OR-Tools, no numba."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - lazy by design

    part = "benchmark" if name == "solve_benchmark" else "capabilities"
    return getattr(import_module(f"{__name__}.{part}"), name)
