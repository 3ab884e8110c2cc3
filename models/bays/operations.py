"""Keeping unloading bays."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.bays.tables import Bay, BayPlace
from models.editing import Child, Thing, Upserted, Values, upsert
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
