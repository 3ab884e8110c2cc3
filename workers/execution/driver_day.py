"""A vehicle's day as its driver sees it: plain data for one page, from the plan's one view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from sqlalchemy.orm import Session

from models.execution.tables import Execution, ExecutionEvent
from models.language import gettext as _
from models.planning.tables import PlanVersion
from workers.execution.datum import to_bd09, to_gcj02
from workers.execution.day import Day, PlannedStop, RouteDay
from workers.execution.queries import asked_back, contacts, dispatch_phone
from workers.planning.handout import loading_sheet
from workers.planning.words import TEMPERATURES

Plain = dict[str, Any]
PLACES = 6
"""Decimals of a degree: a tenth of a metre."""


def driver_day(
    session: Session, execution: Execution, version: PlanVersion, day: Day, route: RouteDay
) -> Plain:
    """The day of one vehicle. Reads as the platform: the caller has let the driver in."""
    visits = [stop for stop in route.stops if stop.kind == "visit"]
    called = contacts(session, {task.place for stop in visits for task in stop.tasks})
    back = asked_back(session, {task.order for stop in visits for task in stop.tasks})
    shown = route.shown
    return {
        "execution": str(execution.id),
        "version": version.version,
        "service_date": version.service_date.isoformat(),
        "key": shown["key"],
        "colour": shown["colour"],
        "plate": shown["plate"],
        "type": shown["type"],
        "electric": shown["electric"],
        "reserve": shown["reserve"],
        "longest_driving_s": route.longest_driving_s,
        "dispatch": dispatch_phone(session, execution.operator_id),
        "trips": [_trip(trip) for trip in shown["trips"]],
        "loading": loading_sheet(shown)["trips"],
        "zones": [
            _(
                "%(zone)s：%(effect)s %(hours)s",
                zone=zone["name"],
                effect=rule["effect"],
                hours=rule["hours"],
            )
            for zone in day.view["zones"]
            for rule in zone["rules"]
        ],
        "stops": [_stop(route, stop, called, back) for stop in route.stops],
    }


def _trip(trip: Plain) -> Plain:
    names = ("n", "night", "driver", "depot", "load_start_text", "depart_text", "back_text")
    return {name: trip[name] for name in (*names, "units", "weight_g", "metres")}


def _stop(
    route: RouteDay,
    stop: PlannedStop,
    called: Mapping[str, tuple[str, str]],
    back: set[str],
) -> Plain:
    shown = stop.shown
    left = [other for other in route.stops if other.index > stop.index]
    orders = [_order(stop, line, back) for line in shown["orders"]]
    ends = [task.window[1] for task in stop.tasks if task.window]
    places = list(dict.fromkeys(line["store_id"] for line in shown["orders"]))
    return {
        "key": stop.key,
        "kind": stop.kind,
        "visit": shown["kind"],
        "trip": stop.trip,
        "n": shown["n"],
        "name": shown["name"],
        "address": shown["address"],
        "bay": shown["bay_name"],
        "connector": shown["connector"],
        "arrive": stop.arrive,
        "arrive_text": shown["arrive_text"],
        "depart_text": shown["depart_text"],
        "windows": _("，").join(dict.fromkeys(o["window_text"] for o in shown["orders"])),
        "window_end": min(ends, default=None),
        "soc": shown["soc_in"],
        "soc_out": shown["soc_out"],
        "leg_m": shown["leg"]["metres"] if shown["leg"] else 0,
        "leg_s": stop.leg_s,
        "left_m": sum(other.shown["leg"]["metres"] for other in left if other.shown["leg"]),
        "driven_s": stop.driven_s,
        "orders": orders,
        "tasks": [{"id": task.order, "action": task.action} for task in stop.tasks],
        "contacts": [
            {"name": called[place][0], "phone": called[place][1]}
            for place in places
            if called.get(place, ("", ""))[1]
        ],
        "navigation": navigation(shown["at"][0], shown["at"][1], shown["name"]),
    }


def _order(stop: PlannedStop, line: Plain, back: set[str]) -> Plain:
    names = ("id", "reference", "shipper", "store", "units", "unit", "weight_g", "action")
    return {
        **{name: line[name] for name in (*names, "temperature", "goods", "needs", "note")},
        "cold": line["temperature"] != TEMPERATURES["ambient"],
        "unattended": line["unattended"],
        "asked_back": line["id"].split("#", 1)[0] in back,
        "stop": stop.key,
    }


def navigation(lon: float, lat: float, name: str) -> list[Plain]:
    """Addresses that open a place in navigation apps, each in the app's own datum.

    As their makers describe them: Amap's URI API (``uri.amap.com/navigation``), Tencent's
    (``apis.map.qq.com/uri/v1/routeplan``), Baidu's (``api.map.baidu.com/marker``), Apple's Map
    Links, and RFC 5870 for any other, whose coordinates are WGS-84 by definition.
    """
    gcj = _degrees(*to_gcj02(lon, lat))
    bd09 = _degrees(*to_bd09(lon, lat))
    wgs = _degrees(lon, lat)
    amap = {"to": f"{gcj[0]},{gcj[1]},{name}", "mode": "car", "coordinate": "gaode"}
    tencent = {"type": "drive", "to": name, "tocoord": f"{gcj[1]},{gcj[0]}"}
    baidu = {"location": f"{bd09[1]},{bd09[0]}", "title": name, "content": name}
    apple = {"daddr": f"{gcj[1]},{gcj[0]}", "dirflg": "d", "q": name}
    return [
        _app("amap", "https://uri.amap.com/navigation", amap | {"callnative": "1"}),
        _app("baidu", "https://api.map.baidu.com/marker", baidu | _OURS | {"output": "html"}),
        _app("tencent", "https://apis.map.qq.com/uri/v1/routeplan", tencent | _REFERER),
        _app("apple", "https://maps.apple.com/", apple),
        {"app": "geo", "address": f"geo:{wgs[1]},{wgs[0]}?q={wgs[1]},{wgs[0]}({quote(name)})"},
    ]


_OURS = {"coord_type": "bd09ll", "src": "greenfreight"}
_REFERER = {"referer": "greenfreight"}


def _app(app: str, address: str, values: Mapping[str, str]) -> Plain:
    return {"app": app, "address": f"{address}?{urlencode(values)}"}


def _degrees(lon: float, lat: float) -> tuple[str, str]:
    return f"{lon:.{PLACES}f}", f"{lat:.{PLACES}f}"


def told(events: Sequence[ExecutionEvent]) -> list[Plain]:
    """Stored events as a phone folds them together with those that wait in its queue."""
    return [
        {
            "client_id": event.client_id,
            "device_id": event.device_id,
            "kind": event.kind,
            "stop": event.stop_key,
            "at": event.at.isoformat(),
            "sequence": event.sequence,
            "source": event.source,
            **event.content,
        }
        for event in events
    ]
