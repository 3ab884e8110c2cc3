"""The web with one right token for every kind of link that needs no log-in."""

from __future__ import annotations

from dataclasses import dataclass

from models.accounts.invitations import Invited, invite, invite_to_reset
from models.execution.links import make_tracking
from models.fleet.tables import Vehicle
from models.orders.tables import Order
from models.rules.tables import AccessRule
from tests import factories
from tests.webapp.conftest import CANARIES, Web
from tests.webapp.execution.conftest import OnTheStreet, on_the_street


@dataclass
class Links:
    """Right tokens by kind, and a phone that has opened the driver's."""

    web: Web
    driven: OnTheStreet
    tokens: dict[str, list[str]]


def public_links(web: Web) -> Links:
    """A day on the street with its drivers' links, a delivery's and two invitations."""
    world = web.world
    driven = on_the_street(web, per_trip=4)
    secret = web.app.extensions["settings"].secret
    with web.database.write() as session:
        vehicle = session.get(Vehicle, driven.street.vehicles[0].id)
        session.get(Vehicle, world.id("vehicle2")).plate = f"辽Z{CANARIES['carrier2']}"
        factories.permit(
            session,
            world.organisations["carrier"],
            [vehicle],
            [session.get(AccessRule, world.id("rule"))],
            number=f"{CANARIES['carrier']}-R",
            date_from=driven.street.version.service_date,
            date_to=driven.street.version.service_date,
        )
        for number, row in enumerate(driven.street.orders):
            kept = session.get(Order, row.id)
            side = "2" if kept.shipper_id == world.organisations["shipper2"].id else ""
            kept.reference = f"{CANARIES[f'shipper{side}']}-R{number}"
            kept.goods_name = kept.notes = CANARIES[f"shipper{side}"]
        shipper = world.actors["shipper"]
        order = driven.street.orders[0]
        own = shipper if order.shipper_id == shipper.organisation_id else world.actors["shipper2"]
        _link, tracking = make_tracking(session, own, order.id, secret)
        admin = world.actors["admin"]
        firm = world.organisations["shipper"].id
        _row, joining = invite(
            session, admin, Invited(organisation_id=firm, role="shipper", name="新人示例")
        )
        _row, resetting = invite_to_reset(session, admin, world.id("account:shipper"))
    tokens = {
        "driver": [driven.tokens[0]],
        "tracking": [tracking],
        "invitation": [joining, resetting],
    }
    return Links(web, driven, tokens)
