"""Why an order is out: alone on each empty vehicle, then beside the plan."""

from __future__ import annotations

from dataclasses import dataclass

from routing.engines.ortools import data as columns
from routing.engines.ortools.compile import Compiled, order_fits, unplannable
from routing.engines.ortools.search import BROKEN, State, compose, gather, settle
from routing.engines.ortools.sim import simulate
from routing.plan import Reason
from routing.problem import Order, Vehicle

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
}
"""Reason codes by what the simulator says."""


@dataclass(frozen=True)
class Trial:
    """What came of trying an order on a vehicle: the least extra cost, or the last obstacles."""

    cost: float | None
    codes: tuple[str, ...]


class Trials:
    """Tries single orders, on empty vehicles or into a plan."""

    def __init__(self, compiled: Compiled, empty: State, scratch: object) -> None:
        self.compiled = compiled
        self.empty = empty
        self.x = scratch

    def never(self, order: Order, vehicle: Vehicle) -> str | None:
        """The rule that rules a vehicle out for good, or None."""
        problem = self.compiled.problem
        kind = next(k for k in problem.vehicle_types if k.id == vehicle.type)
        found = order_fits(problem, order, vehicle, kind)
        if found is None and self._needless(order, vehicle):
            return self._needless(order, vehicle)
        return found

    def _needless(self, order: Order, vehicle: Vehicle) -> str | None:
        problem = self.compiled.problem
        kind = next(k for k in problem.vehicle_types if k.id == vehicle.type)
        windows = [w for way in order.delivery for w in way.windows]
        if windows and not any(set(w.needs) <= set(kind.capabilities) for w in windows):
            return "night" if all(w.night for w in windows) else "needs"
        return None

    def on_vehicle(self, state: State, o: int, v: int) -> Trial:
        """All candidate places of order o on vehicle v, each simulated."""
        x = self.x
        d = self.compiled.data
        n = gather(d, state, x, o, 0.0)
        best: float | None = None
        counts: dict[str, int] = {}
        for row in range(n):
            if int(x.cand[row, 0]) != v:
                continue
            size = compose(state, x, o, row)
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
        """Whether some empty vehicle serves the order by itself; if none, why not."""
        problem = self.compiled.problem
        order = problem.orders[o]
        codes: dict[str, list[str]] = {}
        usable = 0
        for v, vehicle in enumerate(problem.vehicles):
            code = self.never(order, vehicle)
            if code is None:
                trial = self.on_vehicle(self.empty, o, v)
                if trial.cost is not None:
                    return True, []
                usable += 1
                code = trial.codes[0] if trial.codes else "shift"
            codes.setdefault(code, []).append(vehicle.id)
        return False, self._tell(order, codes)

    def _tell(self, order: Order, codes: dict[str, list[str]]) -> list[Reason]:
        whole = len(self.compiled.problem.vehicles)
        reasons: list[Reason] = []
        for code in sorted(codes, key=lambda c: (-len(codes[c]), c)):
            name = "unit" if self._too_large(order, code) else code
            detail: dict[str, str | int] = {"vehicles": len(codes[code])}
            reasons.append(
                Reason(code=name, vehicle=None if len(codes[code]) == whole else codes[code][0],
                       detail=detail)
            )
        return reasons or [Reason(code="vehicle_available")]

    def _too_large(self, order: Order, code: str) -> bool:
        """Whether even a single handling unit passes the largest vehicle."""
        if code not in {"weight", "volume", "unit_places"}:
            return False
        kinds = self.compiled.problem.vehicle_types
        most = max(getattr(k, {"weight": "payload_g", "volume": "volume_cm3"}.get(code, "unit_places")) for k in kinds)
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


__all__ = ["RULE_OF", "Trial", "Trials", "settle", "unplannable"]
