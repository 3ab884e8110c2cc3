"""The record of a vehicle's day: a function of the set of its events, whatever their order.

The fold (told once, here):

- An event that an ``undo`` names does not count, whichever of the two came first. An undo cannot
  be undone; who tapped wrongly twice taps anew.
- Taps of one device stand in the order of its own count: none is earlier than the one before it,
  even where the connection delayed one of them. Between devices the corrected time decides, then
  the device's and the event's ids, so that no two orders of arrival give two records.
- A stop is *arrived* at its earliest ``arrive`` (or, where only more was told, at the earliest of
  that), *done* at its earliest ``done``; without one once each of its orders has an outcome, at the
  last of these.
- An order's outcome: the last ``partial``, ``refused`` or ``failed`` that names it; else, if a
  ``done`` does, delivered. What was said of one order stands against a ``done`` for the whole stop.
- The receiver's word (签收) stands beside the driver's: of several the last counts. It gives orders
  their outcome, the vehicle no time. Where one of the two tells of a difference, that is the
  outcome, the receiver's where both do.
- Two that say different things of one order, devices or receiver and driver, are a conflict; the
  rules above still hold.
- The vehicle is broken down if the last of ``breakdown`` and ``resume`` is a ``breakdown``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

EXPLICIT = {"partial": "partly_delivered", "refused": "refused", "failed": "failed"}
"""What is said of single orders, and the outcome that it is."""
RECEIVER = "receiver"
"""The source of what the receiver tells."""
NO_STOPS: Mapping[str, frozenset[str]] = {}


@dataclass(frozen=True, kw_only=True)
class Told:
    """An event as the fold reads it; ``at`` is the corrected time, ``content`` as stored."""

    client_id: str
    device_id: str
    kind: str
    at: datetime
    sequence: int = 0
    stop_key: str | None = None
    content: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of an order at a stop; ``units`` = units taken, None = all.

    ``by``: ``driver`` (or the desk for it), ``receiver``.
    """

    state: str
    at: datetime
    device_id: str
    client_id: str
    units: int | None = None
    reason: str = ""
    note: str = ""
    by: str = "driver"


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """Two devices, or driver and receiver, that say different things of one order."""

    stop_key: str
    order: str
    said: tuple[Outcome, ...]


@dataclass(kw_only=True)
class StopRecord:
    """One stop as it was told."""

    key: str
    arrived_at: datetime | None = None
    arrival_told: bool = False
    """Whether somebody said 到达; else ``arrived_at`` is taken from what was said later."""
    done_at: datetime | None = None
    dock_ready_at: datetime | None = None
    late_minutes: int | None = None
    last_at: datetime | None = None
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    driver: dict[str, Outcome] = field(default_factory=dict)
    receiver: dict[str, Outcome] = field(default_factory=dict)
    """The driver's and the receiver's own word on each order; ``outcomes`` is what they come to."""
    taken_in: frozenset[str] = frozenset()
    """Orders that came on board here."""

    @property
    def state(self) -> str:
        """``waiting``, ``arrived`` or ``done``."""
        if self.done_at is not None:
            return "done"
        return "waiting" if self.arrived_at is None else "arrived"


@dataclass(kw_only=True)
class Record:
    """A vehicle's day as it was told."""

    stops: dict[str, StopRecord] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)
    notes: list[Told] = field(default_factory=list)
    broken_since: datetime | None = None
    started_at: datetime | None = None
    last_at: datetime | None = None

    def stop(self, key: str) -> StopRecord:
        """The record of a stop; an empty one where nothing was told."""
        return self.stops.get(key) or StopRecord(key=key)


def in_order(events: Iterable[Told]) -> list[tuple[datetime, Told]]:
    """All events with the time that counts, earliest first; the same for every order of arrival."""
    devices: dict[str, list[Told]] = {}
    for event in events:
        devices.setdefault(event.device_id, []).append(event)
    timed: list[tuple[datetime, Told]] = []
    for taps in devices.values():
        last: datetime | None = None
        for event in sorted(taps, key=lambda e: (e.sequence, e.at, e.client_id)):
            last = event.at if last is None else max(last, event.at)
            timed.append((last, event))
    timed.sort(key=lambda pair: (pair[0], pair[1].device_id, pair[1].sequence, pair[1].client_id))
    return timed


def fold(events: Iterable[Told], expected: Mapping[str, frozenset[str]] = NO_STOPS) -> Record:
    """The record of ``events``. ``expected``: stop key to the orders that it hands over.

    Events with the same ``client_id`` count once.
    """
    once = {event.client_id: event for event in events}
    undone = {str(e.content.get("of")) for e in once.values() if e.kind == "undo"}
    timed = in_order(e for e in once.values() if e.client_id not in undone and e.kind != "undo")
    record = Record()
    said: dict[tuple[str, str], list[Outcome]] = {}
    for at, event in timed:
        if event.source != RECEIVER and event.kind != "dock_ready":  # from the vehicle
            record.started_at = record.started_at or at
            record.last_at = at
        _take(record, said, at, event)
    for (key, order), outcomes in said.items():
        stop = record.stops[key]
        spoken = _spoken(stop, order, outcomes)
        if _differ(spoken):
            record.conflicts.append(Conflict(stop_key=key, order=order, said=tuple(spoken)))
    for key, stop in record.stops.items():
        _finish(stop, expected.get(key, frozenset()))
    record.conflicts.sort(key=lambda c: (c.stop_key, c.order))
    return record


def _spoken(stop: StopRecord, order: str, outcomes: list[Outcome]) -> list[Outcome]:
    """Settle an order's outcome from what was said of it, in its order; the words that count."""
    driver = [one for one in outcomes if one.by != RECEIVER]
    signed = [one for one in outcomes if one.by == RECEIVER][-1:]
    if driver:
        explicit = [one for one in driver if one.state != "delivered"]
        stop.driver[order] = explicit[-1] if explicit else driver[0]
    if signed:
        stop.receiver[order] = signed[0]
    firm = [one for one in signed if one.state != "delivered"]
    stop.outcomes[order] = (firm[0] if firm else None) or stop.driver.get(order) or signed[0]
    return [*driver, *signed]


def _take(
    record: Record, said: dict[tuple[str, str], list[Outcome]], at: datetime, event: Told
) -> None:
    if event.kind == "breakdown":
        record.broken_since = at
    elif event.kind == "resume":
        record.broken_since = None
    elif event.kind == "note":
        record.notes.append(event)
    if event.stop_key is None:
        return
    stop = record.stops.setdefault(event.stop_key, StopRecord(key=event.stop_key))
    if event.kind == "dock_ready":
        stop.dock_ready_at = stop.dock_ready_at or at
    elif event.kind == "late":
        stop.late_minutes = int(event.content.get("minutes", 0))
    elif event.kind == "arrive":
        stop.arrived_at = stop.arrived_at or at
        stop.arrival_told = True
        stop.last_at = at
    elif event.kind == "done" or event.kind in EXPLICIT:
        if event.source != RECEIVER:
            stop.last_at = at
            if event.kind == "done":
                stop.done_at = stop.done_at or at
        for line in event.content.get("orders", ()):
            _line(stop, said, at, event, line)


def _line(
    stop: StopRecord,
    said: dict[tuple[str, str], list[Outcome]],
    at: datetime,
    event: Told,
    line: Mapping[str, Any],
) -> None:
    """What an event says of one order."""
    order = str(line["id"])
    if event.kind == "done" and line.get("action") in {"load", "pickup"}:
        stop.taken_in |= {order}
        return
    outcome = Outcome(
        state=EXPLICIT.get(event.kind, "delivered"),
        at=at,
        device_id=event.device_id,
        client_id=event.client_id,
        units=line.get("units") if event.kind == "partial" else None,
        reason=str(event.content.get("reason", "")),
        note=str(event.content.get("note", "")),
        by=RECEIVER if event.source == RECEIVER else "driver",
    )
    said.setdefault((stop.key, order), []).append(outcome)


def _differ(outcomes: list[Outcome]) -> bool:
    """Whether two devices, or driver and receiver, say different things."""
    return any(
        (one.by, one.device_id) != (other.by, other.device_id)
        and (one.state, one.units) != (other.state, other.units)
        for k, one in enumerate(outcomes)
        for other in outcomes[k + 1 :]
    )


def _finish(stop: StopRecord, expected: frozenset[str]) -> None:
    """What follows from the rest: done once the driver told of every order, arrived before that."""
    if stop.done_at is None and expected and expected <= stop.driver.keys():
        stop.done_at = max(stop.driver[order].at for order in expected)
    earliest = [one.at for one in stop.driver.values()]
    earliest += [at for at in (stop.arrived_at, stop.done_at) if at is not None]
    if earliest:
        stop.arrived_at = min(earliest)
