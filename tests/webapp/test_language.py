"""The language follows the user: before log-in the browser's, after it the account's."""

from __future__ import annotations

import pytest

from models.accounts.tables import Account
from models.audit.tables import AuditEvent
from tests import factories
from tests.webapp.conftest import csrf


def _log_in(web, client, role="dispatcher"):
    with web.database.read() as session:
        login = session.get(Account, web.world.actors[role].account_id).login
    token = csrf(client.get("/login").text)
    said = {"login": login, "password": factories.PASSWORD, "csrf_token": token}
    assert client.post("/login", data=said).status_code == 302


def _choose(client, code, at="/login"):
    token = csrf(client.get(at).text)
    return client.post(
        "/language",
        data={"code": code, "csrf_token": token},
        headers={"Referer": f"http://localhost{at}"},
    )


def _language(web, role="dispatcher"):
    with web.database.read() as session:
        return session.get(Account, web.world.actors[role].account_id).language


@pytest.mark.parametrize(
    ("asked", "lang", "word"),
    [
        (None, "zh-CN", "登录名"),
        ("en-GB,en;q=0.9", "en", "Login name"),
        ("zh-TW,zh;q=0.9,en;q=0.8", "zh-CN", "登录名"),
        ("fr", "zh-CN", "登录名"),
    ],
)
def test_before_log_in_the_browser_asks(web, asked, lang, word):
    client = web.app.test_client()
    page = client.get("/login", headers={"Accept-Language": asked} if asked else {}).text
    assert f'<html lang="{lang}">' in page
    assert word in page


def test_after_log_in_the_account_decides_wherever_it_is(web):
    english = {"Accept-Language": "en"}
    client = web.app.test_client()
    _log_in(web, client)
    assert "订单" in client.get("/orders/", headers=english).text
    answer = _choose(client, "en", "/orders/")
    assert answer.headers["Location"] == "/orders/"
    assert '<html lang="en">' in client.get("/orders/").text
    assert _language(web) == "en"
    other = web.app.test_client()
    _log_in(web, other)
    assert '<html lang="en">' in other.get("/orders/").text
    with web.database.read() as session:
        events = [e for e in session.query(AuditEvent) if e.fields == ["language"]]
        assert [e.entity for e in events] == ["account"]


def test_a_language_chosen_before_log_in_is_the_accounts(web):
    client = web.app.test_client()
    _choose(client, "en")
    assert "Login name" in client.get("/login").text
    _log_in(web, client)
    assert _language(web) == "en"
    token = csrf(client.get("/orders/").text)
    client.post("/logout", data={"csrf_token": token})
    assert "登录名" in client.get("/login").text  # the next at this desk is somebody else


def test_a_language_that_is_none_changes_nothing(web):
    client = web.app.test_client()
    _log_in(web, client)
    _choose(client, "xx", "/orders/")
    assert _language(web) == "zh"


def test_the_interface_answers_in_the_callers_language(web):
    header = web.bearer("shipper")
    client = web.app.test_client()

    def refused(**more: str) -> str:
        answer = client.get("/api/v1/orders?cursor=nonsense", headers={**header, **more})
        assert answer.status_code == 422, answer.text
        return answer.json["detail"]

    assert refused() == "翻页游标无效"
    assert refused(**{"Accept-Language": "en"}) == "The cursor is not valid"
    with web.database.write() as session:
        session.get(Account, web.world.actors["shipper"].account_id).language = "en"
    assert refused() == "The cursor is not valid"
    assert refused(**{"Accept-Language": "zh-CN"}) == "翻页游标无效"


def test_a_plan_is_told_in_both_languages_by_one_process(web):
    client = web.app.test_client()
    _log_in(web, client)
    address = f"/plans/{web.plans['plan']}/view.json"
    chinese = client.get(address).json
    _choose(client, "en", "/orders/")
    english = client.get(address).json
    assert chinese != english
    assert [r["key"] for r in chinese["routes"]] == [r["key"] for r in english["routes"]]
    _choose(client, "zh", "/orders/")
    assert client.get(address).json == chinese


def test_scripts_find_their_words(web):
    client = web.app.test_client()
    page = client.get("/login", headers={"Accept-Language": "en"}).text
    address = page.split('src="/words/')[1].split('"')[0].replace("&amp;", "&")
    answer = client.get(f"/words/{address}")
    assert answer.mimetype == "text/javascript"
    assert "immutable" in answer.headers["Cache-Control"]
    assert '"未排原因":"Reasons"' in answer.text
    assert "/words/" not in client.get("/login").text
    assert client.get("/words/xx.js").status_code == 404
