"""Words of the permit desk's pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from models.permits.tables import PermitApplication
from webapp.things.fields import hours_text
from workers.permits.checks import Check
from workers.permits.words import CHECKS

MODES = {"register": _l("登记交管通行证"), "issue": _l("经授权在此签发")}
TARGETS = {
    "in_review": _l("受理"),
    "approved": _l("予以通过"),
    "correction": _l("补正（一次告知）"),
    "not_accepted": _l("不予受理"),
    "denied": _l("不予通过"),
}
STATES = {
    "draft": _l("草稿"),
    "submitted": _l("已提交"),
    "in_review": _l("受理"),
    "correction": _l("补正"),
    "not_accepted": _l("不予受理"),
    "approved": _l("予以通过"),
    "denied": _l("不予通过"),
    "withdrawn": _l("撤回申请"),
}

PASS_STATES = {"approved": _l("生效"), "suspended": _l("暂停"), "ended": _l("终止")}


@dataclass(frozen=True)
class Act:
    """One of the four ways in which an authority ends a pass, each with its own ground."""

    code: str
    name: object
    law: object
    grounds: Sequence[object]


ACTS = (
    Act(
        "withdrawn_by_authority",
        _l("撤回"),
        _l(
            "《行政许可法》第八条第二款：依据的法律、法规、规章修改或者废止，或者客观情况发生重大变化"
        ),
        (
            _l("所依据的规定已修改或废止"),
            _l("准予通行所依据的客观情况发生重大变化，为公共利益需要"),
        ),
    ),
    Act(
        "annulled",
        _l("撤销"),
        _l("《行政许可法》第六十九条：作出许可决定本身违法，或者以欺骗、贿赂等不正当手段取得"),
        (
            _l("以欺骗、贿赂等不正当手段取得"),
            _l("超越职权或违反法定程序作出"),
            _l("对不具备条件的申请人作出"),
        ),
    ),
    Act(
        "revoked",
        _l("吊销"),
        _l("《行政处罚法》第九条第四项：因违法行为被处以吊销许可证件的行政处罚"),
        (
            _l("持证期间违法情节严重，依法给予吊销处罚"),
            _l("转让、出借或涂改通行证，依法给予吊销处罚"),
        ),
    ),
    Act(
        "deregistered",
        _l("注销"),
        _l("《行政许可法》第七十条：有效期届满未延续、车辆报废或转出、许可终止等应当办理注销手续"),
        (
            _l("车辆已报废、转出或不再用于配送"),
            _l("企业终止，或申请人自行申请注销"),
            _l("有效期届满未延续"),
        ),
    ),
)
"""Four legal acts, never one button."""
ACT_NAMES = {act.code: act.name for act in ACTS}
ON_PAPER = frozenset({"approved", "denied", "correction", "not_accepted"})
"""States of applications that come with a paper."""


def check_parts(check: Check) -> dict[str, str]:
    """A finding in the page's language."""
    title, text, remedy = CHECKS[check.code]
    params: Mapping[str, Any] = check.params
    return {
        "code": check.code,
        "tone": check.tone,
        "title": str(_(title)) % params,
        "text": str(_(text)) % params,
        "remedy": str(_(remedy)) % params if remedy else "",
    }


def dates_text(application: PermitApplication) -> str:
    """``2026-12-01 至 2026-12-31``."""
    first, last = application.date_from, application.date_to
    return f"{first or '—'} {_('至')} {last or '—'}"


def hours_words(hours: Sequence[dict[str, int]]) -> str:
    """Daily hours; nothing given is the whole day."""
    return hours_text(hours).replace("-", "–") or str(_("全天"))


def trips_words(trips: int) -> str:
    """``每日 2 次``; 0 = any number."""
    return str(_("每日 %(n)s 次", n=trips)) if trips else str(_("不限次"))
