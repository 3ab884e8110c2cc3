"""``flask --app wsgi``: no server, no queue, no set secrets; 0, or 2 and one line."""

from __future__ import annotations

import pytest

from models.db import Database
from tests.workers.sheets import foreign
from tests.workers.sheets.conftest import make_town
from webapp import create_app
from workers.settings import Settings


@pytest.fixture
def flask(tmp_path):
    """Runs a command in a home of its own, as on a machine where nothing was ever started."""
    app = create_app(Settings.from_env({"GREENFREIGHT_HOME": str(tmp_path / "home")}))
    runner = app.test_cli_runner()
    yield lambda *arguments: runner.invoke(args=list(arguments))
    app.extensions["database"].dispose()


def refused(result, *words):
    assert result.exit_code == 2, result.output
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.output
    for word in words:
        assert word in result.stderr


def test_from_nothing_to_a_city_once(flask):
    assert flask("db", "upgrade").exit_code == 0
    made = flask("city", "generate", "--date", "2026-11-24", "--seed", "7")
    assert made.exit_code == 0, made.output
    assert "dispatcher" in made.output
    refused(flask("city", "generate"), "已有城市数据")
    proven = flask("audit", "verify")
    assert proven.exit_code == 0, proven.output
    refused(flask("plan", "2026-11-31"), "2026-11-31")
    refused(flask("plan", "2026-11-24", "--operator", "nobody"), "--operator nobody")


def test_an_administrator_is_made_once_on_an_empty_home(flask):
    made = flask("accounts", "create-admin", "--login", "root")
    assert made.exit_code == 0, made.output
    assert "password" in made.output
    refused(flask("accounts", "create-admin", "--login", "root"), "登录名已被使用")
    refused(flask("accounts", "create-admin", "--login", "b", "--password", "short"))


def test_a_sheet_goes_in_whole_or_its_first_fault_is_told(flask, tmp_path):
    assert flask("db", "upgrade").exit_code == 0
    database = Database(f"sqlite:///{tmp_path / 'home' / 'greenfreight.sqlite'}")
    town = make_town(database, tmp_path / "home" / "artefacts")
    database.dispose()
    sheet = tmp_path / "周二.csv"
    sheet.write_bytes(foreign.gb18030_csv(town.day))
    refused(flask("orders", "import", str(tmp_path / "none.csv")), "none.csv")
    refused(flask("orders", "import", str(sheet), "--shipper", "nobody"), "--shipper nobody")
    sheet.write_bytes(b"%PDF-1.7 not a table")
    refused(flask("orders", "import", str(sheet)), str(sheet))
