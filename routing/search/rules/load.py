"""Load: all on board at the start and delivered on the way, or the reverse; one figure a route."""

from __future__ import annotations

from routing.search.compiled import kernel
from routing.search.data import CAPACITY, Data

SLACK = 1e-9


@kernel
def fits(d: Data, v: int, load: float) -> bool:
    """Whether a vehicle of kind v holds ``load``."""
    return bool(load <= d.vehicle[v, CAPACITY] + SLACK)
