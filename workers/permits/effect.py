"""What becomes of published plans when a pass falls away: they are flagged, never changed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.city import today
from models.accounts.rows import IN_FORCE
from models.fleet.tables import Vehicle
from models.language import gettext as _
from models.permits.tables import Permit, PermitVehicle
from models.planning.flags import Hit as Flag
from models.planning.flags import raise_flag
from models.planning.tables import PlanRoute, PlanVersion
from routing.checker import check
from routing.formats.ours import read_plan, read_problem
from routing.plan import Plan
from routing.problem import Problem
from workers.artefacts import ArtefactMissingError, ArtefactStore
from workers.permits.case import as_platform
from workers.planning.clock import Clock
from workers.planning.rows import stops_of

HIT = "permit_ended"
"""The kind of flag that a fallen pass leaves."""


@dataclass(frozen=True)
class Hit:
    """A published plan that needs a pass that is no more: which vehicle, at what times."""

    plan_version_id: uuid.UUID
    operator_id: uuid.UUID
    service_date: date
    vehicle_id: uuid.UUID
    times: tuple[str, ...]


def needed_without(problem: Problem, plan: Plan, permit_id: str) -> dict[str, list[str]]:
    """Vehicle → times of its stops that break access rules once the pass is gone.

    The checker says so, of the routes of the vehicles that the pass names.
    """
    gone = next((permit for permit in problem.permits if permit.id == permit_id), None)
    if gone is None:
        return {}
    named = set(gone.vehicles)
    mine = msgspec.structs.replace(plan, routes=[r for r in plan.routes if r.vehicle in named])
    rest = [permit for permit in problem.permits if permit.id != permit_id]
    before = _broken(problem, mine)
    after = _broken(msgspec.structs.replace(problem, permits=rest), mine)
    clock = Clock(problem.horizon)
    found: dict[str, list[str]] = {}
    for route in mine.routes:
        stops = list(stops_of(route))
        keys = [
            f"d{d}.t{t}.s{s}"
            for d, duty in enumerate(route.duties)
            for t, trip in enumerate(duty.trips)
            for s in range(len(trip.stops))
        ]
        times = [
            clock.text(stop.arrive)
            for key, stop in zip(keys, stops, strict=True)
            if (route.vehicle, key) in after - before
        ]
        if times:
            found[route.vehicle] = times
    return found


def _broken(problem: Problem, plan: Plan) -> set[tuple[str, str]]:
    verdict = check(problem, plan)
    return {
        (item.route or "", item.stop or "")
        for item in [*verdict.violations, *verdict.waived]
        if item.rule in {"access", "permit_trips"}
    }


def hits(session: Session, actor: Actor, store: ArtefactStore, permit: Permit) -> list[Hit]:
    """The plans in force, from yesterday on, that break a rule without the pass."""
    with as_platform(session, actor):
        rows = session.execute(
            select(PlanVersion, PlanRoute.vehicle_id)
            .join(PlanRoute, PlanRoute.plan_version_id == PlanVersion.id)
            .join(PermitVehicle, PermitVehicle.vehicle_id == PlanRoute.vehicle_id)
            .where(
                PermitVehicle.permit_id == permit.id,
                PlanVersion.state.in_(IN_FORCE),
                PlanVersion.scenario.is_(None),
                PlanVersion.service_date >= today(session) - timedelta(days=1),
                PlanVersion.service_date <= permit.date_to + timedelta(days=1),
            )
            .order_by(PlanVersion.service_date)
        ).all()
        plans = {version.id: version for version, _ in rows}
        vehicles = [(version.id, vehicle) for version, vehicle in rows]
    return [hit for version in plans.values() for hit in _hits(store, version, permit, vehicles)]


def _hits(
    store: ArtefactStore,
    version: PlanVersion,
    permit: Permit,
    vehicles: Sequence[tuple[uuid.UUID, uuid.UUID]],
) -> list[Hit]:
    try:
        problem = read_problem(store.get(version.problem_sha256 or ""))
        plan = read_plan(store.get(version.plan_sha256 or ""))
        needed = needed_without(problem, plan, str(permit.id))
    except ArtefactMissingError:
        # what cannot be looked at is flagged: silence would say that nothing is wrong
        needed = {str(vehicle): [] for plan_id, vehicle in vehicles if plan_id == version.id}
    return [
        Hit(version.id, version.operator_id, version.service_date, uuid.UUID(key), tuple(times))
        for key, times in needed.items()
    ]


def flag(
    session: Session, actor: Actor, store: ArtefactStore, permit: Permit, act: str
) -> list[Hit]:
    """Flag every plan in force that the pass's falling away hits to its dispatcher."""
    found = hits(session, actor, store, permit)
    with as_platform(session, actor):
        for plan_id in dict.fromkeys(hit.plan_version_id for hit in found):
            mine = [hit for hit in found if hit.plan_version_id == plan_id]
            wanted = {hit.vehicle_id for hit in mine}
            plates = session.scalars(select(Vehicle.plate).where(Vehicle.id.in_(wanted)))
            times = dict.fromkeys(time for hit in mine for time in hit.times)
            raise_flag(
                session,
                actor,
                session.get_one(PlanVersion, plan_id),
                Flag(
                    kind=HIT,
                    subject="permit",
                    subject_id=permit.id,
                    detail={
                        "number": permit.number,
                        "plate": _("、").join(sorted(plates)),
                        "act": act,
                        "times": _("、").join(times),
                    },
                ),
            )
    return found
