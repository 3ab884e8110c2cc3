"""Waivers by hand: a broken rule that somebody answers for, up to its present amount."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from models.errors import Conflict, Invalid
from models.language import gettext as _
from routing.problem import Problem, Waiver
from workers.planner.wishes import Unwaive, Waive
from workers.planning.names import Names
from workers.planning.violations import grouped


def waived(problem: Problem, check: dict[str, Any], wish: Waive, who: str) -> Problem:
    """The problem with the waiver.

    Raises:
        Invalid: no such violation, or no reason.
        Conflict: nobody can answer for this one.
    """
    if not wish.reason.strip():
        raise Invalid("reason_missing", _("放行必须填写原因"), _("请写明为什么可以放行"))
    orders = frozenset(order.id for order in problem.orders)
    lines = grouped(check.get("violations", ()), Names({}), orders)
    line = next((x for x in lines if (x["rule"], x["subject"]) == (wish.rule, wish.subject)), None)
    if line is None:
        raise Invalid("waive", _("没有这一项违规，无需放行"), _("请刷新后查看当前违规"))
    if not line["waivable"]:
        raise Conflict(
            "not_waivable", _("%(rule)s：此项不能放行", rule=line["name"]), _("请撤销或另作调整")
        )
    waiver = Waiver(
        rule=wish.rule, subject=wish.subject, limit=line["limit"], reason=wish.reason, who=who
    )
    return replace(problem, waivers=[*_others(problem, wish), waiver])


def unwaived(problem: Problem, wish: Unwaive) -> Problem:
    """The problem without the waiver.

    Raises:
        Invalid: there is none.
    """
    kept = _others(problem, wish)
    if len(kept) == len(problem.waivers):
        raise Invalid("unwaive", _("没有这一项放行"), _("请刷新后查看当前放行"))
    return replace(problem, waivers=kept)


def _others(problem: Problem, wish: Waive | Unwaive) -> list[Waiver]:
    return [w for w in problem.waivers if (w.rule, w.subject) != (wish.rule, wish.subject)]
