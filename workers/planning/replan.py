"""Replanning (重排) from a version: what is locked stays, what is waived stays waived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.visibility import fetch, require
from models.errors import Conflict
from models.language import gettext as _
from models.planning.states import RUNNING
from models.planning.tables import PlanVersion
from routing.plan import Plan
from routing.problem import Lock, Problem, Waiver
from workers.planning.request import LEAST_CHANGE, Wanted, request_plan

CHANGE_PER_ORDER = 5_000_000
"""What giving an order another vehicle costs, in milli-fen (50 yuan), unless the city says more."""


@dataclass(frozen=True, kw_only=True)
class ReplanWanted:
    """How to replan; ``least_change`` (尽量少改动): an order keeps its vehicle where it can."""

    least_change: bool = False
    time_limit_s: int = 60
    iterations: int | None = None
    seed: int = 0
    threads: int = 1


def replan(
    session: Session, actor: Actor, version_id: UUID | str, wanted: ReplanWanted
) -> PlanVersion:
    """Queue a version that begins from this one, with its locks and waivers, for the day as it is.

    Raises:
        NotFound: not the actor's.
        Conflict: it is being solved, or has no plan.
        Invalid: the time limit is out of range.
    """
    require(session, actor, "dispatcher")
    parent = fetch(session, actor, PlanVersion, version_id)
    if parent.state in RUNNING or parent.plan_sha256 is None:
        raise Conflict("no_plan", _("该版本没有可重排的方案"), _("请等待求解完成，或重新排线"))
    return request_plan(
        session,
        actor,
        Wanted(
            service_date=parent.service_date,
            scenario=parent.scenario,
            time_limit_s=wanted.time_limit_s,
            iterations=wanted.iterations,
            seed=wanted.seed,
            threads=wanted.threads,
            parent_id=parent.id,
            warm=True,
            least_change=wanted.least_change,
            locks=parent.locks,
            waivers=parent.waivers,
        ),
    )


def still_there(
    problem: Problem, locks: Sequence[Mapping[str, Any]], waivers: Sequence[Mapping[str, Any]]
) -> tuple[list[Lock], list[Waiver]]:
    """Locks and waivers of what the day still has: an order that was cancelled binds nobody."""
    orders = {order.id for order in problem.orders}
    vehicles = {vehicle.id for vehicle in problem.vehicles}
    sites = {site.id for site in problem.chargers}
    kept: list[Lock] = []
    for lock in msgspec.convert(list(locks), list[Lock]):
        left = [order for order in lock.orders if order in orders]
        if lock.vehicle is not None and lock.vehicle not in vehicles:
            continue
        if lock.site is not None and lock.site not in sites:
            continue
        if left or not lock.orders:
            kept.append(replace(lock, orders=left))
    known = orders | vehicles | sites
    known |= {driver.id for driver in problem.drivers} | {bay.id for bay in problem.bays}
    answered = msgspec.convert(list(waivers), list[Waiver])
    return kept, [waiver for waiver in answered if waiver.subject in known]


def with_least_change(problem: Problem, parent: Plan) -> Problem:
    """The problem in which giving an order of ``parent`` another vehicle costs something."""
    orders = {order.id for order in problem.orders}
    vehicles = {vehicle.id for vehicle in problem.vehicles}
    served = {
        order: route.vehicle
        for route in parent.routes
        if route.vehicle in vehicles
        for duty in route.duties
        for trip in duty.trips
        for stop in trip.stops
        for order in stop.orders
        if order in orders
    }
    weights = problem.objective
    price = max(weights.change_per_order, CHANGE_PER_ORDER)
    return replace(problem, objective=replace(weights, change_per_order=price, published=served))


__all__ = ["LEAST_CHANGE", "ReplanWanted", "replan", "still_there", "with_least_change"]
