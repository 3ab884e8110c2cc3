"""Why an order is out: alone on each empty vehicle, then beside the plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from msgspec.structs import replace

from routing.engines.ortools import data as columns
from routing.engines.ortools.compile import Compiled, compile_problem
from routing.engines.ortools.places import gather
from routing.engines.ortools.rights import order_obstacles
from routing.engines.ortools.search import compose
from routing.engines.ortools.sim import BROKEN, simulate
from routing.engines.ortools.solver import neighbourhoods, new_scratch, new_state
from routing.engines.ortools.state import Scratch, State
from routing.plan import Reason
from routing.problem import Order, Problem, Vehicle
from routing.rules import RULES, relax

RULE_OF = {
    columns.BAD_WEIGHT: "weight",
    columns.BAD_VOLUME: "volume",
    columns.BAD_PLACES: "unit_places",
    columns.BAD_TEMPERATURE: "temperature",
    columns.BAD_GOODS: "goods",
    columns.BAD_WINDOW: "time_window",
    columns.BAD_SHIFT: "shift",
    columns.BAD_DUTY: "duty_length",
    columns.BAD_BATTERY: "battery",
    columns.BAD_CONNECTOR: "connector",
    columns.BAD_BAY: "bay",
    columns.BAD_ACCESS: "access",
    columns.BAD_REST: "rest",
    columns.BAD_DEPOT: "depot_hours",
    columns.BAD_RIDE: "longest_ride",
    columns.BAD_DUE: "release_due",
    columns.BAD_PERMIT: "permit_trips",
    columns.BAD_AVAILABLE: "vehicle_available",
    columns.BAD_YARD: "yard",
    columns.BAD_ORDER: "structure",
    columns.BAD_ROOM: "structure",
    columns.BAD_LOCK: "lock",
}
"""Reason codes by what the simulator says."""


STATIC = frozenset(
    {
        "papers",
        "vehicle_available",
        "needs",
        "lock",
        "temperature",
        "weight",
        "volume",
        "unit_places",
    }
)
"""Codes that rule a vehicle out whatever the times."""


CAUSES = (
    "access",
    "permit_trips",
    "yard",
    "bay",
    "battery",
    "charging",
    "commitment",
    "night",
    "needs",
    "longest_ride",
    "release_due",
    "duty_length",
    "rest",
    "shift",
    "driver",
    "vehicle_available",
    "time_window",
)
"""Rules that may each alone be why an order is impossible, the telling ones first."""


def single_cause(problem: Problem, order: Order) -> str | None:
    """The first rule without which some empty vehicle would serve the order; None if no one is.

    Exact: the order alone, the rule dropped by ``routing.rules.relax``.
    """
    alone = replace(problem, orders=[replace(order, after=[])], locks=[])
    for rule in CAUSES:
        if not RULES[rule].uses(alone):
            continue
        free = compile_problem(relax(alone, rule))
        possible, _ = Trials.apart(free).alone(0)
        if possible:
            return rule
    return None


@dataclass(frozen=True)
class Trial:
    """What came of trying an order on a vehicle: the least extra cost, or the last obstacles."""

    cost: float | None
    codes: tuple[str, ...]


class Trials:
    """Tries single orders, on empty vehicles or into a plan."""

    def __init__(self, compiled: Compiled, empty: State, scratch: Scratch) -> None:
        self.compiled = compiled
        self.empty = empty
        self.kinds = {kind.id: kind for kind in compiled.problem.vehicle_types}
        self.x = scratch

    @classmethod
    def apart(cls, compiled: Compiled) -> Self:
        """Trials with memory of their own."""
        near, _, _ = neighbourhoods(compiled)
        return cls(compiled, new_state(compiled), new_scratch(compiled, 0, near))

    def never(self, order: Order, vehicle: Vehicle) -> str | None:
        """The rule that rules a vehicle out for good, or None."""
        found = self.obstacles(order, vehicle)
        return found[0] if found else None

    def obstacles(self, order: Order, vehicle: Vehicle) -> list[str]:
        """Every rule that rules a vehicle out for good."""
        problem = self.compiled.problem
        kind = self.kinds[vehicle.type]
        found = order_obstacles(problem, order, vehicle, kind)
        if any(problem.orders[o].id == order.id for o in self.compiled.locked.barred):
            found.append("lock")
        windows = [w for way in order.delivery for w in way.windows]
        if windows and not any(set(w.needs) <= set(kind.capabilities) for w in windows):
            found.append("night" if all(w.night for w in windows) else "needs")
        return found

    def on_vehicle(self, state: State, o: int, v: int) -> Trial:
        """All candidate places of order o on vehicle v, each simulated."""
        x = self.x
        d = self.compiled.data
        o = int(self.compiled.locked.lead[o])
        n = gather(d, state, x, o, 0.0)
        best: float | None = None
        counts: dict[str, int] = {}
        for row in range(n):
            if int(x.cand[row, 0]) != v:
                continue
            size = compose(d, state, x, o, row)
            cost = simulate(
                d, state.claims, v, x.trial, size, x.ev, x.chosen, x.st, x.work, x.fs, False
            )
            if cost < BROKEN:
                extra = cost - float(state.cost[v])
                best = extra if best is None else min(best, extra)
            else:
                code = RULE_OF.get(int(x.st[10]), "structure")
                counts[code] = counts.get(code, 0) + 1
        ranked = sorted(counts, key=lambda code: (-counts[code], code))
        return Trial(best, tuple(ranked))

    def alone(self, o: int) -> tuple[bool, list[Reason]]:
        """Whether some empty vehicle serves the order by itself; if none, why not.

        Reasons come in the order of how little is missing: first what stops the vehicles that
        fail by one rule only.
        """
        problem = self.compiled.problem
        order = problem.orders[o]
        codes: dict[str, list[str]] = {}
        least: dict[str, int] = {}
        for v, vehicle in enumerate(problem.vehicles):
            found = self.obstacles(order, vehicle)
            if not found:
                trial = self.on_vehicle(self.empty, o, v)
                if trial.cost is not None:
                    return True, []
                found = [self._alone_code(order, trial)]
            for code in found[:1]:
                codes.setdefault(code, []).append(vehicle.id)
                missing = 0 if code not in STATIC else len(found)
                least[code] = min(least.get(code, 99), missing)
        return False, self._tell(order, codes, least)

    def _alone_code(self, order: Order, trial: Trial) -> str:
        """What stops a fitting vehicle: the least usual of what its trials ran into."""
        if not trial.codes:
            return "shift" if any(w.windows for w in order.delivery) else "vehicle_available"
        telling = [
            code for code in trial.codes if code not in {"shift", "time_window", "structure"}
        ]
        return telling[0] if telling else trial.codes[0]

    def _tell(
        self, order: Order, codes: dict[str, list[str]], least: dict[str, int]
    ) -> list[Reason]:
        whole = len(self.compiled.problem.vehicles)
        reasons: list[Reason] = []
        for code in sorted(codes, key=lambda c: (least[c], c == "papers", -len(codes[c]), c)):
            name = "unit" if self._too_large(order, code) else code
            detail: dict[str, str | int] = {"vehicles": len(codes[code])}
            if code == "needs":
                detail["needs"] = ", ".join(order.needs)
            everywhere = len(codes[code]) == whole
            reasons.append(
                Reason(code=name, vehicle=None if everywhere else codes[code][0], detail=detail)
            )
        return reasons or [Reason(code="vehicle_available")]

    def _too_large(self, order: Order, code: str) -> bool:
        """Whether even a single handling unit passes the largest vehicle."""
        if code not in {"weight", "volume", "unit_places"}:
            return False
        kinds = self.compiled.problem.vehicle_types
        field = {"weight": "payload_g", "volume": "volume_cm3"}.get(code, "unit_places")
        most: int = max(getattr(kind, field) for kind in kinds)
        size = {"weight": order.weight_g, "volume": order.volume_cm3}.get(code, order.unit_places)
        return -(-size // order.units) > most

    def beside(self, state: State, o: int) -> tuple[float | None, list[Reason]]:
        """(least extra cost if it fits after all, the blocking rule per vehicle)."""
        problem = self.compiled.problem
        order = problem.orders[o]
        reasons: list[Reason] = []
        best: float | None = None
        for v, vehicle in enumerate(problem.vehicles):
            code = self.never(order, vehicle)
            if code is None:
                trial = self.on_vehicle(state, o, v)
                if trial.cost is not None:
                    best = trial.cost if best is None else min(best, trial.cost)
                    continue
                code = trial.codes[0] if trial.codes else "shift"
            reasons.append(Reason(code=code, vehicle=vehicle.id))
        return best, reasons
