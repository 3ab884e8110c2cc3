"""When a vehicle will be where, from its plan and what was told: simple, exact, no search.

- A stop that was told stands as told. The walk goes on from the stop told last: the way to the next
  one takes as long as planned, waiting that the plan holds takes up a delay, service, sessions and
  rest last as planned, and nothing begins before it opens. On time, the estimate is the plan.
- What has not happened yet is not expected before now.
- A stop passed over has no estimate; neither has any stop of a vehicle that broke down.
- An estimate has an interval that narrows as the stop gets nearer: 15 minutes to either side when
  it is two hours away or nothing was told yet, 3 minutes when the vehicle is about to arrive.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from models.execution.record import Record
from workers.execution.day import PlannedStop, RouteDay

WIDEST_S = 15 * 60
"""The half-width of what shippers are promised when a plan is published."""
NARROWEST_S = 3 * 60
ROUND_ABOVE_S = 3600


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A stop as it stands, in seconds of the horizon.

    ``state``: waiting, arrived, done, skipped (passed over). ``arrive``, ``start``, ``depart``:
    told where they were told, else expected; None where nobody can say. ``earliest``/``latest``:
    the interval of the arrival. ``delay_s``: against the plan. ``late_s``: service after the window
    of the order that is latest.
    """

    key: str
    state: str
    arrive: int | None = None
    start: int | None = None
    depart: int | None = None
    earliest: int | None = None
    latest: int | None = None
    delay_s: int = 0
    late_s: int = 0


def estimate(
    route: RouteDay, record: Record, now: int, second: Callable[[object], int]
) -> dict[str, Estimate]:
    """Each stop's estimate by key. ``second`` turns an instant into seconds of the horizon."""
    stops = route.stops
    told = {stop.key: record.stop(stop.key) for stop in stops}
    anchor = _anchor(stops, record)
    out: dict[str, Estimate] = {}
    clock: int | None = None
    for position, stop in enumerate(stops):
        mine = told[stop.key]
        arrived = second(mine.arrived_at) if mine.arrived_at else None
        done = second(mine.done_at) if mine.done_at else None
        if done is not None:
            start = max(arrived if arrived is not None else done, min(stop.opens, done))
            out[stop.key] = _fixed(stop, "done", arrived, start, done)
            # A stop done out of order is driven past: its way counts, its time does not.
            passed = clock is not None and position > anchor
            clock = clock + stop.leg_s if passed and clock is not None else done
            continue
        if position < anchor:
            state = "skipped" if arrived is None else "arrived"
            out[stop.key] = Estimate(key=stop.key, state=state, arrive=arrived)
            clock = clock if arrived is None else arrived
            continue
        if record.broken_since is not None:
            out[stop.key] = Estimate(
                key=stop.key, state="waiting" if arrived is None else "arrived", arrive=arrived
            )
            clock = None
            continue
        one = _expected(stop, clock, arrived, now, mine.late_minutes, begun=anchor >= 0)
        out[stop.key] = one
        clock = one.depart
    return out


def _anchor(stops: tuple[PlannedStop, ...], record: Record) -> int:
    """The position of the stop told last; -1 before anything was told."""
    latest = -1
    best = None
    for position, stop in enumerate(stops):
        at = record.stop(stop.key).last_at
        if at is not None and (best is None or at >= best):
            best, latest = at, position
    return latest


def _fixed(stop: PlannedStop, state: str, arrived: int | None, start: int, done: int) -> Estimate:
    at = done if arrived is None else arrived
    return Estimate(
        key=stop.key,
        state=state,
        arrive=at,
        start=start,
        depart=done,
        earliest=at,
        latest=at,
        delay_s=at - stop.arrive,
        late_s=_late(stop, start),
    )


def _expected(
    stop: PlannedStop,
    clock: int | None,
    arrived: int | None,
    now: int,
    late_minutes: int | None,
    *,
    begun: bool,
) -> Estimate:
    if arrived is not None:
        arrive = arrived
    else:
        arrive = stop.arrive if clock is None else clock + stop.leg_s
        if clock is not None and stop.leg_s == 0 and stop.kind == "load":
            arrive = max(arrive, stop.arrive)  # the next trip is not loaded before its time
        if late_minutes is not None:
            arrive = max(arrive, stop.arrive + 60 * late_minutes)
        arrive = max(arrive, now)
    start = max(arrive, stop.opens)
    depart = start + stop.service_s
    if stop.slack:
        depart = max(depart, stop.depart)
    if arrived is not None:
        depart = max(depart, now)
    half = 0 if arrived is not None else _half(arrive - now, begun=begun)
    earliest, latest = _rounded(max(arrive - half, min(now, arrive)), arrive + half, arrive - now)
    return Estimate(
        key=stop.key,
        state="waiting" if arrived is None else "arrived",
        arrive=arrive,
        start=start,
        depart=depart,
        earliest=arrive if arrived is not None else earliest,
        latest=arrive if arrived is not None else latest,
        delay_s=arrive - stop.arrive,
        late_s=_late(stop, start),
    )


def _half(away: int, *, begun: bool) -> int:
    """Half the width of an interval for an arrival ``away`` seconds from now."""
    if not begun:
        return WIDEST_S
    return min(WIDEST_S, NARROWEST_S + max(0, away) // 10)


def _rounded(earliest: int, latest: int, away: int) -> tuple[int, int]:
    """Outwards, to whole minutes, to five where the arrival is more than an hour away."""
    step = 300 if away > ROUND_ABOVE_S else 60
    return earliest // step * step, -(-latest // step) * step


def _late(stop: PlannedStop, start: int) -> int:
    ends = [task.window[1] for task in stop.tasks if task.window and task.action == "delivery"]
    return max(0, start - min(ends)) if ends else 0
