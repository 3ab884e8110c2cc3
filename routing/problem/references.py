"""E2xxx: what is named must exist, and once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from routing.problem.access import AccessRule, Permit
from routing.problem.errors import InputError
from routing.problem.fleet import Driver, Duty, Vehicle, VehicleType
from routing.problem.orders import Order
from routing.problem.problem import Problem
from routing.problem.travel import GreatCircleTravel, TableTravel
from routing.problem.vocabulary import RULES

Named = Iterable[tuple[str, str]]
"""(path, id) pairs."""


def references(problem: Problem) -> Iterator[InputError]:
    """Duplicates first, then dangling references, both in the order of the file."""
    yield from _duplicates(problem)
    yield from _dangling(problem)


def _dangling(problem: Problem) -> Iterator[InputError]:
    places = {item.id for item in problem.places}
    bays = {item.id for item in problem.bays}
    tariffs = {item.id for item in problem.tariffs}
    vehicles = {item.id for item in problem.vehicles}
    for k, depot in enumerate(problem.depots):
        yield from _known(f"$.depots[{k}].place", [depot.place], places, "places")
    for k, bay in enumerate(problem.bays):
        yield from _known(f"$.bays[{k}].place", [bay.place], places, "places")
    for k, site in enumerate(problem.chargers):
        path = f"$.chargers[{k}]"
        yield from _known(f"{path}.place", [site.place], places, "places")
        yield from _known(f"{path}.tariff", [site.tariff], tariffs, "tariffs")
        yield from _known(f"{path}.private_to", site.private_to or [], vehicles, "vehicles")
    for k, rule in enumerate(problem.rules):
        yield from _rule(problem, k, rule)
    for k, permit in enumerate(problem.permits):
        yield from _permit(problem, k, permit, vehicles)
    for k, kind in enumerate(problem.vehicle_types):
        yield from _type(problem, k, kind, tariffs)
    for k, vehicle in enumerate(problem.vehicles):
        yield from _vehicle(problem, k, vehicle, places)
    for k, driver in enumerate(problem.drivers):
        yield from _driver(k, driver, places)
    drivers = {item.id for item in problem.drivers}
    for k, duty in enumerate(problem.duties):
        yield from _duty(k, duty, drivers, vehicles)
    orders = {item.id for item in problem.orders}
    for k, order in enumerate(problem.orders):
        yield from _order(k, order, places, bays, orders)
    yield from _others(problem, vehicles, orders, bays)
    if isinstance(problem.travel, TableTravel):
        inside = set(problem.travel.places)
        for k, place in enumerate(problem.places):
            yield from _known(f"$.places[{k}].id", [place.id], inside, "travel.places")


def _known(
    path: str, ids: Iterable[str], known: Collection[str], where: str
) -> Iterator[InputError]:
    for item in ids:
        if item not in known:
            yield InputError(
                code="E2002",
                path=path,
                cause=f"{item!r} is not among {where}",
                remedy=f"add it to {where}, or name one that is there",
            )


def _duplicates(problem: Problem) -> Iterator[InputError]:
    lists: dict[str, Named] = {
        name: [(f"$.{name}[{k}].id", item.id) for k, item in enumerate(getattr(problem, name))]
        for name in (
            "places", "bays", "chargers", "tariffs", "zones", "rules", "permits",
            "vehicle_types", "vehicles", "drivers", "duties", "orders",
        )
    }  # fmt: skip
    lists["depots"] = [
        (f"$.depots[{k}].place", item.place) for k, item in enumerate(problem.depots)
    ]
    lists["connectors"] = [
        (f"$.chargers[{k}].connectors[{n}].id", plug.id)
        for k, site in enumerate(problem.chargers)
        for n, plug in enumerate(site.connectors)
    ]
    for name, pairs in lists.items():
        seen: set[str] = set()
        for path, item in pairs:
            if item in seen:
                yield InputError(
                    code="E2001",
                    path=path,
                    cause=f"{item!r} stands twice among {name}",
                    remedy="give each its own id, or drop one",
                )
            seen.add(item)


def _rule(problem: Problem, k: int, rule: AccessRule) -> Iterator[InputError]:
    types = {item.id for item in problem.vehicle_types}
    yield from _known(f"$.rules[{k}].zone", [rule.zone], {z.id for z in problem.zones}, "zones")
    for name in ("who", "exempt"):
        for n, who in enumerate(getattr(rule, name)):
            yield from _known(f"$.rules[{k}].{name}[{n}].types", who.types, types, "vehicle_types")


def _permit(
    problem: Problem, k: int, permit: Permit, vehicles: Collection[str]
) -> Iterator[InputError]:
    rules = {item.id for item in problem.rules}
    yield from _known(f"$.permits[{k}].vehicles", permit.vehicles, vehicles, "vehicles")
    yield from _known(f"$.permits[{k}].rules", permit.rules, rules, "rules")


def _type(
    problem: Problem, k: int, kind: VehicleType, tariffs: Collection[str]
) -> Iterator[InputError]:
    if kind.fuel_tariff is not None:
        path = f"$.vehicle_types[{k}].fuel_tariff"
        yield from _known(path, [kind.fuel_tariff], tariffs, "tariffs")
    travel = problem.travel
    if isinstance(travel, GreatCircleTravel | TableTravel):
        path = f"$.vehicle_types[{k}].profile"
        yield from _known(path, [kind.profile], travel.profiles, "travel.profiles")


def _vehicle(
    problem: Problem, k: int, vehicle: Vehicle, places: Collection[str]
) -> Iterator[InputError]:
    path = f"$.vehicles[{k}]"
    types = {item.id for item in problem.vehicle_types}
    yield from _known(f"{path}.type", [vehicle.type], types, "vehicle_types")
    yield from _known(f"{path}.home", [vehicle.home], places, "places")
    yield from _known(f"{path}.available.place", [vehicle.available.place], places, "places")


def _driver(k: int, driver: Driver, places: Collection[str]) -> Iterator[InputError]:
    yield from _known(f"$.drivers[{k}].home", [driver.home], places, "places")


def _duty(
    k: int, duty: Duty, drivers: Collection[str], vehicles: Collection[str]
) -> Iterator[InputError]:
    yield from _known(f"$.duties[{k}].driver", [duty.driver], drivers, "drivers")
    yield from _known(f"$.duties[{k}].vehicles", duty.vehicles or [], vehicles, "vehicles")


def _order(
    k: int,
    order: Order,
    places: Collection[str],
    bays: Collection[str],
    orders: Collection[str],
) -> Iterator[InputError]:
    for name in ("pickup", "delivery"):
        for n, way in enumerate(getattr(order, name)):
            path = f"$.orders[{k}].{name}[{n}]"
            yield from _known(f"{path}.place", [way.place], places, "places")
            chosen = [choice.bay for choice in way.bays]
            yield from _known(f"{path}.bays", chosen, bays, "bays")
    yield from _known(f"$.orders[{k}].after", order.after, orders, "orders")
    if order.return_of is not None:
        yield from _known(f"$.orders[{k}].return_of", [order.return_of], orders, "orders")


def _others(
    problem: Problem,
    vehicles: Collection[str],
    orders: Collection[str],
    bays: Collection[str],
) -> Iterator[InputError]:
    known: dict[str, Collection[str]] = {
        "bay": bays,
        "connector": {plug.id for site in problem.chargers for plug in site.connectors},
        "vehicle": vehicles,
        "driver": {item.id for item in problem.drivers},
    }
    for k, item in enumerate(problem.commitments):
        path = f"$.commitments[{k}].id"
        yield from _known(path, [item.id], known[item.thing], f"{item.thing}s")
    sites = {site.id for site in problem.chargers}
    for k, lock in enumerate(problem.locks):
        path = f"$.locks[{k}]"
        yield from _known(f"{path}.orders", lock.orders, orders, "orders")
        named = [lock.vehicle] if lock.vehicle is not None else []
        yield from _known(f"{path}.vehicle", named, vehicles, "vehicles")
        at = [lock.site] if lock.site is not None else []
        yield from _known(f"{path}.site", at, sites, "chargers")
    for k, waiver in enumerate(problem.waivers):
        yield from _known(f"$.waivers[{k}].rule", [waiver.rule], RULES, "the rules")
