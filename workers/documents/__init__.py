"""Documents: photos and papers told by their content, cleaned, kept by their hash."""

from workers.documents.cleaning import DocumentError, clean
from workers.documents.keeping import (
    KINDS,
    discard_document,
    documents_of,
    read_document,
    share_documents,
    store_document,
)

__all__ = [
    "KINDS",
    "DocumentError",
    "clean",
    "discard_document",
    "documents_of",
    "read_document",
    "share_documents",
    "store_document",
]
