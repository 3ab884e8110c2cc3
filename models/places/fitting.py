"""When a place receives on a date, and what that does to orders and to plans handed out."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from models.accounts import city
from models.accounts.actor import Actor
from models.orders.tables import Order
from models.places.tables import Place, PlaceDay
from models.planning.flags import IN_FORCE, Hit, platform, raise_flag
from models.planning.tables import PlanAssignment, PlanVersion

_CHUNK = 500
TO_COME = ("planned", "dispatched")
Span = tuple[int, int]


def exception_on(place: Place, day: date) -> PlaceDay | None:
    """What the place says of this date alone."""
    return next((row for row in place.days if row.day == day), None)


def spans_on(place: Place, day: date, own: Sequence[Mapping[str, Any]] = ()) -> list[Span] | None:
    """When service may start on a service date, in seconds after its midnight.

    None = at any time; an empty list = the place does not receive. ``own``: the order's windows,
    which stand for the place's unless it is closed; refused nights are out of both.
    """
    said = exception_on(place, day)
    if said is not None and said.closed:
        return []
    given: list[Mapping[str, Any]] = list(own)
    if not given and said is not None:
        given = list(said.windows)
    elif not given and place.windows:
        given = [
            {"start": w.start_s, "end": w.end_s + w.soft_late_s, "night": w.night}
            for w in place.windows
            if not w.weekdays or day.isoweekday() in w.weekdays
        ]
    elif not given:
        return None
    vetoed = place.night_vetoed(day)
    return [
        (int(one["start"]), int(one["end"]) + int(one.get("soft_late_s", 0)))
        for one in given
        if not (vetoed and one.get("night"))
    ]


def receives(place: Place, day: date, own: Sequence[Mapping[str, Any]] = ()) -> bool:
    """Whether the place receives at all on a service date; else 网点当日不收货."""
    return spans_on(place, day, own) != []


def with_receiving(session: Session, place_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Place]:
    """Places by id with their windows and dates. The caller has checked that they may be seen."""
    ids = sorted(set(place_ids))
    found: dict[uuid.UUID, Place] = {}
    for start in range(0, len(ids), _CHUNK):
        query = select(Place).where(Place.id.in_(ids[start : start + _CHUNK]))
        query = query.options(selectinload(Place.windows), selectinload(Place.days))
        found.update((place.id, place) for place in session.scalars(query))
    return found


def flag_misfits(session: Session, actor: Actor, place: Place) -> int:
    """Flag plans in force that come here when the place no longer receives; how many.

    They are flagged to their dispatchers, never changed. Orders that have their outcome are past.
    """
    zone, first = city.zone(session), city.today(session)
    with platform(session, actor):
        query = (
            select(PlanVersion, PlanAssignment.starts_at, Order.windows)
            .join(PlanAssignment, PlanAssignment.plan_version_id == PlanVersion.id)
            .join(Order, Order.id == PlanAssignment.order_id)
            .where(
                Order.delivery_place_id == place.id,
                Order.kind == "delivery",
                Order.state.in_(TO_COME),
                PlanVersion.scenario.is_(None),
                PlanVersion.state.in_(IN_FORCE),
                PlanVersion.service_date >= first,
                PlanAssignment.starts_at.is_not(None),
            )
            .order_by(PlanAssignment.starts_at)
        )
        hit: dict[uuid.UUID, tuple[PlanVersion, list[str]]] = {}
        for plan, starts, own in session.execute(query):
            local = starts.astimezone(zone)
            if not _fits(place, plan.service_date, own, local):
                times = hit.setdefault(plan.id, (plan, []))[1]
                times.append(f"{local:%m-%d %H:%M}")
        for plan, times in hit.values():
            detail = {
                "place": place.code,
                "orders": len(times),
                "times": list(dict.fromkeys(times)),
                "closed": not receives(place, plan.service_date),
            }
            flag = Hit(
                kind="receiving_changed", subject="place", subject_id=place.id, detail=detail
            )
            raise_flag(session, actor, plan, flag)
    return len(hit)


def _fits(place: Place, day: date, own: Sequence[Mapping[str, Any]], local: datetime) -> bool:
    spans = spans_on(place, day, own)
    if spans is None:
        return True
    midnight = datetime.combine(day, time(), tzinfo=local.tzinfo)
    second = (local - midnight) // timedelta(seconds=1)
    return any(start <= second <= end for start, end in spans)
