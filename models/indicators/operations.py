"""Setting targets of indicators: what a document asks for, at the bureau's own level."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.visibility import fetch, require, visible
from models.audit.operations import append
from models.errors import FieldError, Forbidden, Invalid, NotFound
from models.indicators.definitions import BY_CODE, Definition
from models.indicators.queries import own_district
from models.indicators.tables import COMPARISONS, STATUSES, IndicatorTarget
from models.language import gettext as _

KEEPER = "target_keeper"
"""The position that sets targets; whoever only views does not."""
LONGEST = 200
MOST = Decimal(10) ** 9


@dataclass(frozen=True, kw_only=True)
class TargetInput:
    """A target as typed: ``value`` in percent for shares, in words' own unit for all others."""

    source: str
    status: str
    comparison: str
    value: str = ""
    basis: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


def targets_of(session: Session, actor: Actor, code: str) -> list[IndicatorTarget]:
    """All targets of an indicator, the city's first, then by document.

    Raises:
        NotFound: no such indicator.
    """
    require(session, actor, "bureau")
    if code not in BY_CODE:
        raise NotFound
    query = visible(session, actor, IndicatorTarget).where(IndicatorTarget.code == code)
    query = query.order_by(
        IndicatorTarget.district.is_not(None), IndicatorTarget.district, IndicatorTarget.source
    )
    return list(session.scalars(query))


def set_target(session: Session, actor: Actor, code: str, given: TargetInput) -> IndicatorTarget:
    """Set what a document asks of an indicator, for the actor's own level: its city or district.

    A document sets one target for an indicator; setting it again changes it.

    Raises:
        Forbidden: the position does not set targets.
        NotFound: no such indicator.
        Invalid: ``fields`` name what is wrong, or the document's target is another level's.
    """
    require(session, actor, "bureau", position=KEEPER)
    definition = BY_CODE.get(code)
    if definition is None:
        raise NotFound
    found = _faults(definition, given)
    if found:
        message = _("有 %(count)s 处错误，没有保存", count=len(found))
        raise Invalid("target", message, _("请修正后重试"), found)
    source = given.source.strip()
    query = visible(session, actor, IndicatorTarget).where(
        IndicatorTarget.code == code, IndicatorTarget.source == source
    )
    row = session.scalars(query).one_or_none()
    level = own_district(session, actor)
    if row is None:
        row = IndicatorTarget(code=code, source=source, district=level, formula={})
        session.add(row)
    elif row.district != level:
        text = _("这份文件的目标由其他层级设定")
        fault = FieldError(field="source", code="other_level", message=text)
        raise Invalid("target", text, "", [fault])
    row.status, row.comparison = given.status, given.comparison
    row.value = None if given.comparison == "exists" else _stored(definition, given.value)
    row.basis = given.basis.strip()
    row.valid_from, row.valid_to = given.valid_from, given.valid_to
    session.flush()
    append(session, actor, "set_target", "indicator", code, fields=["value", "source"])
    return row


def drop_target(session: Session, actor: Actor, target_id: uuid.UUID | str) -> str:
    """Take a target of the own level away; the code of its indicator.

    Raises:
        NotFound: no such target.
        Forbidden: the position does not set targets, or it is another level's.
    """
    require(session, actor, "bureau", position=KEEPER)
    row = fetch(session, actor, IndicatorTarget, target_id)
    if row.district != own_district(session, actor):
        raise Forbidden(_("这份文件的目标由其他层级设定"))
    code = row.code
    session.delete(row)
    session.flush()
    append(session, actor, "drop_target", "indicator", code, fields=["value", "source"])
    return code


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text.strip().removesuffix("%").strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value) <= MOST else None


def _stored(definition: Definition, text: str) -> str:
    """A figure as it is kept: shares as parts of one."""
    value = _number(text) or Decimal(0)
    kept = value / 100 if definition.unit == "share" else value
    return f"{kept.normalize():f}"


def _faults(definition: Definition, given: TargetInput) -> list[FieldError]:
    found: list[FieldError] = []

    def add(field: str, code: str, message: str) -> None:
        found.append(FieldError(field=field, code=code, message=message))

    if not given.source.strip():
        add("source", "missing", _("请填写目标出自哪份文件"))
    for name in ("source", "basis"):
        if len(getattr(given, name)) > LONGEST:
            add(name, "too_long", _("不能超过 %(n)s 个字", n=LONGEST))
    if given.status not in STATUSES:
        add("status", "unknown", _("请选择文件状态"))
    if given.comparison not in COMPARISONS:
        add("comparison", "unknown", _("请选择比较方式"))
    elif given.comparison == "exists":
        if given.value.strip():
            add("value", "needless", _("“有即可”不填目标值"))
    else:
        value = _number(given.value)
        if value is None:
            add("value", "not_a_number", _("目标值须为数字"))
        elif definition.unit == "count" and (value != value.to_integral_value() or value < 0):
            add("value", "not_whole", _("目标值须为不小于 0 的整数"))
        elif definition.unit == "ratio" and value <= 0:
            add("value", "out_of_range", _("目标值须大于 0"))
    if given.valid_from and given.valid_to and given.valid_to < given.valid_from:
        add("valid_to", "order", _("结束日期不能早于起始日期"))
    return found
