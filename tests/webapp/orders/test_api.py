"""Orders over HTTP: single, bulk, import with dry run, once per key, nobody else's."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from typing import Any

import pytest
from sqlalchemy import func, select

from models.orders.tables import Order
from tests.webapp.conftest import CANARIES, Web

DAY = "2026-11-24"


@pytest.fixture(autouse=True)
def _on_20_november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.accounts.city.today", lambda *_args: dt.date(2026, 11, 20))


class Machine:
    """A program with a token."""

    def __init__(self, web: Web, role: str) -> None:
        self.client = web.app.test_client()
        self.headers = web.bearer(role)

    def get(self, path: str):
        return self.client.get(f"/api/v1/{path}", headers=self.headers)

    def post(self, path: str, *, key: str | None = None, **more: Any):
        headers = {**self.headers, "Idempotency-Key": key or uuid.uuid4().hex}
        return self.client.post(f"/api/v1/{path}", headers=headers, **more)


@pytest.fixture
def machine(web: Web) -> Machine:
    return Machine(web, "shipper")


def body(web: Web, reference: str, **more: Any) -> dict[str, Any]:
    return {
        "reference": reference,
        "service_date": DAY,
        "store_code": "S1",
        "pickup_place_id": str(web.world.id("hub")),
        "weight_g": 12_000,
        "volume_cm3": 50_000,
        **more,
    }


def count(web: Web) -> int:
    with web.database.read() as session:
        return session.scalar(select(func.count()).select_from(Order))


def test_one_order_is_made_once_per_key(web: Web, machine: Machine) -> None:
    before = count(web)
    first = machine.post("orders", key="k1", json=body(web, "API-1"))
    assert first.status_code == 201, first.text
    again = machine.post("orders", key="k1", json=body(web, "API-1"))
    assert (again.status_code, again.json) == (201, first.json)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert count(web) == before + 1
    assert first.json["state"] == "submitted"
    one = machine.get(f"orders/{first.json['id']}")
    assert one.json["reference"] == "API-1"
    taken = machine.post("orders", json=body(web, "API-1"))
    assert taken.status_code == 422
    assert taken.mimetype == "application/problem+json"
    assert taken.json["errors"][0]["code"] == "reference_taken"
    other = machine.post("orders", key="k1", json=body(web, "API-2"))
    assert other.status_code == 422


def test_bulk_is_all_or_nothing(web: Web, machine: Machine) -> None:
    before = count(web)
    orders = [body(web, f"B-{n}") for n in range(5)]
    wrong = machine.post("orders/bulk", json={"orders": [*orders, body(web, "B-0")]})
    assert wrong.status_code == 422
    assert count(web) == before
    done = machine.post("orders/bulk", json={"orders": orders})
    assert [o["reference"] for o in done.json["items"]] == [f"B-{n}" for n in range(5)]
    assert count(web) == before + 5


def test_lists_page_by_cursor_and_show_only_ones_own(web: Web, machine: Machine) -> None:
    machine.post("orders/bulk", json={"orders": [body(web, f"L-{n}") for n in range(5)]})
    seen: list[str] = []
    cursor = ""
    while True:
        page = machine.get(f"orders?limit=2&service_date={DAY}{cursor}").json
        assert all({"id", "reference", "state"} <= set(item) for item in page["items"])
        seen += [item["reference"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert sorted(r for r in seen if r.startswith("L-")) == [f"L-{n}" for n in range(5)]
    assert len(seen) == len(set(seen))
    assert CANARIES["shipper2"] not in machine.get("orders?limit=200").text
    assert machine.get("orders?limit=201").status_code == 422
    foreign = machine.get(f"orders/{web.world.id('order2')}")
    nothing = machine.get(f"orders/{uuid.uuid4()}")
    assert (foreign.status_code, foreign.data) == (404, nothing.data)


def test_an_order_of_another_shipper_cannot_be_made(web: Web, machine: Machine) -> None:
    foreign = str(web.world.organisations["shipper2"].id)
    answer = machine.post("orders", json=body(web, "F-1", shipper_id=foreign))
    assert answer.status_code == 404
    place = machine.post(
        "orders",
        json={**body(web, "F-2"), "delivery_place_id": str(web.world.id("store2"))},
    )
    assert place.status_code == 422
    assert place.json["errors"][0]["code"] == "place_unknown"


def sheet(*references: str, weight: str = "12") -> bytes:
    lines = ["单号,店号,重量,到货日"]
    lines += [f"{reference},S1,{weight},{DAY}" for reference in references]
    return "\n".join(lines).encode("gb18030")


def test_a_sheet_is_tried_then_imported(web: Web, machine: Machine) -> None:
    before = count(web)
    hub = web.world.id("hub")
    dry = machine.post(f"orders/import?dry_run=true&pickup={hub}", data=sheet("I-1", "I-2"))
    assert dry.status_code == 200, dry.text
    assert (dry.json["ready"], dry.json["rows"], dry.json["stored"]) == (True, 2, 0)
    assert count(web) == before
    form = {"file": (io.BytesIO(sheet("I-1", "I-2")), "单.csv")}
    done = machine.post(f"orders/import?pickup={hub}", data=form, key="imp")
    assert (done.status_code, done.json["stored"]) == (201, 2)
    form = {"file": (io.BytesIO(sheet("I-1", "I-2")), "单.csv")}
    machine.post(f"orders/import?pickup={hub}", data=form, key="imp2")
    assert count(web) == before + 2


def test_a_faulty_sheet_names_its_cells_and_stores_nothing(web: Web, machine: Machine) -> None:
    before = count(web)
    hub = web.world.id("hub")
    answer = machine.post(f"orders/import?pickup={hub}", data=sheet("E-1", "E-2", weight="1O"))
    assert answer.status_code == 422
    assert {(e["field"], e["code"]) for e in answer.json["errors"]} == {
        ("C2", "letter_in_number"),
        ("C3", "letter_in_number"),
    }
    assert count(web) == before
    refused = machine.post("orders/import", data=b"%PDF-1.7")
    assert (refused.status_code, refused.json["code"]) == (422, "not_a_table")


def test_only_those_who_may_write_orders_may(web: Web) -> None:
    for role in ("police", "carrier", "receiver"):
        machine = Machine(web, role)
        assert machine.post("orders", json=body(web, "N-1")).status_code in {403, 404}
        assert machine.get("orders").status_code in {403, 404}
