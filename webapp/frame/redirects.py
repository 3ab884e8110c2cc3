"""Redirects that never leave the site."""

from __future__ import annotations

from urllib.parse import urlsplit


def inside(address: str | None) -> str | None:
    """``address`` if it is a path of this site, else None."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return None
    parts = urlsplit(address)
    return None if parts.scheme or parts.netloc else address
