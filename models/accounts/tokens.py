"""Bearer tokens: made, found, revoked. Only the SHA-256 of a token is stored."""

from __future__ import annotations

import hashlib
import re
import secrets
import uuid
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.login import actor_of
from models.accounts.tables import Account, ApiToken
from models.accounts.visibility import fetch, visible
from models.audit.operations import append
from models.base import now
from models.errors import Forbidden, Invalid
from models.language import gettext as _

PREFIX = "gf_"
LONGEST_DAYS = 365
DEFAULT_DAYS = 90
_SCOPE = re.compile(r"^(\*|[a-z_]+:(\*|[a-z_]+))$")
_TOUCH_EVERY = timedelta(minutes=1)


def create_token(
    session: Session, actor: Actor, *, name: str, scopes: Sequence[str], days: int = DEFAULT_DAYS
) -> tuple[ApiToken, str]:
    """A token for the actor's own account, and its secret, which is never to be had again.

    Raises:
        Invalid: no name, a scope that is not ``resource:verb``, or a life outside 1..365 days.
    """
    if actor.account_id is None or actor.organisation_id is None:
        raise Forbidden
    if not name.strip():
        raise Invalid("name_missing", _("令牌须有名称"), _("请填写用途"))
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid(
            "expiry",
            _("有效期须在 1 到 %(most)s 天之间", most=LONGEST_DAYS),
            _("请调整有效期"),
        )
    wrong = [scope for scope in scopes if not _SCOPE.match(scope)]
    if wrong or not scopes:
        raise Invalid(
            "scope",
            _("权限范围无效：%(wrong)s", wrong=_("、").join(wrong) or _("空")),
            _("例如 orders:read"),
        )
    secret = PREFIX + secrets.token_urlsafe(32)
    at = now()
    token = ApiToken(
        account_id=actor.account_id,
        organisation_id=actor.organisation_id,
        name=name.strip(),
        prefix=secret[:9],
        token_sha256=hashlib.sha256(secret.encode()).hexdigest(),
        scopes=sorted(set(scopes)),
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    session.add(token)
    append(session, actor, "create", "api_token", _flushed(session, token), fields=["scopes"])
    return token, secret


def _flushed(session: Session, token: ApiToken) -> uuid.UUID:
    session.flush()
    return token.id


def find_token(
    session: Session, secret: str, *, request_id: str = "", address: str = ""
) -> tuple[ApiToken, Actor] | None:
    """The valid token with this secret and the actor it speaks for; None for all others."""
    if not secret.startswith(PREFIX):
        return None
    digest = hashlib.sha256(secret.encode()).hexdigest()
    token = session.scalars(select(ApiToken).where(ApiToken.token_sha256 == digest)).one_or_none()
    if token is None or token.revoked_at is not None or token.expires_at <= now():
        return None
    account = session.get(Account, token.account_id)
    if account is None or not account.active or not account.organisation.active:
        return None
    if account.organisation_id != token.organisation_id:
        return None
    return token, actor_of(account, request_id=request_id, address=address)


def allows(token: ApiToken, scope: str) -> bool:
    """Whether the token's scopes hold ``scope`` (``resource:verb``)."""
    resource, _, _ = scope.partition(":")
    return any(given in {scope, "*", f"{resource}:*"} for given in token.scopes)


def touch_token(session: Session, token_id: uuid.UUID) -> None:
    """Remember that a token was used, at most once a minute."""
    token = session.get(ApiToken, token_id)
    at = now()
    if token and (token.last_used_at is None or at - token.last_used_at > _TOUCH_EVERY):
        token.last_used_at = at


def revoke_token(session: Session, actor: Actor, token_id: uuid.UUID) -> None:
    """End a token at once.

    Raises:
        NotFound: it is not the actor's.
    """
    token = fetch(session, actor, ApiToken, token_id)
    if token.revoked_at is None:
        token.revoked_at = now()
        append(session, actor, "revoke", "api_token", token.id)


def list_tokens(session: Session, actor: Actor) -> list[ApiToken]:
    """The actor's tokens, newest first."""
    query = visible(session, actor, ApiToken).order_by(ApiToken.created_at.desc())
    return list(session.scalars(query))
