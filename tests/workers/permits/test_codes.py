"""Codes and their keys on both databases: made, judged under row security, rotated."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from models.accounts.actor import system_actor
from models.accounts.visibility import visible
from models.audit.tables import AuditEvent
from models.errors import Conflict, Forbidden
from models.fleet.tables import Vehicle
from models.permits import queries
from models.permits.inspections import scan, to_carry
from models.permits.keys import record_key
from models.permits.tables import RoadsideCheck, RoadsideKey
from models.rules.tables import AccessRule
from models.signing import signing_key
from tests import factories
from workers.permits.codes import codes_of, rotate, signer
from workers.settings import Settings, SettingsError


def settings(office, folder, **more) -> Settings:
    url = office.database.url.render_as_string(hide_password=False)
    return Settings(
        home=folder,
        database_url=url,
        database_owner_url=url,
        redis_url="unix:///none",
        secret="s",  # noqa: S106 - of this test alone
        **more,
    )


def code(office, key) -> str:
    with office.database.write() as session:
        made = factories.permit(
            session,
            office.world.organisations["carrier"],
            [session.get(Vehicle, office.world.id("vehicle"))],
            [session.get(AccessRule, office.world.id("pass_rule"))],
            date_from=office.day,
            date_to=office.day + timedelta(days=9),
        ).id
    with office.database.read() as session:
        row = queries.get_permit(session, system_actor(), made)
        return codes_of(key, [row], office.day)[0].text


def test_an_officer_judges_and_nobody_else_has_keys_or_checks(both, tmp_path):
    key = signer(settings(both, tmp_path), both.database)
    shown = code(both, key)
    officer, carrier = both.world.actors["officer"], both.world.actors["carrier"]
    with both.database.write(officer) as session:
        assert scan(session, officer, shown).verdict == "valid"
        assert [one.kid for one in to_carry(session, officer).keys] == [key.key.kid]
    for other in (carrier, both.world.actors["approver"]):
        with pytest.raises(Forbidden), both.database.write(other) as session:
            scan(session, other, shown)
    with pytest.raises(Forbidden), both.database.write(officer) as session:
        record_key(session, officer, signing_key("the officer's own").key)
    with both.database.read(carrier) as session:
        for entity in (RoadsideKey, RoadsideCheck):
            assert not session.scalars(visible(session, carrier, entity)).all()
            if both.database.is_postgresql:
                assert session.scalar(text(f"SELECT count(*) FROM {entity.__tablename__}")) == 0  # noqa: S608
    with both.database.read() as session:
        done = session.scalars(select(AuditEvent.action).order_by(AuditEvent.sequence)).all()
        assert done.count("scan") == 1
        assert done.count("refusal") == 3


def test_a_key_from_the_environment_is_changed_by_who_sets_it(office, tmp_path):
    first = settings(office, tmp_path, roadside_key="a" * 40)
    old = signer(first, office.database)
    assert not (tmp_path / "secrets" / "roadside_key").exists()
    with pytest.raises(Conflict, match="密钥已停用"):
        rotate(first, office.database)
    with pytest.raises(Conflict):
        signer(first, office.database)
    fresh = signer(first.with_(roadside_key="b" * 40), office.database)
    officer = office.world.actors["officer"]
    shown = [code(office, old), code(office, fresh)]
    with office.database.write(officer) as session:
        assert [scan(session, officer, one).verdict for one in shown] == ["valid", "valid"]


def test_a_short_key_is_refused_by_name():
    with pytest.raises(SettingsError, match="ROADSIDE_KEY"):
        Settings.from_env(
            {"ROADSIDE_KEY": "short", "GREENFREIGHT_HOME": "/nowhere", "SECRET_KEY": "x"}
        )
