"""Reading plan versions for pages and interface, as the asker may."""

from __future__ import annotations

import json
import uuid
from datetime import date
from typing import Any, cast

from flask import current_app
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.tables import Account
from models.accounts.visibility import fetch
from models.errors import NotFound
from models.language import gettext as _
from models.planning.tables import PlanVersion
from webapp.database import database, settings
from workers.artefacts import ArtefactStore, open_store
from workers.planning.names import Names
from workers.planning.read import ViewCache

RUNNING = frozenset({"queued", "solving"})
HAS_PLAN = frozenset({"solved", "published", "executing", "superseded", "closed"})

View = dict[str, Any]


def store() -> ArtefactStore:
    """The installation's artefacts, opened at first use."""
    extensions = current_app.extensions
    if "artefacts" not in extensions:
        extensions["artefacts"] = open_store(settings(), database())
    return cast("ArtefactStore", extensions["artefacts"])


def views() -> ViewCache:
    """Views of plans, kept while this process runs."""
    extensions = current_app.extensions
    if "plan_views" not in extensions:
        extensions["plan_views"] = ViewCache(store())
    return cast("ViewCache", extensions["plan_views"])


def version_of(session: Session, actor: Actor, plan_id: str) -> PlanVersion:
    """The version; a foreign id and one that is none are the same NotFound."""
    return fetch(session, actor, PlanVersion, plan_id)


def view_of(session: Session, actor: Actor, plan_id: str) -> tuple[PlanVersion, View]:
    """A version and its view; NotFound while it has no plan."""
    version = version_of(session, actor, plan_id)
    if version.plan_sha256 is None:
        raise NotFound
    view = views().of(version)
    if view is None:
        raise NotFound
    return version, view


def names(version: PlanVersion) -> Names:
    """Labels of the ids in a version's plan."""
    if version.names_sha256 is None:
        return Names({})
    return Names(json.loads(store().get(version.names_sha256)))


def name_of(session: Session, account_id: uuid.UUID | None) -> str:
    """Who asked for a plan, as shown beside it."""
    account = session.get(Account, account_id) if account_id else None
    return account.name if account else _("系统")


def parse_date(text: str | None) -> date | None:
    """An ISO date or None."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
