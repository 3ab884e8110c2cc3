"""What the import views share: the desk of use-cases, who may, and how a refusal is shown."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import abort, current_app, g
from flask_babel import gettext as _

from webapp.database import database, settings
from webapp.security.guard import actor, can
from workers.artefacts import open_store
from workers.sheets import imports
from workers.sheets.report import REMEDIES, Converted, Problem
from workers.sheets.templates import spec_for

PERMISSIONS = {
    "orders": "orders:write",
    "vehicles": "vehicles:write",
    "drivers": "drivers:write",
    "places": "places:write",
    "chargers": "chargers:write",
    "bays": "bays:write",
    "vehicle_types": "vehicles:write",
    "tariffs": "chargers:write",
    "zones": "rules:write",
    "rules": "rules:write",
    "plans": "plans:write",
    "permit_applications": "permits:apply",
}
"""What an import of each kind needs."""


LISTS = {
    "orders": "orders.index",
    "vehicles": "fleet.vehicles",
    "drivers": "fleet.drivers",
    "places": "places.index",
    "chargers": "charging.index",
    "bays": "bays.index",
    "vehicle_types": "fleet.types",
    "tariffs": "charging.tariffs",
    "zones": "rules.zones",
    "rules": "rules.index",
    "plans": "planning.index",
    "permit_applications": "permits.applications",
}
"""The page on which what was imported is listed."""

DATED = frozenset({"orders", "plans"})
"""Kinds whose rows are of one service date."""


def desk() -> imports.Desk:
    """The use-cases' database and store, one per application."""
    found = current_app.extensions.get("import_desk")
    if found is None:
        base = database()
        found = imports.Desk(base, open_store(settings(), base))
        current_app.extensions["import_desk"] = found
    return found  # type: ignore[no-any-return]


def allow(kind: str) -> None:
    """404 unless who asks may import things of this kind; the page belongs to their room."""
    if kind not in PERMISSIONS or not can(PERMISSIONS[kind]):
        abort(404)
    g.import_kind = kind
    if kind != "orders":
        g.room = LISTS[kind].partition(".")[0]


def view(import_id: uuid.UUID) -> imports.View:
    """The import as it stands; 404 if its kind is not for who asks."""
    found = imports.view(desk(), actor(), import_id)
    allow(found.row.kind)
    return found


def problem_text(problem: Problem) -> str:
    """What is wrong, in the page's language."""
    return problem.text


def remedy_text(problem: Problem) -> str:
    """What to do, in the page's language."""
    if problem.fix is not None and not problem.near:
        return str(_("改为 %(fix)s", fix=problem.fix))
    return REMEDIES.get(problem.rule) or str(_("改成正确的值"))


def note_text(converted: Converted) -> str:
    """What was converted, in the page's language."""
    return converted.text


def missing_text(kind: str, names: list[str]) -> list[str]:
    """Fields that no column was chosen for, in words."""
    spec = spec_for(kind)
    labels: Mapping[str, str] = {f.name: f.label for f in spec.fields}
    words = [[str(_(labels[n])) for n in group.split("|") if n in labels] for group in names]
    return [str(_("、")).join(group) for group in words]
