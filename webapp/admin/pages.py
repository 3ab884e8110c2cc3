"""组织与账号: the administrator's organisations and people."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from models.accounts import operations, queries
from models.accounts.tables import Organisation
from models.accounts.visibility import fetch
from models.errors import DomainError, Forbidden, NotFound
from models.language import gettext as _
from webapp.admin import people
from webapp.admin.forms import OrganisationForm
from webapp.admin.words import AUTHORITIES, KINDS, LEVELS
from webapp.database import database, reading
from webapp.security.guard import actor
from webapp.security.permissions import needs

blueprint = Blueprint("admin", __name__, url_prefix="/accounts", template_folder="templates")
DESK = people.Desk(
    blueprint=blueprint,
    index="accounts",
    read="accounts:read",
    write="accounts:write",
    title=_l("账号"),
    one_organisation=False,
)
_OPTIONAL = ("level", "district", "authority", "trade", "code", "credit_code", "phone", "address")
"""Columns of which an empty field means nothing known."""


@blueprint.get("/")
@needs(DESK.read)
def accounts() -> ResponseReturnValue:
    """Everybody who may log in, and invitations that are open."""
    return people.show(DESK)


people.mount(DESK)


@blueprint.get("/organisations/")
@needs(DESK.read)
def organisations() -> ResponseReturnValue:
    """All organisations, by kind and name."""
    kind = request.args.get("kind") or None
    with reading(actor()) as session:
        found = queries.page_organisations(
            session,
            actor(),
            kind=kind if kind in KINDS else None,
            text=request.args.get("q", "").strip()[:60],
            cursor=request.args.get("cursor"),
            limit=100,
        )
    return render_template(
        "admin/organisations.html",
        rows=found.items,
        further=found.next,
        kinds=KINDS,
        levels=LEVELS,
        authorities=AUTHORITIES,
    )


@blueprint.route("/organisations/new", methods=["GET", "POST"])
@needs(DESK.write)
def organisation_new() -> ResponseReturnValue:
    """A new organisation."""
    form = OrganisationForm()
    if form.validate_on_submit():
        try:
            with database().write(actor()) as session:
                values = _values(form)
                operations.create_organisation(session, actor(), kind=form.kind.data, **values)
        except DomainError as error:
            _say(error)
        else:
            flash(_("已新建组织。"), "good")
            return redirect(url_for("admin.organisations"))
    return _form(form, None)


@blueprint.route("/organisations/<uuid:organisation_id>", methods=["GET", "POST"])
@needs(DESK.write)
def organisation_edit(organisation_id: uuid.UUID) -> ResponseReturnValue:
    """Change an organisation, close it or open it again."""
    with reading(actor()) as session:
        row = fetch(session, actor(), Organisation, organisation_id)
    form = OrganisationForm(obj=row)
    form.kind.data = row.kind
    if form.validate_on_submit():
        try:
            with database().write(actor()) as session:
                operations.change_organisation(session, actor(), organisation_id, **_values(form))
        except DomainError as error:
            _say(error)
        else:
            flash(_("已保存。"), "good")
            return redirect(url_for("admin.organisations"))
    return _form(form, row)


def _values(form: OrganisationForm) -> dict[str, Any]:
    given = {name: (form[name].data or "").strip() or None for name in _OPTIONAL}
    return {
        **given,
        "name": (form.name.data or "").strip(),
        "short_name": (form.short_name.data or "").strip(),
        "active": bool(form.active.data),
    }


def _form(form: OrganisationForm, row: Organisation | None) -> ResponseReturnValue:
    page = render_template("admin/organisation.html", form=form, row=row, kinds=KINDS)
    return page, 422 if form.is_submitted() else 200


def _say(error: DomainError) -> None:
    if isinstance(error, (NotFound, Forbidden)):
        raise error
    flash(f"{error.message} {error.remedy}", "broken")
