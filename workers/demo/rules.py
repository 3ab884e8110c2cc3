"""Five zones with day, night, emission, pass and stopping rules; passes and exemptions."""

from __future__ import annotations

import math
from datetime import timedelta

import numpy as np
from shapely import Polygon

from models.permits.tables import Permit, PermitRule, PermitVehicle
from models.rules.tables import AccessRule, Zone
from workers.demo.build import Build, Values, clock, wkt_area
from workers.demo.places import PROMENADE

LIGHT_NEV: Values = {"energy": ["bev", "fcev"], "plate_kinds": ["green_small"]}
SCHOOLS = (1_700.0, 4_900.0)


def _blob(centre: tuple[float, float], half: tuple[float, float], turn: float) -> Polygon:
    angles = np.linspace(0, 2 * math.pi, 10, endpoint=False) + 0.2
    x, y = half[0] * np.cos(angles), half[1] * np.sin(angles)
    cos, sin = math.cos(turn), math.sin(turn)
    return Polygon(np.column_stack([centre[0] + cos * x - sin * y, centre[1] + sin * x + cos * y]))


def zone_shapes(build: Build) -> dict[str, Polygon]:
    """The five zones in local metres by code."""
    ring = build.terrain.inner_ring
    return {
        "Z1": ring,
        "Z2": _blob((450, 900), (1_750, 1_250), 0.15),
        "Z3": _blob((3_900, -3_300), (3_300, 2_100), -0.35),
        "Z4": _blob(PROMENADE, (520, 380), 0.3),
        "Z5": _blob(SCHOOLS, (1_300, 900), 0.1),
    }


_NAMES = {
    "Z1": ("内环货车限行区", "restricted"),
    "Z2": ("老城核心区", "restricted"),
    "Z3": ("江南低排放区", "low_emission"),
    "Z4": ("云汀步行街区", "pedestrian"),
    "Z5": ("文教区", "restricted"),
}


def _hours(*spans: tuple[int, int]) -> Values:
    return {"hours": [{"start": start, "end": end} for start, end in spans]}


def _rules() -> dict[str, Values]:
    weekdays = [1, 2, 3, 4, 5]
    return {
        "R1": {
            "zone": "Z1",
            "name": "内环 07:00–20:00 货车凭证通行，轻型新能源货车除外",
            "effect": "pass_needed",
            "who": [{}],
            "exempt": [LIGHT_NEV],
            "when": _hours((clock(7), clock(20))),
        },
        "R2": {
            "zone": "Z2",
            "name": "老城核心区工作日 07:00–08:30、17:00–19:00 禁止 3.5 t 以上货车",
            "effect": "no_driving",
            "who": [{"mass_over_g": 3_500_000}],
            "when": {
                **_hours((clock(7), clock(8, 30)), (clock(17), clock(19))),
                "weekdays": weekdays,
                "holidays": "never",
            },
        },
        "R3": {
            "zone": "Z2",
            "name": "老城核心区 22:00–06:00 仅限低噪声车辆",
            "effect": "quiet_only",
            "who": [{}],
            "when": _hours((clock(22), clock(6))),
        },
        "R4": {
            "zone": "Z3",
            "name": "低排放区全天禁止国五及以下柴油货车",
            "effect": "no_driving",
            "who": [{"energy": ["diesel"], "stage_at_most": 5}],
            "when": {},
        },
        "R5": {
            "zone": "Z4",
            "name": "步行街区全天凭证通行",
            "effect": "pass_needed",
            "who": [{}],
            "when": {},
        },
        "R6": {
            "zone": "Z5",
            "name": "文教区 07:00–08:00、16:30–17:30 禁止停车装卸",
            "effect": "no_stopping",
            "who": [{}],
            "when": {
                **_hours((clock(7), clock(8)), (clock(16, 30), clock(17, 30))),
                "weekdays": weekdays,
                "holidays": "never",
            },
        },
    }


def add_rules(build: Build) -> None:
    """Zones, rules (``known`` by code) and passes."""
    for code, shape in zone_shapes(build).items():
        name, kind = _NAMES[code]
        build.known[code] = build.add(
            Zone,
            organisation_id=build.known["JG"],
            code=code,
            name=name,
            kind=kind,
            area=wkt_area(shape),
            demo=True,
        )
    for code, values in _rules().items():
        fields = dict(values)
        zone = fields.pop("zone")
        build.known[code] = build.add(
            AccessRule,
            organisation_id=build.known["JG"],
            zone_id=build.known[zone],
            code=code,
            basis="云汀市货车通行管理示例规定（模拟数据）",
            demo=True,
            **fields,
        )
    _permits(build)


def _permits(build: Build) -> None:
    """Passes of one trip a day, one without limit, one for the core, one expired."""
    passes = [
        ("V-B-medium-1", "R1", 1, -20, 70, [(clock(9), clock(17))]),
        ("V-D-medium-1", "R1", 1, -20, 70, [(clock(9), clock(17))]),
        ("V-A-diesel-1", "R1", 1, -60, 30, []),
        ("V-D-diesel-1", "R1", 0, -60, 30, []),
        ("V-B-reefer-1", "R2", 1, -40, 50, []),
        ("V-B-light-1", "R5", 1, -400, -35, []),
    ]
    for number, (vehicle, rule, trips, since, until, hours) in enumerate(passes, start=1):
        permit = build.add(
            Permit,
            organisation_id=build.known["OP"],
            authority_id=build.known["JG"],
            number=f"YT-2026-{number:04d}",
            date_from=build.service_date + timedelta(days=since),
            date_to=build.service_date + timedelta(days=until),
            hours=[{"start": start, "end": end} for start, end in hours],
            trips_per_day=trips,
            demo=True,
        )
        build.link(PermitVehicle, permit_id=permit, vehicle_id=build.known[vehicle])
        build.link(PermitRule, permit_id=permit, rule_id=build.known[rule])
