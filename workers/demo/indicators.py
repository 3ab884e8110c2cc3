"""What indicators are computed from in the demo, and the targets of a draft whose time is over."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from models.accounts.tables import Organisation
from models.bays.tables import AREA_KINDS, Bay
from models.fleet.tables import Vehicle
from models.indicators.tables import IndicatorTarget
from models.places.tables import Place
from workers.demo.build import Build
from workers.demo.names import credit_code, phone

NODES = ("hub", "distribution_centre", "end_station")
TRADES = {
    "HF": "supermarket",
    "HL": "supermarket",
    "LL": "convenience",
    "SD": "courier",
    "YC": "courier",
    "XD": "cold_chain",
}
SOURCE = "盘锦（PJ）"
UNTIL = date(2025, 9, 30)
TARGETS: tuple[tuple[str, str, str | None, str, dict[str, Any]], ...] = (
    ("PJ1", "at_least", "2", "表 1 第 1 项", {}),
    ("PJ2", "at_least", "4", "表 1 第 2 项", {}),
    ("PJ3", "at_least", "80", "表 1 第 3 项", {}),
    ("PJ4", "at_least", "0.2", "表 1 第 4 项", {}),
    ("PJ5", "at_least", "0.5", "表 1 第 5 项", {}),
    ("PJ6", "at_most", "4", "表 1 第 6 项", {}),
    ("PJ7", "at_least", "0.005", "表 1 第 7 项", {}),
    ("PJ8", "exists", None, "表 1 第 8 项", {}),
    ("PJ9", "exists", None, "表 1 第 9 项", {}),
    ("PJ10", "exists", None, "表 1 第 10 项", {}),
    ("PJ11", "at_least", "80", "表 1 第 11 项", {}),
    (
        "PJ12",
        "at_least",
        "0.5",
        "表 1 第 12 项；原文未写计算口径，由城市确定",
        {
            "basis": "companies",
            "ways": ["joint", "night"],
            "trades": ["supermarket", "convenience"],
            "days": 30,
        },
    ),
    ("PJ13", "exists", None, "表 1 第 13 项", {}),
    ("PJ14", "at_least", "3", "表 1 第 14 项", {}),
    ("PJ15", "at_least", "0.1", "表 1 第 15 项", {}),
    ("PJ16", "at_least", "0.2", "表 1 第 16 项；原文未写公式", {}),
    ("PJ17", "at_least", "0.03", "表 1 第 17 项", {}),
)
"""Code, comparison, value, where in the document, the city's formula."""


def add_indicators(build: Build) -> None:
    """States of nodes, areas of bays, how vehicles came, trades, two bureaus, the targets.

    Added last: the ids of everything else stay as they are.
    """
    rng = build.rng(80)
    for row in build.of(Place):
        if row["kind"] in NODES:
            row["operating"] = "building" if rng.random() < 0.03 else "open"
            row["evidence"] = "示例认定文件"
    for row in build.of(Bay):
        row["area_kind"] = AREA_KINDS[int(rng.choice(4, p=[0.45, 0.35, 0.14, 0.06]))]
        row["form"] = "yard" if rng.random() < 0.15 else "bay"
    for row in build.of(Vehicle):
        row["acquisition"] = "new" if rng.random() < 0.6 else "replacement"
        days = int(rng.integers(200, 1_600))
        row["registered_on"] = build.service_date - timedelta(days=days)
    for row in build.of(Organisation):
        if row["code"] in TRADES:
            row["trade"] = TRADES[row["code"]]
    _bureaus(build)
    for code, comparison, value, basis, formula in TARGETS:
        build.add(
            IndicatorTarget,
            code=code,
            source=SOURCE,
            status="draft",
            valid_to=UNTIL,
            basis=basis,
            comparison=comparison,
            value=value,
            formula=formula,
            demo=True,
        )


def _bureaus(build: Build) -> None:
    """The city's transport bureau and a district's commerce bureau."""
    district = build.terrain.districts[0].name
    for serial, (code, name, authority, level, where) in enumerate(
        (
            ("JT", "云汀市交通运输局（示例）", "transport", "city", None),
            ("SW", f"云汀市{district}商务局（示例）", "commerce", "district", district),
        ),
        start=1,
    ):
        build.known[code] = build.add(
            Organisation,
            kind="bureau",
            code=code,
            name=name,
            short_name=name.removesuffix("（示例）"),
            credit_code=credit_code(50 + serial),
            level=level,
            district=where,
            authority=authority,
            phone=phone(9050 + serial),
            address="云汀市（示例）",
            demo=True,
        )
