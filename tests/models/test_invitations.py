"""Links that are good once: who may make them, for whom, and how they end."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.accounts import invitations, people
from models.accounts.invitations import Invited
from models.accounts.login import log_in
from models.accounts.operations import change_organisation
from models.accounts.queries import AccountFilter, page_accounts, signed_in
from models.accounts.tables import Account, Invitation
from models.accounts.tokens import create_token, find_token
from models.base import now
from models.errors import Forbidden, Invalid, NotFound
from tests import factories
from tests.factories import PASSWORD

NEW = "a-long-one-示例"


def invite(database, world, who="shipper", of="shipper", role="shipper", **more):
    wanted = Invited(organisation_id=world.organisations[of].id, role=role, name="新人", **more)
    with database.write() as session:
        _row, secret = invitations.invite(session, world.actors[who], wanted)
    return secret


def accept(database, secret, login="neu", password=NEW):
    with database.write() as session:
        return invitations.accept(session, secret, login=login, password=password)


def test_an_organisations_admin_invites_a_colleague_who_chooses_name_and_password(database, world):
    secret = invite(database, world, positions=["station_manager"])
    with database.read() as session:
        kept = session.scalars(select(Invitation)).one()
        assert secret not in str(vars(kept))
        assert invitations.find_invitation(session, secret).name == "新人"
    made = accept(database, secret, " Neu ")
    assert (made.login, made.role, made.positions) == ("neu", "shipper", ["station_manager"])
    assert made.organisation_id == world.organisations["shipper"].id
    with database.write() as session:
        assert log_in(session, login="neu", password=NEW, address="x").account is not None


def test_a_link_is_good_once_and_not_for_ever(database, world):
    secret = invite(database, world)
    with pytest.raises(Invalid):
        accept(database, secret, password="short")  # noqa: S106
    accept(database, secret)
    for wrong in (secret, "no-such-secret", ""):
        with pytest.raises(NotFound):
            accept(database, wrong, "another")
    late = invite(database, world)
    with database.write() as session:
        row = session.scalars(select(Invitation).where(Invitation.used_at.is_(None))).one()
        row.created_at, row.expires_at = now() - timedelta(days=8), now() - timedelta(seconds=1)
    with pytest.raises(NotFound):
        accept(database, late, "another")
    gone = invite(database, world)
    with database.write() as session:
        (row,) = invitations.open_invitations(session, world.actors["shipper"])
        invitations.revoke_invitation(session, world.actors["shipper"], row.id)
    with pytest.raises(NotFound):
        accept(database, gone, "another")


def test_nobody_invites_into_another_organisation_or_beyond_its_roles(database, world):
    for who, of, role, error in (
        ("shipper", "shipper2", "shipper", NotFound),
        ("dispatcher", "shipper", "shipper", NotFound),
        ("clerk", "shipper", "shipper", Forbidden),
        ("auditor", "shipper", "shipper", Forbidden),
        ("police", "police", "police", Forbidden),
        ("shipper", "shipper", "admin", Invalid),
        ("shipper", "shipper", "police", Invalid),
    ):
        with pytest.raises(error):
            invite(database, world, who, of, role)
    with pytest.raises(Invalid):
        invite(database, world, positions=["reviewer"])
    invite(database, world, "admin", "police", "police", positions=["officer"])


def test_an_admin_sees_and_closes_colleagues_and_nobody_elses(database, world):
    boss = world.actors["shipper"]
    with database.read() as session:
        seen = {a.organisation_id for a in page_accounts(session, boss, AccountFilter()).items}
        assert seen == {boss.organisation_id}
        own = page_accounts(session, world.actors["clerk"], AccountFilter()).items
        assert [a.id for a in own] == [world.actors["clerk"].account_id]
    for who, whom, error in (
        ("shipper", "shipper2", NotFound),
        ("clerk", "shipper", NotFound),
        ("shipper", "shipper", Invalid),
    ):
        with database.write() as session, pytest.raises(error):
            people.set_active(session, world.actors[who], world.id(f"account:{whom}"), active=False)
    key = world.id("account:clerk")
    with database.write() as session:
        _token, secret = create_token(
            session, world.actors["clerk"], name="x", scopes=["orders:read"]
        )
    with database.write() as session:
        people.set_active(session, boss, key, active=False)
    with database.read() as session:
        assert signed_in(session, key, 0) is None
        assert find_token(session, secret) is None


def test_positions_change_at_once_but_never_ones_own(database, world):
    boss, key = world.actors["shipper"], world.id("account:clerk")
    with database.write() as session:
        people.set_positions(session, boss, key, ["auditor", "clerk"])
        assert session.get(Account, key).positions == ["clerk", "auditor"]
        with pytest.raises(Invalid):
            people.set_positions(session, boss, key, ["admin"])
        with pytest.raises(Invalid):
            people.set_positions(session, boss, boss.account_id, ["shipper_admin", "auditor"])


def test_a_closed_organisation_is_out_at_once_and_invites_nobody(database, world):
    admin, of = world.actors["admin"], world.organisations["shipper"].id
    secret = invite(database, world)
    with database.write() as session:
        change_organisation(session, admin, of, active=False)
    with database.read() as session:
        assert signed_in(session, world.id("account:shipper"), 0) is None
    with pytest.raises(NotFound):
        accept(database, secret)
    with pytest.raises(Invalid):
        invite(database, world, "admin")
    with database.write() as session, pytest.raises(Invalid):
        change_organisation(session, admin, admin.organisation_id, active=False)


def test_a_link_for_a_new_password_ends_the_old_sessions_when_it_is_used(database, world):
    key, boss = world.id("account:clerk"), world.actors["shipper"]
    with database.write() as session:
        _row, secret = invitations.invite_to_reset(session, boss, key)
    login = world.rows["account:clerk"].login
    with database.write() as session:
        assert log_in(session, login=login, password=PASSWORD, address="x").account is not None
    accept(database, secret, "")
    with database.write() as session:
        assert signed_in(session, key, 0) is None
        assert log_in(session, login=login, password=NEW, address="x").account is not None
    with database.write() as session, pytest.raises(NotFound):
        invitations.invite_to_reset(session, boss, uuid.uuid4())


def test_row_security_keeps_invitations_within_the_organisation(postgresql):
    with postgresql.write() as session:
        world = factories.world(session)
    invite(postgresql, world)
    with postgresql.read(world.actors["shipper2"]) as session:
        assert session.scalars(select(Invitation)).all() == []
    with postgresql.read(world.actors["admin"]) as session:
        assert len(session.scalars(select(Invitation)).all()) == 1
