"""A comparison of two plans as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from models.language import N_
from models.language import gettext as _
from workers.planning.cells import NOTICE, book_with, to_bytes
from workers.planning.tables import Columns, Row, added

Json = Mapping[str, Any]

CHANGED: Columns = {
    N_("订单号"): "reference",
    N_("货主"): "shipper",
    N_("收货门店"): "to",
    N_("变化"): "what",
    N_("基准 线路"): "key0",
    N_("基准 号牌"): "plate0",
    N_("基准 趟次"): "trip0",
    N_("基准 序"): "n0",
    N_("基准 到达"): "arrive0",
    N_("线路"): "key1",
    N_("号牌号码"): "plate1",
    N_("趟次"): "trip1",
    N_("序"): "n1",
    N_("到达"): "arrive1",
    N_("到达差 分钟"): "minutes",
}
ROUTES: Columns = {
    N_("号牌号码"): "plate",
    N_("变化"): "how",
    N_("多送 单"): "gained",
    N_("少送 单"): "lost",
    N_("基准 订单"): "orders0",
    N_("订单"): "orders1",
    N_("基准 趟次"): "trips0",
    N_("趟次"): "trips1",
    N_("基准 里程 km"): "km0",
    N_("里程 km"): "km1",
    N_("基准 成本 元"): "yuan0",
    N_("成本 元"): "yuan1",
    N_("基准 出车"): "start0",
    N_("出车"): "start1",
    N_("基准 收车"): "end0",
    N_("收车"): "end1",
}
ONLY: Columns = {
    N_("方案"): "plan",
    N_("订单号"): "reference",
    N_("货主"): "shipper",
    N_("收货门店"): "to",
    N_("线路"): "key",
    N_("号牌号码"): "plate",
    N_("趟次"): "trip",
    N_("序"): "n",
    N_("到达"): "arrive_text",
}
VIOLATIONS: Columns = {
    N_("方案"): "plan",
    N_("线路"): "key",
    N_("号牌号码"): "plate",
    N_("趟次"): "trip",
    N_("停靠"): "n",
    N_("停靠点"): "place",
    N_("违规项"): "text",
}


def comparison_xlsx(
    found: Json,
    lines: Sequence[Json],
    *,
    names: tuple[str, str],
    title: str,
    words: Mapping[str, str],
) -> bytes:
    """The comparison ``found`` (:func:`workers.planning.compare.compare`).

    ``lines``: its totals as texts; ``names``: what base and other are called; ``words``: codes of
    changes to their words.
    """
    book, sheet = book_with(_("对比"))
    sheet.title(title)
    sheet.row([_(NOTICE)])
    sheet.row([_("基准：%(a)s；差额 = %(b)s − %(a)s", a=names[0], b=names[1])])
    base = _("%(name)s（基准）", name=names[0])
    head = [_("指标"), _("单位"), base, names[1], _("差额"), _("差额 %")]
    sheet.row(head, bold=True, boxed=True)
    for line in lines:
        name = f"  {line['name']}" if line["part"] else line["name"]
        cells = [name, line["unit"], line["base"], line["other"], line["difference"]]
        sheet.row([*cells, line["percent"]], bold=bool(line["total"]), boxed=True)
    orders = found["orders"]
    sheet.row([])
    for name, count in (
        (_("两个方案都送"), orders["both"]),
        (_("只有%(name)s送", name=names[0]), len(orders["only_base"])),
        (_("只有%(name)s送", name=names[1]), len(orders["only_other"])),
        (_("都未排"), orders["neither"]),
    ):
        sheet.row([name, _("单"), count], boxed=True)
    sheet.finish(landscape=True)
    added(book, _("订单变化"), CHANGED, _changed(found, words))
    added(book, _("线路变化"), ROUTES, _routes(found, words))
    added(book, _("只在一个方案"), ONLY, _only(found, names))
    added(book, _("违规项"), VIOLATIONS, _violations(found, names))
    return to_bytes(book)


def _changed(found: Json, words: Mapping[str, str]) -> Iterator[Row]:
    for row in found["changed"]:
        sides = (("0", row["base"]), ("1", row["other"]))
        yield {
            **{name: row[name] for name in ("reference", "shipper", "to")},
            "what": _("、").join(words[code] for code in row["what"]),
            "minutes": round(row["seconds"] / 60),
            **{f"{n}{k}": side[n] for k, side in sides for n in ("key", "plate", "trip", "n")},
            **{f"arrive{k}": side["arrive_text"] for k, side in sides},
        }


def _routes(found: Json, words: Mapping[str, str]) -> Iterator[Row]:
    for row in found["routes"]:
        out: dict[str, Any] = {
            **{name: row[name] for name in ("plate", "gained", "lost")},
            "how": words[row["how"]],
        }
        for k, side in (("0", row["base"]), ("1", row["other"])):
            if side is not None:
                out |= {
                    f"orders{k}": side["orders"],
                    f"trips{k}": side["trips"],
                    f"km{k}": side["metres"] / 1000,
                    f"yuan{k}": side["cost_fen"] / 100,
                    f"start{k}": side["start_text"],
                    f"end{k}": side["end_text"],
                }
        yield out


def _only(found: Json, names: tuple[str, str]) -> Iterator[Row]:
    for name, rows in zip(
        names, (found["orders"]["only_base"], found["orders"]["only_other"]), strict=True
    ):
        for row in rows:
            yield {**row, "plan": name}


def _violations(found: Json, names: tuple[str, str]) -> Iterator[Row]:
    sides = (found["violations"]["base"], found["violations"]["other"])
    for name, rows in zip(names, sides, strict=True):
        for row in rows:
            said = " ".join(part for part in (row["subject"], row["text"]) if part)
            yield {**row, "plan": name, "text": f"{said} {row['amount']:g} {row['unit']}".strip()}
