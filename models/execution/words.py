"""Words of what drivers tell: outcomes, reasons, kinds of events (Chinese, the source language)."""

from __future__ import annotations

OUTCOMES = {
    "delivered": "已签收",
    "partly_delivered": "差异签收",
    "refused": "拒收",
    "failed": "未送达",
}

REASONS = {
    "closed": "门店未营业",
    "no_contact": "联系不上收货人",
    "no_access": "车辆无法进入",
    "damaged": "货物破损",
    "wrong_goods": "货物不符",
    "temperature": "温度不达标",
    "late": "超过收货时段",
    "missing": "件数短少",
    "breakdown": "车辆故障",
    "other": "其他原因",
}
"""Why a delivery was refused, failed or came short."""

KINDS = {
    "arrive": "到达",
    "done": "完成",
    "partial": "差异签收",
    "refused": "拒收",
    "failed": "未送达",
    "late": "晚到",
    "breakdown": "车辆故障",
    "resume": "恢复行驶",
    "note": "备注",
    "dock_ready": "月台已备好",
    "undo": "撤销",
}


def reason_text(code: str, note: str = "") -> str:
    """A reason as it is read, with what was written to it."""
    words = REASONS.get(code, "")
    return "：".join(part for part in (words, note.strip()) if part)
