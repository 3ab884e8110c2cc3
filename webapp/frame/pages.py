"""Home, search, language, health."""

from __future__ import annotations

from flask import Blueprint, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from webapp.database import reading
from webapp.frame import language as languages
from webapp.frame import nav
from webapp.frame import search as searching
from webapp.frame.redirects import inside
from webapp.security.guard import actor
from webapp.security.permissions import needs, public

blueprint = Blueprint("frame", __name__)


@blueprint.get("/")
@needs("signed-in")
def home() -> ResponseReturnValue:
    """Where this role's work begins."""
    return redirect(url_for(nav.home_endpoint(actor())))


@blueprint.get("/welcome")
@needs("signed-in")
def welcome() -> ResponseReturnValue:
    """For a role whose desk does not exist yet."""
    return render_template("frame/welcome.html")


@blueprint.get("/search")
@needs("signed-in")
def search() -> ResponseReturnValue:
    """Orders, plates, places that the asker may see."""
    words = request.args.get("q", "").strip()[:100]
    with reading() as session_:
        hits = searching.find(session_, actor(), words) if len(words) >= 2 else []
    return render_template("frame/search.html", q=words, hits=hits)


@blueprint.get("/language/<code>")
@public
def language(code: str) -> ResponseReturnValue:
    """Choose a language that has a catalogue."""
    if code in dict(languages.available()):
        session["language"] = code
    return redirect(inside(request.args.get("next")) or url_for("frame.home"))


@blueprint.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """The process and its database answer; 503 if not."""
    try:
        with reading() as session_:
            session_.execute(text("SELECT 1"))
    except Exception:  # noqa: BLE001 - whatever keeps the database away, the answer is the same
        return jsonify(status="database unavailable"), 503
    return jsonify(status="ok")
