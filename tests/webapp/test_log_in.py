"""Log-in: the session begins afresh, failures back off, forms carry a token."""

from models.accounts.people import set_active
from tests import factories
from tests.webapp.conftest import csrf


def test_a_visitor_is_sent_to_the_log_in_and_then_on(web):
    client = web.app.test_client()
    answer = client.get("/plans/?date=2026-11-24")
    assert answer.status_code == 302
    assert "/login?next=/plans/" in answer.headers["Location"]


def test_log_in_leads_where_the_visitor_was_going_but_never_off_the_site(web):
    login = web.world.rows["account:dispatcher"].login
    for wanted, landed in (
        ("/plans/?date=2026-11-24", "/plans/?date=2026-11-24"),
        ("//evil.example/", "/plans/"),
        ("https://evil.example/", "/plans/"),
    ):
        client = web.app.test_client()
        page = client.get("/login").text
        answer = client.post(
            "/login",
            query_string={"next": wanted},
            data={"login": login, "password": factories.PASSWORD, "csrf_token": csrf(page)},
        )
        assert answer.headers["Location"] == landed


def test_the_session_is_another_after_log_in(web):
    client = web.app.test_client()
    page = client.get("/login").text
    with client.session_transaction() as before:
        old = before["csrf_token"]
    login = web.world.rows["account:dispatcher"].login
    client.post(
        "/login", data={"login": login, "password": factories.PASSWORD, "csrf_token": csrf(page)}
    )
    with client.session_transaction() as after:
        assert after.get("csrf_token") != old
        assert after["mark"]


def test_a_wrong_password_is_refused_and_five_of_them_block_for_a_while(web):
    login = web.world.rows["account:shipper"].login
    client = web.app.test_client()
    for _ in range(5):
        token = csrf(client.get("/login").text)
        answer = client.post(
            "/login", data={"login": login, "password": "wrong", "csrf_token": token}
        )
        assert answer.status_code == 401
    token = csrf(client.get("/login").text)
    answer = client.post(
        "/login", data={"login": login, "password": factories.PASSWORD, "csrf_token": token}
    )
    assert answer.status_code == 401
    assert "秒后再试" in answer.text


def test_a_form_without_its_token_is_refused(web):
    client = web.client("dispatcher")
    answer = client.post("/plans/", data={"date": "2026-11-24", "time_limit": "30"})
    assert answer.status_code == 400
    assert "页面已过期" in answer.text


def test_an_account_that_is_switched_off_is_out_at_once(web):
    client = web.client("shipper")
    with web.database.write() as session:
        account = web.world.actors["shipper"].account_id
        set_active(session, web.world.actors["admin"], account, active=False)
    assert client.get("/").status_code == 302
    assert "/login" in client.get("/").headers["Location"]


def test_police_are_logged_out_after_half_an_hour_of_rest_and_dispatchers_are_not(web):
    for role, stays in (("police", False), ("dispatcher", True)):
        client = web.client(role)
        with client.session_transaction() as session:
            session["seen"] -= 1801
        answer = client.get("/welcome")
        assert (answer.status_code == 200) is stays


def test_log_out_ends_the_session(web):
    client = web.client("dispatcher")
    token = csrf(client.get("/welcome").text)
    client.post("/logout", data={"csrf_token": token})
    assert client.get("/plans/").status_code == 302


def test_navigation_is_by_role(web):
    words = {"dispatcher": "排线", "police": "禁限行规则", "admin": "组织与账号"}
    for role, word in words.items():
        page = web.client(role).get("/welcome").text
        side = page[page.index('class="gf-side"') : page.index('class="gf-top"')]
        assert word in side
        for other, foreign in words.items():
            assert other == role or foreign not in side
