"""Links without a log-in: a driver's to one vehicle's day, the public's to one delivery.

A token is 132 bits drawn from the installation's secret and the link's id, so that it can be shown
again to who made it; the database keeps its SHA-256 alone, and neither of the two is enough.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.city import zone
from models.accounts.visibility import fetch, require
from models.audit.operations import append
from models.base import now
from models.errors import Conflict, DomainError, Invalid, NotFound
from models.execution import queries
from models.execution.tables import DriverLink, Execution, TrackingLink
from models.fleet.tables import Vehicle
from models.language import gettext as _
from models.orders.tables import Order
from models.planning.tables import PlanVersion

LENGTH = 22
"""Characters of a token: 22 of base64 are 132 bits."""
TRIES = 5
AFTER = timedelta(hours=36)
"""A driver's link ends at noon after the service date: its midnight and this."""
TRACKING_DAYS = 7
_DRIVER, _TRACKING = b"driver link", b"tracking link"


def _token(secret: str, purpose: bytes, link_id: uuid.UUID) -> str:
    digest = hmac.new(secret.encode(), purpose + b"\0" + link_id.bytes, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode()[:LENGTH]


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def driver_token(secret: str, link: DriverLink) -> str | None:
    """The token of a link; None where the installation's secret is no longer the one it had."""
    token = _token(secret, _DRIVER, link.id)
    return token if _sha256(token) == link.token_sha256 else None


def usable(link: DriverLink, at: datetime | None = None) -> bool:
    """Whether a driver's link opens at an instant (now)."""
    ended = link.revoked_at is not None or link.locked_at is not None
    return not ended and link.expires_at > (at or now())


def ends_at(session: Session, service_date: date) -> datetime:
    """When a driver's link of a service date ends."""
    return datetime.combine(service_date, time(), zone(session)) + AFTER


def ensure_executions(
    session: Session, operator_id: uuid.UUID, service_date: date, vehicles: Iterable[uuid.UUID]
) -> dict[uuid.UUID, Execution]:
    """The days of these vehicles, made where there were none."""
    known = queries.executions_by_vehicle(session, operator_id, service_date)
    for vehicle_id in vehicles:
        if vehicle_id not in known:
            row = Execution(
                id=uuid.uuid4(),
                operator_id=operator_id,
                service_date=service_date,
                vehicle_id=vehicle_id,
            )
            session.add(row)
            known[vehicle_id] = row
    session.flush()
    return known


def ensure_links(
    session: Session, actor: Actor, version: PlanVersion, secret: str
) -> list[DriverLink]:
    """A driver's link for every vehicle of a plan in force that has none; the new ones.

    A link belongs to vehicle and date: a later version of the plan goes on with it.

    Raises:
        Forbidden: only the operator's dispatchers make links.
        Conflict: the plan is not in force.
    """
    require(session, actor, "dispatcher")
    if version.state not in {"published", "executing"} or version.scenario is not None:
        raise Conflict("not_in_force", _("方案尚未下发，没有司机链接"), _("请先下发方案"))
    vehicles = queries.vehicles_of_plan(session, version.id)
    days = ensure_executions(session, version.operator_id, version.service_date, vehicles)
    have = queries.live_links(session, [days[v].id for v in vehicles])
    end = ends_at(session, version.service_date)
    if end <= now():
        return []
    made = [_make(session, actor, days[v], end, secret) for v in vehicles if days[v].id not in have]
    session.flush()
    return made


def _make(
    session: Session, actor: Actor, execution: Execution, end: datetime, secret: str
) -> DriverLink:
    key = uuid.uuid4()
    link = DriverLink(
        id=key,
        execution_id=execution.id,
        token_sha256=_sha256(_token(secret, _DRIVER, key)),
        expires_at=end,
        made_by=actor.account_id,
    )
    session.add(link)
    append(session, actor, "create", "driver_link", key)
    return link


def renew_link(
    session: Session, actor: Actor, execution_id: uuid.UUID | str, secret: str
) -> DriverLink:
    """A new link to a vehicle's day; the old one no longer opens.

    Raises:
        NotFound: not the actor's day.
        Conflict: the day is long over.
    """
    require(session, actor, "dispatcher")
    execution = fetch(session, actor, Execution, execution_id)
    end = ends_at(session, execution.service_date)
    if end <= now():
        raise Conflict("day_over", _("该服务日期已结束，不能再生成司机链接"), _("请核对服务日期"))
    _revoke(session, actor, execution.id)
    link = _make(session, actor, execution, end, secret)
    session.flush()
    return link


def revoke_link(session: Session, actor: Actor, execution_id: uuid.UUID | str) -> None:
    """End the links to a vehicle's day at once.

    Raises:
        NotFound: not the actor's day.
    """
    require(session, actor, "dispatcher")
    _revoke(session, actor, fetch(session, actor, Execution, execution_id).id)


def _revoke(session: Session, actor: Actor, execution_id: uuid.UUID) -> None:
    query = select(DriverLink).where(
        DriverLink.execution_id == execution_id, DriverLink.revoked_at.is_(None)
    )
    for link in session.scalars(query):
        link.revoked_at = now()
        append(session, actor, "revoke", "driver_link", link.id)


def find_driver_link(
    session: Session, token: str, *, lock: bool = False
) -> tuple[DriverLink, Execution] | None:
    """The link of a token, whatever its state, and the day it leads to."""
    query = select(DriverLink).where(DriverLink.token_sha256 == _sha256(token))
    if lock:
        query = query.with_for_update()
    link = session.scalars(query).one_or_none()
    if link is None:
        return None
    return link, session.get_one(Execution, link.execution_id)


@dataclass(frozen=True, kw_only=True)
class Opening:
    """The answer to plate and phone: whether it opens, else the error to show."""

    opened: bool
    left: int = 0
    error: DomainError | None = None


def plain_plate(text: str) -> str:
    """A plate as it is compared: no dots or spaces, upper case, full width folded."""
    folded = "".join(
        chr(ord(c) - 0xFEE0) if 0xFF01 <= ord(c) <= 0xFF5E else c for c in text.strip()
    )
    return "".join(c for c in folded if c not in " ·•.-\u3000").upper()


def open_link(
    session: Session, actor: Actor, token: str, *, plate: str, digits: str, phones: Sequence[str]
) -> Opening:
    """Check what a driver answers; a wrong one is counted, the fifth locks the link.

    ``phones``: of those who drive the vehicle that day. Never raises for a wrong answer: the count
    must be stored, so the caller commits and then looks.

    Raises:
        NotFound: no such link.
    """
    found = find_driver_link(session, token, lock=True)
    if found is None:
        raise NotFound
    link, execution = found
    if not usable(link):
        error = DomainError("link_ended", _("链接已失效"), _("请向调度员索取新链接"))
        return Opening(opened=False, error=error)
    vehicle = session.get_one(Vehicle, execution.vehicle_id)
    tails = {phone.strip()[-4:] for phone in phones if len(phone.strip()) >= 4}
    right_plate = hmac.compare_digest(
        plain_plate(plate).encode(), plain_plate(vehicle.plate).encode()
    )
    right_tail = any(hmac.compare_digest(digits.strip().encode(), t.encode()) for t in tails)
    if right_plate and right_tail:
        link.tries, link.opened_at = 0, now()
        append(session, actor, "open", "driver_link", link.id)
        return Opening(opened=True)
    link.tries += 1
    if link.tries >= TRIES:
        link.locked_at = now()
        append(session, actor, "lock", "driver_link", link.id)
        error = DomainError("link_locked", _("错误次数过多，链接已锁定"), _("请联系调度员重新生成"))
        return Opening(opened=False, error=error)
    left = TRIES - link.tries
    wrong = Invalid(
        "wrong_answer",
        _("车牌号或手机尾号不正确，还可再试 %(left)s 次", left=left),
        _("请核对后重试"),
    )
    return Opening(opened=False, left=left, error=wrong)


def make_tracking(
    session: Session, actor: Actor, order_id: uuid.UUID | str, secret: str
) -> tuple[TrackingLink, str]:
    """A public link to the window and state of an order's delivery, for seven days.

    Raises:
        Forbidden: only shipper and dispatcher make one.
        NotFound: not the actor's order.
    """
    require(session, actor, "shipper", "dispatcher")
    order = fetch(session, actor, Order, order_id)
    if actor.organisation_id is None:
        raise NotFound
    key = uuid.uuid4()
    token = _token(secret, _TRACKING, key)
    link = TrackingLink(
        id=key,
        order_id=order.id,
        organisation_id=actor.organisation_id,
        token_sha256=_sha256(token),
        expires_at=now() + timedelta(days=TRACKING_DAYS),
        made_by=actor.account_id,
    )
    session.add(link)
    session.flush()
    append(session, actor, "create", "tracking_link", key)
    return link, token


def tracking_token(secret: str, link: TrackingLink) -> str | None:
    """The token of a public link; None once revoked, over, or made under another secret."""
    token = _token(secret, _TRACKING, link.id)
    lives = link.revoked_at is None and link.expires_at > now()
    return token if lives and _sha256(token) == link.token_sha256 else None


def revoke_tracking(session: Session, actor: Actor, link_id: uuid.UUID | str) -> TrackingLink:
    """End a public link at once.

    Raises:
        NotFound: not of an order of the actor's.
    """
    require(session, actor, "shipper", "dispatcher")
    link = fetch(session, actor, TrackingLink, link_id)
    if link.revoked_at is None:
        link.revoked_at = now()
        append(session, actor, "revoke", "tracking_link", link.id)
    return link


def find_tracking(session: Session, token: str) -> Order | None:
    """The order that a public link leads to while it lives."""
    query = select(TrackingLink).where(
        TrackingLink.token_sha256 == _sha256(token),
        TrackingLink.revoked_at.is_(None),
        TrackingLink.expires_at > now(),
    )
    link = session.scalars(query).one_or_none()
    return None if link is None else session.get(Order, link.order_id)
