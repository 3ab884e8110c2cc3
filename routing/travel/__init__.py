"""The only interface to travel: when one arrives, how far it is, what it takes.

Built from the problem's travel data (great circle with speed by hour, or tables) and its access
rules. A vehicle waits at the origin until both leaving and arriving are lawful, so ``arrive`` and
``latest_departure`` never decrease with time.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from routing.problem import (
    GreatCircleTravel,
    Place,
    Problem,
    TableTravel,
    VehicleType,
)
from routing.travel.access import Access
from routing.travel.flat import pack
from routing.travel.kernels import (
    NEVER,
    QUARTER_S,
    arrive,
    drive_metres,
    drive_seconds,
    latest_leave,
    leave,
)

__all__ = ["EARTH_RADIUS_M", "NEVER", "Travel", "great_circle_metres", "leg_wh"]

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the Earth (IUGG)."""


def great_circle_metres(a: Place, b: Place, detour_permille: int) -> int:
    """Haversine distance times the detour factor, to the nearest metre, half up."""
    if (a.lon, a.lat) == (b.lon, b.lat):
        return 0
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half_lat = (lat_b - lat_a) / 2
    half_lon = math.radians(b.lon - a.lon) / 2
    h = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    way = 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(h)))
    return math.floor(way * detour_permille / 1000 + 0.5)


DOUBT_M = 1e-6
"""Metres within which two ways to round a distance might differ."""


def _great_circle_table(places: list[Place], detour_permille: int) -> NDArray[np.float64]:
    """``great_circle_metres`` of all pairs before rounding."""
    lat = np.radians(np.array([place.lat for place in places], np.float64))
    lon = np.array([place.lon for place in places], np.float64)
    half_lat = (lat[None, :] - lat[:, None]) / 2
    half_lon = np.radians(lon[None, :] - lon[:, None]) / 2
    h = np.sin(half_lat) ** 2 + np.cos(lat)[:, None] * np.cos(lat)[None, :] * np.sin(half_lon) ** 2
    way: NDArray[np.float64] = 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, np.sqrt(h)))
    return way * detour_permille / 1000


def leg_wh(kind: VehicleType, depart: int, metres: int, seconds: int, load_g: int) -> int:
    """Energy of a leg in Wh, rounded up once (see ``EnergyUse``)."""
    step = kind.use[0]
    for candidate in kind.use:
        if candidate.start <= depart:
            step = candidate
    load_kg = -(-load_g // 1000)
    per_km = step.base_mwh_per_km * 1000 + step.load_mwh_per_tkm * load_kg
    return math.ceil(Fraction(metres * per_km, 10**9) + Fraction(step.drive_w * seconds, 3600))


def quarters(starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each profile and quarter of an hour, the last slice that has begun (else the first)."""
    known = starts[starts < NEVER]
    last = int(known.max(initial=0)) // QUARTER_S + 2
    seconds = np.arange(last, dtype=np.int64) * QUARTER_S
    found = [np.searchsorted(row, seconds, side="right") - 1 for row in starts]
    return np.maximum(np.array(found, np.int64), 0)


class Travel:
    """Travel of one problem, by ids.

    ``whole``: travel of a problem of which this is a part, with the same places and ways: what it
    has measured is not measured again.

    Raises:
        TypeError: the problem's travel is a road network, which this build does not hold.
    """

    def __init__(self, problem: Problem, whole: Travel | None = None) -> None:
        self.problem = problem
        self.places = {place.id: k for k, place in enumerate(problem.places)}
        self.access: Access = Access(problem, whole.access if whole else None)
        self._whole = whole
        travel = problem.travel
        if not isinstance(travel, GreatCircleTravel | TableTravel):
            raise TypeError(
                "travel: network artefacts are not held here; use great_circle or table"
            )
        self.profiles = {name: k for k, name in enumerate(sorted(travel.profiles))}
        if isinstance(travel, GreatCircleTravel):
            self.tables = self._great_circle(problem, travel)
        else:
            self.tables = self._tables(problem, travel)
        self.tables.append(quarters(self.tables[1]))
        self.metres_table: NDArray[np.int64] = self.tables[3]
        self.arrays = pack(self.tables)

    def _closed(self) -> tuple[NDArray[np.int64], ...]:
        out: list[NDArray[np.int64]] = []
        for name in ("move", "stay"):
            at = [0]
            rows: list[tuple[int, int]] = []
            for profile in self.access.profiles:
                closed = getattr(profile, name)
                for place in self.problem.places:
                    rows.extend(closed.get(place.id, ()))
                    at.append(len(rows))
            if len(at) == 1:
                at += [0] * len(self.problem.places)
            out.append(np.array(at, np.int64))
            out.append(np.array(rows or [(int(NEVER), int(NEVER))], np.int64).reshape(-1, 2))
        return tuple(out)

    def _great_circle(self, problem: Problem, travel: GreatCircleTravel) -> list[NDArray[np.int64]]:
        metres = self._apart(problem, travel.detour_permille)
        names = sorted(travel.profiles)
        width = max((len(travel.profiles[n]) for n in names), default=1)
        start = np.full((max(len(names), 1), width), int(NEVER), np.int64)
        speed = np.ones((max(len(names), 1), width), np.int64)
        for f, name in enumerate(names):
            for k, step in enumerate(travel.profiles[name]):
                start[f, k], speed[f, k] = step.start, step.metres_per_hour
        none = np.zeros((1, 1, 1), np.int64)
        kind = np.array([0], np.int64)
        return [kind, start, speed, metres, none, none, *self._closed()]

    def _apart(self, problem: Problem, detour_permille: int) -> NDArray[np.int64]:
        """Metres between all places."""
        places = problem.places
        if self._whole is not None:
            rows = [self._whole.places[place.id] for place in places]
            return self._whole.metres_table[np.ix_(rows, rows)]
        exact = _great_circle_table(places, detour_permille) + 0.5
        metres = np.floor(exact).astype(np.int64)
        # Arrays round differently in the last bits: what they could tip is measured one by one.
        for i, j in np.argwhere(np.abs(exact - np.rint(exact)) < DOUBT_M):
            if i != j:
                metres[i, j] = great_circle_metres(places[i], places[j], detour_permille)
        np.fill_diagonal(metres, 0)
        return metres

    def _tables(self, problem: Problem, travel: TableTravel) -> list[NDArray[np.int64]]:
        row = {place: k for k, place in enumerate(travel.places)}
        order = np.array([row.get(place.id, -1) for place in problem.places], np.int64)
        known = order >= 0
        names = sorted(travel.profiles)
        width = max((len(travel.profiles[n]) for n in names), default=1)
        count = len(problem.places)
        shape = (max(len(names), 1), width, count, count)
        seconds = np.full(shape, int(NEVER) // 4, np.int64)
        metres = np.full(shape, 10**8, np.int64)
        start = np.full(shape[:2], int(NEVER), np.int64)
        pick = np.ix_(order[known], order[known])
        for f, name in enumerate(names):
            for k, step in enumerate(travel.profiles[name]):
                start[f, k] = step.start
                seconds[f, k][np.ix_(known, known)] = np.array(step.seconds, np.int64)[pick]
                metres[f, k][np.ix_(known, known)] = np.array(step.metres, np.int64)[pick]
        speed = np.ones(shape[:2], np.int64)
        flat = (shape[0] * width, count, count)
        return [
            np.array([1], np.int64),
            start,
            speed,
            metres.max(axis=(0, 1)),
            seconds.reshape(flat),
            metres.reshape(flat),
            *self._closed(),
        ]

    def _indices(self, vehicle: str, i: str, j: str) -> tuple[int, int, int, int]:
        found = next(v for v in self.problem.vehicles if v.id == vehicle)
        kind = next(t for t in self.problem.vehicle_types if t.id == found.type)
        return (
            self.profiles[kind.profile],
            self.access.of[vehicle],
            self.places[i],
            self.places[j],
        )

    def departure(self, vehicle: str, i: str, j: str, t: int) -> int | None:
        """The earliest lawful departure from ``t`` on; None if there is none."""
        f, a, p, q = self._indices(vehicle, i, j)
        at = int(leave(self.arrays, f, a, p, q, t))
        return None if at >= NEVER else at

    def arrive(self, vehicle: str, i: str, j: str, t: int) -> int | None:
        """Earliest arrival when ready at ``t``, waiting at the origin included."""
        f, a, p, q = self._indices(vehicle, i, j)
        at = int(arrive(self.arrays, f, a, p, q, t))
        return None if at >= NEVER else at

    def latest_departure(self, vehicle: str, i: str, j: str, by: int) -> int | None:
        """The latest departure that arrives by ``by``; None if even the earliest is too late."""
        f, a, p, q = self._indices(vehicle, i, j)
        low, high = -1, by + 1
        while low + 1 < high:
            mid = (low + high) // 2
            if int(arrive(self.arrays, f, a, p, q, mid)) <= by:
                low = mid
            else:
                high = mid
        if low < 0:
            return None
        return int(
            latest_leave(self.arrays, f, a, p, q, int(leave(self.arrays, f, a, p, q, low)), by)
        )

    def seconds(self, profile: str, i: str, j: str, depart: int) -> int:
        """Seconds of the drive that leaves at exactly ``depart``, bans aside."""
        f = self.profiles[profile]
        return int(drive_seconds(self.arrays, f, self.places[i], self.places[j], depart))

    def metres(self, profile: str, i: str, j: str, depart: int) -> int:
        """Metres of the drive that leaves at ``depart``."""
        f = self.profiles[profile]
        return int(drive_metres(self.arrays, f, self.places[i], self.places[j], depart))
