"""Tables in one flat int64 array: what compiled kernels read.

A kernel that takes dozens of arrays compiles for minutes; one that takes a single array, seconds.
Table t has four header words at 4·t: offset, rows, width, depth.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int64]
_F = TypeVar("_F", bound=Callable[..., Any])
kernel = cast(
    "Callable[[_F], _F]",
    njit(cache=True, _nrt=False),  # type: ignore[call-overload]  # numba's stubs leave it out
)
"""Compiles a function that makes no array: without reference counts it compiles far faster."""
allocating = cast("Callable[[_F], _F]", njit(cache=True))
"""Compiles a function that makes arrays of its own."""


def pack(tables: Sequence[NDArray[Any]]) -> Ints:
    """One array of all tables (1, 2 or 3 dimensions each), in order."""
    header = 4 * len(tables)
    words: list[int] = []
    offset = header
    for table in tables:
        shape = (*table.shape, 1, 1)
        words += [offset, shape[0], shape[1], shape[2]]
        offset += table.size
    parts = [np.array(words, np.int64)]
    parts += [np.ascontiguousarray(table, dtype=np.int64).ravel() for table in tables]
    return np.concatenate(parts)


@kernel
def rows(d: Ints, t: int) -> int:
    """Number of rows of table t."""
    found: int = d[4 * t + 1]
    return found


@kernel
def width(d: Ints, t: int) -> int:
    """Second dimension of table t."""
    found: int = d[4 * t + 2]
    return found


@kernel
def vec(d: Ints, t: int, i: int) -> int:
    """Item i of a table of one dimension."""
    found: int = d[d[4 * t] + i]
    return found


@kernel
def tab(d: Ints, t: int, i: int, j: int) -> int:
    """Item (i, j) of a table of two dimensions."""
    found: int = d[d[4 * t] + i * d[4 * t + 2] + j]
    return found


@kernel
def cube(d: Ints, t: int, i: int, j: int, k: int) -> int:
    """Item (i, j, k) of a table of three dimensions."""
    found: int = d[d[4 * t] + (i * d[4 * t + 2] + j) * d[4 * t + 3] + k]
    return found


@kernel
def slice_in(d: Ints, t: int, row: int, at: int) -> int:
    """Last step k of cube[row, k, 0] whose start is not after ``at``, else 0."""
    low = 0
    for k in range(1, width(d, t)):
        if cube(d, t, row, k, 0) <= at:
            low = k
        else:
            break
    return low
