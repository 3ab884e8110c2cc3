"""到货: deliveries as those see them who wait: by visit, late ones first."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from models.orders.tables import Order
from models.places.tables import Place
from workers.execution.whereabouts import Whereabouts

_RANK = {"arrived": 0, "near": 1, "under_way": 2, "waiting": 2, "unknown": 3, "done": 9}


@dataclass(kw_only=True)
class Visit:
    """Orders that come to one place together; ``where`` None: no plan brings them yet."""

    place: Place
    service_date: date
    where: Whereabouts | None
    orders: list[Order] = field(default_factory=list)
    taken: dict[uuid.UUID, int | None] = field(default_factory=dict)
    told: dict[uuid.UUID, Whereabouts] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """``unplanned``, or the whereabouts' state."""
        return self.where.state if self.where else "unplanned"

    @property
    def units(self) -> int:
        """Units of all orders."""
        return sum(order.units for order in self.orders)

    @property
    def weight_g(self) -> int:
        """Weight of all orders."""
        return sum(order.weight_g for order in self.orders)

    @property
    def late_min(self) -> int:
        """Minutes of service after the receiving window, as expected or told."""
        return -(-self.where.late_s // 60) if self.where else 0

    def waits_min(self, at: datetime) -> int:
        """Minutes that the vehicle has stood at the door."""
        if self.where is None or self.where.arrived_at is None or self.state != "arrived":
            return 0
        return int((at - self.where.arrived_at).total_seconds()) // 60


def visits(orders: Sequence[Order], found: Mapping[uuid.UUID, Whereabouts]) -> list[Visit]:
    """Orders grouped by the visit that brings them: late ones first, done ones last."""
    groups: dict[tuple[object, ...], Visit] = {}
    for order in orders:
        where = found.get(order.id)
        place = order.delivery_place if order.kind == "delivery" else order.pickup_place
        key = (
            (order.service_date, place.id, where.vehicle, where.stop)
            if where
            else (
                order.service_date,
                place.id,
            )
        )
        visit = groups.setdefault(
            key, Visit(place=place, service_date=order.service_date, where=where)
        )
        visit.orders.append(order)
        if where is not None:
            visit.taken[order.id] = where.units_taken
            visit.told[order.id] = where
            if visit.where and where.state != "done":
                visit.where = where  # one order's outcome does not end the visit of the others
    return sorted(groups.values(), key=_order)


def _order(visit: Visit) -> tuple[date, int, int, float, str]:
    where = visit.where
    if where is None:
        return visit.service_date, 5, 0, 0.0, str(visit.place.name)
    open_ = where.state != "done"
    late = where.late_s if open_ else 0
    rank = -1 if late else _RANK[where.state]
    when = (where.expected or where.planned).timestamp()
    return visit.service_date, rank, -late, when, str(visit.place.name)
