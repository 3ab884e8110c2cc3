"""Every state against every state: what contracts draw is allowed, all else is refused."""

import pytest

from models.errors import Invalid, RefusedTransition
from models.orders.states import ORDER
from models.orders.tables import ORDER_STATES
from models.permits.states import APPLICATION, PERMIT, move_permit, standing
from models.permits.tables import APPLICATION_STATES, ENDED_ACTS, PERMIT_STATES, Permit, PermitEvent
from models.planning.states import PLAN
from models.planning.tables import PLAN_STATES
from tests import factories

DRAWN = {
    "order": {
        ("draft", "submitted"),
        ("submitted", "accepted"),
        ("submitted", "rejected"),
        ("submitted", "submitted"),
        ("accepted", "submitted"),
        ("accepted", "planned"),
        ("planned", "accepted"),
        ("planned", "dispatched"),
        ("dispatched", "delivered"),
        ("dispatched", "partly_delivered"),
        ("dispatched", "refused"),
        ("dispatched", "failed"),
        ("failed", "accepted"),
        ("failed", "closed"),
        ("refused", "accepted"),
        ("refused", "closed"),
        ("draft", "cancelled"),
        ("submitted", "cancelled"),
        ("accepted", "cancelled"),
        ("planned", "cancelled"),
    },
    "plan": {
        ("draft", "queued"),
        ("queued", "solving"),
        ("solving", "solved"),
        ("solving", "failed"),
        ("solving", "cancelled"),
        ("draft", "solved"),
        ("draft", "discarded"),
        ("queued", "cancelled"),
        ("failed", "queued"),
        ("cancelled", "queued"),
        ("solved", "published"),
        ("solved", "discarded"),
        ("published", "executing"),
        ("published", "superseded"),
        ("executing", "superseded"),
        ("executing", "closed"),
    },
    "permit": {
        ("approved", "suspended"),
        ("suspended", "approved"),
        ("approved", "ended"),
        ("suspended", "ended"),
    },
    "application": {
        ("draft", "submitted"),
        ("submitted", "in_review"),
        ("submitted", "correction"),
        ("submitted", "not_accepted"),
        ("correction", "submitted"),
        ("in_review", "approved"),
        ("in_review", "denied"),
        ("in_review", "withdrawn"),
    },
}
MACHINES = {
    "order": (ORDER, ORDER_STATES),
    "plan": (PLAN, PLAN_STATES),
    "permit": (PERMIT, PERMIT_STATES),
    "application": (APPLICATION, APPLICATION_STATES),
}


@pytest.mark.parametrize("kind", MACHINES)
def test_exactly_the_drawn_changes_are_allowed(kind):
    machine, states = MACHINES[kind]
    for source in states:
        for target in states:
            if (source, target) in DRAWN[kind]:
                machine.check(source, target, "原因")
            else:
                with pytest.raises(RefusedTransition) as refused:
                    machine.check(source, target, "原因")
                assert refused.value.message


@pytest.mark.parametrize("kind", MACHINES)
def test_what_needs_a_reason_is_refused_without(kind):
    machine, _ = MACHINES[kind]
    for source, target in DRAWN[kind]:
        if target in machine.reasoned:
            with pytest.raises(Invalid):
                machine.check(source, target, "  ")


def test_a_pass_ends_by_one_of_four_acts_and_no_other_way(spatialite):
    with spatialite.write() as session:
        world = factories.world(session)
        police = world.actors["police"]
        permit = session.get(Permit, world.id("permit"))
        for act in (None, "cancelled", "approved"):
            with pytest.raises(Invalid):
                move_permit(session, police, permit, "ended", reason="违规", act=act)
        with pytest.raises(Invalid):
            move_permit(session, police, permit, "suspended", reason="核查", act="revoked")
        move_permit(session, police, permit, "suspended", reason="核查")
        move_permit(session, police, permit, "ended", reason="违规", act="revoked")
        assert (permit.state, permit.ended_act) == ("ended", "revoked")
        session.flush()
        said = session.query(PermitEvent).order_by(PermitEvent.created_at).all()
        assert [(e.to_state, e.act, e.account_id) for e in said] == [
            ("suspended", None, police.account_id),
            ("ended", "revoked", police.account_id),
        ]
    assert len(ENDED_ACTS) == 4


def test_active_and_expired_are_computed_for_a_date():
    permit = Permit(state="approved", date_from=factories.DAY, date_to=factories.DAY)
    before = factories.DAY.replace(day=23)
    after = factories.DAY.replace(day=25)
    assert [standing(permit, day) for day in (before, factories.DAY, after)] == [
        "future",
        "active",
        "expired",
    ]
    permit.state = "suspended"
    assert standing(permit, factories.DAY) == "suspended"
