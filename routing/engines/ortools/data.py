"""The problem as flat arrays for the compiled kernels.

Indices follow the problem's own lists. Times are seconds, charge Wh, money milli-fen (float64 in
the search, exact only in the plan writer).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from routing.travel.kernels import TRAVEL_TABLES

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

# Columns of ``Data.vehicle``.
V_TYPE, V_PROFILE, V_ACCESS, V_HOME, V_PLACE, V_FROM, V_UNTIL, V_SOC, V_SOC_END, V_TARIFF = range(
    10
)
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


# Tables of the problem's flat array, after those of travel (columns above; ragged lists are
# ``*_AT`` offsets into rows).
(
    VEHICLE,
    KIND,
    MONEY,  # per kind: fixed, per km, per hour
    USE,  # (kinds, steps, 4): start, base, load, drive
    CURVE,  # (kinds, steps, 2): from_wh, power
    COMP,  # (kinds, compartments, 4): payload, volume, places, temperature bits
    POWER,  # (kinds, connectors): reserved power, 0 where the plug does not fit
    TARIFF,  # (tariffs, steps, 2): start, price per kWh
    MEAN,  # (tariffs,): mean price per kWh
    DEPOT,  # (places, 3): fixed_s (-1 = no depot), hours from, hours to
    DEPOT_HOURS,
    BAY,
    BAY_HOURS_AT,
    BAY_HOURS,
    SITE,
    SITE_HOURS_AT,
    SITE_HOURS,
    CON_SITE,
    SITE_OF,  # (places,): a site at the place, -1 = none
    SITE_OK,  # (vehicles, sites)
    ORDER,
    OPTION_AT,  # (2·orders + 1,)
    OPTION,
    OPTION_OK,  # (options, kinds)
    WINDOW,
    CONFLICT,  # (orders, orders); (1, 1) when nothing excludes anything
    FITS,  # (orders, vehicles)
    DUTY,
    DUTY_OK,  # (duties, vehicles)
    REFUGE,  # (kinds, places, 2): metres and slowest seconds to the nearest public charger
    REST_OK,  # (access profiles, places): 1 the lawful rest may be taken here, 2 no parking
    COUNT_AT,  # (access profiles + 1,): rows of COUNT
    COUNT,  # (passes, 3): entries allowed a date, first row of zones, last row of zones
    ZONE_IN,  # (zone rows, places)
    ZONE_AT,
    ZONE_SPAN,
    MIDNIGHT,  # (dates,)
    PRIZE,  # (orders,): what leaving it out costs in the search
    LATE,  # (1,): milli-fen per hour of soft lateness
    FOLLOW,  # (orders,): what comes right after it in a locked sequence, -1 = nothing
    LEAD,  # (orders,): the first of its locked sequence, itself where there is none
    FIXED,  # (orders,): 1 + the vehicle that begins with it, 0 = free
    PUBLISHED,  # (orders,): the vehicle of the published plan, -1 = none
    CHANGE,  # (2,): milli-fen per order on another vehicle than published; 1 where locks are
    CHARGES_AT,  # (vehicles + 1,)
    CHARGES,  # (locks, 2): site, time of a session that the vehicle must have
) = range(TRAVEL_TABLES, TRAVEL_TABLES + 46)

# Tables of claims: what is held of bays and connectors; owner -1 = other plans.
(
    BAY_N,  # (bays,)
    BAY_HELD,  # (bays, ROOM, 3): start, end (buffers included), owner
    CON_N,  # (connectors,)
    CON_HELD,  # (connectors, ROOM, 4): start, end, owner, power
) = range(4)


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
    BAD_LOCK,
) = range(23)
