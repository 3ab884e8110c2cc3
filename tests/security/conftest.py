"""The small city's web, as the tests of pages have it."""

from tests.webapp.conftest import web

__all__ = ["web"]
