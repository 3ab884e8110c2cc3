"""Zones and access rules."""

from __future__ import annotations

from models.language import N_
from workers.planning.words import EFFECTS, ENERGY
from workers.sheets.fields import Spec, make
from workers.sheets.specs.people import PLATE_KIND_LABELS, PLATE_KIND_WORDS
from workers.sheets.values import access, areas, dates, numbers, windows, words

ENERGY_WORDS = {
    "电动": "bev",
    "纯电动": "bev",
    "氢能": "fcev",
    "氢": "fcev",
    "天然气": "cng lng",
    "混动": "hev phev",
    "新能源": "bev phev erev fcev",
    "燃油": "petrol diesel",
}
"""What people call energies; one word may mean several."""

ZONES = Spec(
    kind="zones",
    label=N_("区域"),
    key="code",
    fields=(
        make(
            "code",
            N_("区域编码"),
            words.read_code,
            "编码 区域编号 编号 code id",
            required=True,
            example="QY-01",
            limit=60,
        ),
        make(
            "name",
            N_("区域名称"),
            words.read_text,
            "名称 区域 name",
            required=True,
            example="内环货车限行区",
            limit=120,
        ),
        make(
            "kind",
            N_("区域类别"),
            words.choice(
                {"限行": "restricted", "禁行区": "restricted", "步行街": "pedestrian"},
                {
                    "restricted": "限行区",
                    "low_emission": "低排放区",
                    "pedestrian": "步行街区",
                },
            ),
            "类别 类型 kind type",
            example="限行区",
            hint=N_("限行区、低排放区、步行街区"),
        ),
        make("district", N_("行政区"), words.read_text, "所在区 district", limit=60),
        make(
            "area",
            N_("范围"),
            areas.read_area,
            "坐标 边界 边线 坐标串 多边形 geometry wkt geom",
            required=True,
            example="133.010,21.020; 133.030,21.020; 133.030,21.040; 133.010,21.040",
            hint=N_(
                "WGS-84 经度,纬度，用；分开，一圈一行，圈内的圈是洞；也可写 WKT。"
                "整个文件也可以是 GeoJSON"
            ),
        ),
        make("active", N_("启用"), words.read_flag, "是否启用 状态 active", example="是"),
    ),
)

_WHO = (
    "side",
    "mass_over",
    "length_over",
    "energy",
    "stage_at_most",
    "plate_kinds",
    "types",
    "body",
    "local",
    "tails",
)
RULES = Spec(
    kind="rules",
    label=N_("禁限行规则"),
    key="code",
    unique=("code", *_WHO),
    group="code",
    per_row=_WHO,
    fields=(
        make(
            "code",
            N_("规则编码"),
            words.read_code,
            "编码 规则编号 编号",
            required=True,
            example="GZ-01",
            hint=N_("一条规则管几类车，就写几行，编码相同，其余各列相同"),
            limit=60,
        ),
        make(
            "name",
            N_("规则名称"),
            words.read_text,
            "名称 规则",
            required=True,
            example="内环早晚高峰禁止货车",
            limit=120,
        ),
        make(
            "zone",
            N_("区域"),
            words.read_text,
            "区域编码 区域名称 限行区域 适用区域",
            required=True,
            example="QY-01",
            hint=N_("区域的编码或名称，须先有这个区域"),
            limit=120,
        ),
        make(
            "effect",
            N_("管控措施"),
            words.choice(
                {
                    "禁行": "no_driving",
                    "限行": "no_driving",
                    "禁止装卸": "no_stopping",
                    "禁停": "no_stopping",
                    "禁止停放": "no_parking",
                    "凭证通行": "pass_needed",
                    "通行证": "pass_needed",
                    "静音": "quiet_only",
                },
                EFFECTS,
            ),
            "措施 管控方式 限制方式",
            required=True,
            example="禁止通行",
            hint="、".join(EFFECTS.values()),
        ),
        make(
            "side",
            N_("适用或豁免"),
            words.choice({"限制": "who", "除外": "exempt"}, {"who": "适用", "exempt": "豁免"}),
            "对象 适用豁免",
            example="适用",
            default="who",
            hint=N_("这一行说的车：适用 或 豁免；后面各列都空 = 所有货车"),
        ),
        make(
            "mass_over",
            N_("总质量大于（t）"),
            numbers.decimal(1_000_000, 100_000_000, ("t", "吨")),
            "总质量 吨位 超过吨位",
            example="4.5",
        ),
        make("length_over", N_("车长大于（m）"), numbers.read_length, "车长 超过车长"),
        make(
            "energy",
            N_("能源"),
            words.several(ENERGY_WORDS, ENERGY),
            "能源类型 燃料 动力类型",
            example="柴油",
            hint=N_("几种用、分开"),
        ),
        make(
            "stage_at_most",
            N_("排放阶段不高于"),
            access.read_stage,
            "排放标准 排放阶段",
            example="国五",
        ),
        make(
            "plate_kinds",
            N_("号牌种类"),
            words.several(PLATE_KIND_WORDS, PLATE_KIND_LABELS),
            "号牌颜色 车牌颜色 号牌",
            hint=N_("几种用、分开"),
        ),
        make(
            "types",
            N_("车型编码"),
            words.read_words,
            "车型",
            hint=N_("系统里的车型编码，几种用、分开"),
        ),
        make("body", N_("车身"), words.read_words, "车身形式 厢体", hint=N_("如 仓栅、栏板")),
        make(
            "local",
            N_("号牌归属"),
            words.choice(
                {"本市": "local", "外埠": "other", "非本地": "other"},
                {"local": "本地", "other": "外地"},
            ),
            "归属地 本地外地",
        ),
        make(
            "tails",
            N_("限行尾号"),
            access.read_tails,
            "尾号 尾号限行",
            hint=N_("周一 1、6；周二 2、7"),
        ),
        make(
            "weekdays",
            N_("星期"),
            access.read_weekdays,
            "适用星期 周几",
            example="周一至周五",
            hint=N_("空着 = 每天"),
        ),
        make(
            "holidays",
            N_("法定节假日"),
            words.choice(
                {"执行": "any", "除外": "never", "节假日": "only"},
                {"any": "照常执行", "never": "不执行", "only": "只在节假日执行"},
            ),
            "节假日",
            example="不执行",
        ),
        make(
            "hours",
            N_("时段"),
            windows.read_windows,
            "限行时段 时间 时间段",
            example="07:00-08:30；17:00-19:00",
            hint=N_("空着 = 全天"),
        ),
        make(
            "alert_from",
            N_("预警级别"),
            numbers.read_whole,
            "重污染预警级别",
            hint=N_("到这一级才执行；空着 = 平时也执行"),
        ),
        make(
            "effective_from",
            N_("施行日期"),
            dates.read_any_date,
            "生效日期 开始日期",
            example="2026-01-01",
        ),
        make("effective_to", N_("截止日期"), dates.read_any_date, "失效日期 结束日期"),
        make(
            "basis",
            N_("依据文件"),
            words.read_text,
            "文号 依据 来源 通告",
            limit=300,
            example="云汀市货车通行管理示例规定",
        ),
        make("active", N_("启用"), words.read_flag, "是否启用", example="是"),
    ),
)
