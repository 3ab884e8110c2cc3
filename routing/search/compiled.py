"""The one decorator of this engine's kernels.

A kernel makes no array (without reference counts it compiles far faster), releases Python's lock,
and keeps IEEE arithmetic. With ``NUMBA_DISABLE_JIT=1`` the same functions run as plain Python.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_F = TypeVar("_F", bound=Callable[..., Any])
_COMMON = {"nogil": True, "_nrt": False, "error_model": "numpy"}
kernel = cast(
    "Callable[[_F], _F]",
    njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, **_COMMON),  # type: ignore[call-overload]  # numba's stubs leave these out
)
"""What only kernels call: neither wrapped for Python nor cached by itself, which halves the time
that compilation takes."""
entrance = cast(
    "Callable[[_F], _F]",
    njit(cache=True, **_COMMON),  # type: ignore[call-overload]  # the same
)
"""What Python calls: cached, with all that it calls inside."""
