"""The first engine: compiled insertion and ruin-and-recreate, OR-Tools for what routes share.

``solve`` plans a day; ``CAPABILITIES`` are the rule ids it keeps; ``UnsupportedRules`` names those
it does not. Import the modules themselves for parts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from routing.engines.ortools.capabilities import (
        CAPABILITIES,
        UnsupportedRules,
        check_supported,
    )
    from routing.engines.ortools.run import solve
    from routing.engines.ortools.solver import Progress

__all__ = ["CAPABILITIES", "Progress", "UnsupportedRules", "check_supported", "solve"]

_HOME = {
    "CAPABILITIES": "capabilities",
    "UnsupportedRules": "capabilities",
    "check_supported": "capabilities",
    "solve": "run",
    "Progress": "solver",
}


def __getattr__(name: str) -> Any:
    """Load parts when they are first asked for: naming the engine costs no OR-Tools, no numba."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - lazy by design

    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
