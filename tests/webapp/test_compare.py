"""Two plans of a date side by side, as pages, file and interface have them."""

from __future__ import annotations

import io
import json
import re
import uuid

import openpyxl
import pytest
from msgspec.structs import replace

from models.planning.tables import PlanVersion
from routing.formats.ours import write_plan, write_problem
from routing.plan import Plan, Unassigned
from tests import factories
from tests.webapp.conftest import CANARIES, Web
from tests.webapp.made_plan import EVIL, made
from workers.artefacts import open_store
from workers.planning import compare
from workers.planning.view import build_view

VIOLATIONS = [
    {"rule": "weight", "route": None, "stop": "d0.t0.s0", "amount": 120000, "unit": "g"},
    {"rule": "time_window", "route": None, "stop": "d0.t0.s2", "amount": 900, "unit": "s"},
]


def other_way(plan: Plan) -> Plan:
    """The first vehicle's two trips change places of two stops, the last vehicle stays at home."""
    first, *_, last = plan.routes
    duty = first.duties[0]
    stops = list(duty.trips[0].stops)
    stops[1], stops[3] = stops[3], stops[1]
    swapped = replace(duty, trips=[replace(duty.trips[0], stops=stops)])
    gone = [
        Unassigned(order=order, tier="no_room", reasons=plan.unassigned[0].reasons)
        for turn in last.duties
        for trip in turn.trips
        for stop in trip.stops
        if stop.kind == "delivery"
        for order in stop.orders
    ]
    routes = [replace(first, duties=[swapped, *first.duties[1:]]), *plan.routes[1:-1]]
    return replace(plan, routes=routes, unassigned=[*plan.unassigned, *gone])


@pytest.fixture
def pair(web: Web) -> tuple[str, str]:
    """Ours (as it is) and a hand-made draft that breaks two rules; their ids."""
    problem, plan, names = made(4, 5)
    theirs = other_way(plan)
    broken = [row | {"route": plan.routes[0].vehicle} for row in VIOLATIONS]
    store = open_store(web.app.extensions["settings"], web.database)
    ids = []
    with web.database.write() as session:
        day = session.get(PlanVersion, web.world.id("plan")).service_date
        operator = web.world.organisations["operator"]
        for one, check, more in (
            (plan, {"verdict": "clean", "violations": []}, {"state": "solved"}),
            (theirs, {"verdict": "violated", "violations": broken},
             {"state": "draft", "engine": "hand", "verdict": "violated",
              "reason": "导入的人工排线"}),
        ):  # fmt: skip
            row = factories.plan_version(session, operator, service_date=day, **more)
            row.problem_sha256 = store.put(write_problem(problem))
            row.plan_sha256 = store.put(write_plan(one))
            row.names_sha256 = store.put(json.dumps(names).encode())
            row.check_sha256 = store.put(json.dumps(check).encode())
            row.totals = build_view(problem, one, names, check)["totals"]
            ids.append(str(row.id))
    return ids[0], ids[1]


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_page_says_what_differs_and_whats_broken_comes_first(web: Web, pair) -> None:
    ours, theirs = pair
    dispatcher = web.client("dispatcher")
    page = dispatcher.get(f"/plans/compare?a={ours}&b={theirs}").text
    text = plain(page)
    assert "2 项违规" in text
    assert text.index("2 项违规") < text.index("合计")
    assert "两个方案都送 30 单" in text
    assert re.search(r"只有第 \d+ 版送 10 单", text)
    assert re.search(r"车辆 辆 4 3 −1 −25\.0 %", text), text[:3000]
    assert "换顺序" in text
    assert "不再出车" in text
    assert "有变化 2 单换趟次、顺序或时间" in text
    assert f"/plans/{theirs}?route=A1" in page
    assert "<img src=x" not in page
    assert EVIL not in page
    turned = plain(dispatcher.get(f"/plans/compare?a={ours}&b={theirs}&base=b").text)
    assert re.search(r"车辆 辆 3 4 \+1 \+33\.3 %", turned)
    assert "新出车" in turned


def test_with_one_named_the_likeliest_is_set_beside_it(web: Web, pair) -> None:
    _ours, theirs = pair
    dispatcher = web.client("dispatcher")
    answer = dispatcher.get(f"/plans/compare?b={theirs}")
    assert answer.status_code == 302
    in_force = web.plans["plan"]
    assert answer.headers["Location"].endswith(f"/plans/compare?a={in_force}&b={theirs}")
    empty = dispatcher.get("/plans/compare?date=2031-01-01").text
    assert "导入人工排线" in empty


def test_the_file_holds_every_table_and_says_the_base(web: Web, pair) -> None:
    ours, theirs = pair
    answer = web.client("dispatcher").get(f"/plans/compare.xlsx?a={ours}&b={theirs}")
    assert "attachment" in answer.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["对比", "订单变化", "线路变化", "只在一个方案", "违规项"]
    rows = list(book["对比"].values)
    assert "模拟数据" in rows[0][0]
    assert any(row[:5] == ("车辆", "辆", "4", "3", "−1") for row in rows)
    assert book["只在一个方案"].max_row == 11
    assert book["违规项"].max_row == 3


def test_the_interface_gives_the_same_in_whole_units(web: Web, pair) -> None:
    ours, theirs = pair
    bearer = web.bearer("dispatcher", ("plans:read",))
    client = web.app.test_client()
    found = client.get(f"/api/v1/plans/{theirs}/difference?base={ours}", headers=bearer).json
    assert (found["base"], found["plan"]) == (ours, theirs)
    lines = {line["name"]: line for line in found["lines"]}
    assert lines["vehicles"] == {
        "name": "vehicles", "base": 4, "other": 3, "difference": -1, "permille": -250,
        "better": True,
    }  # fmt: skip
    assert lines["unassigned"]["better"] is False
    assert found["orders"]["both"] == 30
    assert [len(found["violations"][side]) for side in ("base", "other")] == [0, 2]
    moved = [row for row in found["changed"] if "sequence" in row["what"]]
    assert 1 <= len(moved) <= 2, "the fewest orders that explain the change"


def test_another_operators_plans_are_not_there(web: Web, pair) -> None:
    ours, theirs = pair
    for role in ("dispatcher2", "shipper", "receiver", "carrier"):
        client = web.client(role)
        for page in ("compare", "compare.xlsx", "compare/common.json"):
            path = f"/plans/{page}?a={ours}&b={theirs}"
            answer = client.get(path)
            assert answer.status_code in {403, 404}
            assert not [word for word in CANARIES.values() if word in answer.text]
        bearer = web.bearer(role, ("plans:read",)) if role == "dispatcher2" else None
        if bearer:
            client = web.app.test_client()
            got = client.get(f"/api/v1/plans/{theirs}/difference?base={ours}", headers=bearer)
            assert got.status_code == 404


def test_what_moved_is_the_least_that_explains_the_change() -> None:
    """A stop put in between moves nobody else, and one taken to the end moves itself alone."""
    place = {"vehicle": "v", "trip": 1, "arrive": 0}
    before = {name: place | {"rank": n} for n, name in enumerate("abcde")}
    after = {name: place | {"rank": n} for n, name in enumerate("bxcdea") if name != "x"}
    assert compare._out_of_turn(before, after, "abcde") == {"a"}


def test_a_draft_by_hand_is_listed_with_its_way_to_compare(web: Web, pair) -> None:
    _ours, theirs = pair
    dispatcher = web.client("dispatcher")
    page = dispatcher.get("/plans/").text
    assert "导入人工排线" in page
    assert "/plans/compare?date=" in page
    own = dispatcher.get(f"/plans/{theirs}").text
    assert "方案校验未通过" in own


def test_scenarios_stand_beside_the_days_versions(web: Web, pair) -> None:
    _ours, theirs = pair
    with web.database.write() as session:
        row = session.get(PlanVersion, uuid.UUID(theirs))
        row.scenario = "人工排线"
        day = row.service_date.isoformat()
    dispatcher = web.client("dispatcher")
    page = dispatcher.get(f"/plans/scenarios?date={day}").text
    assert "人工排线" in page
    assert f"/plans/compare?b={theirs}" in page
    assert theirs not in dispatcher.get("/plans/scenarios?date=2031-01-01").text
    assert theirs not in web.client("dispatcher2").get(f"/plans/scenarios?date={day}").text
