"""Foreign files: what is opened, what is refused, and with which word."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from workers.sheets import delimited, xlsx
from workers.sheets.errors import SheetError
from workers.sheets.isolate import parse
from workers.sheets.opening import MAX_BYTES, open_table


def book(rows: list[list[object]], title: str = "配货明细") -> openpyxl.Workbook:
    wb = openpyxl.Workbook()
    wb.active.title = title
    for row in rows:
        wb.active.append(row)
    return wb


def saved(wb: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    wb.save(buffer)
    return buffer.getvalue()


def with_part(data: bytes, name: str, content: bytes, *, replace: bool = False) -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            if not (replace and entry.filename == name):
                new.writestr(entry.filename, old.read(entry.filename))
        new.writestr(name, content)
    return buffer.getvalue()


PLAIN = [["单号", "门店", "重量"], ["A1", "学府路店", 12], ["A2", "文昌路店", 3.5]]


def refused(data: bytes) -> str:
    with pytest.raises(SheetError) as caught:
        open_table(data)
    assert caught.value.message
    assert caught.value.remedy
    return caught.value.code


def test_xlsx_cells_keep_their_addresses_and_shown_zeros() -> None:
    wb = book([[None, None], [None, "单号", 123]])
    wb.active["C2"].number_format = "00000"
    table = open_table(saved(wb))
    row = table.sheets[0].rows[0]
    assert (row.number, row.cells[2].text, row.cells[3].text) == (2, "单号", "00123")


def test_hidden_sheets_are_left_alone_and_merges_are_known() -> None:
    wb = book(PLAIN)
    wb.active.merge_cells("A5:C6")
    wb.create_sheet("藏").sheet_state = "hidden"
    wb["藏"]["A1"] = "x"
    table = open_table(saved(wb))
    assert [s.name for s in table.sheets] == ["配货明细"]
    merge = table.sheets[0].merges[0]
    assert (merge.top, merge.left, merge.bottom, merge.right) == (5, 1, 6, 3)


@pytest.mark.parametrize(
    ("codec", "told"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8（带 BOM）"),
        ("gb18030", "GB18030"),
        ("utf-16", "UTF-16 LE"),
        ("utf-16-le", "UTF-16 LE"),
        ("utf-16-be", "UTF-16 BE"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_text_tables_say_their_encoding_and_delimiter(
    codec: str, told: str, delimiter: str
) -> None:
    lines = [["单号", "门店", "备注"], ["A1", "东风巷店", "镕堃"], ["A2", "学府路店", "后门"]]
    data = "\r\n".join(delimiter.join(line) for line in lines).encode(codec)
    table = open_table(data)
    assert (table.encoding, table.delimiter) == (told, delimiter)
    assert table.sheets[0].rows[1].cells[3].text == "镕堃"
    assert told in table.findings[0]


def test_numbers_kept_as_text_in_csv_lose_their_wrapping() -> None:
    table = open_table('店号,数量\r\n="00123",1\r\n\'00124,2\r\n'.encode())
    assert [r.cells[1].text for r in table.sheets[0].rows[1:]] == ["00123", "00124"]


def test_content_decides_not_the_name() -> None:
    assert open_table(saved(book(PLAIN))).kind == "xlsx"
    assert open_table("单号,门店\nA1,学府路店\n".encode()).kind == "csv"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\r\n  \n", "empty"),
        ("这不是表格，只是一段话。".encode(), "not_a_table"),
        (b"x" * (MAX_BYTES + 1), "too_large"),
        (b"PK\x03\x04broken", "zip_broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_xls"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "encrypted",
        ),
        (b"%PDF-1.7 ...", "not_a_table"),
        (b"<html><table><tr><td>1</td></tr></table>", "html"),
        (b"\x00\x01\x02\x03" * 100, "encoding"),
    ],
)
def test_what_is_no_table_is_refused_by_name(data: bytes, code: str) -> None:
    assert refused(data) == code


def test_macros_are_refused_whatever_the_name() -> None:
    data = saved(book(PLAIN))
    assert refused(with_part(data, "xl/vbaProject.bin", b"x")) == "macros"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        types = archive.read("[Content_Types].xml")
    types = types.replace(b"spreadsheetml.sheet.main", b"sheet.macroEnabled.main")
    assert refused(with_part(data, "[Content_Types].xml", types, replace=True)) == "macros"


def test_external_links_and_connections_are_refused() -> None:
    data = saved(book(PLAIN))
    for name in ("xl/externalLinks/externalLink1.xml", "xl/connections.xml"):
        assert refused(with_part(data, name, b"<x/>")) == "external_links"


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = with_part(saved(book(PLAIN)), "xl/worksheets/sheet9.xml", b"0" * (6 * 1024 * 1024))
    assert refused(bomb) == "zip_ratio"
    many = saved(book(PLAIN))
    buffer = io.BytesIO(many)
    with zipfile.ZipFile(buffer, "a") as archive:
        for number in range(1001):
            archive.writestr(f"x/{number}", b"")
    assert refused(buffer.getvalue()) == "zip_entries"


def test_a_lying_size_in_the_archive_is_a_broken_file() -> None:
    data = bytearray(saved(book(PLAIN)))
    name = b"xl/worksheets/sheet1.xml"
    central = data.rfind(b"PK\x01\x02", 0, data.rfind(name))
    data[central + 24 : central + 28] = (10).to_bytes(4, "little")
    assert refused(bytes(data)) in {"zip_broken", "unsafe_xml"}


def test_entities_are_refused() -> None:
    sheet = (
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">]>'
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b"<sheetData/></worksheet>"
    )
    data = with_part(saved(book(PLAIN)), "xl/worksheets/sheet1.xml", sheet, replace=True)
    assert refused(data) == "unsafe_xml"


def test_too_many_cells_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert xlsx.MAX_CELLS == delimited.MAX_CELLS == 200_000
    monkeypatch.setattr(xlsx, "MAX_CELLS", 8)
    monkeypatch.setattr(delimited, "MAX_CELLS", 8)
    assert refused(saved(book(PLAIN))) == "too_many_cells"
    assert refused(b"a,b,c\n1,2,3\n4,5,6\n") == "too_many_cells"


def test_a_cell_far_out_does_not_blow_up_the_reader() -> None:
    wb = book(PLAIN)
    wb.active["XFD900000"] = "x"
    assert refused(saved(wb)) == "too_wide"


def test_a_process_of_its_own_gives_the_same_table_or_the_same_refusal() -> None:
    data = saved(book(PLAIN))
    assert parse(data) == open_table(data)
    with pytest.raises(SheetError) as caught:
        parse(b"%PDF-1.7")
    assert caught.value.code == "not_a_table"


def test_a_process_that_dies_is_told_as_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.limited.WALL_SECONDS", 0.01)
    with pytest.raises(SheetError) as caught:
        parse(saved(book(PLAIN)))
    assert caught.value.code == "time_limit"
