"""Kinds, levels and fields of organisations, in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

KINDS: dict[str, object] = {
    "operator": _l("共配运营方"),
    "carrier": _l("承运企业"),
    "shipper": _l("货主"),
    "receiver": _l("收货方"),
    "traffic_police": _l("公安交管"),
    "bureau": _l("主管部门"),
    "platform": _l("平台"),
}
LEVELS: dict[str, object] = {"city": _l("市级"), "district": _l("区县级")}
TRADES: dict[str, object] = {
    "supermarket": _l("大型超市"),
    "convenience": _l("便利店"),
    "courier": _l("快递"),
    "cold_chain": _l("冷链"),
    "other": _l("其他"),
}
AUTHORITIES: dict[str, object] = {
    "transport": _l("交通运输"),
    "commerce": _l("商务"),
    "postal": _l("邮政管理"),
    "ecology": _l("生态环境"),
    "development_reform": _l("发展改革"),
    "urban_management": _l("城市管理"),
}
