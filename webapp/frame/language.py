"""The language of a page: the account's after log-in, before it as chosen or as the browser asks.

Chinese is the source of all messages; :mod:`models.language` has the catalogues.
"""

from __future__ import annotations

import json
from functools import lru_cache
from hashlib import sha256

from babel.support import NullTranslations
from flask import Flask, current_app, g, has_request_context, request, session
from flask_babel import Babel, Domain, get_locale

from models.language import LANGUAGES, SOURCE, active, speak, translations
from models.language.catalogue import messages
from webapp.frame import scripts

NAMES = {"zh": "中文", "en": "English"}
LOCALES = {"zh": "zh_Hans_CN", "en": "en"}


def available() -> list[tuple[str, str]]:
    """Languages that can be chosen."""
    return [(code, NAMES[code]) for code in LANGUAGES]


def _asked() -> str:
    """What the browser or the caller asks for; the source where it asks for neither."""
    best = request.accept_languages.best_match(["zh-CN", "zh", "en"])
    return (best or SOURCE).split("-")[0]


def chosen() -> str:
    """The language of this request."""
    if request.path.startswith("/api/"):
        if request.headers.get("Accept-Language"):
            return _asked()
        return str(g.get("account_language") or SOURCE)
    return str(session.get("language") or _asked())


def code() -> str:
    """The page's language as an HTML ``lang``."""
    locale = get_locale()
    return "zh-CN" if locale is None or locale.language == "zh" else str(locale.language)


class _Catalogue(Domain):  # type: ignore[misc] - Flask-Babel publishes no types
    """Lets Flask-Babel say what the rest of the product says."""

    def get_translations(self) -> NullTranslations:
        """The catalogue of the active language."""
        return translations(active())


def begin() -> None:
    """Speak this request's language from here on."""
    speak(chosen())


def install(app: Flask) -> None:
    """Speak each request's language, in pages, messages of every layer and scripts alike."""
    babel = Babel(app, locale_selector=lambda: LOCALES[active()] if has_request_context() else None)
    babel.domain_instance = _Catalogue()
    app.before_request(begin)


@lru_cache(maxsize=len(LANGUAGES))
def for_scripts(language: str) -> tuple[str, str]:
    """A script with the messages of our scripts in ``language``, and a short hash of it."""
    known = messages(language)
    words = {message: known[message] for message in scripts.said() if message in known}
    text = json.dumps(words, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    script = f"(window.GF = window.GF || {{}}).words = {text};\n"
    return script, sha256(script.encode()).hexdigest()[:12]


def script_address() -> str:
    """Where the page's language finds the words of its scripts; "" for the source."""
    if active() == SOURCE:
        return ""
    version = for_scripts(active())[1]
    return str(current_app.url_for("frame.words", code=active(), version=version))
