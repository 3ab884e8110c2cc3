"""The problem by id, and its clock."""

from __future__ import annotations

import copy
from datetime import date, datetime
from zoneinfo import ZoneInfo

from routing.problem import (
    Bay,
    ChargingSite,
    Connector,
    Depot,
    Driver,
    Duty,
    Order,
    Place,
    Problem,
    Tariff,
    Vehicle,
    VehicleType,
    Zone,
)
from routing.problem.hashing import ProblemBytes


class Index:
    """Look-ups over one problem; built once per check."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.places: dict[str, Place] = {item.id: item for item in problem.places}
        self.depots: dict[str, Depot] = {item.place: item for item in problem.depots}
        self.bays: dict[str, Bay] = {item.id: item for item in problem.bays}
        self.sites: dict[str, ChargingSite] = {item.id: item for item in problem.chargers}
        self.connectors: dict[str, tuple[ChargingSite, Connector]] = {
            plug.id: (site, plug) for site in problem.chargers for plug in site.connectors
        }
        self.sites_at: dict[str, list[ChargingSite]] = {}
        for site in problem.chargers:
            self.sites_at.setdefault(site.place, []).append(site)
        self.tariffs: dict[str, Tariff] = {item.id: item for item in problem.tariffs}
        self.zones: dict[str, Zone] = {item.id: item for item in problem.zones}
        self.types: dict[str, VehicleType] = {item.id: item for item in problem.vehicle_types}
        self.vehicles: dict[str, Vehicle] = {item.id: item for item in problem.vehicles}
        self.drivers: dict[str, Driver] = {item.id: item for item in problem.drivers}
        self.duties: dict[str, Duty] = {item.id: item for item in problem.duties}
        self.orders: dict[str, Order] = {item.id: item for item in problem.orders}
        self.tz = ZoneInfo(problem.horizon.tz)
        self.start = datetime.fromisoformat(problem.horizon.start)
        self.end = datetime.fromisoformat(problem.horizon.end)
        self.horizon_s = int((self.end - self.start).total_seconds())
        self.bytes = ProblemBytes(problem)
        self.sha256 = self.bytes.sha256

    def under(self, problem: Problem) -> Index:
        """The look-ups of the same problem under other locks and waivers.

        Raises:
            ValueError: it differs in more than these.
        """
        for name in problem.__struct_fields__:
            same = getattr(problem, name) is getattr(self.problem, name)
            if not same and name not in {"locks", "waivers"}:
                raise ValueError(f"another problem: {name} differs")
        other = copy.copy(self)
        other.problem = problem
        other.bytes = ProblemBytes(problem, self.bytes)
        other.sha256 = other.bytes.sha256
        return other

    def service_date(self) -> date:
        """The local date that holds the middle of the horizon."""
        middle = self.start + (self.end - self.start) / 2
        return middle.astimezone(self.tz).date()

    def may_rest_at(self, place_id: str) -> bool:
        """Whether a stop without a bay there can count as lawful rest."""
        return self.places[place_id].rest or place_id in self.depots or place_id in self.sites_at
