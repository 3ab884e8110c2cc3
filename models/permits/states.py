"""The states of passes and of applications for them, and their changes."""

from __future__ import annotations

from datetime import date
from typing import Literal

from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.errors import Invalid
from models.language import N_
from models.language import gettext as _
from models.permits.tables import (
    ENDED_ACTS,
    ApplicationEvent,
    Permit,
    PermitApplication,
    PermitEvent,
)
from models.transitions import Machine

PERMIT = Machine(
    thing=N_("通行证"),
    drawn={
        "approved": frozenset({"suspended", "ended"}),
        "suspended": frozenset({"approved", "ended"}),
    },
    why={
        "approved": N_("通行证已生效"),
        "suspended": N_("通行证已暂停"),
        "ended": N_("通行证已终止"),
    },
    reasoned=frozenset({"suspended", "ended"}),
)

APPLICATION = Machine(
    thing=N_("通行证申请"),
    drawn={
        "draft": frozenset({"submitted"}),
        "submitted": frozenset({"in_review", "correction", "not_accepted"}),
        "correction": frozenset({"submitted"}),
        "in_review": frozenset({"approved", "denied", "withdrawn"}),
    },
    why={
        "draft": N_("草稿须先提交"),
        "submitted": N_("须先作出受理、补正或不予受理的决定"),
        "correction": N_("须先补正后重新提交"),
        "in_review": N_("申请正在审核"),
        "not_accepted": N_("申请不予受理"),
        "approved": N_("申请已通过"),
        "denied": N_("申请不予通过"),
        "withdrawn": N_("申请人已撤回申请"),
    },
    reasoned=frozenset({"correction", "not_accepted", "denied"}),
)


def move_permit(
    session: Session,
    actor: Actor,
    permit: Permit,
    target: str,
    *,
    reason: str = "",
    act: str | None = None,
) -> None:
    """Change a pass's state; ``act`` names the legal act that ends it, and only then.

    Raises:
        RefusedTransition: the change is not drawn.
        Invalid: the reason or the act is missing, or an act is given that ends nothing.
    """
    PERMIT.check(permit.state, target, reason)
    if (target == "ended") != (act in ENDED_ACTS):
        raise Invalid(
            "act_missing", _("终止通行证须指明撤回、撤销、吊销或注销"), _("请选择一种处理")
        )
    session.add(
        PermitEvent(
            permit_id=permit.id,
            from_state=permit.state,
            to_state=target,
            act=act,
            reason=reason,
            account_id=actor.account_id,
        )
    )
    permit.state = target
    permit.ended_act = act


def standing(
    permit: Permit, on: date
) -> Literal["active", "expired", "future", "suspended", "ended"]:
    """What a pass is worth on a date: computed, never stored."""
    if permit.state == "ended":
        return "ended"
    if on > permit.last_day:
        return "expired"
    if permit.state == "suspended":
        return "suspended"
    return "future" if on < permit.date_from else "active"


def move_application(
    session: Session, actor: Actor, application: PermitApplication, target: str, *, reason: str = ""
) -> None:
    """Change an application's state and write who, when, why.

    Raises:
        RefusedTransition: the change is not drawn.
        Invalid: a correction, non-acceptance or denial without its reason.
    """
    APPLICATION.check(application.state, target, reason)
    session.add(
        ApplicationEvent(
            application_id=application.id,
            from_state=application.state,
            to_state=target,
            reason=reason,
            account_id=actor.account_id,
        )
    )
    application.state = target
