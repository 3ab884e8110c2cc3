"""The small city with a permit desk: a kind of pass, a zone that asks for it, papers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from models.accounts.city import today
from models.documents.tables import Document
from models.fleet.tables import VehiclePaper
from models.permits.tables import PermitScheme
from models.spatial import multipolygon
from tests import factories

AUTHORISATION = {
    "document": "货车通行证委托办理授权书（示例）",
    "issued_by": "云汀市公安局交通警察支队（示例）",
    "number": "云公交〔2026〕7 号",
    "date": "2026-03-01",
}
LICENCE = {"vin": "LZZ5CLVB8NA999001", "owner": "示例运输", "registered_on": "2024-05-06"}


def scheme(session, police, zone=None, **values: Any) -> PermitScheme:
    lines = []
    if zone is not None:
        line = {"zone": str(zone.id), "start": 25_200, "end": 72_000, "per_hour": 2}
        most = {"max_length_mm": 8_000, "max_height_mm": 0, "max_mass_g": 12_000_000}
        lines = [{**line, **most}]
    given = {
        "organisation_id": police.id,
        "code": f"K{factories.number()}",
        "name": "货车通行证",
        "mode": "issue",
        "authorisation": AUTHORISATION,
        "zones": lines,
        "papers": [
            {"kind": "vehicle_licence", "label": "行驶证", "deferrable": False},
            {"kind": "letter", "label": "委托书", "deferrable": True},
        ],
        "supplement_days": 5,
        "longest_days": 90,
        "letterhead": "云汀市公安局交通警察支队（示例）",
        "remedy_note": "可在 60 日内申请行政复议，或在 6 个月内提起行政诉讼。",
        **values,
    }
    row = PermitScheme(**given)
    session.add(row)
    session.flush()
    return row


def document(session, owner, subject: tuple[str, Any], kind: str, **values: Any) -> Document:
    given = {
        "organisation_id": owner.id,
        "subject_kind": subject[0],
        "subject_id": subject[1],
        "kind": kind,
        "file_name": f"{kind}.jpg",
        "media_type": "image/jpeg",
        "size": 10,
        "sha256": "a" * 64,
        **values,
    }
    row = Document(**given)
    session.add(row)
    session.flush()
    return row


def papers(session, vehicle, until: date) -> None:
    for kind in ("inspection", "insurance"):
        session.add(VehiclePaper(vehicle_id=vehicle.id, kind=kind, valid_to=until))
    session.flush()


def permit_city(session) -> factories.World:
    """``world`` plus ``scheme``, ``pass_zone``, ``pass_rule``, and ``vehicle``'s papers."""
    factories.city(session, name="早先")
    day = today(session)
    session.rollback()
    world = factories.world(session, day)
    rows, of = world.rows, world.organisations
    rows["type"].papers = ["inspection", "insurance"]
    rows["type"].gross_mass_g, rows["type"].length_mm = 4_495_000, 5_995
    rows["pass_zone"] = factories.zone(
        session,
        of["police"],
        name="内环示例区",
        area=multipolygon([factories.square(factories.LON - 0.01, factories.LAT - 0.01, 0.2)]),
    )
    rows["pass_rule"] = factories.rule(
        session,
        rows["pass_zone"],
        effect="pass_needed",
        name="内环 07:00-20:00 凭证通行",
        when={"hours": [{"start": 25_200, "end": 72_000}]},
    )
    rows["scheme"] = scheme(session, of["police"], rows["pass_zone"])
    for name in ("vehicle", "vehicle2"):
        vehicle = rows[name]
        papers(session, vehicle, day + timedelta(days=300))
        owner = of["carrier2" if name.endswith("2") else "carrier"]
        document(session, owner, ("vehicle", vehicle.id), "vehicle_licence")
        document(session, owner, ("vehicle", vehicle.id), "letter")
    return world


def asked(world: factories.World, day: date, **more: Any) -> dict[str, Any]:
    """What ``draft_application`` takes for the world's vehicle and zone, all in order."""
    content = {
        "rules": [str(world.id("pass_rule"))],
        "vehicle": LICENCE,
        "agent": {"name": "经办人示例"},
        **more.pop("content", {}),
    }
    return {
        "scheme_id": world.id("scheme"),
        "vehicle_id": world.id("vehicle"),
        "date_from": day + timedelta(days=1),
        "date_to": day + timedelta(days=30),
        "hours": [{"start": 32_400, "end": 61_200}],
        "trips_per_day": 2,
        "purpose": "共同配送",
        "content": content,
        **more,
    }
