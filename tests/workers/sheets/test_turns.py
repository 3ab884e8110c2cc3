"""A dispatcher's own plan by sheet: what is understood of itself, what is told, by cell."""

from __future__ import annotations

import io
import uuid
from dataclasses import dataclass

import openpyxl
import pytest
from sqlalchemy import select

from models.db import Database
from models.errors import Invalid, NotFound
from models.orders.tables import Import, Order
from models.places.tables import Depot, Place
from models.planning.tables import PlanJob, PlanVersion
from tests import factories
from workers.sheets import imports
from workers.sheets.delimited import from_grid

HEAD = ["单号", "车牌", "趟", "顺序", "司机", "计划到达"]


@dataclass
class Day:
    town: object
    vehicles: dict[str, uuid.UUID]
    orders: dict[str, uuid.UUID]

    def bring(self, rows, head=HEAD, data=None, **more):
        """An import of these rows (or file) and its report."""
        table = None if data is not None else from_grid([head, *rows])
        import_id = imports.start_import(
            self.town.desk, self.town.dispatcher, kind="plans", file_name="排线.xlsx",
            data=data or repr(rows).encode(), service_date=self.town.day, table=table,
        )  # fmt: skip
        if more:
            imports.set_mapping(self.town.desk, self.town.dispatcher, import_id, **more)
        return import_id, imports.dry_run(self.town.desk, self.town.dispatcher, import_id)


def make_day(town) -> Day:
    with town.desk.database.write() as session:
        operator = town.dispatcher.organisation_id
        kind = factories.vehicle_type(session, organisation_id=operator)
        depot = session.get(Place, town.depot)
        session.add(Depot(place_id=depot.id, letter="A"))
        org = type("Org", (), {"id": operator})()
        vehicles = {
            plate: factories.vehicle(session, org, kind, depot, plate=plate, active=active).id
            for plate, active in (
                ("辽Z12345D", True), ("辽Z00001D", True), ("辽Z90009D", False),
            )
        }  # fmt: skip
        other = type("Org", (), {"id": town.other_dispatcher.organisation_id})()
        factories.vehicle(session, other, kind, depot, plate="辽Z77777D")
        for n, (name, phone) in enumerate((("张三（示例）", "19900000001"), ("李四", None))):
            factories.driver(session, org, depot, name=name, phone=phone, code=f"D{n}")
        orders = {}
        stores = list(town.places.values())
        for shipper, refs, state, day in (
            (town.shipper_id, [f"HF-1124-{n:03d}" for n in range(1, 7)], "accepted", town.day),
            (town.shipper_id, ["HF-1125-001"], "accepted", town.day.replace(day=25)),
            (town.shipper_id, ["HF-1124-020"], "submitted", town.day),
            (town.rival_id, ["HF-1124-001", "KM-9"], "accepted", town.day),
        ):
            for n, ref in enumerate(refs):
                row = factories.order(
                    session, type("S", (), {"id": shipper})(), org, depot,
                    session.get(Place, stores[n % 5]), reference=ref, state=state,
                    service_date=day,
                )  # fmt: skip
                orders[ref if shipper == town.shipper_id else f"km:{ref}"] = row.id
    return Day(town, vehicles, orders)


@pytest.fixture
def day(town) -> Day:
    return make_day(town)


def told(report) -> dict[str, str]:
    return {p.cell: p.rule for p in report.problems}


def noted(report) -> dict[str, str]:
    return {c.cell: c.note for c in report.converted}


def job_of(day: Day, import_id: uuid.UUID) -> tuple[PlanVersion, PlanJob]:
    with day.town.desk.database.read() as session:
        job = session.scalars(select(PlanJob).where(PlanJob.import_id == import_id)).one()
        version = session.get(PlanVersion, job.plan_version_id)
        session.expunge_all()
        return version, job


def test_what_people_write_is_understood_and_said(day: Day) -> None:
    import_id, report = day.bring([
        ["HF-1124-002", "辽 z12345d", "第１趟", "②", "张三", "前日 22:30"],
        ["1124-003", "", "", "①", "", "７：10"],
        ["KM-9", "Z12345D", "第二趟", "1", "D1 ", ""],
        ["快马快递HF-1124-001", "00001D", "", "", "19900000001", ""],
        ["HF-1124-004", "", "", "", "", ""],
        ["合计", "", "", "9", "", ""],
    ])  # fmt: skip
    assert told(report) == {}
    assert noted(report)["B2"] == "plate_tidied"
    assert noted(report)["B3"] == "filled_down"
    assert noted(report)["B4"] == "plate_completed"
    assert noted(report)["A3"] == "prefix_restored"
    assert noted(report)["A5"] == "shipper_taken_off"
    assert [s.row for s in report.totals_rows] == [7]
    assert (report.rows, report.passed) == (5, 5)
    assert imports.commit(day.town.desk, day.town.dispatcher, import_id) == 5
    assert imports.commit(day.town.desk, day.town.dispatcher, import_id) == 5, "again: no second"
    version, job = job_of(day, import_id)
    assert (version.state, version.engine, version.scenario) == ("draft", "hand", "人工排线")
    assert version.reason == "导入的人工排线"
    first, second = job.payload["days"]
    named = {str(id_): ref for ref, id_ in day.orders.items()}
    assert first["vehicle"] == str(day.vehicles["辽Z12345D"])
    assert [[named[s["order"]] for s in t["stops"]] for t in first["trips"]] == [
        ["HF-1124-003", "HF-1124-002"], ["km:KM-9"],
    ]  # fmt: skip
    assert first["trips"][0]["planned"] == {
        str(day.orders["HF-1124-002"]): -5400, str(day.orders["HF-1124-003"]): 25800,
    }  # fmt: skip
    assert [[named[s["order"]] for s in t["stops"]] for t in second["trips"]] == [
        ["km:HF-1124-001", "HF-1124-004"]
    ]
    with day.town.desk.database.read() as session:
        states = set(session.scalars(select(Order.state)))
    assert states == {"accepted", "submitted"}, "no order was touched"


def test_each_fault_is_told_at_its_cell_with_its_remedy(day: Day) -> None:
    _, report = day.bring([
        ["HF-1124-002", "辽Z12345D", "1", "1", "", ""],
        ["HF-1124-002", "辽Z00001D", "1", "1", "", ""],
        ["HF-1124-003", "辽Z12345O", "1", "2", "", ""],
        ["HF-1125-001", "辽Z12345D", "1", "3", "", ""],
        ["HF-1124-020", "辽Z12345D", "1", "4", "", ""],
        ["HF-1124-001", "辽Z12345D", "1", "5", "", ""],
        ["HF-1124-04", "辽Z90009D", "1", "6", "", ""],
        ["HF-1124-005", "辽Z77777D", "一车", "7", "王五", ""],
        ["HF-1124-002", "辽Z12345D", "1", "8", "", "25:00"],
    ])  # fmt: skip
    assert told(report) == {
        "A3": "order_placed_twice",
        "B4": "vehicle_unknown",
        "A5": "order_of_other_day",
        "A6": "order_not_open",
        "A7": "order_ambiguous",
        "A8": "order_unknown",
        "B8": "vehicle_idle",
        "B9": "vehicle_unknown",
        "E9": "driver_unknown",
        "F10": "no_such_time",
    }
    by_cell = {p.cell: p for p in report.problems}
    assert by_cell["A3"].text == "订单 HF-1124-002 在 A2 已排给 辽Z12345D 第 1 趟，一单只送一次"
    assert by_cell["A8"].fix == "HF-1124-004"
    assert by_cell["A5"].text == "订单 HF-1125-001 是 2026-11-25 的，不在这一天"
    assert by_cell["B9"].text == by_cell["B4"].text.replace("12345O", "77777D"), "another's = none"
    assert noted(report)["A10"] == "rows_joined"
    assert {a.reference for a in report.absent} == {"HF-1124-004", "HF-1124-006", "KM-9",
                                                    "HF-1124-001"}  # fmt: skip
    assert (report.rows, report.passed, report.failed) == (9, 1, 8)


def test_what_cannot_be_placed_is_left_out_unless_somebody_wants_all(day: Day) -> None:
    rows = [["HF-1124-002", "辽Z12345D", "1", "1", "王五", ""], ["HF-9", "辽Z12345D", "1", "2", "",
                                                                ""]]  # fmt: skip
    desk, dispatcher = day.town.desk, day.town.dispatcher
    import_id, report = day.bring(rows, strict=True)
    assert not report.ready
    with pytest.raises(Invalid, match="还差 2 处"):
        imports.commit(desk, dispatcher, import_id)
    report = imports.set_mapping(desk, dispatcher, import_id, strict=False, purpose="plan")
    assert report.ready
    assert imports.commit(desk, dispatcher, import_id) == 1
    version, job = job_of(day, import_id)
    assert version.scenario is None
    (only,) = job.payload["days"]
    assert only["trips"] == [
        {
            "stops": [{"order": str(day.orders["HF-1124-002"]), "kind": None}],
            "driver": None,
            "depot": None,
            "planned": {},
        }
    ]


def test_merged_cells_several_orders_in_a_cell_and_a_mapping_that_is_remembered(day: Day) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["11月24日 派车表"])
    sheet.merge_cells("A1:F1")
    sheet.append(["哪辆", "几趟", "单子", "谁开", "仓"])
    sheet.append(["辽Z12345D", 1, "HF-1124-002、HF-1124-003", "张三", "东郊配送中心"])
    sheet.append([None, None, "HF-1124-004", None, None])
    sheet.append([None, 2, "HF-1124-005", None, None])
    sheet.merge_cells("A3:A5")
    sheet.merge_cells("B3:B4")
    sheet.append(["小计", None, 4])
    data = io.BytesIO()
    book.save(data)
    desk, dispatcher = day.town.desk, day.town.dispatcher
    import_id, report = day.bring([], data=data.getvalue())
    assert report.missing, "nobody calls them so: they are mapped by hand once"
    columns = {"plate": 1, "trip": 2, "reference": 3, "driver": 4, "depot": 5}
    report = imports.set_mapping(desk, dispatcher, import_id, columns=columns, header_row=2)
    assert told(report) == {}
    assert noted(report)["A4"] == "merged_down"
    imports.commit(desk, dispatcher, import_id)
    _, job = job_of(day, import_id)
    (only,) = job.payload["days"]
    assert [len(trip["stops"]) for trip in only["trips"]] == [3, 1]
    assert {trip["depot"] for trip in only["trips"]} == {str(day.town.depot)}
    sheet["C5"] = "HF-1124-006"
    again = io.BytesIO()
    book.save(again)
    _, report = day.bring([], data=again.getvalue())
    assert report.missing == []
    assert {m.how for m in report.mapping} == {"remembered"}


def test_a_sequence_that_begins_anew_is_the_next_trip(day: Day) -> None:
    import_id, report = day.bring(
        [["HF-1124-002", "辽Z12345D", "1"], ["HF-1124-003", "辽Z12345D", "2"],
         ["HF-1124-004", "辽Z12345D", "1"]],
        ["订单号", "号牌号码", "顺序"],
    )  # fmt: skip
    assert noted(report)["C4"] == "trip_by_turn"
    imports.commit(day.town.desk, day.town.dispatcher, import_id)
    _, job = job_of(day, import_id)
    assert [len(t["stops"]) for t in job.payload["days"][0]["trips"]] == [2, 1]


def test_nobody_else_sees_the_import_and_a_shipper_makes_none(day: Day) -> None:
    import_id, _ = day.bring([["HF-1124-002", "辽Z12345D", "1", "1", "", ""]])
    for other in (day.town.other_dispatcher, day.town.shipper):
        with day.town.desk.database.read() as session, pytest.raises(NotFound):
            imports.queries.import_by_id(session, other, import_id)


def test_on_both_databases(any_town, database: Database) -> None:
    day = make_day(any_town)
    import_id, _ = day.bring([["HF-1124-002", "辽Z12345D", "1", "1", "", ""]])
    assert imports.commit(day.town.desk, day.town.dispatcher, import_id) == 1
    with database.read() as session:
        assert session.get(Import, import_id).state == "stored"
