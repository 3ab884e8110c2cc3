"""The room of permits with all its pages."""

from webapp.permits import applications, documents, passes, review, schemes
from webapp.permits.pages import blueprint

__all__ = ["applications", "blueprint", "documents", "passes", "review", "schemes"]
