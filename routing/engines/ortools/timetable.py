"""CP-SAT: when each vehicle charges at home after its day, on which connector.

The search leaves every vehicle home with what charge it has; what is missing is priced at the
mean tariff. Sessions in cheap hours save against that, but connectors and the site's supply are
shared: one model per site chooses who charges when. Sequences and driving stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from routing.engines.ortools.bill import pieces_cost, session_pieces
from routing.engines.ortools.claims import charge_seconds
from routing.engines.ortools.compile import Compiled
from routing.engines.ortools.data import (
    CON_HELD,
    CON_N,
    E_CHARGE,
    K_BATTERY,
    KIND,
    MEAN,
    POWER,
    ROOM,
    V_SOC_END,
    V_TARIFF,
    V_TYPE,
    V_UNTIL,
    VEHICLE,
    X_ARRIVE,
    X_BAY,
    X_CON,
    X_DEPART,
    X_DONE,
    X_KIND,
    X_SOC_IN,
    X_SOC_OUT,
    X_START,
    Ints,
)
from routing.engines.ortools.reach import LOCKED_WH
from routing.engines.ortools.state import State, spot
from routing.engines.ortools.write import Day
from routing.problem import ChargingSite
from routing.travel.flat import cube, tab, vec

GRID_S = 600
"""Starts are tried on this grid, and right after coming home."""
DETERMINISTIC_S = 1.0
"""CP-SAT's own measure of work per site: the same everywhere."""


@dataclass(frozen=True)
class Session:
    """A way for one vehicle to charge at home."""

    day: int
    connector: int
    start: int
    end: int
    power: int
    saving: int
    gain: int


def held(claims: Ints, connector: int) -> list[tuple[int, int, int]]:
    """(start, end, power) of what a connector is already claimed for."""
    return [
        (
            cube(claims, CON_HELD, connector, k, 0),
            cube(claims, CON_HELD, connector, k, 1),
            cube(claims, CON_HELD, connector, k, 3),
        )
        for k in range(vec(claims, CON_N, connector))
    ]


def offers(compiled: Compiled, days: list[Day], site: int) -> list[Session]:
    """Every session worth having at a site, on the grid."""
    d, problem = compiled.data, compiled.problem
    station = problem.chargers[site]
    tariff = next(t for t in problem.tariffs if t.id == station.tariff)
    plugs = [q for q, (s, _) in enumerate(compiled.connectors) if s == site]
    kinds = {kind.id: kind for kind in problem.vehicle_types}
    out: list[Session] = []
    for number, day in enumerate(days):
        vehicle = problem.vehicles[day.vehicle]
        last = day.rows[-1]
        lack = tab(d, VEHICLE, day.vehicle, V_SOC_END) - int(last[X_SOC_OUT])
        kind = kinds[vehicle.type]
        if vehicle.home != station.place or lack <= 0 or not kind.battery_wh:
            continue
        if station.private_to is not None and vehicle.id not in station.private_to:
            continue
        deficit = lack * vec(d, MEAN, tab(d, VEHICLE, day.vehicle, V_TARIFF)) // 1000
        home = int(last[X_DEPART])
        until = tab(d, VEHICLE, day.vehicle, V_UNTIL)
        grid = [home, *range((home // GRID_S + 1) * GRID_S, until, GRID_S)]
        level = int(last[X_SOC_OUT])
        ty = tab(d, VEHICLE, day.vehicle, V_TYPE)
        worth: dict[int, list[tuple[int, int, int]]] = {}
        for q in plugs:
            power = tab(d, POWER, ty, q)
            if power == 0:
                continue
            plug = station.connectors[compiled.connectors[q][1]]
            if power not in worth:
                length = charge_seconds(d, ty, power, level, lack)
                pieces = session_pieces(kind, plug, level=level, gain=lack)
                found = [
                    (t, t + length, deficit - int(pieces_cost(pieces, tariff, t)))
                    for t in grid
                    if t + length <= until and _open(station, t, t + length)
                ]
                worth[power] = [row for row in found if row[2] > 0]
            out += [Session(number, q, t, end, power, save, lack) for t, end, save in worth[power]]
    return out


def _open(station: ChargingSite, start: int, end: int) -> bool:
    return any(span.start <= start and end <= span.end for span in station.hours)


def locked_sessions(compiled: Compiled, claims: Ints, days: list[Day], site: int) -> list[Session]:
    """Sessions that a lock asks for at a site after the day, where a connector is free for them."""
    d, problem = compiled.data, compiled.problem
    station = problem.chargers[site]
    taken = {q: held(claims, q) for q, (s, _) in enumerate(compiled.connectors) if s == site}
    out: list[Session] = []
    for number, day in enumerate(days):
        last = day.rows[-1]
        vehicle = problem.vehicles[day.vehicle]
        ty = tab(d, VEHICLE, day.vehicle, V_TYPE)
        level = int(last[X_SOC_OUT])
        due = [
            t
            for at, t in compiled.locked.charges.get(day.vehicle, [])
            if at == site and t >= int(last[X_DEPART]) and station.place == vehicle.home
        ]
        for t in due:
            # The last one fills what is missing, those before it leave room.
            lack = tab(d, VEHICLE, day.vehicle, V_SOC_END) - level if t == due[-1] else 0
            gain = min(max(lack, LOCKED_WH), tab(d, KIND, ty, K_BATTERY) - level)
            found = _free_plug(compiled, taken, site, ty, (level, gain, t)) if gain > 0 else None
            if found is not None:
                q, end, power = found
                out.append(Session(number, q, t, end, power, 0, gain))
                taken[q].append((t, end, power))
                level += gain
    return out


def _free_plug(
    compiled: Compiled,
    taken: dict[int, list[tuple[int, int, int]]],
    site: int,
    ty: int,
    session: tuple[int, int, int],
) -> tuple[int, int, int] | None:
    """(connector, end, power) for a session of (level, gain, start), where one is free."""
    level, gain, start = session
    station = compiled.problem.chargers[site]
    for q, spans in taken.items():
        power = tab(compiled.data, POWER, ty, q)
        if not power:
            continue
        end = start + charge_seconds(compiled.data, ty, power, level, gain)
        free = all(e <= start or b >= end for b, e, _ in spans)
        drawn = sum(w for rows in taken.values() for b, e, w in rows if b < end and e > start)
        fits = not station.power_w or drawn + power <= station.power_w
        if free and fits and _open(station, start, end):
            return q, end, power
    return None


def hold(claims: Ints, sessions: list[Session]) -> Ints:
    """Claims with some sessions more, where there are any."""
    if not sessions:
        return claims
    claims = claims.copy()
    for s in sessions:
        count = int(claims[4 * CON_N]) + s.connector
        k = int(claims[count])
        if k < ROOM:
            row = spot(claims, CON_HELD, s.connector, k)
            claims[row : row + 4] = (s.start, s.end, -1, s.power)
            claims[count] = k + 1
    return claims


def choose_quickly(
    compiled: Compiled, claims: Ints, found: list[Session], site: int
) -> list[Session]:
    """A good set of sessions that fit beside each other and what is claimed."""
    station = compiled.problem.chargers[site]
    fixed = {q: held(claims, q) for q, (s, _) in enumerate(compiled.connectors) if s == site}
    free = [s for s in found if all(e <= s.start or b >= s.end for b, e, _ in fixed[s.connector])]
    return [free[k] for k in sorted(_greedy(free, fixed, station.power_w))]


def choose(compiled: Compiled, claims: Ints, found: list[Session], site: int) -> list[Session]:
    """The best set of sessions that fit beside each other and what is claimed."""
    station = compiled.problem.chargers[site]
    plugs = [q for q, (s, _) in enumerate(compiled.connectors) if s == site]
    fixed = {q: held(claims, q) for q in plugs}
    free = [s for s in found if all(e <= s.start or b >= s.end for b, e, _ in fixed[s.connector])]
    model = cp_model.CpModel()
    takes = [model.new_bool_var(f"s{k}") for k in range(len(free))]
    spans = [
        model.new_optional_fixed_size_interval_var(s.start, s.end - s.start, takes[k], f"i{k}")
        for k, s in enumerate(free)
    ]
    for day in sorted({s.day for s in free}):
        model.add_at_most_one(takes[k] for k, s in enumerate(free) if s.day == day)
    for q in plugs:
        model.add_no_overlap(spans[k] for k, s in enumerate(free) if s.connector == q)
    if station.power_w:
        taken = [(b, e, w) for q in plugs for b, e, w in fixed[q] if e > b]
        others = [
            model.new_fixed_size_interval_var(b, e - b, f"f{k}")
            for k, (b, e, _) in enumerate(taken)
        ]
        demand = [s.power for s in free] + [w for _, _, w in taken]
        model.add_cumulative([*spans, *others], demand, station.power_w)
    model.maximize(sum(s.saving * takes[k] for k, s in enumerate(free)))
    greedy = _greedy(free, fixed, station.power_w)
    for k in range(len(free)):
        model.add_hint(takes[k], k in greedy)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.max_deterministic_time = DETERMINISTIC_S
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return [free[k] for k in sorted(greedy)]
    return [s for k, s in enumerate(free) if solver.value(takes[k])]


def _greedy(
    free: list[Session], fixed: dict[int, list[tuple[int, int, int]]], limit: int
) -> set[int]:
    """A feasible choice: largest saving first."""
    chosen: list[tuple[int, Session]] = []
    taken = [row for spans in fixed.values() for row in spans]
    for k in sorted(range(len(free)), key=lambda k: (-free[k].saving, k)):
        s = free[k]
        if any(o.day == s.day for _, o in chosen):
            continue
        clash = [o for _, o in chosen if o.start < s.end and s.start < o.end]
        if any(o.connector == s.connector for o in clash):
            continue
        others = [(o.start, o.end, o.power) for _, o in chosen] + taken
        marks = [s.start, *(b for b, _, _ in others if s.start < b < s.end)]
        drawn = max(sum(w for b, e, w in others if b <= t < e) for t in marks)
        if limit and drawn + s.power > limit:
            continue
        chosen.append((k, s))
    return {k for k, _ in chosen}


def charge_at_home(
    compiled: Compiled, state: State, days: list[Day], *, quick: bool = False
) -> list[Day]:
    """The same days with charging sessions at home where they save; claims are updated.

    ``quick``: by the largest saving first, which is exact for one day, instead of CP-SAT.
    """
    out = list(days)
    for site, station in enumerate(compiled.problem.chargers):
        if station.attended:
            continue  # the driver would have to stay: that is duty time
        due = locked_sessions(compiled, state.claims, days, site)
        booked = hold(state.claims, due)
        # A day that charges at one site of its home already needs no other.
        done = {d.day for d in due} | {k for k, day in enumerate(out) if day is not days[k]}
        found = [s for s in offers(compiled, days, site) if s.day not in done]
        pick = choose_quickly if quick else choose
        for s in [*due, *(pick(compiled, booked, found, site) if found else [])]:
            day = out[s.day]
            row = day.rows[-1].copy()
            row[X_KIND] = E_CHARGE
            row[X_BAY] = -1
            row[X_ARRIVE] = row[X_START] = s.start
            row[X_DEPART] = row[X_DONE] = s.end
            row[X_SOC_IN] = day.rows[-1][X_SOC_OUT]
            row[X_SOC_OUT] = row[X_SOC_IN] + s.gain
            row[X_CON] = s.connector
            out[s.day] = Day(day.vehicle, day.tokens, np.vstack([day.rows, row]))
    return out
