"""Who administers whose accounts, and what is done to them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy.orm import Session

from models.accounts import second_factor
from models.accounts.actor import SYSTEM, Actor
from models.accounts.operations import fitting_positions
from models.accounts.tables import ORGANISATION_ADMINS, Account
from models.accounts.visibility import fetch
from models.audit.operations import append
from models.errors import Forbidden, Invalid, NotFound
from models.language import gettext as _


def administers(actor: Actor, organisation_id: uuid.UUID) -> None:
    """Let an administrator go on, and an organisation's own admin within that organisation.

    Raises:
        Forbidden: the actor administers no accounts.
        NotFound: another organisation's.
    """
    if actor.role == SYSTEM or (actor.role == "admin" and "admin" in actor.positions):
        return
    if not actor.positions & set(ORGANISATION_ADMINS):
        raise Forbidden(_("只有管理员可以管理账号"))
    if organisation_id != actor.organisation_id:
        raise NotFound


def account_to_manage(session: Session, actor: Actor, account_id: uuid.UUID) -> Account:
    """An account that ``actor`` administers and that is not the actor's own.

    Raises:
        NotFound: there is none, or it is not the actor's to know.
        Forbidden: the actor administers no accounts.
        Invalid: it is the actor's own.
    """
    account = fetch(session, actor, Account, account_id)
    administers(actor, account.organisation_id)
    if account.id == actor.account_id:
        raise Invalid("self", _("不能这样更改自己的账号"), _("请由另一位管理员操作"))
    return account


def set_active(session: Session, actor: Actor, account_id: uuid.UUID, *, active: bool) -> Account:
    """Let an account log in, or no more; its sessions and tokens end at once.

    Raises:
        Forbidden, NotFound, Invalid: as :func:`account_to_manage`.
    """
    account = account_to_manage(session, actor, account_id)
    if account.active != active:
        account.active = active
        account.session_epoch += 1
        append(session, actor, "change", "account", account.id, fields=["active"])
    return account


def set_positions(
    session: Session, actor: Actor, account_id: uuid.UUID, positions: Sequence[str]
) -> Account:
    """What somebody does within the role, from the next request on.

    Raises:
        Forbidden, NotFound, Invalid: as :func:`account_to_manage`, or a position of another role.
    """
    account = account_to_manage(session, actor, account_id)
    account.positions = fitting_positions(account.role, positions)
    append(session, actor, "change", "account", account.id, fields=["positions"])
    return account


def reset_second_factor(session: Session, actor: Actor, account_id: uuid.UUID) -> Account:
    """Forget somebody's second factor after the telephone was lost; its sessions end.

    Raises:
        Forbidden, NotFound, Invalid: as :func:`account_to_manage`.
    """
    account = account_to_manage(session, actor, account_id)
    second_factor.reset(session, actor, account)
    return account


def end_sessions(session: Session, actor: Actor) -> None:
    """Log the actor's own account out everywhere."""
    account = fetch(session, actor, Account, actor.account_id)
    account.session_epoch += 1
    append(session, actor, "change", "account", account.id, fields=["sessions"])
