"""What each surface of a plan says of its stops, read off as a person reads it.

``times``: (route, stop number) to the time of arrival. ``orders``: reference to (route, stop
number); where a paper has no numbers, to (route, time of arrival). ``trips``: (route, trip) to the
time of departure from the depot.
"""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
from playwright.sync_api import Page

TIME = r"(?:前日 |次日 )?\d\d:\d\d"
Times = dict[tuple[str, int], str]


@dataclass
class Said:
    """What one surface says."""

    times: Times = field(default_factory=dict)
    orders: dict[str, tuple[str, int | str]] = field(default_factory=dict)
    trips: Times = field(default_factory=dict)


def table_rows(page: Page, holder: str) -> list[dict[str, Any]]:
    """Each ``holder`` (a sheet) with its head, the lines of its trips and their rows of cells,
    a cell that spans several rows repeated in each."""
    return page.locator(holder).evaluate_all(
        """holders => holders.map(holder => ({
          head: holder.querySelector("header").innerText,
          parts: [...holder.querySelectorAll("table.s-table")].map(table => {
            const rows = [], open = [];
            for (const row of table.querySelectorAll("tbody tr")) {
              const cells = []; let next = 0; const own = [...row.cells];
              while (next < own.length || open[cells.length]?.left) {
                const held = open[cells.length];
                if (held?.left) { held.left -= 1; cells.push(held.text); continue; }
                const cell = own[next++], text = cell.innerText.trim();
                open[cells.length] = { text, left: cell.rowSpan - 1 };
                cells.push(text);
                for (let k = 1; k < cell.colSpan; k += 1) cells.push("");
              }
              rows.push(cells);
            }
            return { line: table.closest("section")?.querySelector("h2")?.innerText ?? "", rows };
          }),
        }))"""
    )


def _key(sheet: dict[str, Any]) -> str:
    found = re.search(r"^[A-Z]+\d+$", sheet["head"], re.MULTILINE)
    assert found, sheet["head"]
    return found.group()


def _trip(line: str, word: str = rf"发车 ({TIME})") -> tuple[int, str]:
    number, leaves = re.search(r"第 ?(\d+) ?趟", line), re.search(word, line)
    assert number, line
    assert leaves, line
    return int(number.group(1)), leaves.group(1)


def run_sheets(page: Page) -> Said:
    """派车单 as it is printed."""
    said = Said()
    for sheet in table_rows(page, ".s-sheet"):
        key = _key(sheet)
        for part in sheet["parts"]:
            number, leaves = _trip(part["line"])
            said.trips[key, number] = leaves
            for row in part["rows"]:
                if row[0]:
                    said.times[key, int(row[0])] = row[1]
                    said.orders[row[4].splitlines()[0]] = (key, int(row[0]))
    return said


def loading_sheets(page: Page) -> Said:
    """装车单 as it is printed; within a trip the order of loading is the reverse of delivery."""
    said = Said()
    for sheet in table_rows(page, ".s-sheet"):
        key = _key(sheet)
        for part in sheet["parts"]:
            number, leaves = _trip(part["line"])
            said.trips[key, number] = leaves
            turns = [int(row[0]) for row in part["rows"]]
            stops = [int(row[1]) for row in part["rows"]]
            assert turns == list(range(1, len(turns) + 1))
            assert stops == sorted(stops, reverse=True)
            for row in part["rows"]:
                said.orders[row[3].splitlines()[0]] = (key, int(row[1]))
    return said


def arrivals(page: Page) -> Said:
    """到货预报表 as it is printed."""
    said = Said()
    for sheet in table_rows(page, ".s-sheet"):
        for part in sheet["parts"]:
            for row in part["rows"]:
                said.orders[row[3].splitlines()[0]] = (row[1].splitlines()[1], row[0])
    return said


def chat(texts: dict[str, str]) -> Said:
    """The texts for a group chat, by route."""
    said = Said()
    for key, text in texts.items():
        for line in text.splitlines():
            stop = re.match(rf"(\d+)\. ({TIME}) ", line)
            if stop:
                said.times[key, int(stop.group(1))] = stop.group(2)
            if line.startswith("第"):
                number, leaves = _trip(line, rf"({TIME}) 发车")
                said.trips[key, number] = leaves
    return said


def stops(rows: list[dict[str, Any]]) -> Said:
    """The table of stops of CSV and XLSX."""
    said = Said()
    for row in rows:
        key = str(row["线路"])
        if row["序"]:
            said.times[key, int(row["序"])] = row["预计到达"]
            said.orders[row["订单号"]] = (key, int(row["序"]))
        elif row["类型"] == "仓":
            said.trips.setdefault((key, int(row["趟次"])), row["预计离开"])
    return said


def plan_csv(path: Path) -> Said:
    """导出: 停靠点 CSV."""
    return stops(list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))))


def plan_xlsx(path: Path) -> Said:
    """导出: 排线方案 XLSX."""
    head, *rows = openpyxl.load_workbook(path)["停靠点"].values
    return stops([dict(zip(head, row, strict=True)) for row in rows])


def plan_geojson(path: Path) -> Said:
    """导出: 线路 GeoJSON."""
    said = Said()
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        about = feature["properties"]
        key = about["route"]
        if about["kind"] == "trip":
            said.trips[key, about["trip"]] = about["depart"]
        elif about["number"]:
            said.times[key, about["number"]] = about["arrive"]
            said.orders |= dict.fromkeys(about["orders"], (key, about["number"]))
    return said


def run_sheets_xlsx(path: Path) -> Said:
    """派车单 as a file."""
    said = Said()
    for sheet in openpyxl.load_workbook(path).worksheets:
        key = sheet.title
        for row in sheet.values:
            if isinstance(row[0], int):
                said.times[key, row[0]] = row[1]
                said.orders[row[4]] = (key, row[0])
            elif isinstance(row[0], str) and row[0].startswith("第 "):
                number, leaves = _trip(row[0])
                said.trips[key, number] = leaves
    return said


def loading_sheets_xlsx(path: Path) -> Said:
    """装车单 as a file."""
    said = Said()
    for sheet in openpyxl.load_workbook(path).worksheets:
        for row in sheet.values:
            if isinstance(row[0], int):
                said.orders[row[3]] = (sheet.title, row[1])
    return said


def arrivals_xlsx(path: Path) -> Said:
    """到货预报表 as a file."""
    said = Said()
    rows = list(openpyxl.load_workbook(path).active.values)
    head = next(n for n, row in enumerate(rows) if row[0] == "收货门店")
    for row in rows[head + 1 :]:
        line = dict(zip(rows[head], row, strict=True))
        if line["订单号"]:
            said.orders[line["订单号"]] = (line["线路"], line["预计到达"])
    return said


def plan_page(page: Page) -> Said:
    """The plan's page: every route chosen in the list, its detail read."""
    said = Said()
    for row in page.locator("#p-routes tr").all():
        row.click()
        key = row.locator(".chip").inner_text()
        page.locator("#p-route .p-route-head .chip", has_text=re.compile(f"^{key}$")).wait_for()
        for line in page.locator("#p-route h3").all_inner_texts():
            number, leaves = _trip(line, rf"({TIME}) → ")
            said.trips[key, number] = leaves
        for cells in page.locator("#p-route .p-stops tr").evaluate_all(
            "rows => rows.map(row => [row.cells[0].innerText.trim(),"
            " row.cells[2].firstElementChild.innerText.trim()])"
        ):
            if cells[0].isdigit():
                said.times[key, int(cells[0])] = cells[1]
    return said
