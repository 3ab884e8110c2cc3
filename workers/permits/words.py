"""What the automatic checks of an application say, by code: title, finding, what to do."""

from __future__ import annotations

from models.language import N_

CHECKS = {
    "scheme_missing": (N_("证件种类"), N_("没有选择证件种类"), N_("请选择证件种类")),
    "scheme_closed": (N_("证件种类"), N_("%(scheme)s 已停办"), N_("请选择在办的证件种类")),
    "scheme_unauthorised": (
        N_("办理依据"),
        N_("%(scheme)s 没有登记交管授权，不能签发"),
        N_("须由交管登记授权文件"),
    ),
    "scheme_ok": (N_("证件种类"), "%(scheme)s · %(mode)s", ""),
    "official_missing": (N_("交管通行证编号"), N_("没有填写"), N_("请填写交管通行证上的编号")),
    "official_ok": (N_("交管通行证编号"), "%(number)s", ""),
    "official_taken": (N_("交管通行证编号"), N_("%(number)s 已经登记过"), N_("请核对编号")),
    "dates_missing": (N_("日期"), N_("没有填写起止日期"), N_("请填写起止日期")),
    "dates_reversed": (
        N_("日期"),
        N_("截止日期 %(last)s 早于起始日期 %(first)s"),
        N_("请调整日期"),
    ),
    "dates_past": (N_("日期"), N_("截止日期 %(last)s 已过"), N_("请改为今天以后的日期")),
    "dates_long": (N_("日期"), N_("共 %(days)s 天，超过最长 %(most)s 天"), N_("请缩短期间")),
    "dates_ok": (N_("日期"), N_("%(first)s 至 %(last)s，共 %(days)s 天"), ""),
    "vehicle_missing": (N_("车辆"), N_("没有选择车辆"), N_("请选择车辆")),
    "vehicle_off": (N_("车辆"), N_("%(plate)s 已停用"), N_("请先启用车辆，或换一辆")),
    "licence_fields": (N_("行驶证信息"), N_("没有填写：%(fields)s"), N_("请按行驶证填写")),
    "vin_form": (
        N_("车辆识别代号"),
        N_("%(vin)s 不是 17 位（不含 I、O、Q）"),
        N_("请按行驶证核对"),
    ),
    "licence_ok": (N_("行驶证信息"), N_("已填写"), ""),
    "paper_missing": ("%(paper)s", N_("没有有效期记录"), N_("请在车辆页补录有效期")),
    "paper_lapsed": (
        "%(paper)s",
        N_("有效期至 %(until)s，起始日期前已到期"),
        N_("请先续办，并更新有效期"),
    ),
    "paper_lapsing": (
        "%(paper)s",
        N_("有效期至 %(until)s，早于申请截止日期 %(last)s"),
        N_("予以通过时，期间宜截至 %(until)s"),
    ),
    "paper_ok": ("%(paper)s", N_("有效期至 %(until)s"), ""),
    "rules_missing": (N_("通行规则"), N_("没有选择要放行的规则"), N_("请选择区域和规则")),
    "rule_not_liftable": ("%(rule)s", N_("该规则不能凭通行证放行"), N_("请去掉这条规则")),
    "rule_gone": ("%(rule)s", N_("申请期间内该规则未施行"), N_("请去掉这条规则")),
    "rule_unbound": ("%(rule)s", N_("该规则不约束这辆车，无需通行证"), N_("请去掉这条规则")),
    "rule_ok": ("%(rule)s", N_("约束这辆车，须凭证通行"), ""),
    "zone_limit": (
        "%(zone)s",
        N_("%(what)s %(has)s %(unit)s，超过限值 %(most)s %(unit)s"),
        N_("请换用更小的车辆"),
    ),
    "document_missing": ("%(paper)s", N_("没有上传"), N_("请上传，或勾选后补（如允许）")),
    "document_deferred": (
        "%(paper)s",
        N_("容缺受理，须在受理后 %(days)s 天内补交"),
        N_("补交前不予通过"),
    ),
    "document_deferred_basis": (
        "%(paper)s",
        N_("容缺受理，须在 %(days)s 天内补交；依据：%(basis)s"),
        N_("逾期未补交，通行证自动失效"),
    ),
    "document_ok": ("%(paper)s", N_("已上传"), ""),
    "duplicate_permit": (
        N_("重复通行证"),
        N_("%(number)s 在同一时段已放行同一规则（%(first)s 至 %(last)s）"),
        N_("请错开日期，或先终止原通行证"),
    ),
    "duplicate_open": (N_("重复申请"), N_("%(number)s 正在办理"), N_("请等其办结，或先撤回")),
    "duplicate_ok": (N_("重复通行证"), N_("没有"), ""),
    "quota_full": (
        N_("%(zone)s 配额"),
        N_("%(hour)s 时段加入本件后 %(count)s 辆，超过限额 %(most)s 辆"),
        N_("请避开该时段"),
    ),
    "quota_ok": (N_("%(zone)s 配额"), N_("加入本件后最高 %(count)s / %(most)s 辆"), ""),
    "trips_more": (
        N_("计划行程"),
        N_("已下发排线中有一天进入 %(most)s 次，多于申请的每日 %(asked)s 次"),
        N_("请核对每日次数"),
    ),
}
"""Code → (title, finding, what to do); the figures stand in ``%(name)s``."""

MODES = {"register": N_("登记交管通行证"), "issue": N_("经授权在此签发")}
PAPERS = {
    "inspection": N_("检验"),
    "insurance": N_("交强险"),
    "transport_licence": N_("道路运输证"),
}
LICENCE_FIELDS = {
    "vin": N_("车辆识别代号"),
    "owner": N_("所有人"),
    "registered_on": N_("注册日期"),
}
"""What a vehicle licence says that the fleet does not hold."""

OWN_WORDS = frozenset((*MODES.values(), *PAPERS.values(), N_("车长"), N_("车高"), N_("总质量")))
"""Words of ours that findings name; all else in them is what people wrote."""
