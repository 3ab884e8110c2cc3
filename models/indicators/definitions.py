"""The seventeen indicators of the demonstration: what each means and what it still waits for."""

from __future__ import annotations

from dataclasses import dataclass

from models.language import N_


@dataclass(frozen=True, kw_only=True)
class Definition:
    """An indicator. ``unit``: ``count``, ``share``, ``ratio`` or empty where it has no figure.

    ``title`` is the wording of the table that sets it (Panjin, table 1). ``missing`` says what
    data has yet to come (待接入); empty = it is computed.
    """

    code: str
    title: str
    means: str
    unit: str = ""
    numerator: str = ""
    denominator: str = ""
    missing: str = ""

    @property
    def computed(self) -> bool:
        """Whether the platform computes it from what it holds."""
        return not self.missing


DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        code="PJ1",
        title=N_("干支衔接型货运枢纽（物流园区）"),
        means=N_("运营中的干支衔接枢纽个数"),
        unit="count",
        numerator=N_("运营中的枢纽"),
    ),
    Definition(
        code="PJ2",
        title=N_("公共配送中心"),
        means=N_("运营中的公共配送中心个数"),
        unit="count",
        numerator=N_("运营中的配送中心"),
    ),
    Definition(
        code="PJ3",
        title=N_("末端共同配送站"),
        means=N_("运营中的末端配送站个数"),
        unit="count",
        numerator=N_("运营中的末端配送站"),
    ),
    Definition(
        code="PJ4",
        title=N_("新增新能源配送车辆数量占示范期初新能源配送车辆保有量的比例"),
        means=N_("当期新增新能源车辆 ÷ 期初新能源车辆保有量"),
        unit="share",
        missing=N_("期初保有量（冻结基数）尚未登记；车辆的注册日期须补齐"),
    ),
    Definition(
        code="PJ5",
        title=N_("新增新能源或清洁能源配送车辆数量占示范期内全部新增和更新配送车辆数量的比例"),
        means=N_("新增和更新的新能源或清洁能源车辆 ÷ 全部新增和更新车辆"),
        unit="share",
        missing=N_("车辆的取得方式（新增、更新）和日期须补齐；清洁能源目录尚未接入"),
    ),
    Definition(
        code="PJ6",
        title=N_("城市配送新能源纯电动货车及插电式混合动力货车与充电桩的配置比例"),
        means=N_("纯电动和插电式混合动力货车（不含燃料电池）: 物流可用充电桩；按桩计，不按枪计"),
        unit="ratio",
        numerator=N_("纯电动、插电混动（含增程）货车"),
        denominator=N_("物流可用充电桩"),
    ),
    Definition(
        code="PJ7",
        title=N_("冷藏保温配送车辆占城市配送车辆比重"),
        means=N_("冷藏、保温车辆 ÷ 全部配送车辆，按车身形式"),
        unit="share",
        numerator=N_("冷藏、保温车辆"),
        denominator=N_("全部配送车辆"),
    ),
    Definition(
        code="PJ8",
        title=N_("新能源物流配送车辆便利通行政策"),
        means=N_("有正式的便利政策"),
        missing=N_("便利政策文件和停车优惠规则尚未登记"),
    ),
    Definition(
        code="PJ9",
        title=N_("城市货运配送需求调查预测制度"),
        means=N_("有配送需求调查、预测和报告"),
        missing=N_("需求调查、预测及回测误差尚未接入"),
    ),
    Definition(
        code="PJ10",
        title=N_("配送车辆分时、错时、分类通行和停放措施"),
        means=N_("有分时、错时、分类的通行停靠规则和办理程序"),
        missing=N_("规则已可登记；程序文件及其版本尚未登记"),
    ),
    Definition(
        code="PJ11",
        title=N_(
            "设置中心城区商业区、居住区、生产区、大型公共活动场地等区域专用卸货场地"
            "和道路范围内配送车辆的临时停车泊位"
        ),
        means=N_(
            "启用的专用卸货场地和路侧临时停车泊位处数，按商业、居住、生产、大型公共活动区分列"
        ),
        unit="count",
        numerator=N_("卸货场地与泊位（处）"),
    ),
    Definition(
        code="PJ12",
        title=N_("大型超市等商贸流通企业采用共同（集中、夜间）配送的比例"),
        means=N_(
            "采用共同配送或夜间配送的大型超市等商贸流通企业占比；按企业、订单、吨三种口径并列"
        ),
        unit="share",
        numerator=N_("采用共同、夜间配送"),
        denominator=N_("商贸流通企业"),
    ),
    Definition(
        code="PJ13",
        title=N_("货运配送公共信息服务平台"),
        means=N_("建成并与部门、企业、省级平台交换信息"),
        missing=N_("与部门、省级平台的数据交换尚未接入"),
    ),
    Definition(
        code="PJ14",
        title=N_("运作高效、服务规范的AAA级配送企业"),
        means=N_("AAA 级配送企业和专业化城市配送企业数"),
        missing=N_("企业等级证书及有效期尚未登记"),
    ),
    Definition(
        code="PJ15",
        title=N_("城市配送吨公里运输成本较示范建设期初降低的比例"),
        means=N_("单位吨公里成本较示范期初降低的比例；同日方案之间的节约不算"),
        unit="share",
        missing=N_("示范期初的同口径成本基线尚未冻结"),
    ),
    Definition(
        code="PJ16",
        title=N_("城市配送车辆利用效率较示范建设期初提高的比例"),
        means=N_("较示范期初提高的比例；公式由城市确定，日均里程、装载率、日均趟次并列"),
        unit="share",
        missing=N_("城市公式和示范期初基线尚未登记"),
    ),
    Definition(
        code="PJ17",
        title=N_("城市配送车辆单位周转量能耗较示范建设期初降低的比例"),
        means=N_("单位吨公里能耗较示范期初降低的比例，实测为准"),
        unit="share",
        missing=N_("实测电量、油耗和示范期初基线尚未接入"),
    ),
)
BY_CODE = {one.code: one for one in DEFINITIONS}
