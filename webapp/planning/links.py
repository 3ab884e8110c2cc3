"""Addresses that the plan's page links to: a vehicle's papers, the pages where a remedy is done."""

from __future__ import annotations

import uuid

from flask import current_app, url_for

from webapp.security.guard import can

STEPS = {
    "order": ("orders.show", "order_id"),
    "place": ("places.index_edit", "thing_id"),
    "bay": ("bays.index_edit", "thing_id"),
    "vehicle": ("fleet.vehicles_edit", "thing_id"),
    "driver": ("fleet.drivers_edit", "thing_id"),
    "new_vehicle": ("fleet.vehicles_new", ""),
    "permits": ("permits.index", ""),
}
"""A remedy's step to its page and the name of the thing's id in its address."""
LISTS = {"driver": "fleet.drivers"}
"""Where a step goes that names no single thing."""
_STAND_IN = str(uuid.UUID(int=0))


def _open_to_actor(endpoint: str) -> bool:
    """Whether the page is there and the actor may open it."""
    view = current_app.view_functions.get(endpoint)
    needed = getattr(view, "permission_needed", "")
    return view is not None and can(needed)


def of_plan(plan_id: str) -> dict[str, object]:
    """Addresses by name; where a thing's id belongs, ``{id}`` stands."""
    steps = {
        name: url_for(endpoint, **({key: _STAND_IN} if key else {})).replace(_STAND_IN, "{id}")
        for name, (endpoint, key) in STEPS.items()
        if _open_to_actor(endpoint)
    }
    return {
        "runsheet": url_for("planning.run_sheets", plan_id=plan_id),
        "loading": url_for("planning.loading_sheets", plan_id=plan_id),
        "chat": url_for("planning.chat", plan_id=plan_id),
        "steps": steps,
        "lists": {name: url_for(page) for name, page in LISTS.items() if _open_to_actor(page)},
    }
