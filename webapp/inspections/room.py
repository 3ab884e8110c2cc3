"""The room of roadside checks with all its pages."""

from webapp.inspections import scans
from webapp.inspections.pages import blueprint

__all__ = ["blueprint", "scans"]
