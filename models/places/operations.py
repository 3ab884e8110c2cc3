"""Keeping places, depots and what shippers call them."""

from __future__ import annotations

import string
import unicodedata
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts.actor import SYSTEM, Actor
from models.accounts.tables import Organisation
from models.accounts.visibility import fetch, require
from models.audit.operations import append
from models.editing import Child, Thing, Upserted, Values, upsert
from models.errors import Invalid, NotFound
from models.language import gettext as _
from models.places.receiving import WINDOW, content, keep_version
from models.places.tables import (
    PLACE_KINDS,
    Depot,
    Place,
    PlaceWindow,
    ShipperPlaceAlias,
    ShipperPlaceCode,
)
from models.spatial import point


def with_point(values: Values) -> dict[str, Any]:
    """``lon`` and ``lat`` become ``geometry``."""
    ready = dict(values)
    if ("lon" in ready) != ("lat" in ready):
        raise ValueError(_("经度和纬度须同时填写"))
    if "lon" in ready:
        ready["geometry"] = point(float(ready.pop("lon")), float(ready.pop("lat")))
    if ready.get("kind") not in (None, *PLACE_KINDS):
        raise ValueError(_("网点类型无效"))
    return ready


PLACES = Thing(
    entity=Place,
    name="place",
    roles=("dispatcher", "shipper"),
    key=("code",),
    keyed_by_owner=True,
    columns=(
        "code",
        "kind",
        "name",
        "address",
        "district",
        "geometry",
        "receiver_id",
        "contact_name",
        "contact_phone",
        "fixed_s",
        "yard",
        "rest",
        "yard_max_length_mm",
        "yard_max_height_mm",
        "yard_max_mass_g",
        "needs",
        "operating",
        "evidence",
        "notes",
        "archived",
        "demo",
    ),
    references={"receiver_id": Organisation},
    children={
        "windows": Child(entity=PlaceWindow, key=("start_s", "end_s", "night"), columns=WINDOW)
    },
    prepare=with_point,
)


def upsert_places(session: Session, actor: Actor, places: Sequence[Values]) -> Upserted[Place]:
    """Make or change the actor's own places by code; ``lon``/``lat``, ``windows`` given whole.

    An operator's place of a depot's kind becomes a depot, so that vehicles can be at home there.

    Raises:
        Forbidden, Invalid: see ``models.editing.upsert``.
    """
    require(session, actor, *PLACES.roles)
    own = select(Place).where(Place.organisation_id == actor.organisation_id)
    codes = [str(one["code"]) for one in places if one.get("code")]
    before = {
        place.id: content(place)
        for start in range(0, len(codes), _CHUNK)
        for place in session.scalars(own.where(Place.code.in_(codes[start : start + _CHUNK])))
    }
    made = upsert(session, actor, PLACES, places)
    for row in made.rows:
        if row.id in before:
            keep_version(session, actor, row, before[row.id])
    if actor.role == "dispatcher":
        _open_depots(session, actor, made.rows)
    return made


_CHUNK = 500
_SAME_SPOT = 1e-6
"""Degrees (0.1 m): what a form shows rounded must not move a place by being saved."""


def keep_stand(
    session: Session,
    actor: Actor,
    given: Values,
    *,
    here: uuid.UUID | None = None,
) -> uuid.UUID:
    """The place on which a bay or charging site stands, made or moved.

    ``given``: ``kind``, ``code``, ``name``, ``lon``, ``lat`` and maybe ``address``. ``here``: the
    place where it stands already; one of another kind (a depot) is not moved for it.

    Raises:
        Invalid: the code is another place's.
    """
    place = None if here is None else fetch(session, actor, Place, here)
    if place is None:
        place = session.scalars(
            select(Place).where(
                Place.organisation_id == actor.organisation_id, Place.code == given["code"]
            )
        ).one_or_none()
        if place is not None and place.kind != given["kind"]:
            text = _("编码 %(code)s 已是网点“%(name)s”", code=given["code"], name=place.name)
            raise Invalid("taken", text, _("请换一个编码"))
    elif place.kind != given["kind"] or place.organisation_id != actor.organisation_id:
        return place.id
    if place is not None:
        given = {**given, "code": place.code}
        if max(abs(place.lon - given["lon"]), abs(place.lat - given["lat"])) < _SAME_SPOT:
            given = {name: value for name, value in given.items() if name not in ("lon", "lat")}
    return upsert_places(session, actor, [given]).rows[0].id


DEPOT_KINDS = ("hub", "distribution_centre", "depot")
"""Kinds of place where trips can begin."""


def _open_depots(session: Session, actor: Actor, places: Sequence[Place]) -> None:
    """Make each place of a depot's kind a depot, with the next free letter."""
    fresh = [place for place in places if place.kind in DEPOT_KINDS and place.depot is None]
    if not fresh:
        return
    own = Place.organisation_id == actor.organisation_id
    used = set(
        session.scalars(select(Depot.letter).join(Place, Depot.place_id == Place.id).where(own))
    )
    free = (letter for letter in string.ascii_uppercase if letter not in used)
    for place in fresh:
        place.depot = Depot(letter=next(free, ""))
        append(session, actor, "create", "depot", place.id, fields=["letter"])
    session.flush()


def set_depot(session: Session, actor: Actor, place_id: uuid.UUID, **values: Any) -> Depot:
    """Make a place a depot, or change its ``letter``, ``hours``, ``fixed_s``."""
    require(session, actor, "dispatcher")
    place = _own(session, actor, place_id)
    depot = session.scalars(select(Depot).where(Depot.place_id == place.id)).one_or_none()
    if depot is None:
        depot = Depot(place_id=place.id)
        session.add(depot)
    for name in ("letter", "hours", "fixed_s"):
        if name in values:
            setattr(depot, name, values[name])
    session.flush()
    append(session, actor, "change", "depot", place.id, fields=sorted(values))
    return depot


def archive_place(session: Session, actor: Actor, place_id: uuid.UUID) -> Place:
    """Take a place out of use; orders that name it keep it."""
    require(session, actor, "dispatcher", "shipper")
    place = _own(session, actor, place_id)
    place.archived = True
    append(session, actor, "archive", "place", place.id)
    return place


def _own(session: Session, actor: Actor, place_id: uuid.UUID) -> Place:
    place = fetch(session, actor, Place, place_id)
    if actor.role != SYSTEM and place.organisation_id != actor.organisation_id:
        raise NotFound
    return place


def folded(text: str) -> str:
    """A spelling for comparison: full-width folded, spaces dropped, lower case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


def name_place(
    session: Session,
    actor: Actor,
    *,
    shipper_id: uuid.UUID,
    place_id: uuid.UUID,
    code: str,
    name: str = "",
    address: str = "",
) -> ShipperPlaceCode:
    """Remember what a shipper calls a place; naming a code again moves it.

    Raises:
        NotFound: the shipper or the place is not the actor's to name.
        Invalid: no code.
    """
    require(session, actor, "shipper", "dispatcher")
    if not code.strip():
        raise Invalid("code_missing", _("门店编码不能为空"), _("请填写编码"))
    fetch(session, actor, Organisation, shipper_id)
    fetch(session, actor, Place, place_id)
    found = session.scalars(
        select(ShipperPlaceCode).where(
            ShipperPlaceCode.shipper_id == shipper_id, ShipperPlaceCode.code == code.strip()
        )
    ).one_or_none()
    if found is None:
        found = ShipperPlaceCode(shipper_id=shipper_id, code=code.strip(), place_id=place_id)
        session.add(found)
    found.place_id = place_id
    found.name, found.address = name or found.name or "", address or found.address or ""
    session.flush()
    append(session, actor, "name", "place", place_id, fields=["code", "name", "address"])
    return found


def remember_spelling(
    session: Session,
    actor: Actor,
    *,
    shipper_id: uuid.UUID,
    place_id: uuid.UUID,
    kind: str,
    text: str,
) -> ShipperPlaceAlias:
    """Remember that this spelling (``code``, ``name``, ``address``) means this place.

    Raises:
        NotFound: the shipper or the place is not the actor's to name.
    """
    require(session, actor, "shipper", "dispatcher")
    fetch(session, actor, Organisation, shipper_id)
    fetch(session, actor, Place, place_id)
    found = session.scalars(
        select(ShipperPlaceAlias).where(
            ShipperPlaceAlias.shipper_id == shipper_id,
            ShipperPlaceAlias.kind == kind,
            ShipperPlaceAlias.text == folded(text),
        )
    ).one_or_none()
    if found is None:
        found = ShipperPlaceAlias(
            shipper_id=shipper_id, place_id=place_id, kind=kind, text=folded(text)
        )
        session.add(found)
    found.place_id = place_id
    session.flush()
    return found
