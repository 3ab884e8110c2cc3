"""E3xxx: what cannot be meant, whatever the plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from routing.problem.access import DailyHours, Permit, When, Who, Zone
from routing.problem.base import Interval
from routing.problem.charging import ChargingSite, Tariff
from routing.problem.errors import InputError
from routing.problem.fleet import Duty, EnergyUse, Vehicle, VehicleType
from routing.problem.orders import Order
from routing.problem.problem import Problem
from routing.problem.travel import SpeedStep, TableSlice, TableTravel

_DAY_S = 86400
Errors = Iterator[InputError]


def contradictions(problem: Problem) -> Errors:
    """Contradictions within the file, section by section; references must hold."""
    horizon = list(_horizon(problem))
    yield from horizon
    yield from _geography(problem)
    for k, site in enumerate(problem.chargers):
        yield from _site(f"$.chargers[{k}]", site)
    for k, tariff in enumerate(problem.tariffs):
        yield from _tariff(f"$.tariffs[{k}]", tariff)
    yield from _access(problem)
    for k, kind in enumerate(problem.vehicle_types):
        yield from _type(f"$.vehicle_types[{k}]", kind)
    types = {item.id: item for item in problem.vehicle_types}
    for k, vehicle in enumerate(problem.vehicles):
        yield from _vehicle(f"$.vehicles[{k}]", vehicle, types[vehicle.type])
    for k, driver in enumerate(problem.drivers):
        yield from _span(f"$.drivers[{k}].available", driver.available)
    horizon_s = None if horizon else _length(problem)
    for k, duty in enumerate(problem.duties):
        yield from _duty(f"$.duties[{k}]", duty, horizon_s)
    for k, order in enumerate(problem.orders):
        yield from _order(f"$.orders[{k}]", order)
    yield from _after_cycles(problem)
    for k, item in enumerate(problem.commitments):
        yield from _span(f"$.commitments[{k}]", Interval(start=item.start, end=item.end))
    yield from _travel(problem)


def _error(code: str, path: str, cause: str, remedy: str) -> InputError:
    return InputError(code=code, path=path, cause=cause, remedy=remedy)


def _length(problem: Problem) -> int:
    start = datetime.fromisoformat(problem.horizon.start)
    end = datetime.fromisoformat(problem.horizon.end)
    return int((end - start).total_seconds())


def _horizon(problem: Problem) -> Errors:
    horizon = problem.horizon
    try:
        ZoneInfo(horizon.tz)
    except (KeyError, ValueError, OSError):
        yield _error("E3001", "$.horizon.tz", f"no time zone {horizon.tz!r}", "name an IANA zone")
    moments: list[datetime] = []
    for name in ("start", "end"):
        text = getattr(horizon, name)
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = datetime.min  # noqa: DTZ901 - stands for unreadable, has no offset
        if moment.tzinfo is None:
            yield _error(
                "E3001",
                f"$.horizon.{name}",
                f"{text!r} is not a time with offset",
                "write it as 2026-11-23T18:00:00+08:00",
            )
        else:
            moments.append(moment)
    if len(moments) == 2 and moments[1] <= moments[0]:
        yield _error(
            "E3001", "$.horizon.end", "the horizon ends before it begins", "let it end later"
        )


def _span(path: str, span: Interval) -> Errors:
    if span.end <= span.start:
        yield _error(
            "E3002",
            path,
            f"[{span.start}, {span.end}) ends before it begins",
            "let end be later than start",
        )


def _spans(path: str, spans: Sequence[Interval]) -> Errors:
    for k, span in enumerate(spans):
        yield from _span(f"{path}[{k}]", span)


def _rising(path: str, starts: Sequence[int], what: str) -> Errors:
    for k, (one, other) in enumerate(pairwise(starts)):
        if other <= one:
            yield _error(
                "E3003",
                f"{path}[{k + 1}]",
                f"{what} {other} does not come after {one}",
                "put the steps in order, each once",
            )


def _geography(problem: Problem) -> Errors:
    for k, place in enumerate(problem.places):
        if not (-180 <= place.lon <= 180 and -90 <= place.lat <= 90):
            yield _error(
                "E3004",
                f"$.places[{k}]",
                f"({place.lon}, {place.lat}) is no longitude and latitude",
                "give WGS-84 degrees, longitude first",
            )
    for k, depot in enumerate(problem.depots):
        yield from _spans(f"$.depots[{k}].hours", depot.hours)
    for k, bay in enumerate(problem.bays):
        yield from _spans(f"$.bays[{k}].hours", bay.hours)
    for k, zone in enumerate(problem.zones):
        yield from _zone(f"$.zones[{k}]", zone)


def _zone(path: str, zone: Zone) -> Errors:
    for p, rings in enumerate(zone.polygons):
        for r, ring in enumerate(rings):
            if len(set(ring)) < 3:
                yield _error(
                    "E3005",
                    f"{path}.polygons[{p}][{r}]",
                    "a ring needs three points that differ",
                    "draw the ring, or drop it",
                )


def _site(path: str, site: ChargingSite) -> Errors:
    yield from _spans(f"{path}.hours", site.hours)
    if not site.connectors and site.swap is None:
        yield _error(
            "E3006",
            f"{path}.connectors",
            "a charging site without connector or swap",
            "add a connector, or drop the site",
        )


def _tariff(path: str, tariff: Tariff) -> Errors:
    starts = [step.start for step in tariff.steps]
    if not starts or starts[0] > 0:
        yield _error(
            "E3007",
            f"{path}.steps",
            "no step at or before 0: the beginning of the horizon has no price",
            "let the first step start at 0",
        )
    yield from _rising(f"{path}.steps", starts, "start")


def _access(problem: Problem) -> Errors:
    for name in ("holidays", "working_days", "alerts"):
        yield from _dates(f"$.calendar.{name}", getattr(problem.calendar, name))
    for k, rule in enumerate(problem.rules):
        path = f"$.rules[{k}]"
        yield from _when(f"{path}.when", rule.when)
        for name in ("who", "exempt"):
            for n, who in enumerate(getattr(rule, name)):
                yield from _tails(f"{path}.{name}[{n}].tails", who)
    for k, permit in enumerate(problem.permits):
        yield from _permit(f"$.permits[{k}]", permit)
    for k, vehicle in enumerate(problem.vehicles):
        for n, paper in enumerate(vehicle.papers):
            yield from _dates(f"$.vehicles[{k}].papers[{n}].valid_to", [paper.valid_to])


def _dates(path: str, texts: Iterable[str]) -> Errors:
    for text in texts:
        try:
            good = date.fromisoformat(text).isoformat() == text
        except ValueError:
            good = False
        if not good:
            yield _error("E3008", path, f"{text!r} is no date", "write it as 2026-11-24")


def _when(path: str, when: When) -> Errors:
    yield from _dates(f"{path}.date_from", [when.date_from] if when.date_from else [])
    yield from _dates(f"{path}.date_to", [when.date_to] if when.date_to else [])
    if when.date_from and when.date_to and when.date_to < when.date_from:
        yield _error("E3002", path, "date_to before date_from", "let date_to be later")
    for day in when.weekdays:
        if not 1 <= day <= 7:
            yield _error("E3009", f"{path}.weekdays", f"{day} is no weekday", "use 1 to 7")
    yield from _hours(f"{path}.hours", when.hours)


def _hours(path: str, hours: Sequence[DailyHours]) -> Errors:
    for k, item in enumerate(hours):
        if item.start >= _DAY_S or item.end > _DAY_S:
            yield _error(
                "E3009",
                f"{path}[{k}]",
                f"{item.start}-{item.end} is outside the day",
                "use seconds after midnight up to 86400; end <= start runs past midnight",
            )


def _tails(path: str, who: Who) -> Errors:
    if who.tails is None:
        return
    yield from _dates(f"{path}.by_date", who.tails.by_date)
    for day in who.tails.by_weekday:
        if day not in set("1234567"):
            yield _error("E3009", f"{path}.by_weekday", f"{day!r} is no weekday", "use 1 to 7")


def _permit(path: str, permit: Permit) -> Errors:
    yield from _dates(f"{path}.date_from", [permit.date_from])
    yield from _dates(f"{path}.date_to", [permit.date_to])
    if permit.date_to < permit.date_from:
        yield _error("E3002", path, "date_to before date_from", "let date_to be later")
    yield from _hours(f"{path}.hours", permit.hours)


def _type(path: str, kind: VehicleType) -> Errors:
    yield from _use(f"{path}.use", kind.use)
    if kind.battery_wh and kind.reserve_wh > kind.battery_wh:
        yield _error(
            "E3010",
            f"{path}.reserve_wh",
            f"reserve {kind.reserve_wh} Wh above battery {kind.battery_wh} Wh",
            "lower the reserve",
        )
    starts = [step.from_wh for step in kind.curve]
    if starts and starts[0] != 0:
        yield _error(
            "E3011", f"{path}.curve[0]", "the curve does not start at 0", "let from_wh be 0"
        )
    yield from _rising(f"{path}.curve", starts, "from_wh")
    for k, (one, other) in enumerate(pairwise(kind.curve)):
        if other.power_w > one.power_w:
            yield _error(
                "E3011",
                f"{path}.curve[{k + 1}].power_w",
                f"power rises from {one.power_w} to {other.power_w} W",
                "let the battery take less, never more, as it fills",
            )


def _use(path: str, use: Sequence[EnergyUse]) -> Errors:
    if not use:
        yield _error("E3012", path, "no consumption given", "add an entry with start 0")
    yield from _rising(path, [item.start for item in use], "start")


def _vehicle(path: str, vehicle: Vehicle, kind: VehicleType) -> Errors:
    free = vehicle.available
    if free.end is not None:
        yield from _span(f"{path}.available", Interval(start=free.start, end=free.end))
    wanted = vehicle.soc_end_wh or 0
    for name, soc in (("available.soc_wh", free.soc_wh), ("soc_end_wh", wanted)):
        if soc > kind.battery_wh:
            yield _error(
                "E3013",
                f"{path}.{name}",
                f"charge {soc} Wh above battery {kind.battery_wh} Wh",
                "give at most what the battery holds (0 for fuel)",
            )


def _duty(path: str, duty: Duty, horizon_s: int | None) -> Errors:
    yield from _span(f"{path}.shift", duty.shift)
    if horizon_s is not None and (duty.shift.start < 0 or duty.shift.end > horizon_s):
        yield _error(
            "E3014",
            f"{path}.shift",
            f"[{duty.shift.start}, {duty.shift.end}) is outside the horizon [0, {horizon_s})",
            "shorten the shift, or give the horizon that it belongs to",
        )


def _order(path: str, order: Order) -> Errors:
    for name in ("pickup", "delivery"):
        ways = getattr(order, name)
        if not ways:
            yield _error("E3015", f"{path}.{name}", "no alternative given", "add a place")
        for n, way in enumerate(ways):
            for w, window in enumerate(way.windows):
                if window.end < window.start:
                    yield _error(
                        "E3002",
                        f"{path}.{name}[{n}].windows[{w}]",
                        f"the window ends at {window.end}, before it begins at {window.start}",
                        "let end be at or after start",
                    )
    if order.release is not None and order.due is not None and order.due < order.release:
        yield _error("E3016", f"{path}.due", "due before release", "let due be at or after release")
    refused = set(order.share_with or []) & set(order.never_with)
    if refused:
        yield _error(
            "E3016",
            f"{path}.never_with",
            f"{sorted(refused)} stand in share_with too",
            "keep each in one of the two",
        )


def _after_cycles(problem: Problem) -> Errors:
    """Orders that wait for themselves: what remains when all others are taken away."""
    waits = {order.id: set(order.after) for order in problem.orders if order.after}
    while True:
        free = [name for name, earlier in waits.items() if not earlier & waits.keys()]
        if not free:
            break
        for name in free:
            del waits[name]
    for k, order in enumerate(problem.orders):
        if order.id in waits:
            yield _error(
                "E3017",
                f"$.orders[{k}].after",
                f"{order.id!r} comes after itself",
                "take one order out of the circle",
            )


def _travel(problem: Problem) -> Errors:
    travel = problem.travel
    for name, steps in travel.profiles.items():
        path = f"$.travel.profiles.{name}"
        items: Sequence[SpeedStep | TableSlice] = steps
        if not items:
            yield _error("E3018", path, "a profile without a step", "add one with start 0")
        yield from _rising(path, [item.start for item in items], "start")
        if isinstance(travel, TableTravel):
            for k, item in enumerate(travel.profiles[name]):
                yield from _table(f"{path}[{k}]", item, len(travel.places))


def _table(path: str, item: TableSlice, size: int) -> Errors:
    for name in ("seconds", "metres"):
        rows = getattr(item, name)
        if len(rows) != size or any(len(row) != size for row in rows):
            yield _error(
                "E3018",
                f"{path}.{name}",
                f"not {size} rows of {size}",
                "give a row and a column for each of travel.places",
            )
        elif any(value < 0 for row in rows for value in row):
            yield _error("E3018", f"{path}.{name}", "a value below 0", "give 0 or more")
