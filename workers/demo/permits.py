"""The demo's permit desk: kinds of pass, applications in each state, papers of the vehicles."""

from __future__ import annotations

import io
import uuid
from datetime import UTC, datetime, time, timedelta
from typing import Any

from PIL import Image, ImageDraw

from models.documents.tables import Document
from models.fleet.tables import Vehicle
from models.permits.tables import (
    ApplicationEvent,
    Permit,
    PermitApplication,
    PermitScheme,
    PermitVehicle,
    RoadsideCheck,
)
from workers.artefacts import name_of
from workers.demo.build import Build, clock

PAPER_SIZE = (640, 420)
ISSUE = "HCTXZ"
TOGETHER = 2
"""The first cases ask alike, and were handed in in one go."""
STREAM = 41
"""Of ids that no later part's ids hang on."""


def demo_paper() -> bytes:
    """The one picture that stands for every paper of the demo."""
    picture = Image.new("RGB", PAPER_SIZE, "#eef3f6")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((12, 12, PAPER_SIZE[0] - 13, PAPER_SIZE[1] - 13), outline="#51606f", width=3)
    for line in range(5):
        draw.line(
            (48, 130 + 48 * line, PAPER_SIZE[0] - 48, 130 + 48 * line), fill="#c3ccd5", width=2
        )
    draw.text((48, 60), "DEMO PAPER - SIMULATED DATA", fill="#b42318", font_size=28)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def add_permit_desk(build: Build) -> None:
    """Three kinds of pass, papers of all vehicles, applications from draft to denied."""
    schemes = _schemes(build)
    for values in build.of(Permit):
        values["scheme_id"] = schemes[ISSUE]
    _papers(build)
    _applications(build, schemes[ISSUE])
    _checks(build)


def _checks(build: Build) -> None:
    """What an officer scanned and looked up the week before."""
    police = build.known["JG"]
    plates = {values["id"]: values["plate"] for values in build.of(Vehicle)}
    first = datetime.combine(build.service_date - timedelta(days=8), time(1), UTC)
    stream = build.rng(STREAM)
    cases = (
        ("valid", "valid", ""),
        ("not_now", "wrong_hour", "学府路口（示例）"),
        ("not_now", None, ""),
    )
    for n, (result, verdict, note) in enumerate(cases):
        named = build.of(PermitVehicle)[n]
        build.link(
            RoadsideCheck,
            id=uuid.UUID(bytes=stream.bytes(16), version=4),
            organisation_id=police,
            plate=plates[named["vehicle_id"]],
            vehicle_id=named["vehicle_id"],
            permit_id=named["permit_id"],
            result=result,
            code_verdict=verdict,
            note=note,
            created_at=first + timedelta(minutes=11 * n),
        )


def _schemes(build: Build) -> dict[str, Any]:
    zones = [
        {
            "zone": str(build.known["Z1"]),
            "start": clock(7),
            "end": clock(20),
            "per_hour": 12,
            "max_length_mm": 8_000,
            "max_height_mm": 3_800,
            "max_mass_g": 12_000_000,
        },
        {
            "zone": str(build.known["Z4"]),
            "start": 0,
            "end": clock(24),
            "per_hour": 4,
            "max_length_mm": 6_000,
            "max_height_mm": 0,
            "max_mass_g": 4_500_000,
        },
    ]
    papers = [
        {"kind": "vehicle_licence", "label": "行驶证", "deferrable": False},
        {"kind": "vehicle_photo", "label": "车辆照片", "deferrable": True},
    ]
    common: dict[str, Any] = {
        "organisation_id": build.known["JG"],
        "letterhead": "云汀市公安局交警支队（示例）",
        "remedy_note": "如不服本决定，可在收到之日起 60 日内申请行政复议，"
        "或者在 6 个月内提起行政诉讼（示例）。",
        "demo": True,
    }
    kinds: dict[str, dict[str, Any]] = {
        ISSUE: {
            "name": "货车通行证",
            "mode": "issue",
            "steps": 1,
            "authorisation": {
                "document": "货车通行证委托办理授权书（示例）",
                "issued_by": "云汀市公安局（示例）",
                "number": "云公交〔2026〕7 号（示例）",
                "date": "2026-03-01",
            },
            "zones": zones,
            "papers": papers,
            "supplement_days": 5,
            "decide_days": 3,
            "longest_days": 180,
            "clauses": [
                {"code": "示例规定第 3 条", "text": "城市配送货车确需进入限行区的，凭通行证通行"},
                {"code": "示例规定第 5 条", "text": "每车每日进入不超过 3 次"},
                {"code": "示例规定第 6 条", "text": "每小时有效通行证不超过公布的配额"},
            ],
            "answers": [
                {"target": "correction", "text": "行驶证照片不清晰", "remedy": ""},
                {"target": "correction", "text": "缺少经办人联系方式", "remedy": ""},
                {
                    "target": "denied",
                    "text": "申请时段的配额已满",
                    "remedy": "改用 20:00 以后进入，或使用轻型新能源货车",
                },
                {
                    "target": "denied",
                    "text": "该车型不属于可申请范围",
                    "remedy": "换用可申请的车型",
                },
                {"target": "not_accepted", "text": "该规则不约束这辆车，无需通行证", "remedy": ""},
            ],
        },
        "JZLJ": {"name": "建筑垃圾昼间通行证", "mode": "register", "steps": 2, "longest_days": 30},
        "LQSD": {"name": "路权开放试点通行证", "mode": "register", "steps": 1, "longest_days": 365},
    }
    registered = [{"kind": "official_pass", "label": "交管通行证截图", "deferrable": False}]
    return {
        code: build.add(PermitScheme, code=code, **{"papers": registered, **common, **values})
        for code, values in kinds.items()
    }


def _papers(build: Build) -> None:
    """Licence and photo of each vehicle, seen by the police."""
    data = demo_paper()
    for vehicle in list(build.of(Vehicle)):
        for kind, label in (("vehicle_licence", "行驶证"), ("vehicle_photo", "车辆照片")):
            build.add(
                Document,
                organisation_id=vehicle["organisation_id"],
                subject_kind="vehicle",
                subject_id=vehicle["id"],
                kind=kind,
                file_name=f"{label}_{vehicle['plate']}.png",
                media_type="image/png",
                size=len(data),
                width=PAPER_SIZE[0],
                height=PAPER_SIZE[1],
                sha256=name_of(data),
                audience="authority",
                demo=True,
            )


# vehicle, rule, state, hours, reasons, remedies
_CASES: tuple[tuple[str, str, str, tuple[int, int], list[str], list[str]], ...] = (
    ("V-C-diesel-1", "R1", "submitted", (9, 17), [], []),
    ("V-F-diesel-1", "R1", "submitted", (9, 17), [], []),
    ("V-A-medium-1", "R1", "in_review", (10, 16), [], []),
    ("V-D-light-1", "R5", "submitted", (6, 9), [], []),
    ("V-A-light-1", "R5", "correction", (6, 9), ["行驶证照片不清晰", "缺少经办人联系方式"], []),
    ("V-B-medium-1", "R1", "approved", (9, 17), [], []),
    ("V-A-light-2", "R1", "denied", (7, 20), ["该规则不约束这辆车，无需通行证"], ["可直接通行"]),
    ("V-B-light-2", "R5", "draft", (6, 9), [], []),
)
_WAY = {
    "draft": (),
    "submitted": ("submitted",),
    "in_review": ("submitted", "in_review"),
    "correction": ("submitted", "correction"),
    "approved": ("submitted", "in_review", "approved"),
    "denied": ("submitted", "in_review", "denied"),
}


def _applications(build: Build, scheme: Any) -> None:
    midnight = datetime.combine(build.service_date, time(1), UTC)
    together = uuid.uuid5(scheme, "handed in together")
    for serial, (vehicle, rule, state, hours, reasons, remedies) in enumerate(_CASES, start=1):
        way = _WAY[state]
        at = {
            step: midnight - timedelta(days=4 - n, minutes=7 * serial) for n, step in enumerate(way)
        }
        decided = state in {"approved", "denied"}
        key = build.add(
            PermitApplication,
            organisation_id=build.known["OP"],
            authority_id=build.known["JG"] if len(way) > 1 else None,
            number=f"SQ-2026-{serial:04d}",
            state=state,
            purpose="共同配送（示例）",
            scheme_id=scheme,
            vehicle_id=build.known[vehicle],
            batch_id=together if serial <= TOGETHER else None,
            date_from=build.service_date + timedelta(days=0 if not decided else -20),
            date_to=build.service_date + timedelta(days=20 if not decided else 70),
            hours=[{"start": clock(hours[0]), "end": clock(hours[1])}],
            trips_per_day=1 + serial % 3,
            content={
                "rules": [str(build.known[rule])],
                "vehicle": {
                    "vin": f"LZZ5CLVB8NA9990{serial:02d}",
                    "owner": "云汀共配（示例）",
                    "registered_on": "2024-05-06",
                },
                "agent": {"name": "丁浩（示例）", "phone": ""},
            },
            defects=reasons if state == "correction" else [],
            reasons=reasons if state == "denied" else [],
            remedies=remedies,
            submitted_at=at.get("submitted"),
            accepted_at=at.get("in_review"),
            decided_at=at.get(state) if decided else None,
            demo=True,
        )
        if state == "approved":
            build.of(Permit)[0]["application_id"] = key
        before = "draft"
        for step in way:
            build.add(
                ApplicationEvent,
                application_id=key,
                from_state=before,
                to_state=step,
                reason="；".join(reasons) if step == state else "",
                created_at=at[step],
            )
            before = step
