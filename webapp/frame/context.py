"""What every template may use."""

from __future__ import annotations

from flask import Flask, current_app, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models.language import active
from webapp.frame import formats, language, nav, notices, service_date
from webapp.frame.assets import asset
from webapp.frame.city import city
from webapp.frame.icons import icon
from webapp.frame.states import pill_of
from webapp.security.guard import can

UNDATED_ROOMS = {"", "admin", "system", "accounts", "account", "colleagues", "audit", "indicators"}
"""Rooms whose pages are about no service date; all others show the date in the top bar."""


def _dated(room: str) -> dict[str, object]:
    """The top bar's date: whether it shows, which page it leads to, what it takes along there."""
    address, beside = g.get("date_action"), {}
    if address is None and f"{room}.index" in current_app.view_functions:
        address = url_for(f"{room}.index")
    if address is None or address == request.path:
        address = request.path
        beside = {name: value for name, value in request.args.items() if name != "date"}
    return {
        "shows_date": room not in UNDATED_ROOMS,
        "date_action": address,
        "date_beside": beside,
    }


def _search_hint(role: str) -> str:
    if role == "police":
        return _("号牌号码 / 通行证号")
    if role == "shipper":
        return _("订单号 / 网点")
    return _("订单号 / 号牌号码 / 网点")


def install(app: Flask) -> None:
    """Add the helpers and the frame's own variables to every template."""
    app.jinja_env.globals.update(
        asset=asset, icon=icon, pill_of=pill_of, can=can, words_address=language.script_address
    )

    @app.context_processor
    def frame() -> dict[str, object]:
        room = (request.endpoint or "").split(".")[0]
        return {
            "page_language": language.code(),
            "languages": language.available(),
            "language_code": active(),
            **_dated(room),
            "weekday": lambda day: _(formats.WEEKDAYS[day.weekday()]),
            "endpoints": current_app.view_functions,
        }

    @app.context_processor
    def person() -> dict[str, object]:
        if not current_user.is_authenticated or g.get("actor") is None:
            return {"demo_data": False}
        role = g.actor.role
        place = city()
        return {
            "me": current_user,
            "role_name": nav.ROLE_NAMES.get(role, role),
            "nav": nav.rooms_for(g.actor),
            "city_name": place.name,
            "demo_data": place.demo,
            "service_date": g.get("page_date") or service_date.current(),
            "search_hint": _search_hint(role),
            "unread": notices.unread(),
        }
