"""Orders of the snapshot: alternatives, windows, bays at both ends."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from models.orders.tables import Order as OrderRow
from models.places.tables import Place, PlaceWindow
from routing.problem import Alternative, BayChoice, Order, Window
from workers.planning.snapshot.days import Days
from workers.planning.snapshot.rows import Rows, grouped

MFEN = 1000
"""Milli-fen in a fen."""
NEVER = Window(start=0, end=0)
"""When a place does not receive on the service date: the instant before anybody can be there.

No window at all would mean the whole horizon.
"""


def shut_out(order: Order) -> bool:
    """Whether an end of the order is at places alone that do not receive on the service date."""
    return any(all(way.windows == [NEVER] for way in end) for end in (order.pickup, order.delivery))


class Ends:
    """Makes the alternatives of an order's ends."""

    def __init__(self, rows: Rows, days: Days) -> None:
        self.days = days
        self.places: dict[uuid.UUID, Place] = {row.id: row for row in rows.places}
        self.windows = grouped(rows.place_windows, lambda window: window.place_id)
        self.exceptions = {
            row.place_id: row for row in rows.place_days if row.day == days.service_date
        }
        active = {row.id for row in rows.bays if row.active}
        links = [link for link in rows.bay_places if link.bay_id in active]
        self.bays = grouped(links, lambda link: link.place_id)

    def alternative(
        self, place: uuid.UUID, given: Iterable[Mapping[str, Any]], cost: int = 0
    ) -> Alternative:
        """One way to serve an end: the order's own windows, else the place's of that date."""
        wanted = list(given)
        windows = [
            self._window(window) for window in self._allowed(place, wanted or self._own(place))
        ]
        if not windows and (wanted or self._receives_by_window(place)):
            windows = [NEVER]
        links = sorted(self.bays.get(place, []), key=lambda link: (link.walk_s, link.bay_id))
        return Alternative(
            place=str(place),
            windows=sorted(windows, key=lambda window: (window.start, window.end)),
            bays=[BayChoice(bay=str(link.bay_id), walk_s=link.walk_s) for link in links],
            extra_cost=cost,
        )

    def _window(self, given: Mapping[str, Any]) -> Window:
        days = self.days
        return Window(
            start=max(0, days.at(int(given["start"]))),
            end=min(days.length, days.at(int(given["end"]))),
            night=bool(given.get("night", False)),
            needs=list(given.get("needs", [])),
            unattended=bool(given.get("unattended", False)),
            unattended_extra_s=int(given.get("unattended_extra_s", 0)),
            soft_late_s=int(given.get("soft_late_s", 0)),
        )

    def _allowed(
        self, place: uuid.UUID, windows: Iterable[Mapping[str, Any]]
    ) -> list[Mapping[str, Any]]:
        """Without the night ones where the place refuses them (否决); none on a closed date."""
        exception = self.exceptions.get(place)
        if exception is not None and exception.closed:
            return []
        row = self.places.get(place)
        if row is None or not row.night_vetoed(self.days.service_date):
            return list(windows)
        return [window for window in windows if not window.get("night", False)]

    def _own(self, place: uuid.UUID) -> list[Mapping[str, Any]]:
        """The place's windows of the service date: an exception's, else its weekday's."""
        exception = self.exceptions.get(place)
        if exception is not None:
            return list(exception.windows)
        weekday = self.days.service_date.isoweekday()
        return [
            _plain(row)
            for row in self.windows.get(place, [])
            if not row.weekdays or weekday in row.weekdays
        ]

    def _receives_by_window(self, place: uuid.UUID) -> bool:
        """Whether the place says when it receives: no window today then means not today."""
        return bool(self.windows.get(place)) or place in self.exceptions


def _plain(row: PlaceWindow) -> dict[str, Any]:
    return {
        "start": row.start_s,
        "end": row.end_s,
        "night": row.night,
        "needs": row.needs,
        "unattended": row.unattended,
        "unattended_extra_s": row.unattended_extra_s,
        "soft_late_s": row.soft_late_s,
    }


def orders(rows: Rows, days: Days) -> list[Order]:
    """The orders of the day, by reference, whole (splitting comes after)."""
    ends = Ends(rows, days)
    further = grouped(rows.alternatives, lambda row: row.order_id)
    kept = {row.id for row in rows.orders}
    before: dict[uuid.UUID, list[str]] = {}
    for link in rows.afters:
        if link.before_id in kept:
            before.setdefault(link.order_id, []).append(str(link.before_id))
    out = []
    for row in sorted(rows.orders, key=lambda order: (order.reference, order.id)):
        others = sorted(further.get(row.id, []), key=lambda other: (other.rank, other.id))

        def side(
            name: str,
            first: uuid.UUID,
            windows: list[Any],
            others: list[Any] = others,
        ) -> list[Alternative]:
            return [ends.alternative(first, windows)] + [
                ends.alternative(other.place_id, other.windows or windows, other.extra_cost_mfen)
                for other in others
                if other.side == name
            ]

        pickup = side("pickup", row.pickup_place_id, row.pickup_windows)
        delivery = side("delivery", row.delivery_place_id, row.windows)
        out.append(_order(row, ends, pickup, delivery, sorted(before.get(row.id, []))))
    return out


def _order(
    row: OrderRow,
    ends: Ends,
    pickup: list[Alternative],
    delivery: list[Alternative],
    after: list[str],
) -> Order:
    days = ends.days
    needs = set(row.needs)
    for end in (row.pickup_place_id, row.delivery_place_id):
        needs |= set(ends.places[end].needs)
    return Order(
        id=str(row.id),
        shipper=str(row.shipper_id),
        weight_g=row.weight_g,
        volume_cm3=row.volume_cm3,
        units=row.units,
        unit_places=row.unit_places,
        unit_s=row.unit_s,
        load_unit_s=row.load_unit_s,
        temperature=row.temperature,  # type: ignore[arg-type]  # the table's CHECK
        goods=row.goods,
        needs=sorted(needs),
        pickup=pickup,
        delivery=delivery,
        mandatory=row.mandatory,
        prize=row.prize_fen * MFEN,
        release=None if row.release_s is None else max(0, days.at(row.release_s)),
        due=None if row.due_s is None else days.at(row.due_s),
        longest_ride_s=row.longest_ride_s,
        after=after,
        share_with=None if row.share_with is None else sorted(map(str, row.share_with)),
        never_with=sorted(map(str, row.never_with)),
        parts_allowed=row.parts_allowed,
        return_of=None if row.return_of_id is None else str(row.return_of_id),
    )
