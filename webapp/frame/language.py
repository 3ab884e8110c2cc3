"""The language of a page: Chinese is the source, others come as catalogues."""

from __future__ import annotations

from flask import current_app, request, session
from flask_babel import get_locale

NAMES = {"zh": "中文", "en": "EN"}
LOCALES = {"zh": "zh_Hans_CN", "en": "en"}


def available() -> list[tuple[str, str]]:
    """Languages that can be chosen: Chinese, and those that have a catalogue."""
    babel = current_app.extensions["babel"].instance
    have = {str(locale).split("_")[0] for locale in babel.list_translations()}
    return [(code, name) for code, name in NAMES.items() if code == "zh" or code in have]


def chosen() -> str:
    """The locale of this request: as chosen in the session, else Chinese."""
    code = session.get("language", "zh") if request else "zh"
    return LOCALES.get(code, LOCALES["zh"])


def code() -> str:
    """The page's language as an HTML ``lang``."""
    locale = get_locale()
    return "zh-CN" if locale is None or locale.language == "zh" else str(locale.language)
