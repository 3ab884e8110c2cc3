"""Making ready to search: to be called before the first engine is imported."""

from __future__ import annotations

from routing.kernels import use_cache


def prepare() -> None:
    """Point compiled kernels at their cache, so that nothing is compiled twice."""
    use_cache()
