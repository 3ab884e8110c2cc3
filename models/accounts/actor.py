"""Who acts: given to every query and operation."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

SYSTEM = "system"
"""The role of the platform's own work (workers, generator, command line): no person."""


@dataclass(frozen=True, kw_only=True)
class Actor:
    """An account in its organisation and role, with the request that it acts in.

    ``positions``: what it does within the role, of ``models.accounts.tables.ROLE_POSITIONS``.
    """

    account_id: uuid.UUID | None
    organisation_id: uuid.UUID | None
    organisation_kind: str
    role: str
    positions: frozenset[str] = frozenset()
    request_id: str = ""
    address: str = ""


def system_actor(organisation_id: uuid.UUID | None = None, request_id: str = "") -> Actor:
    """The platform itself, on behalf of ``organisation_id`` if given."""
    return Actor(
        account_id=None,
        organisation_id=organisation_id,
        organisation_kind="platform",
        role=SYSTEM,
        request_id=request_id,
    )
