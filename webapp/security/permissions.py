"""What each role and position may do: the one table that pages, API tokens and navigation go by.

A permission is ``resource:verb``, the same vocabulary as the scopes of API tokens. Every view
names the one that it needs with :func:`needs` or says that it is :func:`public`; a view that
says neither answers nobody (see :mod:`webapp.security.guard`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from models.accounts.actor import Actor
from models.accounts.tables import ROLE_POSITIONS

View = TypeVar("View", bound=Callable[..., object])

_CITY_READ = (
    "places:read",
    "vehicles:read",
    "drivers:read",
    "chargers:read",
    "bays:read",
    "zones:read",
    "rules:read",
    "permits:read",
)
_CITY_WRITE = (
    "places:write",
    "vehicles:write",
    "drivers:write",
    "chargers:write",
    "bays:write",
)

_BASE: dict[str, tuple[str, ...]] = {
    "dispatcher": (
        *_CITY_READ,
        *_CITY_WRITE,
        "rules:write",
        "orders:read",
        "orders:write",
        "orders:decide",
        "receiving:read",
        "receiving:write",
        "plans:read",
        "plans:write",
        "plans:publish",
        "permits:apply",
        "executions:read",
        "executions:write",
        "tokens:own",
    ),
    "shipper": (
        "orders:read",
        "orders:write",
        "places:read",
        "arrivals:read",
        "receiving:read",
        "receiving:write",
        "tokens:own",
    ),
    "receiver": (
        "arrivals:read",
        "arrivals:write",
        "receiving:read",
        "receiving:write",
        "tokens:own",
    ),
    "carrier": (
        "vehicles:read",
        "drivers:read",
        "zones:read",
        "rules:read",
        "permits:read",
        "permits:apply",
        "tokens:own",
    ),
    "driver": ("duties:read", "duties:write", "executions:read", "executions:write", "tokens:own"),
    "police": ("zones:read", "rules:read", "permits:read", "tokens:own"),
    "bureau": ("indicators:read", "tokens:own"),
    "admin": ("accounts:read", "system:read", "audit:read", "tokens:own"),
}
"""What everybody in a role may do, whatever the position."""

_BY_POSITION: dict[str, tuple[str, ...]] = {
    "shipper_admin": ("colleagues:read", "colleagues:write"),
    "organisation_admin": ("colleagues:read", "colleagues:write"),
    "auditor": ("audit:read",),
    "reviewer": ("permits:review",),
    "approver": ("permits:decide",),
    "officer": ("vehicles:check",),
    "rule_keeper": ("rules:write",),
    "target_keeper": ("indicators:write",),
    "admin": ("accounts:write",),
}
"""What a position adds; the positions of a role are in ``models.accounts.tables``."""

ROLE_PERMISSIONS: dict[str, frozenset[str]] = {
    role: frozenset(base).union(*(_BY_POSITION.get(name, ()) for name in ROLE_POSITIONS[role]))
    for role, base in _BASE.items()
}
"""Role to all that somebody in it may do, every position taken together. Whose rows a role sees
is the business of ``models`` queries."""

ALL_PERMISSIONS = frozenset().union(*ROLE_PERMISSIONS.values())


def permissions_of(role: str, positions: Iterable[str]) -> frozenset[str]:
    """What somebody in ``role`` with ``positions`` may do; a mere auditor only reads."""
    held = set(positions)
    base = frozenset(_BASE.get(role, ()))
    if held == {"auditor"}:
        base = frozenset(name for name in base if name.endswith((":read", ":own")))
    return base.union(*(_BY_POSITION.get(name, ()) for name in held))


def allowed(actor: Actor, permission: str, scopes: frozenset[str] | None = None) -> bool:
    """Whether ``actor`` has ``permission`` and, with a token, the token's ``scopes`` do too."""
    if permission not in permissions_of(actor.role, actor.positions):
        return False
    return scopes is None or permission in scopes


def expand_scopes(given: Iterable[str]) -> frozenset[str]:
    """The permissions that a token's scopes name: ``*`` and ``resource:*`` spelled out."""
    out: set[str] = set()
    for scope in given:
        resource = scope.partition(":")[0]
        if scope == "*":
            out |= ALL_PERMISSIONS
        elif scope.endswith(":*"):
            out |= {p for p in ALL_PERMISSIONS if p.startswith(f"{resource}:")}
        else:
            out.add(scope)
    return frozenset(out)


def needs(permission: str) -> Callable[[View], View]:
    """Mark a view with the permission that its caller must have."""
    if permission not in ALL_PERMISSIONS and permission != "signed-in":
        message = f"no role has the permission {permission}"
        raise ValueError(message)

    def mark(view: View) -> View:
        view.permission_needed = permission  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Mark a view that anybody may call."""
    view.permission_needed = ""  # type: ignore[attr-defined]
    return view
