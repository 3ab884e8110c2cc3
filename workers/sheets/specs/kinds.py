"""Vehicle kinds."""

from __future__ import annotations

from models.language import N_
from workers.planning.words import ENERGY, NEEDS, TEMPERATURES
from workers.sheets.fields import Spec, make
from workers.sheets.specs.access import ENERGY_WORDS
from workers.sheets.values import access, numbers, words

_YUAN = numbers.decimal(100_000, 10_000 * 100_000, ("元",))
_PER_100_KM = numbers.decimal(10_000, 500 * 10_000, ("kwh", "度"))
_PER_KWH = numbers.decimal(1_000_000, 10_000_000, ("kg",))
_ONE_ENERGY = {word: code for word, code in ENERGY_WORDS.items() if " " not in code}
PAPERS = {"inspection": "检验合格", "insurance": "保险", "transport_licence": "道路运输证"}
PLUGS = {"gbt_dc": "直流", "gbt_ac": "交流"}

_ROOM = ("room", "room_temperatures", "room_payload", "room_volume", "room_places")
VEHICLE_TYPES = Spec(
    kind="vehicle_types",
    label=N_("车型"),
    key="code",
    unique=("code", "room"),
    group="code",
    per_row=_ROOM,
    fields=(
        make(
            "code",
            N_("车型编码"),
            words.read_code,
            "编码 车型代码 编号",
            required=True,
            example="VAN-BEV-S",
            limit=60,
            hint=N_("多温车每个车厢一行，编码相同"),
        ),
        make(
            "name",
            N_("车型名称"),
            words.read_text,
            "名称 车型",
            required=True,
            example="4.5 t 纯电厢式",
            limit=120,
        ),
        make(
            "energy",
            N_("能源"),
            words.choice(_ONE_ENERGY, ENERGY),
            "能源类型 燃料 动力类型",
            required=True,
            example="纯电",
            hint="、".join(ENERGY.values()),
        ),
        make("body", N_("车身"), words.read_text, "车身形式 厢体", example="厢式", limit=40),
        make(
            "profile",
            N_("行驶速度组"),
            words.choice(
                {
                    "微型": "van",
                    "小型": "van",
                    "轻型": "light",
                    "轻卡": "light",
                    "中型": "medium",
                    "中卡": "medium",
                },
                {"van": "微面", "light": "轻型货车", "medium": "中型货车"},
            ),
            "速度组 车辆级别",
            example="轻型货车",
            hint=N_("微面、轻型货车、中型货车"),
        ),
        make(
            "emission_stage", N_("排放阶段"), access.read_stage, "排放标准", hint=N_("电动车空着")
        ),
        make(
            "payload",
            N_("核定载质量（kg）"),
            numbers.read_weight,
            "载质量 载重 核载",
            required=True,
            example="1450",
        ),
        make(
            "volume",
            N_("容积（m³）"),
            numbers.read_volume,
            "容积 货厢容积 体积",
            required=True,
            example="17.5",
        ),
        make(
            "unit_places",
            N_("笼位托位"),
            numbers.read_whole,
            "笼位 托位 托盘位",
            example="10",
            hint=N_("0 = 不限"),
        ),
        make(
            "capabilities",
            N_("具备条件"),
            words.several({"静音": "quiet", "封闭": "enclosed"}, NEEDS),
            "条件 装备",
            example="尾板、静音卸货",
            hint="、".join(NEEDS.values()),
        ),
        make("length", N_("车长（m）"), numbers.read_length, "长 车长", example="5.995"),
        make("width", N_("车宽（m）"), numbers.read_length, "宽 车宽", example="2.15"),
        make("height", N_("车高（m）"), numbers.read_length, "高 车高", example="2.99"),
        make("curb", N_("整备质量（kg）"), numbers.read_weight, "整备质量 自重", example="2950"),
        make(
            "gross",
            N_("总质量（kg）"),
            numbers.read_weight,
            "总质量 最大总质量",
            example="4495",
            hint=N_("禁限行规则按总质量判断"),
        ),
        make(
            "battery",
            N_("电池容量（kWh）"),
            numbers.read_energy,
            "电池 电量 电池容量",
            example="77",
        ),
        make(
            "reserve", N_("保留电量（kWh）"), numbers.read_energy, "保留电量 电量下限", example="9"
        ),
        make(
            "max_charge",
            N_("最大充电功率（kW）"),
            numbers.read_power,
            "充电功率 最大充电功率",
            example="60",
        ),
        make(
            "plugs",
            N_("可用的枪"),
            words.several(
                {"快充": "gbt_dc", "慢充": "gbt_ac", "国标直流": "gbt_dc", "国标交流": "gbt_ac"},
                PLUGS,
            ),
            "充电接口 枪类型",
            example="直流",
        ),
        make(
            "curve",
            N_("充电曲线"),
            access.read_curve,
            "",
            hint=N_("电量 kWh:功率 kW，如 0:60；61.6:27；空着 = 一直按最大功率"),
        ),
        make("stop_power", N_("停靠时制冷功率（kW）"), numbers.read_power, "制冷功率"),
        make(
            "fuel",
            N_("燃料价格编码"),
            words.read_code,
            "燃料编码 油价编码",
            hint=N_("充电页电价表里类别为燃料的编码；燃油车必填"),
        ),
        make(
            "use_base",
            N_("空载百公里能耗（kWh）"),
            _PER_100_KM,
            "百公里电耗 百公里能耗 电耗",
            example="26",
            hint=N_("空着按行驶速度组取常用值；燃油按热值，柴油 1 L ≈ 10 kWh"),
        ),
        make("use_load", N_("每吨货百公里增加（kWh）"), _PER_100_KM, "每吨增加能耗", example="2.8"),
        make(
            "co2e",
            N_("全周期排放（kg CO2e/kWh）"),
            _PER_KWH,
            "碳排放因子 排放因子",
            example="0.5122",
        ),
        make("ttw", N_("使用端排放（kg CO2e/kWh）"), _PER_KWH, "使用端排放"),
        make("fixed", N_("每日固定成本（元）"), _YUAN, "固定成本 日租金", example="165"),
        make("per_km", N_("每公里成本（元）"), _YUAN, "公里成本 每公里费用", example="0.30"),
        make("per_hour", N_("每小时成本（元）"), _YUAN, "小时成本 工时费", example="34"),
        make(
            "papers",
            N_("须有证照"),
            words.several(
                {
                    "年检": "inspection",
                    "检验": "inspection",
                    "交强险": "insurance",
                    "营运证": "transport_licence",
                },
                PAPERS,
            ),
            "证照",
            example="检验合格、保险",
        ),
        make(
            "room",
            N_("车厢名称"),
            words.read_text,
            "车厢 温区名称",
            hint=N_("只有多温车才填：每个车厢一行"),
            limit=20,
        ),
        make("room_temperatures", N_("车厢温层"), words.several({}, TEMPERATURES), "温层 温区"),
        make("room_payload", N_("车厢载质量（kg）"), numbers.read_weight, ""),
        make("room_volume", N_("车厢容积（m³）"), numbers.read_volume, ""),
        make("room_places", N_("车厢笼位托位"), numbers.read_whole, ""),
    ),
)
