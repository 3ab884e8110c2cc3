"""Another operator's published plan: it holds bays and connectors when ours are planned."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.bays.tables import Bay
from models.charging.tables import ChargePoint, ChargingSite, Connector
from models.planning.tables import Claim, PlanVersion
from routing.formats.ours import write_plan
from routing.plan import MadeBy, Plan, Run
from workers.artefacts import name_of
from workers.demo.build import Build

BAYS_HELD = 18
SITES_HELD = 5


def partner_plan() -> bytes:
    """The partner's plan as it was handed in: its claims count, its routes are its own business."""
    return write_plan(
        Plan(
            problem_sha256="0" * 64,
            made_by=MadeBy(engine="imported", version="1"),
            routes=[],
            run=Run(notes=["模拟数据"]),
        )
    )


def add_partner(build: Build) -> None:
    """Claims of 东港物流（示例） in the morning peak, on bays and at public stations."""
    rng = build.rng(70)
    plan = build.add(
        PlanVersion,
        operator_id=build.known["DG"],
        service_date=build.service_date,
        version=1,
        state="published",
        verdict="clean",
        plan_sha256=name_of(partner_plan()),
        engine="imported",
        demo=True,
    )
    zone = ZoneInfo("Asia/Shanghai")
    midnight = datetime.combine(build.service_date, time(), zone)

    def hold(thing: str, key: object, start_minute: int, minutes: int, power_w: int = 0) -> None:
        start = midnight + timedelta(minutes=start_minute)
        build.add(
            Claim,
            thing=thing,
            thing_id=key,
            starts_at=start.astimezone(UTC),
            ends_at=(start + timedelta(minutes=minutes)).astimezone(UTC),
            power_w=power_w,
            plan_version_id=plan,
        )

    for bay in build.of(Bay)[:BAYS_HELD]:
        hold("bay", bay["id"], 5 * int(rng.integers(74, 98)), 5 * int(rng.integers(5, 8)))
    sites = [row for row in build.of(ChargingSite) if row.get("private_to") is None]
    for site in sites[:SITES_HELD]:
        points = {row["id"] for row in build.of(ChargePoint) if row["site_id"] == site["id"]}
        plugs = [row for row in build.of(Connector) if row["point_id"] in points]
        start = 5 * int(rng.integers(78, 120))
        hold("connector", plugs[0]["id"], start, 45, plugs[0]["power_w"])
