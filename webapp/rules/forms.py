"""The form of an access rule."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    StringField,
)
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from models.accounts.actor import Actor
from models.fleet.queries import vehicle_types
from models.rules.queries import list_zones
from models.rules.tables import AccessRule
from webapp.things import words
from webapp.things.desk import ThingForm, every
from webapp.things.fields import Days, Hours, Part, Scaled, Ticks, kept
from workers.sheets.table import text_cell
from workers.sheets.values.access import read_tails, tails_text
from workers.sheets.values.base import Ask

_SHOWN = {"mass_over_g", "length_over_mm", "energy", "stage_at_most", "plate_kinds"}
_TOLD = {*_SHOWN, "local", "types", "tails"}
"""What a row shows of a group of vehicles; the rest of it is kept as it is."""
_LOCAL = {"": None, "local": True, "other": False}


class WhoPart(Part):
    """A group of vehicles; what this row cannot show is kept in ``more``."""

    key_field = "which"
    stacked = True
    which = SelectField(
        _l("对象"),
        choices=words.choices({"": "—", "all": _l("所有货车"), "some": _l("符合本行条件")}),
    )
    mass_over_g = Scaled(_l("总质量大于"), 10**6, "t")
    energy = Ticks(_l("能源"), words.ENERGY)
    stage_at_most = Scaled(_l("排放阶段不高于"), 1)
    plate_kinds = Ticks(_l("号牌种类"), words.PLATE_KINDS)
    length_over_mm = Scaled(_l("车长大于"), 1000, "m")
    local = SelectField(
        _l("号牌归属"),
        choices=words.choices({"": _l("不限"), "local": _l("本地"), "other": _l("外地")}),
    )
    types = Ticks(_l("车型"), {})
    tails = StringField(_l("限行尾号"), description=_l("如 周一 1、6；周二 2、7"))
    more = HiddenField(_l("其他条件"))

    def validate_tails(self, field: StringField) -> None:
        """Tails are told by weekday."""
        if field.data and read_tails(text_cell(field.data), Ask()).fault is not None:
            raise ValidationError(str(_l("应如 周一 1、6；周二 2、7")))


class RuleForm(ThingForm):
    """A rule of a zone."""

    code = StringField(_l("编码"), validators=[DataRequired(_l("请填写编码")), Length(max=60)])
    name = StringField(_l("名称"), validators=[DataRequired(_l("请填写名称")), Length(max=120)])
    zone_id = SelectField(_l("区域"), validators=[DataRequired(_l("请选择区域"))])
    effect = SelectField(_l("管控措施"), choices=words.choices(words.EFFECTS))
    hours = Hours(_l("时段"), description=_l("空着 = 全天，如 07:00-08:30；17:00-19:00"))
    weekdays = Days(_l("星期"), description=_l("都不选 = 每天"))
    holidays = SelectField(
        _l("法定节假日"),
        choices=words.choices(
            {"any": _l("照常执行"), "never": _l("不执行"), "only": _l("只在节假日执行")}
        ),
    )
    alert_from = Scaled(_l("预警级别达到才执行"), 1, description=_l("0 = 平时也执行"))
    effective_from = DateField(_l("施行日期"), validators=[Optional()])
    effective_to = DateField(_l("截止日期"), validators=[Optional()])
    basis = StringField(_l("依据文件"), validators=[Length(max=300)])
    active = BooleanField(_l("启用"), default=True)
    when_more = HiddenField()
    who = FieldList(FormField(WhoPart), _l("适用车辆"), min_entries=1)
    exempt = FieldList(FormField(WhoPart), _l("豁免车辆"), min_entries=1)

    def choices(self, session: Session, who: Actor) -> None:
        """Zones in the list."""
        zones = every(list_zones)(session, who)
        self.zone_id.choices = words.options(
            (str(zone.id), f"{zone.code} {zone.name}") for zone in zones
        )
        self._kinds = {str(kind.id): kind.name for kind in vehicle_types(session, who)}
        self._offer_kinds()

    def _offer_kinds(self) -> None:
        for entry in (*self.who.entries, *self.exempt.entries):
            entry.form.types.words = self._kinds

    def fill(self, row: AccessRule) -> None:
        """Show a rule."""
        super().fill(row)
        when = row.when or {}
        self.zone_id.process_data(str(row.zone_id))
        self.hours.process_data(when.get("hours") or [])
        self.weekdays.process_data(when.get("weekdays") or [])
        self.holidays.process_data(when.get("holidays") or "any")
        self.alert_from.process_data(when.get("alert_from") or 0)
        dates = {k: when[k] for k in ("date_from", "date_to") if when.get(k)}
        self.when_more.process_data(json.dumps(dates) if dates else "")
        _show(self.who, row.who)
        _show(self.exempt, row.exempt)
        self._offer_kinds()

    def validate_who(self, field: FieldList) -> None:
        """A rule binds somebody."""
        if not kept(field.entries):
            raise ValidationError(str(_l("请至少填写一行适用车辆；对所有货车请选“所有货车”")))

    def values(self) -> dict[str, Any]:
        """Columns of the rule, in the shapes of the planning problem."""
        values = super().values()
        values["zone_id"] = uuid.UUID(self.zone_id.data)
        values["when"] = {
            **_object(values.pop("when_more")),
            "weekdays": values.pop("weekdays") or [],
            "holidays": values.pop("holidays"),
            "hours": values.pop("hours") or [],
            "alert_from": values.pop("alert_from") or 0,
        }
        values["who"] = _groups(self.who)
        values["exempt"] = _groups(self.exempt)
        return values


def _show(field: FieldList, groups: Sequence[Mapping[str, Any]]) -> None:
    while field.entries:
        field.pop_entry()
    for group in groups:
        more = {name: value for name, value in group.items() if name not in _TOLD}
        tails = group.get("tails") or {}
        if tails.get("by_date"):
            more["tails"] = tails
        local = {True: "local", False: "other"}.get(group.get("local"), "")  # type: ignore[call-overload]
        field.append_entry(
            {
                **{name: group[name] for name in _SHOWN if group.get(name)},
                "which": "some" if group else "all",
                "local": local,
                "types": group.get("types") or [],
                "tails": "" if "tails" in more else tails_text(tails.get("by_weekday") or {}),
                "more": json.dumps(more) if more else "",
            }
        )
    field.append_entry()


def _object(text: str | None) -> dict[str, Any]:
    """What a hidden field carries over; nothing for what is no object."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _groups(field: FieldList) -> list[dict[str, Any]]:
    groups = []
    for part in kept(field.entries):
        if part["which"] == "all":
            groups.append({})
            continue
        group = _object(part["more"])
        group |= {name: part[name] for name in sorted(_SHOWN) if part[name]}
        if part["types"]:
            group["types"] = part["types"]
        if _LOCAL[part["local"] or ""] is not None:
            group["local"] = _LOCAL[part["local"]]
        tails = read_tails(text_cell(part["tails"] or ""), Ask()).value
        if tails:
            group["tails"] = tails
        groups.append(group)
    return groups
