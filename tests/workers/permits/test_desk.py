"""Applications from the form to the pass: checks, decisions by the right people, each recorded."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from models.accounts.actor import Actor
from models.accounts.visibility import visible
from models.audit.tables import AuditEvent
from models.documents.tables import Document
from models.errors import Conflict, Forbidden, Invalid, NotFound, RefusedTransition
from models.fleet.tables import Vehicle, VehiclePaper
from models.permits import queries
from models.permits.applications import change_application, draft_application, withdraw_application
from models.permits.operations import papers_arrived
from models.permits.states import standing
from models.permits.tables import ApplicationEvent, Permit, PermitApplication, PermitScheme
from models.rules.tables import AccessRule
from tests import factories
from tests.permit_city import asked, document
from tests.workers.jobs.plant import until
from tests.workers.permits.conftest import made
from workers.permits import desk as verbs
from workers.permits.quota import hours_covered, occupancy, zone_hours


def change(office, table, key, **values):
    with office.database.write() as session:
        session.execute(update(table).where(table.id == key).values(**values))


def test_from_the_form_to_the_pass(both):
    key = both.draft()
    police = both.world.actors["police"]
    with both.database.read(police) as session:  # a draft is the applicant's alone
        assert not session.scalars(visible(session, police, PermitApplication)).all()
        assert not session.scalars(visible(session, police, Document)).all()
    assert not {"fatal", "defect"} & set(both.codes(key).values())
    both.submit(key)
    with both.database.read(police) as session:  # and its papers are, until it is handed in
        assert len(session.scalars(visible(session, police, Document)).all()) == 2
    assert both.codes(key, "police") == both.codes(key)
    row = both.decide(key, "approved")
    assert (row.state, row.decided_by) == ("approved", police.account_id)
    assert row.decision["letterhead"].startswith("云汀市公安局")
    carrier = both.world.actors["carrier"]
    with both.database.read(carrier) as session:
        permit = queries.permit_of(session, carrier, key)
        assert permit is not None
        assert [v.id for v in permit.vehicles] == [both.world.id("vehicle")]
        assert (permit.date_from, permit.date_to) == (row.date_from, row.date_to)
        assert (permit.hours, permit.trips_per_day) == (row.hours, 2)
        steps = [e.to_state for e in queries.application_history(session, carrier, key)]
        assert steps == ["submitted", "in_review", "approved"]
    with both.database.read() as session:
        done = session.scalars(
            select(AuditEvent.action).where(AuditEvent.entity_id == str(key))
        ).all()
        assert list(done) == ["create", "submit", "in_review", "approved"]


@pytest.mark.parametrize(
    ("values", "code", "tone"),
    [
        ({"date_to": None}, "dates_missing", "fatal"),
        ({"date_from": "late"}, "dates_reversed", "fatal"),
        ({"date_from": "gone", "date_to": "gone"}, "dates_past", "fatal"),
        ({"date_to": "far"}, "dates_long", "defect"),
        ({"vehicle_id": None}, "vehicle_missing", "fatal"),
        ({"scheme_id": None}, "scheme_missing", "fatal"),
        ({"content": {"rules": []}}, "rules_missing", "fatal"),
        ({"content": {"vehicle": {}}}, "licence_fields", "defect"),
        ({"content": {"vehicle": {"vin": "123", "owner": "x", "registered_on": "2024-01-01"}}},
         "vin_form", "defect"),
    ],
)  # fmt: skip
def test_what_the_form_lacks_is_found(office, values, code, tone):
    days = {"late": 60, "gone": -3, "far": 200}
    given = {
        name: office.day + timedelta(days=days[value]) if value in days else value
        for name, value in values.items()
        if not isinstance(value, dict)
    }
    key = office.draft(**given, **{n: v for n, v in values.items() if isinstance(v, dict)})
    assert office.codes(key)[code] == tone
    if tone == "fatal":
        with pytest.raises(Invalid) as refused:
            office.submit(key)
        assert refused.value.code == "not_ready"
    else:
        office.submit(key)


def test_papers_that_lapse_before_and_within_the_dates(office):
    key = office.draft()
    for days, code in ((-1, "paper_lapsed"), (10, "paper_lapsing"), (30, "paper_ok")):
        with office.database.write() as session:
            session.execute(update(VehiclePaper).values(valid_to=office.day + timedelta(days=days)))
        assert code in office.codes(key)
    with office.database.write() as session:
        for row in session.scalars(select(VehiclePaper)):
            session.delete(row)
    assert office.codes(key)["paper_missing"] == "defect"


def test_a_rule_that_does_not_bind_needs_no_pass(office):
    key = office.handed_in()
    change(office, AccessRule, office.world.id("pass_rule"), exempt=[{"energy": ["bev"]}])
    assert office.codes(key)["rule_unbound"] == "defect"
    with pytest.raises(Invalid) as refused:  # whatever reason is given
        office.decide(key, "approved", points=["照顾"])
    assert "无需通行证" in refused.value.message


def test_a_rule_that_no_pass_lifts_or_that_is_not_in_force(office):
    key = office.draft()
    rule = office.world.id("pass_rule")
    change(office, AccessRule, rule, effective_from=office.day + timedelta(days=31))
    assert office.codes(key)["rule_gone"] == "defect"
    change(office, AccessRule, rule, effective_from=office.day + timedelta(days=30))
    assert office.codes(key)["rule_ok"] == "good"
    change(office, AccessRule, rule, effect="no_stopping")
    assert office.codes(key)["rule_not_liftable"] == "fatal"


def test_a_vehicle_above_the_zones_limits(office):
    key = office.draft()
    kind = office.world.rows["type"]
    change(office, type(kind), kind.id, length_mm=8_000)
    assert "zone_limit" not in office.codes(key)
    change(office, type(kind), kind.id, length_mm=8_001)
    assert office.codes(key)["zone_limit"] == "defect"
    office.submit(key)
    with pytest.raises(Invalid):
        office.decide(key, "approved")
    assert office.decide(key, "approved", points=["夜间空驶，无更小车辆"]).reasons


def test_a_second_pass_for_the_same_is_found_on_both_sides_of_its_border(office):
    first = office.handed_in()
    again = office.handed_in()
    assert office.codes(again)["duplicate_open"] == "defect"
    assert "duplicate_open" not in office.codes(first)  # it came first
    second = office.handed_in(hours=[{"start": 61_200, "end": 64_800}])
    assert "duplicate_open" not in office.codes(second)
    office.decide(first, "approved")
    assert "duplicate_permit" not in office.codes(second)  # other hours of the same days
    third = office.draft(hours=[{"start": 57_600, "end": 64_800}])
    assert office.codes(third)["duplicate_permit"] == "defect"
    later = office.draft(
        date_from=office.day + timedelta(days=31), date_to=office.day + timedelta(days=40)
    )
    assert "duplicate_permit" not in office.codes(later)
    touching = office.draft(
        date_from=office.day + timedelta(days=30), date_to=office.day + timedelta(days=40)
    )
    assert office.codes(touching)["duplicate_permit"] == "defect"


def test_the_quota_counts_everybodys_passes_and_only_counts_are_told(both):
    office, world = both, both.world
    with office.database.write() as session:
        for name, start in (("carrier2", 32_400), ("carrier2", 36_000)):
            factories.permit(
                session,
                world.organisations[name],
                [session.get(Vehicle, world.id("vehicle2"))],
                [session.get(AccessRule, world.id("pass_rule"))],
                date_from=office.day,
                date_to=office.day + timedelta(days=60),
                hours=[{"start": start, "end": start + 3600}],
            )
    carrier = world.actors["carrier"]
    key = office.draft()
    assert "quota_full" not in office.codes(key)  # 2 of 2 with this one
    with office.database.write() as session:
        factories.permit(
            session,
            world.organisations["carrier2"],
            [session.get(Vehicle, world.id("vehicle2"))],
            [session.get(AccessRule, world.id("pass_rule"))],
            date_from=office.day + timedelta(days=30),
            date_to=office.day + timedelta(days=60),
            hours=[{"start": 34_200, "end": 34_800}],
        )
    assert office.codes(key)["quota_full"] == "defect"  # 3 of 2 from 09:00 on the last day
    with office.database.read(carrier) as session:
        scheme = session.get(PermitScheme, world.id("scheme"))
        dates = (office.day + timedelta(days=1), office.day + timedelta(days=30))
        hours = zone_hours(
            session, carrier, world.id("pass_zone"), dates, scheme=scheme,
            hours=[{"start": 32_400, "end": 61_200}],
        )  # fmt: skip
        assert [(h.hour, h.count, h.with_this, h.full) for h in hours[8:11]] == [
            (8, 0, 0, False),
            (9, 2, 3, True),
            (10, 1, 2, False),
        ]
        assert not [p for p in session.scalars(visible(session, carrier, Permit))
                    if p.organisation_id != carrier.organisation_id]  # fmt: skip


def test_of_two_who_decide_at_once_the_second_sees_the_first(postgresql, tmp_path):
    office = made(postgresql, tmp_path)
    world, answers = office.world, []
    with office.database.write() as session:
        line = session.get(PermitScheme, world.id("scheme"))
        line.zones = [{**line.zones[0], "per_hour": 1}]
    first = office.handed_in()
    second = office.handed_in("carrier2", vehicle_id=world.id("vehicle2"))

    def other() -> None:
        try:
            answers.append(office.decide(second, "approved").state)
        except Invalid as refused:
            answers.append(refused.code)

    def waits_or_answered() -> bool:
        with office.database.read() as session:
            waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            return bool(answers) or bool(session.scalar(waiting))

    police = world.actors["police"]
    thread = threading.Thread(target=other)
    with office.database.write(police) as session:
        verbs.decide(session, police, first, "approved")
        thread.start()
        until(waits_or_answered, "the second waits for the first")
    thread.join(60)
    assert answers == ["reason_missing"]  # the hour is full now; it would take a written reason


def test_hours_past_midnight_are_covered_on_both_sides():
    night = hours_covered([{"start": 79_200, "end": 18_000}])
    assert [h for h in range(24) if night[h]] == [0, 1, 2, 3, 4, 22, 23]
    assert sum(hours_covered([{"start": 3_599, "end": 3_600}])) == 1
    assert all(hours_covered([]))


def test_occupancy_is_of_the_fullest_date(office):
    def good(first: int, last: int) -> Permit:
        day = office.day
        return Permit(
            date_from=day + timedelta(days=first), date_to=day + timedelta(days=last),
            hours=[], vehicles=[Vehicle()],
        )  # fmt: skip

    last = office.day + timedelta(days=9)
    assert occupancy([good(0, 4), good(5, 9)], office.day, last)[12] == 1
    assert occupancy([good(0, 5), good(5, 9), good(-9, -1)], office.day, last)[12] == 2


def test_nothing_takes_effect_before_deferred_papers_have_come(office):
    with office.database.write() as session:
        for row in session.scalars(select(Document).where(Document.kind == "letter")):
            session.delete(row)
    key = office.draft()
    assert office.codes(key)["document_missing"] == "defect"
    carrier = office.world.actors["carrier"]
    with office.database.write(carrier) as session:
        change_application(session, carrier, key, content={"defer": ["letter"]})
    assert office.codes(key)["document_deferred"] == "attention"
    office.submit(key)
    assert office.decide(key, "in_review").papers_due == office.day + timedelta(days=5)
    with pytest.raises(Invalid):
        office.decide(key, "approved", points=["先予通过"])
    with office.database.write() as session:
        document(
            session, office.world.organisations["carrier"], ("application", key), "letter",
            audience="authority",
        )  # fmt: skip
    assert office.decide(key, "approved").state == "approved"


def test_a_published_rule_may_let_it_take_effect_until_the_deadline(office):
    world = office.world
    change(office, PermitScheme, world.id("scheme"), effect_basis="云汀政发〔2026〕3 号第 6 条")
    with office.database.write() as session:
        for row in session.scalars(select(Document).where(Document.kind == "letter")):
            session.delete(row)
    key = office.handed_in(content={"defer": ["letter"]})
    office.decide(key, "approved")
    police = world.actors["police"]
    due = office.day + timedelta(days=5)
    with office.database.write(police) as session:
        permit = queries.permit_of(session, police, key)
        assert permit.last_day == due
        assert [standing(permit, d) for d in (due, due + timedelta(days=1))] == [
            "active",
            "expired",
        ]
        papers_arrived(session, police, permit.id)
        assert permit.last_day == permit.date_to
        with pytest.raises(Invalid):
            papers_arrived(session, police, permit.id)


def test_without_an_authorisation_on_record_nothing_is_issued(office):
    key = office.handed_in()
    change(office, PermitScheme, office.world.id("scheme"), authorisation={"document": "口头"})
    with pytest.raises(Invalid):
        office.decide(key, "approved", points=["领导同意"])


def test_a_registered_pass_keeps_its_official_number_and_no_other_may(office):
    change(office, PermitScheme, office.world.id("scheme"), mode="register", authorisation={})
    with pytest.raises(Invalid):
        office.submit(office.draft())
    key = office.handed_in(content={"official": "999999202611070001"})
    office.decide(key, "approved")
    police = office.world.actors["police"]
    with office.database.read(police) as session:
        permit = queries.permit_of(session, police, key)
        assert (permit.number, permit.registered) == ("999999202611070001", True)
    again = office.draft(
        content={"official": "999999202611070001"},
        hours=[{"start": 0, "end": 3600}],
    )
    assert office.codes(again)["official_taken"] == "defect"


def test_a_papers_end_cuts_the_pass_short(office):
    key = office.handed_in()
    early = office.day + timedelta(days=12)
    with pytest.raises(Invalid):
        office.decide(key, "approved", until=office.day + timedelta(days=31))
    row = office.decide(key, "approved", until=early)
    police = office.world.actors["police"]
    with office.database.read(police) as session:
        assert queries.permit_of(session, police, key).date_to == early
    assert row.decision["last"] == early.isoformat()


def test_two_steps_are_two_people(office):
    change(office, PermitScheme, office.world.id("scheme"), steps=2)
    key = office.handed_in()
    with pytest.raises(Forbidden):  # an approver alone has no opinion to approve
        office.decide(key, "approved", "approver")
    row = office.decide(key, "approved", "reviewer")
    assert (row.state, row.opinion["target"]) == ("in_review", "approved")
    for who in ("reviewer",):
        with pytest.raises(Forbidden):
            office.decide(key, "approved", who)
    row = office.decide(key, "denied", "approver", points=["时段重叠"], remedies=["改用夜间"])
    assert (row.state, row.opinion["target"]) == ("denied", "approved")
    # one who holds both positions is still one person
    second = office.handed_in(hours=[{"start": 3_600, "end": 7_200}])
    office.decide(second, "approved", "police")
    with pytest.raises(Forbidden):
        office.decide(second, "approved", "police")


def test_nobody_reviews_their_own_organisation(office):
    world = office.world
    key = office.handed_in()
    police = world.actors["police"]
    own = Actor(
        account_id=police.account_id,
        organisation_id=world.organisations["carrier"].id,
        organisation_kind="traffic_police",
        role="police",
        positions=police.positions,
    )
    for target in ("in_review", "approved", "denied", "correction", "not_accepted"):
        with office.database.write() as session, pytest.raises(Forbidden):
            verbs.decide(session, own, key, target, points=["x"], remedies=["y"])


@pytest.mark.parametrize(
    "who", ["carrier", "carrier2", "dispatcher", "shipper", "officer", "admin"]
)
def test_only_reviewers_and_approvers_decide(office, who):
    key = office.handed_in()
    for target in ("in_review", "approved", "denied", "correction", "not_accepted"):
        with pytest.raises((Forbidden, NotFound)):
            office.decide(key, target, who, points=["x"], remedies=["y"])


def test_what_is_handed_in_is_not_changed_and_a_correction_tells_all_at_once(office):
    key = office.handed_in()
    carrier = office.world.actors["carrier"]
    with office.database.write(carrier) as session, pytest.raises(Conflict):
        change_application(session, carrier, key, content={})
    row = office.decide(key, "correction", points=["行驶证照片不清", "缺经办人电话"])
    assert row.defects == ["行驶证照片不清", "缺经办人电话"]
    with office.database.write(carrier) as session:
        change_application(session, carrier, key, content={"agent": {"name": "新经办"}})
    office.submit(key)
    office.decide(key, "in_review")
    with office.database.write(carrier) as session:
        withdraw_application(session, carrier, key, "不再需要")
    with pytest.raises(RefusedTransition):
        office.decide(key, "approved")


def test_those_that_are_alike_are_approved_together_each_by_itself(office):
    world = office.world
    keys = [office.handed_in(hours=[{"start": 32_400, "end": 36_000}])]
    with office.database.write() as session:
        for n in range(3):
            more = factories.vehicle(
                session, world.organisations["carrier"], world.rows["type"], world.rows["depot"],
                plate=f"辽Z9900{n}D",
            )  # fmt: skip
            for kind in ("inspection", "insurance"):
                session.add(
                    VehiclePaper(
                        vehicle_id=more.id, kind=kind, valid_to=office.day + timedelta(days=300)
                    )
                )
            for kind in ("vehicle_licence", "letter")[: 1 if n == 2 else 2]:
                document(session, world.organisations["carrier"], ("vehicle", more.id), kind)
            world.rows[f"more{n}"] = more
    change(office, PermitScheme, world.id("scheme"), zones=[])
    keys += [
        office.handed_in(vehicle_id=world.id(name), hours=[{"start": 32_400, "end": 36_000}])
        for name in ("more0", "more1", "more2")
    ]
    police = world.actors["police"]
    with office.database.write(police) as session:
        done, refused = verbs.approve_all(session, police, keys)
    assert done == 3
    assert ["委托书" in r.why for r in refused] == [True]
    with office.database.read() as session:
        events = session.scalars(
            select(ApplicationEvent.application_id).where(ApplicationEvent.to_state == "approved")
        ).all()
        assert set(events) == set(keys[:3])
    other = office.handed_in(hours=[{"start": 0, "end": 3_600}])
    with office.database.write(police) as session, pytest.raises(Conflict):
        verbs.approve_all(session, police, [keys[3], other])


def test_a_foreign_vehicle_cannot_be_applied_for(office):
    carrier = office.world.actors["carrier"]
    for values in (
        {"vehicle_id": office.world.id("vehicle2")},
        {"vehicle_id": uuid.uuid4()},
        {"scheme_id": uuid.uuid4()},
        {"content": {"rules": [str(uuid.uuid4())]}},
    ):
        with office.database.write(carrier) as session, pytest.raises(NotFound):
            draft_application(session, carrier, **asked(office.world, office.day, **values))
