"""The catalogues: one ``.po`` per language, read when the language is first asked for.

The repository holds no compiled catalogue: reading the text takes a fraction of a second, once per
process, and a checkout that nobody may write to works too.
"""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

SOURCE = "zh"
"""The language that messages are written in."""
LANGUAGES = ("zh", "en")
FOLDER = Path(__file__).parent / "translations"


def path_of(language: str) -> Path:
    """Where the catalogue of ``language`` is kept."""
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


@lru_cache(maxsize=len(LANGUAGES))
def translations(language: str) -> NullTranslations:
    """The catalogue of ``language``; an empty one for the source and for a language without."""
    path = path_of(language)
    if language == SOURCE or language not in LANGUAGES or not path.is_file():
        return NullTranslations()
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


@lru_cache(maxsize=len(LANGUAGES))
def messages(language: str) -> dict[str, str]:
    """Every message of the source with its words in ``language``."""
    path = path_of(language)
    if language == SOURCE or not path.is_file():
        return {}
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {str(m.id): str(m.string) for m in catalogue if m.id and m.string}
