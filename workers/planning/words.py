"""Chinese words of codes in plans: temperatures, needs, reasons, remedies."""

from __future__ import annotations

from collections.abc import Mapping

from workers.planning.names import Names

TEMPERATURES = {"ambient": "常温", "chilled": "冷藏", "frozen": "冷冻"}

NEEDS = {
    "tail_lift": "尾板",
    "enclosed": "封闭厢体",
    "quiet": "静音卸货",
    "roll_cage": "笼车",
    "pallet_jack": "托盘车",
    "refrigerated": "冷藏车",
    "two_people": "双人",
    "insulated": "保温厢",
    "crane": "随车吊",
}

ENERGY = {
    "petrol": "汽油",
    "diesel": "柴油",
    "cng": "CNG",
    "lng": "LNG",
    "methanol": "甲醇",
    "hev": "油电混动",
    "phev": "插电混动",
    "erev": "增程",
    "bev": "纯电",
    "fcev": "氢燃料",
}

UNITS = {"carton": "箱", "pallet": "托", "roll_cage": "笼", "tote": "周转箱", "piece": "件"}

TIERS = {"impossible": "不可行", "no_room": "排不下", "not_worth_it": "不划算"}

EFFECTS = {
    "no_driving": "禁止通行",
    "no_stopping": "禁止停车装卸",
    "no_parking": "禁止停放",
    "pass_needed": "凭通行证通行",
    "quiet_only": "限静音车辆",
}

RULES = {
    "weight": "载质量不足",
    "volume": "容积不足",
    "unit_places": "笼位、托位不足",
    "temperature": "温层不符",
    "needs": "车辆不具备所需条件",
    "goods": "货物不能同车",
    "time_window": "赶不上收货时段",
    "depot_hours": "装车不在仓库作业时间内",
    "night": "夜间收货条件不满足",
    "release_due": "最早提货与最晚送达时间之间来不及",
    "longest_ride": "在途时间超限",
    "precedence": "前序订单未完成",
    "shift": "超出班次时间",
    "duty_length": "超出最长当班时间",
    "rest": "超出连续驾驶时间",
    "driver": "没有可用司机",
    "papers": "车辆证照过期",
    "vehicle_available": "车辆不可用",
    "battery": "剩余电量（SOC）不够",
    "charging": "途中无法充电",
    "connector": "充电枪被占用",
    "site_power": "充电站功率不足",
    "bay": "泊位停不下或没有空位",
    "yard": "网点场地与进场道路停不下该车",
    "access": "禁限行时段内不能通行",
    "permit_trips": "通行证当日次数用完",
    "travel": "行驶时间来不及",
    "structure": "无法形成完整趟次",
    "orders": "关联订单未排",
    "lock": "与锁定冲突",
    "commitment": "已被其他方案占用",
    "split": "拆分后仍有一件装不下",
    "unit": "单件超出任何可用车辆的承载",
    "objective": "收益低于成本",
    "prize": "收益低于成本",
    "no_vehicle": "没有可用车辆",
    "no_room": "现有线路都插不进",
}

REMEDIES = {
    "weight": "换用载质量更大的车或拆单",
    "volume": "换用容积更大的车或拆单",
    "unit_places": "换用笼位更多的车或拆单",
    "temperature": "加派相应温层的车辆",
    "needs": "加派具备条件的车辆",
    "goods": "允许与其他货物同车，或单独派车",
    "time_window": "放宽收货时段",
    "night": "改为白天收货，或加派静音车辆",
    "release_due": "提前提货或推迟最晚送达",
    "longest_ride": "放宽最长在途时间",
    "precedence": "提前前序订单",
    "shift": "延长班次",
    "duty_length": "延长当班时间或加派司机",
    "rest": "安排途中休息或换班",
    "driver": "加派司机",
    "papers": "更新车辆证照",
    "vehicle_available": "加派车辆",
    "battery": "换用续航更长的车",
    "charging": "开放更多充电站",
    "connector": "增加充电枪",
    "site_power": "提高充电站功率",
    "bay": "改用其他泊位或延长停靠",
    "yard": "改用泊位卸货或换小型车",
    "access": "办理通行证或改时段",
    "permit_trips": "增加通行证次数",
    "orders": "先排入关联订单",
    "lock": "解除锁定",
    "commitment": "与占用方协商",
    "split": "拆成几单",
    "unit": "改小单件规格",
    "objective": "提高收益或转次日",
    "roll_over": "顺延至次日",
    "prize": "提高该单收益",
    "parts": "允许部分送达",
    "drop_needs": "与货主确认免去要求",
    "permit": "办理通行证",
    "day_window": "增加日间收货时段",
    "widen_window": "放宽收货时段",
    "earlier_release": "提前备货",
    "renew_papers": "更新车辆证照",
    "longer_shift": "延长班次",
    "duty": "增加一个班次",
    "longer_ride": "放宽最长在途时间",
    "share": "与货主确认允许拼车",
    "unlock": "解除锁定",
    "vehicle": "加派同型车辆",
}

NO_REMEDY = "现有车辆、网点与规则内未找到可行的办法"
"""Said of an order that no remedy tried would serve."""


def remedy_text(title: str, text: str) -> str:
    """A remedy in one line: what it is, then its figures where it has any."""
    return title if title == text else f"{title}：{text}"


def needs_text(needs: list[str]) -> str:
    """Needs as words, in the order given."""
    return "、".join(NEEDS.get(need, need) for need in needs)


DETAILS = {
    "vehicles": "共 {} 辆车",
    "vehicle": "{}",
    "bay": "{}",
    "metres": "步行 {} 米",
    "minutes": "{} 分钟",
    "hours": "{}",
    "parts": "{} 份",
    "needs": "{}",
    "cost": "送达成本 {} 元",
    "prize": "收益 {} 元",
    "late_min": "晚 {} 分钟",
    "kg": "{} kg",
    "limit_mm": "限 {} mm",
    "vehicle_mm": "车辆 {} mm",
    "to": "至 {}",
}
"""Figures of reasons and remedies as words; a key without words is for programs alone."""
MONEY = frozenset({"cost", "prize"})
LABELLED = frozenset({"vehicle", "bay"})


def detail_text(detail: Mapping[str, str | int], names: Names) -> str:
    """The figures of a reason or remedy: its own ``text``, else those that have words."""
    if "text" in detail:
        return str(detail["text"])
    return "，".join(
        DETAILS[key].format(_figure(key, value, names))
        for key, value in detail.items()
        if key in DETAILS
    )


def _figure(key: str, value: str | int, names: Names) -> str:
    """A figure as people read it: labels for ids, words for codes, yuan for fen."""
    if key in LABELLED:
        return names.of(str(value))
    if key == "needs":
        return needs_text([need.strip() for need in str(value).split(",")])
    if key in MONEY:
        return f"{int(value) / 100:,.2f}"
    return str(value)


def kilograms(grams: int) -> str:
    """Kilograms without decimals that are not known."""
    return f"{grams / 1000:,.0f}"
