"""Roadside codes as carrier and driver show them: on a paper to print, on the driver's page."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import segno
from flask import render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from models.accounts.actor import system_actor
from models.accounts.city import today
from models.permits import queries
from models.rules.tables import AccessRule
from webapp.database import database, reading, settings
from webapp.inspections.words import NOT_OFFICIAL
from webapp.permits.pages import blueprint
from webapp.permits.words import hours_words
from webapp.security.guard import actor
from webapp.security.permissions import needs
from webapp.things.words import PLATE_KINDS
from workers.permits.codes import ShownCode, codes_of, signer


@dataclass(frozen=True)
class Picture:
    """A code with the words beside it."""

    code: ShownCode
    zones: tuple[str, ...]

    @property
    def qr(self) -> Markup:
        """The code to scan."""
        made = segno.make(self.code.text, error="m", micro=False)
        return Markup(made.svg_inline(omitsize=True, border=4))  # noqa: S704 - our own text

    @property
    def kind(self) -> object:
        """The kind of plate, in words."""
        return PLATE_KINDS.get(self.code.vehicle.plate_kind, self.code.vehicle.plate_kind)

    @property
    def hours(self) -> str:
        """Daily hours, in words."""
        return hours_words(self.code.permit.hours)


def pictures(codes: Iterable[ShownCode]) -> list[Picture]:
    """Codes as pictures; their passes' rules and zones are read before."""

    def zones(rules: Iterable[AccessRule]) -> tuple[str, ...]:
        return tuple(sorted({rule.zone.name for rule in rules}))

    return [Picture(code, zones(code.permit.rules)) for code in codes]


def of_vehicle(session: Session, vehicle_id: uuid.UUID, day: date) -> list[Picture]:
    """The codes that a vehicle may show on a date. Reads as the platform: for its driver."""
    permits = [
        permit
        for permit in queries.permits_of_vehicle(session, system_actor(), vehicle_id)
        if permit.state == "approved" and permit.date_from <= day <= permit.last_day
    ]
    if not permits:
        return []
    return pictures(codes_of(signer(settings(), database()), permits, day, vehicle_id))


@blueprint.get("/<uuid:permit_id>/codes")
@needs("permits:read")
def codes(permit_id: uuid.UUID) -> ResponseReturnValue:
    """The codes of a pass, one per vehicle, to show or print."""
    with reading(actor()) as session:
        row = queries.get_permit(session, actor(), permit_id)
        day = today(session)
        vehicles, rules = list(row.vehicles), [rule.zone for rule in row.rules]
    del vehicles, rules  # read while the session was open
    made = codes_of(signer(settings(), database()), [row], day)
    return render_template(
        "permits/codes.html", row=row, shown=pictures(made), not_official=NOT_OFFICIAL
    )
