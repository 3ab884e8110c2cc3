"""What operations raise: a code for programs, a message and a remedy for people.

Messages are said in the language of whoever is served (:mod:`models.language`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from models.language import N_
from models.language import gettext as _


@dataclass(frozen=True, kw_only=True)
class FieldError:
    """A fault in one field; ``index`` is the position in a bulk request (0-based)."""

    field: str
    code: str
    message: str
    index: int | None = None


class DomainError(Exception):
    """An operation was refused; nothing was changed."""

    def __init__(self, code: str, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.remedy = remedy


class NotFound(DomainError):  # noqa: N818 - a domain word, raised as such by every layer
    """No such thing, or not yours: both read exactly the same."""

    def __init__(self) -> None:
        super().__init__("not_found", _("没有找到"), _("请检查链接，或从列表中重新打开"))


class Forbidden(DomainError):  # noqa: N818 - a domain word, raised as such by every layer
    """The role may not do this at all."""

    def __init__(self, message: str = "") -> None:
        super().__init__(
            "forbidden", message or _("当前角色不能执行此操作"), _("请联系管理员调整角色")
        )


class Conflict(DomainError):  # noqa: N818 - a domain word, raised as such by every layer
    """It collides with the present state: changed meanwhile, twice, or a state forbids it."""


class Invalid(DomainError):  # noqa: N818 - a domain word, raised as such by every layer
    """The input breaks a rule; ``fields`` names every fault found."""

    def __init__(
        self, code: str, message: str, remedy: str = "", fields: Sequence[FieldError] = ()
    ) -> None:
        super().__init__(code, message, remedy)
        self.fields = tuple(fields)


class RefusedTransition(Conflict):
    """A change of state that is not drawn."""

    def __init__(self, thing: str, source: str, target: str, why: str) -> None:
        super().__init__("transition_refused", _("%(thing)s：%(why)s", thing=_(thing), why=_(why)))
        self.thing = thing
        self.source = source
        self.target = target


CLAIM_OVERLAP = "claim_overlap"
AUDIT_IMMUTABLE = "audit_immutable"

_KNOWN: tuple[tuple[tuple[str, ...], str, str, str], ...] = (
    (
        ("ex_claims_overlap", CLAIM_OVERLAP),
        CLAIM_OVERLAP,
        N_("该泊位、充电枪、车辆或司机在此时段已被其他已下发方案占用"),
        N_("请重新排线，或先调整占用它的方案"),
    ),
    (
        ("uq_orders_shipper_reference_live", "orders.shipper_id, orders.reference"),
        "reference_taken",
        N_("该货主已有相同单号的有效订单"),
        N_("请更换单号，或修改原订单"),
    ),
    (
        ("uq_plan_versions_in_force", "plan_versions.operator_id, plan_versions.service_date"),
        "plan_in_force",
        N_("该配送日期已有下发或执行中的方案"),
        N_("请先替换原方案"),
    ),
    (
        (AUDIT_IMMUTABLE,),
        AUDIT_IMMUTABLE,
        N_("审计记录不可更改"),
        "",
    ),
    (
        ("record_immutable",),
        "record_immutable",
        N_("已上报的配送记录不可更改"),
        N_("请用“撤销”补报一条"),
    ),
)


def translate(error: IntegrityError | StaleDataError) -> DomainError:
    """Turn what the database refused into the same domain error on both databases."""
    if isinstance(error, StaleDataError):
        return Conflict("stale", _("内容已被他人修改"), _("请刷新后重试"))
    diagnosis = getattr(error.orig, "diag", None)
    constraint = getattr(diagnosis, "constraint_name", None) or ""
    state = getattr(diagnosis, "sqlstate", None) or ""
    text = f"{constraint} {error.orig}"
    for marks, code, message, remedy in _KNOWN:
        if any(mark in text for mark in marks):
            return Conflict(code, _(message), _(remedy))
    if state == "23505" or "UNIQUE constraint failed" in text:
        return Conflict("duplicate", _("已存在相同的记录"), _("请检查编号或名称是否重复"))
    if state == "23503" or "FOREIGN KEY constraint failed" in text:
        return Conflict("in_use", _("引用的记录不存在，或仍被其他记录使用"), _("请刷新后重试"))
    return Invalid(
        "check_failed",
        _("数据不符合约束"),
        _("约束：%(constraint)s", constraint=constraint or error.orig),
    )
