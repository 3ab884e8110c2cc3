"""Kinds of pass that a city gives out: keeping and reading them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.visibility import fetch, visible
from models.editing import Thing, Upserted, Values, upsert
from models.language import gettext as _
from models.paging import DEFAULT, Page, page
from models.permits.tables import MODES, PermitScheme

AUTHORISATION = ("document", "issued_by", "number", "date")
"""What has to be on record before passes are issued here."""


def authorised(scheme: PermitScheme) -> bool:
    """Whether passes of this kind may be issued here: the police's authorisation is on record."""
    return all(str(scheme.authorisation.get(name) or "").strip() for name in AUTHORISATION)


def _scheme(values: Values) -> dict[str, Any]:
    if values.get("mode") not in (None, *MODES):
        raise ValueError(_("办理方式无效"))
    if values.get("steps") not in (None, 1, 2):
        raise ValueError(_("审核步骤须为 1 或 2"))
    given = values.get("authorisation") or {}
    if values.get("mode") == "issue" and not all(
        str(given.get(name) or "").strip() for name in AUTHORISATION
    ):
        raise ValueError(_("签发模式须登记交管授权：文件、授权单位、文号、日期缺一不可"))
    if given.get("date"):
        date.fromisoformat(str(given["date"]))
    for line in values.get("zones") or []:
        if not 0 <= int(line["start"]) < int(line["end"]) <= 86_400:
            raise ValueError(_("区域配额的时段须在 0 点到 24 点之间，且起早于止"))
    return dict(values)


SCHEMES = Thing(
    entity=PermitScheme,
    name="permit_scheme",
    roles=("police",),
    key=("code",),
    columns=(
        "code",
        "name",
        "mode",
        "authorisation",
        "steps",
        "zones",
        "papers",
        "clauses",
        "answers",
        "longest_days",
        "supplement_days",
        "decide_days",
        "effect_basis",
        "letterhead",
        "remedy_note",
        "active",
        "demo",
    ),
    prepare=_scheme,
)


def upsert_schemes(
    session: Session, actor: Actor, schemes: Sequence[Values]
) -> Upserted[PermitScheme]:
    """Make or change kinds of pass by code."""
    return upsert(session, actor, SCHEMES, schemes)


def list_schemes(
    session: Session, actor: Actor, *, cursor: str | None = None, limit: int = DEFAULT
) -> Page[PermitScheme]:
    """A page of kinds of pass by code."""
    query = visible(session, actor, PermitScheme)
    return page(session, query, [PermitScheme.code, PermitScheme.id], cursor=cursor, limit=limit)


def schemes_in_use(session: Session, actor: Actor) -> list[PermitScheme]:
    """The kinds of pass that may be applied for, by code."""
    query = visible(session, actor, PermitScheme).where(PermitScheme.active)
    return list(session.scalars(query.order_by(PermitScheme.code)))


def get_scheme(session: Session, actor: Actor, scheme_id: uuid.UUID | str) -> PermitScheme:
    """One kind of pass.

    Raises:
        NotFound: there is none.
    """
    return fetch(session, actor, PermitScheme, scheme_id)
