"""Smaller days out of the demo's own: fewer orders, fewer vehicles, everything else as it is."""

import msgspec

from routing.problem import Lock, Problem
from workers.demo.held import only

LOCKED = 6


def fleet(problem: Problem, keep: set[str]) -> Problem:
    """The problem with only some of its vehicles."""
    vehicles = [vehicle for vehicle in problem.vehicles if vehicle.id in keep]
    permits = [
        msgspec.structs.replace(permit, vehicles=[v for v in permit.vehicles if v in keep])
        for permit in problem.permits
        if keep & set(permit.vehicles)
    ]
    chargers = [
        site
        if site.private_to is None
        else msgspec.structs.replace(site, private_to=[v for v in site.private_to if v in keep])
        for site in problem.chargers
    ]
    return msgspec.structs.replace(problem, vehicles=vehicles, permits=permits, chargers=chargers)


def quarter(problem: Problem) -> Problem:
    """Every fourth order by reference."""
    return only(problem, {order.id for order in problem.orders[::4]})


def by_night(problem: Problem) -> Problem:
    """Orders that may come by night only."""
    return only(
        problem,
        {
            order.id
            for order in problem.orders
            if all(w.night for way in order.delivery for w in way.windows)
            and any(way.windows for way in order.delivery)
        },
    )


def cold(problem: Problem) -> Problem:
    """Orders that may ride so long and no longer."""
    return only(problem, {o.id for o in problem.orders if o.longest_ride_s is not None})


def with_daily_passes(problem: Problem) -> Problem:
    """Every third order with the vehicles whose pass allows one trip a day."""
    narrow = only(problem, {order.id for order in problem.orders[::3]})
    return fleet(narrow, {v for p in problem.permits if p.trips_per_day == 1 for v in p.vehicles})


def at_small_stations(problem: Problem) -> Problem:
    """The depots without points of their own and the two small stations beside them."""
    small = [site for site in problem.chargers if site.power_w == 75_000]
    own = {site.place for site in problem.chargers}
    homes = {depot.place for depot in problem.depots} - own
    plugs = {plug.id for site in small for plug in site.connectors}
    narrow = only(problem, {o.id for o in problem.orders if o.pickup[0].place in homes})
    narrow = fleet(narrow, {v.id for v in problem.vehicles if v.home in homes})
    return msgspec.structs.replace(
        narrow,
        chargers=small,
        commitments=[
            held for held in problem.commitments if held.thing != "connector" or held.id in plugs
        ],
    )


def with_held_vehicles(problem: Problem) -> Problem:
    """The vehicles that another plan holds for an hour, with the orders of their depots."""
    held = {item.id for item in problem.commitments if item.thing == "vehicle"}
    homes = {vehicle.home for vehicle in problem.vehicles if vehicle.id in held}
    narrow = only(problem, {o.id for o in problem.orders if o.pickup[0].place in homes})
    return fleet(narrow, held)


def with_locks(problem: Problem) -> Problem:
    """A quarter of the day, six plain orders of it each locked to another vehicle of its depot."""
    narrow = quarter(problem)
    plain = [o for o in narrow.orders if o.temperature == "ambient" and not o.needs]
    locks: list[Lock] = []
    taken: set[str] = set()
    for order in sorted(plain, key=lambda o: o.id):
        at_home = [
            v.id
            for v in narrow.vehicles
            if v.home == order.pickup[0].place and v.shippers is None and v.id not in taken
        ]
        if at_home and len(locks) < LOCKED:
            taken.add(max(at_home))
            locks.append(Lock(kind="vehicle", orders=[order.id], vehicle=max(at_home)))
    return msgspec.structs.replace(narrow, locks=locks)


def one_tail_lift(problem: Problem) -> Problem:
    """Orders that need a tail lift, the split one among them, with one vehicle that has one.

    Not every vehicle parts the split order: most take both parts, or neither. The fourth by id
    takes one; another seed or fleet may need another.
    """
    lifting = {kind.id for kind in problem.vehicle_types if "tail_lift" in kind.capabilities}
    vehicle = sorted(v.id for v in problem.vehicles if v.type in lifting)[3]
    narrow = only(problem, {o.id for o in problem.orders if "tail_lift" in o.needs})
    return fleet(narrow, {vehicle})
