"""Home, search, language, health."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    abort,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from models.accounts.operations import set_language
from webapp.database import database, reading
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


@blueprint.post("/language")
@public
def language() -> ResponseReturnValue:
    """Choose a language: for this session, and for the account once somebody has logged in."""
    code = request.form.get("code", "")
    if code in dict(languages.available()):
        session["language"] = code
        if g.get("actor") is not None:
            with database().write(actor()) as writing:
                set_language(writing, actor(), code)
    return redirect(
        inside((request.referrer or "").removeprefix(request.host_url.rstrip("/")))
        or url_for("frame.home")
    )


@blueprint.get("/words/<code>.js")
@public
def words(code: str) -> ResponseReturnValue:
    """What our scripts say, in a language that is not the source."""
    if code not in dict(languages.available()):
        abort(404)
    script, version = languages.for_scripts(code)
    answer = Response(script, mimetype="text/javascript")
    if request.args.get("version") == version:
        answer.cache_control.public = True
        answer.cache_control.max_age = 31_536_000
        answer.cache_control.immutable = True
    return answer


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
