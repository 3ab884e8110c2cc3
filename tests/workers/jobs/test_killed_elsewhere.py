"""What is killed is not a worker but a web, in mid-import."""

from __future__ import annotations

import datetime as dt
import json
import sys

from sqlalchemy import func, select

from models.orders.tables import Order
from tests.workers.jobs.plant import Plant
from tests.workers.sheets import foreign
from tests.workers.sheets.conftest import make_town
from workers.sheets import imports


def test_web_killed_in_mid_import(database, tmp_path):
    plant = Plant(tmp_path, database)
    town = make_town(database, tmp_path / "artefacts")
    day = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=4)
    import_id = imports.start_import(
        town.desk,
        town.shipper,
        kind="orders",
        file_name="周二.csv",
        data=foreign.gb18030_csv(day),
        service_date=day,
    )
    imports.ensure_parsed(town.desk, town.shipper, import_id)

    def stored() -> int:
        with database.read() as session:
            return session.scalar(select(func.count()).select_from(Order))

    (tmp_path / "what.json").write_text(
        json.dumps(
            {
                "account": str(town.shipper.account_id),
                "organisation": str(town.shipper.organisation_id),
                "import": str(import_id),
            }
        )
    )
    try:
        web = plant.start(sys.executable, "-m", "tests.workers.jobs.committing", str(tmp_path))
        plant.next_start()
        web.kill()
        web.wait()
        assert stored() == 0
        assert imports.commit(town.desk, town.shipper, import_id) == foreign.ROWS
        assert stored() == foreign.ROWS
        assert imports.commit(town.desk, town.shipper, import_id) == foreign.ROWS
        assert stored() == foreign.ROWS
    finally:
        plant.end()
