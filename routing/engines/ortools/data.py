"""The problem as flat arrays for the compiled kernels.

Indices follow the problem's own lists. Times are seconds, charge Wh, money milli-fen (float64 in
the search, exact only in the plan writer).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.travel.kernels import TravelArrays

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

# Columns of ``Data.vehicle``.
V_TYPE, V_PROFILE, V_ACCESS, V_HOME, V_PLACE, V_FROM, V_UNTIL, V_SOC, V_SOC_END, V_TARIFF = range(10)
# Columns of ``Data.kind``.
(
    K_PAYLOAD,
    K_VOLUME,
    K_UNITS,
    K_BATTERY,
    K_RESERVE,
    K_STOP_W,
    K_CAPS,
    K_FUEL,
    K_COMPS,
    K_MAX_BASE,
    K_MAX_LOAD,
    K_MAX_DRIVE,
) = range(12)
# Columns of ``Data.money`` per kind: fixed, per km, per hour.
M_FIXED, M_KM, M_HOUR = range(3)
# Columns of ``Data.order``.
(
    O_WEIGHT,
    O_VOLUME,
    O_PLACES,
    O_TEMP,
    O_UNITS,
    O_UNIT_S,
    O_LOAD_S,
    O_RELEASE,
    O_DUE,
    O_RIDE,
    O_CLASS,
) = range(11)
# Columns of ``Data.option``: one way to stand for one end of an order.
P_BAY, P_STAND, P_SERVED, P_WALK, P_ALT, P_EXTRA, P_WIN0, P_WIN1, P_FIXED, P_REST = range(10)
# Columns of ``Data.window``.
W_START, W_END, W_SOFT, W_NEEDS, W_EXTRA = range(5)
# Columns of ``Data.bay``.
B_PLACE, B_SPACES, B_LONGEST, B_BEFORE, B_AFTER = range(5)
# Columns of ``Data.site``.
S_PLACE, S_POWER, S_TARIFF, S_ATTENDED, S_CON0, S_CON1, S_LOADING = range(7)
# Columns of ``Data.duty``.
D_FROM, D_UNTIL, D_LONGEST, D_DRIVING, D_REST, D_DRIVER, D_SINCE, D_CLASS = range(8)


class Data(NamedTuple):
    """One problem for the kernels; ragged lists are (``*_at``, rows) pairs."""

    travel: TravelArrays
    vehicle: Ints
    kind: Ints
    money: Floats
    use: Ints  # (kinds, steps, 4): start, base, load, drive
    curve: Ints  # (kinds, steps, 2): from_wh, power
    comp: Ints  # (kinds, compartments, 4): payload, volume, places, temperature bits
    power: Ints  # (kinds, connectors): reserved power, 0 where the plug does not fit
    tariff: Ints  # (tariffs, steps, 2): start, price per kWh
    mean: Floats  # (tariffs,)
    depot: Ints  # (places, 3): fixed_s (-1 = no depot), hours from, hours to
    depot_hours: Ints
    bay: Ints
    bay_hours_at: Ints
    bay_hours: Ints
    site: Ints
    site_hours_at: Ints
    site_hours: Ints
    con_site: Ints
    site_of: Ints  # (places,): a site at the place, -1 = none
    site_ok: NDArray[np.uint8]  # (vehicles, sites)
    order: Ints
    option_at: Ints  # (2·orders + 1,)
    option: Ints
    option_ok: NDArray[np.uint8]  # (options, kinds)
    window: Ints
    conflict: NDArray[np.uint8]  # (orders, orders); (1, 1) when nothing excludes anything
    fits: NDArray[np.uint8]  # (orders, vehicles)
    duty: Ints
    duty_ok: NDArray[np.uint8]  # (duties, vehicles)
    refuge: Ints  # (kinds, places, 2): metres and slowest seconds to the nearest usable charger
    rest_ok: NDArray[np.uint8]  # (access profiles, places): the lawful rest may be taken here
    count_at: Ints  # (access profiles + 1,): rows of ``count``
    count: Ints  # (passes, 1 + days): entries allowed, first row of zones, last row of zones
    zone_in: NDArray[np.uint8]  # (zone rows, places)
    zone_at: Ints  # (zone rows + 1,)
    zone_span: Ints
    midnight: Ints  # (dates,)
    prize: Floats  # (orders,): what leaving it out costs in the search
    late: float  # milli-fen per hour of soft lateness
    horizon: int


class Claims(NamedTuple):
    """What is held of bays and connectors: rows (start, end, owner, power); owner -1 = others."""

    bay_n: Ints
    bay: Ints  # (bays, room, 3), buffers included
    con_n: Ints
    con: Ints  # (connectors, room, 4)


# Kinds of event rows.
E_LOAD, E_DELIVER, E_PICKUP, E_CHARGE, E_REST, E_WAIT, E_HOME = range(7)
# Columns of an event row.
(
    X_KIND,
    X_PLACE,
    X_BAY,
    X_ARRIVE,
    X_START,
    X_DEPART,
    X_SOC_IN,
    X_SOC_OUT,
    X_CON,
    X_LOW,
    X_HIGH,
    X_TRIP,
    X_DUTY,
    X_DONE,
    X_LOAD_G,
    X_WAY,
) = range(16)
MAX_EVENTS = 160
MAX_DUTIES_ON_VEHICLE = 2
MAX_TOKENS = 112
ROOM = 64

# Why a route does not hold; index into ``routing.engines.ortools.blocking.RULE_OF``.
(
    OK,
    BAD_WEIGHT,
    BAD_VOLUME,
    BAD_PLACES,
    BAD_TEMPERATURE,
    BAD_GOODS,
    BAD_WINDOW,
    BAD_SHIFT,
    BAD_DUTY,
    BAD_BATTERY,
    BAD_CONNECTOR,
    BAD_BAY,
    BAD_ACCESS,
    BAD_REST,
    BAD_DEPOT,
    BAD_RIDE,
    BAD_DUE,
    BAD_PERMIT,
    BAD_AVAILABLE,
    BAD_YARD,
    BAD_ORDER,
    BAD_ROOM,
) = range(22)
