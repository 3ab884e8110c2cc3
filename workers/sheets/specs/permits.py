"""Applications for passes."""

from __future__ import annotations

from models.language import N_
from workers.sheets.fields import Spec, make
from workers.sheets.specs.people import PLATE
from workers.sheets.values import dates, numbers, windows, words

VIN = r"[A-HJ-NPR-Z0-9]{17}"

PERMIT_APPLICATIONS = Spec(
    kind="permit_applications",
    label=N_("通行证申请"),
    key="vehicle",
    unique=("vehicle", "rules", "date_from", "hours"),
    fields=(
        make(
            "vehicle",
            N_("号牌号码"),
            words.pattern(PLATE, "辽Z12345D"),
            "车牌 车牌号 车牌号码 号牌 牌照",
            required=True,
            hint=N_("本单位的车辆，须已在车辆页登记"),
            example="辽Z12345D",
        ),
        make(
            "scheme",
            N_("证件种类"),
            words.read_code,
            "证件类型 通行证种类 通行证类型 证件种类编码",
            required=True,
            hint=N_("证件种类的编码或名称"),
            example="HCTXZ",
        ),
        make(
            "rules",
            N_("规则编码"),
            words.read_words,
            "放行规则 规则 通行规则 申请规则 限行规则",
            required=True,
            hint=N_("要放行的规则编码，几条用、分开"),
            example="R1",
        ),
        make(
            "date_from",
            N_("起始日期"),
            dates.read_any_date,
            "开始日期 生效日期 起 自",
            required=True,
            example="2026-12-01",
        ),
        make(
            "date_to",
            N_("截止日期"),
            dates.read_any_date,
            "结束日期 到期日期 止 至",
            required=True,
            example="2026-12-31",
        ),
        make(
            "hours",
            N_("每日时段"),
            windows.read_windows,
            "时段 通行时段 通行时间 时间",
            hint=N_("空着 = 全天"),
            example="09:00-17:00",
        ),
        make(
            "trips_per_day",
            N_("每日进入次数"),
            numbers.read_whole,
            "次数 每日次数 每天次数",
            hint=N_("空着 = 不限次"),
            example="2",
        ),
        make(
            "purpose", N_("用途"), words.read_text, "事由 申请事由", limit=200, example="共同配送"
        ),
        make(
            "vin",
            N_("车辆识别代号"),
            words.pattern(VIN, "LZZ5CLVB8NA999001"),
            "车架号 识别代号 vin",
            hint=N_("空着则用上次申请填过的"),
            example="LZZ5CLVB8NA999001",
        ),
        make(
            "owner",
            N_("行驶证所有人"),
            words.read_text,
            "所有人 车主",
            limit=120,
            hint=N_("空着则用上次申请填过的"),
        ),
        make(
            "registered_on",
            N_("注册日期"),
            dates.read_any_date,
            "注册登记日期 初次登记日期",
            hint=N_("空着则用上次申请填过的"),
            example="2025-06-18",
        ),
        make("agent", N_("经办人"), words.read_text, "联系人", limit=40, example="张三示例"),
        make("agent_phone", N_("经办人电话"), words.read_text, "联系电话 电话 手机", limit=20),
        make(
            "official",
            N_("交管通行证编号"),
            words.read_code,
            "通行证编号 通行证号 证号",
            hint=N_("登记方式必填"),
            limit=60,
        ),
    ),
)
