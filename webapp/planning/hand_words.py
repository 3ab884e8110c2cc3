"""What the scripts of the plan's page say while a plan is changed by hand."""

from __future__ import annotations

from flask_babel import gettext as _


def of_page() -> dict[str, str]:
    """Words by name; ``{}`` stands for a figure or a label."""
    return {
        "move": _("移动到…"),
        "assign": _("排入车辆…"),
        "remove": _("移出方案"),
        "lock": _("锁定停靠点"),
        "lock_start": _("锁定开始时刻"),
        "lock_trip": _("锁定第 {} 趟（订单和顺序）"),
        "lock_vehicle": _("锁定整车"),
        "unlock": _("解除锁定"),
        "start_trip": _("改第 {} 趟装车时刻…"),
        "move_trip": _("移动第 {} 趟的订单…"),
        "menu_of": _("{} 的操作"),
        "locked": _("已锁定"),
        "start_locked": _("开始时刻已锁定"),
        "waived": _("已放行"),
        "was": _("原 {}"),
        "fresh": _("新"),
        "more": _("更多操作"),
        "pick_move": _("移动 {} 到"),
        "pick_assign": _("排入 {} 到"),
        "orders": _("{} 单"),
        "stops": _("{} 站"),
        "idle": _("未用车"),
        "auto": _("自动（成本最低）"),
        "trip": _("第 {} 趟"),
        "new_trip": _("新的一趟"),
        "before": _("第 {} 位 · 在 {} 之前"),
        "last": _("最后一位"),
        "pricing": _("试算中…"),
        "lawful": _("可行"),
        "broken": _("违规"),
        "mends": _("解除 {} 项违规，还剩 {} 项"),
        "no_worse": _("不新增违规，仍有 {} 项"),
        "yuan": _("元"),
        "working": _("正在计算…"),
        "choose_orders": _("请至少选择一张订单"),
        "failed": _("没有连上服务器，方案没有变化。请检查网络后重试。"),
        "still_broken": _("仍有未放行的违规，保留为草稿。请处理“调整”中的违规后再保存。"),
        "nothing_chosen": _("请先选中停靠点、线路或未排订单。"),
        "before_line": _("改动前线路"),
    }
