"""``build_problem``: the snapshot that a plan is made from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from routing.problem import Lock, Problem, Waiver
from workers.planning.snapshot.assemble import assemble
from workers.planning.snapshot.queries import fetch
from workers.planning.states import PLANNABLE

Names = dict[str, Any]


def build_problem(
    session: Session,
    actor: Actor,
    service_date: date,
    scenario: str | None = None,
    *,
    locks: Sequence[Lock] = (),
    waivers: Sequence[Waiver] = (),
    states: Collection[str] = PLANNABLE,
) -> tuple[Problem, Names]:
    """The problem of the actor's operator for a service date, and the labels of its ids.

    Orders in ``states`` (accepted, or planned by a published plan) for the date; claims of other
    plans in force as commitments; vehicles and drivers from when, where and with what charge the
    plan of the day before leaves them (``plan_routes.totals``: ``end_place``, ``end_soc_wh``). A
    scenario is
    planned against the same claims and claims nothing itself.

    Raises:
        Forbidden: the actor's role plans for nobody.
        Invalid: there is no city yet.
    """
    del scenario  # scenarios differ in options, locks and what they may claim, not in the snapshot
    rows = fetch(session, actor, service_date, states)
    return assemble(rows, service_date, locks=locks, waivers=waivers)
