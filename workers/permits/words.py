"""What the automatic checks of an application say, by code: title, finding, what to do."""

from __future__ import annotations

CHECKS = {
    "scheme_missing": ("证件种类", "没有选择证件种类", "请选择证件种类"),
    "scheme_closed": ("证件种类", "%(scheme)s 已停办", "请选择在办的证件种类"),
    "scheme_unauthorised": (
        "办理依据",
        "%(scheme)s 没有登记交管授权，不能签发",
        "须由交管登记授权文件",
    ),
    "scheme_ok": ("证件种类", "%(scheme)s · %(mode)s", ""),
    "official_missing": ("交管通行证编号", "没有填写", "请填写交管通行证上的编号"),
    "official_ok": ("交管通行证编号", "%(number)s", ""),
    "official_taken": ("交管通行证编号", "%(number)s 已经登记过", "请核对编号"),
    "dates_missing": ("日期", "没有填写起止日期", "请填写起止日期"),
    "dates_reversed": ("日期", "截止日期 %(last)s 早于起始日期 %(first)s", "请调整日期"),
    "dates_past": ("日期", "截止日期 %(last)s 已过", "请改为今天以后的日期"),
    "dates_long": ("日期", "共 %(days)s 天，超过最长 %(most)s 天", "请缩短期间"),
    "dates_ok": ("日期", "%(first)s 至 %(last)s，共 %(days)s 天", ""),
    "vehicle_missing": ("车辆", "没有选择车辆", "请选择车辆"),
    "vehicle_off": ("车辆", "%(plate)s 已停用", "请先启用车辆，或换一辆"),
    "licence_fields": ("行驶证信息", "没有填写：%(fields)s", "请按行驶证填写"),
    "vin_form": ("车辆识别代号", "%(vin)s 不是 17 位（不含 I、O、Q）", "请按行驶证核对"),
    "licence_ok": ("行驶证信息", "已填写", ""),
    "paper_missing": ("%(paper)s", "没有有效期记录", "请在车辆页补录有效期"),
    "paper_lapsed": ("%(paper)s", "有效期至 %(until)s，起始日期前已到期", "请先续办，并更新有效期"),
    "paper_lapsing": (
        "%(paper)s",
        "有效期至 %(until)s，早于申请截止日期 %(last)s",
        "予以通过时，期间宜截至 %(until)s",
    ),
    "paper_ok": ("%(paper)s", "有效期至 %(until)s", ""),
    "rules_missing": ("通行规则", "没有选择要放行的规则", "请选择区域和规则"),
    "rule_not_liftable": ("%(rule)s", "该规则不能凭通行证放行", "请去掉这条规则"),
    "rule_gone": ("%(rule)s", "申请期间内该规则未施行", "请去掉这条规则"),
    "rule_unbound": ("%(rule)s", "该规则不约束这辆车，无需通行证", "请去掉这条规则"),
    "rule_ok": ("%(rule)s", "约束这辆车，须凭证通行", ""),
    "zone_limit": (
        "%(zone)s",
        "%(what)s %(has)s %(unit)s，超过限值 %(most)s %(unit)s",
        "请换用更小的车辆",
    ),
    "document_missing": ("%(paper)s", "没有上传", "请上传，或勾选后补（如允许）"),
    "document_deferred": ("%(paper)s", "容缺受理，须在受理后 %(days)s 天内补交", "补交前不予通过"),
    "document_deferred_basis": (
        "%(paper)s",
        "容缺受理，须在 %(days)s 天内补交；依据：%(basis)s",
        "逾期未补交，通行证自动失效",
    ),
    "document_ok": ("%(paper)s", "已上传", ""),
    "duplicate_permit": (
        "重复通行证",
        "%(number)s 在同一时段已放行同一规则（%(first)s 至 %(last)s）",
        "请错开日期，或先终止原通行证",
    ),
    "duplicate_open": ("重复申请", "%(number)s 正在办理", "请等其办结，或先撤回"),
    "duplicate_ok": ("重复通行证", "没有", ""),
    "quota_full": (
        "%(zone)s 配额",
        "%(hour)s 时段加入本件后 %(count)s 辆，超过限额 %(most)s 辆",
        "请避开该时段",
    ),
    "quota_ok": ("%(zone)s 配额", "加入本件后最高 %(count)s / %(most)s 辆", ""),
    "trips_more": (
        "计划行程",
        "已下发排线中有一天进入 %(most)s 次，多于申请的每日 %(asked)s 次",
        "请核对每日次数",
    ),
}
"""Code → (title, finding, what to do); the figures stand in ``%(name)s``."""

MODES = {"register": "登记交管通行证", "issue": "经授权在此签发"}
PAPERS = {"inspection": "检验", "insurance": "交强险", "transport_licence": "道路运输证"}
LICENCE_FIELDS = {
    "vin": "车辆识别代号",
    "owner": "所有人",
    "registered_on": "注册日期",
}
"""What a vehicle licence says that the fleet does not hold."""
