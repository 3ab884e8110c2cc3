"""The desk of kinds of pass: how a city gives them out."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from models.accounts.actor import Actor
from models.language import gettext as _
from models.permits import schemes as operations
from models.permits.schemes import authorised
from models.permits.tables import PermitScheme
from models.rules.queries import list_zones
from webapp.permits.pages import TABS, blueprint
from webapp.permits.words import MODES, TARGETS
from webapp.things import words
from webapp.things.desk import Column, Desk, ThingForm, every, in_use, mount, one
from webapp.things.fields import Hours, Part, Scaled, hours_text, kept
from workers.documents.keeping import KINDS

_DAY = {"start": 0, "end": 86_400}
_AUTHORISATION = ("document", "issued_by", "number", "date")


class ZonePart(Part):
    """A zone's limit of vehicles per hour, and of their size."""

    key_field = "zone"
    zone = SelectField(_l("区域"), validate_choice=False)
    hours = Hours(_l("时段"))
    per_hour = Scaled(_l("每小时车辆数"), 1)
    max_length_mm = Scaled(_l("车长不超过"), 1000, "m")
    max_height_mm = Scaled(_l("车高不超过"), 1000, "m")
    max_mass_g = Scaled(_l("总质量不超过"), 10**6, "t")


class PaperPart(Part):
    """A document that belongs to an application."""

    key_field = "kind"
    kind = SelectField(_l("材料"), choices=words.options([("", "—"), *words.pairs(KINDS)]))
    label = StringField(_l("名称"), validators=[Length(max=60)])
    deferrable = BooleanField(_l("可后补（容缺）"))


class ClausePart(Part):
    """A clause that decisions go by."""

    key_field = "text"
    code = StringField(_l("条款"), validators=[Length(max=60)])
    text = StringField(_l("内容"), validators=[Length(max=300)])


class AnswerPart(Part):
    """A usual reason of a decision."""

    key_field = "text"
    target = SelectField(
        _l("用于"),
        choices=words.choices({k: v for k, v in TARGETS.items() if k != "in_review"}),
    )
    text = StringField(_l("理由"), validators=[Length(max=300)])
    remedy = StringField(_l("处理建议"), validators=[Length(max=300)])


class SchemeForm(ThingForm):
    """A kind of pass."""

    code = StringField(_l("编码"), validators=[DataRequired(_l("请填写编码")), Length(max=30)])
    name = StringField(_l("名称"), validators=[DataRequired(_l("请填写名称")), Length(max=60)])
    mode = SelectField(_l("办理方式"), choices=words.choices(MODES))
    steps = SelectField(
        _l("审核步骤"),
        choices=words.options(((1, _l("一步：审核人决定")), (2, _l("两步：审核、审批由两人办理")))),
        coerce=int,
    )
    longest_days = Scaled(_l("最长期间（天）"), 1, description=_l("0 = 不限"))
    decide_days = Scaled(_l("办理时限（天）"), 1, description=_l("0 = 不显示"))
    supplement_days = Scaled(_l("容缺补交期限（天）"), 1)
    effect_basis = StringField(
        _l("补交前生效的依据"),
        validators=[Length(max=300)],
        description=_l("空着 = 材料补齐前不生效；只有公布的规定另有规定时填写"),
    )
    document = StringField(_l("授权文件"), validators=[Length(max=120)])
    issued_by = StringField(_l("授权单位"), validators=[Length(max=120)])
    number = StringField(_l("文号"), validators=[Length(max=60)])
    date = DateField(_l("授权日期"), validators=[Optional()])
    letterhead = StringField(_l("文书抬头"), validators=[Length(max=120)])
    remedy_note = TextAreaField(_l("救济途径（复议、诉讼）"), validators=[Length(max=480)])
    active = BooleanField(_l("在办"), default=True)
    zones = FieldList(FormField(ZonePart), _l("区域配额和尺寸限值"), min_entries=1)
    papers = FieldList(FormField(PaperPart), _l("申请材料"), min_entries=1)
    clauses = FieldList(FormField(ClausePart), _l("依据条款"), min_entries=1)
    answers = FieldList(FormField(AnswerPart), _l("常用理由"), min_entries=1)
    sections = ((_l("交管授权（签发方式必填）"), _AUTHORISATION),)

    def choices(self, session: Session, who: Actor) -> None:
        """Zones in the list."""
        self._zones = {"": "—"} | {
            str(zone.id): f"{zone.code} {zone.name}" for zone in every(list_zones)(session, who)
        }
        self._offer()

    def _offer(self) -> None:
        for entry in self.zones.entries:
            entry.form.zone.choices = words.choices(self._zones)

    def fill(self, row: PermitScheme) -> None:
        """Show a kind of pass."""
        super().fill(row)
        for name in _AUTHORISATION[:-1]:
            self[name].process_data((row.authorisation or {}).get(name) or "")
        day = (row.authorisation or {}).get("date")
        if day:
            self.date.process_formdata([day])
            self.date.raw_data = None
        shown = [
            {**line, "hours": [{"start": line["start"], "end": line["end"]}]} for line in row.zones
        ]
        for field, rows in (
            (self.zones, shown),
            (self.papers, row.papers),
            (self.clauses, row.clauses),
            (self.answers, row.answers),
        ):
            while field.entries:
                field.pop_entry()
            for given in rows:
                field.append_entry(given)
            field.append_entry()
        self._offer()

    def validate_number(self, field: StringField) -> None:
        """Passes are issued only under an authorisation on record."""
        told = (self.document.data, self.issued_by.data, field.data, self.date.data)
        if self.mode.data == "issue" and not all(told):
            raise ValidationError(str(_l("签发方式须登记授权文件、授权单位、文号和日期")))

    def values(self) -> dict[str, Any]:
        """Columns of the kind of pass."""
        values = super().values()
        day = values.pop("date")
        told = {name: (values.pop(name) or "").strip() for name in _AUTHORISATION[:-1]}
        values["authorisation"] = {**told, "date": day.isoformat() if day else ""}
        for name in ("longest_days", "decide_days", "supplement_days"):
            values[name] = values[name] or 0
        values["zones"] = [_line(part) for part in kept(self.zones.entries)]
        values["papers"] = [
            {**part, "label": part["label"] or KINDS[part["kind"]]}
            for part in map(_plain, kept(self.papers.entries))
        ]
        values["clauses"] = [_plain(part) for part in kept(self.clauses.entries)]
        values["answers"] = [_plain(part) for part in kept(self.answers.entries)]
        return values


def _plain(part: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in part.items() if name != "csrf_token"}


def _line(part: dict[str, Any]) -> dict[str, Any]:
    hours = (part["hours"] or [_DAY])[0]
    figures = {
        name: part[name] or 0
        for name in ("per_hour", "max_length_mm", "max_height_mm", "max_mass_g")
    }
    return {"zone": part["zone"], "start": hours["start"], "end": hours["end"], **figures}


def _basis(scheme: PermitScheme) -> str:
    if scheme.mode != "issue":
        return "—"
    if not authorised(scheme):
        return str(_l("未登记授权，不能签发"))
    told = scheme.authorisation
    return _(
        "%(document)s %(number)s（%(issued_by)s，%(date)s）",
        document=told["document"],
        number=told["number"],
        issued_by=told["issued_by"],
        date=told["date"],
    )


def _quota(scheme: PermitScheme) -> str:
    return _("；").join(
        f"{hours_text([{'start': line['start'], 'end': line['end']}])} {line['per_hour']}"
        for line in scheme.zones
        if line.get("per_hour")
    )


SCHEMES = Desk(
    name="schemes",
    title=_l("证件种类"),
    one=_l("证件种类"),
    icon="certificate",
    read="permits:read",
    write="rules:write",
    rows=every(operations.list_schemes),
    columns=(
        Column(_l("编码"), lambda s: s.code),
        Column(_l("名称"), lambda s: s.name),
        Column(_l("办理方式"), lambda s: MODES[s.mode]),
        Column(_l("审核步骤"), lambda s: s.steps, numeric=True),
        Column(_l("交管授权"), _basis),
        Column(_l("每小时配额（辆）"), _quota),
        Column(_l("材料"), lambda s: _("、").join(p["label"] for p in s.papers)),
        Column(_l("状态"), in_use, pill=True),
    ),
    label=lambda s: s.name,
    words=lambda s: f"{s.code} {s.name}",
    empty=_l("证件种类由交管设置：登记交管通行证，或经授权在此签发；材料、步骤、配额都在这里定。"),
    form=SchemeForm,
    get=operations.get_scheme,
    save=one(operations.upsert_schemes),
    key_fields=("code",),
    tabs=TABS,
)
mount(blueprint, SCHEMES, "/schemes/")
