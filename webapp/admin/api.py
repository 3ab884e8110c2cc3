"""Organisations and accounts over HTTP, for administrators."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, url_for
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from models.accounts import invitations, operations, people, queries, second_factor
from models.accounts.tables import (
    AUTHORITIES,
    LEVELS,
    ORGANISATION_KINDS,
    POSITIONS,
    ROLES,
    TRADES,
    Account,
    Organisation,
)
from models.accounts.visibility import fetch
from webapp.api.idempotent import Answer, once
from webapp.api.schemas import PageArgs, page_body
from webapp.database import database, reading
from webapp.security.guard import actor
from webapp.security.permissions import needs

organisations = Blueprint(
    "api_organisations", __name__, url_prefix="/api/v1/organisations", description="组织"
)
accounts = Blueprint("api_accounts", __name__, url_prefix="/api/v1/accounts", description="账号")


class OrganisationArgs(PageArgs):
    """Which organisations to list."""

    kind = fields.String(load_default=None, validate=validate.OneOf(ORGANISATION_KINDS))
    q = fields.String(load_default="", validate=validate.Length(max=60))


class OrganisationChange(Schema):
    """Columns of an organisation that may be changed."""

    name = fields.String(validate=validate.Length(1, 120))
    short_name = fields.String(validate=validate.Length(max=60))
    code = fields.String(allow_none=True, validate=validate.Length(1, 20))
    credit_code = fields.String(allow_none=True, validate=validate.Length(1, 18))
    level = fields.String(allow_none=True, validate=validate.OneOf(LEVELS))
    district = fields.String(allow_none=True, validate=validate.Length(max=60))
    authority = fields.String(allow_none=True, validate=validate.OneOf(AUTHORITIES))
    trade = fields.String(allow_none=True, validate=validate.OneOf(TRADES))
    phone = fields.String(allow_none=True, validate=validate.Length(max=40))
    address = fields.String(allow_none=True, validate=validate.Length(max=200))
    active = fields.Boolean()


class OrganisationBody(OrganisationChange):
    """An organisation to make."""

    name = fields.String(required=True, validate=validate.Length(1, 120))
    kind = fields.String(required=True, validate=validate.OneOf(ORGANISATION_KINDS))


class AccountArgs(PageArgs):
    """Which accounts to list."""

    organisation = fields.UUID(load_default=None)
    role = fields.String(load_default=None, validate=validate.OneOf(ROLES))
    active = fields.Boolean(load_default=None)
    q = fields.String(load_default="", validate=validate.Length(max=60))


class InvitationBody(Schema):
    """Somebody to invite; without ``positions`` the role's usual ones."""

    organisation = fields.UUID(required=True)
    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    name = fields.String(required=True, validate=validate.Length(1, 120))
    positions = fields.List(
        fields.String(validate=validate.OneOf(POSITIONS)), load_default=None, allow_none=True
    )


class ActiveBody(Schema):
    """Whether somebody may log in."""

    active = fields.Boolean(required=True)


def organisation_row(row: Organisation) -> dict[str, Any]:
    """An organisation as the interface tells it."""
    return {
        "id": str(row.id),
        "kind": row.kind,
        "code": row.code,
        "name": row.name,
        "short_name": row.short_name,
        "credit_code": row.credit_code,
        "level": row.level,
        "district": row.district,
        "authority": row.authority,
        "trade": row.trade,
        "phone": row.phone,
        "address": row.address,
        "active": row.active,
    }


def account_row(row: Account) -> dict[str, Any]:
    """An account without its secrets."""
    return {
        "id": str(row.id),
        "login": row.login,
        "name": row.name,
        "role": row.role,
        "positions": list(row.positions),
        "organisation": str(row.organisation_id),
        "active": row.active,
        "second_factor": second_factor.has_one(row),
        "last_login_at": row.last_login_at.isoformat() if row.last_login_at else None,
    }


@organisations.get("")
@organisations.arguments(OrganisationArgs, location="query")
@needs("accounts:read")
def list_organisations(wanted: dict[str, Any]) -> dict[str, Any]:
    """Organisations by kind and name."""
    with reading(actor()) as session:
        found = queries.page_organisations(
            session,
            actor(),
            kind=wanted["kind"],
            text=wanted["q"],
            cursor=wanted["cursor"],
            limit=wanted["limit"],
        )
        return page_body(found, organisation_row)


@organisations.post("")
@organisations.arguments(OrganisationBody)
@needs("accounts:write")
def create_organisation(wanted: dict[str, Any]) -> Response:
    """Make an organisation."""
    return once(
        lambda session: (
            organisation_row(operations.create_organisation(session, actor(), **wanted)),
            201,
        )
    )


@organisations.get("/<uuid:organisation_id>")
@needs("accounts:read")
def read_organisation(organisation_id: uuid.UUID) -> dict[str, Any]:
    """One organisation."""
    with reading(actor()) as session:
        return organisation_row(fetch(session, actor(), Organisation, organisation_id))


@organisations.patch("/<uuid:organisation_id>")
@organisations.arguments(OrganisationChange)
@needs("accounts:write")
def change_organisation(wanted: dict[str, Any], organisation_id: uuid.UUID) -> dict[str, Any]:
    """Change an organisation, close it or open it again."""
    with database().write(actor()) as session:
        row = operations.change_organisation(session, actor(), organisation_id, **wanted)
        return organisation_row(row)


@accounts.get("")
@accounts.arguments(AccountArgs, location="query")
@needs("accounts:read")
def list_accounts(wanted: dict[str, Any]) -> dict[str, Any]:
    """Accounts by log-in name."""
    with reading(actor()) as session:
        found = queries.page_accounts(
            session,
            actor(),
            queries.AccountFilter(
                text=wanted["q"],
                organisation_id=wanted["organisation"],
                role=wanted["role"],
                active=wanted["active"],
            ),
            cursor=wanted["cursor"],
            limit=wanted["limit"],
        )
        return page_body(found, account_row)


@accounts.get("/<uuid:account_id>")
@needs("accounts:read")
def read_account(account_id: uuid.UUID) -> dict[str, Any]:
    """One account."""
    with reading(actor()) as session:
        return account_row(fetch(session, actor(), Account, account_id))


@accounts.post("/invitations")
@accounts.arguments(InvitationBody)
@needs("accounts:write")
def invite(wanted: dict[str, Any]) -> Response:
    """Invite somebody; the link is told this once (and to a repetition of the same request)."""
    given = invitations.Invited(
        organisation_id=wanted["organisation"],
        role=wanted["role"],
        name=wanted["name"],
        positions=wanted["positions"],
    )

    def work(session: Session) -> Answer:
        row, secret = invitations.invite(session, actor(), given)
        link = url_for("invitations.accept", secret=secret, _external=True)
        return {"id": str(row.id), "link": link, "expires_at": row.expires_at.isoformat()}, 201

    return once(work)


@accounts.put("/<uuid:account_id>/active")
@accounts.arguments(ActiveBody)
@needs("accounts:write")
def set_active(wanted: dict[str, Any], account_id: uuid.UUID) -> dict[str, Any]:
    """Let somebody log in, or no more; sessions and tokens end at once."""
    with database().write(actor()) as session:
        row = people.set_active(session, actor(), account_id, active=wanted["active"])
        return account_row(row)
