"""同事: an organisation's own admin invites and closes accounts within the organisation."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from webapp.admin import people
from webapp.security.permissions import needs

blueprint = Blueprint("colleagues", __name__, url_prefix="/colleagues", template_folder="templates")
DESK = people.Desk(
    blueprint=blueprint,
    index="index",
    read="colleagues:read",
    write="colleagues:write",
    title=_l("同事"),
    one_organisation=True,
)


@blueprint.get("/")
@needs(DESK.read)
def index() -> ResponseReturnValue:
    """People of the own organisation, and invitations that are open."""
    return people.show(DESK)


people.mount(DESK)
