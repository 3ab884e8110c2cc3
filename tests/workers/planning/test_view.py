"""The view of a plan and what is handed out from it: sums, times, order of loading, safe cells."""

from __future__ import annotations

import csv
import io
import json

import msgspec
import openpyxl
import pytest

from routing.explain.remedies import CODES
from routing.plan import Reason, Remedy
from routing.rules import RULES as KEPT_RULES
from tests.webapp.made_plan import EVIL, made, uid
from workers.planning import export, handout, papers, view_remedy, words
from workers.planning.names import Names
from workers.planning.snapshot.orders import NEVER
from workers.planning.view import build_view

MARK = "模拟数据"


@pytest.fixture(scope="module")
def view():
    problem, plan, names = made(3)
    names[uid("store", 2)]["label"] = "=HYPERLINK(1)"
    return build_view(problem, plan, names, {"verdict": "clean", "violations": []})


def test_totals_are_the_sums_of_the_printed_lines(view):
    totals, routes = view["totals"], view["routes"]
    assert totals["cost_fen"] == sum(r["cost_fen"] for r in routes)
    assert totals["metres"] == sum(t["metres"] for r in routes for t in r["trips"])
    assert totals["stops"] == sum(t["stop_count"] for r in routes for t in r["trips"])
    assert totals["orders"] == totals["served"] + totals["unassigned"]


def test_times_before_midnight_are_of_the_day_before(view):
    stop = view["routes"][0]["trips"][0]["stops"][1]
    assert stop["arrive_text"].startswith("前日 22:")
    assert view["service_date"] == "2026-11-24"


def test_stops_are_numbered_through_all_trips_of_a_vehicle(view):
    for route in view["routes"]:
        numbers = [s["n"] for t in route["trips"] for s in t["stops"] if s["n"]]
        assert numbers == list(range(1, len(numbers) + 1))


def test_spans_of_a_vehicle_lie_within_its_day_and_name_every_kind(view):
    kinds = {kind for r in view["routes"] for _s, _e, kind in r["spans"]}
    assert kinds == {"drive", "load", "unload", "wait", "charge", "rest"}
    for route in view["routes"]:
        assert all(route["start"] <= s < e <= route["end"] for s, e, _kind in route["spans"])


def test_only_the_impossible_is_called_proven(view):
    assert {out["tier"]: out["proven"] for out in view["unassigned"]} == {
        "no_room": False,
        "impossible": True,
    }


def test_a_line_across_a_binding_zone_is_listed_and_a_night_one_is_not(view):
    assert view["crossings"]
    night = [row for row in view["crossings"] if row["depart_text"].startswith("前日")]
    assert not night


def test_what_is_delivered_last_is_loaded_first(view):
    route = view["routes"][0]
    for trip in handout.loading_sheet(route)["trips"]:
        assert [line["n"] for line in trip["lines"]] == sorted(
            (line["n"] for line in trip["lines"]), reverse=True
        )


def test_sheet_chat_arrivals_and_files_agree_to_the_minute(view):
    route = view["routes"][0]
    expected = [(s["n"], s["arrive_text"]) for t in route["trips"] for s in t["stops"] if s["n"]]
    sheet = handout.run_sheet(view, route)
    assert [(s["n"], s["arrive_text"]) for t in sheet["trips"] for s in t["stops"] if s["n"]] == (
        expected
    )
    text = handout.chat_text(view, route)
    assert all(f"{n}. {at} " in text for n, at in expected)
    arrivals = {
        (v["key"], v["arrive_text"]) for store in handout.arrivals(view) for v in store["visits"]
    }
    assert {(route["key"], at) for _n, at in expected} <= arrivals
    rows = list(csv.DictReader(io.StringIO(export.plan_csv(view, MARK).decode("utf-8-sig"))))
    mine = [(int(r["序"]), r["预计到达"]) for r in rows if r["线路"] == route["key"] and r["序"]]
    assert mine == expected
    book = openpyxl.load_workbook(
        io.BytesIO(papers.run_sheets_xlsx(view, route["vehicle"], "", MARK))
    )
    cells = {str(cell.value) for row in book.active.iter_rows() for cell in row if cell.value}
    assert {at for _n, at in expected} <= cells


def test_a_text_that_would_run_in_a_spreadsheet_is_neutralised(view):
    book = openpyxl.load_workbook(io.BytesIO(export.plan_xlsx(view, "t", MARK)))
    texts = [c.value for sheet in book for row in sheet.iter_rows() for c in row if c.value]
    assert "'=HYPERLINK(1)" in texts
    assert not [text for text in texts if isinstance(text, str) and text.startswith("=")]
    assert "'=HYPERLINK(1)" in export.plan_csv(view, MARK).decode("utf-8-sig")


def sheets_of(data):
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {sheet.title: [[c.value for c in row] for row in sheet.iter_rows()] for sheet in book}


def test_every_sheet_of_paper_adds_up_below_its_heads_and_says_it_is_simulated(view):
    route = view["routes"][0]
    made_of = (
        (papers.RUN_SHEET, papers.run_sheets_xlsx(view, None, "抬头", MARK)),
        (papers.LOADING_SHEET, papers.loading_sheets_xlsx(view, None, "抬头", MARK)),
        (papers.ARRIVALS, papers.arrivals_xlsx(view, "抬头", MARK)),
    )
    for paper, data in made_of:
        sheets = sheets_of(data)
        for rows in sheets.values():
            assert paper.name in rows[0][0]
            assert rows[0][0].endswith(MARK)
            assert rows[1][0] == "抬头"
            heads = [row for row in rows if row[: len(paper.columns)] == list(paper.columns)]
            assert heads
        if paper is papers.ARRIVALS:
            continue
        assert list(sheets) == [r["key"] for r in view["routes"]]
        at = list(paper.columns).index("件数")
        totals = [row[at] for row in sheets[route["key"]] if row[0] == "小计"]
        assert totals == [trip["units"] for trip in route["trips"]]


def test_geojson_says_it_is_simulated_and_keeps_hostile_names_as_text(view):
    data = json.loads(export.plan_geojson(view, demo=True))
    assert data["simulated"] is True
    assert EVIL in {feature["properties"].get("name") for feature in data["features"]}


def left_out(reasons, remedy):
    problem, plan, names = made(3)
    out = msgspec.structs.replace(plan.unassigned[0], reasons=reasons, remedy=remedy)
    plan = msgspec.structs.replace(plan, unassigned=[out])
    return build_view(problem, plan, names)["unassigned"][0], names


def test_a_remedy_names_its_vehicle_and_its_figures():
    vehicle = uid("vehicle", 0)
    out, names = left_out(
        [Reason(code="access", vehicle=vehicle, detail={"vehicles": 7})],
        Remedy(code="permit", detail={"vehicle": vehicle}, cost=1250, verified=True),
    )
    plate = names[vehicle]["label"]
    assert out["remedy"]["text"] == f"为 {plate} 办理通行证"
    assert out["remedy"]["cost_fen"] == 1250
    assert [step["to"] for step in out["remedy"]["steps"]] == ["permits"]
    assert out["reasons"][0]["rows"] == [{"vehicle": "", "text": f"{plate} 等 7 辆车"}]


@pytest.mark.parametrize(
    ("detail", "text"),
    [
        ({"minutes": 60}, "60 分钟"),
        ({"parts": 3}, "3 份"),
        ({"needs": "crane, tail_lift"}, "随车吊、尾板"),
        ({"cost": 123456, "prize": 100}, "送达成本 1,234.56 元，收益 1.00 元"),
        ({"bay": "没有名称的泊位", "metres": 240}, "没有名称的泊位，步行 240 米"),
    ],
)
def test_figures_of_reasons_are_read_as_words(detail, text):
    out, _ = left_out([Reason(code="bay", detail=detail)], None)
    assert out["reasons"][0]["rows"] == [{"vehicle": "", "text": text}]


@pytest.mark.parametrize(
    ("remedy", "text", "steps"),
    [
        (
            Remedy(code="bay", detail={"bay": uid("bay", 0), "metres": 240}),
            "改用泊位 文昌路卸货泊位 3，步行 240 米",
            [("bay", uid("bay", 0), "serves")],
        ),
        (
            Remedy(code="longer_shift", detail={"minutes": 60, "duty": uid("duty", 3)}),
            "班次延长 60 分钟",
            [("driver", uid("driver", 3), "duties")],
        ),
        (
            Remedy(code="longer_shift", detail={"minutes": 60}),
            "班次延长 60 分钟",
            [("driver", "", "duties")],
        ),
        (Remedy(code="split", detail={"parts": 3}), "拆成 3 份", [("order", None, "")]),
        (Remedy(code="prize", detail={"prize": 123456}), "收益提高到 1,234.56 元", None),
        (Remedy(code="renew_papers", detail={}), "更新的证照", []),
        (Remedy(code="roll_over", detail={}), "顺延到下一配送日", [("order", None, "")]),
    ],
)
def test_a_remedy_says_where_it_is_done(remedy, text, steps):
    out, _ = left_out([Reason(code="no_room")], remedy)
    told = out["remedy"]
    assert told["text"] == text
    if steps is not None:
        mine = [(to, out["order"] if id_ is None else id_, field) for to, id_, field in steps]
        assert [(s["to"], s["id"], s["field"]) for s in told["steps"]] == mine


def test_every_reason_and_every_remedy_has_words_without_gaps():
    for rule in KEPT_RULES.values():
        for text in rule.reasons:
            assert words.reason_text(text.code)
            assert "{" not in words.reason_text(text.code)
    for code in CODES:
        said = words.remedy_text(code, {}, Names({}))
        assert said != code
        assert "{" not in said
    assert view_remedy.STEPS.keys() | {"unlock"} == CODES


def test_a_broken_rule_is_named_in_words():
    problem, plan, names = made(2)
    found = {"rule": "weight", "route": None, "stop": None, "amount": 3, "unit": "g"}
    view = build_view(problem, plan, names, {"verdict": "violated", "violations": [found]})
    assert view["verdict"]["violations"][0]["text"] == "超载 3 g"


def test_an_order_for_a_store_that_is_closed_that_day_says_so_instead_of_a_generic_reason():
    problem, plan, names = made(1)
    left = plan.unassigned[0].order
    orders = [
        msgspec.structs.replace(
            order,
            delivery=[msgspec.structs.replace(way, windows=[NEVER]) for way in order.delivery],
        )
        if order.id == left
        else order
        for order in problem.orders
    ]
    shut = msgspec.structs.replace(problem, orders=orders)
    out = build_view(shut, plan, names, {"verdict": "clean", "violations": []})["unassigned"]
    said = {row["order"]: [reason["text"] for reason in row["reasons"]] for row in out}
    assert said[left] == ["网点当日不收货"]
    assert said[plan.unassigned[1].order] != ["网点当日不收货"]
