"""Kernels as plain Python against the reference; run by ``test_plain`` without compilation."""

from __future__ import annotations

import random

import numpy as np
import pytest

from routing.search import anneal, labels, moves
from routing.search.build import build
from routing.search.data import ABSENT, FAR, R_COST, SIZE, TOTAL, WHERE, new_work
from routing.search.driver import _arcs
from routing.search.reference import Reference, arrival
from routing.search.travel import arrive, latest_departure
from tests.routing.search.layouts import FAMILIES, random_layout

WIDE = 200
"""More labels than any of these routes has."""


def some_orders(seed: int, tasks: int, count: int) -> list[tuple[int, ...]]:
    dice = random.Random(seed)  # noqa: S311 - reproducible, not secret
    return [tuple(dice.sample(range(tasks), dice.randint(1, 4))) for _ in range(count)]


def loaded(data, routes):
    work = new_work(data, max(2, len(routes)), 0, labels=WIDE)
    rows = np.zeros((len(routes), data.n), np.int64)
    for r, route in enumerate(routes):
        rows[r, : len(route)] = route
    anneal.load_routes(data, work, rows, np.array([len(route) for route in routes]))
    return work


def too_heavy(layout, order):
    return sum(layout.demand[k] for k in order) > layout.capacity


@pytest.mark.parametrize("family", FAMILIES, ids=str)
def test_a_route_costs_what_the_reference_says(family):
    feasible = 0
    for seed in range(6):
        layout = random_layout(seed, 6, **family)
        data = build(layout)
        reference = Reference(layout, _arcs(data))
        for order in some_orders(seed, 6, 10):
            if too_heavy(layout, order):
                continue
            found = reference.route(order)
            cost = loaded(data, [order]).bill[0, R_COST]
            if found is None:
                assert cost >= FAR, order
            else:
                assert cost == pytest.approx(found[0], abs=1e-6), order
                feasible += 1
    assert feasible > 10


@pytest.mark.parametrize("family", FAMILIES, ids=str)
def test_a_join_of_two_routes_is_judged_exactly_or_bounded(family):
    """What labels say of beginning + tasks + end, against the whole route from scratch."""
    judged = 0
    for seed in range(10):
        layout = random_layout(100 + seed, 6, **family)
        data = build(layout)
        reference = Reference(layout, _arcs(data))
        dice = random.Random(seed)  # noqa: S311 - reproducible, not secret
        tasks = dice.sample(range(6), 5)
        routes = [tuple(tasks[:2]), tuple(tasks[2:4])]
        if any(too_heavy(layout, r) or reference.route(r) is None for r in routes):
            continue
        work = loaded(data, routes)
        for p in range(3):
            for q in range(1, 4):
                middle = dice.choice([[], [tasks[4]]])
                i, j = work.seq[0, p], work.seq[1, q]
                line = np.array([*middle, 0], np.int64)
                cost = moves.splice(data, work, 0, i, line, len(middle), j, FAR)
                order = (*routes[0][:p], *middle, *routes[1][q - 1 :])
                found = reference.route(order) if order else (0.0, [])
                if too_heavy(layout, order):
                    assert cost >= FAR
                elif found is not None:
                    judged += 1
                    assert cost <= found[0] + 1e-6
                if labels_are_exact(data) and not too_heavy(layout, order):
                    expected = FAR if found is None else found[0]
                    assert cost == pytest.approx(expected, abs=1e-6)
    assert judged > 10


def labels_are_exact(data) -> bool:
    return bool(data.flags[4]) or not data.flags[0]


@pytest.mark.parametrize("family", FAMILIES, ids=str)
def test_a_searched_solution_is_what_its_books_say(family):
    layout = random_layout(7, 8, **family)
    data = build(layout)
    reference = Reference(layout, _arcs(data))
    work = new_work(data, 8, 3)
    best, seq, size = np.array([FAR, FAR]), np.zeros((8, 8), np.int64), np.zeros(8, np.int64)
    rest = (1, 30, 5.0, 0.5, 8, True, 6, 3, best, seq, size)
    anneal.search(data, work, anneal.CONSTRUCT, *rest[1:])
    for _ in range(4):
        anneal.search(data, work, anneal.RUN, *rest[1:])
        served = []
        for r in range(8):
            order = tuple(work.seq[r, 1 : work.route[r, SIZE] + 1].tolist())
            served += order
            assert all(work.at[k, WHERE] == r for k in order)
            if order:
                assert work.bill[r, R_COST] >= reference.route(order)[0] - 1e-6
        absent = work.at[: work.tally[ABSENT], 6].tolist()
        assert sorted([*served, *absent]) == list(range(8))
        assert work.value[TOTAL] == pytest.approx(work.bill[:, R_COST].sum())


def test_who_leaves_later_never_arrives_earlier_and_the_inverse_holds():
    layout = random_layout(1, 5, hours=True)
    data = build(layout)
    for i in range(6):
        for j in range(6):
            times = np.linspace(0, 300, 61)
            reached = [arrive(data, 0, i, j, float(t)) for t in times]
            assert reached == sorted(reached)
            for t, at in zip(times, reached, strict=True):
                assert at == pytest.approx(arrival(layout, i, j, float(t)))
                assert latest_departure(data, 0, i, j, at) == pytest.approx(t, abs=1e-6)


def test_batteries_with_speeds_by_the_hour_are_refused():
    """A longer stay at a station would not shift later arrivals by as much: labels would lie."""
    with pytest.raises(ValueError, match="speeds by the hour"):
        build(random_layout(1, 5, electric=True, hours=True))


def test_a_lower_bound_never_turns_a_possible_insertion_away():
    for seed in range(8):
        layout = random_layout(seed, 6, electric=True, curves=True, windows=True)
        data = build(layout)
        reference = Reference(layout, _arcs(data))
        order = (0, 1)
        if reference.route(order) is None:
            continue
        work = loaded(data, [order])
        for p in range(1, 4):
            longer = (*order[: p - 1], 2, *order[p - 1 :])
            if reference.route(longer) is not None:
                i, j = work.seq[0, p - 1], work.seq[0, p]
                assert labels.passes(data, work, 0, i, 2, j)
