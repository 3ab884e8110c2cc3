"""派车单, 装车单 and 到货预报表 as worksheets: what stands in which column of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from models.language import N_
from models.language import gettext as _
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
            said = _(
                "%(kind)s %(what)s，%(depart_text)s 离开",
                kind=STOP_KINDS[stop["kind"]],
                what=what,
                depart_text=stop["depart_text"],
            )
            yield {**common, "place": said}
        for order in stop["orders"]:
            place = order["store"] + (
                _("（%(bay_name)s）", bay_name=stop["bay_name"]) if stop["bay_name"] else ""
            )
            yield {
                **common,
                "n": stop["n"],
                "window": order["window_text"],
                "place": f"{stop['takes']} {place}" if stop["takes"] else place,
                "reference": order["reference"],
                "shipper": order["shipper"],
                "units": order["units"],
                "kg": order["weight_g"] / 1000,
                "needs": "；".join(part for part in (stop["needs"], *stop["waivers"]) if part),
            }


def _run_blocks(sheet: View) -> Iterator[Block]:
    for trip in sheet["trips"]:
        mark = _("夜间") if trip["night"] else _("日间")
        yield Block(
            rows=_run_rows(trip),
            caption=(
                _(
                    "第 %(n)s 趟 %(mark)s %(depot)s 装车 %(load_start_text)s → "
                    "发车 %(depart_text)s → 返回 %(back_text)s 驾驶员 %(driver)s",
                    n=trip["n"],
                    mark=mark,
                    depot=trip["depot"],
                    load_start_text=trip["load_start_text"],
                    depart_text=trip["depart_text"],
                    back_text=trip["back_text"],
                    driver=trip["driver"],
                )
            ),
            total={
                "n": _("小计"),
                "place": _(
                    "%(stop_count)s 停靠点 · %(km)s km",
                    stop_count=trip["stop_count"],
                    km=f"{trip['metres'] / 1000:.1f}",
                ),
                "reference": _("%(orders)s 单", orders=trip["orders"]),
                "units": trip["units"],
                "kg": trip["weight_g"] / 1000,
            },
        )


def _run_lead(sheet: View) -> list[str]:
    goods = _(
        "订单 %(orders)s 单 · %(units)s 件 · %(kg)s kg",
        orders=sheet["orders"],
        units=sheet["units"],
        kg=f"{sheet['weight_g'] / 1000:,.0f}",
    )
    way = _("停靠点 %(stops)s 个 · %(count)s 趟", stops=sheet["stops"], count=len(sheet["trips"]))
    return [f"{way} · {goods} · {sheet['metres'] / 1000:.1f} km", *sheet["waivers"]]


def _loading_lead(sheet: View) -> list[str]:
    return list(sheet["waivers"])


def _loading_blocks(sheet: View) -> Iterator[Block]:
    for trip in sheet["trips"]:
        yield Block(
            rows=[{**line, "kg": line["weight_g"] / 1000} for line in trip["lines"]],
            caption=(
                _(
                    "第 %(n)s 趟 %(depot)s 装车 %(load_start_text)s–%(load_end_text)s "
                    "驾驶员 %(driver)s",
                    n=trip["n"],
                    depot=trip["depot"],
                    load_start_text=trip["load_start_text"],
                    load_end_text=trip["load_end_text"],
                    driver=trip["driver"],
                )
            ),
            total={
                "turn": _("小计"),
                "reference": _("%(count)s 单", count=len(trip["lines"])),
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
    name=N_("派车单"),
    columns={
        N_("序"): "n",
        N_("预计到达"): "arrive",
        N_("收货时段"): "window",
        N_("停靠点"): "place",
        N_("订单号"): "reference",
        N_("货主"): "shipper",
        N_("件数"): "units",
        N_("重量 kg"): "kg",
        N_("要求"): "needs",
        N_("签收"): "signed",
    },
    title=_vehicle,
    lead=_run_lead,
    blocks=_run_blocks,
    tail=(NOTICE,),
)
LOADING_SHEET = Paper(
    name=N_("装车单"),
    columns={
        N_("装车顺序"): "turn",
        N_("卸货序"): "n",
        N_("停靠点"): "store",
        N_("订单号"): "reference",
        N_("货主"): "shipper",
        N_("温层"): "temperature",
        N_("件数"): "units",
        N_("单位"): "unit",
        N_("重量 kg"): "kg",
        N_("核对"): "checked",
    },
    title=_vehicle,
    lead=_loading_lead,
    blocks=_loading_blocks,
)
ARRIVALS = Paper(
    name=N_("到货预报表"),
    columns={
        N_("收货门店"): "store",
        N_("地址"): "address",
        N_("预计到达"): "arrive",
        N_("号牌号码"): "plate",
        N_("线路"): "key",
        N_("卸货泊位"): "bay",
        N_("订单号"): "reference",
        N_("货主"): "shipper",
        N_("件数"): "units",
        N_("单位"): "unit",
        N_("重量 kg"): "kg",
        N_("温层"): "temperature",
        N_("收货时段"): "window_text",
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
