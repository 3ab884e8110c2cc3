"""Log-in and log-out."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from webapp.security import identity as operations
from models.errors import DomainError

from webapp.accounts.forms import LogInForm
from webapp.database import database
from webapp.frame import nav
from webapp.frame.redirects import inside
from webapp.security import sessions
from webapp.security.permissions import needs, public

blueprint = Blueprint("accounts", __name__, template_folder="templates")


@blueprint.route("/login", methods=["GET", "POST"])
@public
def log_in() -> ResponseReturnValue:
    """Log in; the session is begun afresh and leads where the visitor was going."""
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(url_for("frame.home"))
    form = LogInForm()
    if form.validate_on_submit():
        try:
            with database().write() as writing:
                account = operations.log_in(
                    writing,
                    login=form.login.data or "",
                    password=form.password.data or "",
                    address=request.remote_addr or "",
                    request_id=g.request_id,
                )
                person = sessions.begin(account)
        except DomainError as error:
            flash(" ".join(part for part in (error.message, error.remedy) if part), "broken")
            return render_template("accounts/log_in.html", form=form), 401
        target = inside(request.args.get("next"))
        return redirect(target or url_for(nav.home_endpoint(person.role)))
    ended = session.pop("ended", None)
    if ended:
        flash(_("长时间未操作，已自动退出。请重新登录。"), "attention")
    return render_template("accounts/log_in.html", form=form)


@blueprint.post("/logout")
@needs("signed-in")
def log_out() -> ResponseReturnValue:
    """Log out and forget."""
    sessions.end()
    return redirect(url_for("accounts.log_in"))
