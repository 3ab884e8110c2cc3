"""Flags of a plan on its page: what changed outside, each in a sentence."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.visibility import find
from models.notices.tables import Notice
from models.places.tables import Place
from models.planning.flags import open_flags


def told(session: Session, who: Actor, version_id: uuid.UUID) -> list[dict[str, Any]]:
    """The open flags of a plan: id, when, the sentence, and where to look."""
    return [
        {
            "id": flag.id,
            "at": flag.created_at,
            "text": _sentence(session, who, flag),
            "href": _where(flag),
        }
        for flag in open_flags(session, who, version_id)
    ]


def _sentence(session: Session, who: Actor, flag: Notice) -> str:
    detail: Mapping[str, Any] = flag.params
    if flag.kind == "night_veto":
        place = find(session, who, Place, flag.subject_id)
        name = place.name if place is not None else str(detail.get("place", ""))
        return _(
            "%(place)s否决夜间收货（%(why)s），本方案夜间送该网点 %(n)s 单",
            place=name,
            why=detail.get("reason", ""),
            n=detail.get("orders", 0),
        )
    named = str(detail.get("reference") or detail.get("number") or "")
    if flag.kind == "quantity":
        return _(
            "订单 %(o)s 件数 %(a)s → %(b)s，超出排线时的货量",
            o=named,
            a=detail.get("before", ""),
            b=detail.get("after", ""),
        )
    words = {
        "late_order": _("迟到申请 %(o)s 已受理，不在本方案中", o=named),
        "order_amended": _("订单 %(o)s 排线后被修改", o=named),
        "order_cancelled": _("订单 %(o)s 已取消", o=named),
        "permit_ended": _("通行证 %(o)s 已失效，本方案有车辆使用", o=named),
        "receiving_changed": _("网点的收货时段已变更"),
    }
    return words.get(flag.kind, flag.kind)


def _where(flag: Notice) -> str:
    if flag.subject_kind == "order":
        return url_for("orders.show", order_id=flag.subject_id)
    return ""
