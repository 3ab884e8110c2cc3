"""What all value readers share: the reading, its notes and faults, and their wording."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from models.language import N_, Words
from workers.sheets.table import Cell

RULES = Words(
    {
        "required": N_("%(field)s不能为空"),
        "not_a_number": N_("%(field)s不是数字"),
        "letter_in_number": N_("%(field)s不是数字：第 %(place)s 位是字母 %(letter)s"),
        "vague_number": N_("%(field)s不是确定的数字"),
        "negative": N_("%(field)s不能是负数"),
        "count_below_one": N_("%(field)s须为 1 以上的整数"),
        "not_whole": N_("%(field)s须为整数"),
        "out_of_range": N_("%(field)s超出范围（%(low)s 至 %(high)s）"),
        "unknown_unit": N_("%(field)s的单位“%(unit)s”不认识"),
        "not_a_date": N_("%(field)s不是日期"),
        "no_such_day": N_("没有这一天"),
        "date_past": N_("%(date)s 已经过去"),
        "date_far": N_("%(date)s 离今天超过一年"),
        "not_a_window": N_("%(field)s不是时段"),
        "window_single": N_("%(field)s只有一个时刻，须有起止"),
        "window_reversed": N_("%(field)s的结束早于开始"),
        "date_reversed": N_("截止日期早于起始日期"),
        "window_empty": N_("%(field)s的起止相同"),
        "no_such_time": N_("没有 %(time)s 这个时刻"),
        "unknown_word": N_("%(field)s只能填：%(choices)s"),
        "too_long": N_("%(field)s超过 %(limit)s 个字"),
        "bad_format": N_("%(field)s的格式不对，应如 %(example)s"),
        "error_value": N_("单元格里是公式错误"),
        "not_coordinate": N_("经纬度不对，应如 133.012, 21.034"),
        "store_unknown": N_("网点里没有这个门店"),
        "not_receiving": N_("网点当日不收货，请改日期，或请网点先改收货安排"),
        "store_ambiguous": N_("有 %(count)s 个门店都对得上，请选定"),
        "duplicate_in_file": N_("与 %(cell)s 重复，一单只收一次"),
        "duplicate_in_database": N_("已有这个订单（%(state)s），一单只收一次"),
        "duplicate_key": N_("已有这个%(field)s"),
        "load_missing": N_("缺重量，也没有可以估算的件数"),
        "no_temperature": N_("看不出温度要求"),
        "area_unreadable": N_("%(field)s不是一圈坐标"),
        "area_few_points": N_("%(field)s只有 %(count)s 个不同的点，围不成一圈"),
        "area_swapped": N_("%(field)s像是把纬度写在了经度前面"),
        "area_crossed": N_("%(field)s的边线在 %(where)s 附近自己相交"),
        "area_too_wide": N_("%(field)s跨度超过 %(limit)s 度，不像是城里的一片区域"),
        "area_too_fine": N_("%(field)s超过 %(limit)s 个点"),
        "not_weekdays": N_("%(field)s看不出是周几"),
        "differs": N_("与 %(cell)s 不一致：同一编码的各行，这一列须相同"),
        "taken": N_("这个%(field)s已被其他单位使用"),
        "told": "%(text)s",
        "order_unknown": N_("当日没有订单 %(text)s"),
        "order_of_other_day": N_("订单 %(text)s 是 %(date)s 的，不在这一天"),
        "order_ambiguous": N_("有 %(count)s 家货主都有订单 %(text)s"),
        "order_not_open": N_("订单 %(text)s %(state)s，不能排入"),
        "order_placed_twice": N_(
            "订单 %(text)s 在 %(cell)s 已排给 %(plate)s 第 %(trip)s 趟，一单只送一次"
        ),
        "vehicle_unknown": N_("车队里没有 %(text)s，或这辆车不归贵司调度"),
        "vehicle_ambiguous": N_("有 %(count)s 辆车的号牌都对得上 %(text)s"),
        "vehicle_idle": N_("%(text)s 已停用"),
        "vehicle_missing": N_("没有写车辆，上面也没有可沿用的"),
        "driver_unknown": N_("司机里没有 %(text)s"),
        "driver_ambiguous": N_("有 %(count)s 位司机都叫 %(text)s"),
        "depot_unknown": N_("发车仓里没有 %(text)s"),
        "trip_unreadable": N_("“%(text)s”看不出是第几趟"),
    }
)
"""Rule id → what is told (a msgid with named parameters)."""

NOTES = Words(
    {
        "full_width": N_("全角转半角"),
        "thousands": N_("去掉千位分隔符"),
        "unit": N_("按单位“%(unit)s”换算"),
        "year_completed": N_("补全年份"),
        "two_digit_year": N_("年份补成四位"),
        "compact_date": N_("八位数字认作日期"),
        "excel_serial": N_("表格序号转日期"),
        "relative_date": N_("“%(word)s”按今天 %(today)s 换算"),
        "day_first": N_("按 日/月/年 读"),
        "month_first": N_("按 月/日/年 读"),
        "time_dropped": N_("只取日期"),
        "spoken_time": N_("按所述时刻读"),
        "window_word": N_("“%(word)s”按惯用时段读"),
        "open_ended": N_("只说了一头，另一头放开"),
        "crosses_midnight": N_("跨零点：前日 %(start)s 至当日 %(end)s"),
        "zeros_restored": N_("补回前导零"),
        "prefix_restored": N_("补回货主前缀"),
        "estimated_weight": N_("估算：%(count)s %(unit)s × %(each)s kg"),
        "estimated_volume": N_("估算：%(count)s %(unit)s × %(each)s m³"),
        "word": N_("读作“%(meaning)s”"),
        "store_by_name": N_("按店名对应到 %(name)s"),
        "store_by_address": N_("按地址对应到 %(name)s"),
        "store_remembered": N_("沿用上次选定的 %(name)s"),
        "merged_down": N_("取合并单元格的值"),
        "plate_tidied": N_("去掉空格，改为大写"),
        "plate_completed": N_("补全为 %(plate)s"),
        "filled_down": N_("空着，沿用上一行"),
        "trip_by_turn": N_("没有趟次，顺序重新开始，记为第 %(trip)s 趟"),
        "turn_by_row": N_("没有顺序，按行的先后"),
        "rows_joined": N_("与 %(cell)s 是同一订单，合为一次送达"),
        "order_in_parts": N_("与 %(cell)s 是同一张大单，一车装不下，各送一部分"),
        "shipper_taken_off": N_("去掉货主名"),
    }
)
"""Note id → what was done of itself."""


@dataclass(frozen=True)
class Note:
    """Something that was converted without asking; it does not block."""

    id: str
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The note in Chinese."""
        return NOTES[self.id] % self.params


@dataclass(frozen=True)
class Fault:
    """Why a cell is refused; ``fix`` is the value to put there, where one is likely."""

    rule: str
    params: Mapping[str, str] = field(default_factory=dict)
    fix: str | None = None

    @property
    def text(self) -> str:
        """The fault in Chinese."""
        return RULES[self.rule] % self.params


@dataclass(frozen=True)
class Reading:
    """A value (None = blank or refused), what was converted, and what is wrong."""

    value: Any = None
    notes: tuple[Note, ...] = ()
    fault: Fault | None = None
    shown: str = ""


@dataclass(frozen=True)
class Ask:
    """What a reader is told: the field's name, the column's own unit, and the days."""

    label: str = "值"
    unit: str = ""
    today: dt.date = dt.date(2026, 1, 1)
    service_date: dt.date | None = None
    limit: int = 200


Reader = Callable[[Cell | None, Ask], Reading]


def fold(text: str) -> str:
    """Full-width to half-width, odd spaces to one, dashes to ``-``; ends trimmed."""
    folded = unicodedata.normalize("NFKC", text)
    for dash in "‐‑‒–—―−﹣－":
        folded = folded.replace(dash, "-")
    return " ".join(folded.replace("\u200b", "").replace("\ufeff", "").split())


def has_full_width(text: str) -> bool:
    """Whether digits or Latin letters are written full-width."""
    return any("\uff01" <= ch <= "\uff5e" and ch not in "，：；！？（）～" for ch in text)


def blank(cell: Cell | None) -> bool:
    """Whether there is nothing to read; ``-``, ``/`` and ``无`` stand for nothing."""
    return cell is None or fold(cell.text) in {"", "-", "--", "/", "\\", "无", "N/A", "n/a"}


def refuse(rule: str, ask: Ask, fix: str | None = None, **params: str) -> Reading:
    """A reading that is a fault."""
    return Reading(fault=Fault(rule, {"field": ask.label, **params}, fix))
