"""TLS that ends at a proxy: whom to believe, cookies and headers of an https answer."""

from __future__ import annotations

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from werkzeug.middleware.proxy_fix import ProxyFix

A_YEAR = 31_536_000


class Sessions(SecureCookieSessionInterface):
    """A cookie that was given over https never travels without it; static files know nobody."""

    def save_session(
        self,
        app: Flask,
        session: SessionMixin,
        response: Response,  # type: ignore[override]
    ) -> None:
        """Write the cookie; a static file is the same for everybody, and is kept as such."""
        if request.endpoint != "static":
            super().save_session(app, session, response)

    def get_cookie_secure(self, app: Flask) -> bool:
        """Whether this answer's cookie is marked ``Secure``."""
        return super().get_cookie_secure(app) or request.is_secure


def install(app: Flask, count: int) -> None:
    """Believe the last ``count`` proxies (0: nobody) about address, scheme and host."""
    if count:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign] - the documented way
            app.wsgi_app, x_for=count, x_proto=count, x_host=count, x_port=count
        )
    app.session_interface = Sessions()

    @app.after_request
    def only_https(response: Response) -> Response:
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = f"max-age={A_YEAR}"
        return response
