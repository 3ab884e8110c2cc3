import msgspec
import pytest

from routing.benchmarks import Convention, Node
from routing.benchmarks.solution import write_solution
from routing.checker.benchmark import check_benchmark
from routing.cli.main import main
from routing.formats.ours import write_problem
from routing.search import UnsupportedRules, check_supported, solve_benchmark
from routing.search.build import build
from routing.search.driver import Budget, Driver, _arcs
from routing.search.reference import Reference
from tests.routing.bench.instances import LILIM, SOLOMON, VRPLIB, instance_of, ring
from tests.routing.builders import small_city
from tests.routing.search.layouts import FAMILIES, brute, random_layout


@pytest.mark.parametrize("battery", [None, 110.0])
@pytest.mark.parametrize("variant", ["partial", "full"])
@pytest.mark.parametrize("objective", ["fleet", "distance"])
def test_plans_are_whole_and_clean(battery, variant, objective):
    instance = ring(30, battery=battery)
    convention = Convention(variant=variant, objective=objective)
    solution = solve_benchmark(instance, convention, time_limit_s=300, iterations=600)
    assert check_benchmark(instance, solution).violations == []
    assert solution.unassigned == []
    charged = [s for r in solution.routes for s in r.stops if s.energy_charged is not None]
    assert bool(charged) == (battery is not None)


@pytest.mark.parametrize("family", FAMILIES, ids=str)
def test_small_days_are_planned_as_well_as_by_trying_everything(family):
    tried = 0
    for seed in range(12):
        layout = random_layout(seed, 5, **family)
        reference = Reference(layout, _arcs(build(layout)))
        found = brute(layout, reference)
        if found is None:
            continue
        fewest, cost, least = found
        for fleet, value, vehicles in ((True, cost, {fewest}), (False, least, range(6))):
            budget = Budget(deadline=1e15, iterations=2000, should_stop=None)
            driver = Driver(layout, fleet=fleet, seed=1, budget=budget, report=None)
            routes = driver.solve()
            assert sum(driver.stops(route)[0] for route in routes) == pytest.approx(value)
            assert len(routes) in vehicles
        tried += 1
        if tried == 3:
            return
    pytest.fail("too few days that can be served")


def test_the_optimum_of_a_toy_is_found():
    instance = instance_of(SOLOMON)
    solution = solve_benchmark(instance, Convention(), time_limit_s=300, iterations=100)
    assert solution.objective.vehicles == 2
    assert solution.objective.distance == pytest.approx(5 + 5 + 10 + 5 + 5)


def test_dimacs_rounding_is_obeyed():
    instance = instance_of(VRPLIB)
    convention = Convention(objective="distance", rounding="dimacs")
    solution = solve_benchmark(instance, convention, time_limit_s=300, iterations=100)
    assert check_benchmark(instance, solution).violations == []


def test_same_seed_and_iterations_give_the_same_bytes():
    instance = ring(40, battery=110)
    runs = []
    for _ in range(2):
        solution = solve_benchmark(
            instance, Convention(objective="distance"), time_limit_s=300, iterations=900, seed=7
        )
        runs.append(write_solution(msgspec.structs.replace(solution, run={})))
    assert runs[0] == runs[1]


def test_a_better_start_is_kept():
    instance = ring(30, battery=110)
    for objective in ("fleet", "distance"):
        convention = Convention(objective=objective)
        good = solve_benchmark(instance, convention, time_limit_s=300, iterations=900)
        again = solve_benchmark(
            instance, convention, time_limit_s=300, iterations=1, seed=9, start=good
        )
        assert again.objective.vehicles <= good.objective.vehicles or objective == "distance"
        assert again.objective.distance <= good.objective.distance + 1e-6


def test_a_foreign_start_with_nonsense_in_it_is_no_harm():
    instance = ring(12, battery=110)
    good = solve_benchmark(instance, Convention(), time_limit_s=300, iterations=200)
    twice = msgspec.structs.replace(good, routes=[*good.routes, good.routes[0]])
    again = solve_benchmark(instance, Convention(), time_limit_s=300, iterations=50, start=twice)
    assert check_benchmark(instance, again).violations == []


def test_asked_to_stop_it_answers_with_the_best_so_far():
    """Without a limit worth the name: only the wish to stop can end it."""
    instance = ring(30, battery=110)
    seen: list[float] = []
    solution = solve_benchmark(
        instance,
        Convention(objective="distance"),
        time_limit_s=1e6,
        progress=lambda _s, _i, cost, _v: seen.append(cost),
        should_stop=lambda: len(seen) >= 3,
    )
    assert check_benchmark(instance, solution).violations == []
    assert seen == sorted(seen, reverse=True)
    assert solution.objective.distance == pytest.approx(seen[-1])


def test_stopped_before_it_begins_it_still_answers():
    instance = ring(25, battery=None)
    solution = solve_benchmark(instance, Convention(), time_limit_s=300, should_stop=lambda: True)
    assert check_benchmark(instance, solution).violations == []


def test_who_cannot_be_reached_is_left_out_and_said():
    far = Node(id="far", kind="customer", x=900, y=0, demand=1, due=400)
    instance = ring(6, battery=110)
    instance = msgspec.structs.replace(instance, nodes=[*instance.nodes, far])
    solution = solve_benchmark(instance, Convention(), time_limit_s=300, iterations=50)
    assert solution.unassigned == ["far"]


def test_what_it_does_not_keep_is_refused_by_name(tmp_path, capsys):
    with pytest.raises(UnsupportedRules, match="precedence"):
        solve_benchmark(instance_of(LILIM), Convention(), time_limit_s=1)
    problem = small_city()
    with pytest.raises(UnsupportedRules) as refused:
        check_supported(problem)
    path = tmp_path / "day.json"
    path.write_bytes(write_problem(problem))
    assert main(["solve", str(path), "--engine", "search"]) == 3
    said = capsys.readouterr().err
    assert all(name in said for name in refused.value.names)
