import threading
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from models.errors import Conflict, DomainError, Forbidden, NotFound, RefusedTransition
from models.orders.tables import Order
from models.planning.operations import (
    ClaimInput,
    VersionInput,
    create_version,
    discard,
    mask_plate,
    publish,
)
from models.planning.queries import get_version, held, in_force, list_versions, newest
from models.planning.tables import Claim, PlanEvent, PlanVersion
from tests import factories
from tests.factories import instant


def claim(thing_id, start, end, thing="vehicle", **more):
    return ClaimInput(
        thing=thing, thing_id=thing_id, starts_at=instant(start), ends_at=instant(end), **more
    )


@pytest.fixture
def ready(database):
    """A world whose orders are accepted, with a solved version for each operator."""
    with database.write() as session:
        world = factories.world(session)
        for suffix in ("", "2"):
            session.get(PlanVersion, world.id(f"plan{suffix}")).state = "superseded"
            session.get(Order, world.id(f"order{suffix}")).state = "accepted"
            solved = factories.plan_version(
                session, world.organisations[f"operator{suffix}"], state="solved"
            )
            factories.assign(
                session,
                solved,
                world.rows[f"vehicle{suffix}"],
                world.rows[f"driver{suffix}"],
                [world.rows[f"order{suffix}"]],
            )
            world.rows[f"solved{suffix}"] = solved
        return world


def test_publishing_plans_orders_and_tells_shippers_no_more_than_they_may_know(database, ready):
    dispatcher = ready.actors["dispatcher"]
    with database.write() as session:
        publish(session, dispatcher, ready.id("solved"), [claim(ready.id("vehicle"), 7, 11)])
    with database.read() as session:
        order = session.get(Order, ready.id("order"))
        plate = ready.rows["vehicle"].plate
        assert order.state == "planned"
        assert order.expected_from < instant(9) < order.expected_to
        assert order.expected_plate == mask_plate(plate) != plate
        assert in_force(session, dispatcher, factories.DAY).id == ready.id("solved")
        assert newest(session, dispatcher, factories.DAY).id == ready.id("solved")
        events = session.scalars(
            select(PlanEvent).where(PlanEvent.plan_version_id == ready.id("solved"))
        )
        assert [(e.to_state, e.account_id) for e in events] == [
            ("published", dispatcher.account_id)
        ]


def test_a_new_version_swaps_claims_and_frees_what_it_leaves_out(database, ready):
    dispatcher, vehicle = ready.actors["dispatcher"], ready.id("vehicle")
    with database.write() as session:
        publish(session, dispatcher, ready.id("solved"), [claim(vehicle, 7, 11)])
        operator = ready.organisations["operator"]
        later = factories.plan_version(session, operator, state="solved").id
    with database.write() as session:
        publish(session, dispatcher, later, [claim(vehicle, 8, 12)])
    with database.read() as session:
        assert session.get(PlanVersion, ready.id("solved")).state == "superseded"
        assert [c.plan_version_id for c in session.scalars(select(Claim))] == [later]
        order = session.get(Order, ready.id("order"))
        assert (order.state, order.expected_plate) == ("accepted", None)


def test_another_operators_claim_refuses_the_whole_publication(database, ready):
    bay = ready.id("bay")
    with database.write() as session:
        publish(session, ready.actors["dispatcher"], ready.id("solved"), [claim(bay, 9, 10, "bay")])
    rival = ready.actors["dispatcher2"]
    with pytest.raises(Conflict) as caught, database.write() as session:
        publish(session, rival, ready.id("solved2"), [claim(bay, 9.5, 10.5, "bay")])
    assert caught.value.code == "claim_overlap"
    with database.read() as session:
        assert session.get(PlanVersion, ready.id("solved2")).state == "solved"
        assert session.get(Order, ready.id("order2")).state == "accepted"
    with database.write() as session:  # intervals are half-open, spaces of a bay are apart
        publish(
            session,
            rival,
            ready.id("solved2"),
            [claim(bay, 10, 11, "bay"), claim(bay, 9, 10, "bay", space=1)],
        )
    with database.read() as session:
        seen = held(session, rival, instant(0), instant(24), except_of=factories.DAY)
        assert [(h.thing_id, h.starts_at) for h in seen] == [(bay, instant(9))]


def test_what_cannot_be_published(database, ready):
    dispatcher = ready.actors["dispatcher"]
    with database.write() as session:
        operator = ready.organisations["operator"]
        unsolved = factories.plan_version(session, operator).id
        what_if = factories.plan_version(session, operator, state="solved", scenario="少两辆").id
    with database.write() as session, pytest.raises(RefusedTransition):
        publish(session, dispatcher, unsolved, [])
    with database.write() as session, pytest.raises(Conflict):
        publish(session, dispatcher, what_if, [])
    with database.write() as session, pytest.raises(NotFound):
        publish(session, dispatcher, ready.id("solved2"), [])
    with database.write() as session, pytest.raises(Forbidden):
        publish(session, ready.actors["shipper"], ready.id("solved"), [])
    with database.write() as session:
        session.get(Order, ready.id("order")).state = "cancelled"
    with database.write() as session, pytest.raises(Conflict) as caught:
        publish(session, dispatcher, ready.id("solved"), [])
    assert caught.value.code == "orders_changed"


def test_the_database_allows_one_plan_in_force_and_none_unchecked(database, ready):
    operator = ready.organisations["operator"]
    with database.write() as session:
        factories.plan_version(session, operator, state="published")
    with pytest.raises(Conflict) as caught, database.write() as session:
        session.add(_another(operator, state="executing"))
    assert caught.value.code == "plan_in_force"
    for wrong in ({"verdict": "violated"}, {"verdict": None}, {"plan_sha256": None}):
        with pytest.raises(DomainError), database.write() as session:
            session.add(_another(operator, state="solved", **wrong))


def _another(operator, **values):
    given = {"verdict": "clean", "plan_sha256": "0" * 64, **values}
    number = factories.number()
    return PlanVersion(operator_id=operator.id, service_date=factories.DAY, version=number, **given)


def test_versions_are_numbered_and_listed(database, ready):
    dispatcher = ready.actors["dispatcher"]
    day = factories.DAY + timedelta(days=7)
    for _ in range(3):
        with database.write() as session:
            last = create_version(session, dispatcher, VersionInput(service_date=day)).id
    with database.read() as session:
        page = list_versions(session, dispatcher, day)
        assert [v.version for v in page.items] == [3, 2, 1]
        with pytest.raises(NotFound):
            get_version(session, ready.actors["dispatcher2"], last)
        with pytest.raises(NotFound):
            get_version(session, ready.actors["shipper"], last)
    with database.write() as session:
        assert discard(session, dispatcher, last).state == "discarded"
        with pytest.raises(RefusedTransition):
            discard(session, dispatcher, last)


def in_threads(count, work):
    """Run ``work(n)`` in threads that start together; gives results or exceptions."""
    gate, results = threading.Barrier(count), [None] * count

    def run(n):
        gate.wait()
        try:
            results[n] = work(n)
        except Exception as error:  # noqa: BLE001 - the test looks at what was raised
            results[n] = error

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_overlapping_claims_at_once_exactly_one_is_kept(database, ready):
    thing = uuid.uuid4()

    def hold(n):
        with database.write() as session:
            session.add(
                Claim(
                    thing="connector",
                    thing_id=thing,
                    starts_at=instant(1 + n / 10),
                    ends_at=instant(3),
                    plan_version_id=ready.id("solved"),
                )
            )

    results = in_threads(6, hold)
    refused = [r for r in results if r is not None]
    assert [r.code for r in refused] == ["claim_overlap"] * 5


def test_a_claim_moved_onto_another_is_refused(database, ready):
    with database.write() as session:
        for start in (1, 3):
            session.add(
                Claim(
                    thing="driver",
                    thing_id=ready.id("driver"),
                    starts_at=instant(start),
                    ends_at=instant(start + 1),
                    plan_version_id=ready.id("solved"),
                )
            )
    early = update(Claim).where(Claim.starts_at == instant(1)).values(ends_at=instant(3.5))
    with pytest.raises(Conflict), database.write() as session:
        session.execute(early)


def test_numbers_of_versions_asked_for_at_once_differ(database, ready):
    day = factories.DAY + timedelta(days=9)

    def ask(_):
        with database.write() as session:
            wanted = VersionInput(service_date=day)
            return create_version(session, ready.actors["dispatcher"], wanted).version

    assert sorted(in_threads(6, ask)) == [1, 2, 3, 4, 5, 6]


def test_of_two_dispatchers_one_publishes_and_the_other_is_told(database, ready):
    with database.write() as session:
        operator = ready.organisations["operator"]
        other = factories.plan_version(session, operator, state="solved").id

    def go(n):
        key = ready.id("solved") if n else other
        with database.write() as session:
            return publish(session, ready.actors["dispatcher"], key, []).id

    in_threads(2, go)
    with database.read() as session:
        states = [
            v.state
            for v in session.scalars(
                select(PlanVersion).where(PlanVersion.id.in_((other, ready.id("solved"))))
            )
        ]
    assert states.count("published") == 1
