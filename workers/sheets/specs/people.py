"""Vehicles and drivers."""

from __future__ import annotations

from models.language import N_
from workers.sheets.fields import Spec, make
from workers.sheets.values import access, dates, numbers, windows, words

PLATE = r"[\u4e00-\u9fff][A-Z][A-HJ-NP-Z0-9]{5,6}"

PLATE_KIND_WORDS = {
    "小型新能源": "green_small",
    "大型新能源": "green_large",
    "绿牌": "green_small",
    "蓝牌": "blue",
    "黄牌": "yellow",
    "小型汽车": "blue",
    "大型汽车": "yellow",
}
PLATE_KIND_LABELS = {
    "green_small": "小型新能源汽车",
    "green_large": "大型新能源汽车",
    "blue": "小型汽车",
    "yellow": "大型汽车",
}
plate_kind = words.choice(PLATE_KIND_WORDS, PLATE_KIND_LABELS)

VEHICLES = Spec(
    kind="vehicles",
    label=N_("车辆"),
    key="plate",
    fields=(
        make(
            "plate",
            N_("号牌号码"),
            words.pattern(PLATE, "辽Z12345D"),
            "车牌 车牌号 车牌号码 号牌 牌照",
            required=True,
            hint=N_("不能重复"),
            example="辽Z12345D",
        ),
        make(
            "plate_kind",
            N_("号牌种类"),
            plate_kind,
            "车牌颜色 牌照颜色 号牌颜色 车牌种类",
            required=True,
            example="小型新能源汽车",
            hint=N_("小型新能源汽车、大型新能源汽车、小型汽车、大型汽车"),
        ),
        make(
            "type_code",
            N_("车型编码"),
            words.read_code,
            "车型 车型代码 车辆类型",
            required=True,
            hint=N_("系统里的车型编码"),
            example="VAN-BEV-S",
        ),
        make(
            "home_code",
            N_("所属仓编码"),
            words.read_code,
            "所属仓 停放地 发车仓 发车仓编码 停放点编码",
            required=True,
            hint=N_("网点里的编码"),
            example="DC-01",
        ),
        make(
            "code", N_("自编号"), words.read_code, "车辆编号 编号 内部编号", example="A01", limit=40
        ),
        make(
            "acquisition",
            N_("取得方式"),
            words.choice(
                {"新购": "new", "新增车辆": "new", "替换": "replacement", "置换": "replacement"},
                {"new": "新增", "replacement": "更新"},
            ),
            "新增或更新 购置方式",
            hint=N_("新增、更新；更新 = 替换在用车辆"),
            example="新增",
        ),
        make(
            "registered_on",
            N_("注册日期"),
            dates.read_any_date,
            "登记日期 初次登记日期 上牌日期",
            example="2025-06-18",
        ),
        make(
            "inspection_to",
            N_("检验有效期至"),
            dates.read_any_date,
            "年检到期 年检有效期 检验有效期",
            example="2027-05-31",
        ),
        make(
            "insurance_to",
            N_("保险有效期至"),
            dates.read_any_date,
            "保险到期 保险有效期 交强险到期",
            example="2027-05-31",
        ),
        make(
            "transport_licence_to",
            N_("道路运输证有效期至"),
            dates.read_any_date,
            "营运证有效期 运输证到期",
            hint=N_("总质量 4.5 吨以上须填"),
        ),
        make("notes", N_("备注"), words.read_text, "说明", limit=200),
    ),
)
DRIVERS = Spec(
    kind="drivers",
    label=N_("司机"),
    key="code",
    fields=(
        make(
            "code",
            N_("工号"),
            words.read_code,
            "司机编号 员工号 编号",
            required=True,
            example="D001",
            limit=40,
        ),
        make(
            "name",
            N_("姓名"),
            words.read_text,
            "司机 司机姓名 驾驶员",
            required=True,
            example="张三示例",
            limit=40,
        ),
        make(
            "phone",
            N_("手机号"),
            words.pattern(r"1\d{10}", "13900000000"),
            "电话 联系电话 手机",
            example="19900000000",
        ),
        make(
            "home_code",
            N_("所属仓编码"),
            words.read_code,
            "所属仓 发车仓 发车仓编码",
            required=True,
            example="DC-01",
        ),
        make(
            "licence",
            N_("准驾车型"),
            words.read_code,
            "驾照类型 驾驶证类型 驾照",
            example="C1",
            limit=10,
        ),
        make(
            "licence_to",
            N_("驾驶证有效期至"),
            dates.read_any_date,
            "驾照到期 驾驶证有效期",
            example="2030-01-31",
        ),
        make(
            "duty",
            N_("班次时间"),
            windows.read_windows,
            "班次 值班时间 上班时间 工作时间",
            hint=N_("空着则不排班；可写两段，用；分开；跨零点的夜班从服务日期的前一晚开始"),
            example="05:00-13:00",
        ),
        make(
            "weekdays",
            N_("星期"),
            access.read_weekdays,
            "排班星期 出勤星期",
            hint=N_("空着 = 每天"),
        ),
        make(
            "longest",
            N_("最长当班（小时）"),
            numbers.decimal(3600, 16 * 3600, ("h", "小时")),
            "最长工时",
            example="8",
        ),
        make(
            "longest_driving",
            N_("最长连续驾驶（小时）"),
            numbers.decimal(3600, 4 * 3600, ("h", "小时")),
            "连续驾驶",
            example="4",
            hint=N_("不超过 4 小时"),
        ),
    ),
)
