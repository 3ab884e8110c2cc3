"""Words of what drivers tell: outcomes, reasons, kinds of events."""

from __future__ import annotations

from models.language import N_, Words, kept

OUTCOMES = Words(
    {
        "delivered": N_("已签收"),
        "partly_delivered": N_("差异签收"),
        "refused": N_("拒收"),
        "failed": N_("未送达"),
    }
)

REASONS = Words(
    {
        "closed": N_("门店未营业"),
        "no_contact": N_("联系不上收货人"),
        "no_access": N_("车辆无法进入"),
        "damaged": N_("货物破损"),
        "wrong_goods": N_("货物不符"),
        "temperature": N_("温度不达标"),
        "late": N_("超过收货时段"),
        "missing": N_("件数短少"),
        "breakdown": N_("车辆故障"),
        "other": N_("其他原因"),
    }
)
"""Why a delivery was refused, failed or came short."""

KINDS = Words(
    {
        "arrive": N_("到达"),
        "done": N_("完成"),
        "partial": N_("差异签收"),
        "refused": N_("拒收"),
        "failed": N_("未送达"),
        "late": N_("晚到"),
        "breakdown": N_("车辆故障"),
        "resume": N_("恢复行驶"),
        "note": N_("备注"),
        "dock_ready": N_("月台已备好"),
        "undo": N_("撤销"),
    }
)


def reason_kept(code: str, note: str = "") -> str:
    """A reason as it is stored, with what was written to it."""
    words = REASONS.source.get(code, "")
    if words and note.strip():
        return kept("%(reason)s：%(note)s", reason=words, note=note.strip())
    return words or note.strip()
