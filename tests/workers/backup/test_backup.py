"""Backup, wipe, restore: the same plan, byte for byte, on both databases."""

from __future__ import annotations

import io
import json
import secrets
import tarfile
from uuid import UUID

import pytest
from flask import Flask

from models.accounts.city import today
from models.accounts.tokens import create_token
from models.db import Database
from models.planning.tables import PlanVersion
from tests import factories
from tests.webapp.conftest import fill_plan
from webapp import create_app
from workers.artefacts import open_store
from workers.backup import ArchiveError, back_up, last_backup, restore, schema
from workers.backup.archive import MANIFEST
from workers.settings import Settings, SettingsError, own_secret
from workers.supervise.steps import HomeLock


def settings_of(database: Database, home, **more: object) -> Settings:
    postgres = database.is_postgresql
    return Settings(
        home=home,
        database_url=database.url.render_as_string(hide_password=False),
        database_owner_url=database.owner_url.render_as_string(hide_password=False),
        redis_url="unix:///nowhere.sock",
        secret=own_secret(home, "secret_key"),
        embedded_database=not postgres,
    ).with_(**more)


class House:
    """An installation with a plan, and what it answers."""

    def __init__(self, database: Database, home) -> None:
        self.database, self.home = database, home
        self.settings = settings_of(database, home)

    def fill(self) -> None:
        with self.database.write() as session:
            factories.city(session, name="早先")
            day = today(session)
            session.rollback()
            self.world = factories.world(session, day)
        store = open_store(self.settings, self.database)
        with self.database.write() as session:
            self.plan = fill_plan(session, store, self.world, "")
            _row, self.token = create_token(
                session, self.world.actors["dispatcher"], name="test", scopes=("*",)
            )

    def said(self, plan: str, token: str) -> dict[str, bytes]:
        app: Flask = create_app(self.settings, TESTING=True, RATELIMIT_ENABLED=False)
        client = app.test_client()
        header = {"Authorization": f"Bearer {token}"}
        answers = {
            path: client.get(f"/api/v1/plans/{plan}{path}", headers=header)
            for path in ("", "/check", "/export.csv", "/export.geojson")
        }
        assert {a.status_code for a in answers.values()} == {200}
        store = open_store(self.settings, self.database)
        with self.database.read() as session:
            row = session.get_one(PlanVersion, UUID(plan))
            names = (row.problem_sha256, row.plan_sha256, row.names_sha256, row.check_sha256)
        app.extensions["database"].dispose()
        return {path: a.data for path, a in answers.items()} | {n: store.get(n) for n in names}


@pytest.fixture
def house(database, tmp_path) -> House:
    made = House(database, tmp_path / "home")
    made.fill()
    return made


def test_the_same_plan_byte_for_byte(house, databases, tmp_path):
    before = house.said(house.plan, house.token)
    made = back_up(house.settings, house.database, tmp_path / "all.tar.gz")
    assert last_backup(house.home) == made
    assert (tmp_path / "all.tar.gz").stat().st_mode & 0o777 == 0o600
    house.database.dispose()
    with databases.fresh(empty=True) as empty:
        other = House(empty, tmp_path / "other")
        own = other.settings.secret
        manifest = restore(other.settings, tmp_path / "all.tar.gz")
        assert manifest.revision == made.revision
        assert other.said(house.plan, house.token) == before
        restored = own_secret(tmp_path / "other", "secret_key")
        assert restored == house.settings.secret != own
        empty.dispose()


def test_data_are_replaced_only_when_asked(house, tmp_path):
    before = house.said(house.plan, house.token)
    back_up(house.settings, house.database, tmp_path / "all.tar.gz")
    with house.database.write() as session:
        session.get_one(PlanVersion, UUID(house.plan)).totals = {"orders": 0}
    changed = house.said(house.plan, house.token)
    house.database.dispose()
    with pytest.raises(ArchiveError, match="holds data already"):
        restore(house.settings, tmp_path / "all.tar.gz")
    assert house.said(house.plan, house.token) == changed
    house.database.dispose()
    restore(house.settings, tmp_path / "all.tar.gz", force=True)
    assert house.said(house.plan, house.token) == before


def _rewritten(source, target, change) -> None:
    """The archive with ``change(name, bytes) -> bytes | None`` done to each member."""
    with tarfile.open(source) as old, tarfile.open(target, "w:gz") as new:
        for entry in old:
            data = change(entry.name, old.extractfile(entry).read())
            if data is not None:
                entry.size = len(data)
                new.addfile(entry, io.BytesIO(data))


def _manifest(**said: object):
    def change(name: str, data: bytes) -> bytes:
        return json.dumps(json.loads(data) | said).encode() if name == MANIFEST else data

    return change


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda n, d: d[:-1] + b"!" if n.startswith("database") else d, "damaged"),
        (lambda n, d: None if n.startswith("artefacts/") else d, "missing from the archive"),
        (_manifest(members=[]), "not named by the manifest"),
        (_manifest(revision="9999_later"), "newer than this version"),
        (_manifest(database="postgresql"), "of a postgresql database"),
        (_manifest(version=9), "not known here"),
        (lambda n, d: None if n == MANIFEST else d, "does not begin with its manifest"),
    ],
)
def test_an_archive_that_is_not_right_changes_nothing(spatialite, tmp_path, change, why):
    house = House(spatialite, tmp_path / "home")
    house.fill()
    back_up(house.settings, spatialite, tmp_path / "all.tar.gz")
    before = house.said(house.plan, house.token)
    spatialite.dispose()
    _rewritten(tmp_path / "all.tar.gz", tmp_path / "bad.tar.gz", change)
    with pytest.raises(ArchiveError, match=why):
        restore(house.settings, tmp_path / "bad.tar.gz", force=True)
    (tmp_path / "cut.tar.gz").write_bytes((tmp_path / "all.tar.gz").read_bytes()[:-2000])
    with pytest.raises(ArchiveError, match=r"not a whole backup|missing from the archive|damaged"):
        restore(house.settings, tmp_path / "cut.tar.gz", force=True)
    assert house.said(house.plan, house.token) == before


def test_an_older_schema_is_migrated(databases, tmp_path):
    with databases.fresh(empty=True) as old, databases.fresh(empty=True) as empty:
        old.upgrade(_before_last(old))
        house = House(old, tmp_path / "home")
        made = back_up(house.settings, old, tmp_path / "old.tar.gz")
        other = House(empty, tmp_path / "other")
        restore(other.settings, tmp_path / "old.tar.gz")
        assert made.revision != schema.newest(empty)
        assert schema.revision_of(empty) == schema.newest(empty)
        assert schema.pending(empty) == []
        old.dispose()
        empty.dispose()


def _before_last(database: Database) -> str:
    scripts = schema._scripts(database)
    return str(scripts.get_revision(scripts.get_current_head()).down_revision)


def test_what_runs_is_not_restored(spatialite, tmp_path):
    house = House(spatialite, tmp_path / "home")
    back_up(house.settings, spatialite, tmp_path / "all.tar.gz")
    lock = HomeLock(house.home)
    try:
        with pytest.raises(SettingsError, match="already in use"):
            restore(house.settings, tmp_path / "all.tar.gz", force=True)
    finally:
        lock.release()


def test_a_connected_postgresql_is_not_restored(postgresql, tmp_path):
    house = House(postgresql, tmp_path / "home")
    back_up(house.settings, postgresql, tmp_path / "all.tar.gz")
    with postgresql.read() as session:
        session.connection()
        with pytest.raises(SettingsError, match="stop the product first"):
            restore(house.settings, tmp_path / "all.tar.gz", force=True)


def test_the_commands_say_what_they_did(spatialite, tmp_path):
    house = House(spatialite, tmp_path / "home")
    house.fill()
    spatialite.dispose()
    run = create_app(house.settings).test_cli_runner().invoke
    made = run(args=["backup", "create", str(tmp_path / "all.tar.gz")])
    assert made.exit_code == 0
    assert "files" in made.output
    refused = run(args=["backup", "restore", str(tmp_path / "all.tar.gz")])
    assert refused.exit_code == 2
    assert "holds data already" in refused.stderr
    done = run(args=["backup", "restore", "--force", str(tmp_path / "all.tar.gz")])
    assert (done.exit_code, "restored" in done.output) == (0, True)
    nothing = run(args=["backup", "restore", str(tmp_path / f"{secrets.token_hex(4)}.tar.gz")])
    assert (nothing.exit_code, "no such file" in nothing.stderr) == (2, True)
