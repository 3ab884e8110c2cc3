"""Telling what happened: events from a phone or the desk, checked against the plan, then folded.

The one way in for every channel. Twice told is once kept; the answer names each event's fate, so
that a phone can forget what is kept and show what was refused.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from models.accounts.actor import SYSTEM, Actor
from models.base import now
from models.db import bind
from models.errors import Invalid
from models.execution import operations, queries
from models.execution.operations import Channel, Fate, Tap
from models.execution.record import EXPLICIT, Outcome, Record, fold
from models.execution.tables import EVENT_KINDS, Execution
from models.execution.words import OUTCOMES, REASONS, reason_kept
from models.language import gettext as _
from models.planning.tables import PlanVersion
from workers.execution.day import Day, PlannedStop, RouteDay

MOST = 200
"""Events of one sending."""
LONGEST_NOTE = 500
MOST_MINUTES = 24 * 60
_ID = re.compile(r"^[A-Za-z0-9_-]{8,64}$")
_KEY = re.compile(r"^[a-z]+-[0-9a-f]{16}(-\d{1,3})?$")
_ORDER = re.compile(r"^[0-9a-f-]{36}(#\d{1,4})?$")
SIGNED = frozenset({"done", "partial", "refused"})
"""What a receiver says of orders: 签收, 差异签收, 拒收."""
_RECEIVERS = frozenset({"dock_ready", *SIGNED})
_OF_A_STOP = frozenset({"arrive", "done", "late", "dock_ready", *EXPLICIT})


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What became of one event: ``stored``, ``known`` (told before) or ``refused`` with why."""

    client_id: str
    result: str
    why: str = ""


def working(actor: Actor, operator_id: uuid.UUID | None) -> Actor:
    """The platform, doing what ``actor`` told: the record's consequences pass every role's rows."""
    return Actor(
        account_id=actor.account_id,
        organisation_id=operator_id,
        organisation_kind=actor.organisation_kind,
        role=SYSTEM,
        request_id=actor.request_id,
        address=actor.address,
    )


def tell(
    session: Session,
    actor: Actor,
    execution: Execution,
    version: PlanVersion,
    day: Day,
    *,
    events: Sequence[Mapping[str, Any]],
    channel: Channel,
) -> list[Answer]:
    """Store events of a vehicle's day and carry them into the states of plan and orders.

    The caller has checked that ``actor`` may tell of this day.

    Raises:
        Invalid: too many at once.
    """
    if len(events) > MOST:
        raise Invalid("too_many", _("一次最多 %(most)s 条", most=MOST), _("请分批上传"))
    worker = working(actor, execution.operator_id)
    bind(session, worker)
    route = day.routes.get(str(execution.vehicle_id))
    taps: list[Tap] = []
    answers: list[Answer] = []
    for event in events:
        try:
            taps.append(_tap(event, route, channel.source))
        except Invalid as wrong:
            answers.append(Answer(client_id=_said_id(event), result="refused", why=wrong.message))
    made = operations.store_taps(session, worker, execution, version, taps=taps, channel=channel)
    stored = {event.client_id for event in made}
    answers += [
        Answer(client_id=tap.client_id, result="stored" if tap.client_id in stored else "known")
        for tap in taps
    ]
    if made and version.state != "closed":
        if any(event.kind != "dock_ready" for event in made):
            operations.begin(session, worker, version)
        carry(session, worker, version, day, [str(execution.vehicle_id)])
    return answers


def _said_id(event: Mapping[str, Any]) -> str:
    said = event.get("client_id")
    return said if isinstance(said, str) else ""


def _tap(event: Mapping[str, Any], route: RouteDay | None, source: str) -> Tap:
    """An event as it is stored: what a kind does not need is left out.

    Raises:
        Invalid: what is wrong with it.
    """
    client_id, device_id = event.get("client_id"), event.get("device_id")
    if not isinstance(client_id, str) or not _ID.match(client_id):
        raise Invalid("client_id", _("事件编号须为 8–64 位字母、数字"), _("请刷新页面后重试"))
    if not isinstance(device_id, str) or not _ID.match(device_id):
        raise Invalid("device_id", _("设备编号须为 8–64 位字母、数字"), _("请刷新页面后重试"))
    kind = event.get("kind")
    may = _RECEIVERS if source == "receiver" else frozenset(EVENT_KINDS) - {"dock_ready"}
    if kind not in may:
        raise Invalid("kind", _("没有这种回报：%(kind)s", kind=kind), _("请刷新页面后重试"))
    key = event.get("stop")
    if kind in _OF_A_STOP and (not isinstance(key, str) or not _KEY.match(key)):
        raise Invalid("stop", _("没有指明停靠点"), _("请重新打开页面"))
    stop = route.stop(key) if route and isinstance(key, str) else None
    return Tap(
        client_id=client_id,
        device_id=device_id,
        kind=kind,
        device_at=_instant(event.get("at")),
        sequence=_count(event.get("sequence", 0), "sequence", 2**31),
        stop_key=key if isinstance(key, str) and _KEY.match(key) else None,
        content=_content(kind, event, stop),
    )


def _instant(text: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        raise Invalid(
            "at", _("时间无法识别：%(text)s", text=text), _("请用 ISO 8601，带时区")
        ) from None
    if not 2000 <= moment.year <= 2100:
        raise Invalid("at", _("时间无法识别：%(text)s", text=text), _("请核对设备的日期"))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _count(value: object, what: str, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise Invalid(
            what, _("%(what)s 须为 0–%(most)s 的整数", what=what, most=most), _("请核对后重试")
        )
    return value


def _content(kind: str, event: Mapping[str, Any], stop: PlannedStop | None) -> dict[str, Any]:
    out: dict[str, Any] = {}
    note = event.get("note")
    if isinstance(note, str) and note.strip():
        out["note"] = note.replace("\0", "").strip()[:LONGEST_NOTE]
    if kind == "undo":
        of = event.get("of")
        if not isinstance(of, str) or not _ID.match(of):
            raise Invalid("of", _("没有指明撤销哪一条"), _("请重新打开页面"))
        out["of"] = of
    elif kind == "late":
        out["minutes"] = _count(event.get("minutes"), "minutes", MOST_MINUTES)
    elif kind == "note" and "note" not in out:
        raise Invalid("note", _("备注为空"), _("请填写内容"))
    if kind in EXPLICIT:
        reason = event.get("reason") or "other"
        if reason not in REASONS:
            raise Invalid(
                "reason", _("没有这种原因：%(reason)s", reason=reason), _("请刷新页面后重试")
            )
        out["reason"] = reason
    if kind == "done" or kind in EXPLICIT:
        out["orders"] = list(_lines(kind, event.get("orders"), stop))
        if not out["orders"] and kind in EXPLICIT:
            raise Invalid("orders", _("没有指明订单"), _("请选择订单后重试"))
    return out


def _lines(kind: str, given: object, stop: PlannedStop | None) -> Iterable[dict[str, Any]]:
    """The orders that an event speaks of: those of the stop, or the ones named among them.

    Of a stop that a later version of the plan no longer has, what was named is kept.
    """
    tasks = {task.order: task for task in stop.tasks} if stop else {}
    if given is None:
        return [{"id": task.order, "action": task.action} for task in tasks.values()]
    if not isinstance(given, list) or len(given) > MOST:
        raise Invalid("orders", _("订单须为列表"), _("请刷新页面后重试"))
    if stop is None:
        return [_loose(kind, line) for line in given]
    lines = []
    for line in given:
        order = str(line.get("id")) if isinstance(line, Mapping) else ""
        task = tasks.get(order)
        if task is None:
            raise Invalid("orders", _("订单不在此停靠点"), _("请重新打开页面"))
        made: dict[str, Any] = {"id": order, "action": task.action}
        if kind == "partial":
            made["units"] = _count(line.get("units"), "units", task.units)
        lines.append(made)
    return lines


def _loose(kind: str, line: object) -> dict[str, Any]:
    """An order of a stop that is no longer planned, as the phone named it."""
    given = line if isinstance(line, Mapping) else {}
    order = str(given.get("id"))
    if not _ORDER.match(order):
        raise Invalid("orders", _("订单编号无效"), _("请重新打开页面"))
    action = given.get("action")
    made: dict[str, Any] = {
        "id": order,
        "action": action if action in {"load", "pickup"} else "delivery",
    }
    if kind == "partial":
        made["units"] = _count(given.get("units"), "units", 2**31)
    return made


def records(
    session: Session, version: PlanVersion, day: Day, vehicles: Iterable[str] | None = None
) -> dict[str, Record]:
    """What was told of vehicles' days (all of the plan's), by vehicle."""
    known = queries.executions_by_vehicle(session, version.operator_id, version.service_date)
    wanted = {str(key) for key in known} if vehicles is None else set(vehicles)
    chosen = {str(key): row for key, row in known.items() if str(key) in wanted}
    events = queries.told_by_execution(session, [row.id for row in chosen.values()])
    out = {}
    for vehicle, row in chosen.items():
        route = day.routes.get(vehicle)
        out[vehicle] = fold(queries.told(events[row.id]), route.expected() if route else {})
    return out


def carry(
    session: Session, actor: Actor, version: PlanVersion, day: Day, vehicles: Iterable[str]
) -> None:
    """Bring the orders of these vehicles to the states that their records give."""
    operations.carry(session, actor, version, fates_of(session, version, day, vehicles))


def fates_of(
    session: Session, version: PlanVersion, day: Day, vehicles: Iterable[str]
) -> dict[uuid.UUID, Fate]:
    """The states that the records of these vehicles give to their orders."""
    routes = [day.routes[vehicle] for vehicle in vehicles if vehicle in day.routes]
    wholes = {
        task.order.split("#", 1)[0]
        for route in routes
        for stop in route.stops
        for task in stop.tasks
    }
    # Parts of an order may ride on several vehicles: its state is that of all of them.
    others = {
        day.deliveries[part][0]
        for whole in wholes
        for part in day.parts.get(whole, ())
        if part in day.deliveries
    }
    told = records(session, version, day, others | {route.vehicle for route in routes})
    fates = {}
    for whole in sorted(wholes):
        parts = [part for part in day.parts.get(whole, (whole,)) if part in day.deliveries]
        fates[uuid.UUID(whole)] = fate([_part(day, told, part) for part in parts])
    return fates


def _part(day: Day, told: Mapping[str, Record], part: str) -> Outcome | str:
    """The outcome of an order, or of a part; else ``dispatched`` or ``planned``."""
    vehicle, key = day.deliveries[part]
    record = told.get(vehicle, Record())
    said = [stop.outcomes[part] for stop in record.stops.values() if part in stop.outcomes]
    if said:
        return outcome_of(said)
    route = day.routes[vehicle]
    return "dispatched" if _left(route, record, part, key) else "planned"


def outcome_of(said: Sequence[Outcome]) -> Outcome:
    """Of what several stops say of one order: the last that is no plain delivery, as in a stop."""
    explicit = [one for one in said if one.state != "delivered"]
    return max(explicit or said, key=lambda one: (one.at, one.client_id))


def _left(route: RouteDay, record: Record, part: str, key: str) -> bool:
    """Whether the vehicle left the place where it took the order in: told, or told from beyond."""
    taken = next(
        (s for s in route.stops for t in s.tasks if t.order == part and t.action != "delivery"),
        None,
    )
    end = next(stop for stop in route.stops if stop.key == key)
    begin = taken.index if taken else -1
    if taken and record.stop(taken.key).done_at is not None:
        return True
    return any(
        record.stop(stop.key).last_at is not None
        for stop in route.stops
        if stop.index > begin and stop.trip == end.trip
    )


def fate(parts: Sequence[Outcome | str]) -> Fate:
    """The state of an order from its parts: all alike, or taken in part."""
    ended = [part for part in parts if isinstance(part, Outcome)]
    if not ended or len(ended) < len(parts):
        under_way = bool(ended) or "dispatched" in parts
        return Fate(state="dispatched" if under_way else "planned")
    states = {part.state for part in ended}
    state = ended[0].state if len(states) == 1 else "partly_delivered"
    told = [reason_kept(p.reason, p.note) for p in ended if p.state != "delivered"]
    words = "；".join(dict.fromkeys(word for word in told if word))
    return Fate(
        state=state, reason=words or ("" if state == "delivered" else OUTCOMES.source[state])
    )


def channel_of(source: str, sent_at: object, link_id: uuid.UUID | None = None) -> Channel:
    """The way that a sending came, received now; ``sent_at`` as the device says."""
    sent = _instant(sent_at) if sent_at else None
    return Channel(source=source, received_at=now(), sent_at=sent, link_id=link_id)
