"""A plan as files: XLSX, CSV, GeoJSON.

Times are the view's own texts, so every file agrees with page and paper to the minute. A text cell
that a spreadsheet would take for a formula is neutralised.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from models.language import N_
from models.language import gettext as _
from workers.planning.cells import NOTICE, Cell, book_with, safe, to_bytes
from workers.planning.tables import Row, added
from workers.planning.words import NO_REMEDY, STOP_KINDS

View = dict[str, Any]

STOPS = {
    N_("线路"): "key",
    N_("号牌号码"): "plate",
    N_("司机"): "driver",
    N_("趟次"): "trip",
    N_("序"): "n",
    N_("类型"): "kind",
    N_("预计到达"): "arrive_text",
    N_("开始作业"): "start_text",
    N_("预计离开"): "depart_text",
    N_("停靠点"): "name",
    N_("地址"): "address",
    N_("泊位/充电枪"): "bay",
    N_("订单号"): "reference",
    N_("货主"): "shipper",
    N_("收货门店"): "store",
    N_("件数"): "units",
    N_("单位"): "unit",
    N_("重量 kg"): "kg",
    N_("温层"): "temperature",
    N_("收货时段"): "window_text",
    N_("要求"): "needs",
    N_("里程 km"): "km",
    N_("到达 SOC %"): "soc_in",
    N_("离开 SOC %"): "soc_out",
    N_("放行"): "waivers",
}
OF_STOP = ("arrive_text", "start_text", "depart_text", "name", "address")
OF_ORDER = (
    "reference",
    "shipper",
    "store",
    "units",
    "unit",
    "temperature",
    "window_text",
    "needs",
)
ROUTES = {
    N_("线路"): "key",
    N_("号牌号码"): "plate",
    N_("车型"): "type",
    N_("司机"): "drivers",
    N_("趟次"): "trips",
    N_("停靠点"): "stops",
    N_("订单"): "orders",
    N_("重量 kg"): "kg",
    N_("里程 km"): "km",
    N_("电量 kWh"): "kwh",
    N_("成本 元"): "yuan",
    N_("装载率 %"): "load",
    N_("出车"): "start_text",
    N_("收车"): "end_text",
    N_("出车 SOC %"): "soc_start",
    N_("收车 SOC %"): "soc_back",
    N_("放行"): "waivers",
}
OF_ROUTE = ("key", "plate", "type", "stops", "orders", "start_text", "end_text")
TOTALS = (
    (N_("订单"), "orders", 1),
    (N_("已排"), "served", 1),
    (N_("未排"), "unassigned", 1),
    (N_("车辆"), "vehicles", 1),
    (N_("趟次"), "trips", 1),
    (N_("停靠点"), "stops", 1),
    (N_("里程 km"), "metres", 1000),
    (N_("电量 kWh"), "wh", 1000),
    (N_("成本 元"), "cost_fen", 100),
    (N_("排放 CO2e kg"), "co2e_g", 1000),
)
"""Name, the total's key, by what it is divided."""
LEFT = {
    N_("订单号"): "reference",
    N_("货主"): "shipper",
    N_("收货门店"): "to",
    N_("类别"): "tier_text",
    N_("未排原因"): "reasons",
    N_("处理建议"): "remedy",
}
OF_LEFT = ("reference", "shipper", "to", "tier_text")


def _soc(permille: int | None) -> Cell:
    return None if permille is None else permille // 10


def stop_rows(view: View) -> Iterator[Row]:
    """A row per order at each stop (one without order where a stop has none)."""
    for route in view["routes"]:
        for trip in route["trips"]:
            common = {
                "key": route["key"],
                "plate": route["plate"],
                "driver": trip["driver"],
                "trip": trip["n"],
            }
            for stop in trip["stops"]:
                yield from ({**common, **row} for row in _rows_of(stop))


def _rows_of(stop: View) -> Iterator[dict[str, Cell]]:
    """The way to a stop counts once, with its first order."""
    metres = stop["leg"]["metres"] if stop["leg"] else 0
    for k, order in enumerate(stop["orders"] or [None]):
        row: dict[str, Cell] = {
            **{name: stop[name] for name in OF_STOP},
            "n": stop["n"] or None,
            "kind": STOP_KINDS[stop["kind"]],
            "bay": stop["bay_name"] or stop["connector"],
            "km": 0 if k else round(metres / 1000, 3),
            "soc_in": _soc(stop["soc_in"]),
            "soc_out": _soc(stop["soc_out"]),
            "waivers": "；".join(stop["waivers"]),
        }
        if order is not None:
            row |= {name: order[name] for name in OF_ORDER}
            row["kg"] = order["weight_g"] / 1000
        yield row


def _route_row(route: View) -> Row:
    return {
        **{name: route[name] for name in OF_ROUTE},
        "drivers": _("、").join(route["drivers"]),
        "trips": len(route["trips"]),
        "kg": route["weight_g"] / 1000,
        "km": route["metres"] / 1000,
        "kwh": route["wh"] / 1000 if route["electric"] else None,
        "yuan": route["cost_fen"] / 100,
        "load": route["load_permille"] / 10,
        "soc_start": _soc(route["soc_start"]),
        "soc_back": _soc(route["soc_back"]),
        "waivers": "；".join(route["waivers"]),
    }


def _left_row(out: View) -> Row:
    return {
        **{name: out[name] for name in OF_LEFT},
        "reasons": _("；").join(reason["text"] for reason in out["reasons"]),
        "remedy": out["remedy"]["text"] if out["remedy"] else _(NO_REMEDY),
    }


def plan_csv(view: View, mark: str) -> bytes:
    """Stops as CSV, UTF-8 with a mark so that spreadsheet programs know it.

    ``mark``: what stands on simulated data, "" for real data.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*(_(head) for head in STOPS), _("说明")])
    note = " ".join(part for part in (_(NOTICE), mark) if part)
    for row in stop_rows(view):
        writer.writerow([*[safe(row.get(key)) for key in STOPS.values()], note])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def plan_xlsx(view: View, title: str, mark: str) -> bytes:
    """The whole plan: totals, routes, stops, unassigned."""
    book, sheet = book_with(_("方案"))
    sheet.title(f"{title} {mark}".strip())
    sheet.row([_(NOTICE)])
    for name, key, unit in TOTALS:
        value = view["totals"][key]
        sheet.row([_(name), value if unit == 1 else value / unit], boxed=True)
    sheet.finish()
    added(book, _("线路"), ROUTES, [_route_row(route) for route in view["routes"]])
    added(book, _("停靠点"), STOPS, stop_rows(view))
    added(book, _("未排订单"), LEFT, [_left_row(out) for out in view["unassigned"]])
    return to_bytes(book)


def plan_geojson(view: View, *, demo: bool) -> bytes:
    """Routes as lines and stops as points, WGS-84, longitude first."""
    features = [
        feature
        for route in view["routes"]
        for trip in route["trips"]
        for feature in _trip_features(route, trip)
    ]
    data = {
        "type": "FeatureCollection",
        "service_date": view["service_date"],
        "notice": _(NOTICE),
        "simulated": demo,
        "features": features,
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def _trip_features(route: View, trip: View) -> Iterator[View]:
    common = {"route": route["key"], "plate": route["plate"], "trip": trip["n"]}
    yield _feature(
        "LineString",
        [stop["at"] for stop in trip["stops"]],
        {
            **common,
            "kind": "trip",
            "depart": trip["depart_text"],
            "back": trip["back_text"],
            "metres": trip["metres"],
            "waivers": route["waivers"],
        },
    )
    for stop in trip["stops"]:
        yield _feature(
            "Point",
            stop["at"],
            {
                **common,
                "kind": stop["kind"],
                "number": stop["n"],
                "name": stop["name"],
                "arrive": stop["arrive_text"],
                "depart": stop["depart_text"],
                "orders": [order["reference"] for order in stop["orders"]],
                "waivers": stop["waivers"],
            },
        )


def _feature(kind: str, coordinates: list[Any], properties: View) -> View:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "geometry": geometry, "properties": properties}
