"""``flask --app wsgi``: no server, no queue, no set secrets; 0, or 2 and one line."""

from __future__ import annotations

import pytest

from models.db import Database
from models.orders.tables import Order
from models.planning.tables import PlanVersion
from tests.workers.sheets import foreign
from tests.workers.sheets.conftest import make_town
from tests.workers.small_city import DAY, KEPT, small_city
from webapp import create_app
from workers.artefacts import DirectoryStore
from workers.demo.load import load
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


@pytest.fixture
def town(flask, tmp_path):
    """A small city in the home of the commands."""
    assert flask("db", "upgrade").exit_code == 0
    database = Database(f"sqlite:///{tmp_path / 'home' / 'greenfreight.sqlite'}")
    yield make_town(database, tmp_path / "home" / "artefacts")
    database.dispose()


def stored(town, **where):
    with town.desk.database.read() as session:
        return session.query(Order).filter_by(**where).all()


def test_a_sheet_goes_in_whole_for_whom_it_fits(flask, town, tmp_path):
    sheet = tmp_path / "周二.csv"
    sheet.write_bytes(foreign.gb18030_csv(town.day))
    done = flask("orders", "import", str(sheet))
    assert done.exit_code == 0, done.output
    assert f"{foreign.ROWS} orders stored" in done.stdout
    assert len(stored(town, shipper_id=town.shipper_id, state="submitted")) == foreign.ROWS
    refused(flask("orders", "import", str(sheet)), "CSV!A2", "已有这个订单")
    assert len(stored(town)) == foreign.ROWS


def test_a_workbook_for_a_named_shipper_with_dates_as_text(flask, town, tmp_path):
    book = tmp_path / "text.xlsx"
    book.write_bytes(foreign.text_dates(town.day))
    refused(flask("orders", "import", str(book), "--shipper", "快马快递示例"), "Sheet!B2")
    assert stored(town) == []
    done = flask("orders", "import", str(book), "--shipper", "禾丰超市示例")
    assert done.exit_code == 0, done.output
    assert {row.service_date for row in stored(town)} == {town.day}


def test_one_fault_and_nothing_goes_in(flask, town, tmp_path):
    sheet = tmp_path / "周二.csv"
    refused(flask("orders", "import", str(tmp_path / "none.csv")), "none.csv")
    whole = foreign.gb18030_csv(town.day).decode("gb18030")
    sheet.write_text(whole.replace("学府路店", "无此店", 1), encoding="gb18030")
    refused(flask("orders", "import", str(sheet), "--shipper", "nobody"), "--shipper nobody")
    refused(flask("orders", "import", str(sheet)), str(sheet), "!", "无此店")
    refused(flask("orders", "import", str(sheet), "--date", "24.11."), "24.11.")
    sheet.write_bytes(b"%PDF-1.7 not a table")
    refused(flask("orders", "import", str(sheet)), str(sheet))
    assert stored(town) == []


def test_a_date_is_planned_here_and_now(flask, tmp_path):
    assert flask("db", "upgrade").exit_code == 0
    home = tmp_path / "home"
    database = Database(f"sqlite:///{home / 'greenfreight.sqlite'}")
    load(database, DirectoryStore(home / "artefacts"), small_city(), accounts=False)
    done = flask("plan", f"{DAY}", "--time-limit", "3")
    assert done.exit_code == 0, done.output
    assert f"v1: clean, {KEPT - 1} of {KEPT} orders" in done.stdout
    with database.read() as session:
        states = {row.state for row in session.query(PlanVersion).filter_by(service_date=DAY)}
    assert states == {"published", "solved"}, "the neighbour's, and this one"
    database.dispose()
