"""``make catalogue``: every message of the source into the catalogue of each other language.

``python -m tests.language.catalogue [FILE …]``: messages that are new come in with no words,
those that the source no longer has go. Each FILE is ``{"message": "words"}`` as JSON, to be put in.
Prints how many messages there are and each one that has no words yet; exit 1 if there is any.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from models.language.catalogue import LANGUAGES, SOURCE, path_of

ROOT = Path(__file__).parents[2]
KEYWORDS = {"_": None, "_l": None, "N_": None, "kept": None, "gettext": None, "lazy_gettext": None}
HEADER = """\
# What people read, in another language than the source. `make catalogue` keeps it: sorted by
# message, no places, no guesses, so that changes of several people merge. See docs/translation.md.
"""


def source_messages() -> list[str]:
    """Every message that pages, scripts and the layers below say, sorted."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found: set[str] = set()
    for row in extract_from_dir(str(ROOT), methods, options, keywords=KEYWORDS):
        message = row[2]
        found.update([message] if isinstance(message, str) else message)
    return sorted(found - {""})


def words_of(language: str) -> dict[str, str]:
    """What the catalogue of ``language`` says so far."""
    path = path_of(language)
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale=language) if m.id}


def write(language: str, messages: Sequence[str], words: Mapping[str, str]) -> None:
    """The catalogue of ``language``: one entry per message, no file touched if none changed."""
    catalogue = Catalog(locale=language, header_comment=HEADER.strip(), fuzzy=False)
    for message in messages:
        catalogue.add(message, words.get(message, ""))
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=0, omit_header=True, sort_output=True, no_location=True)


def main(given: Sequence[str]) -> int:
    """0 if every message has its words in every language."""
    messages = source_messages()
    missing = 0
    for language in LANGUAGES:
        if language == SOURCE:
            continue
        words = words_of(language)
        for name in given:
            words |= json.loads(Path(name).read_text(encoding="utf-8"))
        write(language, messages, words)
        for message in messages:
            if not words.get(message):
                missing += 1
                sys.stdout.write(f"{language} has no words for: {message!r}\n")
    sys.stdout.write(f"{len(messages)} messages, {missing} without words\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
