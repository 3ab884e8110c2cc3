"""Accounts and tokens: list, make, switch off, revoke."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from models.accounts import operations, queries, tokens
from models.base import now
from models.errors import DomainError, NotFound
from webapp.admin.forms import AccountForm, TokenForm
from webapp.database import database, reading
from webapp.frame.nav import ROLE_NAMES
from webapp.security.guard import actor
from webapp.security.permissions import needs, permissions_of

blueprint = Blueprint("admin", __name__, url_prefix="/accounts", template_folder="templates")


def _account_form() -> AccountForm:
    form = AccountForm()
    with reading(actor()) as session:
        found = queries.list_organisations(session, actor())
    form.organisation.choices = [SelectChoice(value=str(o.id), label=o.name) for o in found]
    return form


@blueprint.route("/", methods=["GET", "POST"])
@needs("accounts:write")
def accounts() -> ResponseReturnValue:
    """Organisations and accounts; a form makes a new account."""
    form = _account_form()
    status = 200
    if form.validate_on_submit():
        try:
            with database().write(actor()) as session:
                operations.create_account(
                    session,
                    actor(),
                    login=form.login.data or "",
                    name=form.name.data or "",
                    role=form.role.data,
                    organisation_id=uuid.UUID(form.organisation.data),
                    password=form.password.data or "",
                )
        except DomainError as error:
            flash(f"{error.message} {error.remedy}", "broken")
            status = 422
        else:
            flash(_("已创建账号。"), "good")
            return redirect(url_for("admin.accounts"))
    elif form.is_submitted():
        status = 422
    with reading(actor()) as session:
        people = queries.list_accounts(session, actor())
        organisations = queries.list_organisations(session, actor())
    page = render_template(
        "admin/accounts.html",
        form=form,
        people=people,
        organisations=organisations,
        roles=ROLE_NAMES,
    )
    return page, status


@blueprint.post("/<account_id>/active")
@needs("accounts:write")
def switch(account_id: str) -> ResponseReturnValue:
    """Let an account log in, or no more."""
    with database().write(actor()) as session:
        operations.set_active(
            session, actor(), _uuid(account_id), active=request.form.get("active") == "1"
        )
    flash(_("已更新，该账号的登录状态已失效。"), "good")
    return redirect(url_for("admin.accounts"))


@blueprint.route("/tokens", methods=["GET", "POST"])
@needs("tokens:own")
def own_tokens() -> ResponseReturnValue:
    """One's own tokens; a new one's secret is shown this once."""
    form = TokenForm()
    may = sorted(permissions_of(actor().role, actor().positions) - {"tokens:own"})
    form.scopes.choices = [SelectChoice(value=scope, label=scope) for scope in may]
    secret = ""
    if form.validate_on_submit():
        with database().write(actor()) as session:
            _token, secret = tokens.create_token(
                session,
                actor(),
                name=form.name.data or "",
                scopes=form.scopes.data or [],
                days=form.days.data or tokens.DEFAULT_DAYS,
            )
    with reading(actor()) as session:
        mine = tokens.list_tokens(session, actor())
    return render_template("admin/tokens.html", form=form, tokens=mine, secret=secret, now=now())


@blueprint.post("/tokens/<token_id>/revoke")
@needs("tokens:own")
def revoke(token_id: str) -> ResponseReturnValue:
    """End a token at once."""
    with database().write(actor()) as session:
        tokens.revoke_token(session, actor(), _uuid(token_id))
    flash(_("已撤销令牌。"), "good")
    return redirect(url_for("admin.own_tokens"))


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotFound from None
