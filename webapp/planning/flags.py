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
from webapp.permits.words import ACT_NAMES


def told(session: Session, who: Actor, version_id: uuid.UUID) -> list[dict[str, Any]]:
    """The open flags of a plan: id, when, the sentence, and where to look."""
    return [
        {
            "id": flag.id,
            "at": flag.created_at,
            "text": sentence(session, who, flag),
            "href": _where(flag),
        }
        for flag in open_flags(session, who, version_id)
    ]


def sentence(session: Session, who: Actor, flag: Notice) -> str:
    """What happened, in the reader's language."""
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
    if flag.kind == "receiving_changed":
        return _receiving_sentence(session, who, flag)
    named = str(detail.get("reference") or detail.get("number") or "")
    if flag.kind == "quantity":
        return _(
            "订单 %(o)s 件数 %(a)s → %(b)s，超出排线时的货量",
            o=named,
            a=detail.get("before", ""),
            b=detail.get("after", ""),
        )
    if flag.kind == "permit_ended":
        return _permit_sentence(named, detail)
    words = {
        "late_order": _("迟到申请 %(o)s 已受理，不在本方案中", o=named),
        "order_amended": _("订单 %(o)s 排线后被修改", o=named),
        "order_cancelled": _("订单 %(o)s 已取消", o=named),
    }
    return words.get(flag.kind, flag.kind)


def _receiving_sentence(session: Session, who: Actor, flag: Notice) -> str:
    """Which place receives otherwise now, and what of the plan comes too early or too late."""
    detail: Mapping[str, Any] = flag.params
    place = find(session, who, Place, flag.subject_id)
    name = place.name if place is not None else str(detail.get("place", ""))
    told = {"place": name, "n": detail.get("orders", 0)}
    times = _("、").join(str(time) for time in detail.get("times", ()))
    if detail.get("closed"):
        text = _(
            "%(place)s已改为当日不收货，本方案送该网点 %(n)s 单（%(times)s）", times=times, **told
        )
    else:
        text = _(
            "%(place)s的收货时段已变更，本方案送该网点 %(n)s 单（%(times)s）不在新时段内",
            times=times,
            **told,
        )
    return str(text)


def _permit_sentence(number: str, detail: Mapping[str, Any]) -> str:
    """Which pass fell away by which act, and where the plan goes without it."""
    act = str(ACT_NAMES.get(str(detail.get("act")), _("暂停")))
    told = _(
        "通行证 %(o)s 已%(act)s，%(plate)s 按本方案进入限行区不再合规",
        o=number,
        act=act,
        plate=detail.get("plate", ""),
    )
    times = str(detail.get("times") or "")
    return _("%(text)s（到达 %(times)s）", text=told, times=times) if times else told


def _where(flag: Notice) -> str:
    if flag.subject_kind == "permit":
        return url_for("permits.show", permit_id=flag.subject_id)
    if flag.kind == "receiving_changed":
        return url_for("stores.show", place_id=flag.subject_id)
    if flag.subject_kind == "order":
        return url_for("orders.show", order_id=flag.subject_id)
    return ""
