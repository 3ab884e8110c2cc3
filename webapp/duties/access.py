"""Opening a driver's link: its own signed cookie, good for this link alone, as long as it lives."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import Response, current_app, g, request, url_for
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session

from models.accounts.actor import SYSTEM, Actor
from models.errors import DomainError
from models.execution import queries
from models.execution.links import find_driver_link, usable
from models.execution.tables import DriverLink, Execution
from models.language import gettext as _
from models.planning.tables import PlanVersion

COOKIE = "greenfreight_duty"


@dataclass(frozen=True)
class Way:
    """A driver's way to a vehicle's day: the link that led here, if one did."""

    execution: Execution
    version: PlanVersion
    actor: Actor
    source: str
    link: DriverLink | None = None


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.config["SECRET_KEY"]), salt="driver link")


def remember(answer: Response, token: str, link: DriverLink) -> None:
    """Let this browser in to this link until it ends."""
    answer.set_cookie(
        COOKIE,
        _serializer().dumps(str(link.id)),
        expires=link.expires_at,
        path=url_for("duties.by_link", token=token),
        httponly=True,
        samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )


def is_known(link: DriverLink) -> bool:
    """Whether this browser has opened the link before."""
    try:
        return bool(_serializer().loads(request.cookies.get(COOKIE, "")) == str(link.id))
    except BadSignature:
        return False


def platform(operator_id: uuid.UUID | None) -> Actor:
    """The platform, for whoever came by a link."""
    return Actor(
        account_id=None,
        organisation_id=operator_id,
        organisation_kind="operator",
        role=SYSTEM,
        request_id=str(g.get("request_id", "")),
        address=request.remote_addr or "",
    )


def version_of(session: Session, execution: Execution) -> PlanVersion:
    """The plan on record that a vehicle's day belongs to.

    Raises:
        DomainError: there is none any more.
    """
    version = queries.plan_on_record(session, execution.operator_id, execution.service_date)
    if version is None:
        raise DomainError("no_plan", _("当日没有已下发的方案"), _("请联系调度员"))
    return version


def by_token(session: Session, token: str) -> Way | None:
    """The way that a link is, while it lives and this browser has opened it."""
    found = find_driver_link(session, token)
    if found is None or not usable(found[0]) or not is_known(found[0]):
        return None
    link, execution = found
    return Way(
        execution=execution,
        version=version_of(session, execution),
        actor=platform(execution.operator_id),
        source="link",
        link=link,
    )
