"""A place's own say on how it receives: windows, exceptions, the night, its veto; all versioned."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from models.accounts import city
from models.accounts.actor import SYSTEM, Actor
from models.accounts.tables import Agreement
from models.accounts.visibility import fetch, require, visible
from models.audit.operations import append
from models.base import now
from models.errors import Conflict, FieldError, Forbidden, Invalid
from models.language import gettext as _
from models.orders.tables import Order
from models.places.fitting import flag_misfits
from models.places.tables import Place, PlaceDay, PlaceVersion, PlaceWindow
from models.planning.flags import IN_FORCE, Hit, platform, raise_flag
from models.planning.tables import PlanAssignment, PlanVersion

DAY_S = 86_400
NIGHT_FROM_S, NIGHT_TO_S = 22 * 3600, 6 * 3600
"""Between 22:00 and 06:00 a delivery is one by night."""
HORIZON = (-21_600, 108_000)
RECEIVING = (
    "fixed_s",
    "yard_notes",
    "night_contact_name",
    "night_contact_phone",
    "night_contact_from_s",
    "night_contact_to_s",
)
VETO = ("night_veto_from", "night_veto_to", "night_veto_reason")
WINDOW = (
    "weekdays",
    "start_s",
    "end_s",
    "night",
    "needs",
    "unattended",
    "unattended_extra_s",
    "soft_late_s",
)
LONGEST_TEXT = 500


@dataclass(frozen=True, kw_only=True)
class Receiving:
    """How a place receives, whole.

    ``windows``: columns of ``PlaceWindow``; ``days``: ``{"day", "closed", "windows", "reason"}``;
    ``plain``: the columns in ``RECEIVING``.
    """

    windows: Sequence[Mapping[str, Any]] = ()
    days: Sequence[Mapping[str, Any]] = ()
    plain: Mapping[str, Any] = field(default_factory=dict)


def may_keep(session: Session, actor: Actor, place: Place) -> bool:
    """Whether the actor may change how this place receives.

    Its receiver and its keeper may, and the operator that delivers for one of them.
    """
    if actor.role == SYSTEM:
        return True
    if actor.role not in {"dispatcher", "shipper", "receiver"}:
        return False
    owners = {place.organisation_id, place.receiver_id}
    if actor.organisation_id in owners:
        return True
    if actor.role != "dispatcher":
        return False
    served = visible(session, actor, Agreement).where(Agreement.shipper_id.in_(owners - {None}))
    return session.scalars(served).first() is not None


KEEPERS = {
    "shipper": ("shipper_admin", "station_manager"),
    "receiver": ("organisation_admin", "station_manager", "receiver"),
}
"""Positions that change how an organisation's places receive; every dispatcher may."""


def keeps(actor: Actor) -> bool:
    """Whether the actor's position changes how places receive; else it looks on."""
    wanted = KEEPERS.get(actor.role)
    return wanted is None or not actor.positions.isdisjoint(wanted)


def own_places(session: Session, actor: Actor) -> list[Place]:
    """Stores and stations that the actor keeps receiving for, by code."""
    query = visible(session, actor, Place).where(
        Place.kind.in_(("store", "end_station")), Place.archived.is_(False)
    )
    if actor.role != "dispatcher":
        query = query.where(
            (Place.organisation_id == actor.organisation_id)
            | (Place.receiver_id == actor.organisation_id)
        )
    query = query.options(selectinload(Place.windows), selectinload(Place.days))
    return list(session.scalars(query.order_by(Place.code, Place.id)))


def content(place: Place) -> dict[str, Any]:
    """What a version keeps of a place's receiving."""
    said: dict[str, Any] = {name: _plain(getattr(place, name)) for name in (*RECEIVING, *VETO)}
    said["windows"] = sorted(
        ({name: getattr(window, name) for name in WINDOW} for window in place.windows),
        key=lambda window: (window["start_s"], window["end_s"], window["weekdays"]),
    )
    said["days"] = [
        {
            "day": row.day.isoformat(),
            "closed": row.closed,
            "windows": row.windows,
            "reason": row.reason,
        }
        for row in sorted(place.days, key=lambda row: row.day)
    ]
    return said


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def keep_version(
    session: Session, actor: Actor, place: Place, before: Mapping[str, Any]
) -> list[str]:
    """Keep what the place said ``before`` if it says otherwise now; the fields that differ.

    Plans handed out that come when it no longer receives are flagged to their dispatchers.
    """
    after = content(place)
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        return []
    last = session.scalar(
        select(func.max(PlaceVersion.version)).where(PlaceVersion.place_id == place.id)
    )
    session.add(
        PlaceVersion(
            place_id=place.id,
            version=(last or 0) + 1,
            content=dict(before),
            fields=changed,
            account_id=actor.account_id,
            organisation_id=actor.organisation_id,
        )
    )
    append(session, actor, "receiving", "place", place.id, fields=changed)
    if {"windows", "days"} & set(changed):
        flag_misfits(session, actor, place)
    return changed


def _open(session: Session, actor: Actor, place_id: uuid.UUID, row_version: int | None) -> Place:
    require(session, actor, "dispatcher", "shipper", "receiver", position=KEEPERS.get(actor.role))
    place = fetch(session, actor, Place, place_id)
    if not may_keep(session, actor, place):
        raise Forbidden(_("这个网点由其他单位维护"))
    if row_version is not None and row_version != place.row_version:
        raise Conflict("stale", _("网点已被他人修改"), _("请刷新后重试"))
    return place


def keep_receiving(
    session: Session,
    actor: Actor,
    place_id: uuid.UUID,
    given: Receiving,
    *,
    row_version: int | None = None,
) -> Place:
    """Say how a place receives, whole: windows, exception dates, who is there by night.

    Plans that are not published take it up when they are made; published ones that come outside
    the new windows are flagged to their dispatchers and left as they are.

    Raises:
        NotFound: no such place for the actor.
        Forbidden: another keeps it.
        Conflict: somebody changed it meanwhile.
        Invalid: ``fields`` name what is wrong.
    """
    place = _open(session, actor, place_id, row_version)
    found = _faults(given)
    if found:
        raise Invalid(
            "receiving",
            _("有 %(count)s 处错误，没有保存", count=len(found)),
            _("请修正后重试"),
            found,
        )
    before = content(place)
    for name in RECEIVING:
        if name in given.plain:
            setattr(place, name, given.plain[name])
    _set_windows(session, place, given.windows)
    _set_days(session, place, given.days)
    if keep_version(session, actor, place, before):
        place.updated_at = now()  # the place counts as changed with its windows
        session.flush()
    return place


def _set_windows(session: Session, place: Place, given: Sequence[Mapping[str, Any]]) -> None:
    wanted = [{name: one[name] for name in WINDOW if name in one} for one in given]
    have = [{name: getattr(row, name) for name in WINDOW} for row in place.windows]
    if all(one in have for one in _whole(wanted)) and len(wanted) == len(have):
        return
    place.windows.clear()
    session.flush()
    place.windows.extend(PlaceWindow(**one) for one in _whole(wanted))
    session.flush()


def _whole(given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    blank = {
        "weekdays": [],
        "night": False,
        "needs": [],
        "unattended": False,
        "unattended_extra_s": 0,
        "soft_late_s": 0,
    }
    return [{**blank, **one} for one in given]


def _set_days(session: Session, place: Place, given: Sequence[Mapping[str, Any]]) -> None:
    have = {row.day: row for row in place.days}
    wanted = {one["day"]: one for one in given}
    for day, row in have.items():
        if day not in wanted:
            place.days.remove(row)
    session.flush()
    for day, one in wanted.items():
        row = have.get(day) or PlaceDay(day=day)
        row.closed = bool(one.get("closed", False))
        row.windows = [] if row.closed else [dict(window) for window in one.get("windows", ())]
        row.reason = str(one.get("reason", ""))
        if day not in have:
            place.days.append(row)
    session.flush()


def _faults(given: Receiving) -> list[FieldError]:
    found: list[FieldError] = []

    def add(field_: str, code: str, message: str, index: int | None = None) -> None:
        found.append(FieldError(field=field_, code=code, message=message, index=index))

    for index, one in enumerate(given.windows):
        if not HORIZON[0] <= one["start_s"] < one["end_s"] <= HORIZON[1]:
            add("windows", "window_range", _("收货时段须在前一日 18:00 至次日 06:00 之间"), index)
    seen: set[date] = set()
    for index, one in enumerate(given.days):
        if one["day"] in seen:
            add("days", "duplicate", _("%(day)s 重复", day=one["day"]), index)
        seen.add(one["day"])
        if not one.get("closed") and not one.get("windows"):
            add("days", "empty", _("请填写当日的收货时段，或勾选不收货"), index)
    for name, value in given.plain.items():
        if isinstance(value, str) and len(value) > LONGEST_TEXT:
            add(name, "too_long", _("不能超过 %(n)s 个字", n=LONGEST_TEXT))
    if not 0 <= (given.plain.get("fixed_s") or 0) <= DAY_S:
        add("fixed_s", "out_of_range", _("固定卸货时间须在 0 到 24 小时之间"))
    person = given.plain.get("night_contact_name"), given.plain.get("night_contact_phone")
    if person[0] and not person[1]:
        add("night_contact_phone", "missing", _("请填写夜间收货人的电话"))
    if person[1] and not person[0]:
        add("night_contact_name", "missing", _("请填写夜间收货人"))
    return found


def veto_night(
    session: Session,
    actor: Actor,
    place_id: uuid.UUID,
    reason: str,
    *,
    since: date | None = None,
    until: date | None = None,
) -> tuple[Place, int]:
    """Refuse the place's night windows (否决) from a service date on; plans not published obey.

    Published plans that deliver there by night on such a date are flagged to their dispatchers
    and not changed: the place, and how many were flagged. ``since`` None = tomorrow.

    Raises:
        NotFound, Forbidden: not the actor's place.
        Invalid: no reason, dates in the wrong order or past, no night window to refuse.
    """
    place = _open(session, actor, place_id, None)
    today = city.today(session)
    since = since or today + timedelta(days=1)
    if not reason.strip():
        text = _("请填写否决夜间收货的原因")
        raise Invalid("reason_missing", text, "", [_fault("reason", "missing", text)])
    if since < today:
        text = _("起始日期不能早于今天")
        raise Invalid("since", text, "", [_fault("since", "past", text)])
    if until is not None and until < since:
        text = _("结束日期不能早于起始日期")
        raise Invalid("until", text, "", [_fault("until", "order", text)])
    before = content(place)
    place.night_veto_from, place.night_veto_to = since, until
    place.night_veto_reason = reason.strip()[:LONGEST_TEXT]
    keep_version(session, actor, place, before)
    session.flush()
    return place, _flag_nights(session, actor, place)


def lift_veto(session: Session, actor: Actor, place_id: uuid.UUID) -> Place:
    """Let the night windows hold again.

    Raises:
        NotFound, Forbidden: not the actor's place.
    """
    place = _open(session, actor, place_id, None)
    before = content(place)
    place.night_veto_from = place.night_veto_to = None
    place.night_veto_reason = ""
    keep_version(session, actor, place, before)
    session.flush()
    return place


def _fault(name: str, code: str, message: str) -> FieldError:
    return FieldError(field=name, code=code, message=message)


def _sure(moment: datetime | None) -> datetime:
    """A served order's time: it has one."""
    if moment is None:
        raise ValueError("a served order without its time")
    return moment


def _flag_nights(session: Session, actor: Actor, place: Place) -> int:
    zone = city.zone(session)
    since, until = place.night_veto_from, place.night_veto_to
    with platform(session, actor):
        query = (
            select(PlanVersion, PlanAssignment.starts_at)
            .join(PlanAssignment, PlanAssignment.plan_version_id == PlanVersion.id)
            .join(Order, Order.id == PlanAssignment.order_id)
            .where(
                Order.delivery_place_id == place.id,
                PlanVersion.scenario.is_(None),
                PlanVersion.state.in_(IN_FORCE),
                PlanVersion.service_date >= since,
                PlanAssignment.starts_at.is_not(None),
            )
        )
        if until is not None:
            query = query.where(PlanVersion.service_date <= until)
        hit: dict[uuid.UUID, tuple[PlanVersion, int]] = {}
        for row in session.execute(query):
            moment = _sure(row[1]).astimezone(zone)
            second = moment.hour * 3600 + moment.minute * 60 + moment.second
            if second >= NIGHT_FROM_S or second < NIGHT_TO_S:
                hit[row[0].id] = (row[0], hit.get(row[0].id, (row[0], 0))[1] + 1)
        for plan, orders in hit.values():
            detail = {"place": place.code, "orders": orders, "reason": place.night_veto_reason}
            raise_flag(
                session,
                actor,
                plan,
                Hit(kind="night_veto", subject="place", subject_id=place.id, detail=detail),
            )
    return len(hit)


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A vehicle's wait before a place began to unload it: seconds, and where that is known from."""

    service_date: date
    arrives_at: datetime
    seconds: int
    orders: int


def planned_waits(
    session: Session, actor: Actor, place_id: uuid.UUID, *, days: int = 14
) -> list[Waiting]:
    """Waiting at a place as plans that were handed out had it, the latest date first.

    A dispatcher sees its own plans, a shipper what brings its own orders.

    Raises:
        NotFound: no such place for the actor.
    """
    place = fetch(session, actor, Place, place_id)
    first = city.today(session) - timedelta(days=days)
    with platform(session, actor):
        query = (
            select(
                PlanVersion.service_date,
                PlanAssignment.vehicle_id,
                PlanAssignment.arrives_at,
                PlanAssignment.starts_at,
                func.count(),
            )
            .join(PlanAssignment, PlanAssignment.plan_version_id == PlanVersion.id)
            .join(Order, Order.id == PlanAssignment.order_id)
            .where(
                Order.delivery_place_id == place.id,
                PlanVersion.scenario.is_(None),
                PlanVersion.state.in_((*IN_FORCE, "closed")),
                PlanVersion.service_date >= first,
                PlanAssignment.arrives_at.is_not(None),
            )
            .group_by(
                PlanVersion.service_date,
                PlanAssignment.vehicle_id,
                PlanAssignment.arrives_at,
                PlanAssignment.starts_at,
            )
            .order_by(PlanVersion.service_date.desc(), PlanAssignment.arrives_at)
        )
        if actor.role == "dispatcher":
            query = query.where(PlanVersion.operator_id == actor.organisation_id)
        elif actor.role == "shipper":
            query = query.where(Order.shipper_id == actor.organisation_id)
        return [
            Waiting(
                service_date=row[0],
                arrives_at=_sure(row[2]),
                seconds=max(0, int((_sure(row[3]) - _sure(row[2])).total_seconds())),
                orders=row[4],
            )
            for row in session.execute(query)
        ]


def place_history(session: Session, actor: Actor, place_id: uuid.UUID) -> list[PlaceVersion]:
    """What a place said before each change, latest first."""
    fetch(session, actor, Place, place_id)
    query = visible(session, actor, PlaceVersion).where(PlaceVersion.place_id == place_id)
    return list(session.scalars(query.order_by(PlaceVersion.version.desc())))
