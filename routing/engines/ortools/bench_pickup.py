"""Pickup and delivery with time windows by OR-Tools routing."""

from __future__ import annotations

import math

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from routing.engines.ortools.bench_arrays import Arrays
from routing.engines.ortools.bench_driver import Budget, Report, Routes

GRAIN = 10_000
"""Lengths and times are passed in ten-thousandths: lengths and service up, windows inwards."""


def solve_pairs(
    a: Arrays,
    pairs: list[tuple[int, int]],
    *,
    fleet: bool,
    vehicles: int | None,
    budget: Budget,
    start: Routes | None,
    report: Report | None,
) -> Routes:
    """Routes that serve each pair on one vehicle, pickup first.

    Rounding only ever tightens, so what the model allows holds in the instance's own numbers.
    """
    count = min(vehicles if vehicles is not None else len(pairs), len(pairs))
    manager = pywrapcp.RoutingIndexManager(a.n + 1, count, 0)
    model = pywrapcp.RoutingModel(manager)
    distance = [[math.ceil(d * GRAIN) for d in row] for row in a.dist[: a.n + 1, : a.n + 1]]
    service = [math.ceil(s * GRAIN) for s in a.service]
    time_of = [
        [math.ceil(a.dist[i, j] * a.pace * GRAIN) + service[i] for j in range(a.n + 1)]
        for i in range(a.n + 1)
    ]
    way = model.RegisterTransitMatrix(distance)
    model.SetArcCostEvaluatorOfAllVehicles(way)
    clock = model.RegisterTransitMatrix(time_of)
    horizon = math.floor(a.due[0] * GRAIN)
    model.AddDimension(clock, horizon, horizon, False, "time")
    load = model.RegisterUnaryTransitVector([round(d * GRAIN) for d in a.demand])
    model.AddDimension(load, 0, round(a.capacity * GRAIN), True, "load")
    times = model.GetDimensionOrDie("time")
    for k in range(1, a.n + 1):
        window = math.ceil(a.ready[k] * GRAIN), math.floor(a.due[k] * GRAIN)
        times.CumulVar(manager.NodeToIndex(k)).SetRange(*window)
    solver = model.solver()
    for pickup, delivery in pairs:
        i, j = manager.NodeToIndex(pickup), manager.NodeToIndex(delivery)
        model.AddPickupAndDelivery(i, j)
        solver.Add(model.VehicleVar(i) == model.VehicleVar(j))
        solver.Add(times.CumulVar(i) <= times.CumulVar(j))
    if fleet:
        model.SetFixedCostOfAllVehicles(max(max(row) for row in distance) * 50)
    return _search(manager, model, budget, start, report)


def _search(
    manager: pywrapcp.RoutingIndexManager,
    model: pywrapcp.RoutingModel,
    budget: Budget,
    start: Routes | None,
    report: Report | None,
) -> Routes:
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    first = routing_enums_pb2.FirstSolutionStrategy
    parameters.first_solution_strategy = first.PARALLEL_CHEAPEST_INSERTION
    meta = routing_enums_pb2.LocalSearchMetaheuristic
    parameters.local_search_metaheuristic = meta.GUIDED_LOCAL_SEARCH
    if budget.iterations is not None:
        parameters.solution_limit = max(1, budget.iterations)
    left = max(0.1, budget.left())
    if math.isfinite(left):
        parameters.time_limit.FromMilliseconds(int(min(left, 86_400.0) * 1000))

    best = [math.inf]

    def seen() -> None:
        budget.done += 1
        value = model.CostVar().Max()
        if value < best[0]:
            best[0] = value
            if report is not None:
                report(0.0, budget.done, value / GRAIN, 0)
        if budget.should_stop is not None and budget.should_stop():
            model.solver().FinishCurrentSearch()

    model.AddAtSolutionCallback(seen)
    model.CloseModelWithParameters(parameters)
    hint = model.ReadAssignmentFromRoutes(start, True) if start else None
    if hint is not None:
        answer = model.SolveFromAssignmentWithParameters(hint, parameters)
    else:
        answer = model.SolveWithParameters(parameters)
    if answer is None:
        return []
    routes: Routes = []
    for vehicle in range(manager.GetNumberOfVehicles()):
        index = answer.Value(model.NextVar(model.Start(vehicle)))
        row: list[int] = []
        while not model.IsEnd(index):
            row.append(manager.IndexToNode(index))
            index = answer.Value(model.NextVar(index))
        if row:
            routes.append(tuple(row))
    return routes
