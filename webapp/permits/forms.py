"""The forms of an application."""

from __future__ import annotations

import uuid
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from models.accounts.actor import Actor
from models.fleet.queries import list_vehicles
from models.language import gettext as _
from models.permits.schemes import schemes_in_use
from models.permits.tables import PermitApplication, PermitScheme
from models.rules.queries import list_rules
from models.rules.tables import AccessRule
from webapp.things import words
from webapp.things.desk import every, mine
from webapp.things.fields import Hours, Scaled, Ticks
from workers.access.rights import LIFTABLE


def liftable_rules(session: Session, who: Actor) -> list[AccessRule]:
    """The rules that a pass can lift, by zone."""
    found = every(list_rules)(session, who)
    rules = [rule for rule in found if rule.active and rule.effect in LIFTABLE]
    return sorted(rules, key=lambda rule: (rule.zone.code, rule.code))


class ApplicationForm(FlaskForm):
    """What applies to every vehicle of an application."""

    scheme = SelectField(_l("证件种类"), validators=[DataRequired(_l("请选择证件种类"))])
    vehicles = Ticks(_l("车辆"), {})
    rules = Ticks(_l("申请放行的区域和规则"), {})
    date_from = DateField(_l("起始日期"), validators=[InputRequired(_l("请填写起始日期"))])
    date_to = DateField(_l("截止日期"), validators=[InputRequired(_l("请填写截止日期"))])
    hours = Hours(_l("每日时段"), description=_l("空着 = 全天，如 09:00-17:00；22:00-05:00"))
    trips_per_day = Scaled(_l("每日进入次数"), 1, description=_l("0 = 不限次"))
    purpose = StringField(_l("用途"), validators=[Length(max=200)])
    agent_name = StringField(_l("经办人"), validators=[Length(max=40)])
    agent_phone = StringField(_l("经办人电话"), validators=[Length(max=20)])
    defer = Ticks(
        _l("以下材料后补（容缺）"), {}, description=_l("只有允许后补的材料；补交前不予通过")
    )

    needs_vehicles = True

    def offer(self, session: Session, who: Actor) -> None:
        """Fill what may be chosen."""
        self.schemes = {str(row.id): row for row in schemes_in_use(session, who)}
        self.scheme.choices = words.options(
            (key, _("%(name)s（%(code)s）", name=row.name, code=row.code))
            for key, row in self.schemes.items()
        )
        own = [row for row in every(list_vehicles)(session, who) if row.active and mine(row)]
        self.vehicles.words = {str(v.id): f"{v.plate} · {v.type.name}" for v in own}
        self.rules.words = {
            str(rule.id): f"{rule.zone.name} · {rule.name}" for rule in liftable_rules(session, who)
        }
        self.defer.words = {
            paper["kind"]: paper["label"]
            for row in self.schemes.values()
            for paper in row.papers
            if paper.get("deferrable")
        }

    def validate_vehicles(self, field: Ticks) -> None:
        """At least one vehicle, and only one's own."""
        if self.needs_vehicles and not field.data:
            raise ValidationError(str(_l("请至少选择一辆车")))
        if set(field.data or ()) - set(self.vehicles.words):
            raise ValidationError(str(_l("车辆不在本单位名下")))

    def validate_rules(self, field: Ticks) -> None:
        """At least one rule that a pass can lift."""
        if not field.data or set(field.data) - set(self.rules.words):
            raise ValidationError(str(_l("请选择要放行的规则")))

    def validate_date_to(self, field: DateField) -> None:
        """Not before the first date."""
        if field.data and self.date_from.data and field.data < self.date_from.data:
            raise ValidationError(str(_l("截止日期早于起始日期")))

    def chosen_scheme(self) -> PermitScheme:
        """The kind of pass applied for."""
        return self.schemes[self.scheme.data]

    def values(self) -> dict[str, Any]:
        """Columns of the application."""
        return {
            "scheme_id": uuid.UUID(self.scheme.data),
            "date_from": self.date_from.data,
            "date_to": self.date_to.data,
            "hours": self.hours.data or [],
            "trips_per_day": self.trips_per_day.data or 0,
            "purpose": (self.purpose.data or "").strip(),
        }

    def content(self) -> dict[str, Any]:
        """What the application holds besides."""
        return {
            "rules": list(self.rules.data or ()),
            "agent": {
                "name": (self.agent_name.data or "").strip(),
                "phone": (self.agent_phone.data or "").strip(),
            },
            "defer": [kind for kind in self.defer.data or () if kind in self.defer.words],
        }

    def fill(self, row: PermitApplication) -> None:
        """Show an application."""
        content = row.content or {}
        self.scheme.process_data(str(row.scheme_id or ""))
        self.rules.process_data([str(rule) for rule in content.get("rules") or ()])
        for name in ("date_from", "date_to", "hours", "trips_per_day", "purpose"):
            self[name].process_data(getattr(row, name))
        agent = content.get("agent") or {}
        self.agent_name.process_data(agent.get("name") or "")
        self.agent_phone.process_data(agent.get("phone") or "")
        self.defer.process_data(content.get("defer") or [])


class OneForm(ApplicationForm):
    """An application of one vehicle, with what its licence says."""

    needs_vehicles = False

    vin = StringField(_l("车辆识别代号（17 位）"), validators=[Length(max=17)])
    owner = StringField(_l("行驶证所有人"), validators=[Length(max=120)])
    registered_on = DateField(_l("注册日期"), validators=[Optional()])
    official = StringField(
        _l("交管通行证编号"),
        validators=[Length(max=60)],
        description=_l("登记方式必填：交管12123 通行证上的编号"),
    )
    note = TextAreaField(_l("补充说明"), validators=[Length(max=500)])

    def content(self) -> dict[str, Any]:
        """With the fields of the vehicle licence."""
        told = {
            "vin": (self.vin.data or "").strip().upper(),
            "owner": (self.owner.data or "").strip(),
            "registered_on": self.registered_on.data.isoformat() if self.registered_on.data else "",
        }
        return {
            **super().content(),
            "vehicle": told,
            "official": (self.official.data or "").strip(),
            "note": (self.note.data or "").strip(),
        }

    def fill(self, row: PermitApplication) -> None:
        """Show an application."""
        super().fill(row)
        content = row.content or {}
        told = content.get("vehicle") or {}
        self.vin.process_data(told.get("vin") or "")
        self.owner.process_data(told.get("owner") or "")
        day = told.get("registered_on")
        if day:
            self.registered_on.process_formdata([day])
            self.registered_on.raw_data = None
        self.official.process_data(content.get("official") or "")
        self.note.process_data(content.get("note") or "")
