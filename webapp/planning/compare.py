"""对比方案: two versions of one date side by side, its files and its part of the interface."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from flask import Response, abort, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.visibility import visible
from models.audit.operations import append
from models.errors import NotFound
from models.planning.tables import PlanVersion
from webapp.database import database, reading, settings
from webapp.frame import service_date
from webapp.frame.city import city
from webapp.planning import reads
from webapp.planning.api import interface
from webapp.planning.handouts import blueprint
from webapp.security.guard import actor
from webapp.security.permissions import needs
from workers.planner.line import ask
from workers.planning import compare as sums
from workers.planning.compare_export import comparison_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MINUTES = (5, 10, 15, 30, 60)

NAMES: dict[str, object] = {
    "served": _l("订单 已排"),
    "unassigned": _l("订单 未排"),
    "vehicles": _l("车辆"),
    "trips": _l("趟次"),
    "stops": _l("停靠点"),
    "metres": _l("里程"),
    "load_permille": _l("装载率"),
    "joint_permille": _l("共同配送占比"),
    "night_permille": _l("夜间占比"),
    "seconds": _l("工时"),
    "wh": _l("电量"),
    "co2e_g": _l("排放 CO2e"),
    "fixed": _l("车辆固定"),
    "distance": _l("里程费"),
    "time": _l("工时费"),
    "energy": _l("电费、燃料"),
    "lateness": _l("超时"),
    "extra": _l("其他"),
    "prizes": _l("减：加急奖励"),
    "cost_fen": _l("成本合计"),
}
UNITS: dict[str, object] = {
    "orders": _l("单"),
    "vehicles": _l("辆"),
    "trips": _l("趟"),
    "stops": _l("个"),
    "km": "km",
    "percent": "%",
    "h": "h",
    "kwh": "kWh",
    "kg": "kg",
    "yuan": _l("元"),
}
WHAT: dict[str, object] = {
    "vehicle": _l("换车"),
    "trip": _l("换趟"),
    "sequence": _l("换顺序"),
    "time": _l("改时间"),
}
HOW: dict[str, object] = {
    "added": _l("新出车"),
    "dropped": _l("不再出车"),
    "changed": _l("有变化"),
    "same": _l("不变"),
}
_BY_NAME = {line.name: line for line in sums.LINES}


@dataclass(frozen=True)
class Side:
    """One of the two plans: its version, its view, what it is called."""

    version: PlanVersion
    view: dict[str, Any]
    label: str


def label(version: PlanVersion) -> str:
    """What a version is called beside others."""
    name = str(_("第 %(n)s 版", n=version.version))
    if version.engine == "hand":
        name = f"{name} · {_('人工排线')}"
    elif version.scenario:
        name = f"{name} · {version.scenario}"
    return name


def comparable(session: Session, who: Actor, day: date) -> list[PlanVersion]:
    """The date's versions that have a plan, scenarios and drafts too, newest first."""
    query = visible(session, who, PlanVersion).where(
        PlanVersion.service_date == day, PlanVersion.plan_sha256.is_not(None)
    )
    return list(session.scalars(query.order_by(PlanVersion.version.desc())))


def counterpart(versions: list[PlanVersion], of: PlanVersion) -> PlanVersion | None:
    """What a version is best set beside: the plan in force, else its parent, else ours."""
    others = [v for v in versions if v.id != of.id and v.state != "discarded"]
    for wanted in (
        lambda v: v.state in {"published", "executing"},
        lambda v: v.id == of.parent_id,
        lambda v: v.engine != "hand" and v.state == "solved",
        lambda _v: True,
    ):
        found = next((v for v in others if wanted(v)), None)
        if found is not None:
            return found
    return None


def _chosen(session: Session, who: Actor) -> tuple[PlanVersion, PlanVersion]:
    """The two versions that the address names; NotFound unless both are of one date."""
    one = reads.version_of(session, who, request.args.get("a", ""))
    two = reads.version_of(session, who, request.args.get("b", ""))
    if one.service_date != two.service_date or not (one.plan_sha256 and two.plan_sha256):
        raise NotFound
    return one, two


def _side(version: PlanVersion) -> Side:
    view = reads.views().of(version)
    if view is None:
        raise NotFound
    return Side(version, view, label(version))


def _minutes() -> int:
    given = request.args.get("minutes", "")
    return min(max(int(given), 1), 720) if given.isdigit() else sums.MINUTES


def _pair() -> tuple[Side, Side]:
    """Base and other, as the address has them: ``base=b`` turns them round."""
    with reading(actor()) as session:
        one, two = (_side(v) for v in _chosen(session, actor()))
    return (two, one) if request.args.get("base") == "b" else (one, two)


@blueprint.get("/compare")
@needs("plans:read")
def compare() -> ResponseReturnValue:
    """Two versions side by side; with one or none named, the likeliest beside it."""
    if not request.args.get("a") or not request.args.get("b"):
        return _choose()
    base, other = _pair()
    day = base.version.service_date
    g.page_date = day
    g.date_action = url_for("planning.compare")
    with reading(actor()) as session:
        versions = [(v, label(v)) for v in comparable(session, actor(), day)]
    found = sums.compare(base.view, other.view, minutes=_minutes())
    same = not found["orders"]["only_base"] and not found["orders"]["only_other"]
    address = {name: request.args.get(name) for name in ("a", "b", "base", "minutes")}
    return render_template(
        "planning/compare.html",
        base=base,
        other=other,
        turned=request.args.get("base") == "b",
        found=found,
        lines=[shown(row) for row in found["lines"]],
        common=common_lines(found["lines"]) if same else None,
        versions=versions,
        date=day,
        minutes=_minutes(),
        choices=MINUTES,
        address={name: value for name, value in address.items() if value},
        what=WHAT,
        how=HOW,
        sheets=[(side, _sheet(side)) for side in (base, other) if side.version.engine == "hand"],
    )


def _sheet(side: Side) -> dict[str, Any]:
    """What of a hand-made sheet could not be kept: times, and what was gone when it was read."""
    hand = side.version.options.get("hand", {})
    gone = {name: len(hand.get(name, ())) for name in ("orders", "vehicles", "drivers")}
    return {"off": sums.off_the_sheet(side.view, hand), "gone": gone}


def _choose() -> ResponseReturnValue:
    """Fill in what the address does not name, or say that there is nothing to compare."""
    day = service_date.current()
    with reading(actor()) as session:
        named = request.args.get("b") or request.args.get("a")
        version = reads.version_of(session, actor(), named) if named else None
        if version is not None:
            day = version.service_date
        versions = comparable(session, actor(), day)
        if version is None and versions:
            version = versions[0]
        beside = counterpart(versions, version) if version is not None else None
        if version is not None and version.plan_sha256 and beside is not None:
            return redirect(url_for("planning.compare", a=beside.id, b=version.id))
    g.page_date = day
    return render_template("planning/compare_none.html", date=day, versions=versions)


def common_lines(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of the totals' lines those that are compared on common orders."""
    wanted = {line.name for line in sums.COMMON}
    return [shown(row) for row in lines if row["name"] in wanted]


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """A line as texts: both figures, the difference with its sign and unit, the percentage."""
    line = _BY_NAME[row["name"]]
    tone = {True: "gf-green", False: "gf-red", None: ""}[row["better"]]
    return {
        "name": str(NAMES[line.name]),
        "unit": str(UNITS[line.unit]),
        "part": line.part,
        "total": line.name == "cost_fen",
        "base": figure(row["base"], line),
        "other": figure(row["other"], line),
        "difference": signed(row["difference"], line),
        "percent": "" if not row["permille"] else f"{sign(row['permille'])} %",
        "tone": tone,
    }


def figure(value: int | None, line: sums.Line) -> str:
    """A figure with the decimals that it has."""
    return "—" if value is None else f"{value / line.divide:,.{line.decimals}f}"


def sign(permille: int) -> str:
    """A signed percentage with one place; the minus sign is a minus sign."""
    return f"{permille / 10:+,.1f}".replace("-", "−")


def signed(value: int | None, line: sums.Line) -> str:
    """A difference with its sign; none is a dash, of a share it is in percentage points."""
    if value is None:
        return ""
    if not value:
        return "—"
    text = f"{value / line.divide:+,.{line.decimals}f}".replace("-", "−")
    return f"{text} {_('个百分点')}" if line.share else text


def common_of(base: Side, other: Side) -> dict[str, Any]:
    """What the orders that both serve cost in each; ``{"error"}`` where it cannot be told."""
    return ask(
        settings(),
        {
            "do": "common",
            "base": [base.version.problem_sha256, base.version.plan_sha256],
            "other": [other.version.problem_sha256, other.version.plan_sha256],
        },
    )


@blueprint.get("/compare/common.json")
@needs("plans:read")
def common() -> ResponseReturnValue:
    """The figures on common orders, asked for once the page stands: it may take a moment."""
    base, other = _pair()
    answer = common_of(base, other)
    if "error" in answer:
        return jsonify({"error": _("暂时算不出，请稍后刷新。")}), 503
    rows = sums.totals(answer["base"], answer["other"], sums.COMMON)
    retimed = answer["base"]["retimed"] + answer["other"]["retimed"]
    return jsonify(
        {"orders": answer["orders"], "retimed": retimed, "lines": [shown(row) for row in rows]}
    )


@blueprint.get("/compare.xlsx")
@needs("plans:read")
def compare_file() -> ResponseReturnValue:
    """The comparison as a spreadsheet."""
    if not request.args.get("a") or not request.args.get("b"):
        abort(404)
    base, other = _pair()
    found = sums.compare(base.view, other.view, minutes=_minutes())
    day = base.version.service_date
    title = _("对比方案 %(d)s", d=day.isoformat())
    mark = _("模拟数据") if city().demo else ""
    data = comparison_xlsx(
        found,
        [shown(row) for row in found["lines"]],
        names=(base.label, other.label),
        title=f"{title} {mark}".strip(),
        words={key: str(word) for key, word in (WHAT | HOW).items()},
    )
    with database().write(actor()) as session:
        for side in (base, other):
            append(session, actor(), "export", "plan_version", side.version.id, fields=["compare"])
    answer = Response(data, mimetype=XLSX)
    name = quote(f"{_('对比方案')}-{day}.xlsx")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer


@interface.get("/<plan_id>/difference")
@needs("plans:read")
def difference(plan_id: str) -> dict[str, Any]:
    """What differs in this version from ``base`` (an id of the same date), in whole base units.

    ``minutes``: from which difference an arrival counts as moved. ``common=1`` adds the figures on
    the orders that both serve, which may take some seconds.
    """
    with reading(actor()) as session:
        version = reads.version_of(session, actor(), plan_id)
        before = reads.version_of(session, actor(), request.args.get("base", ""))
        if version.service_date != before.service_date:
            raise NotFound
        if not (version.plan_sha256 and before.plan_sha256):
            raise NotFound
        other, base = _side(version), _side(before)
    found = sums.compare(base.view, other.view, minutes=_minutes())
    found |= {"base": str(before.id), "plan": str(version.id)}
    if request.args.get("common") == "1":
        found["common"] = common_of(base, other)
    return found
