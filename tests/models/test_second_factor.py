"""One-time codes: RFC 6238's own vectors, no code twice, back-off, recovery."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import text

from models.accounts import second_factor
from models.accounts.login import LIMITS, log_in
from models.accounts.people import reset_second_factor
from models.accounts.queries import signed_in
from models.accounts.tables import Account, LoginThrottle
from models.audit.tables import AuditEvent
from models.base import now
from models.db import Database, downgrade, make_engine, upgrade
from models.errors import Conflict, Forbidden, Invalid, NotFound
from models.sealing import Sealer, sealer
from tests import factories

SECRET = factories.TOTP_SECRET
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # noqa: S105 - RFC 6238, appendix B
RFC_VECTORS = {59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"}


def account_of(session, world, role="police"):
    return session.get(Account, world.id(f"account:{role}"))


def check(database, world, code, role="police"):
    with database.write() as session:
        return second_factor.check(session, account_of(session, world, role), code)


def code_at(steps=0):
    return pyotp.TOTP(SECRET).at(now() + timedelta(seconds=30 * steps))


def test_the_codes_are_those_of_the_standard(spatialite_world, monkeypatch):
    database, world = spatialite_world
    for at, code in RFC_VECTORS.items():
        with database.write() as session:
            account = account_of(session, world)
            account.totp_secret = sealer(session).seal(RFC_SECRET)
            account.totp_last_step = None
        moment = datetime.fromtimestamp(at, UTC)
        monkeypatch.setattr(second_factor, "now", lambda moment=moment: moment)
        assert check(database, world, code).account is not None


def test_the_password_alone_is_half_a_log_in(database, world):
    login = world.rows["account:police"].login
    with database.write() as session:
        answer = log_in(session, login=login, password=factories.PASSWORD, address="10.0.0.1")
        assert answer.second_factor
        assert answer.account.last_login_at is None
        assert not session.query(AuditEvent).filter(AuditEvent.action == "log_in").count()
    assert check(database, world, code_at()).account.last_login_at is not None


def test_a_code_is_taken_once_and_no_older_one_after_it(database, world):
    code = code_at()
    assert check(database, world, code).account is not None
    assert check(database, world, code).account is None
    assert check(database, world, code_at(-1)).account is None
    assert check(database, world, code_at(1)).account is not None


@pytest.mark.parametrize("wrong", ["", "000000x", "１２３４５６", "far"])
def test_what_is_no_present_code_is_refused(spatialite_world, wrong):
    database, world = spatialite_world
    given = code_at(3) if wrong == "far" else wrong
    answer = check(database, world, given)
    assert (answer.account, answer.error.code) == (None, "code")


def test_guessing_codes_backs_off_apart_from_the_password(spatialite_world):
    database, world = spatialite_world
    wrong = next(c for c in ("123123", "321321") if c not in {code_at(n) for n in (-1, 0, 1)})
    for _ in range(LIMITS["login"]):
        assert check(database, world, wrong).error.code == "code"
    assert check(database, world, code_at()).error.code == "log_in_blocked"
    login = world.rows["account:police"].login
    with database.write() as session:  # the right password does not reset it
        assert log_in(session, login=login, password=factories.PASSWORD, address="x").second_factor
    assert check(database, world, code_at()).error.code == "log_in_blocked"
    with database.write() as session:
        key = ("login", f"{login} 2")
        session.get(LoginThrottle, key).blocked_until = now() - timedelta(seconds=1)
    assert check(database, world, code_at()).account is not None


def test_enrolling_takes_a_code_and_gives_recovery_codes_good_once(database, world):
    actor = world.actors["shipper"]
    with database.write() as session:
        secret = second_factor.begin(session, actor)
        assert second_factor.begin(session, actor) == secret
        assert not second_factor.has_one(account_of(session, world, "shipper"))
    with database.write() as session, pytest.raises(Invalid):
        second_factor.confirm(session, actor, "000000x")
    with database.write() as session:
        codes = second_factor.confirm(session, actor, pyotp.TOTP(secret).now())
        kept = account_of(session, world, "shipper").recovery_codes
    assert len(set(codes)) == second_factor.RECOVERY_CODES
    assert not set(codes) & set(kept)
    with database.write() as session, pytest.raises(Conflict):
        second_factor.begin(session, actor)
    assert check(database, world, codes[0].lower().replace("-", " "), "shipper").account is not None
    assert check(database, world, codes[0], "shipper").account is None
    with database.write() as session:
        fresh = second_factor.renew_recovery_codes(session, actor, factories.PASSWORD)
    assert check(database, world, codes[1], "shipper").account is None
    assert check(database, world, fresh[1], "shipper").account is not None


def test_it_is_switched_off_only_where_it_is_not_required(spatialite_world):
    database, world = spatialite_world
    with database.write() as session:
        with pytest.raises(Invalid):
            second_factor.switch_off(session, world.actors["police"], factories.PASSWORD)
        with pytest.raises(Invalid):
            second_factor.switch_off(session, world.actors["shipper"], factories.PASSWORD)
        own = account_of(session, world, "shipper")
        second_factor.set_up(session, world.actors["shipper"], own)
        with pytest.raises(Invalid):
            second_factor.switch_off(session, world.actors["shipper"], "wrong")
        second_factor.switch_off(session, world.actors["shipper"], factories.PASSWORD)
        assert not second_factor.has_one(own)


def test_a_lost_telephone_is_reset_by_whoever_administers_the_account(database, world):
    key = world.id("account:police")
    for name, error in (("reviewer", NotFound), ("shipper", NotFound), ("dispatcher", NotFound)):
        with database.write() as session, pytest.raises(error):
            reset_second_factor(session, world.actors[name], key)
    with database.write() as session, pytest.raises(Forbidden):
        reset_second_factor(session, world.actors["clerk"], world.id("account:clerk"))
    with database.write() as session:
        reset_second_factor(session, world.actors["admin"], key)
    with database.read() as session:
        assert not second_factor.has_one(session.get(Account, key))
        assert signed_in(session, key, 0) is None


def test_secrets_lie_sealed_in_the_database(database, world):
    with database.write() as session:
        second_factor.begin(session, world.actors["shipper"])
    with database.read() as session:
        kept = [secret for (secret,) in session.query(Account.totp_secret) if secret]
    assert len(kept) > 1
    assert not any(SECRET in secret for secret in kept)
    assert {Sealer(database.secrets).open(secret) for secret in kept} > {SECRET}


def test_another_installations_secret_opens_nothing_and_an_earlier_one_does(spatialite_world):
    database, world = spatialite_world
    login = world.rows["account:police"].login
    with database.write() as session:
        codes = second_factor.renew_recovery_codes(
            session, world.actors["police"], factories.PASSWORD
        )
    other = Database(database.url, secrets=("a new one",))
    assert check(other, world, code_at()).error.code == "code"
    assert check(other, world, codes[0]).account.login == login  # recovery codes go on
    rotated = Database(database.url, secrets=("a new one", *database.secrets))
    assert check(rotated, world, code_at()).account is not None
    with other.read() as session:  # and is sealed anew as it is used
        assert second_factor.secret_of(session, account_of(session, world)) == SECRET
    other.dispose()
    rotated.dispose()


def test_secrets_of_before_are_sealed_by_the_migration_and_opened_by_its_way_back(databases):
    with databases.fresh(empty=True) as database:
        database.upgrade()
        with database.write() as session:
            factories.world(session)
        downgrade(database.owner_url, "0010", database.secrets)
        engine = make_engine(database.owner_url).execution_options(greenfreight_write=True)
        told = text("SELECT DISTINCT totp_secret FROM accounts WHERE totp_secret IS NOT NULL")
        with engine.begin() as connection:
            assert connection.scalars(told).all() == [SECRET]
        with pytest.raises(ValueError, match="SECRET_KEY"):
            upgrade(database.owner_url)
        engine.dispose()
        database.upgrade()
        with database.read() as session:
            kept = [secret for (secret,) in session.query(Account.totp_secret) if secret]
        assert {Sealer(database.secrets).open(secret) for secret in kept} == {SECRET}
        assert SECRET not in kept
