"""Applications for passes from sheets: each row a draft, all of one sheet a batch."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.permits import queries
from models.permits.applications import draft_application
from workers.sheets.storing_city import hours_of
from workers.sheets.values.base import Fault

Values = dict[str, Any]
Codes = Mapping[str, Mapping[str, uuid.UUID]]


def dates_in_order(values: Mapping[str, object]) -> list[tuple[str, Fault]]:
    """The field and fault of a row whose last date lies before its first."""
    first, last = values.get("date_from"), values.get("date_to")
    if isinstance(first, str) and isinstance(last, str) and last < first:
        return [("date_to", Fault("date_reversed"))]
    return []


def permit_applications(
    session: Session, actor: Actor, codes: Codes, rows: list[Values], *, batch: uuid.UUID
) -> None:
    """A draft per row; what a row leaves blank of the licence comes from the last application."""
    for values in rows:
        vehicle = codes["vehicle"][values["vehicle"]]
        before = queries.last_told(session, actor, vehicle)
        told = dict((before.content.get("vehicle") or {}) if before else {})
        told |= {
            name: values[name] for name in ("vin", "owner", "registered_on") if values.get(name)
        }
        draft_application(
            session,
            actor,
            purpose=values.get("purpose") or "",
            scheme_id=codes["scheme"][values["scheme"]],
            vehicle_id=vehicle,
            batch_id=batch,
            date_from=dt.date.fromisoformat(values["date_from"]),
            date_to=dt.date.fromisoformat(values["date_to"]),
            hours=hours_of(values.get("hours")),
            trips_per_day=values.get("trips_per_day") or 0,
            content={
                "rules": [str(codes["rules"][code]) for code in values["rules"]],
                "vehicle": told,
                "agent": {
                    "name": values.get("agent") or "",
                    "phone": values.get("agent_phone") or "",
                },
                "official": values.get("official") or "",
            },
        )
