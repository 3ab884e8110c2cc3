"""Charging sites and tariffs."""

from __future__ import annotations

from models.language import N_
from workers.sheets.fields import Spec, make
from workers.sheets.specs.position import LAT, LON
from workers.sheets.values import numbers, windows, words

plug = words.choice(
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

CHARGERS = Spec(
    kind="chargers",
    label=N_("充电桩"),
    key="connector",
    unique=("site_code", "point", "connector"),
    group="site_code",
    per_row=("point", "connector", "plug", "power"),
    fields=(
        make(
            "site_code",
            N_("充电站编码"),
            words.read_code,
            "站编码 站点编码 场站编码",
            required=True,
            example="CS-01",
        ),
        make(
            "site_name",
            N_("充电站名称"),
            words.read_text,
            "站名 充电站 场站名称",
            required=True,
            example="学府路充电站示例",
        ),
        make("address", N_("地址"), words.read_text, "详细地址", example="学府路 30 号"),
        LON,
        LAT,
        make(
            "tariff_code",
            N_("电价编码"),
            words.read_code,
            "电价 电价方案",
            required=True,
            example="TOU-1",
        ),
        make(
            "site_power",
            N_("站总功率（kW）"),
            numbers.read_power,
            "总功率 站功率 变压器容量",
            example="400",
        ),
        make("hours", N_("开放时间"), windows.read_windows, "营业时间 开放时段", example="全天"),
        make(
            "point", N_("充电桩编号"), words.read_code, "桩号 桩编号", required=True, example="P1"
        ),
        make(
            "connector",
            N_("充电枪编号"),
            words.read_code,
            "枪号 枪编号",
            required=True,
            example="1",
        ),
        make("plug", N_("枪类型"), plug, "接口 接口类型 类型", example="直流", default="gbt_dc"),
        make(
            "power",
            N_("枪功率（kW）"),
            numbers.read_power,
            "功率 额定功率",
            required=True,
            example="60",
        ),
    ),
)
TARIFFS = Spec(
    kind="tariffs",
    label=N_("分时电价"),
    key="hours",
    unique=("code", "hours"),
    group="code",
    per_row=("hours", "price"),
    fields=(
        make(
            "code",
            N_("电价编码"),
            words.read_code,
            "编码 方案编码 电价方案编码",
            required=True,
            hint=N_("同一方案每个时段一行，编码相同"),
            example="TOU-1",
            limit=60,
        ),
        make(
            "name",
            N_("电价名称"),
            words.read_text,
            "名称 方案名称 电价方案",
            required=True,
            example="工商业分时电价",
            limit=120,
        ),
        make(
            "kind",
            N_("类别"),
            words.choice(
                {"电价": "electricity", "用电": "electricity", "油": "fuel", "柴油": "fuel"},
                {"electricity": "电", "fuel": "燃料"},
            ),
            "能源 类型",
            example="电",
            hint=N_("电、燃料；燃料按热值折算到每 kWh"),
        ),
        make(
            "hours",
            N_("时段"),
            windows.read_windows,
            "时间段 时间 起止时间 峰谷时段",
            example="全天",
            hint=N_("如 00:00-07:00；一行可写几段，用；分开；各行合起来须正好 24 小时"),
        ),
        make(
            "price",
            N_("电价（元/kWh）"),
            numbers.decimal(100_000, 100 * 100_000, ("元", "元/kwh", "元/度")),
            "单价 价格 电度价 含税单价",
            required=True,
            example="0.68",
        ),
    ),
)
