"""A plan as files: XLSX, CSV, GeoJSON, and the sheets of :mod:`workers.planning.handout` as XLSX.

Times are the view's own texts, so every file agrees with page and paper to the minute. A text cell
that a spreadsheet would take for a formula is neutralised.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import Any

from openpyxl import Workbook

from workers.planning import handout
from workers.planning.cells import NOTICE, Cell, Sheet, book_with, safe, to_bytes
from workers.planning.words import NO_REMEDY

View = dict[str, Any]

STOP_COLUMNS = (
    "线路",
    "号牌号码",
    "司机",
    "趟次",
    "序",
    "类型",
    "预计到达",
    "开始作业",
    "预计离开",
    "停靠点",
    "地址",
    "泊位/充电枪",
    "订单号",
    "货主",
    "收货门店",
    "件数",
    "单位",
    "重量 kg",
    "温层",
    "收货时段",
    "要求",
    "里程 km",
    "到达 SOC %",
    "离开 SOC %",
)
_KINDS = {
    "depot": "仓",
    "pickup": "装货",
    "delivery": "卸货",
    "charge": "充电",
    "swap": "换电",
    "rest": "休息",
    "wait": "等待",
}


def _soc(permille: int | None) -> Cell:
    return None if permille is None else permille // 10


def stop_rows(view: View) -> Iterable[list[Cell]]:
    """A row per order at each stop (one without order where a stop has none)."""
    for route in view["routes"]:
        for trip in route["trips"]:
            for stop in trip["stops"]:
                head: list[Cell] = [
                    route["key"],
                    route["plate"],
                    trip["driver"],
                    trip["n"],
                    stop["n"] or None,
                    _KINDS[stop["kind"]],
                    stop["arrive_text"],
                    stop["start_text"],
                    stop["depart_text"],
                    stop["name"],
                    stop["address"],
                    stop["bay_name"] or stop["connector"],
                ]
                metres = stop["leg"]["metres"] if stop["leg"] else 0
                soc = [_soc(stop["soc_in"]), _soc(stop["soc_out"])]
                orders = stop["orders"] or [None]
                for k, order in enumerate(orders):
                    middle: list[Cell] = (
                        [None] * 9
                        if order is None
                        else [
                            order["reference"],
                            order["shipper"],
                            order["store"],
                            order["units"],
                            order["unit"],
                            order["weight_g"] / 1000,
                            order["temperature"],
                            order["window_text"],
                            order["needs"],
                        ]
                    )
                    way = round(metres / 1000, 3) if k == 0 else 0
                    yield [*head, *middle, way, *soc]


def _demo(*, demo: bool) -> str:
    return "模拟数据" if demo else ""


def plan_csv(view: View, *, demo: bool) -> bytes:
    """Stops as CSV, UTF-8 with a mark so that spreadsheet programs know it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*STOP_COLUMNS, "说明"])
    note = " ".join(part for part in (NOTICE, _demo(demo=demo)) if part)
    for row in stop_rows(view):
        writer.writerow([*[safe(cell) for cell in row], note])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def plan_geojson(view: View, *, demo: bool) -> bytes:
    """Routes as lines and stops as points, WGS-84, longitude first."""
    features: list[View] = []
    for route in view["routes"]:
        for trip in route["trips"]:
            line = [stop["at"] for stop in trip["stops"]]
            common = {"route": route["key"], "plate": route["plate"], "trip": trip["n"]}
            features.append(
                {
                    "type": "Feature",
                    "geometry": {"type": "LineString", "coordinates": line},
                    "properties": {
                        **common,
                        "kind": "trip",
                        "depart": trip["depart_text"],
                        "back": trip["back_text"],
                        "metres": trip["metres"],
                    },
                }
            )
            features += [
                {
                    "type": "Feature",
                    "geometry": {"type": "Point", "coordinates": stop["at"]},
                    "properties": {
                        **common,
                        "kind": stop["kind"],
                        "number": stop["n"],
                        "name": stop["name"],
                        "arrive": stop["arrive_text"],
                        "depart": stop["depart_text"],
                        "orders": [order["reference"] for order in stop["orders"]],
                    },
                }
                for stop in trip["stops"]
            ]
    data = {
        "type": "FeatureCollection",
        "service_date": view["service_date"],
        "notice": NOTICE,
        "simulated": demo,
        "features": features,
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def plan_xlsx(view: View, title: str, *, demo: bool) -> bytes:
    """The whole plan: totals, routes, stops, unassigned."""
    book, sheet = book_with("方案")
    sheet.title(f"{title} {_demo(demo=demo)}".strip())
    sheet.row([NOTICE])
    totals = view["totals"]
    for name, value in (
        ("订单", totals["orders"]),
        ("已排", totals["served"]),
        ("未排", totals["unassigned"]),
        ("车辆", totals["vehicles"]),
        ("趟次", totals["trips"]),
        ("停靠点", totals["stops"]),
        ("里程 km", totals["metres"] / 1000),
        ("电量 kWh", totals["wh"] / 1000),
        ("成本 元", totals["cost_fen"] / 100),
        ("排放 CO2e kg", totals["co2e_g"] / 1000),
    ):
        sheet.row([name, value], boxed=True)
    sheet.finish()
    routes = Sheet(book.create_sheet("线路"))
    routes.row(
        [
            "线路",
            "号牌号码",
            "车型",
            "司机",
            "趟次",
            "停靠点",
            "订单",
            "重量 kg",
            "里程 km",
            "电量 kWh",
            "成本 元",
            "装载率 %",
            "出车",
            "收车",
            "出车 SOC %",
            "收车 SOC %",
        ],
        bold=True,
        boxed=True,
    )
    for r in view["routes"]:
        routes.row(
            [
                r["key"],
                r["plate"],
                r["type"],
                "、".join(r["drivers"]),
                len(r["trips"]),
                r["stops"],
                r["orders"],
                r["weight_g"] / 1000,
                r["metres"] / 1000,
                r["wh"] / 1000 if r["electric"] else None,
                r["cost_fen"] / 100,
                r["load_permille"] / 10,
                r["start_text"],
                r["end_text"],
                _soc(r["soc_start"]),
                _soc(r["soc_back"]),
            ],
            boxed=True,
        )
    routes.finish(landscape=True)
    stops = Sheet(book.create_sheet("停靠点"))
    stops.row(list(STOP_COLUMNS), bold=True, boxed=True)
    for row in stop_rows(view):
        stops.row(row, boxed=True)
    stops.finish(landscape=True)
    _unassigned_sheet(book, view)
    return to_bytes(book)


def _unassigned_sheet(book: Workbook, view: View) -> None:
    left = Sheet(book.create_sheet("未排订单"))
    left.row(["订单号", "货主", "收货门店", "类别", "未排原因", "处理建议"], bold=True, boxed=True)
    for out in view["unassigned"]:
        reasons = "；".join(reason["text"] for reason in out["reasons"])
        told = out["remedy"]
        remedy = told["text"] if told else NO_REMEDY
        left.row(
            [out["reference"], out["shipper"], out["to"], out["tier_text"], reasons, remedy],
            boxed=True,
        )
    left.finish(landscape=True)


def run_sheets_xlsx(view: View, vehicle: str | None, heading: str, *, demo: bool) -> bytes:
    """派车单, a worksheet per vehicle."""
    book, first = book_with("派车单")
    used = False
    for route in handout.routes_of(view, vehicle):
        sheet = Sheet(book.create_sheet(route["key"])) if used else first
        sheet.sheet.title = route["key"]
        used = True
        data = handout.run_sheet(view, route)
        sheet.title(f"派车单 {data['key']} {data['plate']} {_demo(demo=demo)}".strip())
        sheet.row([heading])
        sheet.row(
            [
                (
                    f"停靠点 {data['stops']} 个 · {len(data['trips'])} 趟"
                    f" · 订单 {data['orders']} 单 · {data['units']} 件"
                    f" · {data['weight_g'] / 1000:,.0f} kg · {data['metres'] / 1000:.1f} km"
                )
            ]
        )
        for trip in data["trips"]:
            _trip_rows(sheet, trip)
        sheet.row([NOTICE])
        sheet.finish()
    return to_bytes(book)


def _trip_rows(sheet: Sheet, trip: View) -> None:
    sheet.row([])
    mark = "夜间" if trip["night"] else "日间"
    sheet.row(
        [
            (
                f"第 {trip['n']} 趟 {mark} {trip['depot']} 装车 {trip['load_start_text']} → "
                f"发车 {trip['depart_text']} → 返回 {trip['back_text']} 驾驶员 {trip['driver']}"
            )
        ],
        bold=True,
    )
    sheet.row(
        [
            "序",
            "预计到达",
            "收货时段",
            "停靠点",
            "订单号",
            "货主",
            "件数",
            "重量 kg",
            "要求",
            "签收",
        ],
        bold=True,
        boxed=True,
    )
    for stop in trip["stops"]:
        if not stop["orders"]:
            what = stop["connector"] or stop["name"]
            line = f"{_KINDS[stop['kind']]} {what}，{stop['depart_text']} 离开"
            sheet.row([None, stop["arrive_text"], None, line] + [None] * 6, boxed=True)
        for order in stop["orders"]:
            place = order["store"] + (f"（{stop['bay_name']}）" if stop["bay_name"] else "")
            place = f"装货 {place}" if stop["kind"] == "pickup" else place
            sheet.row(
                [
                    stop["n"],
                    stop["arrive_text"],
                    order["window_text"],
                    place,
                    order["reference"],
                    order["shipper"],
                    order["units"],
                    order["weight_g"] / 1000,
                    stop["needs"],
                    None,
                ],
                boxed=True,
            )
    sheet.row(
        [
            "小计",
            None,
            None,
            f"{trip['stop_count']} 停靠点 · {trip['metres'] / 1000:.1f} km",
            f"{trip['orders']} 单",
            None,
            trip["units"],
            trip["weight_g"] / 1000,
            None,
            None,
        ],
        bold=True,
        boxed=True,
    )


def loading_sheets_xlsx(view: View, vehicle: str | None, heading: str, *, demo: bool) -> bytes:
    """装车单, a worksheet per vehicle: what is delivered last is loaded first."""
    book, first = book_with("装车单")
    used = False
    for route in handout.routes_of(view, vehicle):
        sheet = Sheet(book.create_sheet(route["key"])) if used else first
        sheet.sheet.title = route["key"]
        used = True
        data = handout.loading_sheet(route)
        sheet.title(f"装车单 {data['key']} {data['plate']} {_demo(demo=demo)}".strip())
        sheet.row([heading])
        for trip in data["trips"]:
            sheet.row([])
            sheet.row(
                [
                    (
                        f"第 {trip['n']} 趟 {trip['depot']} 装车 {trip['load_start_text']}–"
                        f"{trip['load_end_text']} 驾驶员 {trip['driver']}"
                    )
                ],
                bold=True,
            )
            sheet.row(
                [
                    "装车顺序",
                    "卸货序",
                    "停靠点",
                    "订单号",
                    "货主",
                    "温层",
                    "件数",
                    "单位",
                    "重量 kg",
                    "核对",
                ],
                bold=True,
                boxed=True,
            )
            for line in trip["lines"]:
                sheet.row(
                    [
                        line["turn"],
                        line["n"],
                        line["store"],
                        line["reference"],
                        line["shipper"],
                        line["temperature"],
                        line["units"],
                        line["unit"],
                        line["weight_g"] / 1000,
                        None,
                    ],
                    boxed=True,
                )
            sheet.row(
                [
                    "小计",
                    None,
                    None,
                    f"{len(trip['lines'])} 单",
                    None,
                    None,
                    trip["units"],
                    None,
                    trip["weight_g"] / 1000,
                    None,
                ],
                bold=True,
                boxed=True,
            )
        sheet.finish()
    return to_bytes(book)


def arrivals_xlsx(view: View, heading: str, *, demo: bool) -> bytes:
    """到货预报表 of all stores on one worksheet."""
    book, sheet = book_with("到货预报表")
    sheet.title(f"到货预报表 {_demo(demo=demo)}".strip())
    sheet.row([heading])
    sheet.row(
        [
            "收货门店",
            "地址",
            "预计到达",
            "号牌号码",
            "线路",
            "卸货泊位",
            "订单号",
            "货主",
            "件数",
            "单位",
            "重量 kg",
            "温层",
            "收货时段",
        ],
        bold=True,
        boxed=True,
    )
    for store in handout.arrivals(view):
        for visit in store["visits"]:
            for order in visit["orders"]:
                sheet.row(
                    [
                        store["name"],
                        store["address"],
                        visit["arrive_text"],
                        visit["plate"],
                        visit["key"],
                        visit["bay_name"],
                        order["reference"],
                        order["shipper"],
                        order["units"],
                        order["unit"],
                        order["weight_g"] / 1000,
                        order["temperature"],
                        order["window_text"],
                    ],
                    boxed=True,
                )
    sheet.row([NOTICE])
    sheet.finish(landscape=True)
    return to_bytes(book)
