"""Keeping tariffs and charging sites with their points and connectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.visibility import require
from models.charging.tables import ChargePoint, ChargingSite, Connector, Tariff
from models.editing import Child, Thing, Upserted, Values, upsert
from models.language import gettext as _
from models.places.operations import keep_stand
from models.places.tables import Place


def _tariff(values: Values) -> dict[str, Any]:
    steps = values.get("steps")
    if steps is not None:
        starts = [step["start"] for step in steps]
        if not starts or starts[0] != 0 or starts != sorted(set(starts)) or starts[-1] >= 86400:
            raise ValueError(_("分时电价须从 0 点开始，按时间先后排列且不重复"))
        if any(step["per_kwh"] < 0 for step in steps):
            raise ValueError(_("电价不能为负"))
    return dict(values)


TARIFFS = Thing(
    entity=Tariff,
    name="tariff",
    roles=("dispatcher",),
    key=("code",),
    columns=("code", "name", "kind", "steps", "demo"),
    prepare=_tariff,
)
SITES = Thing(
    entity=ChargingSite,
    name="charging_site",
    roles=("dispatcher",),
    key=("code",),
    columns=(
        "code",
        "name",
        "place_id",
        "power_w",
        "tariff_id",
        "hours",
        "overlaps",
        "attended",
        "private_to",
        "swap_s",
        "swap_mfen",
        "active",
        "demo",
    ),
    references={"place_id": Place, "tariff_id": Tariff},
    children={
        "points": Child(
            entity=ChargePoint,
            key=("code",),
            columns=("code",),
            children={
                "connectors": Child(
                    entity=Connector, key=("code",), columns=("code", "plug", "power_w", "active")
                )
            },
        )
    },
)


def upsert_tariffs(session: Session, actor: Actor, tariffs: Sequence[Values]) -> Upserted[Tariff]:
    """Make or change tariffs by code."""
    return upsert(session, actor, TARIFFS, tariffs)


def upsert_sites(session: Session, actor: Actor, sites: Sequence[Values]) -> Upserted[ChargingSite]:
    """Make or change charging sites by code; ``points`` with ``connectors`` given whole."""
    return upsert(session, actor, SITES, sites)


def keep_sites(session: Session, actor: Actor, sites: Sequence[Values]) -> Upserted[ChargingSite]:
    """Make or change sites where they stand: as ``upsert_sites``, with ``lon`` and ``lat``.

    A site with a ``place_id`` stands at that place (a depot), which is not moved for it.

    Raises:
        Invalid: see ``models.editing.upsert`` and ``models.places.operations.keep_stand``.
    """
    require(session, actor, *SITES.roles)
    codes = [site["code"] for site in sites]
    query = (
        select(ChargingSite.code, ChargingSite.place_id)
        .join(Place, Place.id == ChargingSite.place_id)
        .where(ChargingSite.code.in_(codes), Place.kind == "charging")
    )
    here = dict(session.execute(query).all())
    given = []
    for site in sites:
        rest = {name: value for name, value in site.items() if name not in ("lon", "lat")}
        if rest.get("place_id") is None:
            at = {name: site[name] for name in ("code", "name", "lon", "lat")}
            rest["place_id"] = keep_stand(
                session, actor, {**at, "kind": "charging"}, here=here.get(site["code"])
            )
        given.append(rest)
    return upsert_sites(session, actor, given)
