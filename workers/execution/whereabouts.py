"""Where is it? Orders' expected arrivals and states, for those who wait; nobody else's data in it.

What a shipper or receiver is told of an order: state, an interval that narrows, a masked plate.
Never the vehicle's other stops, its sequence, load or way.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.base import now
from models.execution import queries
from models.execution.record import Outcome, Record
from models.orders.tables import Order
from models.planning.operations import mask_plate
from models.planning.tables import PlanVersion
from workers.execution.day import Day, DayCache, PlannedStop, RouteDay
from workers.execution.estimates import Estimate, estimate
from workers.execution.tell import records

ENDED = frozenset({"delivered", "partly_delivered", "refused", "failed", "closed"})


@dataclass(frozen=True, kw_only=True)
class Whereabouts:
    """An order on its way; one that is collected: the vehicle on its way to it.

    ``state``: waiting, under_way, near, arrived, done, unknown. ``earliest``/``latest``: the
    interval of the arrival; ``window``: the receiving window that the plan uses. ``stop`` names the
    visit, so that orders that come together stand together.
    """

    order: uuid.UUID
    state: str
    stop: str
    vehicle: str
    plate: str
    planned: datetime
    expected: datetime | None = None
    earliest: datetime | None = None
    latest: datetime | None = None
    arrived_at: datetime | None = None
    done_at: datetime | None = None
    service_s: int = 0
    late_s: int = 0
    window: tuple[datetime, datetime] | None = None
    bay: str = ""
    dock_ready_at: datetime | None = None
    units_taken: int | None = None
    driver: Outcome | None = None
    receiver: Outcome | None = None
    """The driver's own word on the order and the receiver's."""
    told_at: datetime | None = None
    broken: bool = False

    @property
    def disagree(self) -> bool:
        """Whether driver and receiver say different things of it."""
        if self.driver is None or self.receiver is None:
            return False
        mine, theirs = self.driver, self.receiver
        return (mine.state, mine.units) != (theirs.state, theirs.units)


NEAR_S = 30 * 60


@dataclass(frozen=True, kw_only=True)
class Street:
    """A plan version on the street at an instant: records and estimates by vehicle."""

    version: PlanVersion
    day: Day
    at: datetime
    records: dict[str, Record]
    estimates: dict[str, dict[str, Estimate]]


def street(session: Session, version: PlanVersion, day: Day, at: datetime | None = None) -> Street:
    """Fold all of a version's vehicles and estimate their stops, at an instant (now).

    Reads as the platform: the caller shows only what its asker may see.
    """
    moment = at or now()
    second = day.second(moment)
    told = records(session, version, day)
    return Street(
        version=version,
        day=day,
        at=moment,
        records={vehicle: told.get(vehicle, Record()) for vehicle in day.routes},
        estimates={
            vehicle: estimate(route, told.get(vehicle, Record()), second, day.second)
            for vehicle, route in day.routes.items()
        },
    )


def of_orders(
    session: Session, cache: DayCache, orders: Iterable[Order], at: datetime | None = None
) -> dict[uuid.UUID, Whereabouts]:
    """Where orders are, by id; orders that no plan on record serves are left out.

    Reads as the platform: give it a session of its own and only orders that the asker may see.
    """
    out: dict[uuid.UUID, Whereabouts] = {}
    groups: dict[tuple[uuid.UUID, object], list[Order]] = {}
    for order in orders:
        groups.setdefault((order.operator_id, order.service_date), []).append(order)
    for members in groups.values():
        first = members[0]
        version = queries.plan_on_record(session, first.operator_id, first.service_date)
        day = cache.of(version) if version else None
        if version is None or day is None:
            continue
        here = street(session, version, day, at)
        for order in members:
            found = _of_order(here, order)
            if found is not None:
                out[order.id] = found
    return out


def _of_order(here: Street, order: Order) -> Whereabouts | None:
    """The order's delivery that comes last, where it is in parts."""
    parts = [p for p in here.day.parts.get(str(order.id), ()) if p in here.day.deliveries]
    found = [_of_part(here, order, part) for part in parts]
    ranked = [one for one in found if one is not None]
    return max(ranked, key=_waits, default=None)


def _waits(one: Whereabouts) -> tuple[bool, datetime]:
    """Open ones after those done, then by when they are expected."""
    return one.done_at is None, one.expected or one.planned


def _of_part(here: Street, order: Order, part: str) -> Whereabouts | None:
    collected = order.kind != "delivery" and part in here.day.pickups
    vehicle, key = (here.day.pickups if collected else here.day.deliveries)[part]
    route, record = here.day.routes[vehicle], here.records[vehicle]
    stop = route.stop(key)
    if stop is None:
        return None
    guess = here.estimates[vehicle][key]
    told = record.stop(key)
    task = next(t for t in stop.tasks if t.order == part and t.action != "load")
    clock = here.day.clock

    def instant(second: int | None) -> datetime | None:
        return None if second is None else clock.at(second)

    outcome = told.outcomes.get(part)
    ended = order.state in ENDED or outcome is not None or part in told.taken_in
    window = (clock.at(task.window[0]), clock.at(task.window[1])) if task.window else None
    return Whereabouts(
        order=order.id,
        state=_state(here, route, stop, record, ended=ended),
        stop=key,
        vehicle=vehicle,
        plate=mask_plate(str(route.shown["plate"])),
        expected=instant(guess.arrive),
        earliest=instant(guess.earliest),
        latest=instant(guess.latest),
        planned=clock.at(stop.arrive),
        arrived_at=told.arrived_at,
        done_at=told.done_at or (outcome.at if outcome else None),
        service_s=stop.service_s,
        late_s=max(0, (guess.start or 0) - task.window[1]) if task.window else 0,
        window=window,
        bay=str(stop.shown["bay_name"]),
        dock_ready_at=told.dock_ready_at,
        units_taken=outcome.units if outcome else None,
        driver=told.driver.get(part),
        receiver=told.receiver.get(part),
        told_at=record.last_at,
        broken=record.broken_since is not None,
    )


def _state(here: Street, route: RouteDay, stop: PlannedStop, record: Record, *, ended: bool) -> str:
    guess = here.estimates[route.vehicle][stop.key]
    if ended or guess.state == "done":
        return "done"
    if guess.state == "arrived":
        return "arrived"
    if guess.arrive is None:
        return "unknown"
    of_trip = [other for other in route.stops if other.trip == stop.trip]
    if all(record.stop(other.key).last_at is None for other in of_trip):
        return "waiting"
    away = here.day.clock.at(guess.arrive) - here.at
    return "near" if away <= timedelta(seconds=NEAR_S) else "under_way"


def done_count(route: RouteDay, record: Record) -> tuple[int, int]:
    """How many visits of a vehicle's day are done, and how many there are."""
    visits: Sequence[PlannedStop] = [stop for stop in route.stops if stop.kind == "visit"]
    return sum(record.stop(v.key).state == "done" for v in visits), len(visits)
