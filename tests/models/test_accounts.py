from datetime import timedelta

import pytest
from sqlalchemy import select

from models.accounts.idempotency import Replay, Request, abandon, begin, finish
from models.accounts.login import LIMITS, log_in
from models.accounts.operations import (
    change_password,
    create_account,
    create_organisation,
)
from models.accounts.people import set_active
from models.accounts.queries import has_demo_accounts, signed_in
from models.accounts.tables import Account, ApiToken, IdempotencyKey, LoginThrottle
from models.accounts.tokens import allows, create_token, find_token, revoke_token
from models.base import now
from models.errors import Conflict, Forbidden, Invalid, NotFound
from tests.factories import PASSWORD


def attempt(database, login, password=PASSWORD, address="10.0.0.1"):
    with database.write() as session:
        return log_in(session, login=login, password=password, address=address)


def login_of(world, role):
    return world.rows[f"account:{role}"].login


def test_the_right_password_logs_in_and_upgrades_a_weak_hash(database, world):
    login = login_of(world, "shipper")
    weak = world.rows["account:shipper"].password_hash
    assert attempt(database, f" {login.upper()} ").account.id == world.id("account:shipper")
    with database.read() as session:
        account = session.get(Account, world.id("account:shipper"))
        assert account.password_hash != weak
        assert account.last_login_at is not None


def test_wrong_name_and_wrong_password_read_the_same(database, world):
    wrong = [
        attempt(database, login_of(world, "shipper"), "nope"),
        attempt(database, "nobody-at-all", "nope"),
    ]
    assert {(w.account, w.error.code, w.error.message) for w in wrong} == {
        (None, "log_in", "登录名或密码不正确")
    }


def test_too_many_failures_block_even_the_right_password_for_a_while(database, world):
    login = login_of(world, "shipper")
    for _ in range(LIMITS["login"]):
        attempt(database, login, "nope")
    blocked = attempt(database, login)
    assert blocked.account is None
    assert blocked.error.code == "log_in_blocked"
    assert attempt(database, login_of(world, "police")).account is not None
    with database.write() as session:
        throttle = session.get(LoginThrottle, ("login", login))
        throttle.blocked_until = now() - timedelta(seconds=1)
    assert attempt(database, login).account is not None


def test_many_names_from_one_address_block_the_address(database, world):
    with database.write() as session:
        for n in range(LIMITS["address"]):
            log_in(session, login=f"guess{n}", password="x", address="10.9.9.9")  # noqa: S106
    login = login_of(world, "police")
    assert attempt(database, login, address="10.9.9.9").error.code == "log_in_blocked"
    assert attempt(database, login, address="10.0.0.2").account is not None


def test_a_closed_account_is_out_at_once(database, world):
    admin, key = world.actors["admin"], world.id("account:shipper")
    with database.read() as session:
        assert signed_in(session, key, 0) is not None
    with database.write() as session:
        set_active(session, admin, key, active=False)
    assert attempt(database, login_of(world, "shipper")).account is None
    with database.read() as session:
        assert signed_in(session, key, 0) is None
    with database.write() as session, pytest.raises(Invalid):
        set_active(session, admin, admin.account_id, active=False)


def test_a_changed_password_ends_other_sessions(database, world):
    actor = world.actors["shipper"]
    with database.write() as session, pytest.raises(Invalid):
        change_password(session, actor, current="wrong", new="a-much-longer-one")
    with database.write() as session:
        change_password(session, actor, current=PASSWORD, new="a-much-longer-one")
    with database.read() as session:
        assert signed_in(session, actor.account_id, 0) is None
    assert attempt(database, login_of(world, "shipper"), "a-much-longer-one").account is not None


def test_only_an_administrator_makes_accounts_and_roles_fit(database, world):
    admin = world.actors["admin"]
    given = {"login": "New", "name": "新", "password": "long-enough-1"}
    with database.write() as session:
        of = create_organisation(session, admin, kind="shipper", name="新货主示例").id
        made = create_account(session, admin, role="shipper", organisation_id=of, **given)
        assert made.login == "new"
        for wrong in (
            {**given, "role": "police"},
            {**given, "role": "shipper"},
            {**given, "role": "shipper", "login": "other", "password": "short"},
        ):
            with pytest.raises(Invalid):
                create_account(session, admin, organisation_id=of, **wrong)
        with pytest.raises(Forbidden):
            create_organisation(session, world.actors["dispatcher"], kind="shipper", name="x")
    with database.read() as session:
        assert not has_demo_accounts(session)


def test_a_token_is_known_by_its_secret_alone_until_it_ends(database, world):
    actor = world.actors["shipper"]
    with database.write() as session:
        token, secret = create_token(session, actor, name="ERP", scopes=["orders:*"], days=1)
        key = token.id
    assert secret.startswith("gf_")
    assert len(secret) >= 3 + 43  # 256 bits
    with database.read() as session:
        found, speaks = find_token(session, secret)
        assert (speaks.account_id, speaks.role) == (actor.account_id, "shipper")
        assert allows(found, "orders:write")
        assert not allows(found, "plans:read")
        stored = session.execute(select(ApiToken.__table__)).one()
        assert secret not in str(stored)
        assert find_token(session, secret[:-1] + "A" * 2) is None
    with database.write() as session, pytest.raises(NotFound):
        revoke_token(session, world.actors["shipper2"], key)
    with database.write() as session:
        revoke_token(session, actor, key)
    with database.read() as session:
        assert find_token(session, secret) is None


def test_an_expired_token_and_impossible_ones_are_refused(database, world):
    actor = world.actors["shipper"]
    with database.write() as session:
        token, secret = create_token(session, actor, name="ERP", scopes=["orders:read"])
        token.created_at = now() - timedelta(days=91)
        token.expires_at = now() - timedelta(days=1)
    with database.read() as session:
        assert find_token(session, secret) is None
    for wrong in ({"days": 366}, {"days": 0}, {"scopes": ["orders"]}, {"scopes": []}):
        with database.write() as session, pytest.raises(Invalid):
            create_token(session, actor, **{"name": "x", "scopes": ["orders:read"], **wrong})


def request_for(body="a" * 64, key="k1"):
    return Request(token_key="t-1", method="POST", path="/api/v1/orders", key=key, body_sha256=body)  # noqa: S106


def test_a_request_is_done_once_and_answered_alike(database, world):
    actor = world.actors["shipper"]
    with database.write() as session:
        row = begin(session, actor, request_for())
    with database.write() as session, pytest.raises(Conflict) as flying:
        begin(session, actor, request_for())
    assert flying.value.code == "idempotency_in_flight"
    with database.write() as session:
        finish(session, row, status=201, headers={"Location": "/x"}, body=b"{}")
    with database.write() as session:
        answer = begin(session, actor, request_for())
        assert answer == Replay(status=201, headers={"Location": "/x"}, body=b"{}")
    with database.write() as session, pytest.raises(Invalid) as other:
        begin(session, actor, request_for(body="b" * 64))
    assert other.value.code == "idempotency_mismatch"
    with database.write() as session:  # another organisation's same key is another key
        assert not isinstance(begin(session, world.actors["shipper2"], request_for()), Replay)


def test_a_request_that_died_is_taken_over_and_cannot_store_any_more(database, world):
    actor = world.actors["shipper"]
    with database.write() as session:
        dead = begin(session, actor, request_for())
        session.get(IdempotencyKey, dead).created_at = now() - timedelta(seconds=31)
    with database.write() as session:
        again = begin(session, actor, request_for())
    assert again != dead
    with database.write() as session, pytest.raises(Conflict):
        finish(session, dead, status=201, headers={}, body=b"late")
    with database.write() as session:
        finish(session, again, status=201, headers={}, body=b"once")
    with database.write() as session:
        assert begin(session, actor, request_for()).body == b"once"


def test_a_key_is_free_again_after_a_day_or_a_failure(database, world):
    actor = world.actors["shipper"]
    with database.write() as session:
        row = begin(session, actor, request_for())
        abandon(session, row)
    with database.write() as session:
        again = begin(session, actor, request_for())
        finish(session, again, status=201, headers={}, body=b"")
        session.get(IdempotencyKey, again).expires_at = now() - timedelta(seconds=1)
    with database.write() as session:
        assert not isinstance(begin(session, actor, request_for()), Replay)
