"""派车单, 装车单 and 到货预报表 as worksheets: what stands in which column of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from workers.planning import handout
from workers.planning.cells import NOTICE
from workers.planning.tables import Block, Paper, Row, paper_xlsx
from workers.planning.words import STOP_KINDS

View = dict[str, Any]


def _run_rows(trip: View) -> Iterator[Row]:
    """A row per order at each stop; one that says what is done where there is none."""
    for stop in trip["stops"]:
        common = {"arrive": stop["arrive_text"]}
        if not stop["orders"]:
            what = stop["connector"] or stop["name"]
            said = f"{STOP_KINDS[stop['kind']]} {what}，{stop['depart_text']} 离开"
            yield {**common, "place": said}
        for order in stop["orders"]:
            place = order["store"] + (f"（{stop['bay_name']}）" if stop["bay_name"] else "")
            yield {
                **common,
                "n": stop["n"],
                "window": order["window_text"],
                "place": f"装货 {place}" if stop["kind"] == "pickup" else place,
                "reference": order["reference"],
                "shipper": order["shipper"],
                "units": order["units"],
                "kg": order["weight_g"] / 1000,
                "needs": stop["needs"],
            }


def _run_blocks(sheet: View) -> Iterator[Block]:
    for trip in sheet["trips"]:
        mark = "夜间" if trip["night"] else "日间"
        yield Block(
            rows=_run_rows(trip),
            caption=(
                f"第 {trip['n']} 趟 {mark} {trip['depot']} 装车 {trip['load_start_text']} → "
                f"发车 {trip['depart_text']} → 返回 {trip['back_text']} 驾驶员 {trip['driver']}"
            ),
            total={
                "n": "小计",
                "place": f"{trip['stop_count']} 停靠点 · {trip['metres'] / 1000:.1f} km",
                "reference": f"{trip['orders']} 单",
                "units": trip["units"],
                "kg": trip["weight_g"] / 1000,
            },
        )


def _run_lead(sheet: View) -> list[str]:
    goods = f"订单 {sheet['orders']} 单 · {sheet['units']} 件 · {sheet['weight_g'] / 1000:,.0f} kg"
    way = f"停靠点 {sheet['stops']} 个 · {len(sheet['trips'])} 趟"
    return [f"{way} · {goods} · {sheet['metres'] / 1000:.1f} km"]


def _loading_blocks(sheet: View) -> Iterator[Block]:
    for trip in sheet["trips"]:
        yield Block(
            rows=[{**line, "kg": line["weight_g"] / 1000} for line in trip["lines"]],
            caption=(
                f"第 {trip['n']} 趟 {trip['depot']} 装车 {trip['load_start_text']}–"
                f"{trip['load_end_text']} 驾驶员 {trip['driver']}"
            ),
            total={
                "turn": "小计",
                "reference": f"{len(trip['lines'])} 单",
                "units": trip["units"],
                "kg": trip["weight_g"] / 1000,
            },
        )


def _arrival_rows(stores: Iterable[View]) -> Iterator[Row]:
    for store in stores:
        for visit in store["visits"]:
            for order in visit["orders"]:
                yield {
                    "store": store["name"],
                    "address": store["address"],
                    "arrive": visit["arrive_text"],
                    "plate": visit["plate"],
                    "key": visit["key"],
                    "bay": visit["bay_name"],
                    "kg": order["weight_g"] / 1000,
                    **{name: order[name] for name in ("reference", "shipper", "units", "unit")},
                    **{name: order[name] for name in ("temperature", "window_text")},
                }


def _vehicle(sheet: View) -> str:
    return f"{sheet['key']} {sheet['plate']}"


RUN_SHEET = Paper(
    name="派车单",
    columns={
        "序": "n",
        "预计到达": "arrive",
        "收货时段": "window",
        "停靠点": "place",
        "订单号": "reference",
        "货主": "shipper",
        "件数": "units",
        "重量 kg": "kg",
        "要求": "needs",
        "签收": "signed",
    },
    title=_vehicle,
    lead=_run_lead,
    blocks=_run_blocks,
    tail=(NOTICE,),
)
LOADING_SHEET = Paper(
    name="装车单",
    columns={
        "装车顺序": "turn",
        "卸货序": "n",
        "停靠点": "store",
        "订单号": "reference",
        "货主": "shipper",
        "温层": "temperature",
        "件数": "units",
        "单位": "unit",
        "重量 kg": "kg",
        "核对": "checked",
    },
    title=_vehicle,
    blocks=_loading_blocks,
)
ARRIVALS = Paper(
    name="到货预报表",
    columns={
        "收货门店": "store",
        "地址": "address",
        "预计到达": "arrive",
        "号牌号码": "plate",
        "线路": "key",
        "卸货泊位": "bay",
        "订单号": "reference",
        "货主": "shipper",
        "件数": "units",
        "单位": "unit",
        "重量 kg": "kg",
        "温层": "temperature",
        "收货时段": "window_text",
    },
    blocks=lambda stores: [Block(rows=_arrival_rows(stores))],
    tail=(NOTICE,),
    landscape=True,
)


def run_sheets_xlsx(view: View, vehicle: str | None, heading: str, mark: str) -> bytes:
    """派车单, a worksheet per vehicle."""
    routes = handout.routes_of(view, vehicle)
    pages = {route["key"]: handout.run_sheet(view, route) for route in routes}
    return paper_xlsx(RUN_SHEET, pages, heading, mark)


def loading_sheets_xlsx(view: View, vehicle: str | None, heading: str, mark: str) -> bytes:
    """装车单, a worksheet per vehicle: what is delivered last is loaded first."""
    routes = handout.routes_of(view, vehicle)
    pages = {route["key"]: handout.loading_sheet(route) for route in routes}
    return paper_xlsx(LOADING_SHEET, pages, heading, mark)


def arrivals_xlsx(view: View, heading: str, mark: str) -> bytes:
    """到货预报表 of all stores on one worksheet."""
    return paper_xlsx(ARRIVALS, {ARRIVALS.name: handout.arrivals(view)}, heading, mark)
