"""From the problem's records to the kernels' arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.engines.ortools.data import BAY_HELD, BAY_N, CON_HELD, CON_N, ROOM, Ints
from routing.engines.ortools.held import Span, joined
from routing.engines.ortools.locked import DEAR, Locked, locked, published
from routing.engines.ortools.options import Options, bits, capability_bits, conflicts
from routing.engines.ortools.rights import free_span, open_to, order_obstacles, yard_takes
from routing.problem import (
    Interval,
    Order,
    Problem,
    Tariff,
)
from routing.travel import NEVER, Travel
from routing.travel.access import AccessProfile, Counted
from routing.travel.flat import pack

NEVER_S = int(NEVER)
TEMPERATURES = {"ambient": 0, "chilled": 1, "frozen": 2}
CLASS_WEIGHT = 10**10
"""What a missed mandatory order of the last class costs in the search, milli-fen."""


@dataclass(frozen=True)
class Compiled:
    """Arrays of a problem, with what names their rows."""

    problem: Problem
    travel: Travel
    data: Ints
    option_at: Ints
    option: Ints
    window: Ints
    tasks: int
    connectors: tuple[tuple[int, int], ...]
    option_names: tuple[tuple[int, str | None], ...]
    locked: Locked

    def claims(self) -> Ints:
        """Fresh claims that hold only other plans' commitments."""
        problem = self.problem
        bays = {bay.id: k for k, bay in enumerate(problem.bays)}
        names = [problem.chargers[site].connectors[k].id for site, k in self.connectors]
        plugs = {name: k for k, name in enumerate(names)}
        tables = [
            np.zeros(max(1, len(bays)), np.int64),
            np.zeros((max(1, len(bays)), ROOM, 3), np.int64),
            np.zeros(max(1, len(plugs)), np.int64),
            np.zeros((max(1, len(plugs)), ROOM, 4), np.int64),
        ]
        for thing, known, counts, held in (
            ("bay", bays, BAY_N, BAY_HELD),
            ("connector", plugs, CON_N, CON_HELD),
        ):
            spans: dict[int, list[Span]] = {}
            for item in problem.commitments:
                if item.thing == thing and item.id in known:
                    row = (item.start, item.end, item.power_w)
                    spans.setdefault(known[item.id], []).append(row)
            for k, taken in spans.items():
                rows = taken if len(taken) <= ROOM // 2 else joined(taken, ROOM // 2)
                for n, (start, end, power) in enumerate(rows[:ROOM]):
                    tables[held][k, n] = (start, end, -1, power)[: tables[held].shape[2]]
                tables[counts][k] = min(len(rows), ROOM)
        return pack(tables)


def ragged(
    lists: Iterable[Sequence[Interval] | Sequence[tuple[int, int]]],
) -> tuple[Ints, Ints]:
    """(offsets, rows of (start, end)) of lists of intervals."""
    at = [0]
    rows: list[tuple[int, int]] = []
    for spans in lists:
        rows.extend((s.start, s.end) if isinstance(s, Interval) else s for s in spans)
        at.append(len(rows))
    return np.array(at, np.int64), np.array(rows or [(0, 0)], np.int64).reshape(-1, 2)


def padded(rows: Sequence[Sequence[Sequence[int]]], width: int, filler: Sequence[int]) -> Ints:
    """Lists of rows as one block, short lists filled up."""
    longest = max([len(r) for r in rows] + [1])
    out = np.empty((max(1, len(rows)), longest, width), np.int64)
    out[:] = np.array(filler, np.int64)
    for k, r in enumerate(rows):
        for m, row in enumerate(r):
            out[k, m] = row
    return out


def tariff_mean(tariff: Tariff, horizon_s: int) -> float:
    """Mean price over the horizon, weighted by time."""
    total = 0.0
    for k, step in enumerate(tariff.steps):
        end = tariff.steps[k + 1].start if k + 1 < len(tariff.steps) else horizon_s
        total += max(0, min(end, horizon_s) - max(step.start, 0)) * step.per_kwh
    return total / max(1, horizon_s)


class Compiler:
    """Builds the arrays of one problem, part by part."""

    def __init__(self, problem: Problem, whole: Travel | None = None) -> None:
        self.problem = problem
        self.travel = Travel(problem, whole)
        self.places = self.travel.places
        self.caps = capability_bits(problem)
        self.kinds = {kind.id: k for k, kind in enumerate(problem.vehicle_types)}
        self.tariffs = {tariff.id: k for k, tariff in enumerate(problem.tariffs)}
        self.connectors = tuple(
            (s, k) for s, site in enumerate(problem.chargers) for k in range(len(site.connectors))
        )
        self.horizon = self.travel.access.days.length

    def _vehicles(self) -> Ints:
        rows = []
        for vehicle in self.problem.vehicles:
            kind = self.problem.vehicle_types[self.kinds[vehicle.type]]
            site = [s for s in self.problem.chargers if s.place == vehicle.home]
            means = [tariff_mean(t, self.horizon) for t in self.problem.tariffs]
            dearest = max(range(len(means)), key=lambda k: means[k], default=0)
            tariff = self.tariffs[site[0].tariff] if site else dearest
            start, until = free_span(self.problem, vehicle, self.horizon)
            end = vehicle.soc_end_wh
            rows.append(
                (
                    self.kinds[vehicle.type],
                    self.travel.profiles[kind.profile],
                    self.travel.access.of[vehicle.id],
                    self.places[vehicle.home],
                    self.places[vehicle.available.place],
                    start,
                    until,
                    vehicle.available.soc_wh if kind.battery_wh else 0,
                    vehicle.available.soc_wh if end is None else end,
                    tariff,
                )
            )
        return np.array(rows, np.int64).reshape(-1, 10)

    def _kinds(self) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints]:
        rows, money, use, curve, comps = [], [], [], [], []
        for kind in self.problem.vehicle_types:
            rows.append(
                (
                    kind.payload_g,
                    kind.volume_cm3,
                    kind.unit_places,
                    kind.battery_wh,
                    kind.reserve_wh,
                    kind.stop_w if kind.battery_wh else 0,
                    bits(kind.capabilities, self.caps),
                    self.tariffs[kind.fuel_tariff] if kind.fuel_tariff else -1,
                    max(1, len(kind.compartments)),
                    max(u.base_mwh_per_km for u in kind.use),
                    max(u.load_mwh_per_tkm for u in kind.use),
                    max(u.drive_w for u in kind.use),
                )
            )
            money.append((kind.fixed, kind.per_km, kind.per_hour))
            use.append(
                [(u.start, u.base_mwh_per_km, u.load_mwh_per_tkm, u.drive_w) for u in kind.use]
            )
            curve.append([(c.from_wh, c.power_w) for c in kind.curve] or [(0, 10**9)])
            whole = (kind.payload_g, kind.volume_cm3, kind.unit_places, 1)
            comps.append(
                [
                    (c.payload_g, c.volume_cm3, c.unit_places, bits(c.temperatures, TEMPERATURES))
                    for c in kind.compartments
                ]
                or [whole]
            )
        power = np.zeros((max(1, len(rows)), max(1, len(self.connectors))), np.int64)
        for t, kind in enumerate(self.problem.vehicle_types):
            for q, (s, k) in enumerate(self.connectors):
                plug = self.problem.chargers[s].connectors[k]
                if kind.battery_wh and plug.plug in kind.plugs:
                    power[t, q] = min(plug.power_w, kind.max_charge_w)
        return (
            np.array(rows, np.int64),
            np.array(money, np.int64),
            padded(use, 4, (NEVER_S, 0, 0, 0)),
            padded(curve, 2, (NEVER_S, 1)),
            padded(comps, 4, (0, 0, 0, 0)),
            power,
        )

    def _sites(self, power: Ints) -> tuple[Ints, Ints, Ints, Ints, Ints, NDArray[np.uint8]]:
        problem = self.problem
        rows: list[tuple[int, ...]] = []
        low = 0
        for site in problem.chargers:
            high = low + len(site.connectors)
            rows.append(
                (
                    self.places[site.place],
                    site.power_w,
                    self.tariffs[site.tariff],
                    int(site.attended),
                    low,
                    high,
                    int("loading" in site.overlaps),
                )
            )
            low = high
        hours_at, hours = ragged(site.hours for site in problem.chargers)
        ok = np.zeros((len(problem.vehicles), max(1, len(rows))), np.uint8)
        for v, vehicle in enumerate(problem.vehicles):
            t = self.kinds[vehicle.type]
            for s, site in enumerate(problem.chargers):
                fits = any(power[t, q] for q in range(rows[s][4], rows[s][5]))
                yard = yard_takes(problem.places[rows[s][0]], problem.vehicle_types[t])
                ok[v, s] = fits and yard and open_to(site.private_to, vehicle)
        con_site = np.array([s for s, _ in self.connectors] or [0], np.int64)
        site_of = np.full(len(self.places), -1, np.int64)
        for s, site in reversed(list(enumerate(problem.chargers))):
            site_of[self.places[site.place]] = s
        sites = np.array(rows, np.int64).reshape(-1, 7)
        return sites, hours_at, hours, con_site, site_of, ok

    def _refuge(self, sites: Ints, power: Ints) -> Ints:
        kind, start, speed, metres, table_s, _ = self.travel.tables[:6]
        gc = kind[0] == 0
        count = len(self.places)
        out = np.full((len(self.kinds), count, 2), 10**9, np.int64)
        for t in range(len(self.kinds)):
            usable = [
                int(site[0])
                for s, site in enumerate(sites)
                if self.problem.chargers[s].private_to is None
                and any(power[t, q] for q in range(site[4], site[5]))
            ]
            if not usable:
                continue
            name = self.problem.vehicle_types[t].profile
            f = self.travel.profiles[name]
            nearest = metres[:, usable].argmin(axis=1)
            out[t, :, 0] = metres[np.arange(count), np.array(usable)[nearest]]
            if gc:
                slowest = int(speed[f][start[f] < NEVER_S].min())
                out[t, :, 1] = out[t, :, 0] * 3600 // slowest + 1
            else:
                width = start.shape[1]
                seconds = table_s[f * width : (f + 1) * width].max(axis=0)
                out[t, :, 1] = seconds[np.arange(count), np.array(usable)[nearest]]
        return out

    def _depots(self) -> tuple[Ints, Ints]:
        table = np.full((len(self.places), 3), -1, np.int64)
        rows: list[tuple[int, int]] = []
        for depot in self.problem.depots:
            low = len(rows)
            rows.extend((h.start, h.end) for h in depot.hours)
            table[self.places[depot.place]] = (depot.fixed_s, low, len(rows))
        return table, np.array(rows or [(0, 0)], np.int64).reshape(-1, 2)

    def _rest(self) -> NDArray[np.uint8]:
        problem = self.problem
        profiles = self.travel.access.profiles
        out = np.zeros((max(1, len(profiles)), len(self.places)), np.uint8)
        depots = {d.place for d in problem.depots}
        sites = {s.place for s in problem.chargers}
        for k, place in enumerate(problem.places):
            roomy = all(yard_takes(place, kind) for kind in problem.vehicle_types)
            if roomy and (place.rest or place.id in depots or place.id in sites):
                out[:, k] = 1
            for a, profile in enumerate(profiles):
                if place.id in profile.park:
                    out[a, k] = 2
        return out

    def _orders(self) -> Ints:
        rows = [
            (
                o.weight_g,
                o.volume_cm3,
                o.unit_places,
                TEMPERATURES[o.temperature],
                o.units,
                o.unit_s,
                o.load_unit_s,
                max(0 if o.release is None else o.release, self._implied(o)),
                NEVER_S if o.due is None else o.due,
                -1 if o.longest_ride_s is None else o.longest_ride_s,
                o.mandatory,
            )
            for o in self.problem.orders
        ]
        return np.array(rows, np.int64).reshape(-1, 11)

    def _implied(self, order: Order) -> int:
        """Before when loading would begin too early for the longest ride, whatever the trip."""
        starts = [w.start for way in order.delivery for w in way.windows]
        free = not starts or not all(way.windows for way in order.delivery)
        if free or order.longest_ride_s is None:
            return 0
        fixed = max((depot.fixed_s for depot in self.problem.depots), default=0)
        loading = fixed + order.units * order.load_unit_s
        return int(min(starts)) - int(order.longest_ride_s) - int(loading)

    def _duties(self) -> tuple[Ints, NDArray[np.uint8]]:
        problem = self.problem
        drivers = {driver.id: k for k, driver in enumerate(problem.drivers)}
        rows: list[tuple[int, ...]] = []
        ok = np.zeros((max(1, len(problem.duties)), len(problem.vehicles)), np.uint8)
        classes: dict[tuple[object, ...], int] = {}
        for k, duty in enumerate(problem.duties):
            driver = problem.drivers[drivers[duty.driver]]
            low = max(duty.shift.start, driver.available.start)
            high = min(duty.shift.end, driver.available.end)
            spans = [(low, high)]
            for held in problem.commitments:
                if held.thing == "driver" and held.id == driver.id:
                    spans = [
                        piece
                        for s, e in spans
                        for piece in ((s, min(e, held.start)), (max(s, held.end), e))
                        if piece[0] < piece[1]
                    ]
            low, high = max(spans, key=lambda s: s[1] - s[0], default=(0, -1))
            longest = duty.longest_s - driver.duty_used_s
            served = tuple(
                v
                for v, vehicle in enumerate(problem.vehicles)
                if (
                    vehicle.home == driver.home
                    if duty.vehicles is None
                    else vehicle.id in duty.vehicles
                )
            )
            facts = (low, high, longest, duty.longest_driving_s, duty.rest_s)
            alike = (*facts, driver.driving_since_rest_s, served)
            number = classes.setdefault(alike, len(classes))
            rows.append((*facts, drivers[duty.driver], driver.driving_since_rest_s, number))
            for v in served:
                ok[k, v] = low < high and longest > 0
        return np.array(rows, np.int64).reshape(-1, 8), ok

    def _passes(self) -> tuple[Ints, Ints, NDArray[np.uint8], Ints, Ints]:
        profiles: list[AccessProfile] = self.travel.access.profiles
        at, rows = [0], []
        zones: list[list[int]] = []
        spans: list[list[tuple[int, int]]] = []
        for profile in profiles:
            counted: Counted
            for counted in profile.counted:
                low = len(zones)
                for inside, needed in counted.zones:
                    zones.append([int(place.id in inside) for place in self.problem.places])
                    spans.append(list(needed))
                rows.append((counted.trips_per_day, low, len(zones)))
            at.append(len(rows))
        zone_at, zone_span = ragged(spans)
        return (
            np.array(at if len(at) > 1 else [0, 0], np.int64),
            np.array(rows or [(0, 0, 0)], np.int64),
            np.array(zones or [[0] * len(self.places)], np.uint8),
            zone_at,
            zone_span,
        )

    def build(self) -> Compiled:
        """All arrays."""
        problem = self.problem
        kind, money, use, curve, comp, power = self._kinds()
        sites, site_hours_at, site_hours, con_site, site_of, site_ok = self._sites(power)
        options = Options(problem, self.places, self.caps)
        depot, depot_hours = self._depots()
        duty, duty_ok = self._duties()
        count_at, count, zone_in, zone_at, zone_span = self._passes()
        bays = [
            (self.places[b.place], b.spaces, b.longest_stay_s, b.buffer_before_s, b.buffer_after_s)
            for b in problem.bays
        ]
        bay_hours_at, bay_hours = ragged(b.hours for b in problem.bays)
        means = [tariff_mean(t, self.horizon) for t in problem.tariffs]
        classes = max([o.mandatory for o in problem.orders] + [1])
        chains = locked(problem)
        prizes = [
            (CLASS_WEIGHT * 100 ** (classes - o.mandatory) if o.mandatory else o.prize)
            + problem.objective.change_per_order * (o.id in problem.objective.published)
            + DEAR * bool(chains.fixed[k])
            for k, o in enumerate(problem.orders)
        ]
        fits = np.array(
            [
                [
                    not order_obstacles(problem, o, v, problem.vehicle_types[self.kinds[v.type]])
                    for v in problem.vehicles
                ]
                for o in problem.orders
            ],
            np.uint8,
        ).reshape(len(problem.orders), len(problem.vehicles))
        _together(chains, fits, prizes)
        charges_at, charges = ragged(
            chains.charges.get(v, []) for v in range(len(problem.vehicles))
        )
        weighed = [problem.objective.change_per_order, bool(problem.locks)]
        tables: list[NDArray[np.int64] | NDArray[np.uint8]] = [
            *self.travel.tables,
            self._vehicles(),  # VEHICLE
            kind,  # KIND
            money,  # MONEY
            use,  # USE
            curve,  # CURVE
            comp,  # COMP
            power,  # POWER
            padded(
                [[(s.start, s.per_kwh) for s in t.steps] for t in problem.tariffs], 2, (NEVER_S, 0)
            ),  # TARIFF
            np.array([round(m) for m in means] or [0], np.int64),  # MEAN
            depot,  # DEPOT
            depot_hours,  # DEPOT_HOURS
            np.array(bays or [(0, 1, 0, 0, 0)], np.int64),  # BAY
            bay_hours_at if bays else np.zeros(2, np.int64),  # BAY_HOURS_AT
            bay_hours,  # BAY_HOURS
            sites,  # SITE
            site_hours_at,  # SITE_HOURS_AT
            site_hours,  # SITE_HOURS
            con_site,  # CON_SITE
            site_of,  # SITE_OF
            site_ok,  # SITE_OK
            self._orders(),  # ORDER
            np.array(options.at, np.int64),  # OPTION_AT
            np.array(options.rows, np.int64).reshape(-1, 10),  # OPTION
            np.array(options.ok, np.uint8).reshape(-1, max(1, len(self.kinds))),  # OPTION_OK
            np.array(options.windows or [(0, 0, 0, 0, 0)], np.int64),  # WINDOW
            conflicts(problem),  # CONFLICT
            fits,  # FITS
            duty,  # DUTY
            duty_ok,  # DUTY_OK
            self._refuge(sites, power),  # REFUGE
            self._rest(),  # REST_OK
            count_at,  # COUNT_AT
            count,  # COUNT
            zone_in,  # ZONE_IN
            zone_at,  # ZONE_AT
            zone_span,  # ZONE_SPAN
            np.array([m for _, m in self.travel.access.days.dates], np.int64),  # MIDNIGHT
            np.array(prizes, np.int64),  # PRIZE
            np.array([problem.objective.late_per_hour], np.int64),  # LATE
            chains.follow,  # FOLLOW
            chains.lead,  # LEAD
            chains.fixed,  # FIXED
            published(problem),  # PUBLISHED
            np.array(weighed, np.int64),  # CHANGE
            charges_at,  # CHARGES_AT
            charges,  # CHARGES
        ]
        return Compiled(
            problem,
            self.travel,
            pack(tables),
            np.array(options.at, np.int64),
            np.array(options.rows, np.int64).reshape(-1, 10),
            np.array(options.windows or [(0, 0, 0, 0, 0)], np.int64),
            2 * len(problem.orders),
            self.connectors,
            tuple(options.names),
            chains,
        )


def _together(chains: Locked, fits: NDArray[np.uint8], prizes: list[int]) -> None:
    """A locked sequence goes where all of it may, and counts as a whole at its head."""
    fits[sorted(chains.barred)] = 0
    for head in sorted({int(o) for o in chains.lead}):
        chain = chains.chain(head)
        if len(chain) > 1:
            fits[chain] = fits[chain].min(axis=0)
            prizes[head] = sum(prizes[o] for o in chain)
            for o in chain[1:]:
                prizes[o] = 0


def compile_problem(problem: Problem, whole: Travel | None = None) -> Compiled:
    """Arrays of a problem; ``whole``: travel of a larger problem of which it is a part.

    Raises:
        ValueError: its travel is a road network.
    """
    return Compiler(problem, whole).build()
