"""What a plan holds once it is in force: vehicles, drivers, bay spaces, connectors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from uuid import UUID

from models.errors import CLAIM_OVERLAP, Conflict
from models.language import gettext as _
from models.planning.operations import ClaimInput
from models.planning.queries import Held
from routing.plan import Plan, Stop
from routing.plan import PlanRoute as Route
from routing.problem import Problem
from workers.planning.clock import Clock
from workers.planning.rows import stops_of

Span = tuple[int, int]


def claims_of(problem: Problem, plan: Plan, held: Iterable[Held]) -> list[ClaimInput]:
    """The claims of ``plan``; ``held``: what other plans in force hold, for the bays' spaces.

    Raises:
        Conflict: ``claim_overlap``: no space of a bay is left for a visit.
    """
    clock = Clock(problem.horizon)
    claims: list[ClaimInput] = []
    visits: dict[str, list[Span]] = defaultdict(list)
    for route in plan.routes:
        stops = list(stops_of(route))
        claims.append(_claim(clock, "vehicle", route.vehicle, stops[0].arrive, stops[-1].depart))
        claims.extend(_drivers(clock, route))
        claims.extend(_connectors(clock, problem, route))
        for bay, span in _visits(problem, route):
            visits[bay].append(span)
    spaces = {bay.id: bay.spaces for bay in problem.bays}
    taken = _held_spaces(clock, held)
    for bay in sorted(visits):
        claims.extend(_in_spaces(clock, bay, spaces[bay], visits[bay], taken.get(bay, [])))
    return [claim for claim in claims if claim.starts_at < claim.ends_at]


def _claim(
    clock: Clock,
    thing: str,
    thing_id: str,
    start: int,
    end: int,
    *,
    space: int = 0,
    power_w: int = 0,
) -> ClaimInput:
    return ClaimInput(
        thing=thing,
        thing_id=UUID(thing_id),
        starts_at=clock.at(start),
        ends_at=clock.at(end),
        space=space,
        power_w=power_w,
    )


def _drivers(clock: Clock, route: Route) -> Iterator[ClaimInput]:
    for turn in route.duties:
        depots = [stop for trip in turn.trips for stop in trip.stops if stop.kind == "depot"]
        yield _claim(clock, "driver", turn.driver, depots[0].arrive, depots[-1].depart)


def _connectors(clock: Clock, problem: Problem, route: Route) -> Iterator[ClaimInput]:
    powers = {plug.id: plug.power_w for site in problem.chargers for plug in site.connectors}
    kinds = {kind.id: kind for kind in problem.vehicle_types}
    vehicles = {vehicle.id: vehicle for vehicle in problem.vehicles}
    most = kinds[vehicles[route.vehicle].type].max_charge_w
    for stop in stops_of(route):
        if stop.connector is None:
            continue
        start, end = _session(stop)
        power = min(powers[stop.connector], most)
        yield _claim(clock, "connector", stop.connector, start, end, power_w=power)


def _session(stop: Stop) -> Span:
    if stop.charge_start is not None and stop.charge_end is not None:
        return stop.charge_start, stop.charge_end
    return stop.start, stop.depart


def _visits(problem: Problem, route: Route) -> Iterator[tuple[str, Span]]:
    bays = {bay.id: bay for bay in problem.bays}
    for turn in route.duties:
        for trip in turn.trips:
            for (bay_id, _place), run in groupby(trip.stops, key=lambda s: (s.bay, s.place)):
                if bay_id is None:
                    continue
                stops = list(run)
                bay = bays[bay_id]
                start = stops[0].arrive - bay.buffer_before_s
                yield bay_id, (start, stops[-1].depart + bay.buffer_after_s)


def _held_spaces(clock: Clock, held: Iterable[Held]) -> dict[str, list[tuple[int, Span]]]:
    out: dict[str, list[tuple[int, Span]]] = defaultdict(list)
    for claim in held:
        if claim.thing == "bay":
            start = int((claim.starts_at - clock.start).total_seconds())
            end = int((claim.ends_at - clock.start).total_seconds())
            out[str(claim.thing_id)].append((claim.space, (start, end)))
    return out


def _in_spaces(
    clock: Clock,
    bay: str,
    spaces: int,
    visits: Sequence[Span],
    taken: Sequence[tuple[int, Span]],
) -> Iterator[ClaimInput]:
    used: list[tuple[int, Span]] = list(taken)
    for start, end in sorted(visits):
        for space in range(spaces):
            if all(s != space or e <= start or end <= b for s, (b, e) in used):
                used.append((space, (start, end)))
                yield _claim(clock, "bay", bay, start, end, space=space)
                break
        else:
            raise Conflict(
                CLAIM_OVERLAP, _("卸货泊位在此时段已被其他已下发方案占满"), _("请重新排线后再下发")
            )
