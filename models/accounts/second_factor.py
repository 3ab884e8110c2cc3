"""Second factor: time-based one-time codes (RFC 6238, SHA-1, 30 s, 6 digits) and recovery codes.

A failure must be stored, so :func:`check` never raises: the caller commits, then looks at the
answer. A code is taken once; one step before and after the present one are taken, too.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime

import pyotp
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.login import LogIn, actor_of, count_failure, forget_failures, refused_until
from models.accounts.passwords import matches
from models.accounts.tables import Account
from models.accounts.visibility import fetch
from models.audit.operations import append
from models.base import now
from models.errors import Conflict, Invalid
from models.language import gettext as _
from models.sealing import sealer

ISSUER = "Greenfreight"
STEP_S = 30
DRIFT = 1
"""Steps by which a telephone's clock may be off."""
RECOVERY_CODES = 10
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_REQUIRED_ROLES = frozenset({"police", "admin"})
_REQUIRED_POSITIONS = frozenset({"approver"})


def required(role: str, positions: Collection[str]) -> bool:
    """Whether such an account may work only with a second factor."""
    return role in _REQUIRED_ROLES or bool(_REQUIRED_POSITIONS & set(positions))


def has_one(account: Account) -> bool:
    """Whether the account's second factor is set up."""
    return account.totp_secret is not None and account.totp_confirmed_at is not None


def begin(session: Session, actor: Actor) -> str:
    """A secret to be shown to its owner; the same one until it is confirmed.

    Raises:
        Conflict: a second factor is set up already.
    """
    account = fetch(session, actor, Account, actor.account_id)
    if has_one(account):
        raise Conflict(
            "second_factor_set", _("已设置双重验证"), _("如需更换，请先停用或由管理员重置")
        )
    return secret_of(session, account) or _new_secret(session, account)


def secret_of(session: Session, account: Account) -> str | None:
    """The secret (base 32); None where there is none, or another secret of this place sealed it."""
    return sealer(session).open(account.totp_secret) if account.totp_secret else None


def _new_secret(session: Session, account: Account) -> str:
    secret = pyotp.random_base32()
    account.totp_secret = sealer(session).seal(secret)
    return secret


def address(account_login: str, secret: str) -> str:
    """The ``otpauth://`` address that authenticator apps read from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=account_login, issuer_name=ISSUER)


def confirm(session: Session, actor: Actor, code: str) -> list[str]:
    """Set the second factor up by a first code; the recovery codes, never to be had again.

    Raises:
        Invalid: the code does not fit.
        Conflict: it is set up already.
    """
    begin(session, actor)
    account = fetch(session, actor, Account, actor.account_id)
    step = _step(session, account, code, now())
    if step is None:
        raise Invalid("code", _("验证码不正确"), _("请核对手机时间，输入当前显示的 6 位数字"))
    account.totp_confirmed_at, account.totp_last_step = now(), step
    append(session, actor, "change", "account", account.id, fields=["second_factor"])
    return _new_recovery_codes(account)


def set_up(session: Session, actor: Actor, account: Account) -> str:
    """A second factor that counts at once, for accounts whose secret is handed out with them."""
    secret = _new_secret(session, account)
    account.totp_confirmed_at = now()
    append(session, actor, "change", "account", account.id, fields=["second_factor"])
    return secret


def renew_recovery_codes(session: Session, actor: Actor, password: str) -> list[str]:
    """New recovery codes; the old ones end.

    Raises:
        Invalid: the password is wrong, or there is no second factor.
    """
    account = _with_password(session, actor, password)
    append(session, actor, "change", "account", account.id, fields=["recovery_codes"])
    return _new_recovery_codes(account)


def switch_off(session: Session, actor: Actor, password: str) -> None:
    """End the second factor of the actor's own account, where it is not required.

    Raises:
        Invalid: the password is wrong, there is none, or this account needs one.
    """
    account = _with_password(session, actor, password)
    if required(account.role, account.positions):
        raise Invalid(
            "second_factor_required", _("此岗位必须使用双重验证"), _("如需更换，请联系管理员重置")
        )
    _clear(account)
    append(session, actor, "change", "account", account.id, fields=["second_factor"])


def reset(session: Session, actor: Actor, account: Account) -> None:
    """Forget an account's second factor (a lost telephone); its sessions end.

    Whoever calls has made sure that ``actor`` administers the account.
    """
    _clear(account)
    account.session_epoch += 1
    append(session, actor, "change", "account", account.id, fields=["second_factor"])


def check(
    session: Session, account: Account, code: str, *, address: str = "", request_id: str = ""
) -> LogIn:
    """Check the second step of a log-in; counts failures, writes the audit event."""
    at = now()
    actor = actor_of(account, request_id=request_id, address=address)
    # Log-in names hold no space: this counts apart from the password's failures.
    key = f"{account.login} 2"
    blocked = refused_until(session, "login", key, at)
    if blocked is not None:
        return blocked
    step = _step(session, account, code, at)
    if step is not None and account.totp_secret is not None:
        account.totp_last_step = step
        account.totp_secret = sealer(session).renewed(account.totp_secret)
    elif not _take_recovery_code(account, code):
        until = count_failure(session, "login", key, at)
        append(session, actor, "log_in_failed", "account", account.id, fields=["second_factor"])
        error = Invalid(
            "code", _("验证码不正确或已使用"), _("请等待下一个验证码，或使用一个恢复码")
        )
        return LogIn(account=None, error=error, blocked_until=until)
    forget_failures(session, "login", key)
    account.last_login_at = at
    append(session, actor, "log_in", "account", account.id, fields=["second_factor"])
    return LogIn(account=account)


def _with_password(session: Session, actor: Actor, password: str) -> Account:
    account = fetch(session, actor, Account, actor.account_id)
    if not matches(account.password_hash, password):
        raise Invalid("password_wrong", _("当前密码不正确"), _("请重新输入"))
    if not has_one(account):
        raise Invalid("second_factor_missing", _("尚未设置双重验证"), _("请先设置"))
    return account


def _step(session: Session, account: Account, code: str, at: datetime) -> int | None:
    """The step whose code this is, if it is near the present and later than the last one taken."""
    given = code.strip().replace(" ", "")
    secret = secret_of(session, account)
    if not (given.isascii() and given.isdigit()) or secret is None:
        return None
    totp = pyotp.TOTP(secret, interval=STEP_S)
    present = totp.timecode(at)
    last = -1 if account.totp_last_step is None else account.totp_last_step
    for step in range(present - DRIFT, present + DRIFT + 1):
        if step > last and secrets.compare_digest(totp.generate_otp(step), given):
            return step
    return None


def _clear(account: Account) -> None:
    account.totp_secret = account.totp_confirmed_at = account.totp_last_step = None
    account.recovery_codes = []


def _new_recovery_codes(account: Account) -> list[str]:
    made = ["".join(secrets.choice(_ALPHABET) for _ in range(16)) for _ in range(RECOVERY_CODES)]
    account.recovery_codes = [_hash(code) for code in made]
    return [_grouped(code) for code in made]


def _take_recovery_code(account: Account, code: str) -> bool:
    digest = _hash(code)
    left: Sequence[str] = [kept for kept in account.recovery_codes if kept != digest]
    if len(left) == len(account.recovery_codes):
        return False
    account.recovery_codes = list(left)
    return True


def _hash(code: str) -> str:
    plain = "".join(sign for sign in code.upper() if sign in _ALPHABET)
    return hashlib.sha256(plain.encode()).hexdigest()


def _grouped(code: str) -> str:
    return "-".join(code[n : n + 4] for n in range(0, len(code), 4))
