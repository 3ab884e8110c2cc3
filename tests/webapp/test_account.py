"""我的账号, 同事, 组织与账号 and invitations, as people use them."""

from __future__ import annotations

import re

import pyotp
import pytest

from models.accounts.tables import Account, ApiToken, Organisation
from models.accounts.tokens import create_token
from tests import factories
from tests.webapp.conftest import csrf

LINK = re.compile(r"http://localhost(/invitations/[\w-]+)")
NEW = "a-long-one-示例"


def post(client, address, page="/account/", **data):
    token = csrf(client.get(page).text)
    return client.post(address, data={"csrf_token": token, **data})


def log_in(web, login, password, client=None):
    client = client or web.app.test_client()
    answer = post(client, "/login", "/login", login=login, password=password)
    return client, answer


def test_somebody_invited_joins_and_must_enrol_where_the_position_needs_it(web):
    admin = web.client("admin")
    of = str(web.world.organisations["police"].id)
    answer = post(
        admin, "/accounts/invite", name="新警", organisation=of, role="police", positions="approver"
    )
    link = LINK.search(answer.text).group(1)
    assert LINK.search(admin.get("/accounts/").text) is None  # shown once
    client = web.app.test_client()
    answer = post(client, link, link, login="xinjing", new=NEW, again=NEW)
    assert answer.headers["Location"].endswith("/login")
    assert client.get(link).status_code == 410
    client, answer = log_in(web, "xinjing", NEW)
    assert answer.headers["Location"].endswith("/account/second-factor")
    for closed in ("/", "/account/", "/permits/", "/rules/"):
        assert client.get(closed).headers["Location"].endswith("/account/second-factor"), closed
    page = client.get("/account/second-factor").text
    secret = re.search(r'id="totp-secret">([A-Z2-7 ]+)<', page).group(1).replace(" ", "")
    assert "data:image/svg+xml" in page
    wrong = post(client, "/account/second-factor", "/account/second-factor", code="12")
    assert wrong.status_code == 422
    code = pyotp.TOTP(secret).now()
    done = post(client, "/account/second-factor", "/account/second-factor", code=code)
    assert "恢复码" in done.text
    assert client.get("/permits/").status_code == 200
    recovery = re.search(r'id="recovery-codes"[^>]*>([\w-]+)', done.text).group(1)
    for given, status in ((code, 401), (recovery, 302), (recovery, 401)):
        client, answer = log_in(web, "xinjing", NEW)
        assert answer.headers["Location"].endswith("/login/code")
        assert client.get("/permits/").status_code == 302  # half a log-in opens nothing
        assert post(client, "/login/code", "/login/code", code=given).status_code == status


def test_a_code_without_a_password_before_it_leads_back(web):
    client = web.app.test_client()
    assert client.get("/login/code").headers["Location"].endswith("/login")


def test_half_a_log_in_ends_after_five_minutes(web):
    login = web.world.rows["account:police"].login
    client, _ = log_in(web, login, factories.PASSWORD)
    with client.session_transaction() as session:
        session["awaiting"]["at"] -= 301
        session.modified = True
    assert client.get("/login/code").headers["Location"].endswith("/login")


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(web):
    here, there = web.client("shipper"), web.client("shipper")
    old = factories.PASSWORD
    for wrong in ({"current": "x", "new": NEW, "again": NEW}, {"current": old, "new": NEW}):
        assert post(here, "/account/password", **wrong).status_code == 422
    answer = post(here, "/account/password", current=old, new=NEW, again=NEW)
    assert answer.status_code == 302
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302


def test_log_out_everywhere(web):
    here, there = web.client("police"), web.client("police")
    post(here, "/account/end-sessions")
    assert [c.get("/account/").status_code for c in (here, there)] == [302, 302]


def test_a_token_is_shown_once_does_its_scopes_and_ends_when_revoked(web):
    client = web.client("shipper")
    page = post(
        client, "/account/tokens", "/account/tokens", name="ERP", days="30", scopes="orders:read"
    ).text
    secret = re.search(r"gf_[\w-]{40,}", page).group(0)
    assert secret not in client.get("/account/tokens").text
    headers = {"Authorization": f"Bearer {secret}"}
    assert web.app.test_client().get("/api/v1/orders", headers=headers).status_code == 200
    assert web.app.test_client().get("/api/v1/places", headers=headers).status_code == 403
    with web.database.read() as session:
        token = session.query(ApiToken).filter(ApiToken.name == "ERP").one()
    assert token.last_used_at is not None
    refused = post(
        client, "/account/tokens", "/account/tokens", name="x", days="366", scopes="orders:read"
    )
    assert refused.status_code == 422
    forbidden = post(
        client, "/account/tokens", "/account/tokens", name="x", days="9", scopes="plans:read"
    )
    assert forbidden.status_code == 422
    post(client, f"/account/tokens/{token.id}/revoke")
    assert web.app.test_client().get("/api/v1/orders", headers=headers).status_code == 401


def test_a_roles_token_works_without_its_second_factor(web):
    with web.database.write() as session:
        _row, secret = create_token(session, web.world.actors["police"], name="x", scopes=["*"])
    headers = {"Authorization": f"Bearer {secret}"}
    assert web.app.test_client().get("/api/v1/permits", headers=headers).status_code == 200


def test_an_organisations_admin_manages_colleagues_and_others_do_not(web):
    boss = web.client("shipper")
    clerk = web.world.id("account:clerk")
    assert web.client("clerk").get("/colleagues/").status_code == 404
    page = boss.get("/colleagues/").text
    assert web.world.rows["account:clerk"].login in page
    assert web.world.rows["account:shipper2"].login not in page
    address = f"/colleagues/people/{clerk}"
    assert boss.get(f"/colleagues/people/{web.world.id('account:shipper2')}").status_code == 404
    post(boss, f"{address}/positions", address, positions="station_manager")
    with web.database.read() as session:
        assert session.get(Account, clerk).positions == ["station_manager"]
    answer = post(boss, f"{address}/password-link", address)
    assert LINK.search(answer.text)
    there = web.client("clerk")
    post(boss, f"{address}/active", address, active="0")
    assert there.get("/account/").status_code == 302
    assert post(boss, "/colleagues/invite", name="某", role="admin").status_code == 422


def test_organisations_of_all_kinds_by_page(web):
    admin = web.client("admin")
    given = {"name": "交通局示例", "kind": "bureau", "authority": "transport", "level": "district"}
    assert post(admin, "/accounts/organisations/new", **given, district="东区").status_code == 302
    with web.database.read() as session:
        made = session.query(Organisation).filter(Organisation.name == given["name"]).one()
    assert (made.authority, made.level, made.district) == ("transport", "district", "东区")
    wrong = post(admin, "/accounts/organisations/new", **{**given, "kind": "shipper"})
    assert wrong.status_code == 422
    assert "主管领域" in wrong.text
    shop = {"name": "便利店示例", "kind": "shipper", "trade": "convenience"}
    assert post(admin, "/accounts/organisations/new", **shop, active="y").status_code == 302
    with web.database.read() as session:
        kept = session.query(Organisation).filter(Organisation.name == shop["name"]).one()
    assert kept.trade == "convenience"
    refused = post(admin, "/accounts/organisations/new", **{**given, "trade": "courier"})
    assert (refused.status_code, "只有货主" in refused.text) == (422, True)
    address = f"/accounts/organisations/{made.id}"
    post(admin, address, **given, district="西区")  # without the box: closed
    with web.database.read() as session:
        changed = session.get(Organisation, made.id)
    assert (changed.district, changed.active) == ("西区", False)


def test_organisations_and_accounts_over_http(web):
    client, headers = web.app.test_client(), web.bearer("admin")
    body = {"name": "发改委示例", "kind": "bureau", "authority": "development_reform"}
    made = client.post(
        "/api/v1/organisations", json=body, headers={**headers, "Idempotency-Key": "1"}
    )
    assert made.status_code == 201, made.text
    address = f"/api/v1/organisations/{made.json['id']}"
    changed = client.patch(address, json={"level": "city"}, headers=headers)
    assert changed.json["level"] == "city"
    found = client.get("/api/v1/organisations?kind=bureau", headers=headers).json["items"]
    assert made.json["id"] in {row["id"] for row in found}
    given = {"organisation": made.json["id"], "role": "bureau", "name": "处长示例"}
    invited = client.post(
        "/api/v1/accounts/invitations", json=given, headers={**headers, "Idempotency-Key": "2"}
    )
    assert LINK.search(invited.json["link"])
    key = web.world.id("account:clerk")
    off = client.put(f"/api/v1/accounts/{key}/active", json={"active": False}, headers=headers)
    assert off.json["active"] is False
    assert "password" not in client.get(f"/api/v1/accounts/{key}", headers=headers).text


def test_an_auditor_reads_the_own_trail_and_an_administrator_proves_the_whole(web):
    web.client("shipper2")  # leaves a trace of another organisation
    post(web.client("shipper"), "/account/end-sessions")
    own, foreign = (str(web.world.id(f"account:{name}")) for name in ("shipper", "shipper2"))
    page = web.client("auditor").get("/audit/").text
    assert own in page
    assert foreign not in page
    whole = web.client("admin").get("/audit/?verify=1").text
    assert foreign in whole
    assert "未被改动" in whole
    assert web.client("clerk").get("/audit/").status_code == 404


@pytest.mark.parametrize("role", ["shipper", "police"])
def test_idle_sessions_end_by_role(web, role):
    client = web.client(role)
    with client.session_transaction() as session:
        session["seen"] -= 1801
    assert client.get("/account/").status_code == (302 if role == "police" else 200)
