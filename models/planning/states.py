"""The states of a plan version and their changes."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.language import N_
from models.planning.tables import PlanEvent, PlanVersion
from models.transitions import Machine

IN_FORCE = frozenset({"published", "executing"})
RUNNING = frozenset({"queued", "solving"})

PLAN = Machine(
    thing=N_("排线方案"),
    drawn={
        "draft": frozenset({"queued", "solved", "discarded"}),
        "queued": frozenset({"solving", "cancelled"}),
        "solving": frozenset({"solved", "failed", "cancelled"}),
        "solved": frozenset({"published", "discarded"}),
        "failed": frozenset({"queued"}),
        "cancelled": frozenset({"queued"}),
        "published": frozenset({"executing", "superseded"}),
        "executing": frozenset({"superseded", "closed"}),
    },
    why={
        "draft": N_("草稿方案须先排线，或经方案校验通过"),
        "queued": N_("方案正在排队"),
        "solving": N_("方案正在排线"),
        "solved": N_("方案已排好；如需修改请另存为新版本"),
        "failed": N_("排线失败的方案只能重新排线"),
        "cancelled": N_("已取消的方案只能重新排线"),
        "published": N_("方案已下发"),
        "executing": N_("方案正在执行"),
        "superseded": N_("方案已被新版本替换"),
        "discarded": N_("方案已作废"),
        "closed": N_("方案已结束"),
    },
    reasoned=frozenset({"failed"}),
)


def move(
    session: Session, actor: Actor, plan: PlanVersion, target: str, *, reason: str = ""
) -> None:
    """Change a plan version's state and write who, when, why.

    Raises:
        RefusedTransition: the change is not drawn.
        Invalid: a failure without its reason.
    """
    PLAN.check(plan.state, target, reason)
    record(session, actor, plan, plan.state, target, reason=reason)
    plan.state = target
    plan.reason = reason or None


def record(
    session: Session,
    actor: Actor,
    plan: PlanVersion,
    source: str | None,
    target: str,
    *,
    reason: str = "",
) -> None:
    """Write a line of the plan version's history."""
    session.add(
        PlanEvent(
            plan_version_id=plan.id,
            from_state=source,
            to_state=target,
            reason=reason,
            account_id=actor.account_id,
        )
    )
