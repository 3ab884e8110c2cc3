import msgspec
import pytest

from routing.benchmarks import Convention, Node
from routing.benchmarks.solution import write_solution
from routing.checker.benchmark import check_benchmark
from routing.engines.ortools.benchmark import solve_benchmark
from tests.routing.bench.instances import (
    LILIM,
    SCHNEIDER,
    SOLOMON,
    VRPLIB,
    instance_of,
    ring,
)


@pytest.mark.parametrize("variant", ["partial", "full"])
@pytest.mark.parametrize("objective", ["fleet", "distance"])
def test_electric_routes_are_clean_and_charge(variant, objective):
    instance = ring(30, battery=110)
    convention = Convention(variant=variant, objective=objective)
    solution = solve_benchmark(instance, convention, time_limit_s=300, iterations=400)
    assert check_benchmark(instance, solution).violations == []
    charged = [s for r in solution.routes for s in r.stops if s.energy_charged is not None]
    assert charged
    assert solution.unassigned == []


def test_full_recharge_is_never_cheaper_than_partial_on_a_tight_toy():
    instance = instance_of(SCHNEIDER)
    costs = {}
    for variant in ("partial", "full"):
        convention = Convention(variant=variant)
        solution = solve_benchmark(instance, convention, time_limit_s=300, iterations=100)
        assert check_benchmark(instance, solution).violations == []
        costs[variant] = (solution.objective.vehicles, solution.objective.distance)
    assert costs["partial"] <= costs["full"]
    assert costs["partial"][0] == 2


def test_without_batteries_the_optimum_of_a_toy_is_found():
    # Capacity 10 allows two customers a route; pairing 1 with 2 and 3 alone is shortest.
    instance = instance_of(SOLOMON)
    solution = solve_benchmark(instance, Convention(), time_limit_s=300, iterations=100)
    assert check_benchmark(instance, solution).violations == []
    assert solution.objective.vehicles == 2
    assert solution.objective.distance == pytest.approx(5 + 5 + 10 + 5 + 5)


def test_dimacs_rounding_is_obeyed():
    instance = instance_of(VRPLIB)
    convention = Convention(objective="distance", rounding="dimacs")
    solution = solve_benchmark(instance, convention, time_limit_s=300, iterations=100)
    assert check_benchmark(instance, solution).violations == []
    assert solution.objective.distance == pytest.approx(round(solution.objective.distance, 1))


def test_pickups_come_before_their_deliveries():
    instance = instance_of(LILIM)
    solution = solve_benchmark(instance, Convention(), time_limit_s=2)
    assert check_benchmark(instance, solution).violations == []


def test_same_seed_and_iterations_give_the_same_bytes():
    instance = ring(25, battery=110)
    runs = []
    for _ in range(2):
        solution = solve_benchmark(instance, Convention(), time_limit_s=300, iterations=300, seed=7)
        runs.append(write_solution(msgspec.structs.replace(solution, run={})))
    assert runs[0] == runs[1]


def test_a_better_start_is_kept():
    instance = ring(25, battery=None)
    convention = Convention(objective="distance")
    good = solve_benchmark(instance, convention, time_limit_s=300, iterations=600)
    again = solve_benchmark(instance, convention, time_limit_s=300, iterations=1, start=good)
    assert again.objective.distance <= good.objective.distance + 1e-6


def test_stopping_at_once_still_answers():
    instance = ring(25, battery=110)
    solution = solve_benchmark(instance, Convention(), time_limit_s=300, should_stop=lambda: True)
    assert check_benchmark(instance, solution).violations == []


def test_who_cannot_be_reached_is_left_out_and_said():
    far = Node(id="far", kind="customer", x=900, y=0, demand=1, due=400)
    instance = ring(6, battery=110)
    instance = msgspec.structs.replace(instance, nodes=[*instance.nodes, far])
    solution = solve_benchmark(instance, Convention(), time_limit_s=300, iterations=50)
    assert solution.unassigned == ["far"]
    found = check_benchmark(instance, solution).violations
    assert [(item.rule, item.stop) for item in found] == [("orders", "far")]
