"""One vehicle's day as people see it: trips, numbered stops, spans of the time line, profiles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.language import gettext as _
from routing.plan import PlanRoute, Stop, Trip
from routing.problem import Order, Problem, VehicleType, Window
from workers.planning.clock import Clock
from workers.planning.names import Names
from workers.planning.words import ENERGY, TEMPERATURES, UNITS, needs_text

View = dict[str, Any]
VISITS = frozenset({"pickup", "delivery"})
SHORTEST_WAIT_S = 60
COST_LINES = ("fixed", "distance", "time", "energy", "lateness", "extra")


class Context:
    """A problem with its ids looked up, its names and its clock."""

    def __init__(self, problem: Problem, names: Names, clock: Clock) -> None:
        self.problem = problem
        self.names = names
        self.clock = clock
        self.places = {place.id: place for place in problem.places}
        self.orders = {order.id: order for order in problem.orders}
        self.vehicles = {vehicle.id: vehicle for vehicle in problem.vehicles}
        self.types = {kind.id: kind for kind in problem.vehicle_types}
        self.bays = {bay.id: bay for bay in problem.bays}
        self.depots = {depot.place: depot for depot in problem.depots}

    def temperature(self, code: str) -> str:
        """The word of a temperature class."""
        return TEMPERATURES.get(code, code)

    def unit(self, order_id: str) -> str:
        """The word of an order's handling unit."""
        code = self.names.more(order_id, "unit", "piece")
        return UNITS.get(code, code)

    def windows_text(self, windows: Sequence[Window]) -> str:
        """Receiving windows as text."""
        if not windows:
            return _("不限")
        return _("，").join(self.clock.span(w.start, w.end) for w in windows)


def depot_letters(context: Context) -> dict[str, str]:
    """Depot place to its letter: its own where it has one, else the next free one."""
    own = {d.place: context.names.more(d.place, "letter") for d in context.problem.depots}
    taken = {letter for letter in own.values() if letter}
    free = iter(c for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if c not in taken)
    return {place: letter or next(free, "Z") for place, letter in own.items()}


def served_place(order: Order, stop: Stop) -> tuple[str, Window | None]:
    """The place of ``order`` that ``stop`` serves, and the window it uses, if any."""
    ends = order.pickup if stop.kind in {"pickup", "depot"} else order.delivery
    fitting = [
        end
        for end in ends
        if (stop.bay is None and end.place == stop.place)
        or any(choice.bay == stop.bay for choice in end.bays)
    ] or [end for end in ends if end.place == stop.place]
    end = fitting[0] if fitting else ends[0]
    for choice in fitting or [end]:
        for window in choice.windows:
            if window.start <= stop.start <= window.end + window.soft_late_s:
                return choice.place, window
    return end.place, None


def _order_line(context: Context, order_id: str, stop: Stop) -> View:
    order = context.orders[order_id]
    names = context.names
    place, window = served_place(order, stop)
    ends = order.pickup if stop.kind == "pickup" else order.delivery
    windows = next((end.windows for end in ends if end.place == place), [])
    late = max(0, stop.start - window.end) if window else 0
    return {
        "id": order_id,
        "reference": names.of(order_id),
        "shipper": names.of(order.shipper),
        "shipper_id": order.shipper,
        "action": stop.kind,
        "store_id": place,
        "store": names.of(place),
        "address": names.more(place, "address"),
        "units": order.units,
        "unit": context.unit(order_id),
        "weight_g": order.weight_g,
        "volume_cm3": order.volume_cm3,
        "temperature": context.temperature(order.temperature),
        "goods": names.more(order_id, "goods"),
        "order_kind": names.more(order_id, "order_kind", "delivery"),
        "needs": needs_text([*order.needs, *(window.needs if window else [])]),
        "unattended": bool(window and window.unattended),
        "window_text": context.clock.span(window.start, window.end)
        if window
        else context.windows_text(windows),
        "late_s": late,
        "note": names.more(order_id, "note"),
    }


def _leg_view(context: Context, stop: Stop) -> View | None:
    leg = stop.leg
    if leg is None:
        return None
    leaves = stop.arrive - leg.seconds
    return {
        "metres": leg.metres,
        "seconds": leg.seconds,
        "wh": leg.wh,
        "co2e_g": leg.co2e_g,
        "depart": leaves,
        "night": context.clock.night(leaves),
    }


def _stop_view(context: Context, stop: Stop, number: int, battery: int) -> View:
    place = context.places[stop.place]
    clock = context.clock
    lines = [_order_line(context, o, stop) for o in stop.orders] if stop.kind in VISITS else []
    stores = list(dict.fromkeys(line["store"] for line in lines))
    name = stores[0] if stores else context.names.of(stop.place)
    return {
        "n": 0,
        "raw": [number],
        "parts": [list(stop.orders)] if stop.kind in VISITS else [],
        "kind": stop.kind,
        "place": stop.place,
        "name": name
        if len(stores) < 2
        else _("%(name)s 等 %(count)s 家", name=name, count=len(stores)),
        "address": lines[0]["address"] if lines else context.names.more(stop.place, "address"),
        "at": [place.lon, place.lat],
        "bay": stop.bay,
        "bay_name": context.names.of(stop.bay) if stop.bay else "",
        "connector": context.names.of(stop.connector) if stop.connector else "",
        "arrive": stop.arrive,
        "start": stop.start,
        "depart": stop.depart,
        "arrive_text": clock.text(stop.arrive),
        "start_text": clock.text(stop.start),
        "depart_text": clock.text(stop.depart),
        "orders": lines,
        "loads": list(stop.orders) if stop.kind == "depot" else [],
        "load_g": stop.load.weight_g,
        "soc_in": 1000 * stop.soc_in // battery if battery else None,
        "soc_out": 1000 * stop.soc_out // battery if battery else None,
        "leg": _leg_view(context, stop),
        "night": clock.night(stop.start),
    }


def _merge_visits(stops: list[View]) -> list[View]:
    """Consecutive pickups and deliveries at one standing are one stop."""
    merged: list[View] = []
    for stop in stops:
        last = merged[-1] if merged else None
        same = (
            last is not None
            and stop["kind"] in VISITS
            and last["kind"] in VISITS
            and (last["place"], last["bay"]) == (stop["place"], stop["bay"])
        )
        if not same or last is None:
            merged.append(stop)
            continue
        for field in ("orders", "raw", "parts"):
            last[field] = last[field] + stop[field]
        for field in ("depart", "depart_text", "load_g", "soc_out"):
            last[field] = stop[field]
        stores = list(dict.fromkeys(line["store"] for line in last["orders"]))
        if len(stores) > 1:
            last["name"] = _("%(stores)s 等 %(count)s 家", stores=stores[0], count=len(stores))
    return merged


def _loading_seconds(context: Context, stop: Stop) -> int:
    """How long a first depot stop loads: the depot's fixed time and each unit's."""
    if not stop.orders:
        return 0
    depot = context.depots.get(stop.place)
    units = sum(context.orders[o].units * context.orders[o].load_unit_s for o in stop.orders)
    return min((depot.fixed_s if depot else 0) + units, stop.depart - stop.start)


def _service_end(context: Context, stop: Stop) -> int:
    """When a visit's service is over at the latest: its units and fixed times, within the stay."""
    units = 0
    for order_id in stop.orders:
        order = context.orders[order_id]
        units += order.units * (order.load_unit_s if stop.kind == "pickup" else order.unit_s)
    bay = context.bays.get(stop.bay or "")
    fixed = bay.fixed_s if bay else context.places[stop.place].fixed_s
    return min(stop.depart, stop.start + units + fixed)


def _spans(context: Context, stop: Stop, *, last: bool) -> list[tuple[int, int, str]]:
    """The time-line spans of one stop, its way to it included."""
    out: list[tuple[int, int, str]] = []
    if stop.leg is not None:
        out.append((stop.arrive - stop.leg.seconds, stop.arrive, "drive"))
    if stop.kind in {"rest", "wait"}:
        return [*out, (stop.arrive, stop.depart, stop.kind)]
    out.append((stop.arrive, stop.start, "wait"))
    if stop.kind in {"charge", "swap"}:
        return [*out, (stop.start, stop.depart, "charge")]
    if stop.kind == "depot":
        done = stop.depart if last and stop.orders else stop.start + _loading_seconds(context, stop)
        if done > stop.start:
            out.append((stop.start, done, "load"))
    else:
        # What a visit stays beyond units and fixed time is walking and extra work, or waiting;
        # a minute or two of it is walking.
        done = _service_end(context, stop)
        done = stop.depart if stop.depart - done < 600 else done
        out.append((stop.start, done, "load" if stop.kind == "pickup" else "unload"))
    if not (last and stop.kind == "depot"):
        out.append((done, stop.depart, "wait"))
    if stop.charge_start is not None and stop.charge_end is not None:
        out.append((stop.charge_start, stop.charge_end, "charge"))
    return out


def _trip_view(context: Context, trip: Trip, battery: int, payload_g: int) -> View:
    clock = context.clock
    raw = [_stop_view(context, s, k, battery) for k, s in enumerate(trip.stops)]
    stops = _merge_visits(raw)
    depots = [k for k, s in enumerate(stops) if s["kind"] == "depot"]
    first, last = stops[depots[0]], stops[depots[-1]]
    lines = [line for s in stops for line in s["orders"]]
    deliveries = [line for line in lines if line["action"] == "delivery"]
    peak = max((s["load_g"] for s in stops), default=0)
    raw_first = next(s for s in trip.stops if s.kind == "depot")
    loaded = _loading_seconds(context, raw_first)
    return {
        "depot": context.names.of(first["place"]),
        "depot_id": first["place"],
        "back_to": context.names.of(last["place"]),
        "load_start": first["start"],
        "load_start_text": first["start_text"],
        "load_end_text": clock.text(first["start"] + loaded),
        "depart": first["depart"],
        "depart_text": first["depart_text"],
        "back": last["arrive"],
        "back_text": last["arrive_text"],
        "night": _mostly_night(stops),
        "orders": len({line["id"] for line in lines} | set(first["loads"])),
        "shippers": sorted({line["shipper_id"] for line in lines}),
        "units": sum(line["units"] for line in deliveries),
        "weight_g": sum(line["weight_g"] for line in deliveries),
        "load_g": peak,
        "load_permille": round(1000 * peak / payload_g) if payload_g else 0,
        "metres": sum(s["leg"]["metres"] for s in stops if s["leg"]),
        "stop_count": sum(1 for s in stops if s["kind"] in VISITS),
        "stops": stops,
    }


def _mostly_night(stops: list[View]) -> bool:
    """Whether most of a trip's visits are served between 22:00 and 06:00."""
    visits = [stop["night"] for stop in stops if stop["kind"] in VISITS]
    return bool(2 * sum(visits) > len(visits))


def type_text(context: Context, vehicle_type: str) -> str:
    """What a kind of vehicle is called."""
    kind = context.types[vehicle_type]
    label = context.names.of(kind.id, "")
    if label and label != kind.id[:8]:
        return label
    tonnes = f"{kind.gross_mass_g / 1e6:.1f} t " if kind.gross_mass_g else ""
    return f"{tonnes}{ENERGY.get(kind.energy, kind.energy)}"


def route_view(context: Context, route: PlanRoute) -> View:
    """One vehicle's day. ``key`` and ``colour`` are given by the caller."""
    vehicle = context.vehicles[route.vehicle]
    kind = context.types[vehicle.type]
    trips, duties = _trips(context, route, kind)
    raw = [stop for duty in route.duties for trip in duty.trips for stop in trip.stops]
    return {
        "vehicle": route.vehicle,
        "plate": context.names.of(route.vehicle),
        "type": type_text(context, vehicle.type),
        "home": vehicle.home,
        "home_name": context.names.of(vehicle.home),
        "electric": kind.battery_wh > 0,
        "battery_wh": kind.battery_wh,
        "payload_g": kind.payload_g,
        "capabilities": needs_text(list(kind.capabilities)),
        "drivers": list(dict.fromkeys(d["driver"] for d in duties)),
        "duties": duties,
        "trips": trips,
        "start": raw[0].arrive,
        "end": raw[-1].depart,
        "start_text": trips[0]["load_start_text"],
        "end_text": trips[-1]["back_text"],
        "duty_s": sum(d["end"] - d["start"] for d in duties),
        "night": any(t["night"] for t in trips),
        "day": not all(t["night"] for t in trips),
        "spans": [list(s) for s in sorted(_tidy(_day_spans(context, route)))],
        **_served(trips, kind),
        **_driven(raw),
        **_charged(trips, raw, kind),
        **_billed(route),
    }


def _trips(context: Context, route: PlanRoute, kind: VehicleType) -> tuple[list[View], list[View]]:
    """The day's trips, numbered with their stops, and the duties that they make up."""
    trips: list[View] = []
    duties: list[View] = []
    for turn, duty in enumerate(route.duties):
        driver = context.names.of(duty.driver)
        own = [_trip_view(context, trip, kind.battery_wh, kind.payload_g) for trip in duty.trips]
        for number, trip in enumerate(own):
            trip["n"] = len(trips) + number + 1
            trip["at"] = [turn, number]
            trip["driver"] = driver
        trips += own
        duties.append(
            {
                "driver": driver,
                "driver_id": duty.driver,
                "start": own[0]["load_start"],
                "end": own[-1]["back"],
                "start_text": own[0]["load_start_text"],
                "end_text": own[-1]["back_text"],
                "trips": [t["n"] for t in own],
            }
        )
    _number(trips)
    return trips, duties


def _day_spans(context: Context, route: PlanRoute) -> list[tuple[int, int, str]]:
    """What the vehicle does when: the spans of all stops."""
    spans: list[tuple[int, int, str]] = []
    for duty in route.duties:
        for trip in duty.trips:
            last = max(k for k, stop in enumerate(trip.stops) if stop.kind == "depot")
            for k, stop in enumerate(trip.stops):
                spans += _spans(context, stop, last=k == last)
    return spans


def _served(trips: list[View], kind: VehicleType) -> View:
    """Stops, orders and goods of the day; the load is the mean over trips that carry any."""
    visits = [s for t in trips for s in t["stops"] if s["kind"] in VISITS]
    order_ids = list(dict.fromkeys(line["id"] for s in visits for line in s["orders"]))
    by_night = {
        line["id"]
        for s in visits
        if s["night"]
        for line in s["orders"]
        if line["action"] == "delivery"
    }
    loads = [t["load_g"] for t in trips if t["load_g"]]
    return {
        "stops": len(visits),
        "orders": len(order_ids),
        "order_ids": order_ids,
        "night_orders": len(by_night),
        "units": sum(t["units"] for t in trips),
        "weight_g": sum(t["weight_g"] for t in trips),
        "load_permille": round(1000 * sum(loads) / (len(loads) * kind.payload_g)) if loads else 0,
    }


def _driven(raw: list[Stop]) -> View:
    """Sums over all legs."""
    legs = [stop.leg for stop in raw if stop.leg]
    return {
        "metres": sum(leg.metres for leg in legs),
        "wh": sum(leg.wh for leg in legs),
        "co2e_g": sum(leg.co2e_g for leg in legs),
        "drive_s": sum(leg.seconds for leg in legs),
    }


def _charged(trips: list[View], raw: list[Stop], kind: VehicleType) -> View:
    """Charges, and load with state of charge along the day; None where there is no battery."""

    def permille(wh: int) -> int | None:
        return 1000 * wh // kind.battery_wh if kind.battery_wh else None

    profile: list[list[int | None]] = []
    load = 0
    for stop in raw:
        profile.append([stop.arrive, load, permille(stop.soc_in)])
        load = stop.load.weight_g
        profile.append([stop.depart, load, permille(stop.soc_out)])
    charges = [s for s in raw if s.kind in {"charge", "swap"} or s.charge_start is not None]
    back = [s for s in trips[-1]["stops"] if s["kind"] == "depot"][-1]
    return {
        "charges": len(charges),
        "reserve": permille(kind.reserve_wh),
        "soc_start": permille(raw[0].soc_in),
        "soc_back": back["soc_in"],
        "profile": profile,
    }


def _billed(route: PlanRoute) -> View:
    """The route's cost and the lines that it sums."""
    lines = {part: getattr(route.costs, part) for part in COST_LINES}
    return {"cost_fen": sum(lines.values()), "costs": lines}


def _number(trips: list[View]) -> None:
    """Number the visits of a vehicle's day from 1 on, through all its trips."""
    number = 0
    for trip in trips:
        for stop in trip["stops"]:
            if stop["kind"] in VISITS:
                number += 1
                stop["n"] = number


def _tidy(spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Drop empty spans and waits too short to draw."""
    return [
        (start, end, kind)
        for start, end, kind in spans
        if end > start and not (kind == "wait" and end - start < SHORTEST_WAIT_S)
    ]
