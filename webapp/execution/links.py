"""Drivers' links as the dispatcher sees and hands them out."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import segno
from flask import url_for
from markupsafe import Markup
from sqlalchemy.orm import Session

from models.execution import links, queries
from models.execution.tables import DriverLink, Execution
from models.planning.tables import PlanVersion
from webapp.duties.days import secret


@dataclass(frozen=True)
class Shown:
    """A vehicle's link. ``state``: none, ready, opened, locked, ended, lost."""

    execution_id: uuid.UUID
    state: str
    address: str = ""
    link: DriverLink | None = None

    @property
    def qr(self) -> Markup:
        """The link as a code to scan."""
        code = segno.make(self.address, error="m")
        return Markup(code.svg_inline(omitsize=True, border=2))  # noqa: S704 - from our own address


def shown(execution: Execution, link: DriverLink | None) -> Shown:
    """What is to be said of a vehicle's link."""
    if link is None:
        return Shown(execution.id, "none")
    if link.locked_at is not None:
        return Shown(execution.id, "locked", link=link)
    if not links.usable(link):
        return Shown(execution.id, "ended", link=link)
    token = links.driver_token(secret(), link)
    if token is None:  # made under another secret of the installation
        return Shown(execution.id, "lost", link=link)
    address = url_for("duties.by_link", token=token, _external=True)
    return Shown(execution.id, "opened" if link.opened_at else "ready", address, link)


def of_version(session: Session, version: PlanVersion) -> dict[str, Shown]:
    """The links of a plan's vehicles, by vehicle. Reads as the platform: for its dispatcher."""
    days = queries.executions_by_vehicle(session, version.operator_id, version.service_date)
    live = queries.live_links(session, [day.id for day in days.values()])
    return {str(key): shown(day, live.get(day.id)) for key, day in days.items()}
