"""People and invitations: the same pages for the administrator and for an organisation's admin.

:func:`mount` puts them on a blueprint; whose accounts they are is the models' business.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.accounts import invitations, people, queries, second_factor
from models.accounts.operations import ROLE_KINDS
from models.accounts.tables import ROLES, Account
from models.accounts.visibility import fetch
from models.errors import DomainError, Forbidden, NotFound
from models.language import gettext as _
from webapp.admin.forms import InviteForm, PositionsForm
from webapp.database import database, reading
from webapp.frame.nav import POSITION_NAMES, ROLE_NAMES
from webapp.security.guard import actor
from webapp.security.permissions import needs


@dataclass(frozen=True)
class Desk:
    """One of the two desks: its blueprint and list endpoint, its permissions, its words."""

    blueprint: Blueprint
    index: str
    read: str
    write: str
    title: object
    one_organisation: bool

    def to(self, view: str, **values: object) -> str:
        """The address of one of the desk's views."""
        return url_for(f"{self.blueprint.name}.{view}", **values)


def _invite_form(desk: Desk, *, empty: bool = False) -> InviteForm:
    form = InviteForm(formdata=None) if empty else InviteForm()
    with reading(actor()) as session:
        known = [o for o in queries.list_organisations(session, actor()) if o.active]
    if desk.one_organisation:
        known = [o for o in known if o.id == actor().organisation_id]
    kinds = {organisation.kind for organisation in known}
    roles = [role for role in ROLES if kinds & set(ROLE_KINDS[role])]
    return form.offer([(o.id, o.name) for o in known], roles)


def _wanted() -> queries.AccountFilter:
    given = request.args
    active = {"1": True, "0": False}.get(given.get("active", ""))
    try:
        organisation = uuid.UUID(given["organisation"]) if given.get("organisation") else None
    except ValueError:
        organisation = None
    return queries.AccountFilter(
        text=given.get("q", "").strip()[:60],
        organisation_id=organisation,
        role=given.get("role") or None,
        active=active,
    )


def show(
    desk: Desk, form: InviteForm | None = None, link: str = "", status: int = 200
) -> ResponseReturnValue:
    """The list of people, open invitations and the form that invites; ``link`` is shown once."""
    invite = form or _invite_form(desk)
    with reading(actor()) as session:
        found = queries.page_accounts(
            session, actor(), _wanted(), cursor=request.args.get("cursor"), limit=100
        )
        waiting = invitations.open_invitations(session, actor())
    page = render_template(
        "admin/people.html",
        desk=desk,
        form=invite,
        people=found.items,
        further=found.next,
        waiting=waiting,
        link=link,
        roles=ROLE_NAMES,
        positions=POSITION_NAMES,
        has_second=second_factor.has_one,
    )
    return page, status


def _link(secret: str) -> str:
    return url_for("invitations.accept", secret=secret, _external=True)


def _say(error: DomainError) -> None:
    if isinstance(error, (NotFound, Forbidden)):
        raise error
    flash(f"{error.message} {error.remedy}", "broken")


def mount(desk: Desk) -> None:
    """The desk's views."""
    _mount_invitations(desk)
    _mount_person(desk)
    _mount_changes(desk)


def _mount_invitations(desk: Desk) -> None:
    @desk.blueprint.post("/invite")
    @needs(desk.write)
    def invite() -> ResponseReturnValue:
        """Make an invitation; its link is shown this once."""
        form = _invite_form(desk)
        if not form.validate_on_submit():
            return show(desk, form, status=422)
        try:
            with database().write(actor()) as session:
                _row, secret = invitations.invite(
                    session,
                    actor(),
                    invitations.Invited(
                        organisation_id=uuid.UUID(form.organisation.data),
                        role=form.role.data,
                        name=form.name.data or "",
                        positions=form.positions.data or None,
                    ),
                )
        except DomainError as error:
            _say(error)
            return show(desk, form, status=422)
        return show(desk, _invite_form(desk, empty=True), link=_link(secret))

    @desk.blueprint.post("/invitations/<uuid:invitation_id>/revoke")
    @needs(desk.write)
    def revoke_invitation(invitation_id: uuid.UUID) -> ResponseReturnValue:
        """End a link that was not used."""
        with database().write(actor()) as session:
            invitations.revoke_invitation(session, actor(), invitation_id)
        flash(_("已撤销邀请。"), "good")
        return redirect(desk.to(desk.index))


def _mount_person(desk: Desk) -> None:
    @desk.blueprint.get("/people/<uuid:account_id>")
    @needs(desk.read)
    def person(account_id: uuid.UUID) -> ResponseReturnValue:
        """One person: role, positions, second factor, what may be done."""
        return _person(desk, account_id)

    @desk.blueprint.post("/people/<uuid:account_id>/password-link")
    @needs(desk.write)
    def password_link(account_id: uuid.UUID) -> ResponseReturnValue:
        """A link with which the person sets a new password, shown this once."""
        try:
            with database().write(actor()) as session:
                _row, secret = invitations.invite_to_reset(session, actor(), account_id)
        except DomainError as error:
            _say(error)
            return redirect(desk.to("person", account_id=account_id))
        return _person(desk, account_id, link=_link(secret))


def _person(desk: Desk, account_id: uuid.UUID, link: str = "") -> ResponseReturnValue:
    with reading(actor()) as session:
        account = fetch(session, actor(), Account, account_id)
    form = PositionsForm(formdata=None, data={"positions": account.positions})
    return render_template(
        "admin/person.html",
        desk=desk,
        account=account,
        form=form.of_role(account.role),
        link=link,
        roles=ROLE_NAMES,
        positions=POSITION_NAMES,
        has_second=second_factor.has_one(account),
        required=second_factor.required(account.role, account.positions),
    )


def _mount_changes(desk: Desk) -> None:
    @desk.blueprint.post("/people/<uuid:account_id>/active")
    @needs(desk.write)
    def switch(account_id: uuid.UUID) -> ResponseReturnValue:
        """Let somebody log in, or no more; sessions and tokens end at once."""
        active = request.form.get("active") == "1"
        try:
            with database().write(actor()) as session:
                people.set_active(session, actor(), account_id, active=active)
        except DomainError as error:
            _say(error)
        else:
            done = _("已启用该账号。") if active else _("已停用该账号，其登录和令牌立即失效。")
            flash(done, "good")
        return redirect(desk.to("person", account_id=account_id))

    @desk.blueprint.post("/people/<uuid:account_id>/positions")
    @needs(desk.write)
    def positions(account_id: uuid.UUID) -> ResponseReturnValue:
        """What somebody does within the role."""
        try:
            with database().write(actor()) as session:
                chosen = request.form.getlist("positions")
                people.set_positions(session, actor(), account_id, chosen)
        except DomainError as error:
            _say(error)
        else:
            flash(_("已更新岗位，即时生效。"), "good")
        return redirect(desk.to("person", account_id=account_id))

    @desk.blueprint.post("/people/<uuid:account_id>/second-factor")
    @needs(desk.write)
    def reset_second_factor(account_id: uuid.UUID) -> ResponseReturnValue:
        """Forget a lost telephone; the person sets the second factor up again."""
        try:
            with database().write(actor()) as session:
                people.reset_second_factor(session, actor(), account_id)
        except DomainError as error:
            _say(error)
        else:
            flash(_("已重置双重验证，对方下次登录时重新设置。"), "good")
        return redirect(desk.to("person", account_id=account_id))
