"""Scopes in words: what a token may do, as people say it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from models.language import gettext as _

RESOURCES: dict[str, object] = {
    "places": _l("网点"),
    "vehicles": _l("车辆"),
    "drivers": _l("司机"),
    "chargers": _l("充电"),
    "bays": _l("泊位"),
    "zones": _l("区域"),
    "rules": _l("禁限行规则"),
    "permits": _l("通行证"),
    "orders": _l("订单"),
    "plans": _l("排线方案"),
    "arrivals": _l("到货"),
    "duties": _l("任务"),
    "executions": _l("在途"),
    "receiving": _l("收货安排"),
    "indicators": _l("考核指标"),
    "accounts": _l("组织与账号"),
    "colleagues": _l("同事"),
    "audit": _l("审计"),
    "system": _l("系统"),
}
VERBS: dict[str, object] = {
    "read": _l("查看"),
    "apply": _l("申请"),
    "write": _l("编辑"),
    "decide": _l("审批"),
    "review": _l("审核"),
    "publish": _l("下发"),
    "check": _l("核查"),
    "own": _l("本人"),
}


def scope_word(scope: str) -> str:
    """``orders:read`` as 订单 · 查看, with the scope itself beside it."""
    resource, _sign, verb = scope.partition(":")
    if scope == "*":
        return _("全部")
    return _(
        "%(resource)s · %(verb)s（%(scope)s）",
        resource=RESOURCES.get(resource, resource),
        verb=VERBS.get(verb, verb),
        scope=scope,
    )
