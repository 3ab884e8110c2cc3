"""The room of permits with all its pages."""

from webapp.permits import applications, codes, documents, passes, review, schemes
from webapp.permits.pages import blueprint

__all__ = ["applications", "blueprint", "codes", "documents", "passes", "review", "schemes"]
