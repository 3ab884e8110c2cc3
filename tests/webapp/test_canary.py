"""Whose data appears where: a crawler over the route table, so that a new route is in it by itself.

Each organisation's data carries a canary; every GET route is called by everybody in the small city
(all roles, all positions, both sides) with every id there is, as page and by token, and no canary
may appear outside its owner's view. On PostgreSQL row security stands behind it.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from models.accounts.actor import Actor
from models.accounts.tables import Account, Invitation, Organisation
from tests.factories import NARROW
from tests.webapp.conftest import CANARIES, Web
from tests.webapp.filling import filled_web
from tests.webapp.routes import Routes

SEES = {
    "shipper": {"shipper", "dispatcher", "receiver", "driver"},
    "carrier": {"carrier", "dispatcher", "driver", "police"},
    "operator": {"dispatcher"},
}
"""Canary to the roles of its side in whose view it may appear: a shipper's names stand on the stops
of the driver's own duty, a carrier's vehicles before the police."""
EVERYWHERE = {("carrier", "police")}
"""Seen by these of either side: the police have one."""
ON_POSTGRESQL = ("dispatcher2", "shipper2", "carrier2", "clerk", "receiver", "driver", "officer")
PEOPLE = (
    *("dispatcher", "dispatcher2", "shipper", "shipper2", "receiver", "receiver2", "carrier"),
    *("carrier2", "driver", "driver2", "police", "bureau", "admin"),
    *(name for name, _organisation, _role in NARROW),
)
"""Everybody in the small city: all roles, all positions, both sides."""
FILES = b"PK"


@dataclass
class Crawled:
    """What one person was shown."""

    leaks: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    missing: dict[bool, set[bytes]] = field(default_factory=lambda: {True: set(), False: set()})
    seen: int = 0


@pytest.fixture(scope="module")
def filled(spatialite_databases, tmp_path_factory) -> Iterator[Web]:
    """The small city with something in every table; nobody changes it."""
    folder = tmp_path_factory.mktemp("canary")
    with spatialite_databases.fresh() as database, filled_web(database, folder) as web:
        yield web


def text_of(answer) -> str:
    """What is in an answer, spreadsheets unpacked."""
    data = answer.get_data()
    if data[:2] == FILES:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            return "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    return data.decode("utf-8", "replace")


def registered(web: Web) -> list[str]:
    """What an administrator keeps of organisations and people: longest first, to be taken out."""
    with web.database.read() as session:
        texts = {a.name for a in session.query(Account)} | {a.login for a in session.query(Account)}
        texts |= {invitation.name for invitation in session.query(Invitation)}
        for of in session.query(Organisation):
            texts |= {of.name, of.short_name, of.address or "", of.phone or ""}
    texts |= {json.dumps(text)[1:-1] for text in texts}  # as an answer in JSON says it
    return sorted(filter(None, texts), key=len, reverse=True)


def leaks(name: str, actor: Actor, body: str) -> set[str]:
    """Canaries in ``body`` that this person may not see."""
    side = "2" if name.endswith("2") else ""
    found = {owner for owner, word in CANARIES.items() if word in body}
    return {
        owner
        for owner in found
        if (owner.rstrip("2"), actor.role) not in EVERYWHERE
        and not (owner.endswith("2") == bool(side) and actor.role in SEES[owner.rstrip("2")])
    }


def crawl(web: Web, name: str) -> Crawled:
    """Every GET route with every id, as this person."""
    actor = web.world.actors[name]
    client, headers = web.client(name), web.bearer(name)
    kept = registered(web) if actor.role == "admin" else []
    out = Crawled()
    with web.database.read() as session:
        # Who holds one position only sees what the role sees, or less.
        routes = Routes(web.app, session, 1 if name in {who[0] for who in NARROW} else 2)
        addresses = [
            (rule, address)
            for rule, _method in routes.rules("GET")
            for address in routes.reads(actor, rule)
        ]
    for rule, address in addresses:
        interface = rule.rule.startswith("/api/")
        try:
            answer = client.get(address, headers=headers if interface else None)
            body = text_of(answer)
        except Exception as fault:  # noqa: BLE001 - whatever breaks is told with the others
            out.broken.append(f"{address}: {fault!r}; or is a row of filling.py no real one?"[:300])
            continue
        for text in kept:
            body = body.replace(text, "")
        if answer.status_code >= 500:
            out.broken.append(f"{answer.status_code} {address}")
        out.leaks += [f"{owner} at {address}" for owner in leaks(name, actor, body)]
        out.seen += answer.status_code == 200
        if answer.status_code == 404:
            out.missing[interface].add(answer.get_data())
    return out


def test_everybody_is_crawled(filled):
    assert set(PEOPLE) == set(filled.world.actors), "say in PEOPLE who is new in the small city"


@pytest.mark.parametrize("name", PEOPLE)
def test_no_canary_leaves_its_owners_view(filled, name):
    found = crawl(filled, name)
    assert found.leaks == []
    assert found.broken == []
    # A foreign id and one that nothing has read exactly the same.
    assert all(len(bodies) <= 1 for bodies in found.missing.values())
    assert found.seen


def test_nor_on_postgresql_with_row_security(postgres_databases, tmp_path):
    with postgres_databases.fresh() as database, filled_web(database, tmp_path) as web:
        wrong = {name: crawl(web, name) for name in ON_POSTGRESQL}
        assert {
            n: (c.leaks[:9], c.broken[:9]) for n, c in wrong.items() if c.leaks or c.broken
        } == {}


def test_the_search_finds_ones_own_and_nobody_elses(filled):
    for name, actor in filled.world.actors.items():
        client = filled.client(name)
        kept = registered(filled) if actor.role == "admin" else []
        for word in (*CANARIES.values(), "CANARY"):
            body = client.get("/search", query_string={"q": word}).text
            for text in (f"“{word}”", f'value="{word}"', *kept):
                body = body.replace(text, "")
            assert not leaks(name, actor, body), name


def test_owners_do_see_their_own(filled):
    """The crawler would pass on a site that shows nothing."""
    orders = filled.client("shipper").get("/orders/", query_string={"date": ""}).text
    found = filled.client("shipper").get("/search", query_string={"q": CANARIES["shipper"]}).text
    assert CANARIES["shipper"] in orders + found
    view = filled.client("dispatcher").get(f"/plans/{filled.plans['plan']}/view.json").text
    assert CANARIES["operator"] in view
    permits = filled.client("officer").get("/permits/").text
    assert CANARIES["carrier"] in permits
