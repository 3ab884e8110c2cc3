"""Zones, rules, tariffs and vehicle kinds by sheet: several rows make one thing."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from models.charging.tables import Tariff
from models.db import Database
from models.errors import Invalid
from models.fleet.tables import VehicleType
from models.rules.tables import AccessRule, Zone
from models.spatial import polygons
from tests import factories
from workers.artefacts import DirectoryStore
from workers.sheets import imports
from workers.sheets.delimited import from_grid
from workers.sheets.table import text_cell
from workers.sheets.values.access import read_stage, read_tails, read_weekdays
from workers.sheets.values.areas import AreaError, area_text, parse_area
from workers.sheets.values.base import Ask

SQUARE = "133.010,21.020; 133.030,21.020; 133.030,21.040; 133.010,21.040"
HOLE = "133.015,21.025; 133.020,21.025; 133.020,21.030"
ZONE_HEAD = ["区域编码", "区域名称", "区域类别", "范围"]
RULE_HEAD = ["规则编码", "规则名称", "区域", "管控措施", "适用或豁免", "能源", "总质量大于（t）"]
RULE_HEAD += ["号牌种类", "排放阶段不高于", "星期", "时段", "法定节假日", "施行日期", "依据文件"]


@pytest.fixture
def city(spatialite: Database, tmp_path):
    with spatialite.write() as session:
        world = factories.world(session)
        steps = [{"start": 0, "per_kwh": 73_000}]
        operator = world.organisations["operator"].id
        session.add(
            Tariff(organisation_id=operator, code="FUEL", name="柴油", kind="fuel", steps=steps)
        )
        names = {name: world.rows[name].code for name in ("zone", "rule", "type")}
    return imports.Desk(spatialite, DirectoryStore(tmp_path)), world.actors["dispatcher"], names


def start(city, kind: str, grid: list[list[str]], name: str = "表"):
    desk, actor, _ = city
    data = json.dumps(grid).encode()
    table = from_grid(grid)
    return imports.start_import(desk, actor, kind=kind, file_name=name, data=data, table=table)


def told(city, kind: str, grid: list[list[str]]) -> dict[str, str]:
    desk, actor, _ = city
    report = imports.dry_run(desk, actor, start(city, kind, grid))
    return {p.cell: p.text for p in report.problems}


def write(city, kind: str, grid: list[list[str]]) -> int:
    desk, actor, _ = city
    import_id = start(city, kind, grid)
    report = imports.dry_run(desk, actor, import_id)
    assert report.ready, [(p.cell, p.text) for p in report.problems] + report.missing
    return imports.commit(desk, actor, import_id)


def test_a_zone_goes_in_as_corners_with_a_hole_and_as_wkt(city) -> None:
    parts = ("133 21,133.1 21,133.1 21.1,133 21", "133.2 21,133.3 21,133.3 21.1,133.2 21")
    wkt = f"MULTIPOLYGON({','.join(f'(({part}))' for part in parts)})"
    rows = [["A1", "甲区", "低排放区", f"{SQUARE}\n{HOLE}"], ["A2", "乙区", "", wkt]]
    assert write(city, "zones", [ZONE_HEAD, *rows]) == 2
    with city[0].database.read() as session:
        zones = {
            z.code: z for z in session.scalars(select(Zone).where(Zone.code.in_(["A1", "A2"])))
        }
        (first,) = polygons(zones["A1"].area)
        assert [len(ring) for ring in first] == [5, 4], "outer ring, then the hole"
        assert first[0][0] == (133.01, 21.02)
        assert len(polygons(zones["A2"].area)) == 2
        assert (zones["A1"].kind, zones["A2"].kind) == ("low_emission", "restricted")


def test_areas_that_cannot_be_are_told_at_their_cells_and_nothing_is_stored(city) -> None:
    bow = "133.01,21.02; 133.03,21.04; 133.03,21.02; 133.01,21.04"
    swapped = "21.02,133.01; 21.02,133.03; 21.04,133.03"
    grid = [
        ZONE_HEAD,
        ["B1", "一", "", bow],
        ["B2", "二", "", swapped],
        ["B3", "三", "", "133.01,21.02; 133.03,21.02"],
        ["B4", "四", "", "东边那一片"],
        ["B5", "五", "", "133,21; 143,21; 143,31"],
        ["B6", "六", "", SQUARE],
        ["B6", "七", "", SQUARE],
    ]
    problems = told(city, "zones", grid)
    assert problems["D2"] == "范围的边线在 133.02000,21.03000 附近自己相交"
    assert "纬度写在了经度前面" in problems["D3"]
    assert "只有 2 个不同的点" in problems["D4"]
    assert problems["D5"] == "范围不是一圈坐标"
    assert "跨度超过 5 度" in problems["D6"]
    assert "A7" in problems["A8"]
    import_id = start(city, "zones", grid)
    with pytest.raises(Invalid):
        imports.commit(city[0], city[1], import_id)
    fixed = imports.dry_run(city[0], city[1], import_id).problems[1].fix
    assert fixed == "133.01,21.02; 133.03,21.02; 133.03,21.04", "one click turns them round"
    with city[0].database.read() as session:
        assert not session.scalars(select(Zone).where(Zone.code.startswith("B"))).all()


def test_geojson_is_a_sheet_too(city) -> None:
    desk, actor, _ = city
    square = [[[133.01, 21.02], [133.03, 21.02], [133.03, 21.04], [133.01, 21.02]]]
    features = [
        {"type": "Feature", "id": "G1", "properties": {"name": "甲"}, "geometry": g}
        for g in ({"type": "Polygon", "coordinates": square},)
    ]
    lost = {"type": "Feature", "id": "G2", "properties": {"name": "乙"},
            "geometry": {"type": "Point", "coordinates": [133, 21]}}  # fmt: skip
    for given, problems in ((features, {}), ([*features, lost], {"C3": "范围不是一圈坐标"})):
        data = json.dumps({"type": "FeatureCollection", "features": given}).encode()
        import_id = imports.start_import(
            desk, actor, kind="zones", file_name="z.geojson", data=data
        )
        report = imports.dry_run(desk, actor, import_id)
        assert {p.cell: p.text for p in report.problems} == problems
        if not problems:
            assert imports.commit(desk, actor, import_id) == 1
    data = b'{"type": "FeatureCollection", "crs": {"name": "EPSG:4479"}, "features": []}'
    import_id = imports.start_import(desk, actor, kind="zones", file_name="z.geojson", data=data)
    assert imports.ensure_parsed(desk, actor, import_id) == "failed"


def test_a_rule_of_several_groups_goes_in_in_the_problems_own_shape(city) -> None:
    zone = city[2]["zone"]
    same = ["周一至周五", "07:00-20:00；22:00-05:00", "不执行", "2026-01-01", "示例规定"]
    grid = [
        RULE_HEAD,
        ["W1", "内环", zone, "凭通行证通行", "适用", "", "", "", "", *same],
        ["W1", "内环", zone, "通行证", "豁免", "新能源", "", "绿牌", "", *same],
        ["W1", "", "", "", "豁免", "", "4.5 t", "", "", *[""] * 5],
        ["W2", "柴油", zone, "禁止通行", "", "柴油", "", "", "国五及以下", *[""] * 5],
    ]
    problems = told(city, "rules", grid)
    assert set(problems) == {"B4", "C4", "D4"}, "name, zone and effect stand in every row"
    grid[3][1:4] = grid[1][1:4]
    assert write(city, "rules", grid) == 4
    with city[0].database.read() as session:
        rules = {r.code: r for r in session.scalars(select(AccessRule))}
        ring = rules["W1"]
        assert ring.who == [{}]
        assert ring.exempt == [
            {"energy": ["bev", "phev", "erev", "fcev"], "plate_kinds": ["green_small"]},
            {"mass_over_g": 4_500_000},
        ]
        assert ring.when == {
            "weekdays": [1, 2, 3, 4, 5],
            "holidays": "never",
            "hours": [{"start": 79200, "end": 18000}, {"start": 25200, "end": 72000}],
            "alert_from": 0,
        }
        assert (ring.effect, ring.basis) == ("pass_needed", "示例规定")
        assert rules["W2"].who == [{"energy": ["diesel"], "stage_at_most": 5}]


def test_faults_of_a_rule_are_told_where_they_are(city) -> None:
    zone, theirs = city[2]["zone"], city[2]["rule"]
    blank = [""] * 5
    grid = [
        RULE_HEAD,
        ["X1", "一", "没有的区", "禁行", "", "", "", "", "", *blank],
        ["X2", "二", zone, "随便", "", "煤", "", "", "", "周八", *blank[1:]],
        ["X3", "三", zone, "禁行", "豁免", "柴油", "", "", "", *blank],
        ["X4", "四", zone, "禁行", "", "", "", "", "", *blank],
        ["X4", "四", zone, "禁停", "豁免", "纯电", "", "", "", *blank],
        ["X5", "五", zone, "禁行", "", "", "", "", "", *blank],
        ["X5", "五", zone, "禁行", "", "", "", "", "", *blank],
    ]
    problems = told(city, "rules", grid)
    assert set(problems) == {"C2", "D3", "F3", "J3", "E4", "D6", "A8"}
    assert problems["E4"] == "这条规则只有豁免，没有适用的车辆"
    assert problems["D6"] == "与 D5 不一致：同一编码的各行，这一列须相同"
    with city[0].database.write() as session:
        session.scalars(select(AccessRule).where(AccessRule.code == theirs)).one()


def test_a_tariff_must_cover_the_day_once(city) -> None:
    head = ["编码", "名称", "类别", "时段", "电价（元/kWh）"]
    valley = ["T8", "峰谷", "电", "23:00-07:00", "0.31"]
    grid = [head, valley, ["T8", "峰谷", "电", "08:00-23:00", "1.02"]]
    assert told(city, "tariffs", grid) == {"D3": "07:00-08:00 没有电价"}
    grid[2][3] = "06:00-23:00"
    assert told(city, "tariffs", grid) == {"D3": "06:00-07:00 有两个电价"}
    grid[2][3] = "07:00-11:00；17:00-23:00"
    assert write(city, "tariffs", [*grid, ["T8", "峰谷", "电", "11:00-17:00", "0.68"]]) == 3
    with city[0].database.read() as session:
        tariff = session.scalars(select(Tariff).where(Tariff.code == "T8")).one()
        assert [(s["start"], s["per_kwh"]) for s in tariff.steps] == [
            (0, 31_000), (25_200, 102_000), (39_600, 68_000), (61_200, 102_000), (82_800, 31_000),
        ]  # fmt: skip


def test_a_kind_with_compartments_is_one_row_each_and_ready_to_plan_with(city) -> None:
    head = ["车型编码", "车型名称", "能源", "行驶速度组", "载质量", "容积", "电池容量（kWh）",
            "最大充电功率（kW）", "充电曲线", "燃料价格编码", "每公里成本（元）", "车厢名称",
            "车厢温层", "车厢载质量（kg）", "车厢容积（m³）"]  # fmt: skip
    cold = ["K1", "多温", "纯电", "轻型货车", "1250", "14", "100", "80", "0:80；80:36", "", "0.34"]
    grid = [
        head,
        [*cold, "前厢", "冷冻", "450", "4.2"],
        [*cold, "后厢", "冷藏、常温", "800", "9.8"],
        ["K2", "柴油车", "柴油", "中型货车", "4400", "36", "", "", "", "FUEL", "0.52"],
    ]
    assert write(city, "vehicle_types", grid) == 3
    with city[0].database.read() as session:
        kinds = {k.code: k for k in session.scalars(select(VehicleType))}
        assert [r["temperatures"] for r in kinds["K1"].compartments] == [
            ["frozen"], ["chilled", "ambient"],
        ]  # fmt: skip
        assert kinds["K1"].curve[1] == {"from_wh": 80_000, "power_w": 36_000}
        assert kinds["K1"].physics["efficiency_permille"] == 760
        assert kinds["K1"].organisation_id == city[1].organisation_id
        assert kinds["K2"].physics["efficiency_permille"] == 350
        assert kinds["K2"].fuel_tariff_id is not None
    wrong = [*cold[:6], "100", "80", "0:80；120:36", "", "0.34"]
    theirs = [city[2]["type"], *cold[1:]]
    lacking = ["K4", "柴油车", "柴油", "", "4400", "36"]
    grid = [head, ["K3", *wrong[1:]], theirs, lacking, ["K5", *cold[1:], "前", "", "", ""]]
    problems = told(city, "vehicle_types", grid)
    assert problems["I2"] == "充电曲线的电量须小于电池容量"
    assert problems["A3"] == "这个车型编码已被其他单位使用", (
        "the catalogue's kind is not overwritten"
    )
    assert problems["J4"] == "没有电池的车型须填燃料价格编码"
    assert problems["M5"] in {"每个车厢至少选一个温层", "每个车厢的载质量和容积须大于 0"}


@pytest.mark.parametrize(
    ("text", "days"),
    [("周一至周五", [1, 2, 3, 4, 5]), ("1-5", [1, 2, 3, 4, 5]), ("周六、日", [6, 7]), ("每天", []),
     ("工作日", [1, 2, 3, 4, 5]), ("周六至周一", [1, 6, 7]), ("星期三", [3]), ("周八", None)],
)  # fmt: skip
def test_weekdays_are_read_as_people_write_them(text, days) -> None:
    assert read_weekdays(text_cell(text), Ask()).value == days


def test_stages_and_tails_are_read_as_people_write_them() -> None:
    for text in ("国五", "国V", "5", "国五及以下"):
        assert read_stage(text_cell(text), Ask()).value == 5, text
    assert read_stage(text_cell("很高"), Ask()).fault is not None
    barred = read_tails(text_cell("周一 1、6；周二 2和7"), Ask()).value
    assert barred == {"by_weekday": {"1": [1, 6], "2": [2, 7]}}


@pytest.mark.parametrize(
    "text",
    [
        SQUARE,
        SQUARE.replace("; ", " "),
        SQUARE.replace(",", " ").replace(";", ","),
        SQUARE.replace(",", "，").replace(";", "；"),
        "POLYGON((133.01 21.02, 133.03 21.02, 133.03 21.04, 133.01 21.04, 133.01 21.02))",
        json.dumps(
            {
                "type": "Polygon",
                "coordinates": [
                    [[133.01, 21.02], [133.03, 21.02], [133.03, 21.04], [133.01, 21.04]]
                ],
            }
        ),
    ],
)
def test_one_square_in_many_spellings(text) -> None:
    ring = [(133.01, 21.02), (133.03, 21.02), (133.03, 21.04), (133.01, 21.04), (133.01, 21.02)]
    assert parse_area(text) == [[ring]]
    assert parse_area(area_text(parse_area(text))) == [[ring]]


def test_a_ring_in_a_hole_stands_by_itself() -> None:
    def box(low: float, high: float) -> str:
        return f"{low},{low} {high},{low} {high},{high} {low},{high}"

    nested = parse_area("\n".join((box(0.2, 0.3), box(0, 1), box(0.1, 0.9))))
    assert [[ring[0] for ring in rings] for rings in nested] == [
        [(0.2, 0.2)],
        [(0.0, 0.0), (0.1, 0.1)],
    ]


def test_what_is_no_area_is_refused() -> None:
    for text in (
        f"{SQUARE}\n{SQUARE}",
        "LINESTRING(0 0, 1 1)",
        "POLYGON EMPTY",
        '{"type": "Polygon"}',
        "1,2;x",
        "",
    ):
        with pytest.raises(AreaError):
            parse_area(text)
