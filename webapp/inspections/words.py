"""Words of the roadside page: what a look-up found, what a code is worth."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

NOT_OFFICIAL = _l("本平台核验码，不替代交管12123电子通行码")
RESULTS: dict[str, tuple[str, str, object]] = {
    "valid": ("good", "circle-check", _l("有效")),
    "not_now": ("attention", "clock", _l("此刻无效")),
    "none": ("attention", "ban", _l("没有通行证")),
    "unknown": ("draft", "help", _l("平台没有这辆车")),
}
VERDICTS: dict[str, tuple[str, str, object, object]] = {
    "valid": ("good", "circle-check", _l("有效"), _l("签名、日期、时段相符，请核对号牌。")),
    "unreadable": (
        "broken",
        "alert-triangle",
        _l("不是本平台核验码"),
        _l("请对准二维码重扫，或按号牌查询。"),
    ),
    "other_domain": (
        "broken",
        "alert-triangle",
        _l("本平台的其他码，不是核验码"),
        _l("请当事人出示通行证核验码。"),
    ),
    "unknown_key": (
        "broken",
        "alert-triangle",
        _l("签名密钥不在名录"),
        _l("可能是伪造，或离线数据过旧；请联网后重扫，或按号牌查询。"),
    ),
    "forged": (
        "broken",
        "ban",
        _l("签名不符，内容被改动"),
        _l("不能作为凭证，请按号牌查询。"),
    ),
    "unknown_serial": (
        "broken",
        "ban",
        _l("平台没有这张通行证"),
        _l("请按号牌查询，以交管系统为准。"),
    ),
    "ended": ("broken", "ban", _l("通行证已终止"), _l("该码不再有效。")),
    "suspended": ("broken", "player-pause", _l("通行证已暂停"), _l("恢复前不能使用。")),
    "other_plate": (
        "broken",
        "ban",
        _l("号牌不符"),
        _l("码上的号牌与所见号牌不同，通行证限本车使用。"),
    ),
    "not_yet": ("attention", "clock", _l("未到有效期"), _l("请看起始日期。")),
    "expired": ("broken", "clock", _l("已过有效期"), _l("请看截止日期。")),
    "wrong_hour": ("attention", "clock", _l("不在通行时段"), _l("请看通行时段。")),
    # what only the officer's device says
    "offline": (
        "attention",
        "shield-exclamation",
        _l("未联网核验"),
        _l("签名相符，但离线数据超过 24 小时，可能已暂停或终止；请尽快联网核验。"),
    ),
    "stale": (
        "attention",
        "shield-exclamation",
        _l("数据过旧，不能确认"),
        _l("离线数据超过 72 小时；请联网核验，或以交管12123为准。"),
    ),
    "unverifiable": (
        "attention",
        "shield-exclamation",
        _l("此浏览器不能核验签名"),
        _l("离线时请换用新版浏览器（须 https），或联网核验。"),
    ),
    "no_data": (
        "attention",
        "shield-exclamation",
        _l("没有离线数据，不能确认"),
        _l("请联网打开本页一次，再离线使用。"),
    ),
}
"""Tone, icon, word and what to do, by what a code is worth."""
