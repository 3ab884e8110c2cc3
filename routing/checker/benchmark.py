"""Checks a solution of a research instance by walking it.

Distances, times, loads and charges are computed here from the instance's own figures; nothing is
shared with the engines. Tolerance is 1e-6 in time, load and charge.
"""

from __future__ import annotations

import math

from routing.benchmarks.instance import BenchmarkInstance, Convention, Node
from routing.benchmarks.solution import BenchmarkRoute, BenchmarkSolution, BenchmarkStop
from routing.checker.verdict import Verdict, Violation

TOLERANCE = 1e-6

BENCHMARK_RULES = (
    "structure",
    "travel",
    "time_window",
    "weight",
    "battery",
    "charging",
    "precedence",
    "orders",
    "vehicle_available",
    "objective",
)
"""Rules that this checker can find broken, in the vocabulary of the whole product."""


def check_benchmark(instance: BenchmarkInstance, solution: BenchmarkSolution) -> Verdict:
    """Walk ``solution`` and report every rule it breaks; there are no waivers here.

    ``stop`` in a violation is the position in the route and the node's id, such as ``3:C17``.
    """
    found = _Check(instance, solution.convention).solution(solution)
    return Verdict(verdict="violated" if found else "clean", violations=found)


class _Check:
    """One pass over one solution."""

    def __init__(self, instance: BenchmarkInstance, convention: Convention) -> None:
        self.instance = instance
        self.convention = convention
        self.nodes = {node.id: node for node in instance.nodes}
        self.depot = next(node for node in instance.nodes if node.kind == "depot")
        self.found: list[Violation] = []
        self.visits: dict[str, int] = {}
        self.route_of: dict[str, tuple[str, int]] = {}
        self.distance = 0.0
        self.time = 0.0

    def solution(self, solution: BenchmarkSolution) -> list[Violation]:
        """All violations, routes in order, then those of the whole."""
        seen: set[str] = set()
        for route in solution.routes:
            if route.vehicle in seen:
                self._report("vehicle_available", route.vehicle, None, 1, "surplus uses")
            seen.add(route.vehicle)
            self._route(route)
        self._served(solution)
        self._pairs()
        self._fleet(solution)
        self._objective(solution)
        return self.found

    def _report(
        self, rule: str, route: str | None, stop: str | None, amount: float, unit: str
    ) -> None:
        self.found.append(Violation(rule=rule, route=route, stop=stop, amount=amount, unit=unit))

    def _way(self, i: Node, j: Node) -> float:
        length = math.hypot(i.x - j.x, i.y - j.y)
        if self.convention.rounding == "dimacs":
            return math.floor(length * 10.0 + 1e-9) / 10.0
        return length

    def _route(self, route: BenchmarkRoute) -> None:
        """Walk one route; a stop that cannot be understood ends the walk."""
        name, stops = route.vehicle, route.stops
        for p, stop in enumerate(stops):
            if stop.node not in self.nodes:
                self._report("structure", name, f"{p}:{stop.node}", 1, "unknown nodes")
                return
        if len(stops) < 2 or any(s.node != self.depot.id for s in (stops[0], stops[-1])):
            self._report("structure", name, None, 1, "routes not from depot to depot")
            return
        self._loads(name, stops)
        charge = self.instance.battery or 0.0
        for p, stop in enumerate(stops):
            node, at = self.nodes[stop.node], f"{p}:{stop.node}"
            if p:
                before = stops[p - 1]
                way = self._way(self.nodes[before.node], node)
                self.distance += way
                due = before.departure + way / self.instance.velocity
                if abs(stop.arrival - due) > TOLERANCE:
                    self._report("travel", name, at, abs(stop.arrival - due), "time")
                charge -= way * self.instance.consumption
            charge = self._energy(name, at, node, stop, charge)
            last = p == len(stops) - 1
            self._times(name, at, node, stop, ends=p == 0 or last)
            if p > 0 and not last:
                self._visit(name, at, p, node)
        self.time += stops[-1].arrival - stops[0].departure

    def _visit(self, name: str, at: str, p: int, node: Node) -> None:
        if node.kind == "depot":
            self._report("structure", name, at, 1, "depots within a route")
        if node.kind == "customer":
            self.visits[node.id] = self.visits.get(node.id, 0) + 1
            self.route_of[node.id] = name, p

    def _times(self, name: str, at: str, node: Node, stop: BenchmarkStop, *, ends: bool) -> None:
        """Order of arrival, start and departure, window, length of service or charging."""
        if stop.start < stop.arrival - TOLERANCE:
            self._report("structure", name, at, stop.arrival - stop.start, "time")
        if stop.start < node.ready - TOLERANCE:
            self._report("time_window", name, at, node.ready - stop.start, "time")
        if stop.start > node.due + TOLERANCE:
            self._report("time_window", name, at, stop.start - node.due, "time")
        needed = 0.0 if ends else node.service
        rule = "structure"
        if node.kind == "station":
            needed += self.instance.inverse_refuel * (stop.energy_charged or 0.0)
            rule = "charging"
        if stop.departure - stop.start < needed - TOLERANCE:
            self._report(rule, name, at, needed - (stop.departure - stop.start), "time")

    def _energy(self, name: str, at: str, node: Node, stop: BenchmarkStop, charge: float) -> float:
        """Charge on leaving; reports an empty battery and a session that cannot be."""
        battery = self.instance.battery
        gained = stop.energy_charged
        if battery is not None and charge < -TOLERANCE:
            self._report("battery", name, at, -charge, "energy")
        if battery is None or node.kind != "station":
            if gained is not None:
                self._report("charging", name, at, abs(gained), "energy")
            return charge
        if gained is None:
            self._report("structure", name, at, 1, "missing energy_charged")
            return charge
        if gained < -TOLERANCE:
            self._report("charging", name, at, -gained, "energy")
        charge += gained
        if charge > battery + TOLERANCE:
            self._report("charging", name, at, charge - battery, "energy")
        elif self.convention.variant == "full" and charge < battery - TOLERANCE:
            self._report("charging", name, at, battery - charge, "energy")
        return charge

    def _loads(self, name: str, stops: list[BenchmarkStop]) -> None:
        """Loads: all on board at the start, or picked up on the way where there are pairs."""
        inner = [self.nodes[stop.node] for stop in stops[1:-1]]
        if not self.instance.pairs:
            over = sum(node.demand for node in inner) - self.instance.capacity
            if over > TOLERANCE:
                self._report("weight", name, f"0:{stops[0].node}", over, "load")
            return
        load = 0.0
        for p, node in enumerate(inner, start=1):
            load += node.demand
            if load > self.instance.capacity + TOLERANCE:
                over = load - self.instance.capacity
                self._report("weight", name, f"{p}:{node.id}", over, "load")

    def _served(self, solution: BenchmarkSolution) -> None:
        """Every customer exactly once; a customer left out is a violation even when listed."""
        for node in self.instance.nodes:
            count = self.visits.get(node.id, 0)
            if node.kind == "customer" and count != 1:
                unit = "missing visits" if count == 0 else "surplus visits"
                self._report("orders", None, node.id, abs(count - 1), unit)
        for name in solution.unassigned:
            if name not in self.nodes:
                self._report("structure", None, name, 1, "unknown nodes")
            elif name in self.visits:
                self._report("orders", None, name, 1, "served but listed as unassigned")

    def _pairs(self) -> None:
        for pair in self.instance.pairs:
            pickup, delivery = self.route_of.get(pair.pickup), self.route_of.get(pair.delivery)
            if pickup is None or delivery is None:
                continue
            (first, p), (second, q) = pickup, delivery
            at = f"{q}:{pair.delivery}"
            if first != second:
                self._report("precedence", second, at, 1, "pairs on two vehicles")
            elif p > q:
                self._report("precedence", second, at, p - q, "stops before its pickup")

    def _fleet(self, solution: BenchmarkSolution) -> None:
        number = self.instance.vehicles
        if number is not None and len(solution.routes) > number:
            over = len(solution.routes) - number
            self._report("vehicle_available", None, None, over, "vehicles")

    def _objective(self, solution: BenchmarkSolution) -> None:
        """Hold the claim against what was walked."""
        claim = solution.objective
        value = self.time if self.convention.objective == "time" else self.distance
        for name, claimed, own in (
            ("vehicles", float(claim.vehicles), float(len(solution.routes))),
            ("distance", claim.distance, self.distance),
            ("time", claim.time, self.time),
            ("cost", claim.cost, value),
        ):
            if abs(claimed - own) > max(TOLERANCE, 1e-9 * abs(own)):
                self._report("objective", None, None, abs(claimed - own), name)
