"""Random numbers of the kernels: Marsaglia's xorshift128, the same compiled and not."""

from __future__ import annotations

from routing.search.compiled import Ints, kernel


@kernel
def word(x: Ints) -> int:
    """The next 32 bits."""
    t = (x[0] ^ (x[0] << 11)) & 0xFFFFFFFF
    x[0] = x[1]
    x[1] = x[2]
    x[2] = x[3]
    x[3] = (x[3] ^ (x[3] >> 19)) ^ (t ^ (t >> 8))
    found: int = x[3]
    return found


@kernel
def real(x: Ints) -> float:
    """A number in (0, 1)."""
    return (word(x) + 0.5) / 4294967296.0


@kernel
def below(x: Ints, n: int) -> int:
    """A whole number from 0 to n - 1."""
    return (word(x) * n) >> 32
