"""Every change of state by everybody who may not make it is refused, and the refusal is on record.

Made from the machines themselves: each verb below is tried by every person of the small city (all
roles, all positions, both sides) in every state of its machine. A machine, or a drawn target state,
that no verb reaches fails the test until it is taught here.
"""

from __future__ import annotations

import importlib
import pkgutil
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

import models
from models.accounts.actor import Actor
from models.audit.operations import verify
from models.audit.tables import AuditEvent
from models.errors import DomainError, Forbidden, NotFound, RefusedTransition
from models.execution import operations as execution
from models.orders import operations as orders
from models.orders import requests
from models.orders.states import ORDER
from models.orders.tables import Order
from models.orders.wave_tables import OrderRequest
from models.permits import applications, operations
from models.permits.states import APPLICATION, PERMIT
from models.permits.tables import Permit, PermitApplication
from models.planning import operations as planning
from models.planning.states import PLAN
from models.planning.tables import PlanVersion
from models.transitions import Machine
from tests import factories
from workers.planning import request as planner

RECORDED = (Forbidden, NotFound, RefusedTransition)
Do = Callable[[Session, Actor, uuid.UUID], object]


@dataclass(frozen=True)
class Verb:
    """A way to bring a thing into ``target``: what is done, and who of the small city may."""

    target: str
    do: Do
    may: frozenset[str]
    only_from: frozenset[str] | None = None
    """States that it takes, where it takes fewer than the machine draws."""


def verb(target: str, do: Do, *may: str, only_from: Iterable[str] | None = None) -> Verb:
    return Verb(target, do, frozenset(may), None if only_from is None else frozenset(only_from))


def change(target: str) -> Do:
    return lambda s, a, key: orders.change_states(s, a, [key], target, reason="原因")


def decide(target: str) -> Do:
    return lambda s, a, key: applications.decide(
        s, a, key, target, points=["缺行驶证"], remedies=["补交"]
    )


def permit(target: str, act: str | None = None) -> Do:
    return lambda s, a, key: operations.change_permit(s, a, key, target, reason="原因", act=act)


ROLLED = ("accepted", "refused", "failed")
LATER = factories.DAY + timedelta(days=400)
SHIPPER_SIDE = ("dispatcher", "shipper", "clerk", "station_manager")
STREET = ("dispatcher", "driver")
VERBS: dict[str, tuple[Verb, ...]] = {
    "order": (
        verb("submitted", change("submitted"), *SHIPPER_SIDE),
        verb("accepted", change("accepted"), "dispatcher"),
        verb("rejected", change("rejected"), "dispatcher"),
        verb("cancelled", change("cancelled"), *SHIPPER_SIDE),
        verb("closed", change("closed"), "dispatcher"),
        verb("dispatched", change("dispatched"), "dispatcher"),
        *(
            verb(target, change(target), *STREET)
            for target in ("delivered", "partly_delivered", "refused", "failed")
        ),
        verb("planned", change("planned")),  # publishing alone plans
        verb(
            "accepted",
            lambda s, a, key: orders.roll_over(s, a, key, LATER),
            "dispatcher",
            only_from=ROLLED,
        ),
    ),
    "request": tuple(
        verb(
            target,
            lambda s, a, key, target=target: requests.decide(s, a, key, target, answer="原因"),
            "dispatcher",
        )
        for target in ("granted", "refused")
    ),
    "plan": (
        verb("discarded", planning.discard, "dispatcher"),
        verb("published", lambda s, a, key: planning.publish(s, a, key, []), "dispatcher"),
        verb("queued", planner.retry_plan, "dispatcher"),
        verb("cancelled", planner.cancel_plan, "dispatcher"),
        verb("closed", lambda s, a, key: execution.close(s, a, key, "原因"), "dispatcher"),
    ),
    "application": (
        verb("submitted", applications.submit_application, "carrier"),
        verb("withdrawn", applications.withdraw_application, "carrier"),
        verb("in_review", decide("in_review"), "police", "reviewer"),
        verb("correction", decide("correction"), "police", "reviewer"),
        verb("not_accepted", decide("not_accepted"), "police", "reviewer"),
        verb("approved", decide("approved"), "police", "reviewer", "approver"),
        verb("denied", decide("denied"), "police", "reviewer", "approver"),
    ),
    "permit": (
        verb("suspended", permit("suspended"), "police", "approver"),
        verb("approved", permit("approved"), "police", "approver"),
        *(
            verb("ended", permit("ended", act), "police", "approver")
            for act in ("withdrawn_by_authority", "annulled", "revoked", "deregistered")
        ),
    ),
}
MACHINES: dict[str, tuple[Machine, Any]] = {
    "order": (ORDER, Order),
    "request": (requests.REQUEST, OrderRequest),
    "plan": (PLAN, PlanVersion),
    "application": (APPLICATION, PermitApplication),
    "permit": (PERMIT, Permit),
}
OF_THE_PLATFORM = {"plan": {"solving", "solved", "failed", "executing", "superseded"}}
"""Targets that no person's verb asks for: jobs, the checker, the first event, a newer plan."""


def machines() -> set[int]:
    """Every machine in the code."""
    found = set()
    for module in pkgutil.walk_packages(models.__path__, "models."):
        names = vars(importlib.import_module(module.name)).values()
        found |= {id(value) for value in names if isinstance(value, Machine)}
    return found


def test_every_machine_and_every_drawn_target_has_its_verb():
    known = {id(machine) for machine, _table in MACHINES.values()}
    assert machines() == known, "teach MACHINES and VERBS the new machine"
    for kind, (machine, _table) in MACHINES.items():
        drawn = set().union(*machine.drawn.values())
        reached = {one.target for one in VERBS[kind]} | OF_THE_PLATFORM.get(kind, set())
        assert drawn <= reached, f"teach VERBS how {kind} becomes {drawn - reached}"


def states(machine: Machine) -> list[str]:
    return sorted({*machine.drawn, *machine.why, *set().union(*machine.drawn.values())})


@pytest.fixture
def city(spatialite):
    with spatialite.write() as session:
        world = factories.world(session)
        carrier = world.actors["carrier"]
        request = OrderRequest(
            order_id=world.id("order"), kind="cancel", account_id=world.actors["shipper"].account_id
        )
        application = PermitApplication(
            organisation_id=carrier.organisation_id,
            number="A-1",
            vehicle_id=world.id("vehicle"),
            content={"rules": [str(world.id("rule"))]},
        )
        session.add_all([request, application])
        session.flush()
        world.rows |= {"request": request, "application": application}
    return spatialite, world


def put(database, table, key, state):
    """The thing in a state, however it came there."""
    more = {"ended_act": "revoked" if state == "ended" else None} if table is Permit else {}
    with database.write() as session:
        session.execute(update(table).where(table.id == key).values(state=state, **more))


def attempt(database, actor, do, key) -> tuple[DomainError | None, list[AuditEvent]]:
    """What comes of it, and what the trail then says of this actor's refusals."""
    with database.read() as session:
        last = session.scalar(select(AuditEvent.sequence).order_by(AuditEvent.sequence.desc())) or 0
    error = None
    try:
        with database.write(actor) as session:
            do(session, actor, key)
    except DomainError as refused:
        error = refused
    with database.read() as session:
        query = select(AuditEvent).where(AuditEvent.sequence > last, AuditEvent.action == "refusal")
        return error, list(session.scalars(query))


@pytest.mark.parametrize("kind", MACHINES)
def test_who_may_not_or_when_it_is_not_drawn_is_refused_and_recorded(city, kind):
    database, world = city
    machine, table = MACHINES[kind]
    key = world.id(kind)
    wrong = []
    for state in states(machine):
        put(database, table, key, state)
        for one in VERBS[kind]:
            drawn_from = {s for s in machine.drawn if one.target in machine.drawn[s]}
            sources = drawn_from if one.only_from is None else one.only_from
            for name, actor in world.actors.items():
                drawn = state in sources or (kind, state) in TAKEN_IN
                if drawn is (name in one.may):
                    continue  # allowed: its own tests do it; neither: refused for both reasons
                error, told = attempt(database, actor, one.do, key)
                if error is None:
                    wrong.append(f"{name} brought {kind} from {state} to {one.target}")
                    put(database, table, key, state)
                elif not isinstance(error, RECORDED):
                    wrong.append(f"{name} {kind} {state}>{one.target}: {error.code}")
                elif [event.account_id for event in told] != [actor.account_id]:
                    wrong.append(f"{name} {kind} {state}>{one.target}: not on record")
        with database.read() as session:
            assert session.get(table, key).state == state
    assert wrong == []
    with database.read() as session:
        assert verify(session).whole


TAKEN_IN = {("application", "submitted")}
"""A decision on what was just handed in takes it into review first."""


def test_a_refusal_says_who_what_and_which_change(city):
    database, world = city
    key = world.id("order")
    put(database, Order, key, "delivered")
    _error, (event,) = attempt(database, world.actors["dispatcher"], change("cancelled"), key)
    assert (event.entity, event.entity_id) == ("orders", str(key))
    assert event.fields[0] == "models.orders.operations.change_states"
    assert event.fields[1:] == ["transition_refused", "delivered>cancelled"]
    _error, (event,) = attempt(database, world.actors["shipper2"], change("cancelled"), key)
    assert (event.entity_id, event.fields[1]) == (str(key), "not_found")
    assert event.organisation_id == world.actors["shipper2"].organisation_id


def test_of_several_orders_that_refuse_together_the_refusal_is_on_record(city):
    database, world = city
    with database.write() as session:
        session.execute(update(Order).values(state="delivered"))
        first = session.get(Order, world.id("order"))
        more = factories.order(
            session,
            world.organisations["shipper"],
            world.organisations["operator"],
            world.rows["hub"],
            world.rows["store"],
            state="delivered",
        )
        keys = [first.id, more.id]
    _error, told = attempt(
        database,
        world.actors["dispatcher"],
        lambda s, a, both: orders.cancel_orders(s, a, both, "原因"),
        keys,
    )
    assert [(event.entity_id, event.fields[1]) for event in told] == [
        (str(keys[0]), "transition_refused")
    ]
