"""A hand-made plan that passed its check becomes a plan version, followed and judged by a job."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.errors import Invalid
from models.language import gettext as _
from models.orders.tables import Import
from workers.planning.hand_request import (
    DayByHand,
    HandWanted,
    StopByHand,
    TripByHand,
    request_hand,
)
from workers.sheets.report import Draft


def store_turns(session: Session, actor: Actor, row: Import, drafts: Sequence[Draft]) -> int:
    """Make the version and queue its job in this transaction; how many orders it places."""
    if row.service_date is None:
        raise Invalid("no_date", _("没有服务日期"), _("请先选服务日期"))
    request_hand(
        session,
        actor,
        HandWanted(
            service_date=row.service_date,
            days=days(drafts),
            name=row.file_name,
            import_id=row.id,
            in_force=row.options.get("purpose") == "plan",
        ),
    )
    return len({draft.values["order"] for draft in drafts})


def days(drafts: Sequence[Draft]) -> list[DayByHand]:
    """Vehicles in the order of the sheet, their trips by number, the orders by turn."""
    trips: dict[str, dict[int, list[Draft]]] = {}
    for draft in sorted(drafts, key=lambda d: (d.row, d.values["turn"])):
        of_vehicle = trips.setdefault(draft.values["vehicle"], {})
        of_vehicle.setdefault(draft.values["trip"], []).append(draft)
    return [
        DayByHand(vehicle=vehicle, trips=[_trip(of_vehicle[n]) for n in sorted(of_vehicle)])
        for vehicle, of_vehicle in trips.items()
    ]


def _trip(drafts: list[Draft]) -> TripByHand:
    drafts = sorted(drafts, key=lambda d: d.values["turn"])
    values = [d.values for d in drafts]
    return TripByHand(
        driver=next((v["driver"] for v in values if v["driver"]), None),
        depot=next((v["depot"] for v in values if v["depot"]), None),
        stops=[StopByHand(order=v["order"], kind=v["action"]) for v in values],
        planned={
            v["order"]: v["arrive"]
            for v in values
            if v["arrive"] is not None and v["action"] != "pickup"
        },
    )
