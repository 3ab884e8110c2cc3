"""What may be done about a left-out order: the remedy in words, and the page where it is done."""

from __future__ import annotations

from typing import Any

from models.language import N_
from models.language import gettext as _
from routing.plan import Remedy, Unassigned
from workers.planning.view_route import Context
from workers.planning.words import remedy_text

View = dict[str, Any]

ORDER = ("order", "", N_("与货主确认后改订单"))
PLACE = ("place", "windows", N_("改网点收货时段"))
STEPS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "widen_window": (PLACE, ORDER),
    "day_window": (PLACE, ORDER),
    "earlier_release": (ORDER,),
    "longer_ride": (ORDER,),
    "drop_needs": (ORDER,),
    "parts": (ORDER,),
    "split": (ORDER,),
    "share": (ORDER,),
    "prize": (ORDER,),
    "roll_over": (("order", "", N_("打开订单")),),
    "bay": (("bay", "serves", N_("改泊位可服务的网点")),),
    "permit": (("permits", "", N_("查看通行证")),),
    "renew_papers": (("vehicle", "papers", N_("改车辆证照")),),
    "vehicle": (("new_vehicle", "", N_("新增车辆")),),
    "longer_shift": (("driver", "duties", N_("改司机班次")),),
    "duty": (("driver", "duties", N_("改司机班次")),),
}
"""Remedy to the steps that do it: a thing of the city or an order, the field on its page, words."""


def remedy_view(context: Context, out: Unassigned) -> View | None:
    """The remedy with its cost and its steps; None where none was found."""
    remedy = out.remedy
    if remedy is None:
        return None
    steps = [
        {"to": kind, "id": _id(context, out.order, kind, remedy), "field": field, "text": _(text)}
        for kind, field, text in STEPS.get(remedy.code, ())
    ]
    return {
        "code": remedy.code,
        "text": remedy_text(remedy.code, remedy.detail, context.names),
        "cost_fen": remedy.cost,
        "verified": remedy.verified,
        "steps": [step for step in steps if step["id"] is not None],
    }


def _id(context: Context, order_id: str, kind: str, remedy: Remedy) -> str | None:
    """Which one: an id, "" where the page lists all or makes a new one, None where unknown."""
    detail = remedy.detail
    if kind == "order":
        return order_id.split("#", 1)[0]
    if kind == "place":
        return context.orders[order_id].delivery[0].place
    if kind in {"bay", "vehicle"}:
        return str(detail[kind]) if kind in detail else None
    if kind == "driver":
        like = detail.get("duty") or detail.get("like")
        duties = {duty.id: duty.driver for duty in context.problem.duties}
        return duties.get(str(like), "")
    return ""
