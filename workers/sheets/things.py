"""The city's things by sheet: vehicles, drivers, places, chargers, bays as declared fields."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from workers.sheets.fields import Field, Spec, make
from workers.sheets.layout import Header
from workers.sheets.mapping import Mapped
from workers.sheets.report import Draft, Report
from workers.sheets.rows import Pass, duplicates
from workers.sheets.table import Sheet, address
from workers.sheets.values import dates, numbers, windows, words
from workers.sheets.values.base import Fault

PLATE = r"[\u4e00-\u9fff][A-Z][A-HJ-NP-Z0-9]{5,6}"

_plate_kind = words.choice(
    {
        "小型新能源": "green_small",
        "大型新能源": "green_large",
        "绿牌": "green_small",
        "蓝牌": "blue",
        "黄牌": "yellow",
        "小型汽车": "blue",
        "大型汽车": "yellow",
    },
    {
        "green_small": "小型新能源汽车",
        "green_large": "大型新能源汽车",
        "blue": "小型汽车",
        "yellow": "大型汽车",
    },
)
_place_kind = words.choice(
    {
        "超市": "store",
        "门店": "store",
        "网点": "store",
        "驿站": "end_station",
        "末端站": "end_station",
        "配送中心": "distribution_centre",
        "枢纽": "hub",
        "仓": "depot",
        "仓库": "depot",
    },
    {
        "store": "收货门店",
        "end_station": "末端配送站",
        "distribution_centre": "公共配送中心",
        "hub": "干支衔接枢纽",
        "depot": "发车仓",
    },
)
_plug = words.choice(
    {
        "直流": "gbt_dc",
        "快充": "gbt_dc",
        "国标直流": "gbt_dc",
        "交流": "gbt_ac",
        "慢充": "gbt_ac",
        "国标交流": "gbt_ac",
    },
    {"gbt_dc": "直流", "gbt_ac": "交流"},
)

_LON = make(
    "lon",
    "经度",
    numbers.read_degrees,
    "lon lng longitude 东经",
    required=True,
    example="133.012345",
)
_LAT = make(
    "lat", "纬度", numbers.read_degrees, "lat latitude 北纬", required=True, example="21.034567"
)

VEHICLES = Spec(
    kind="vehicles",
    label="车辆",
    key="plate",
    fields=(
        make(
            "plate",
            "号牌号码",
            words.pattern(PLATE, "辽Z12345D"),
            "车牌 车牌号 车牌号码 号牌 牌照",
            required=True,
            hint="不能重复",
            example="辽Z12345D",
        ),
        make(
            "plate_kind",
            "号牌种类",
            _plate_kind,
            "车牌颜色 牌照颜色 号牌颜色 车牌种类",
            required=True,
            example="小型新能源汽车",
            hint="小型新能源汽车、大型新能源汽车、小型汽车、大型汽车",
        ),
        make(
            "type_code",
            "车型编码",
            words.read_code,
            "车型 车型代码 车辆类型",
            required=True,
            hint="系统里的车型编码",
            example="VAN-BEV-S",
        ),
        make(
            "home_code",
            "所属仓编码",
            words.read_code,
            "所属仓 停放地 发车仓 发车仓编码 停放点编码",
            required=True,
            hint="网点里的编码",
            example="DC-01",
        ),
        make("code", "自编号", words.read_code, "车辆编号 编号 内部编号", example="A01", limit=40),
        make(
            "inspection_to",
            "检验有效期至",
            dates.read_any_date,
            "年检到期 年检有效期 检验有效期",
            example="2027-05-31",
        ),
        make(
            "insurance_to",
            "保险有效期至",
            dates.read_any_date,
            "保险到期 保险有效期 交强险到期",
            example="2027-05-31",
        ),
        make(
            "transport_licence_to",
            "道路运输证有效期至",
            dates.read_any_date,
            "营运证有效期 运输证到期",
            hint="总质量 4.5 吨以上须填",
        ),
        make("notes", "备注", words.read_text, "说明", limit=200),
    ),
)
DRIVERS = Spec(
    kind="drivers",
    label="司机",
    key="code",
    fields=(
        make(
            "code",
            "工号",
            words.read_code,
            "司机编号 员工号 编号",
            required=True,
            example="D001",
            limit=40,
        ),
        make(
            "name",
            "姓名",
            words.read_text,
            "司机 司机姓名 驾驶员",
            required=True,
            example="张三示例",
            limit=40,
        ),
        make(
            "phone",
            "手机号",
            words.pattern(r"1\d{10}", "13900000000"),
            "电话 联系电话 手机",
            example="19900000000",
        ),
        make(
            "home_code",
            "所属仓编码",
            words.read_code,
            "所属仓 发车仓 发车仓编码",
            required=True,
            example="DC-01",
        ),
        make(
            "licence",
            "准驾车型",
            words.read_code,
            "驾照类型 驾驶证类型 驾照",
            example="C1",
            limit=10,
        ),
        make(
            "licence_to",
            "驾驶证有效期至",
            dates.read_any_date,
            "驾照到期 驾驶证有效期",
            example="2030-01-31",
        ),
        make(
            "duty",
            "班次时间",
            windows.read_windows,
            "班次 值班时间 上班时间 工作时间",
            hint="空着则不排班；可写两段，用；分开",
            example="05:00-13:00",
        ),
    ),
)
PLACES = Spec(
    kind="places",
    label="网点",
    key="code",
    fields=(
        make(
            "code",
            "网点编码",
            words.read_code,
            "编码 门店编码 店号 站点编码 编号",
            required=True,
            hint="贵司自己的编码",
            example="00123",
            limit=60,
        ),
        make(
            "name",
            "网点名称",
            words.read_text,
            "名称 门店名称 店名 站点名称 门店",
            required=True,
            example="学府路店",
            limit=120,
        ),
        make(
            "kind",
            "网点类型",
            _place_kind,
            "类型 类别",
            example="收货门店",
            default="store",
            hint="收货门店、末端配送站、公共配送中心、干支衔接枢纽、发车仓",
        ),
        make("address", "地址", words.read_text, "详细地址 门店地址", example="学府路 12 号"),
        _LON,
        _LAT,
        make(
            "window",
            "收货时段",
            windows.read_windows,
            "收货时间 营业时间 时段",
            hint="可写几段，用；分开",
            example="06:00-07:30；22:00-02:00",
        ),
        make(
            "unattended",
            "夜间无人收货",
            words.read_flag,
            "无人收货 夜间自助",
            example="否",
            default=False,
        ),
        make(
            "fixed_minutes",
            "固定卸货分钟",
            numbers.read_whole,
            "固定时间 卸货时间 停靠分钟",
            example="5",
            default=5,
        ),
        make("yard", "可进院卸货", words.read_flag, "院内卸货 有院子", example="是", default=True),
        make("max_length", "限车长（m）", numbers.read_length, "车长限制 限长", example="6"),
        make("max_height", "限车高（m）", numbers.read_length, "车高限制 限高", example="3.2"),
        make("contact_name", "联系人", words.read_text, "收货人 负责人", limit=40),
        make(
            "contact_phone",
            "联系电话",
            words.pattern(r"1\d{10}|0\d{2,3}-?\d{7,8}", "19900000000"),
            "电话 手机",
        ),
        make("notes", "备注", words.read_text, "说明", limit=500),
    ),
)
CHARGERS = Spec(
    kind="chargers",
    label="充电桩",
    key="connector",
    fields=(
        make(
            "site_code",
            "充电站编码",
            words.read_code,
            "站编码 站点编码 场站编码",
            required=True,
            example="CS-01",
        ),
        make(
            "site_name",
            "充电站名称",
            words.read_text,
            "站名 充电站 场站名称",
            required=True,
            example="学府路充电站示例",
        ),
        make("address", "地址", words.read_text, "详细地址", example="学府路 30 号"),
        _LON,
        _LAT,
        make(
            "tariff_code",
            "电价编码",
            words.read_code,
            "电价 电价方案",
            required=True,
            example="TOU-1",
        ),
        make(
            "site_power",
            "站总功率（kW）",
            numbers.read_power,
            "总功率 站功率 变压器容量",
            example="400",
        ),
        make("hours", "开放时间", windows.read_windows, "营业时间 开放时段", example="全天"),
        make("point", "充电桩编号", words.read_code, "桩号 桩编号", required=True, example="P1"),
        make("connector", "充电枪编号", words.read_code, "枪号 枪编号", required=True, example="1"),
        make("plug", "枪类型", _plug, "接口 接口类型 类型", example="直流", default="gbt_dc"),
        make(
            "power",
            "枪功率（kW）",
            numbers.read_power,
            "功率 额定功率",
            required=True,
            example="60",
        ),
    ),
)
BAYS = Spec(
    kind="bays",
    label="卸货泊位",
    key="code",
    fields=(
        make(
            "code",
            "泊位编码",
            words.read_code,
            "编码 泊位编号 编号",
            required=True,
            example="B-001",
        ),
        make(
            "name",
            "泊位名称",
            words.read_text,
            "名称 泊位",
            required=True,
            example="学府路东侧泊位",
        ),
        _LON,
        _LAT,
        make("spaces", "车位数", numbers.read_whole, "泊位数 位数 数量", example="2", default=1),
        make("hours", "开放时段", windows.read_windows, "开放时间 时段", example="06:00-20:00"),
        make(
            "longest_minutes",
            "最长停留分钟",
            numbers.read_whole,
            "限停分钟 最长停留 限时",
            example="30",
        ),
        make("max_length", "限车长（m）", numbers.read_length, "车长限制 限长", example="6"),
        make(
            "max_mass", "限总质量（吨）", numbers.read_weight, "限重 总质量限制", example="4.5 吨"
        ),
        make(
            "serves",
            "服务网点编码",
            words.read_text,
            "服务门店 服务网点 对应网点",
            hint="几个用；分开",
            example="00123；00124",
        ),
        make("walk_minutes", "步行分钟", numbers.read_whole, "步行时间", example="2", default=2),
    ),
)

THINGS: dict[str, Spec] = {s.kind: s for s in (VEHICLES, DRIVERS, PLACES, CHARGERS, BAYS)}
"""All kinds of things that come by sheet."""

_COMPOUND_KEYS = {"chargers": ("site_code", "point", "connector"), "vehicles": ("plate",)}


def check_things(
    spec: Spec,
    sheet: Sheet,
    header: Header,
    mapping: list[Mapped],
    *,
    known: Mapping[str, set[str]],
    today: dt.date,
    fixes: Mapping[str, str],
    left_out: set[int],
) -> Report:
    """Check a sheet of things.

    ``known``: field name → values it may have (codes that exist). A key that is there already is
    no fault: storing changes the thing.
    """
    work = Pass(
        sheet,
        header,
        spec,
        mapping,
        fixes=fixes,
        left_out=left_out,
        today=today,
        service_date=None,
    )
    missing = work.missing()
    drafts: list[Draft] = []
    keys = []
    for row in [] if missing else work.rows:
        values = {f.name: _plain(work.read(row, f.name)) for f in spec.fields}
        for name, allowed in known.items():
            if values.get(name) and values[name] not in allowed:
                near = [
                    code
                    for code in sorted(allowed)
                    if code.lstrip("0") == str(values[name]).lstrip("0")
                ]
                label = spec.by_name[name].label
                choices = "、".join(sorted(allowed)[:8]) or "（还没有）"
                fix = near[0] if len(near) == 1 else None
                work.fault(
                    row, name, Fault("unknown_word", {"field": label, "choices": choices}, fix)
                )
        lat = values.get("lat")
        if isinstance(lat, float) and abs(lat) > 90:
            work.fault(row, "lat", Fault("not_coordinate"))
        parts = [str(values.get(n) or "") for n in _COMPOUND_KEYS.get(spec.kind, (spec.key,))]
        if all(parts):
            keys.append((row, "\x1f".join(parts)))
        drafts.append(Draft(row.number, values))
    for number, earlier in duplicates(keys).items():
        row = next(r for r, _ in keys if r.number == number)
        where = address(earlier.number, work.columns[spec.key])
        work.fault(row, spec.key, Fault("duplicate_in_file", {"cell": where}))
    work.problems.sort(key=lambda p: (p.row, p.column))
    failed = {p.row for p in work.problems}
    good = [d for d in drafts if d.row not in failed]
    return Report(
        kind=spec.kind,
        sheet=sheet.name,
        header_first=header.first,
        header_last=header.last,
        columns=header.columns,
        mapping=mapping,
        missing=missing,
        rows=len(work.rows),
        passed=len(good),
        failed=len(work.rows) - len(good),
        left_out=work.left_out,
        skipped=work.skipped,
        problems=work.problems,
        converted=work.converted,
        drafts=good,
        fingerprint=header.fingerprint,
    )


def _plain(value: object) -> object:
    """Values as JSON: dates as ISO text, windows as seconds."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, list):
        return [{"start": s.start * 60, "end": s.end * 60, "night": s.night} for s in value]
    return value


def spec_of(kind: str) -> Spec:
    """The fields of a kind of thing; raises ``KeyError`` for a kind that has no sheet."""
    return THINGS[kind]


__all__ = ["THINGS", "Field", "check_things", "spec_of"]
