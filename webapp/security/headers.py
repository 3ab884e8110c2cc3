"""Headers of every answer: content policy with a nonce, no sniffing, no storing."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, request

A_DAY, A_YEAR = 86_400, 31_536_000


def script_nonce() -> str:
    """The nonce of this answer's inline scripts, made once per request."""
    if "script_nonce" not in g:
        g.script_nonce = secrets.token_urlsafe(16)
    return str(g.script_nonce)


def _policy(*, framed: bool) -> str:
    script = "script-src 'self'"
    if "script_nonce" in g:
        script += f" 'nonce-{g.script_nonce}'"
    return "; ".join(
        (
            "default-src 'self'",
            script,
            "style-src 'self'",
            "style-src-attr 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'none'" if framed else "form-action 'self'",
            "frame-src 'none'" if framed else "frame-src 'self'",
            "frame-ancestors 'self'" if framed else "frame-ancestors 'none'",
        )
    )


def _permissions() -> str:
    """What scripts may ask for: the camera on the page that scans with it, and nowhere else."""
    camera = "(self)" if g.get("scans") else "()"
    return f"geolocation=(self), camera={camera}, microphone=()"


def install(app: Flask) -> None:
    """Set the headers on every answer of ``app``."""

    @app.context_processor
    def nonce() -> dict[str, object]:
        return {"script_nonce": script_nonce}

    @app.after_request
    def headers(response: Response) -> Response:
        framed = bool(g.get("framed_page"))
        response.headers["Content-Security-Policy"] = _policy(framed=framed)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers["X-Frame-Options"] = "SAMEORIGIN" if framed else "DENY"
        response.headers["Permissions-Policy"] = _permissions()
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if request.endpoint == "static":
            # A versioned address never means another content: no browser need ask again. What a
            # vendored stylesheet names itself, its fonts, has none.
            versioned = "v" in request.args
            vendored = request.path.startswith("/static/vendor/")
            response.cache_control.no_cache = None
            response.cache_control.public = True
            response.cache_control.max_age = A_YEAR if versioned else A_DAY if vendored else 300
            response.cache_control.immutable = versioned
        elif response.cache_control.max_age is None:
            # Files sent are marked "no-cache", which lets them be stored.
            response.headers["Cache-Control"] = "no-store"
        return response
