"""What is handed out from a plan: run sheets, loading sheets, arrivals by store, chat texts.

All are read off one view (:mod:`workers.planning.view`), so that they agree to the minute.
"""

from __future__ import annotations

from typing import Any

from models.language import gettext as _
from workers.planning.words import kilograms, takes

View = dict[str, Any]
VISITS = frozenset({"pickup", "delivery"})


def routes_of(view: View, vehicle: str | None) -> list[View]:
    """All routes, or the one of ``vehicle``; empty if it has none."""
    return [r for r in view["routes"] if vehicle is None or r["vehicle"] == vehicle]


def run_sheet(view: View, route: View) -> View:
    """派车单: head, trips with numbered stops and their orders, subtotals that add up."""
    return {
        "key": route["key"],
        "plate": route["plate"],
        "type": route["type"],
        "electric": route["electric"],
        "soc_start": route["soc_start"],
        "soc_back": route["soc_back"],
        "reserve": route["reserve"],
        "payload_kg": kilograms(route["payload_g"]),
        "stops": route["stops"],
        "orders": route["orders"],
        "units": sum(t["units"] for t in route["trips"]),
        "weight_g": sum(t["weight_g"] for t in route["trips"]),
        "metres": sum(t["metres"] for t in route["trips"]),
        "trips": [_trip_sheet(trip) for trip in route["trips"]],
        "charges": [
            f"{s['arrive_text']}–{s['depart_text']} {s['connector'] or s['name']}"
            f" {_percent(s['soc_in'])}→{_percent(s['soc_out'])}"
            for t in route["trips"]
            for s in t["stops"]
            if s["kind"] in {"charge", "swap"}
        ],
        "zones": _zone_notes(view),
        "waivers": route["waivers"],
    }


def _percent(permille: int | None) -> str:
    return "—" if permille is None else f"{permille // 10}%"


def _trip_sheet(trip: View) -> View:
    stops = []
    for stop in trip["stops"]:
        if stop["kind"] == "depot":
            continue
        stops.append(
            {
                "n": stop["n"],
                "kind": stop["kind"],
                "takes": takes(stop),
                "arrive_text": stop["arrive_text"],
                "depart_text": stop["depart_text"],
                "name": stop["name"],
                "address": stop["address"],
                "bay_name": stop["bay_name"],
                "connector": stop["connector"],
                "soc": f"{_percent(stop['soc_in'])}→{_percent(stop['soc_out'])}",
                "orders": stop["orders"],
                "windows": _("，").join(dict.fromkeys(o["window_text"] for o in stop["orders"])),
                "needs": _needs(stop["orders"]),
                "waivers": stop["waivers"],
            }
        )
    return {
        **{name: trip[name] for name in ("n", "night", "driver", "depot", "load_start_text")},
        **{name: trip[name] for name in ("depart_text", "back_text", "units", "weight_g")},
        **{name: trip[name] for name in ("metres", "load_permille", "stop_count")},
        "orders": len({o["id"] for s in stops for o in s["orders"]}),
        "stops": stops,
    }


def _needs(orders: list[View]) -> str:
    said = [text for o in orders for text in (o["needs"], o["note"]) if text]
    words = [part for text in said for part in text.split(_("、"))]
    if any(o["unattended"] for o in orders):
        words.append(_("无人值守"))
    cold = [o["temperature"] for o in orders if o["temperature"] != _("常温")]
    return _("、").join(dict.fromkeys([*cold, *words]))


def _zone_notes(view: View) -> list[str]:
    """Every zone with its hours: a driver may be sent another way than planned."""
    return [
        _(
            "%(name)s：%(effect)s %(hours)s",
            name=zone["name"],
            effect=rule["effect"],
            hours=rule["hours"],
        )
        for zone in view["zones"]
        for rule in zone["rules"]
    ]


def loading_sheet(route: View) -> View:
    """装车单: by trip, what is delivered last is loaded first."""
    trips = []
    for trip in route["trips"]:
        lines: list[View] = []
        for stop in reversed(trip["stops"]):
            goods = [o for o in stop["orders"] if o["action"] == "delivery"]
            lines += [{**order, "n": stop["n"], "stop": stop["name"]} for order in reversed(goods)]
        trips.append(
            {
                **{name: trip[name] for name in ("n", "night", "driver", "depot")},
                **{name: trip[name] for name in ("load_start_text", "load_end_text")},
                **{name: trip[name] for name in ("depart_text", "load_permille")},
                "lines": [{**line, "turn": k} for k, line in enumerate(lines, start=1)],
                "units": sum(line["units"] for line in lines),
                "weight_g": sum(line["weight_g"] for line in lines),
                "volume_cm3": sum(line["volume_cm3"] for line in lines),
            }
        )
    return {
        **{name: route[name] for name in ("key", "plate", "type")},
        "trips": trips,
        "waivers": waivers_of(route),
    }


def waivers_of(route: View) -> list[str]:
    """All that was waived on a route, its stops' with their numbers."""
    stops = [stop for trip in route["trips"] for stop in trip["stops"]]
    return [*route["waivers"], *(f"{s['n']}. {text}" for s in stops for text in s["waivers"])]


def arrivals(view: View) -> list[View]:
    """到货预报表: by store, its deliveries in the order in which they arrive."""
    stores: dict[str, View] = {}
    for route in view["routes"]:
        for trip in route["trips"]:
            for stop in trip["stops"]:
                by_store: dict[str, list[View]] = {}
                for order in stop["orders"]:
                    if order["action"] == "delivery":
                        by_store.setdefault(order["store_id"], []).append(order)
                for store_id, orders in by_store.items():
                    store = stores.setdefault(
                        store_id,
                        {
                            "id": store_id,
                            "name": orders[0]["store"],
                            "address": orders[0]["address"],
                            "visits": [],
                        },
                    )
                    store["visits"].append(
                        {
                            "arrive": stop["arrive"],
                            "arrive_text": stop["arrive_text"],
                            "start_text": stop["start_text"],
                            "depart_text": stop["depart_text"],
                            "plate": route["plate"],
                            "key": route["key"],
                            "bay_name": stop["bay_name"],
                            "orders": orders,
                            "units": sum(o["units"] for o in orders),
                            "weight_g": sum(o["weight_g"] for o in orders),
                        }
                    )
    rows = sorted(stores.values(), key=lambda s: str(s["name"]))
    for row in rows:
        row["visits"].sort(key=lambda v: v["arrive"])
    return rows


def chat_text(view: View, route: View, link: str = "") -> str:
    """复制文本: one vehicle's day for a group chat, short lines, no markup.

    ``link``: the address of its driver's page, if it has one.
    """
    lines = [
        _(
            "【%(service_date)s 派车】%(key)s %(plate)s",
            service_date=view["service_date"],
            key=route["key"],
            plate=route["plate"],
        ),
        (
            _(
                "%(stops)s 个停靠点 %(orders)s 单 %(kg)s kg %(km)s km",
                stops=route["stops"],
                orders=route["orders"],
                kg=kilograms(route["weight_g"]),
                km=f"{route['metres'] / 1000:.1f}",
            )
        ),
        *(f"※ {text}" for text in route["waivers"]),
    ]
    for trip in route["trips"]:
        mark = _("（夜间）") if trip["night"] else ""
        lines.append(
            _(
                "第%(n)s趟%(mark)s %(driver)s：%(depot)s %(load_start_text)s 装车，"
                "%(depart_text)s 发车",
                n=trip["n"],
                mark=mark,
                driver=trip["driver"],
                depot=trip["depot"],
                load_start_text=trip["load_start_text"],
                depart_text=trip["depart_text"],
            )
        )
        for stop in trip["stops"]:
            if stop["kind"] in VISITS:
                lines.append(_chat_stop(stop))
                lines += [f"※ {text}" for text in stop["waivers"]]
            elif stop["kind"] in {"charge", "swap"}:
                lines.append(
                    _(
                        "· %(arrive_text)s 充电 %(connector)s，%(depart_text)s 离开",
                        arrive_text=stop["arrive_text"],
                        connector=stop["connector"] or stop["name"],
                        depart_text=stop["depart_text"],
                    )
                )
            elif stop["kind"] == "rest":
                lines.append(
                    _(
                        "· %(arrive_text)s–%(depart_text)s 休息 %(name)s",
                        arrive_text=stop["arrive_text"],
                        depart_text=stop["depart_text"],
                        name=stop["name"],
                    )
                )
        lines.append(_("%(back_text)s 返回", back_text=trip["back_text"]))
    lines.append(_("里程与时间为估算，未核验途经路段禁限行"))
    if link:
        lines.append(_("今日任务（填车牌号和手机尾号打开）：%(link)s", link=link))
    return "\n".join(lines)


def _chat_stop(stop: View) -> str:
    units: dict[str, int] = {}
    for order in stop["orders"]:
        units[order["unit"]] = units.get(order["unit"], 0) + order["units"]
    goods = " ".join(
        _("%(count)s%(unit)s", count=count, unit=unit) for unit, count in units.items()
    )
    windows = _("，").join(dict.fromkeys(o["window_text"] for o in stop["orders"]))
    bay = _("（%(bay_name)s）", bay_name=stop["bay_name"]) if stop["bay_name"] else ""
    word = f"{takes(stop)} " if stop["kind"] == "pickup" else ""
    needs = _needs(stop["orders"])
    return _(
        "%(n)s. %(arrive_text)s %(word)s%(name)s%(bay)s %(goods)s 收货%(windows)s",
        n=stop["n"],
        arrive_text=stop["arrive_text"],
        word=word,
        name=stop["name"],
        bay=bay,
        goods=goods,
        windows=windows,
    ) + (f" {needs}" if needs else "")
