"""Log-in in one step or two, and log-out."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from models.accounts import login as log_ins
from models.accounts import queries, second_factor
from models.accounts.operations import set_language
from models.accounts.tables import Account
from models.language import gettext as _
from webapp.accounts.forms import CodeForm, LogInForm
from webapp.database import database
from webapp.frame import nav
from webapp.frame.redirects import inside
from webapp.security import guard, sessions
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
        with database().write() as writing:
            answer = log_ins.log_in(
                writing,
                login=form.login.data or "",
                password=form.password.data or "",
                address=request.remote_addr or "",
                request_id=g.request_id,
            )
        if answer.account is None:
            error = answer.error
            flash(f"{error.message} {error.remedy}" if error else "", "broken")
            return render_template("accounts/log_in.html", form=form), 401
        target = inside(request.args.get("next"))
        if answer.second_factor:
            sessions.await_code(answer.account, target)
            return redirect(url_for("accounts.code"))
        return _on(_begin(answer.account), target)
    ended = session.pop("ended", None)
    if ended:
        flash(_("长时间未操作，已自动退出。请重新登录。"), "attention")
    return render_template("accounts/log_in.html", form=form)


def _begin(account: Account, *, second: bool = False) -> sessions.Person:
    """Begin the session; a language chosen before log-in is the account's from now on."""
    chosen = session.get("language")
    person = sessions.begin(account, second=second)
    if chosen and chosen != account.language:
        who = guard.actor_of(person)
        with database().write(who) as writing:
            set_language(writing, who, chosen)
        session["language"] = chosen
    return person


@blueprint.route("/login/code", methods=["GET", "POST"])
@public
def code() -> ResponseReturnValue:
    """The second step of a log-in: a code of the authenticator app, or a recovery code."""
    waiting = sessions.awaiting()
    if waiting is None:
        return redirect(url_for("accounts.log_in"))
    account_id, epoch, target = waiting
    form = CodeForm()
    if form.validate_on_submit():
        with database().write() as writing:
            account = queries.signed_in(writing, account_id, epoch)
            answer = account and second_factor.check(
                writing,
                account,
                form.code.data or "",
                address=request.remote_addr or "",
                request_id=g.request_id,
            )
        if answer is None:
            sessions.end()
            return redirect(url_for("accounts.log_in"))
        if answer.account is not None:
            return _on(_begin(answer.account, second=True), target)
        error = answer.error
        flash(f"{error.message} {error.remedy}" if error else "", "broken")
        return render_template("accounts/code.html", form=form), 401
    return render_template("accounts/code.html", form=form)


def _on(person: sessions.Person, target: str | None) -> ResponseReturnValue:
    if person.must_enrol:
        return redirect(url_for("account.enrol"))
    return redirect(target or url_for(nav.home_endpoint(guard.actor_of(person))))


@blueprint.post("/logout")
@needs("signed-in")
def log_out() -> ResponseReturnValue:
    """Log out and forget."""
    sessions.end()
    return redirect(url_for("accounts.log_in"))
