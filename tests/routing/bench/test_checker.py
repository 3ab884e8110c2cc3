import msgspec
import pytest

from routing.benchmarks import BenchmarkInstance, BenchmarkSolution, read_solution
from routing.checker.benchmark import BENCHMARK_RULES, check_benchmark
from routing.formats import read_any
from tests.routing.bench.instances import LILIM, SCHNEIDER, VRPLIB


def instance_of(data: bytes) -> BenchmarkInstance:
    instance = read_any(data, name="toy")
    assert isinstance(instance, BenchmarkInstance)
    return instance


def stop(node, arrival, start, departure, charged=None):
    row = {"node": node, "arrival": arrival, "start": start, "departure": departure}
    return row if charged is None else row | {"energy_charged": charged}


def electric() -> dict:
    """By hand: out to C1, C2, C3, back over S1, then C4 by a second vehicle."""
    return {
        "instance": "toy",
        "convention": {"variant": "partial", "objective": "fleet", "rounding": "double"},
        "objective": {
            "vehicles": 2,
            "distance": 20 + 3 + 34**0.5 + 15 + 18,
            "time": 107 - 38 + 20,
            "cost": 20 + 3 + 34**0.5 + 15 + 18,
        },
        "routes": [
            {
                "vehicle": "a",
                "stops": [
                    stop("D0", 0, 0, 38),
                    stop("C1", 48, 48, 50),
                    stop("C2", 60, 60, 62),
                    stop("C3", 65, 65, 67),
                    stop("S1", 67 + 34**0.5, 67 + 34**0.5, 92, 15.0),
                    stop("D0", 107, 107, 107),
                ],
            },
            {
                "vehicle": "b",
                "stops": [
                    stop("D0", 0, 0, 0),
                    stop("C4", 9, 9, 11),
                    stop("D0", 20, 20, 20),
                ],
            },
        ],
    }


def verdict_of(instance, solution: dict):
    return check_benchmark(instance, msgspec.convert(solution, BenchmarkSolution))


def test_a_solution_made_by_hand_is_clean():
    assert verdict_of(instance_of(SCHNEIDER), electric()).violations == []


def late(s):
    s["routes"][1]["stops"] = [
        stop("D0", 0, 0, 0),
        stop("C4", 9, 150.5, 152.5),
        stop("D0", 161.5, 161.5, 161.5),
    ]
    s["objective"]["time"] += 141.5


def overloaded(s):
    first = s["routes"][0]["stops"]
    first[-1:] = [stop("C4", 92 + 306**0.5, 92 + 306**0.5, 94 + 306**0.5)]
    first.append(stop("D0", 103 + 306**0.5, 103 + 306**0.5, 103 + 306**0.5))
    first[4]["energy_charged"] = 26.0
    del s["routes"][1]
    distance = 23 + 34**0.5 + 306**0.5 + 9
    time = 103 + 306**0.5 - 38
    s["objective"] = {"vehicles": 1, "distance": distance, "time": time, "cost": distance}


def empty_battery(s):
    s["routes"][0]["stops"][4]["energy_charged"] = 10.0


def too_quick_a_charge(s):
    s["routes"][0]["stops"][4]["energy_charged"] = 29.5


def teleported(s):
    s["routes"][1]["stops"][1] = stop("C4", 8, 9, 11)


def forgotten(s):
    del s["routes"][1]
    s["objective"] = {
        "vehicles": 1,
        "distance": 38 + 34**0.5,
        "time": 69,
        "cost": 38 + 34**0.5,
    }
    s["unassigned"] = ["C4"]


def boasting(s):
    s["objective"]["distance"] -= 0.5


def short_service(s):
    s["routes"][1]["stops"][1:] = [stop("C4", 9, 9, 10), stop("D0", 19, 19, 19)]
    s["objective"]["time"] -= 1


def twice_the_same_vehicle(s):
    s["routes"][1]["vehicle"] = "a"


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (late, ("time_window", "b", "1:C4", 0.5, "time")),
        (overloaded, ("weight", "a", "0:D0", 4.0, "load")),
        (empty_battery, ("battery", "a", "5:D0", 3.830951894845301, "energy")),
        (too_quick_a_charge, ("charging", "a", "4:S1", None, "energy")),
        (teleported, ("travel", "b", "1:C4", 1.0, "time")),
        (forgotten, ("orders", None, "C4", 1, "missing visits")),
        (boasting, ("objective", None, None, 0.5, "distance")),
        (short_service, ("structure", "b", "1:C4", 1.0, "time")),
        (twice_the_same_vehicle, ("vehicle_available", "a", None, 1, "surplus uses")),
    ],
)
def test_one_fault_is_refused_by_rule_stop_and_amount(spoil, expected):
    rule, route, stop_at, amount, unit = expected
    solution = electric()
    spoil(solution)
    found = verdict_of(instance_of(SCHNEIDER), solution)
    assert found.verdict == "violated"
    assert {item.rule for item in found.violations} == {rule}
    first = next(item for item in found.violations if item.unit == unit)
    assert (first.route, first.stop) == (route, stop_at)
    if amount is not None:
        assert first.amount == pytest.approx(amount, abs=1e-6)
    assert rule in BENCHMARK_RULES


def test_full_recharge_must_fill():
    solution = electric()
    solution["convention"]["variant"] = "full"
    (found,) = verdict_of(instance_of(SCHNEIDER), solution).violations
    assert (found.rule, found.stop, found.unit) == ("charging", "4:S1", "energy")
    assert found.amount == pytest.approx(30 - (30 - 23 - 34**0.5 + 15))


def pairs(*, swapped=False) -> dict:
    rows = [("1", 5), ("2", 5)] if not swapped else [("2", 10), ("1", 5)]
    time, stops = 0.0, [stop("0", 0, 0, 0)]
    for node, way in rows:
        time += way
        stops.append(stop(node, time, time, time + 5))
        time += 5
    time += 5 if swapped else 10
    stops.append(stop("0", time, time, time))
    other = [stop("0", 0, 0, 0), stop("3", 5, 5, 10), stop("4", 15, 15, 20), stop("0", 30, 30, 30)]
    return {
        "instance": "toy",
        "convention": {"variant": "partial", "objective": "fleet", "rounding": "double"},
        "objective": {"vehicles": 2, "distance": 40, "time": 60, "cost": 40},
        "routes": [{"vehicle": "a", "stops": stops}, {"vehicle": "b", "stops": other}],
    }


def test_a_delivery_before_its_pickup_is_refused():
    instance = instance_of(LILIM)
    assert verdict_of(instance, pairs()).verdict == "clean"
    (found,) = verdict_of(instance, pairs(swapped=True)).violations
    assert (found.rule, found.route, found.stop, found.amount) == ("precedence", "a", "1:2", 1)


def test_dimacs_rounding_truncates_every_leg():
    instance = instance_of(VRPLIB)
    rows = [[("2", 5.0)], [("3", 1.4)], [("4", 5.0)]]
    routes = []
    for k, ((node, way),) in enumerate(rows):
        start = 10.0 if node == "2" else way
        back = start + 5 + way
        stops = [stop("1", 0, 0, 0), stop(node, way, start, start + 5), stop("1", back, back, back)]
        routes.append({"vehicle": str(k), "stops": stops})
    solution = {
        "instance": "toy",
        "convention": {"variant": "partial", "objective": "distance", "rounding": "dimacs"},
        "objective": {"vehicles": 3, "distance": 22.8, "time": 20 + 7.8 + 15, "cost": 22.8},
        "routes": routes,
    }
    assert verdict_of(instance, solution).violations == []
    solution["convention"]["rounding"] = "double"
    assert verdict_of(instance, solution).verdict == "violated"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda s: s.pop("routes"),
        lambda s: s.update(comment="x"),
        lambda s: s["routes"][0]["stops"][0].update(arrival="0"),
        lambda s: s["convention"].update(rounding="none"),
    ],
)
def test_solutions_are_read_strictly(spoil):
    solution = electric()
    spoil(solution)
    with pytest.raises(ValueError, match="not a benchmark solution"):
        read_solution(msgspec.json.encode(solution))
