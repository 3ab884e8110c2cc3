"""Saying a message in the language of whoever is served.

The language is a context variable: the web sets it for each request, other processes serve in the
source language unless told. ``_ = gettext`` says a message now; ``N_`` only marks one for the
catalogue, to be said later; ``kept`` writes one down in the source language, for rows that people
of several languages will read; ``retell`` says a row so written in the reader's language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

from models.language.catalogue import LANGUAGES, SOURCE, messages, translations

_ACTIVE: ContextVar[str] = ContextVar("language", default=SOURCE)
_PLACE = re.compile(r"%\((\w+)\)s|%%")
_HAN = re.compile(r"[\u3400-\u9fff]")
_KEPT = 4096


def active() -> str:
    """The language in which messages are said now."""
    return _ACTIVE.get()


def speak(language: str) -> None:
    """Say messages in ``language`` from here on; one that is not known is the source."""
    _ACTIVE.set(language if language in LANGUAGES else SOURCE)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say messages in ``language`` within."""
    token = _ACTIVE.set(language if language in LANGUAGES else SOURCE)
    try:
        yield
    finally:
        _ACTIVE.reset(token)


def gettext(message: str, /, **values: object) -> str:
    """``message`` in the active language, its ``%(name)s`` filled with ``values``."""
    language = _ACTIVE.get()
    said = message if language == SOURCE or not message else _of(language, message)
    return said % values if values else said


def _of(language: str, message: str) -> str:
    return str(translations(language).gettext(message))


def N_(message: str) -> str:  # noqa: N802 - the usual name of the mark
    """``message`` itself: a mark for the catalogue."""
    return message


def kept(message: str, /, **values: object) -> str:
    """``message`` in the source language, to be stored; see :func:`retell`."""
    return message % values if values else message


def retell(text: str | None) -> str:
    """A stored message in the active language; what people wrote themselves stays as it is."""
    language = _ACTIVE.get()
    if not text or language == SOURCE or not _HAN.search(text):
        return text or ""
    return _retold(language, text)


@lru_cache(maxsize=_KEPT)
def _retold(language: str, text: str) -> str:
    exact = messages(language).get(text)
    if exact is not None:
        return exact
    for pattern, said in _patterns(language):
        found = pattern.fullmatch(text)
        if found:
            return said % {
                name: _retold(language, part) for name, part in found.groupdict().items()
            }
    return text


@lru_cache(maxsize=len(LANGUAGES))
def _patterns(language: str) -> list[tuple[re.Pattern[str], str]]:
    """Messages with values as patterns, those with the most words of their own first."""
    rows: list[tuple[int, re.Pattern[str], str]] = []
    for message, said in messages(language).items():
        words = len(_HAN.findall(message))
        if "%(" not in message or words < 2:
            continue
        rows.append((words, re.compile(_pattern(message), re.DOTALL), said))
    rows.sort(key=lambda row: -row[0])
    return [(pattern, said) for _words, pattern, said in rows]


def _pattern(message: str) -> str:
    parts: list[str] = []
    at, seen = 0, set()
    for place in _PLACE.finditer(message):
        parts.append(re.escape(message[at : place.start()]))
        name = place.group(1)
        if name is None:
            parts.append("%")
        elif name in seen:
            parts.append(f"(?P={name})")
        else:
            parts.append(f"(?P<{name}>.+?)")
            seen.add(name)
        at = place.end()
    parts.append(re.escape(message[at:]))
    return "".join(parts)


def everywhere(message: str) -> tuple[str, ...]:
    """``message`` in every language, the source first: for words that files come with."""
    others = (messages(language).get(message, "") for language in LANGUAGES if language != SOURCE)
    return (message, *(said for said in others if said))


class Words(Mapping[str, str]):
    """Codes and their words, said in the active language whenever they are looked up."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self.source = dict(words)

    def __getitem__(self, code: str) -> str:
        return gettext(self.source[code])

    def __iter__(self) -> Iterator[str]:
        return iter(self.source)

    def __len__(self) -> int:
        return len(self.source)
