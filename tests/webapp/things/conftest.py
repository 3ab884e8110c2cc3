"""A dispatcher logged in before a small city, and forms as a browser would send them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.bays.tables import Bay
from models.places.tables import PlaceWindow
from tests import factories as make
from webapp import create_app
from workers.settings import Settings

NAUGHTY = "</script><img src=x onerror=alert(1)>'\"${1}"


@dataclass
class Desk:
    """A logged-in dispatcher before a small city."""

    client: FlaskClient
    database: object
    ids: dict[str, str]

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def form(self, path: str) -> dict[str, list[str]]:
        """The fields of the page's form as a browser would send them."""
        html = self.get(path).get_data(as_text=True)
        body = re.search(r'<form method="post" class="t-form".*?</form>', html, re.DOTALL)
        assert body, html[:400]
        return fields(body.group(0))


class Fields(HTMLParser):
    """The fields of a form as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self.select = ""
        self.several = False
        self.text = ""

    def handle_starttag(self, tag, attrs):
        has = dict(attrs)
        if tag == "input" and has.get("name"):
            if has.get("type") != "checkbox" or "checked" in has:
                self.sent.setdefault(has["name"], []).append(has.get("value") or "")
        elif tag == "textarea":
            self.text = has["name"]
            self.sent[self.text] = [""]
        elif tag == "select":
            self.select, self.several = has["name"], "multiple" in has
            self.first = True
        elif tag == "option" and self.select:
            if "selected" in has:
                kept = self.sent.get(self.select, []) if self.several else []
                self.sent[self.select] = [*kept, has["value"]]
            elif self.first and not self.several:
                self.sent.setdefault(self.select, [has["value"]])
            self.first = False

    def handle_data(self, data):
        if self.text:
            self.sent[self.text] = [(self.sent[self.text][0] + data).removeprefix("\r\n")]

    def handle_endtag(self, tag):
        self.text = ""
        if tag == "select":
            self.select = ""


def fields(html: str) -> dict[str, list[str]]:
    reader = Fields()
    reader.feed(html)
    return reader.sent


@pytest.fixture
def desk(spatialite, tmp_path) -> Desk:
    with spatialite.write() as session:
        make.city(session)
        operator = make.organisation(session, "operator")
        other = make.organisation(session, "operator")
        police = make.organisation(session, "traffic_police")
        who = make.account(session, operator, "dispatcher")
        home = make.depot(session, operator)
        store = make.place(session, operator, name=f"门店{NAUGHTY}")
        session.add(
            PlaceWindow(place_id=store.id, start_s=-7200, end_s=7200, night=True, needs=["quiet"])
        )
        kind = make.vehicle_type(session, organisation_id=operator.id)
        ids = {
            "place": store.id,
            "bay": make.bay(session, operator, store).id,
            "site": make.charging_site(session, operator).id,
            "vehicle": make.vehicle(session, operator, kind, home).id,
            "driver": make.driver(session, operator, home).id,
            "rule": make.rule(session, make.zone(session, operator)).id,
            "type": kind.id,
            "catalogue": make.vehicle_type(session, name="目录车型").id,
            "foreign_rule": make.rule(session, make.zone(session, police)).id,
            "foreign_vehicle": make.vehicle(session, other, kind, home).id,
        }
        login = who.login
        stands = session.get(Bay, ids["bay"]).place
        stands.kind = "bay"
    environment = {"GREENFREIGHT_HOME": str(tmp_path), "DATABASE_URL": str(spatialite.url)}
    app = create_app(Settings.from_env(environment), TESTING=True)
    client = app.test_client()
    page = client.get("/login").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    sent = {"csrf_token": token.group(1), "login": login, "password": make.PASSWORD}
    assert client.post("/login", data=sent).status_code == 302
    return Desk(client, spatialite, {name: str(key) for name, key in ids.items()})
