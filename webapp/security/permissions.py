"""What each role may do: the one table that pages, API tokens and navigation go by.

A permission is ``resource:verb``, the same vocabulary as the scopes of API tokens. Every view
names the one that it needs with :func:`needs` or says that it is :func:`public`; a view that
says neither answers nobody (see :mod:`webapp.security.guard`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

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

ROLE_PERMISSIONS: dict[str, frozenset[str]] = {
    "dispatcher": frozenset(
        (
            *_CITY_READ,
            *_CITY_WRITE,
            "rules:write",
            "orders:read",
            "orders:write",
            "orders:decide",
            "plans:read",
            "plans:write",
            "plans:publish",
            "tokens:own",
        )
    ),
    "shipper": frozenset(("orders:read", "orders:write", "places:read", "tokens:own")),
    "receiver": frozenset(("arrivals:read",)),
    "carrier": frozenset(("vehicles:read", "drivers:read", "permits:read", "tokens:own")),
    "driver": frozenset(("duties:read",)),
    "police": frozenset(
        ("zones:read", "rules:read", "rules:write", "permits:read", "vehicles:check")
    ),
    "bureau": frozenset(("indicators:read",)),
    "admin": frozenset(("accounts:read", "accounts:write", "system:read", "tokens:own")),
}
"""Role to what it may do. Whose rows it sees is the business of ``models`` queries."""

ALL_PERMISSIONS = frozenset().union(*ROLE_PERMISSIONS.values())


def allowed(role: str, permission: str, scopes: frozenset[str] | None = None) -> bool:
    """Whether ``role`` has ``permission`` and, with a token, the token's ``scopes`` do too."""
    if permission not in ROLE_PERMISSIONS.get(role, frozenset()):
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
