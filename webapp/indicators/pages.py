"""Indicators as a bureau sees them: the table, each figure opened to its list, both as XLSX."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date

from flask import Blueprint, g, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from models.accounts.city import today
from models.indicators import queries
from models.indicators.queries import Line
from models.indicators.tables import IndicatorTarget
from webapp.database import database, reading
from webapp.frame.city import city
from webapp.security.guard import actor
from webapp.security.permissions import needs
from workers.planning.cells import Sheet, book_with, to_bytes

blueprint = Blueprint("indicators", __name__, template_folder="templates", url_prefix="/indicators")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STATUSES = {"draft": _l("征求意见稿"), "issued": _l("已印发")}


def shown(line: Line) -> str:
    """The figure with its unit; nothing is shown that is not known."""
    figure, unit = line.figure, line.definition.unit
    if figure is None:
        return str(_("待接入"))
    if figure.withheld or figure.value is None:
        return "—"
    if unit == "share":
        return f"{figure.value:.1%}"
    if unit == "ratio":
        return f"{figure.value:.2f} : 1"
    return f"{figure.value:,.0f}"


def wanted(line: Line) -> str:
    """The target in words."""
    target = line.target
    return str(_("未设目标")) if target is None else target_words(target, line.definition.unit)


def target_words(target: IndicatorTarget, unit: str) -> str:
    """A target with its comparison and its indicator's unit."""
    if target.value is None:
        return str(_("有制度、文件或平台"))
    value = float(target.value)
    text = f"{value:g}"
    if unit == "share":
        text = f"{value * 100:g}%"
    elif unit == "ratio":
        text = f"{value:g} : 1"
    return ("≥ " if target.comparison == "at_least" else "≤ ") + text


def pill(line: Line) -> tuple[str, str, str]:
    """How the figure stands to its target: tone, icon and word."""
    if not line.definition.computed:
        return ("draft", "circle-dashed", _("待接入"))
    if line.figure is not None and line.figure.withheld:
        return ("draft", "eye-off", _("不予显示"))
    if line.figure is None or line.figure.value is None:
        return ("draft", "circle-dashed", _("暂无数据"))
    if line.lapsed:
        return ("attention", "clock", _("目标已过期"))
    if line.met is None:
        return ("draft", "circle-dashed", _("未设目标"))
    return ("good", "check", _("达到目标")) if line.met else ("broken", "x", _("未达目标"))


def sourced(line: Line) -> str:
    """Where the target is from, how binding, and for which time."""
    target = line.target
    if target is None:
        return ""
    until = target.valid_to.isoformat() if target.valid_to else _("未注明")
    since = target.valid_from.isoformat() if target.valid_from else _("未注明")
    return str(
        _(
            "%(source)s（%(status)s），有效期 %(since)s 至 %(until)s",
            source=target.source,
            status=STATUSES[target.status],
            since=since,
            until=until,
        )
    )


@blueprint.app_context_processor
def words() -> dict[str, object]:
    """What templates of indicators use."""
    return {"figure_shown": shown, "target_shown": wanted, "line_pill": pill, "sourced": sourced}


def _asked(session: Session) -> tuple[date, str | None]:
    """The date (today unless another is given) and the district in the address."""
    try:
        day = date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        day = today(session)
    return day, request.args.get("district", "").strip()[:60] or None


@blueprint.get("/")
@needs("indicators:read")
def index() -> ResponseReturnValue:
    """All indicators of the demonstration."""
    g.date_action = url_for("indicators.index")
    with reading(actor()) as session:
        day, district = _asked(session)
        scope = queries.scope_of(session, actor(), day, district)
        lines = queries.table(session, actor(), day, scope.district)
        districts = queries.districts_for(session, actor())
        city_wide = queries.sees_city(session, actor())
    return render_template(
        "indicators/index.html",
        lines=lines,
        day=day,
        district=scope.district,
        districts=districts,
        city_wide=city_wide,
    )


@blueprint.get("/<code>")
@needs("indicators:read")
def show(code: str) -> ResponseReturnValue:
    """One indicator with the rows that make its figure."""
    g.date_action = url_for("indicators.index")
    with reading(actor()) as session:
        day, district = _asked(session)
        scope = queries.scope_of(session, actor(), day, district)
        line = queries.line(session, actor(), code, day, scope.district)
    return render_template("indicators/show.html", line=line, day=day, district=scope.district)


@blueprint.get("/export.xlsx")
@needs("indicators:read")
def export() -> ResponseReturnValue:
    """The table as XLSX; the export is written into the trail."""
    with database().write(actor()) as session:
        day, district = _asked(session)
        scope = queries.scope_of(session, actor(), day, district)
        lines = queries.table(session, actor(), day, scope.district)
        queries.exported(session, actor(), "table")
    book, sheet = book_with(_("考核指标"))
    _heading(sheet, _("考核指标"), day, scope.district)
    head = (
        _("序号"),
        _("指标"),
        _("口径"),
        _("现值"),
        _("分子"),
        _("分母"),
        _("目标"),
        _("状态"),
        _("目标来源"),
        _("依据"),
        _("说明"),
    )
    sheet.row(head, bold=True, boxed=True)
    for line in lines:
        figure, target = line.figure, line.target
        known = figure is not None and not figure.withheld and figure.value is not None
        sheet.row(
            (
                line.definition.code,
                _(line.definition.title),
                _(line.definition.means),
                shown(line),
                figure.numerator if known and figure else None,
                figure.denominator if known and figure else None,
                wanted(line),
                pill(line)[2],
                sourced(line),
                target.basis if target else "",
                said(line),
            ),
            boxed=True,
        )
    sheet.finish(landscape=True)
    return _file(to_bytes(book), _("考核指标"), day)


@blueprint.get("/<code>/export.xlsx")
@needs("indicators:read")
def export_list(code: str) -> ResponseReturnValue:
    """The rows behind a figure as XLSX; the export is written into the trail."""
    with database().write(actor()) as session:
        day, district = _asked(session)
        scope = queries.scope_of(session, actor(), day, district)
        line = queries.line(session, actor(), code, day, scope.district)
        queries.exported(session, actor(), line.definition.code)
    title = _(line.definition.title)
    book, sheet = book_with(title[:31])
    _heading(sheet, title, day, scope.district)
    sheet.row([f"{_('现值')} {shown(line)}　{_('目标')} {wanted(line)}　{sourced(line)}"])
    listing = line.figure.listing if line.figure else None
    if listing is not None and not (line.figure and line.figure.withheld):
        sheet.row(listing.columns, bold=True, boxed=True)
        for row in listing.rows:
            sheet.row(row, boxed=True)
    sheet.finish()
    return _file(to_bytes(book), f"{line.definition.code}-{title}", day)


def said(line: Line) -> str:
    """What is missing, or what to know beside the figure."""
    if line.definition.missing:
        return str(_(line.definition.missing))
    figure = line.figure
    if figure is None:
        return ""
    return "；".join((*_parts(figure.parts), *([figure.why] if figure.why else [])))


def _parts(parts: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{name} {value}" for name, value in parts]


def _heading(sheet: Sheet, title: str, day: date, district: str | None) -> None:
    place = city()
    sheet.title(f"{place.name} {district or ''} {title}")
    mark = f"　{_('模拟数据')}" if place.demo else ""
    sheet.row([_("截至 %(day)s", day=day.isoformat()) + mark])


def _file(data: bytes, name: str, day: date) -> ResponseReturnValue:
    return send_file(
        io.BytesIO(data),
        mimetype=XLSX,
        as_attachment=True,
        download_name=f"{name}-{day.isoformat()}.xlsx",
    )
