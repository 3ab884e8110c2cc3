"""The page behind an invitation's link: set up one's own log-in, or a new password."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.accounts import invitations
from models.errors import Invalid, NotFound
from models.language import gettext as _
from webapp.accounts.forms import JoinForm, NewPasswordForm
from webapp.database import database, reading
from webapp.frame.nav import ROLE_NAMES
from webapp.security import sessions
from webapp.security.permissions import public

blueprint = Blueprint(
    "invitations", __name__, url_prefix="/invitations", template_folder="templates"
)


@blueprint.route("/<secret>", methods=["GET", "POST"])
@public
def accept(secret: str) -> ResponseReturnValue:
    """Choose a log-in name and a password; the link ends with that."""
    try:
        with reading() as session:
            invitation = invitations.find_invitation(session, secret)
            organisation = invitation.organisation.name
    except NotFound:
        return render_template("accounts/gone.html"), 410
    joins = invitation.account_id is None
    form = JoinForm() if joins else NewPasswordForm()
    status = 200
    if form.validate_on_submit():
        try:
            with database().write() as session:
                account = invitations.accept(
                    session,
                    secret,
                    login=form.login.data or "" if isinstance(form, JoinForm) else "",
                    password=form.new.data or "",
                    request_id=g.request_id,
                    address=request.remote_addr or "",
                )
        except Invalid as error:
            flash(f"{error.message} {error.remedy}", "broken")
        else:
            sessions.end()
            flash(_("已设置，请用登录名 %(name)s 登录。", name=account.login), "good")
            return redirect(url_for("accounts.log_in"))
    if form.is_submitted():
        status = 422
    page = render_template(
        "accounts/invited.html",
        form=form,
        joins=joins,
        name=invitation.name,
        organisation=organisation,
        role=ROLE_NAMES.get(invitation.role, invitation.role),
        expires=invitation.expires_at,
    )
    return page, status
