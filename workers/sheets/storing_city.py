"""Vehicle kinds, tariffs, zones and rules from sheets, by the rooms' own operations."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.charging.operations import upsert_tariffs
from models.fleet.kinds import usual_physics
from models.fleet.operations import upsert_vehicle_types
from models.rules.operations import upsert_rules, upsert_zones
from workers.sheets.wholes import compartments, day_steps

Values = dict[str, Any]
Codes = Mapping[str, Mapping[str, uuid.UUID]]

_KIND_FIELDS = {
    "code": "code",
    "name": "name",
    "energy": "energy",
    "body": "body",
    "profile": "profile",
    "emission_stage": "emission_stage",
    "payload_g": "payload",
    "volume_cm3": "volume",
    "unit_places": "unit_places",
    "capabilities": "capabilities",
    "length_mm": "length",
    "width_mm": "width",
    "height_mm": "height",
    "curb_mass_g": "curb",
    "gross_mass_g": "gross",
    "battery_wh": "battery",
    "reserve_wh": "reserve",
    "max_charge_w": "max_charge",
    "plugs": "plugs",
    "curve": "curve",
    "stop_w": "stop_power",
    "co2e_mg_per_kwh": "co2e",
    "ttw_mg_per_kwh": "ttw",
    "fixed_mfen": "fixed",
    "per_km_mfen": "per_km",
    "per_hour_mfen": "per_hour",
    "papers": "papers",
}


def kept(values: Values, **names: str) -> Values:
    """The named values that the sheet gives, under the room's names."""
    return {to: values[of] for to, of in names.items() if values.get(of) is not None}


def hours_of(spans: Sequence[Mapping[str, Any]] | None) -> list[Values]:
    """Opening hours after local midnight; empty = always."""
    hours = []
    for span in spans or []:
        start, end = int(span["start"]), int(span["end"])
        if end - start >= 86400:
            return []
        hours.append({"start": start % 86400, "end": end if start >= 0 else end % 86400})
    return hours


def _grouped(rows: Sequence[Values]) -> list[list[Values]]:
    found: dict[str, list[Values]] = {}
    for row in rows:
        found.setdefault(row["code"], []).append(row)
    return list(found.values())


def vehicle_types(session: Session, actor: Actor, codes: Codes, rows: list[Values]) -> None:
    """Kinds with their compartments; what is told of neither takes the usual figures."""
    given = []
    for parts in _grouped(rows):
        first = parts[0]
        row = kept(first, **_KIND_FIELDS)
        rooms = compartments(parts)
        if rooms:
            row["compartments"] = rooms
        if first.get("fuel"):
            row["fuel_tariff_id"] = codes["fuel"][first["fuel"]]
        if first.get("use_base") is not None:
            row["use"] = [
                {
                    "start": 0,
                    "base_mwh_per_km": first["use_base"],
                    "load_mwh_per_tkm": first.get("use_load") or 0,
                    "drive_w": 0,
                }
            ]
        elif first["code"] not in codes["type_code"]:
            row["physics"] = usual_physics(first["energy"], first.get("profile") or "van")
        given.append(row)
    upsert_vehicle_types(session, actor, given)


def tariffs(session: Session, actor: Actor, codes: Codes, rows: list[Values]) -> None:
    """Tariffs: neighbouring hours of one price are one step."""
    del codes
    given = []
    for parts in _grouped(rows):
        steps: list[Values] = []
        for start, _, price, _ in day_steps(parts):
            if not steps or steps[-1]["per_kwh"] != price:
                steps.append({"start": start, "per_kwh": price})
        given.append({**kept(parts[0], code="code", name="name", kind="kind"), "steps": steps})
    upsert_tariffs(session, actor, given)


def zones(session: Session, actor: Actor, codes: Codes, rows: list[Values]) -> None:
    """Zones with their areas."""
    del codes
    given = [
        kept(
            values, code="code", name="name", kind="kind", district="district",
            polygons="area", active="active",
        )
        for values in rows
    ]  # fmt: skip
    upsert_zones(session, actor, given)


def rules(session: Session, actor: Actor, codes: Codes, rows: list[Values]) -> None:
    """Rules: a row is a group of vehicles that the rule binds or spares."""
    given = []
    for parts in _grouped(rows):
        first = parts[0]
        row = kept(
            first, code="code", name="name", effect="effect", basis="basis", active="active",
        )  # fmt: skip
        row["zone_id"] = codes["zone"][first["zone"]]
        row["when"] = {
            "weekdays": first.get("weekdays") or [],
            "holidays": first.get("holidays") or "any",
            "hours": hours_of(first.get("hours")),
            "alert_from": first.get("alert_from") or 0,
        }
        for name in ("effective_from", "effective_to"):
            if first.get(name):
                row[name] = dt.date.fromisoformat(first[name])
        for side in ("who", "exempt"):
            row[side] = [_who(part, codes) for part in parts if (part["side"] or "who") == side]
        given.append(row)
    upsert_rules(session, actor, given)


def _who(values: Values, codes: Codes) -> Values:
    """A group of vehicles as ``routing.problem.Who`` has it; nothing told = everybody."""
    who = kept(
        values, mass_over_g="mass_over", length_over_mm="length_over", energy="energy",
        stage_at_most="stage_at_most", plate_kinds="plate_kinds", body="body", tails="tails",
    )  # fmt: skip
    if values.get("types"):
        who["types"] = [str(codes["types"][code]) for code in values["types"]]
    if values.get("local"):
        who["local"] = values["local"] == "local"
    return who
