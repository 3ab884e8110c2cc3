"""What is handed out from a plan: run sheets, loading sheets, arrivals by store, chat texts.

All are read off one view (:mod:`workers.planning.view`), so that they agree to the minute.
"""

from __future__ import annotations

from typing import Any

from workers.planning.words import kilograms

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
                "arrive_text": stop["arrive_text"],
                "depart_text": stop["depart_text"],
                "name": stop["name"],
                "address": stop["address"],
                "bay_name": stop["bay_name"],
                "connector": stop["connector"],
                "soc": f"{_percent(stop['soc_in'])}→{_percent(stop['soc_out'])}",
                "orders": stop["orders"],
                "windows": "，".join(dict.fromkeys(o["window_text"] for o in stop["orders"])),
                "needs": _needs(stop["orders"]),
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
    words = [part for text in said for part in text.split("、")]
    if any(o["unattended"] for o in orders):
        words.append("无人值守")
    cold = [o["temperature"] for o in orders if o["temperature"] != "常温"]
    return "、".join(dict.fromkeys([*cold, *words]))


def _zone_notes(view: View) -> list[str]:
    """Every zone with its hours: a driver may be sent another way than planned."""
    return [
        f"{zone['name']}：{rule['effect']} {rule['hours']}"
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
    return {"key": route["key"], "plate": route["plate"], "type": route["type"], "trips": trips}


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


def chat_text(view: View, route: View) -> str:
    """复制文本: one vehicle's day for a group chat, short lines, no markup."""
    lines = [
        f"【{view['service_date']} 派车】{route['key']} {route['plate']}",
        (
            f"{route['stops']} 个停靠点 {route['orders']} 单 {kilograms(route['weight_g'])} kg"
            f" {route['metres'] / 1000:.1f} km"
        ),
    ]
    for trip in route["trips"]:
        mark = "（夜间）" if trip["night"] else ""
        lines.append(
            f"第{trip['n']}趟{mark} {trip['driver']}：{trip['depot']} "
            f"{trip['load_start_text']} 装车，{trip['depart_text']} 发车"
        )
        for stop in trip["stops"]:
            if stop["kind"] in VISITS:
                lines.append(_chat_stop(stop))
            elif stop["kind"] in {"charge", "swap"}:
                lines.append(
                    f"· {stop['arrive_text']} 充电 {stop['connector'] or stop['name']}，"
                    f"{stop['depart_text']} 离开"
                )
            elif stop["kind"] == "rest":
                lines.append(f"· {stop['arrive_text']}–{stop['depart_text']} 休息 {stop['name']}")
        lines.append(f"{trip['back_text']} 返回")
    lines.append("里程与时间为估算，未核验途经路段禁限行")
    return "\n".join(lines)


def _chat_stop(stop: View) -> str:
    units: dict[str, int] = {}
    for order in stop["orders"]:
        units[order["unit"]] = units.get(order["unit"], 0) + order["units"]
    goods = " ".join(f"{count}{unit}" for unit, count in units.items())
    windows = "，".join(dict.fromkeys(o["window_text"] for o in stop["orders"]))
    bay = f"（{stop['bay_name']}）" if stop["bay_name"] else ""
    word = "装货 " if stop["kind"] == "pickup" else ""
    needs = _needs(stop["orders"])
    return f"{stop['n']}. {stop['arrive_text']} {word}{stop['name']}{bay} {goods} 收货{windows}" + (
        f" {needs}" if needs else ""
    )
