"""What people read, in their language: Chinese is the source, the others are catalogues.

Every layer above ``routing`` says its words with these; see ``docs/translation.md``.
"""

from __future__ import annotations

from models.language.catalogue import LANGUAGES, SOURCE, translations
from models.language.speech import (
    N_,
    Words,
    active,
    everywhere,
    gettext,
    kept,
    retell,
    speak,
    speaking,
)

__all__ = [
    "LANGUAGES",
    "N_",
    "SOURCE",
    "Words",
    "active",
    "everywhere",
    "gettext",
    "kept",
    "retell",
    "speak",
    "speaking",
    "translations",
]
