"""What a check found: problems by cell, conversions by cell, rows that pass, rows left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import msgspec

from models.language import N_, Words, retell
from models.language import gettext as _
from workers.sheets.layout import Column, Skipped
from workers.sheets.mapping import Mapped
from workers.sheets.values.base import NOTES, RULES

REMEDIES = Words(
    {
        "required": N_("填上，或不导入这一行"),
        "letter_in_number": N_("把字母改成数字"),
        "no_such_day": N_("改成有的日期"),
        "date_past": N_("改成今天或以后的日期"),
        "not_a_window": N_("写成 06:00-07:30 的样子"),
        "window_single": N_("补上起止"),
        "window_reversed": N_("起止对调，或改正"),
        "date_reversed": N_("起止对调，或改正"),
        "count_below_one": N_("改成 1 以上的整数，或不导入这一行（退货另下退货单）"),
        "store_unknown": N_("选一个网点，或新建网点；会记住"),
        "store_ambiguous": N_("选定一个网点；会记住"),
        "duplicate_in_file": N_("不导入其中一行，或改单号"),
        "duplicate_in_database": N_("不导入这一行，或改单号"),
        "load_missing": N_("填上重量或件数"),
        "area_unreadable": N_(
            "写成 133.01,21.02; 133.03,21.02; 133.03,21.04，或 WKT 的 POLYGON((…))"
        ),
        "area_few_points": N_("补到至少三个点"),
        "area_crossed": N_("按边线顺序重排这些点"),
        "area_too_wide": N_("检查每个点的经纬度"),
        "area_too_fine": N_("抽稀后再传"),
        "not_weekdays": N_("写成 周一至周五、周六、工作日 或 每天"),
        "differs": N_("改成与第一行相同，或换一个编码"),
        "taken": N_("换一个编码"),
        "order_unknown": N_("核对订单号；没有导入的订单先导入"),
        "order_of_other_day": N_("换到那一天再导入，或不排这一行"),
        "order_ambiguous": N_("补一列货主，或只留一家的订单"),
        "order_not_open": N_("先到订单页处理，或不排这一行"),
        "order_placed_twice": N_("只留一行"),
        "vehicle_unknown": N_("核对号牌；没有登记的车先到车辆页登记"),
        "vehicle_ambiguous": N_("把号牌写全"),
        "vehicle_idle": N_("到车辆页恢复启用，或换一辆车"),
        "vehicle_missing": N_("填上号牌"),
        "driver_unknown": N_("照样排入，司机由系统配；或改成司机名单里的姓名、工号、手机号"),
        "driver_ambiguous": N_("照样排入，司机由系统配；或改写工号、手机号"),
        "depot_unknown": N_("照样排入，按订单的发货仓；或改成发车仓的名称、编码"),
        "trip_unreadable": N_("写成 1、2 或 第1趟"),
    }
)
"""Rule → what to do; rules without one are mended by typing the right value."""


def retold(params: Mapping[str, str]) -> dict[str, str]:
    """The values of a message: names of fields and states are messages themselves."""
    return {name: retell(value) for name, value in params.items()}


class Problem(msgspec.Struct, frozen=True):
    """One refused cell. ``fix``: the value for one click; ``near``: (place id, label) to pick.

    ``blocks``: the row cannot be taken in with it; False where it is taken in without the cell.
    """

    sheet: str
    cell: str
    row: int
    column: int
    field: str
    value: str
    rule: str
    params: dict[str, str]
    fix: str | None = None
    near: list[tuple[str, str]] = []
    blocks: bool = True

    @property
    def text(self) -> str:
        """What is wrong."""
        return RULES[self.rule] % retold(self.params)

    @property
    def remedy(self) -> str:
        """What to do."""
        if self.fix is not None and not self.near:
            return _("改为 %(fix)s", fix=self.fix)
        return REMEDIES.get(self.rule, _("改成正确的值"))


class Converted(msgspec.Struct, frozen=True):
    """One cell that was converted without asking."""

    sheet: str
    cell: str
    row: int
    column: int
    field: str
    value: str
    result: str
    note: str
    params: dict[str, str]

    @property
    def text(self) -> str:
        """What was done."""
        return NOTES[self.note] % retold(self.params)


class Absent(msgspec.Struct, frozen=True):
    """An order of the day that a hand-made plan does not name."""

    order: str
    reference: str
    shipper: str
    place: str


class Draft(msgspec.Struct, frozen=True):
    """A row that passed, as values by field name (ids as text, dates as ISO)."""

    row: int
    values: dict[str, Any]


class Report(msgspec.Struct, frozen=True):
    """The whole check of one sheet. ``rows`` = ``passed`` + ``failed``; ``left_out`` by hand.

    ``strict``: every row must pass. Without it (hand-made plans) rows that do not are left out.
    ``absent``: orders of the day that the sheet does not name.
    """

    kind: str
    sheet: str
    header_first: int
    header_last: int
    columns: list[Column]
    mapping: list[Mapped]
    missing: list[str]
    rows: int
    passed: int
    failed: int
    left_out: list[int]
    skipped: list[Skipped]
    problems: list[Problem]
    converted: list[Converted]
    drafts: list[Draft]
    weight_g: int = 0
    fingerprint: str = ""
    by_date: dict[str, int] = {}
    strict: bool = True
    absent: list[Absent] = []

    @property
    def ready(self) -> bool:
        """Whether every row that must pass does, and at least one does."""
        return not (self.strict and self.problems) and not self.missing and self.passed > 0

    @property
    def failed_rows(self) -> set[int]:
        """Numbers of the rows with a problem."""
        return {p.row for p in self.problems if p.blocks}

    @property
    def totals_rows(self) -> list[Skipped]:
        """Totals rows that were recognised and skipped."""
        return [s for s in self.skipped if s.why == "totals"]


def to_json(report: Report) -> Any:
    """Plain JSON values for a database column."""
    return msgspec.to_builtins(report)


def from_json(data: Any) -> Report:
    """The report that ``to_json`` wrote."""
    return msgspec.convert(data, Report)


def iso(day: dt.date | None) -> str | None:
    """A date as text."""
    return day.isoformat() if day is not None else None
