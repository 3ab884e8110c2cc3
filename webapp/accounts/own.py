"""我的账号: one's own password, sessions, second factor and tokens."""

from __future__ import annotations

import segno
from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from models.accounts import operations, people, second_factor, tokens
from models.accounts.tables import Account
from models.accounts.visibility import fetch
from models.base import now
from models.errors import Conflict, DomainError
from models.language import gettext as _
from webapp.accounts.forms import CodeForm, ConfirmForm, PasswordForm, TokenForm
from webapp.database import database, reading
from webapp.frame.nav import POSITION_NAMES, ROLE_NAMES
from webapp.security import sessions
from webapp.security.guard import actor
from webapp.security.permissions import needs, permissions_of
from webapp.security.words import scope_word

blueprint = Blueprint("account", __name__, url_prefix="/account", template_folder="templates")


def _own(reading_: Session) -> Account:
    return fetch(reading_, actor(), Account, actor().account_id)


def _page(form: PasswordForm, status: int = 200) -> ResponseReturnValue:
    with reading(actor()) as session_:
        account = _own(session_)
        mine = tokens.list_tokens(session_, actor()) if _has_tokens() else []
    at = now()
    page = render_template(
        "accounts/account.html",
        account=account,
        form=form,
        confirm=ConfirmForm(formdata=None),
        has_second=second_factor.has_one(account),
        required=second_factor.required(account.role, account.positions),
        live=sum(1 for token in mine if token.revoked_at is None and token.expires_at > at),
        roles=ROLE_NAMES,
        positions=POSITION_NAMES,
    )
    return page, status


def _has_tokens() -> bool:
    return "tokens:own" in permissions_of(actor().role, actor().positions)


def _say(error: DomainError) -> None:
    flash(f"{error.message} {error.remedy}", "broken")


@blueprint.get("/")
@needs("signed-in")
def index() -> ResponseReturnValue:
    """Who I am here, my password, my second factor."""
    return _page(PasswordForm())


@blueprint.post("/password")
@needs("signed-in")
def password() -> ResponseReturnValue:
    """Change one's own password; every other session ends, this one begins afresh."""
    form = PasswordForm()
    if not form.validate_on_submit():
        return _page(form, 422)
    second = bool(session.get("second"))
    try:
        with database().write(actor()) as writing:
            operations.change_password(
                writing, actor(), current=form.current.data or "", new=form.new.data or ""
            )
            account = _own(writing)
    except DomainError as error:
        _say(error)
        return _page(form, 422)
    sessions.begin(account, second=second)
    flash(_("密码已更改，其他登录均已退出。"), "good")
    return redirect(url_for("account.index"))


@blueprint.post("/end-sessions")
@needs("signed-in")
def end_sessions() -> ResponseReturnValue:
    """Log out everywhere, here as well."""
    with database().write(actor()) as writing:
        people.end_sessions(writing, actor())
    sessions.end()
    flash(_("已在所有设备上退出登录。"), "good")
    return redirect(url_for("accounts.log_in"))


@blueprint.route("/second-factor", methods=["GET", "POST"])
@needs("signed-in")
def enrol() -> ResponseReturnValue:
    """Set up the second factor: a QR code, then a first code; the recovery codes once."""
    form = CodeForm()
    try:
        with database().write(actor()) as writing:
            secret = second_factor.begin(writing, actor())
    except Conflict:
        return redirect(url_for("account.index"))
    if form.validate_on_submit():
        try:
            with database().write(actor()) as writing:
                codes = second_factor.confirm(writing, actor(), form.code.data or "")
                account = _own(writing)
        except DomainError as error:
            _say(error)
        else:
            sessions.begin(account, second=True)
            return render_template("accounts/recovery.html", codes=codes, first=True)
    with reading(actor()) as session_:
        account = _own(session_)
    picture = segno.make(second_factor.address(account.login, secret), error="m")
    page = render_template(
        "accounts/enrol.html",
        form=form,
        secret=" ".join(secret[n : n + 4] for n in range(0, len(secret), 4)),
        plain_secret=secret,
        picture=picture.svg_data_uri(scale=5, border=3),
        required=second_factor.required(account.role, account.positions),
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/second-factor/recovery-codes")
@needs("signed-in")
def recovery_codes() -> ResponseReturnValue:
    """New recovery codes, shown once; the old ones end."""
    try:
        with database().write(actor()) as writing:
            given = ConfirmForm().password.data or ""
            codes = second_factor.renew_recovery_codes(writing, actor(), given)
    except DomainError as error:
        _say(error)
        return redirect(url_for("account.index"))
    return render_template("accounts/recovery.html", codes=codes, first=False)


@blueprint.post("/second-factor/off")
@needs("signed-in")
def switch_off() -> ResponseReturnValue:
    """End the second factor, where it is not required."""
    try:
        with database().write(actor()) as writing:
            second_factor.switch_off(writing, actor(), ConfirmForm().password.data or "")
            account = _own(writing)
    except DomainError as error:
        _say(error)
    else:
        sessions.begin(account)
        flash(_("已停用双重验证。"), "good")
    return redirect(url_for("account.index"))


@blueprint.route("/tokens", methods=["GET", "POST"])
@needs("tokens:own")
def own_tokens() -> ResponseReturnValue:
    """One's own tokens; a new one's secret is shown this once."""
    form = TokenForm()
    may = sorted(permissions_of(actor().role, actor().positions) - {"tokens:own"})
    form.scopes.choices = [SelectChoice(value=scope, label=scope_word(scope)) for scope in may]
    secret = ""
    if form.validate_on_submit():
        with database().write(actor()) as writing:
            _token, secret = tokens.create_token(
                writing,
                actor(),
                name=form.name.data or "",
                scopes=form.scopes.data or [],
                days=form.days.data or tokens.DEFAULT_DAYS,
            )
        form = TokenForm(formdata=None)
        form.scopes.choices = [SelectChoice(value=scope, label=scope_word(scope)) for scope in may]
    with reading(actor()) as session_:
        mine = tokens.list_tokens(session_, actor())
    page = render_template(
        "accounts/tokens.html",
        form=form,
        tokens=[token for token in mine if token.account_id == actor().account_id],
        secret=secret,
        now=now(),
        word=scope_word,
    )
    return page, 422 if form.errors else 200


@blueprint.post("/tokens/<uuid:token_id>/revoke")
@needs("tokens:own")
def revoke(token_id: object) -> ResponseReturnValue:
    """End a token at once."""
    with database().write(actor()) as writing:
        tokens.revoke_token(writing, actor(), token_id)
    flash(_("已撤销令牌。"), "good")
    return redirect(url_for("account.own_tokens"))
