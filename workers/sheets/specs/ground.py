"""Places and unloading bays."""

from __future__ import annotations

from models.language import N_
from workers.sheets.fields import Spec, make
from workers.sheets.specs.position import LAT, LON
from workers.sheets.values import numbers, windows, words

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
_operating = words.choice(
    {"营业": "open", "已运营": "open", "在运营": "open", "建设中": "building", "停业": "closed"},
    {"planned": "规划", "building": "在建", "open": "运营", "closed": "停运"},
)
_form = words.choice(
    {"泊位": "bay", "路侧": "bay", "临时泊位": "bay", "卸货场": "yard", "场地": "yard"},
    {"bay": "路侧临时停车泊位", "yard": "专用卸货场地"},
)
_area = words.choice(
    {"商业": "commercial", "居住": "residential", "生产": "production", "大型公共活动": "event"},
    {
        "commercial": "商业区",
        "residential": "居住区",
        "production": "生产区",
        "event": "大型公共活动区",
    },
)
PLACES = Spec(
    kind="places",
    label=N_("网点"),
    key="code",
    fields=(
        make(
            "code",
            N_("网点编码"),
            words.read_code,
            "编码 门店编码 店号 站点编码 编号",
            required=True,
            hint=N_("贵司自己的编码"),
            example="00123",
            limit=60,
        ),
        make(
            "name",
            N_("网点名称"),
            words.read_text,
            "名称 门店名称 店名 站点名称 门店",
            required=True,
            example="学府路店",
            limit=120,
        ),
        make(
            "kind",
            N_("网点类型"),
            _place_kind,
            "类型 类别",
            example="收货门店",
            default="store",
            hint=N_("收货门店、末端配送站、公共配送中心、干支衔接枢纽、发车仓"),
        ),
        make("address", N_("地址"), words.read_text, "详细地址 门店地址", example="学府路 12 号"),
        LON,
        LAT,
        make(
            "window",
            N_("收货时段"),
            windows.read_windows,
            "收货时间 营业时间 时段",
            hint=N_("可写几段，用；分开"),
            example="06:00-07:30；22:00-02:00",
        ),
        make(
            "unattended",
            N_("夜间无人收货"),
            words.read_flag,
            "无人收货 夜间自助",
            example="否",
            default=False,
        ),
        make(
            "fixed_minutes",
            N_("固定卸货分钟"),
            numbers.read_whole,
            "固定时间 卸货时间 停靠分钟",
            example="5",
            default=5,
        ),
        make(
            "yard", N_("可进院卸货"), words.read_flag, "院内卸货 有院子", example="是", default=True
        ),
        make("max_length", N_("限车长（m）"), numbers.read_length, "车长限制 限长", example="6"),
        make("max_height", N_("限车高（m）"), numbers.read_length, "车高限制 限高", example="3.2"),
        make("contact_name", N_("联系人"), words.read_text, "收货人 负责人", limit=40),
        make(
            "contact_phone",
            N_("联系电话"),
            words.pattern(r"1\d{10}|0\d{2,3}-?\d{7,8}", "19900000000"),
            "电话 手机",
        ),
        make(
            "operating",
            N_("运营状态"),
            _operating,
            "状态 建设状态",
            hint=N_("规划、在建、运营、停运；考核指标只计运营的"),
            example="运营",
        ),
        make("evidence", N_("认定依据"), words.read_text, "认定文件 依据文件", limit=200),
        make("notes", N_("备注"), words.read_text, "说明", limit=500),
    ),
)
BAYS = Spec(
    kind="bays",
    label=N_("卸货泊位"),
    key="code",
    fields=(
        make(
            "code",
            N_("泊位编码"),
            words.read_code,
            "编码 泊位编号 编号",
            required=True,
            example="B-001",
        ),
        make(
            "name",
            N_("泊位名称"),
            words.read_text,
            "名称 泊位",
            required=True,
            example="学府路东侧泊位",
        ),
        LON,
        LAT,
        make("form", N_("形式"), _form, "泊位形式 类型", example="路侧临时停车泊位", default="bay"),
        make(
            "area_kind",
            N_("所在区域"),
            _area,
            "区域 区域类型",
            hint=N_("商业区、居住区、生产区、大型公共活动区"),
            example="商业区",
        ),
        make(
            "spaces", N_("车位数"), numbers.read_whole, "泊位数 位数 数量", example="2", default=1
        ),
        make("hours", N_("开放时段"), windows.read_windows, "开放时间 时段", example="06:00-20:00"),
        make(
            "longest_minutes",
            N_("最长停留分钟"),
            numbers.read_whole,
            "限停分钟 最长停留 限时",
            example="30",
        ),
        make("max_length", N_("限车长（m）"), numbers.read_length, "车长限制 限长", example="6"),
        make(
            "max_mass",
            N_("限总质量（吨）"),
            numbers.read_weight,
            "限重 总质量限制",
            example="4.5 吨",
        ),
        make(
            "serves",
            N_("服务网点编码"),
            words.read_text,
            "服务门店 服务网点 对应网点",
            hint=N_("几个用；分开"),
            example="00123；00124",
        ),
        make(
            "walk_minutes", N_("步行分钟"), numbers.read_whole, "步行时间", example="2", default=2
        ),
    ),
)
