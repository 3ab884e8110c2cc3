"""Whose data appears where: a crawler over the route table, so that a new route is in it by itself.

Each organisation's data carries a canary; every GET route is called by every role with every id
that the city has, as page and by token, and no canary may appear outside its owner's view.
"""

from __future__ import annotations

import io
import uuid
import zipfile
from itertools import product

import pytest
from werkzeug.routing import Rule

from tests.webapp.conftest import CANARIES, Web, csrf
from webapp.security.permissions import ROLE_PERMISSIONS

SEES = {
    "shipper": {"shipper", "dispatcher", "receiver"},
    "shipper2": {"shipper2", "dispatcher2", "receiver2"},
    "carrier": {"carrier", "dispatcher", "driver", "police"},
    "carrier2": {"carrier2", "dispatcher2", "driver2", "police"},
    "operator": {"dispatcher"},
    "operator2": {"dispatcher2"},
}
"""Canary to the roles in whose view it may appear. An administrator sees the names of
organisations, which carry the shippers' canaries, on the page of accounts alone."""
ROLES = (
    "dispatcher",
    "dispatcher2",
    "shipper",
    "receiver",
    "carrier",
    "driver",
    "police",
    "bureau",
    "admin",
)
NAMES_ONLY = ("admin.", "api_organisations.", "api_accounts.")
OTHER = {
    "kind": ("xlsx", "csv", "geojson", "orders"),
    "code": ("zh", "en"),
    "filename": (),
}


KINDS = (
    *("order", "plan", "vehicle", "driver", "store", "permit"),
    *("bay", "zone", "rule", "site", "depot", "type", "route"),
)


def ids(web: Web) -> list[str]:
    """An id of every kind of thing, of both sides where there are two, and one of nothing."""
    rows = web.world.rows
    found = [str(rows[f"{k}{s}"].id) for k in KINDS for s in ("", "2") if f"{k}{s}" in rows]
    return [*found, str(uuid.uuid4())]


def may(web: Web, role: str, rule: Rule) -> bool:
    """Whether the role has the route's permission at all; one without is tried with few ids."""
    needed = getattr(web.app.view_functions[rule.endpoint], "permission_needed", "")
    held = ROLE_PERMISSIONS.get(role.rstrip("2"), frozenset())
    return needed in held or needed in ("", "signed-in")


def addresses(web: Web, rule: Rule, all_ids: list[str]) -> list[str]:
    """The addresses of a rule: for each parameter all it may be."""
    names = sorted(rule.arguments)
    choices = [OTHER.get(name, all_ids) for name in names]
    adapter = web.app.url_map.bind("localhost")
    return [
        adapter.build(rule.endpoint, dict(zip(names, values, strict=True)), method="GET")
        for values in product(*choices)
    ]


def text_of(answer) -> str:
    """What is in an answer, spreadsheets unpacked."""
    data = answer.get_data()
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            return "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    return data.decode("utf-8", "replace")


def get_rules(web: Web, *, interface: bool) -> list[Rule]:
    """The GET routes of pages or of the interface."""
    return [
        rule
        for rule in web.app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and rule.endpoint != "static"
        and rule.rule.startswith("/api/") is interface
    ]


def leaks(role: str, endpoint: str, body: str) -> set[str]:
    """Canaries in ``body`` that ``role`` may not see."""
    found = {name for name, word in CANARIES.items() if word in body}
    if endpoint.startswith(NAMES_ONLY) and role == "admin":
        found -= {"shipper", "shipper2"}
    return {name for name in found if role not in SEES[name]}


@pytest.mark.parametrize("role", ROLES)
def test_no_canary_leaves_its_owners_view(web, role):
    client = web.client(role)
    headers = web.bearer(role)
    all_ids = ids(web)
    bodies: dict[bool, set[bytes]] = {True: set(), False: set()}
    seen = 0
    for interface in (False, True):
        for rule in get_rules(web, interface=interface):
            tried = all_ids if may(web, role, rule) else [web.plans["plan"], all_ids[-1]]
            for address in addresses(web, rule, tried):
                answer = client.get(address, headers=headers if interface else None)
                assert answer.status_code < 500, address
                wrong = leaks(role, rule.endpoint, text_of(answer))
                assert not wrong, f"{role} sees {wrong} at {address}"
                seen += answer.status_code == 200
                if answer.status_code == 404:
                    bodies[interface].add(answer.get_data())
        # A foreign id and one that nothing has read exactly the same.
        assert len(bodies[interface]) <= 1
    assert seen


def test_the_search_finds_ones_own_and_nobody_elses(web):
    for role in ("dispatcher", "shipper", "carrier", "police", "receiver"):
        client = web.client(role)
        for word in (*CANARIES.values(), "CANARY"):
            body = client.get("/search", query_string={"q": word}).text
            body = body.replace(f"“{word}”", "").replace(f'value="{word}"', "")
            assert not leaks(role, "frame.search", body)


def test_owners_do_see_their_own(web):
    """The crawler would pass on a site that shows nothing."""
    orders = web.client("shipper").get("/orders/", query_string={"date": ""}).text
    found = web.client("shipper").get("/search", query_string={"q": CANARIES["shipper"]}).text
    assert CANARIES["shipper"] in orders + found
    view = web.client("dispatcher").get(f"/plans/{web.plans['plan']}/view.json").text
    assert CANARIES["operator"] in view


def test_every_write_with_a_foreign_id_is_refused(web):
    all_ids = ids(web)
    adapter = web.app.url_map.bind("localhost")
    for role in ("shipper2", "dispatcher2", "police"):
        client = web.client(role)
        token = csrf(client.get("/welcome").text)
        for rule in web.app.url_map.iter_rules():
            if "POST" not in (rule.methods or ()) or not rule.arguments:
                continue
            if rule.rule.startswith(("/api/", "/invitations/")):
                continue
            names = sorted(rule.arguments)
            foreign = [web.plans["plan"], str(web.world.id("order")), all_ids[-1]]
            for values in product(*[OTHER.get(name, foreign) for name in names]):
                address = adapter.build(
                    rule.endpoint, dict(zip(names, values, strict=True)), method="POST"
                )
                answer = client.post(address, data={"csrf_token": token, "active": "0"})
                assert answer.status_code == 404, f"{role} {address}: {answer.status_code}"
