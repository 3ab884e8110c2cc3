"""Days drawn before: a plan changed by hand shares most of its days with the plan before it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from models.language import active
from routing.plan import PlanRoute

View = dict[str, Any]
MOST = 2000


class Known:
    """Views and crossings of single days, by the very record and the language they were told in."""

    def __init__(self) -> None:
        self._days: OrderedDict[tuple[str, str, int], tuple[PlanRoute, Any]] = OrderedDict()

    def get(self, kind: str, route: PlanRoute, make: Callable[[PlanRoute], Any]) -> Any:
        """What was made of this day before, else what ``make`` makes of it."""
        key = (kind, active(), id(route))
        found = self._days.get(key)
        if found is None or found[0] is not route:
            found = (route, make(route))
            self._days[key] = found
        self._days.move_to_end(key)
        while len(self._days) > MOST:
            self._days.popitem(last=False)
        return found[1]


def copied(view: View) -> View:
    """A route's view that can be marked without marking the one it is copied from."""
    trips = [{**trip, "stops": [dict(stop) for stop in trip["stops"]]} for trip in view["trips"]]
    return {**view, "trips": trips}
