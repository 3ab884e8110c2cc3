"""The web: pages and the HTTP interface over ``workers`` and ``models``."""

from webapp.app import create_app

__all__ = ["create_app"]
