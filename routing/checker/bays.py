"""bay, yard: where a visit may stand, how long, and who else stands there."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from routing.checker.claims import Claim, overbooked
from routing.checker.index import Index
from routing.checker.verdict import Violation
from routing.checker.walk import At, OnRoute, RouteWalk, Walk
from routing.problem import Bay


def of_route(index: Index) -> OnRoute:
    """Every visit's bay or yard."""

    def find(route: RouteWalk) -> Iterator[Violation]:
        for visit in _visits(route):
            bay_id = visit[0].stop.bay
            if bay_id is None:
                yield from _yard(index, route, visit)
            else:
                yield from _stay(route, visit, index.bays[bay_id])

    return find


def _visits(route: RouteWalk) -> Iterator[list[At]]:
    for _, group in groupby(route.stops, key=lambda at: at.visit):
        yield list(group)


def across(walk: Walk) -> Iterator[Violation]:
    """Every bay's claims with those of other plans."""
    claims: dict[str, list[Claim]] = {}
    for route in walk.routes:
        visits: dict[int, list[At]] = {}
        for at in route.stops:
            if at.stop.bay is not None:
                visits.setdefault(at.visit, []).append(at)
        for visit in visits.values():
            bay = walk.index.bays[visit[0].stop.bay or ""]
            start = visit[0].stop.arrive - bay.buffer_before_s
            end = visit[-1].stop.depart + bay.buffer_after_s
            claims.setdefault(bay.id, []).append(Claim(start, end, 1, visit[0]))
    for item in walk.index.problem.commitments:
        if item.thing == "bay" and item.id in claims:
            claims[item.id].append(Claim(item.start, item.end, 1, None))
    for bay_id, held in claims.items():
        for at, over in overbooked(held, walk.index.bays[bay_id].spaces):
            yield at.violation("bay", over, "spaces", bay_id)


def _yard(index: Index, route: RouteWalk, visit: list[At]) -> Iterator[Violation]:
    place = index.places[visit[0].stop.place]
    kind = route.type
    for limit, size, unit in (
        (place.yard_max_length_mm, kind.length_mm, "mm"),
        (place.yard_max_height_mm, kind.height_mm, "mm"),
        (place.yard_max_mass_g, kind.gross_mass_g, "g"),
    ):
        if limit and size > limit:
            yield visit[0].violation("yard", size - limit, unit, place.id)
    if not place.yard:
        for at in visit:
            if at.stop.kind in {"delivery", "pickup"}:
                yield at.violation("yard", 1, "visits without a yard", place.id)


def _stay(route: RouteWalk, visit: list[At], bay: Bay) -> Iterator[Violation]:
    first, last = visit[0], visit[-1]
    for at in visit:
        for task in at.tasks:
            if not task.found:
                yield at.violation("bay", 1, "orders not served from it", bay.id, task.order.id)
    kind = route.type
    if bay.max_length_mm and kind.length_mm > bay.max_length_mm:
        yield first.violation("bay", kind.length_mm - bay.max_length_mm, "mm", bay.id)
    if bay.max_mass_g and kind.gross_mass_g > bay.max_mass_g:
        yield first.violation("bay", kind.gross_mass_g - bay.max_mass_g, "g", bay.id)
    arrive, depart = first.stop.arrive, last.stop.depart
    over = min(
        (max(0, span.start - arrive) + max(0, depart - span.end) for span in bay.hours),
        default=depart - arrive,
    )
    if over > 0:
        yield first.violation("bay", over, "s outside its hours", bay.id)
    if bay.longest_stay_s and depart - arrive > bay.longest_stay_s:
        long = depart - arrive - bay.longest_stay_s
        yield first.violation("bay", long, "s over the longest stay", bay.id)
