"""What was drawn before: a plan changed by hand shares most days with the plan before it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

from models.language import active
from routing.plan import PlanRoute, Unassigned

View = dict[str, Any]
Record = TypeVar("Record", PlanRoute, Unassigned)
MOST = 2000


class Known:
    """Views of days, their crossings, orders left out: by the very record and the language."""

    def __init__(self) -> None:
        self._made: OrderedDict[tuple[str, str, int], tuple[Any, Any]] = OrderedDict()

    def get(self, kind: str, record: Record, make: Callable[[Record], Any]) -> Any:
        """What was made of this record before, else what ``make`` makes of it."""
        key = (kind, active(), id(record))
        found = self._made.get(key)
        if found is None or found[0] is not record:
            found = (record, make(record))
            self._made[key] = found
        self._made.move_to_end(key)
        while len(self._made) > MOST:
            self._made.popitem(last=False)
        return found[1]


def copied(view: View) -> View:
    """A route's view that can be marked without marking the one it is copied from."""
    trips = [{**trip, "stops": [dict(stop) for stop in trip["stops"]]} for trip in view["trips"]]
    return {**view, "trips": trips}
