"""States of things as pills: tint, icon and word together, never colour alone."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Pill:
    """A state as shown. ``tone``: draft, running, good, attention, broken or night."""

    tone: str
    icon: str
    word: object


PLAN: dict[str, Pill] = {
    "draft": Pill("draft", "pencil", _l("草稿")),
    "queued": Pill("running", "clock", _l("排队中")),
    "solving": Pill("running", "loader-2", _l("求解中")),
    "solved": Pill("good", "circle-check", _l("已求解")),
    "failed": Pill("broken", "circle-x", _l("求解失败")),
    "cancelled": Pill("draft", "ban", _l("已取消")),
    "discarded": Pill("draft", "trash", _l("已弃用")),
    "published": Pill("good", "send", _l("已下发")),
    "executing": Pill("running", "truck-delivery", _l("执行中")),
    "superseded": Pill("draft", "history", _l("已被替代")),
    "closed": Pill("draft", "lock", _l("已关闭")),
}

VERDICT: dict[str, Pill] = {
    "clean": Pill("good", "shield-check", _l("方案校验通过 · 违规项 0")),
    "waived": Pill("attention", "shield-exclamation", _l("方案校验通过 · 有豁免")),
    "violated": Pill("broken", "shield-x", _l("方案校验未通过")),
    "": Pill("draft", "shield", _l("方案尚未校验")),
}

ORDER: dict[str, Pill] = {
    "draft": Pill("draft", "pencil", _l("草稿")),
    "submitted": Pill("running", "upload", _l("已提交")),
    "accepted": Pill("good", "circle-check", _l("已受理")),
    "rejected": Pill("broken", "circle-x", _l("已退回")),
    "planned": Pill("good", "route", _l("已排线")),
    "dispatched": Pill("running", "truck-delivery", _l("配送中")),
    "delivered": Pill("good", "check", _l("已签收")),
    "partly_delivered": Pill("attention", "alert-triangle", _l("差异签收")),
    "refused": Pill("broken", "hand-stop", _l("拒收")),
    "failed": Pill("broken", "circle-x", _l("未送达")),
    "closed": Pill("draft", "lock", _l("已关闭")),
    "cancelled": Pill("draft", "ban", _l("已取消")),
}

PERMIT: dict[str, Pill] = {
    "active": Pill("good", "certificate", _l("有效")),
    "approved": Pill("good", "circle-check", _l("予以通过")),
    "suspended": Pill("attention", "player-pause", _l("暂停")),
    "expired": Pill("draft", "clock", _l("已过期")),
    "ended": Pill("broken", "ban", _l("已终止")),
}

APPLICATION: dict[str, Pill] = {
    "draft": Pill("draft", "pencil", _l("草稿")),
    "submitted": Pill("running", "upload", _l("已提交")),
    "in_review": Pill("running", "loader-2", _l("审核中（已受理）")),
    "correction": Pill("attention", "edit", _l("待补正")),
    "not_accepted": Pill("broken", "ban", _l("不予受理")),
    "approved": Pill("good", "circle-check", _l("予以通过")),
    "denied": Pill("broken", "circle-x", _l("不予通过")),
    "withdrawn": Pill("draft", "history", _l("已撤回申请")),
}

PLAIN: dict[str, Pill] = {
    "on": Pill("good", "circle-check", _l("启用")),
    "off": Pill("draft", "ban", _l("停用")),
    "good": Pill("good", "circle-check", _l("正常")),
    "attention": Pill("attention", "alert-triangle", _l("注意")),
    "broken": Pill("broken", "circle-x", _l("故障")),
}

FAMILIES: dict[str, dict[str, Pill]] = {
    "plan": PLAN,
    "verdict": VERDICT,
    "order": ORDER,
    "permit": PERMIT,
    "application": APPLICATION,
    "plain": PLAIN,
}


def pill_of(family: str, state: str | None) -> Pill:
    """The pill of ``state``; one unknown is shown by its own name, in grey."""
    found = FAMILIES[family].get(state or "")
    return found or Pill("draft", "help", state or "—")
