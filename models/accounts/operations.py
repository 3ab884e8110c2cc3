"""Making and changing organisations, accounts and agreements."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.passwords import hash_password, matches
from models.accounts.tables import (
    AUTHORITIES,
    LEVELS,
    ORGANISATION_KINDS,
    ROLE_POSITIONS,
    TRADES,
    Account,
    Agreement,
    Organisation,
)
from models.accounts.visibility import fetch, require
from models.audit.operations import append
from models.base import now
from models.errors import Invalid
from models.language import LANGUAGES
from models.language import gettext as _

ROLE_KINDS = {
    "dispatcher": ("operator", "carrier"),
    "shipper": ("shipper",),
    "receiver": ("receiver", "shipper"),
    "carrier": ("carrier", "operator"),
    "driver": ("carrier", "operator"),
    "police": ("traffic_police",),
    "bureau": ("bureau",),
    "admin": ("platform",),
}
"""In which kinds of organisation a role may be held."""
LONGEST_LOGIN = 60
USUAL_POSITIONS: dict[str, tuple[str, ...]] = {
    "shipper": ("clerk",),
    "receiver": ("receiver",),
    "bureau": ("viewer",),
    "admin": ("admin",),
}
"""What a new account of a role does when nothing else is said; of the police nothing is guessed."""


def create_organisation(
    session: Session, actor: Actor, *, kind: str, name: str, **more: Any
) -> Organisation:
    """A new organisation; ``more``: other columns of its table.

    Raises:
        Forbidden: only an administrator may.
        Invalid: unknown kind or level, no name.
    """
    require(session, actor, "admin", position="admin")
    _check_organisation(kind, {"name": name, **more})
    organisation = Organisation(kind=kind, name=name.strip(), **more)
    session.add(organisation)
    session.flush()
    append(session, actor, "create", "organisation", organisation.id, fields=["kind", "name"])
    return organisation


def change_organisation(
    session: Session, actor: Actor, organisation_id: uuid.UUID, **values: Any
) -> Organisation:
    """Change columns of an organisation; its kind stays. Closing it ends its people's sessions.

    Raises:
        Forbidden: only an administrator may.
        NotFound: there is none.
        Invalid: unknown level or field of authority, no name, one's own organisation closed.
    """
    require(session, actor, "admin", position="admin")
    organisation = fetch(session, actor, Organisation, organisation_id)
    kept = ("name", "level", "authority", "trade")
    present = {name: getattr(organisation, name) for name in kept}
    _check_organisation(organisation.kind, {**present, **values})
    if values.get("active") is False and organisation.id == actor.organisation_id:
        raise Invalid("self", _("不能停用自己所在的组织"), _("请由另一个平台的管理员操作"))
    changed = [name for name, value in values.items() if getattr(organisation, name) != value]
    for name in changed:
        setattr(organisation, name, values[name])
    if changed:
        append(session, actor, "change", "organisation", organisation.id, fields=changed)
    return organisation


def _check_organisation(kind: str, values: Mapping[str, Any]) -> None:
    if kind not in ORGANISATION_KINDS or values.get("level") not in {None, *LEVELS}:
        raise Invalid("kind", _("机构类别或级别无效"), _("请重新选择"))
    authority = values.get("authority")
    if authority is not None and (kind != "bureau" or authority not in AUTHORITIES):
        raise Invalid("authority", _("只有主管部门须选择主管领域"), _("请重新选择"))
    trade = values.get("trade")
    if trade is not None and (kind != "shipper" or trade not in TRADES):
        raise Invalid("trade", _("只有货主须选择业态"), _("请重新选择"))
    if not str(values.get("name") or "").strip():
        raise Invalid("name_missing", _("机构名称不能为空"), _("请填写名称"))


def create_account(
    session: Session,
    actor: Actor,
    *,
    login: str,
    name: str,
    role: str,
    organisation_id: uuid.UUID,
    password: str,
    positions: Sequence[str] | None = None,
    demo: bool = False,
) -> Account:
    """A new log-in; ``positions`` None = what is usual for the role.

    Raises:
        Forbidden: only an administrator may.
        NotFound: no such organisation.
        Invalid: role or positions do not fit, the password is short, the name is taken.
    """
    require(session, actor, "admin", position="admin")
    organisation = fetch(session, actor, Organisation, organisation_id)
    if organisation.kind not in ROLE_KINDS.get(role, ()):
        raise Invalid("role", _("该角色不能属于此类机构"), _("请选择与机构相符的角色"))
    account = add_account(
        session,
        login=login,
        name=name,
        role=role,
        positions=fitting_positions(role, positions),
        organisation_id=organisation.id,
        password=password,
        demo=demo,
    )
    append(session, actor, "create", "account", account.id, fields=["login", "role"])
    return account


def add_account(
    session: Session,
    *,
    login: str,
    name: str,
    role: str,
    positions: Sequence[str],
    organisation_id: uuid.UUID,
    password: str,
    demo: bool = False,
) -> Account:
    """The row of a new log-in, for whoever has made sure that it may be.

    Raises:
        Invalid: the log-in name is malformed or taken, the password short.
    """
    wanted = free_login(session, login)
    account = Account(
        login=wanted,
        name=name.strip() or wanted,
        role=role,
        positions=list(positions),
        organisation_id=organisation_id,
        password_hash=hash_password(password),
        password_changed_at=now(),
        demo=demo,
    )
    session.add(account)
    session.flush()
    return account


def free_login(session: Session, login: str) -> str:
    """A log-in name as it is stored.

    Raises:
        Invalid: empty, too long, with a space in it, or taken.
    """
    wanted = login.strip().lower()
    if not wanted:
        raise Invalid("login_missing", _("登录名不能为空"), _("请填写登录名"))
    if len(wanted) > LONGEST_LOGIN or not wanted.isprintable() or any(map(str.isspace, wanted)):
        raise Invalid(
            "login",
            _("登录名不能含空格，最长 %(most)s 个字符", most=LONGEST_LOGIN),
            _("请更换登录名"),
        )
    if session.scalar(select(Account.id).where(Account.login == wanted)) is not None:
        raise Invalid("login_taken", _("登录名已被使用"), _("请更换登录名"))
    return wanted


def fitting_positions(role: str, positions: Sequence[str] | None) -> list[str]:
    """The positions in their usual order, or what is usual for the role (None).

    Raises:
        Invalid: a position that this role does not have.
    """
    if positions is None:
        return list(USUAL_POSITIONS.get(role, ()))
    if not set(positions) <= set(ROLE_POSITIONS[role]):
        raise Invalid("position", _("该岗位不属于此角色"), _("请选择与角色相符的岗位"))
    return [name for name in ROLE_POSITIONS[role] if name in positions]


def change_password(session: Session, actor: Actor, *, current: str, new: str) -> None:
    """The actor's own password; all its other sessions end.

    Raises:
        Invalid: the current one is wrong, or the new one too short.
    """
    account = fetch(session, actor, Account, actor.account_id)
    if not matches(account.password_hash, current):
        raise Invalid("password_wrong", _("当前密码不正确"), _("请重新输入"))
    set_password(session, actor, account, new)


def reset_password(session: Session, actor: Actor, account_id: uuid.UUID, new: str) -> None:
    """Somebody's password, by an administrator; all their sessions end."""
    require(session, actor, "admin", position="admin")
    set_password(session, actor, fetch(session, actor, Account, account_id), new)


def set_password(session: Session, actor: Actor, account: Account, new: str) -> None:
    """A new password, for whoever has made sure of the right to it; all sessions end."""
    account.password_hash = hash_password(new)
    account.password_changed_at = now()
    account.session_epoch += 1
    append(session, actor, "change", "account", account.id, fields=["password"])


def set_language(session: Session, actor: Actor, language: str) -> None:
    """Speak to this person in ``language`` from now on.

    Raises:
        Invalid: there is no such language.
    """
    account = fetch(session, actor, Account, actor.account_id)
    if language not in LANGUAGES:
        raise Invalid("language", _("没有这种语言"), _("请重新选择"))
    if account.language != language:
        account.language = language
        append(session, actor, "change", "account", account.id, fields=["language"])


def agree(
    session: Session, actor: Actor, *, shipper_id: uuid.UUID, operator_id: uuid.UUID
) -> Agreement:
    """Let an operator deliver a shipper's orders; agreeing twice is agreeing once."""
    require(session, actor, "admin", position="admin")
    found = session.scalars(
        select(Agreement).where(
            Agreement.shipper_id == shipper_id, Agreement.operator_id == operator_id
        )
    ).one_or_none()
    if found is None:
        found = Agreement(shipper_id=shipper_id, operator_id=operator_id)
        session.add(found)
        session.flush()
        append(session, actor, "create", "agreement", found.id)
    found.active = True
    return found
