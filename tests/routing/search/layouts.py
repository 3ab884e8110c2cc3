"""Random small layouts with every rule that the labels know."""

from __future__ import annotations

import itertools
import random

import numpy as np

from routing.search.build import Layout

HORIZON = 400.0


def random_layout(seed: int, tasks: int, **features: bool) -> Layout:
    """``features``: electric, full, curves (two kinds), windows (several), hours, heavy."""
    dice = random.Random(seed)  # noqa: S311 - reproducible, not secret
    stations = 3 if features.get("electric") else 0
    count = 1 + tasks + stations
    points = np.array([[dice.uniform(0, 60), dice.uniform(0, 60)] for _ in range(count)])
    length = np.sqrt(((points[:, None] - points[None, :]) ** 2).sum(axis=2))
    windows = []
    for _ in range(tasks):
        first = dice.uniform(0, 250)
        rows = [(first, first + dice.choice([25.0, 60.0, 120.0]))]
        if features.get("windows") and dice.random() < 0.6:
            begin = rows[0][1] + dice.uniform(5, 40)
            rows.append((begin, min(HORIZON, begin + 40)))
        windows.append(rows)
    full = 90.0
    curves = [[(0.0, 0.0), (0.6 * full, full)]]
    if features.get("curves"):
        curves = [
            [(0.0, 0.0), (20.0, 50.0), (40.0, 75.0), (90.0, full)],
            [(0.0, 0.0), (45.0, 60.0), (110.0, full)],
        ]
    speeds = [(0.0, 1.0), (60.0, 0.6), (130.0, 1.4), (260.0, 0.9)]
    return Layout(
        length=length,
        seconds=length * 0.9,
        windows=windows,
        service=[dice.uniform(0, 8) for _ in range(tasks)],
        demand=[float(dice.randint(1, 9)) for _ in range(tasks)],
        opens=0.0,
        closes=HORIZON,
        capacity=25.0,
        routes=tasks,
        battery=full if stations else None,
        use=0.8 if features.get("heavy") else 1.0,
        use_load=0.02 if features.get("heavy") else 0.0,
        full=bool(features.get("full")),
        curves=curves if stations else [],
        curve_of=[k % len(curves) for k in range(stations)],
        speeds=speeds if features.get("hours") else [],
    )


FAMILIES = [
    {},
    {"windows": True},
    {"hours": True},
    {"electric": True},
    {"electric": True, "full": True},
    {"electric": True, "curves": True},
    {"electric": True, "windows": True},
    {"electric": True, "heavy": True},
    {"electric": True, "curves": True, "windows": True, "heavy": True},
]


def brute(layout: Layout, reference) -> tuple[int, float, float] | None:
    """(fewest routes, least cost with them, least cost of all), by all orders of all subsets.

    None where somebody cannot be served.
    """
    n = len(layout.service)
    cheapest: dict[int, float] = {}
    for size in range(1, n + 1):
        for order in itertools.permutations(range(n), size):
            found = reference.route(order)
            if found is not None:
                key = sum(1 << k for k in order)
                cheapest[key] = min(found[0], cheapest.get(key, np.inf))
    best: dict[tuple[int, int], float] = {(0, 0): 0.0}
    for routes in range(n):
        for (used, done), cost in list(best.items()):
            if used != routes:
                continue
            lowest = next((k for k in range(n) if not done >> k & 1), None)
            for key, extra in cheapest.items():
                if lowest is not None and key >> lowest & 1 and not key & done:
                    at = (routes + 1, done | key)
                    best[at] = min(best.get(at, np.inf), cost + extra)
    whole = {used: cost for (used, done), cost in best.items() if done == (1 << n) - 1}
    if not whole:
        return None
    fewest = min(whole)
    return fewest, whole[fewest], min(whole.values())
