"""Estimates: on time they are the plan to the second, a delay eats the slack, intervals narrow."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from models.execution.record import Told, fold
from tests.webapp.made_plan import made, uid
from workers.execution.day import build_day
from workers.execution.estimates import NARROWEST_S, WIDEST_S, estimate
from workers.planning.view import build_view


@pytest.fixture(scope="module")
def day():
    problem, plan, names = made(2, 4)
    return build_day(problem, plan, build_view(problem, plan, names))


@pytest.fixture(scope="module")
def route(day):
    return day.routes[uid("vehicle", 0)]


def events(day, route, told):
    """Events from ``{position: (arrived, done)}`` in seconds of the horizon."""
    out = []
    for position, (arrived, done) in told.items():
        stop = route.stops[position]
        for kind, second in (("arrive", arrived), ("done", done)):
            if second is not None:
                orders = [{"id": t.order, "action": t.action} for t in stop.tasks]
                out.append(
                    Told(
                        client_id=f"event-{position}-{kind}",
                        device_id="phone",
                        kind=kind,
                        at=day.clock.start + timedelta(seconds=second),
                        sequence=len(out),
                        stop_key=stop.key,
                        content={"orders": orders} if kind == "done" else {},
                    )
                )
    return out


def at(day, route, told, now, more=()):
    record = fold([*events(day, route, told), *more], route.expected())
    return estimate(route, record, now, day.second)


def test_keys_name_each_stop_once_and_outlive_the_plan(route):
    keys = [stop.key for stop in route.stops]
    assert len(set(keys)) == len(keys)
    again, plan, names = made(2, 4)
    other = build_day(again, plan, build_view(again, plan, names)).routes[uid("vehicle", 0)]
    assert [stop.key for stop in other.stops] == keys


def test_the_day_has_the_minutes_of_the_paper(route):
    """What a phone shows is the view that run sheets and chat texts are made of."""
    for stop in route.stops:
        assert stop.shown["arrive"] == stop.arrive
        assert stop.shown["depart"] == stop.depart


def test_before_anything_is_told_the_estimate_is_the_plan_with_the_promised_window(day, route):
    for stop in route.stops:
        one = at(day, route, {}, 0)[stop.key]
        assert (one.arrive, one.start, one.depart) == (stop.arrive, stop.start, stop.depart)
        assert one.latest - one.earliest >= 2 * WIDEST_S


def test_on_time_the_estimate_stays_the_plan_to_the_second(day, route):
    for position, stop in enumerate(route.stops):
        told = {k: (s.arrive, s.depart) for k, s in enumerate(route.stops[: position + 1])}
        for other in route.stops[position + 1 :]:
            one = at(day, route, told, stop.depart)[other.key]
            assert (one.arrive, one.start, one.depart) == (other.arrive, other.start, other.depart)


def test_a_delay_goes_on_until_waiting_takes_it_up(day, route):
    late = 7 * 60
    first = route.stops[1]
    told = {0: (0, route.stops[0].depart), 1: (first.arrive + late, first.depart + late)}
    found = at(day, route, told, first.depart + late)
    left = late
    for stop in route.stops[2:]:
        one = found[stop.key]
        assert one.delay_s == max(0, left), stop.key
        slack = stop.start - stop.arrive
        stay = stop.depart - stop.start - stop.service_s if stop.slack else 0
        left = max(0, max(0, left - slack) - stay)
        if stop.trip == 2:
            break
    assert found[route.stops[2].key].delay_s == late
    assert found[route.stops[-1].key].delay_s == 0


def test_nobody_is_expected_before_now(day, route):
    now = route.stops[2].arrive + 3600
    found = at(day, route, {}, now)
    assert found[route.stops[0].key].arrive == now
    assert all(one.arrive >= now for one in found.values() if one.state == "waiting")
    ways = [found[stop.key].arrive for stop in route.stops]
    assert ways == sorted(ways)


def test_the_window_narrows_as_the_vehicle_gets_nearer(day, route):
    target = route.stops[4]
    widths = []
    for now in range(route.stops[0].depart, target.arrive, 60):
        told = {
            k: (s.arrive, s.depart if s.depart <= now else None)
            for k, s in enumerate(route.stops)
            if s.arrive <= now
        }
        one = at(day, route, told, now)[target.key]
        assert one.earliest <= target.arrive == one.arrive <= one.latest
        widths.append(one.latest - one.earliest)
    # Rounding to whole minutes may widen one by a minute, nothing else does.
    assert all(later - earlier <= 60 for earlier, later in itertools.pairwise(widths))
    assert widths[0] >= 1200
    assert widths[-1] <= 2 * NARROWEST_S + 60


def test_a_stop_passed_over_has_no_estimate_and_one_done_out_of_order_is_driven_past(day, route):
    third = route.stops[3]
    told = {0: (0, route.stops[0].depart), 3: (third.arrive, third.depart)}
    found = at(day, route, told, third.depart)
    assert found[route.stops[2].key].state == "skipped"
    assert found[route.stops[2].key].arrive is None
    assert found[route.stops[4].key].arrive == third.depart + route.stops[4].leg_s
    back = route.stops[1]
    later = third.depart + 1800
    told |= {1: (later, later + 600)}
    found = at(day, route, told, later + 600)
    assert found[back.key].state == "done"
    legs = route.stops[2].leg_s
    assert found[route.stops[2].key].arrive == later + 600 + legs


def test_a_breakdown_leaves_what_comes_unknown_and_a_notice_moves_it(day, route):
    told = {0: (0, route.stops[0].depart)}
    when = day.clock.start + timedelta(seconds=route.stops[0].depart)
    broken = Told(
        client_id="event-broken", device_id="phone", kind="breakdown", at=when, sequence=9
    )
    found = at(day, route, told, route.stops[0].depart, [broken])
    assert {one.arrive for key, one in found.items() if key != route.stops[0].key} == {None}
    late = Told(
        client_id="event-late",
        device_id="phone",
        kind="late",
        at=when,
        sequence=9,
        stop_key=route.stops[1].key,
        content={"minutes": 45},
    )
    found = at(day, route, told, route.stops[0].depart, [late])
    assert found[route.stops[1].key].delay_s == 45 * 60


def test_late_is_service_after_the_receiving_window(day, route):
    stop = route.stops[1]
    end = stop.tasks[0].window[1]
    found = at(day, route, {1: (end + 120, None)}, end + 180)
    assert found[stop.key].late_s == 120
