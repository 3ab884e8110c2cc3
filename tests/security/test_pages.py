"""Every page that changes something asks for its form's token; nothing behind log-in is stored."""

from __future__ import annotations

from tests.webapp.routes import WRITES, Routes


def test_no_page_takes_a_form_without_its_token(web):
    took = []
    for name in ("dispatcher", "shipper", "police", "admin", "driver", "receiver"):
        actor = web.world.actors[name]
        client = web.client(name)
        with web.database.read() as session:
            routes = Routes(web.app, session)
            calls = [
                (rule, method, address)
                for rule, method in routes.rules(*WRITES)
                if not rule.rule.startswith("/api/") and routes.may(actor, rule, method)
                for address in list(routes.reads(actor, rule, method))[-1:]
            ]
        for rule, method, address in calls:
            answer = client.open(address, method=method, data={"name": "x"})
            if answer.status_code != 400 or "页面已过期" not in answer.text:
                took.append(f"{name} {method} {rule.rule}: {answer.status_code}")
    assert not took, "\n".join(sorted(set(took)))


def test_nothing_behind_log_in_is_stored_or_sniffed(web):
    kept = []
    for name in ("dispatcher", "shipper", "police"):
        actor = web.world.actors[name]
        client = web.client(name)
        with web.database.read() as session:
            routes = Routes(web.app, session)
            addresses = [
                next(routes.reads(actor, rule))
                for rule, method in routes.rules("GET")
                if routes.may(actor, rule, method) and not rule.rule.startswith("/api/")
            ]
        for address in addresses:
            answer = client.get(address)
            wise = answer.headers["X-Content-Type-Options"] == "nosniff"
            policy = answer.headers["Content-Security-Policy"]
            if "no-store" not in answer.headers.get("Cache-Control", "") or not wise:
                kept.append(address)
            if "unsafe-eval" in policy or "default-src 'self'" not in policy:
                kept.append(f"{address}: {policy}")
            answer.close()
    assert not kept, "\n".join(kept)
