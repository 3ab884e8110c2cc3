"""Public links with their right tokens: whoever holds one sees what it is for, and nothing else.

The routes are those of the table, so that a new one with a secret in its address is in it by
itself; the walk over all routes (``test_canary``) tries wrong tokens only.
"""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from models.permits.tables import Permit
from tests.webapp.conftest import CANARIES
from tests.webapp.public import Links, public_links
from tests.webapp.routes import SECRETS
from tests.webapp.test_canary import text_of

KINDS = {"/d/": "driver", "/t/": "tracking", "/invitations/": "invitation"}
"""Whose token an address takes, by its beginning."""
MAY = {
    "driver": {"shipper", "shipper2", "carrier", "operator"},
    "tracking": set(),
    "invitation": {"shipper"},
}
"""Canaries that may stand behind an opened link: on a driver's day the names of who is delivered to
(both shippers' orders are on that vehicle), the vehicle and the plan's own; where a parcel is says
no name; an invitation names the organisation that one is invited to."""
UNOPENED: set[str] = set()
"""What a driver's link says before plate and phone were told."""


@pytest.fixture
def public(web) -> Links:
    return public_links(web)


def addresses(public: Links, method: str = "GET") -> list[tuple[str, str]]:
    """Every public route that takes a secret, with each right one."""
    adapter = public.web.app.url_map.bind("localhost")
    found = []
    for rule in public.web.app.url_map.iter_rules():
        names = SECRETS & rule.arguments
        if not names or method not in (rule.methods or ()):
            continue
        kind = next((k for start, k in KINDS.items() if rule.rule.startswith(start)), None)
        assert kind, f"teach tests/webapp/test_public_links.py KINDS whose token {rule.rule} takes"
        for token in public.tokens[kind]:
            values = dict.fromkeys(names, token)
            found.append((kind, adapter.build(rule.endpoint, values, method=method)))
    return found


def seen(client: FlaskClient, address: str) -> tuple[int, set[str]]:
    answer = client.get(address)
    body = text_of(answer)
    return answer.status_code, {owner for owner, word in CANARIES.items() if word in body}


def test_whoever_holds_a_link_sees_what_it_is_for_and_nothing_else(public):
    stranger, phone = public.web.app.test_client(), public.driven.driver()
    told: dict[str, set[str]] = {kind: set() for kind in MAY}
    for kind, address in addresses(public):
        status, before = seen(stranger, address)
        assert status in {200, 401}, address
        assert before <= (UNOPENED if kind == "driver" else MAY[kind]), address
        status, after = seen(phone if kind == "driver" else stranger, address)
        assert status == 200, address
        assert after <= MAY[kind], address
        told[kind] |= after
    assert "carrier" in told["driver"]  # or the crawl would pass on empty pages
    assert told["invitation"] == {"shipper"}


def test_a_link_of_one_kind_opens_nothing_of_another(public):
    client = public.driven.driver()
    for kind, address in addresses(public):
        for other, tokens in public.tokens.items():
            if other == kind:
                continue
            for own in (one for one in public.tokens[kind] if one in address):
                wrong = address.replace(own, tokens[0])
                assert client.get(wrong).status_code in {404, 410}, wrong


def test_a_driver_shows_the_codes_of_the_vehicles_own_passes(public):
    page = public.driven.driver().get(f"/d/{public.tokens['driver'][0]}").text
    assert "通行证核验码" in page
    assert "本平台核验码，不替代交管12123电子通行码" in page
    assert page.count('class="d-code-qr"') == 1
    with public.web.database.write() as session:
        session.query(Permit).update({"state": "suspended"})
    page = public.driven.driver().get(f"/d/{public.tokens['driver'][0]}").text
    assert "通行证核验码" not in page
