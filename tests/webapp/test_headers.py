"""What every answer carries, and that forgetting a permission closes a view."""

import re

import pytest
from flask import Flask

from webapp.security.permissions import needs


def test_pages_are_not_stored_not_sniffed_and_run_only_their_own_scripts(web):
    answer = web.client("dispatcher").get(f"/plans/{web.plans['plan']}")
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "style-src-attr 'unsafe-inline'" in policy
    assert "unsafe-eval" not in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_browser_keeps_what_pages_are_dressed_in(web):
    """Files under a versioned address, asked for by whoever is logged in, once."""
    client = web.client("dispatcher")
    page = client.get("/orders/").text
    files = re.findall(r'(?:href|src)="(/static/[^"]+[?]v=[^"]+)"', page)
    assert files
    for address in (files[0], files[-1]):
        with client.get(address) as answer:
            assert answer.cache_control.immutable
            assert answer.cache_control.max_age == 31_536_000
            assert not answer.cache_control.no_cache
            assert "Vary" not in answer.headers
            assert "Set-Cookie" not in answer.headers
    fonts = "/static/vendor/noto-sans-sc/files"
    with client.get(f"{fonts}/noto-sans-sc-112-wght-normal.woff2") as answer:
        assert (answer.cache_control.max_age, answer.cache_control.no_cache) == (86_400, None)


def test_the_map_frame_has_its_own_policy_and_its_script_the_nonce(web):
    answer = web.client("dispatcher").get("/plans/map")
    policy = answer.headers["Content-Security-Policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy).group(1)
    inline = re.findall(r"<script(?![^>]*src=)([^>]*)>", answer.text)
    assert all(f'nonce="{nonce}"' in tag or "application/json" in tag for tag in inline)
    assert "frame-ancestors 'self'" in policy
    assert "form-action 'none'" in policy


def test_no_page_names_another_host(web):
    client = web.client("dispatcher")
    for address in ("/plans/", f"/plans/{web.plans['plan']}", "/plans/map", "/search?q=CAN"):
        page = client.get(address).text
        links = re.findall(r'(?:src|href|action)="(https?:)?//', page)
        assert not links, address


def test_a_view_without_a_permission_answers_nobody(web):
    app: Flask = web.app
    forgotten = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        and getattr(app.view_functions[rule.endpoint], "permission_needed", None) is None
    }
    assert forgotten == set()


def test_a_permission_that_no_role_has_is_a_mistake():
    with pytest.raises(ValueError, match="no role"):
        needs("plans:fly")


def test_health_is_public_and_says_nothing_else(web):
    client = web.app.test_client()
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ok"}
