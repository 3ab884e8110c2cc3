"""What a plan holds, as other plans see it."""

from __future__ import annotations

from routing.plan import Plan, Stop
from routing.problem import Commitment, Problem


def _of_stop(problem: Problem, stop: Stop, power: int) -> list[Commitment]:
    out: list[Commitment] = []
    bays = {bay.id: bay for bay in problem.bays}
    plugs = {c.id: c for site in problem.chargers for c in site.connectors}
    if stop.bay is not None:
        bay = bays[stop.bay]
        out.append(
            Commitment(
                thing="bay",
                id=bay.id,
                start=stop.arrive - bay.buffer_before_s,
                end=stop.depart + bay.buffer_after_s,
            )
        )
    if stop.connector is not None:
        start = stop.start if stop.charge_start is None else stop.charge_start
        end = stop.depart if stop.charge_end is None else stop.charge_end
        drawn = min(plugs[stop.connector].power_w, power)
        held = {"start": start, "end": end, "power_w": drawn}
        out.append(Commitment(thing="connector", id=stop.connector, **held))
    return out


def commitments_of(problem: Problem, plan: Plan) -> list[Commitment]:
    """Bays (buffers included), connectors, vehicles and drivers that a plan claims.

    A vehicle is claimed from its first stop to its last, a driver for each duty. Stops that
    follow each other in one bay are one claim each: together they cover the visit.
    """
    kinds = {kind.id: kind for kind in problem.vehicle_types}
    vehicles = {vehicle.id: vehicle for vehicle in problem.vehicles}
    out: list[Commitment] = []
    for route in plan.routes:
        power = kinds[vehicles[route.vehicle].type].max_charge_w
        whole = [stop for duty in route.duties for trip in duty.trips for stop in trip.stops]
        out.append(
            Commitment(
                thing="vehicle", id=route.vehicle, start=whole[0].arrive, end=whole[-1].depart
            )
        )
        for duty in route.duties:
            depots = [s for trip in duty.trips for s in trip.stops if s.kind == "depot"]
            out.append(
                Commitment(
                    thing="driver",
                    id=duty.driver,
                    start=depots[0].arrive,
                    end=depots[-1].depart,
                )
            )
        for stop in whole:
            out.extend(_of_stop(problem, stop, power))
    return out
