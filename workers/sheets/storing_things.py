"""The city's things from sheets, by the rooms' own operations: all or nothing, by their codes."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from models import language
from models.accounts.actor import Actor
from models.bays.operations import upsert_bays
from models.charging.operations import upsert_sites
from models.errors import DomainError, Invalid
from models.fleet.operations import upsert_drivers, upsert_vehicles
from models.language import gettext as _
from models.places.operations import keep_stand, name_place, upsert_places
from workers.sheets import queries
from workers.sheets import storing_city as city
from workers.sheets.report import Draft
from workers.sheets.storing_city import Codes, Values, hours_of, kept
from workers.sheets.storing_permits import permit_applications
from workers.sheets.things import spec_of
from workers.sheets.values.windows import Span, on_duty_date

_PAPERS = {
    "inspection_to": "inspection",
    "insurance_to": "insurance",
    "transport_licence_to": "transport_licence",
}


def store_things(
    session: Session,
    actor: Actor,
    kind: str,
    drafts: Sequence[Draft],
    *,
    import_id: uuid.UUID,
) -> int:
    """Store the rows of one kind in this transaction; how many rows.

    ``import_id``: becomes the batch of applications that come from one sheet.

    Raises:
        Invalid: the message names the sheet's rows that the room's own rules refuse.
    """
    makers: dict[str, Callable[[Session, Actor, Codes, list[Values]], object]] = {
        "vehicles": _vehicles,
        "drivers": _drivers,
        "places": _places,
        "chargers": _chargers,
        "bays": _bays,
        "vehicle_types": city.vehicle_types,
        "tariffs": city.tariffs,
        "zones": city.zones,
        "rules": city.rules,
        "permit_applications": partial(permit_applications, batch=import_id),
    }
    codes = queries.known_codes(session, actor)
    try:
        makers[kind](session, actor, codes, [draft.values for draft in drafts])
    except Invalid as error:
        raise _with_rows(kind, error, drafts) from error
    return len(drafts)


def _with_rows(kind: str, error: Invalid, drafts: Sequence[Draft]) -> DomainError:
    """The refusal with the sheet's rows: of several rows of one thing, the first."""
    group = spec_of(kind).group
    rows: dict[object, int] = {}
    for draft in drafts:
        rows.setdefault(draft.values[group] if group else draft.row, draft.row)
    numbers = list(rows.values())
    told = [
        _("第 %(numbers)s 行：%(message)s", numbers=numbers[fault.index], message=fault.message)
        for fault in error.fields[:5]
        if fault.index is not None and fault.index < len(numbers)
    ]
    message = _("；").join([error.message, *told])
    return Invalid(error.code, message, error.remedy, error.fields)


def _vehicles(session: Session, actor: Actor, codes: Codes, rows: list[Values]) -> None:
    given = []
    for values in rows:
        row = kept(
            values, plate="plate", plate_kind="plate_kind", code="code", notes="notes",
            acquisition="acquisition",
        )  # fmt: skip
        if values.get("registered_on"):
            row["registered_on"] = dt.date.fromisoformat(values["registered_on"])
        row["type_id"] = codes["type_code"][values["type_code"]]
        row["home_id"] = codes["home_code"][values["home_code"]]
        if actor.role == "dispatcher":
            row["operator_id"] = actor.organisation_id
        papers = [
            {"kind": kind, "valid_to": dt.date.fromisoformat(values[name])}
            for name, kind in _PAPERS.items()
            if values.get(name)
        ]
        if papers:
            row["papers"] = papers
        given.append(row)
    upsert_vehicles(session, actor, given)


def _drivers(session: Session, actor: Actor, codes: Codes, rows: list[Values]) -> None:
    given = []
    for values in rows:
        row = kept(values, code="code", name="name", phone="phone")
        row["home_id"] = codes["home_code"][values["home_code"]]
        if actor.role == "dispatcher":
            row["operator_id"] = actor.organisation_id
        if values.get("licence"):
            row["licences"] = [values["licence"]]
        if values.get("licence_to"):
            row["licence_valid_to"] = dt.date.fromisoformat(values["licence_to"])
        if values.get("duty"):
            row["duties"] = _duties(values)
        given.append(row)
    upsert_drivers(session, actor, given)


def _duties(values: Values) -> list[Values]:
    """The driver's turns, each with its days and limits."""
    duties = []
    for n, given in enumerate(values["duty"], start=1):
        span = on_duty_date(Span(given["start"] // 60, given["end"] // 60))
        duty = kept(values, weekdays="weekdays", longest_driving_s="longest_driving")
        duty["longest_s"] = values.get("longest") or min(36_000, (span.end - span.start) * 60)
        duties.append(
            {
                "name": language.kept("班次 %(n)s", n=n),
                "start_s": span.start * 60,
                "end_s": span.end * 60,
                **duty,
            }
        )
    return duties


def _places(session: Session, actor: Actor, codes: Codes, rows: list[Values]) -> None:
    del codes
    given = []
    for values in rows:
        row = kept(
            values, code="code", name="name", kind="kind", address="address", lon="lon", lat="lat",
            yard="yard", yard_max_length_mm="max_length", yard_max_height_mm="max_height",
            contact_name="contact_name", contact_phone="contact_phone", notes="notes",
            operating="operating", evidence="evidence",
        )  # fmt: skip
        row["fixed_s"] = (values.get("fixed_minutes") or 0) * 60
        if values.get("window"):
            row["windows"] = [_window(values, span) for span in values["window"]]
        given.append(row)
    made = upsert_places(session, actor, given)
    if actor.role == "shipper" and actor.organisation_id is not None:
        for place in made.rows:
            name_place(
                session,
                actor,
                shipper_id=actor.organisation_id,
                place_id=place.id,
                code=place.code,
                name=place.name,
                address=place.address,
            )


def _window(values: Values, span: Mapping[str, Any]) -> Values:
    night = bool(span["night"])
    return {
        "start_s": span["start"],
        "end_s": span["end"],
        "night": night,
        "needs": ["quiet"] if night else [],
        "unattended": night and bool(values.get("unattended")),
    }


def _own_places(
    session: Session, actor: Actor, kind: str, rows: Sequence[Values], *, code: str, name: str
) -> dict[str, uuid.UUID]:
    """The places that sites and bays stand on, made or moved, by the code of what stands there."""
    here = queries.standing(session, actor, "bays" if kind == "bay" else "chargers")
    found: dict[str, uuid.UUID] = {}
    for values in rows:
        key = values[code]
        if key not in found:
            given = {"code": key, "kind": kind, "name": values[name]}
            given |= kept(values, address="address", lon="lon", lat="lat")
            found[key] = keep_stand(session, actor, given, here=here.get(key))
    return found


def _chargers(session: Session, actor: Actor, codes: Codes, rows: list[Values]) -> None:
    places = _own_places(session, actor, "charging", rows, code="site_code", name="site_name")
    sites: dict[str, Values] = {}
    for values in rows:
        code = values["site_code"]
        site = sites.setdefault(
            code,
            {
                "code": code,
                "name": values["site_name"],
                "place_id": places[code],
                "tariff_id": codes["tariff_code"][values["tariff_code"]],
                "power_w": values.get("site_power") or 0,
                "hours": hours_of(values.get("hours")),
                "points": {},
            },
        )
        point = site["points"].setdefault(
            values["point"], {"code": values["point"], "connectors": []}
        )
        point["connectors"].append(
            {"code": values["connector"], "plug": values["plug"], "power_w": values["power"]}
        )
    for site in sites.values():
        site["points"] = list(site["points"].values())
    upsert_sites(session, actor, list(sites.values()))


def _bays(session: Session, actor: Actor, codes: Codes, rows: list[Values]) -> None:
    places = _own_places(session, actor, "bay", rows, code="code", name="name")
    given = []
    for values in rows:
        row = kept(
            values, code="code", name="name", spaces="spaces", form="form",
            area_kind="area_kind",
            max_length_mm="max_length", max_mass_g="max_mass",
        )  # fmt: skip
        row["place_id"] = places[values["code"]]
        row["hours"] = hours_of(values.get("hours"))
        row["longest_stay_s"] = (values.get("longest_minutes") or 0) * 60
        walk = (values.get("walk_minutes") or 0) * 60
        wanted = [w for w in re.split(r"[;；、,，\s]+", values.get("serves") or "") if w]
        unknown = [w for w in wanted if w not in codes["serves"]]
        if unknown:
            raise Invalid(
                "place_unknown",
                _("没有网点 %(unknown)s", unknown="、".join(unknown[:5])),
                _("请先导入网点"),
            )
        if wanted:
            row["serves"] = [{"place_id": codes["serves"][w], "walk_s": walk} for w in wanted]
        given.append(row)
    upsert_bays(session, actor, given)
