"""At the edges of page and interface: whoever may not is refused, and it is on record."""

from sqlalchemy import select

from models.audit.tables import AuditEvent
from tests.webapp.conftest import csrf


def refused(web):
    with web.database.read() as session:
        query = select(AuditEvent).where(AuditEvent.action == "refusal")
        return list(session.scalars(query.order_by(AuditEvent.sequence)))


def test_a_role_that_has_no_such_verb_is_on_record_by_page_and_by_token(web):
    plan = web.plans["plan"]
    client = web.client("shipper")
    token = csrf(client.get("/account/").text)
    assert client.post(f"/plans/{plan}/publish", data={"csrf_token": token}).status_code == 404
    headers = {**web.bearer("shipper"), "Idempotency-Key": "1"}
    assert client.post(f"/api/v1/plans/{plan}/publish", headers=headers).status_code == 404
    narrow = {**web.bearer("dispatcher", ("plans:read",)), "Idempotency-Key": "1"}
    assert client.post(f"/api/v1/plans/{plan}/publish", headers=narrow).status_code == 403
    told = [(e.entity, e.entity_id, e.fields[1], e.account_id) for e in refused(web)]
    shipper, dispatcher = (web.world.actors[n].account_id for n in ("shipper", "dispatcher"))
    assert told == [
        ("request", plan, "role", shipper),
        ("request", plan, "role", shipper),
        ("request", plan, "scope", dispatcher),
    ]
    assert all(e.address == "127.0.0.1" and e.request_id for e in refused(web))


def test_an_operation_that_refuses_is_on_record_by_page_and_by_token(web):
    order = web.world.id("order")
    client = web.client("dispatcher")
    token = csrf(client.get("/account/").text)
    client.post(f"/orders/{order}/accept", data={"csrf_token": token})
    headers = {**web.bearer("dispatcher"), "Idempotency-Key": "1"}
    plan = web.plans["plan"]
    assert client.post(f"/api/v1/plans/{plan}/cancel", headers=headers).status_code == 409
    told = [(e.entity, e.entity_id, e.fields[1:]) for e in refused(web)]
    assert told == [
        ("orders", str(order), ["transition_refused", "planned>accepted"]),
        ("plan_versions", plan, ["transition_refused", "published>cancelled"]),
    ]


def test_reading_what_is_not_there_leaves_no_trace(web):
    client = web.client("shipper")
    client.get(f"/plans/{web.plans['plan']}")
    client.get(f"/orders/{web.world.id('order2')}")
    assert refused(web) == []
