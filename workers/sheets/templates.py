"""A sheet to fill in for each kind: header, hints, one example row."""

from __future__ import annotations

import io

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from models.language import gettext as _
from workers.sheets.fields import ORDERS, Spec
from workers.sheets.safe_text import neutral
from workers.sheets.specs.turns import TURNS
from workers.sheets.things import THINGS

_HEAD = PatternFill("solid", fgColor="FFE6F1F8")
_HINT = PatternFill("solid", fgColor="FFF4F6F8")


def spec_for(kind: str) -> Spec:
    """Orders, a hand-made plan or one of the things; raises ``KeyError`` for other kinds."""
    return {"orders": ORDERS, "plans": TURNS}.get(kind) or THINGS[kind]


def template(kind: str) -> bytes:
    """XLSX bytes: row 1 the header (hints as comments), row 2 an example; hints on sheet two."""
    spec = spec_for(kind)
    book = Workbook()
    out = book.active
    assert out is not None  # noqa: S101  a new workbook has a sheet; openpyxl's type does not say so
    out.title = _(spec.label)
    shown = [f for f in spec.fields if f.required or f.example or f.hint]
    for number, field in enumerate(shown, start=1):
        head = out.cell(1, number, _(field.label))
        head.font = Font(bold=True, color="FFB42318" if field.required else "FF1B2733")
        head.fill = _HEAD
        head.alignment = Alignment(wrap_text=True, vertical="center")
        hint = _("；").join(filter(None, (_("必填") if field.required else "", _(field.hint))))
        if hint:
            head.comment = Comment(hint, "Greenfreight", width=220, height=60)
        example = out.cell(2, number, neutral(_(field.example)))
        example.number_format = "@"
        out.column_dimensions[get_column_letter(number)].width = max(
            12, len(_(field.label)) * 2 + 4
        )
    out.freeze_panes = "A2"
    notes = book.create_sheet(_("填写说明"))
    notes.append([_("列"), _("是否必填"), _("说明"), _("示例"), _("也认这些列名")])
    for field in spec.fields:
        notes.append([
            _(field.label), _("必填") if field.required else "", neutral(_(field.hint)),
            neutral(_(field.example)), _("、").join(field.synonyms[:6]),
        ])  # fmt: skip
    notes.append([])
    notes.append([_("第 2 行是示例，导入前请删去。列的次序不限，多余的列会跳过。")])
    for letter, width in zip("ABCDE", (18, 10, 40, 24, 50), strict=True):
        notes.column_dimensions[letter].width = width
    for cell in notes[1]:
        cell.font = Font(bold=True)
        cell.fill = _HINT
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
