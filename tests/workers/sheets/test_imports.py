"""From a shipper's own sheet to orders: mapped once, faults by cell, all or nothing, once."""

from __future__ import annotations

import datetime as dt
import io
import threading
import uuid

import openpyxl
import pytest
from sqlalchemy import select

from models.accounts.visibility import visible
from models.errors import Conflict, Invalid, NotFound
from models.orders.tables import Order
from models.places.operations import upsert_places
from models.places.tables import PlaceDay
from tests.workers.sheets import foreign
from tests.workers.sheets.conftest import XSS, Town
from workers.sheets import imports
from workers.sheets.delimited import from_grid
from workers.sheets.errors import SheetError
from workers.sheets.report import Report


def start(town: Town, name: str, data: bytes, **more) -> uuid.UUID:
    actor = more.pop("actor", town.shipper)
    more.setdefault("service_date", town.day)
    return imports.start_import(town.desk, actor, kind="orders", file_name=name, data=data, **more)


def stored(town: Town) -> list[Order]:
    with town.desk.database.read() as session:
        found = list(session.scalars(select(Order).order_by(Order.reference)))
        session.expunge_all()
        return found


def pick_depot(town: Town, import_id: uuid.UUID) -> Report:
    return imports.set_mapping(town.desk, town.shipper, import_id, pickup=str(town.depot))


def by_cell(report: Report) -> dict[str, str]:
    return {p.cell: p.rule for p in report.problems}


@pytest.mark.parametrize("name", foreign.SHEETS)
def test_five_foreign_sheets_are_mapped_once_and_go_in_on_two_days(town: Town, name: str) -> None:
    make = foreign.SHEETS[name]
    first = start(town, name, make(town.day))
    report = imports.dry_run(town.desk, town.shipper, first)
    assert report.problems == [], [p.text for p in report.problems]
    assert report.missing == []
    assert (report.rows, report.passed) == (foreign.ROWS, foreign.ROWS)
    assert imports.view(town.desk, town.shipper, first).row.state == "parsed"
    assert imports.commit(town.desk, town.shipper, first) == foreign.ROWS
    orders = stored(town)
    assert len(orders) == foreign.ROWS
    assert {o.service_date for o in orders} == {town.day}
    assert {o.state for o in orders} == {"submitted"}
    assert all(o.weight_g > 0 and o.volume_cm3 > 0 for o in orders)

    next_day = town.day + dt.timedelta(days=1)
    second = start(town, name, make(next_day), service_date=next_day)
    again = imports.dry_run(town.desk, town.shipper, second)
    assert {m.how for m in again.mapping} == {"remembered"}
    assert again.ready
    assert imports.commit(town.desk, town.shipper, second) == foreign.ROWS
    assert len(stored(town)) == 2 * foreign.ROWS


def test_what_the_sheets_say_is_what_the_orders_hold(town: Town) -> None:
    imports.commit(town.desk, town.shipper, start(town, "a", foreign.gb18030_csv(town.day)))
    imports.commit(town.desk, town.shipper, start(town, "b", foreign.text_dates(town.day)))
    imports.commit(town.desk, town.shipper, start(town, "c", foreign.stripped_zeros(town.day)))
    imports.commit(town.desk, town.shipper, start(town, "d", foreign.totals_rows(town.day)))
    orders = {o.reference: o for o in stored(town)}
    csv_order = orders["PS1124001"]
    assert (csv_order.weight_g, csv_order.temperature) == (1_001_000, "chilled")
    assert csv_order.notes == "后门收货，按铃"
    assert csv_order.estimated == ["volume_cm3"]
    text = orders["TD-1124-000"]
    assert (text.weight_g, text.units) == (120_000, 20)
    assert [(w["start"], w["end"]) for w in text.windows] == [(32400, 41400)]
    cages = orders["SZ-1124-005"]
    assert cages.delivery_place_id == town.places["人民路店"]
    assert (cages.unit_kind, cages.units, cages.unit_places) == ("roll_cage", 3, 3)
    assert (cages.estimated, cages.needs) == (["weight_g", "volume_cm3"], ["tail_lift"])
    night = orders["HZ1124000"]
    assert night.windows == [
        {
            "start": -7200,
            "end": 7200,
            "night": True,
            "needs": ["quiet"],
            "unattended": True,
            "unattended_extra_s": 120,
        }
    ]


def test_totals_blank_rows_and_footers_are_skipped_and_said(town: Town) -> None:
    report = imports.dry_run(
        town.desk, town.shipper, start(town, "t", foreign.totals_rows(town.day))
    )
    said = {(s.row, s.why) for s in report.skipped}
    assert {(9, "totals"), (17, "totals"), (20, "totals"), (21, "note")} <= {
        (s.row, s.why) for s in report.skipped
    } or {s for _, s in said} >= {"totals", "blank", "note"}
    assert [s.text for s in report.totals_rows] == ["小计", "小计", "求和公式", "合计"]


def faulty(town: Town) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(foreign.merged_header(town.day)))
    sheet = book.active
    sheet["B7"] = "东风巷2店"
    sheet["D9"] = "１２Ｏ"
    sheet["G11"] = f"{town.day:%Y-%m}-31"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_three_planted_faults_are_shown_in_their_cells_and_mended(any_town: Town) -> None:
    town = any_town
    import_id = start(town, "错.xlsx", faulty(town))
    report = imports.dry_run(town.desk, town.shipper, import_id)
    assert by_cell(report) == {
        "B7": "store_unknown",
        "D9": "letter_in_number",
        "G11": "no_such_day",
    }
    problems = {p.cell: p for p in report.problems}
    assert problems["B7"].near[0][1] == "东风巷店"
    assert problems["D9"].fix == "120"
    assert problems["G11"].fix == town.day.isoformat()
    assert all(p.sheet == "配货明细" and p.text and p.remedy for p in report.problems)
    assert (report.rows, report.passed, report.failed) == (12, 9, 3)

    with pytest.raises(Invalid, match="还差 3 处"):
        imports.commit(town.desk, town.shipper, import_id)
    assert stored(town) == []

    place = uuid.UUID(problems["B7"].near[0][0])
    imports.pick_place(town.desk, town.shipper, import_id, cell="B7", place_id=place)
    for cell in ("D9", "G11"):
        fix = problems[cell].fix
        assert fix is not None
        report = imports.fix_cell(town.desk, town.shipper, import_id, cell=cell, value=fix)
    assert report.ready
    assert imports.commit(town.desk, town.shipper, import_id) == 12
    weights = {o.reference: o.weight_g for o in stored(town)}
    assert weights["DB-1124-004"] == 120_000

    # the odd spelling is remembered: the next day it is no problem any more
    later = town.day + dt.timedelta(days=1)
    book = openpyxl.load_workbook(io.BytesIO(foreign.merged_header(later)))
    book.active["B7"] = "东风巷2店"
    buffer = io.BytesIO()
    book.save(buffer)
    second = start(town, "后.xlsx", buffer.getvalue(), service_date=later)
    assert imports.dry_run(town.desk, town.shipper, second).ready


def test_the_marked_sheet_has_its_cells_where_they_were(town: Town) -> None:
    import_id = start(town, "错.xlsx", faulty(town))
    name, data = imports.marked(town.desk, town.shipper, import_id)
    assert name == "错_标色.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book["配货明细"]
    assert sheet["B7"].value == "东风巷2店"
    assert sheet["B7"].fill.fgColor.rgb == "FFFDECEA"
    assert "没有这个门店" in sheet["B7"].comment.text
    assert "改为 120" in sheet["D9"].comment.text
    assert sheet["H5"].fill.fgColor.rgb == "FFFFF3D9"
    assert sheet["A5"].comment is None
    listed = [
        row[1].value for row in book["问题清单"].iter_rows(min_row=2) if row[5].value == "错误"
    ]
    assert listed == ["B7", "D9", "G11"]
    csv_name, csv_data = imports.marked(
        town.desk, town.shipper, start(town, "表.csv", foreign.gb18030_csv(town.day))
    )
    assert csv_name == "表_标色.xlsx"
    assert openpyxl.load_workbook(io.BytesIO(csv_data))["CSV"]["B2"].value == "学府路店"


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", '=HYPERLINK("x")']
)
def test_formulas_in_text_cells_are_neutralised_on_the_way_out(town: Town, text: str) -> None:
    grid = [
        ["单号", "门店", "重量", "备注"],
        ["A-1", "学府路店", "12", text],
        ["=A2", "x", "1", ""],
    ]
    import_id = start(town, text, b"x", table=from_grid(grid))
    _, data = imports.marked(town.desk, town.shipper, import_id)
    book = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                if isinstance(cell.value, str):
                    assert not cell.value.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))


def test_duplicates_in_file_and_in_database_are_told_apart(town: Town) -> None:
    imports.commit(town.desk, town.shipper, start(town, "1", foreign.merged_header(town.day)))
    grid = [
        ["单号", "门店", "重量"],
        ["DB-1124-000", "学府路店", "1"],
        ["N-1", "学府路店", "1"],
        ["N-1", "文昌路店", "1"],
    ]
    import_id = start(town, "2", b"y", table=from_grid(grid))
    report = imports.dry_run(town.desk, town.shipper, import_id)
    assert by_cell(report) == {"A2": "duplicate_in_database", "A4": "duplicate_in_file"}
    assert "A3" in report.problems[1].text
    imports.leave_out(town.desk, town.shipper, import_id, row=2, out=True)
    report = imports.leave_out(town.desk, town.shipper, import_id, row=4, out=True)
    assert report.ready
    assert report.left_out == [2, 4]
    assert imports.commit(town.desk, town.shipper, import_id) == 1


def test_a_stray_prefix_is_put_back_and_said(town: Town) -> None:
    grid = [["单号", "门店", "重量"]]
    grid += [[f"HF-1124-{n:03d}", "学府路店", "1"] for n in range(9)]
    grid.append(["1124-051", "学府路店", "1"])
    report = imports.dry_run(town.desk, town.shipper, start(town, "p", b"p", table=from_grid(grid)))
    (note,) = [c for c in report.converted if c.cell == "A11"]
    assert (note.value, note.result) == ("1124-051", "HF-1124-051")
    assert report.ready


def test_committing_twice_or_at_once_makes_each_order_once(any_town: Town) -> None:
    town = any_town
    import_id = start(town, "一次", foreign.gb18030_csv(town.day))
    imports.ensure_parsed(town.desk, town.shipper, import_id)
    answers: list[object] = []

    def go() -> None:
        try:
            answers.append(imports.commit(town.desk, town.shipper, import_id))
        except Conflict as error:  # the slower of the two is told, or answers the same
            answers.append(error.code)

    threads = [threading.Thread(target=go) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 12 in answers
    assert len(stored(town)) == 12
    assert imports.commit(town.desk, town.shipper, import_id) == 12
    assert len(stored(town)) == 12


def test_the_same_file_sent_twice_is_the_same_import(town: Town) -> None:
    data = foreign.gb18030_csv(town.day)
    assert start(town, "a", data) == start(town, "a", data)


def test_when_one_row_cannot_be_stored_none_is(town: Town, monkeypatch) -> None:
    import_id = start(town, "全或无", foreign.gb18030_csv(town.day))
    imports.ensure_parsed(town.desk, town.shipper, import_id)
    real = imports.append

    def fail(session, actor, action, *more, **named):
        if action == "import.commit":
            raise RuntimeError("power cut")
        return real(session, actor, action, *more, **named)

    monkeypatch.setattr(imports, "append", fail)
    with pytest.raises(RuntimeError):
        imports.commit(town.desk, town.shipper, import_id)
    assert stored(town) == []
    monkeypatch.setattr(imports, "append", real)
    assert imports.commit(town.desk, town.shipper, import_id) == 12


def test_a_process_killed_after_the_upload_loses_nothing(town: Town) -> None:
    import_id = start(town, "断", foreign.gb18030_csv(town.day))
    with town.desk.database.write() as session:
        session.get(imports.Import, import_id).state = "parsing"
    assert imports.ensure_parsed(town.desk, town.shipper, import_id) == "parsed"
    assert imports.dry_run(town.desk, town.shipper, import_id).ready


def test_another_shippers_import_answers_like_none(town: Town) -> None:
    import_id = start(town, "秘", foreign.gb18030_csv(town.day))
    for who in (town.rival, town.other_dispatcher):
        for call in (
            lambda who=who: imports.view(town.desk, who, import_id),
            lambda who=who: imports.commit(town.desk, who, import_id),
            lambda who=who: imports.fix_cell(town.desk, who, import_id, cell="A2", value="1"),
            lambda who=who: imports.marked(town.desk, who, import_id),
        ):
            with pytest.raises(NotFound):
                call()
    with pytest.raises(NotFound):
        start(town, "x", b"a,b\n1,2\n", actor=town.rival, shipper_id=town.shipper_id)
    with pytest.raises(NotFound):
        start(town, "x", b"a,b\n1,2\n", actor=town.other_dispatcher, shipper_id=town.shipper_id)


def test_stores_of_a_rival_are_never_matched_or_picked(town: Town) -> None:
    grid = [["单号", "门店", "重量"], ["R-1", XSS, "5"]]
    import_id = start(town, "r", b"r", table=from_grid(grid))
    report = imports.dry_run(town.desk, town.shipper, import_id)
    assert by_cell(report) == {"B2": "store_unknown"}
    with pytest.raises(Invalid):
        imports.pick_place(town.desk, town.shipper, import_id, cell="B2", place_id=town.places[XSS])


def test_a_dispatcher_imports_for_a_shipper(town: Town) -> None:
    import_id = start(
        town, "代", foreign.gb18030_csv(town.day), actor=town.dispatcher, shipper_id=town.shipper_id
    )
    assert imports.commit(town.desk, town.dispatcher, import_id) == 12
    with town.desk.database.read() as session:
        own = list(session.scalars(visible(session, town.shipper, Order)))
    assert len(own) == 12
    # the mapping is the shipper's: its own next file needs none
    second = start(town, "己", foreign.gb18030_csv(town.day + dt.timedelta(days=1)))
    report = imports.dry_run(town.desk, town.shipper, second)
    assert {m.how for m in report.mapping} == {"remembered"}


def test_another_header_row_can_be_picked(town: Town) -> None:
    grid = [["随便", "写的", "几个字"], ["单号", "门店", "重量"], ["H-1", "学府路店", "5"]]
    import_id = start(town, "h", b"h", table=from_grid(grid))
    report = imports.set_mapping(town.desk, town.shipper, import_id, header_row=1)
    assert report.missing
    report = imports.set_mapping(town.desk, town.shipper, import_id, header_row=2)
    assert report.ready
    with pytest.raises(Invalid):
        imports.set_mapping(
            town.desk, town.shipper, import_id, columns={"store": 1, "reference": 1}
        )


def test_refused_files_keep_their_reason(town: Town) -> None:
    import_id = start(town, "坏.xlsx", b"%PDF-1.7 whatever")
    assert imports.ensure_parsed(town.desk, town.shipper, import_id) == "failed"
    with pytest.raises(SheetError) as caught:
        imports.dry_run(town.desk, town.shipper, import_id)
    assert caught.value.code == "not_a_table"
    for data, code in ((b"", "empty"), (b"x" * (20 * 1024 * 1024 + 1), "too_large")):
        with pytest.raises(SheetError) as caught:
            start(town, "x", data)
        assert caught.value.code == code
    with pytest.raises(Conflict):
        imports.commit(town.desk, town.shipper, import_id)


def test_a_discarded_import_cannot_be_written(town: Town) -> None:
    import_id = start(town, "弃", foreign.gb18030_csv(town.day))
    imports.discard(town.desk, town.shipper, import_id)
    with pytest.raises(Conflict):
        imports.commit(town.desk, town.shipper, import_id)
    with pytest.raises(Conflict):
        imports.fix_cell(town.desk, town.shipper, import_id, cell="A2", value="1")


def test_a_store_renamed_since_is_matched_by_old_and_new_name_code_and_address(town: Town) -> None:
    new = {"code": "S00101", "name": "学府天地旗舰店", "address": "学府路 99 号"}
    with town.desk.database.write() as session:
        upsert_places(session, town.dispatcher, [new])
    head = ["订单号", "门店编码", "门店名称", "收货地址", "温度", "重量(kg)"]
    said = [
        ("00101", "", ""),
        ("S00101", "", ""),
        ("", "学府路店", ""),
        ("", "学府天地旗舰店", ""),
        ("", "学府天地旗舰", ""),
        ("", "", "学府路12号"),
        ("", "", "学府路99号"),
    ]
    grid = [head, *([f"RN-{n}", *texts, "常温", "10"] for n, texts in enumerate(said))]
    table = from_grid(grid)
    import_id = start(town, "改名", b"renamed", table=table)
    report = pick_depot(town, import_id)
    assert [(p.cell, p.text) for p in report.problems] == []
    imports.commit(town.desk, town.shipper, import_id)
    assert {o.delivery_place_id for o in stored(town)} == {town.places["学府路店"]}


def test_a_store_that_does_not_receive_that_day_is_told_by_cell(town: Town) -> None:
    with town.desk.database.write() as session:
        closed = PlaceDay(place_id=town.places["人民路店"], day=town.day, closed=True)
        session.add(closed)
    report = imports.dry_run(
        town.desk, town.shipper, start(town, "c", foreign.stripped_zeros(town.day))
    )
    told = [p for p in report.problems if p.rule == "not_receiving"]
    assert told
    assert "网点当日不收货" in told[0].text
    assert report.failed == len({p.row for p in report.problems})
