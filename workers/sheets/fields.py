"""What can be in a sheet: declarative fields of orders and of the city's things."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from models.language import N_, everywhere
from workers.sheets.values import dates, numbers, windows, words
from workers.sheets.values.base import Reader


@dataclass(frozen=True)
class Field:
    """One field: how headers call it, how its cells are read, what the template shows.

    ``column_unit``: the header's own unit (``重量(吨)``) is used for cells without one.
    ``limit``: most characters of a text. ``fixed``: a missing value takes ``default``.
    """

    name: str
    label: str
    reader: Reader
    synonyms: tuple[str, ...] = ()
    required: bool = False
    hint: str = ""
    example: str = ""
    limit: int = 200
    default: object = None

    @property
    def names(self) -> tuple[str, ...]:
        """What headers call it: its label in every language, then other words for it."""
        return (*everywhere(self.label), *self.synonyms)


@dataclass(frozen=True)
class Spec:
    """A kind of sheet: its fields, and which of them name a row (``key``).

    ``unique``: the fields that no two rows may share, ``key`` alone where empty. ``group``: rows
    with the same value of it make one thing together; only ``per_row`` fields differ among them.
    """

    kind: str
    label: str
    fields: tuple[Field, ...]
    key: str
    one_of: tuple[tuple[str, ...], ...] = ()
    unique: tuple[str, ...] = ()
    group: str = ""
    per_row: tuple[str, ...] = ()
    by_name: dict[str, Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the fields."""
        object.__setattr__(self, "by_name", {f.name: f for f in self.fields})

    @property
    def header_words(self) -> list[str]:
        """All words that headers use for the fields."""
        return [word for f in self.fields for word in f.names]


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def make(
    name: str,
    label: str,
    reader: Callable[..., object],
    synonyms: str = "",
    **more: object,
) -> Field:
    """A field with its synonyms in one string."""
    return Field(name, label, reader, _split(synonyms), **more)  # type: ignore[arg-type]


ORDERS = Spec(
    kind="orders",
    label=N_("订单"),
    key="reference",
    one_of=(
        ("store_code", "store", "address"),
        ("weight", "units", "pallets", "roll_cages", "totes"),
    ),
    fields=(
        make(
            "reference",
            N_("订单号"),
            words.read_code,
            "订单编号 单号 调拨单号 配送单号 出库单号 运单号 单据号 单据编号 发货单号 送货单号 "
            "配货单号 配送单 面单号 批次号 orderno order ordernumber",
            required=True,
            hint=N_("同一货主不能重复"),
            example="HF-1124-003",
            limit=60,
        ),
        make(
            "store_code",
            N_("门店编码"),
            words.read_code,
            "门店代码 店号 店铺编号 门店号 门店编号 网点编码 客户编码 客户代码 站点编码 站点代码 "
            "收货方编码 店编 机构编码 storecode",
            hint=N_("贵司自己的编码，丢失的前导零会补回"),
            example="00123",
            limit=60,
        ),
        make(
            "store",
            N_("收货门店"),
            words.read_text,
            "门店 门店名称 店名 店铺 收货方 收货单位 客户名称 "
            "客户 网点 网点名称 收货网点 站点 站点名称 "
            "收货点 送达方 末端站点 收货人 store",
            hint=N_("与门店编码、收货地址三者至少一项"),
            example="学府路店",
            limit=120,
        ),
        make(
            "address",
            N_("收货地址"),
            words.read_text,
            "地址 送货地址 详细地址 门店地址 目的地 配送地址",
            example="学府路 12 号",
            limit=200,
        ),
        make(
            "kind",
            "类型",
            words.choice(
                {
                    "送货": "delivery",
                    "正向": "delivery",
                    "提货": "pickup",
                    "取件": "pickup",
                    "收件": "pickup",
                    "上门取件": "pickup",
                    "返货": "return",
                    "逆向": "return",
                    "退回": "return",
                },
                {"delivery": "配送", "pickup": "揽收", "return": "退货"},
            ),
            "订单类型 业务类型 配送类型 任务类型 作业类型",
            hint="配送、揽收、退货；空着为配送。揽收和退货从门店到发货仓一列的仓",
            example="配送",
            default="delivery",
        ),
        make(
            "goods_name",
            N_("品名"),
            words.read_text,
            "品类 商品 商品名称 货物名称 货名 货品 物料名称 品种 货物 类别 货物/品名",
            example="冷鲜肉",
            limit=120,
        ),
        make(
            "temperature",
            N_("温度要求"),
            words.read_temperature,
            "温层 温度 温区 储运条件 温控 存储条件 温度带 冷藏要求",
            hint=N_("常温、冷藏、冷冻"),
            example="冷藏",
        ),
        make(
            "weight",
            N_("重量（kg）"),
            numbers.read_weight,
            "重量 毛重 总重 总重量 净重 毛重kg 重量kg 货重 公斤 千克 计费重量",
            hint=N_("空着则按件数估算"),
            example="186",
        ),
        make(
            "volume",
            N_("体积（m³）"),
            numbers.read_volume,
            "体积 方量 立方 方数 总体积 体积m3 立方数 cbm",
            hint=N_("空着则按件数估算"),
            example="0.8",
        ),
        make(
            "units",
            N_("件数"),
            numbers.read_count,
            "数量 箱数 总件数 件 总箱数 应发数量 实发数量 数量箱 件数箱 包裹数 发货数量",
            example="21",
        ),
        make(
            "unit_kind",
            N_("包装单位"),
            words.read_unit_kind,
            "单位 包装 包装方式 包装单位 容器",
            hint=N_("箱、托盘、笼车、周转箱"),
            example="箱",
        ),
        make("pallets", N_("托盘数"), numbers.read_whole, "托数 板数 托盘 托"),
        make("roll_cages", N_("笼车数"), numbers.read_whole, "笼车 笼数 台笼车"),
        make("totes", N_("周转箱数"), numbers.read_whole, "周转箱 筐数 周转筐"),
        make(
            "service_date",
            N_("服务日期"),
            dates.read_date,
            "到货日 到货日期 配送日期 送货日期 要求到货日 "
            "要求到货日期 日期 收货日期 预约日期 交货日期 送达日期",
            hint=N_("空着则用本次选定的日期"),
            example="2026-11-24",
        ),
        make(
            "window",
            N_("收货时段"),
            windows.read_windows,
            "收货时间 时段 送货时间 到货时段 时间窗 "
            "配送时段 送货时段 收货时间段 到店时间 预约时段 配送时间",
            hint=N_("空着则用网点自己的收货时段"),
            example="06:00-07:30",
        ),
        make(
            "window_start",
            N_("最早到达"),
            windows.read_time,
            "开始时间 收货开始 最早到店 最早时间 起始时间 "
            "最早收货时间 收货时段/开始 收货时间/起 起 开始",
        ),
        make(
            "window_end",
            N_("最晚到达"),
            windows.read_time,
            "结束时间 收货结束 最晚到店 最晚时间 截止时间 "
            "最晚收货时间 收货时段/结束 收货时间/止 止 结束",
        ),
        make(
            "tail_lift",
            N_("需要尾板"),
            words.read_flag,
            "尾板 是否尾板 需尾板 要尾板",
            example="否",
        ),
        make(
            "pickup",
            N_("发货仓"),
            words.read_text,
            "发货仓库 始发仓 仓库 发货地 提货点 发货方 出库仓 发出仓 装货地",
            limit=120,
        ),
        make(
            "notes",
            N_("备注"),
            words.read_text,
            "说明 附注 送货备注 特殊要求 备注说明 配送备注",
            example="后门收货",
            limit=500,
        ),
    ),
)
"""The fields of a sheet of orders."""
