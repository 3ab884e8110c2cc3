"""What a pass changes: the next plan in its hours, on its dates, for its plate; no more."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from models.accounts.tables import City
from models.accounts.visibility import visible
from models.documents.tables import Document
from models.notices.operations import unread
from models.notices.tables import Notice
from models.orders.tables import Order
from models.permits import queries
from models.permits.inspections import holds
from models.permits.operations import papers_arrived
from models.permits.tables import Permit, PermitScheme
from models.planning.flags import open_flags
from models.planning.tables import PlanVersion
from models.rules.tables import AccessRule
from routing.checker import check
from routing.checker.calendar import Calendar
from routing.checker.index import Index
from routing.formats.ours import write_plan, write_problem
from routing.problem import Zone as ZoneRecord
from routing.travel.access import Access, in_zone
from tests import factories
from tests.routing.builders import small_city, small_plan
from workers.permits import desk as verbs
from workers.permits.effect import needed_without
from workers.permits.trips import stays
from workers.planning.snapshot import build_problem

HOUR = 3600
NINE, FIVE = 9 * HOUR, 17 * HOUR


def problem_of(office, day):
    dispatcher = office.world.actors["dispatcher"]
    with office.database.read(dispatcher) as session:
        return build_problem(session, dispatcher, day)[0]


def closed(problem, vehicle: str, instant: datetime) -> bool:
    """Whether the store in the zone is closed to the vehicle: as engine and checker say alike."""
    second = int((instant - datetime.fromisoformat(problem.horizon.start)).total_seconds())
    access = Access(problem)
    profile = access.profiles[access.of[vehicle]]
    inside = access.inside[problem.rules[0].zone]
    assert inside
    engine = any(s <= second < e for place in inside for s, e in profile.move.get(place, ()))
    calendar = Calendar(Index(problem))
    kinds = {kind.id: kind for kind in problem.vehicle_types}
    row = next(v for v in problem.vehicles if v.id == vehicle)
    rule = problem.rules[0]
    forbidden = any(
        s <= second < e for s, e in calendar.in_force(rule, row, kinds[row.type])
    ) and not any(
        s <= second < e
        for permit in problem.permits
        if vehicle in permit.vehicles and rule.id in permit.rules
        for s, e in calendar.permitted(permit)
    )
    assert engine == forbidden
    return engine


@pytest.fixture
def city(office):
    """Only the pass rule is left, in force day and night; the order's store lies in the zone."""
    world = office.world
    speeds = {"van": [{"start": 0, "metres_per_hour": 30_000}]}
    with office.database.write() as session:
        session.execute(update(City).values(travel={"detour_permille": 1300, "profiles": speeds}))
        session.execute(
            update(AccessRule).where(AccessRule.id == world.id("rule")).values(active=False)
        )
        session.execute(
            update(AccessRule).where(AccessRule.id == world.id("pass_rule")).values(when={})
        )
        session.execute(update(Order).values(state="accepted"))
        for permit in session.scalars(select(Permit)):
            permit.state, permit.ended_act = "ended", "deregistered"
    return office


def at(day, hours: float) -> datetime:
    return factories.instant(hours, day)


def test_an_approved_pass_opens_its_hours_on_its_dates_for_its_plate(city):
    mine, other = str(city.world.id("vehicle")), None
    day = city.day + timedelta(days=1)
    assert closed(problem_of(city, day), mine, at(day, 12))
    key = city.handed_in(date_to=city.day + timedelta(days=3))
    assert closed(problem_of(city, day), mine, at(day, 12))  # handed in is not given
    city.decide(key, "approved")
    problem = problem_of(city, day)
    for hours, shut in ((9 - 1 / 3600, True), (9, False), (17 - 1 / 3600, False), (17, True)):
        assert closed(problem, mine, at(day, hours)) is shut
    last = city.day + timedelta(days=3)
    assert not closed(problem_of(city, last), mine, at(last, 12))
    after = last + timedelta(days=1)
    assert closed(problem_of(city, after), mine, at(after, 12))
    with city.database.write() as session:
        other = factories.vehicle(
            session, city.world.organisations["operator"], city.world.rows["type"],
            city.world.rows["depot"],
        )  # fmt: skip
    assert closed(problem_of(city, day), str(other.id), at(day, 12))


def test_hours_past_midnight_hold_on_each_instants_own_date(city):
    mine = str(city.world.id("vehicle"))
    first = city.day + timedelta(days=2)
    key = city.handed_in(
        date_from=first, date_to=first, hours=[{"start": 22 * HOUR, "end": 5 * HOUR}]
    )
    city.decide(key, "approved")
    problem = problem_of(city, first)
    for hours, shut in (
        (-1, True),  # the evening before is not its date
        (0, False),  # the small hours of its date are
        (5 - 1 / 3600, False),
        (5, True),
        (22, False),
        (24 - 1 / 3600, False),
        (24, True),  # the small hours of the next date are not
    ):
        assert closed(problem, mine, at(first, hours)) is shut, hours


@pytest.mark.parametrize("how", ["denied", "not_accepted", "correction", "suspended", "revoked"])
def test_what_is_denied_suspended_or_ended_opens_nothing(city, how):
    mine, day = str(city.world.id("vehicle")), city.day + timedelta(days=1)
    key = city.handed_in()
    if how in {"denied", "not_accepted", "correction"}:
        city.decide(key, how, points=["不符合"], remedies=["改用夜间"])
    else:
        city.decide(key, "approved")
        assert not closed(problem_of(city, day), mine, at(day, 12))
        police = city.world.actors["police"]
        with city.database.write(police) as session:
            permit = queries.permit_of(session, police, key)
            ended = {"target": "ended", "act": "revoked"}
            change = {"target": "suspended"} if how == "suspended" else ended
            verbs.change_permit(session, police, city.store, permit.id, reason="核查", **change)
        assert closed(problem_of(city, day), mine, at(day, 12))
    assert closed(problem_of(city, day), mine, at(day, 12))
    if how == "suspended":
        with city.database.write(police) as session:
            verbs.change_permit(session, police, city.store, permit.id, "approved")
        assert not closed(problem_of(city, day), mine, at(day, 12))


def test_which_vehicles_of_a_plan_need_a_pass_is_the_checkers_word():
    problem = small_city()
    plan = small_plan(problem)
    assert check(problem, plan).verdict == "clean"
    needed = {p.id: needed_without(problem, plan, p.id) for p in problem.permits}
    assert any(needed.values())
    assert needed_without(problem, plan, "none such") == {}
    for permit, found in needed.items():
        assert set(found) <= set(next(p.vehicles for p in problem.permits if p.id == permit))


def test_a_published_plan_that_needs_the_pass_is_flagged_to_its_dispatcher_and_not_changed(both):
    """The plan made for the library's small city, its ids those of the database's rows."""
    office, world = both, both.world
    key = office.handed_in()
    office.decide(key, "approved")
    police, dispatcher = world.actors["police"], world.actors["dispatcher"]
    with office.database.read(police) as session:
        permit = queries.permit_of(session, police, key)
    with office.database.write() as session:
        problem = small_city()
        used = next(
            p for p in problem.permits if needed_without(problem, small_plan(problem), p.id)
        )
        vehicle = next(iter(needed_without(problem, small_plan(problem), used.id)))
        text = write_problem(problem).decode()
        plan_text = write_plan(small_plan(problem)).decode()
        for old, new in ((used.id, str(permit.id)), (vehicle, str(world.id("vehicle")))):
            text = text.replace(f'"{old}"', f'"{new}"')
            plan_text = plan_text.replace(f'"{old}"', f'"{new}"')
        version = session.get(PlanVersion, world.id("plan"))
        version.service_date = office.day + timedelta(days=2)
        version.problem_sha256 = office.store.put(text.encode())
        version.plan_sha256 = office.store.put(plan_text.encode())
        before = (version.state, version.plan_sha256)
    with office.database.write(police) as session:
        _, hits = verbs.change_permit(
            session, police, office.store, permit.id, "ended", reason="骗取许可", act="annulled"
        )
    assert [(h.plan_version_id, h.vehicle_id) for h in hits] == [
        (world.id("plan"), world.id("vehicle"))
    ]
    assert hits[0].times
    with office.database.read(dispatcher) as session:
        told = open_flags(session, dispatcher, world.id("plan"))
        assert [n.params["number"] for n in told] == [permit.number]
        assert unread(session, dispatcher) == 1
        kept = session.get(PlanVersion, world.id("plan"))
        assert (kept.state, kept.plan_sha256) == before
    for name in ("dispatcher2", "police", "carrier", "shipper"):
        who = world.actors[name]
        with office.database.read(who) as session:
            assert not session.scalars(visible(session, who, Notice)).all()


def test_a_plan_that_cannot_be_read_is_flagged_all_the_same(office):
    key = office.handed_in()
    office.decide(key, "approved")
    police = office.world.actors["police"]
    with office.database.write(police) as session:
        permit = queries.permit_of(session, police, key)
        _, hits = verbs.change_permit(
            session, police, office.store, permit.id, "suspended", reason="核查"
        )
    assert [h.plan_version_id for h in hits] == [office.world.id("plan")]


def test_a_pass_whose_papers_do_not_come_falls_out_of_the_plans_by_itself(city):
    """Even where a published rule lets it take effect before they have come."""
    mine = str(city.world.id("vehicle"))
    with city.database.write() as session:
        session.execute(update(PermitScheme).values(effect_basis="云汀政发〔2026〕3 号第 6 条"))
        for row in session.scalars(select(Document).where(Document.kind == "letter")):
            session.delete(row)
    key = city.handed_in(content={"defer": ["letter"]})
    city.decide(key, "approved")
    due = city.day + timedelta(days=5)
    after = due + timedelta(days=1)
    assert not closed(problem_of(city, due), mine, at(due, 12))
    assert closed(problem_of(city, after), mine, at(after, 12))
    police = city.world.actors["police"]
    with city.database.write(police) as session:
        papers_arrived(session, police, queries.permit_of(session, police, key).id)
    assert not closed(problem_of(city, after), mine, at(after, 12))


def test_planned_trips_are_stays_in_the_zone():
    """From the first stop inside until the last one there is left, anew after each time outside."""
    problem = small_city()
    route = small_plan(problem).routes[0]
    places = {place.id: place for place in problem.places}
    stops = [stop for duty in route.duties for trip in duty.trips for stop in trip.stops]
    everywhere = ZoneRecord(id="w", polygons=[factories.square(130.0, 19.0, 6.0)])
    assert stays(stops, places, everywhere) == [(stops[0].arrive, stops[-1].depart)]
    chosen = places[stops[len(stops) // 2].place]
    around = factories.square(chosen.lon - 1e-4, chosen.lat - 1e-4, 2e-4)
    zone = ZoneRecord(id="z", polygons=[around])
    inside = [in_zone(zone, places[s.place].lon, places[s.place].lat) for s in stops]
    begins = [k for k, here in enumerate(inside) if here and (k == 0 or not inside[k - 1])]
    found = stays(stops, places, zone)
    assert [enters for enters, _leaves in found] == [stops[k].arrive for k in begins]
    assert 0 < len(found) < len(stops)


@pytest.mark.parametrize(
    ("hours", "moment", "good"),
    [
        ([], "12:00:00", True),
        ([(9, 17)], "08:59:59", False),
        ([(9, 17)], "09:00:00", True),
        ([(9, 17)], "16:59:59", True),
        ([(9, 17)], "17:00:00", False),
        ([(22, 5)], "21:59:59", False),
        ([(22, 5)], "23:00:00", True),
        ([(22, 5)], "04:59:59", True),
        ([(22, 5)], "05:00:00", False),
    ],
)
def test_at_the_roadside_a_pass_holds_as_it_does_in_plans(hours, moment, good):
    day = factories.DAY
    permit = Permit(
        state="approved", date_from=day, date_to=day,
        hours=[{"start": a * HOUR, "end": b * HOUR} for a, b in hours],
    )  # fmt: skip
    now = datetime.fromisoformat(f"{day}T{moment}+08:00")
    assert holds(permit, now) is good
    for other in (-1, 1):
        assert not holds(permit, now + timedelta(days=other))
    permit.state = "suspended"
    assert not holds(permit, now)
