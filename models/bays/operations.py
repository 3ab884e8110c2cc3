"""Keeping unloading bays."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.visibility import require
from models.bays.tables import Bay, BayPlace
from models.editing import Child, Thing, Upserted, Values, upsert
from models.places.operations import keep_stand
from models.places.tables import Place

BAYS = Thing(
    entity=Bay,
    name="bay",
    roles=("dispatcher", "police"),
    key=("code",),
    columns=(
        "code",
        "name",
        "place_id",
        "form",
        "area_kind",
        "spaces",
        "hours",
        "longest_stay_s",
        "max_length_mm",
        "max_mass_g",
        "buffer_before_s",
        "buffer_after_s",
        "fixed_s",
        "active",
        "demo",
    ),
    references={"place_id": Place},
    children={"serves": Child(entity=BayPlace, key=("place_id",), columns=("place_id", "walk_s"))},
)


def upsert_bays(session: Session, actor: Actor, bays: Sequence[Values]) -> Upserted[Bay]:
    """Make or change bays by code; ``serves`` (``place_id``, ``walk_s``) given whole."""
    return upsert(session, actor, BAYS, bays)


def keep_bays(session: Session, actor: Actor, bays: Sequence[Values]) -> Upserted[Bay]:
    """Make or change bays where they stand: as ``upsert_bays``, with ``lon`` and ``lat``.

    Raises:
        Invalid: see ``models.editing.upsert`` and ``models.places.operations.keep_stand``.
    """
    require(session, actor, *BAYS.roles)
    codes = [bay["code"] for bay in bays]
    here = dict(session.execute(select(Bay.code, Bay.place_id).where(Bay.code.in_(codes))).all())
    given = []
    for bay in bays:
        at = {name: bay[name] for name in ("code", "name", "lon", "lat")}
        rest = {name: value for name, value in bay.items() if name not in ("lon", "lat")}
        stand = keep_stand(session, actor, {**at, "kind": "bay"}, here=here.get(bay["code"]))
        given.append({**rest, "place_id": stand})
    return upsert_bays(session, actor, given)
