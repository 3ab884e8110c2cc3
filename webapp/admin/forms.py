"""Forms of organisations, invitations and people."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from models.accounts.tables import POSITIONS, ROLE_POSITIONS
from models.language import gettext as _
from webapp.admin.words import AUTHORITIES, KINDS, LEVELS, TRADES
from webapp.frame.nav import POSITION_NAMES, ROLE_NAMES
from webapp.things.words import choices

_NONE = SelectChoice(value="", label="—")


def _name(label: object) -> StringField:
    return StringField(label, validators=[DataRequired(_l("请填写")), Length(max=120)])


class OrganisationForm(FlaskForm):
    """An organisation; its kind is chosen once."""

    name = _name(_l("名称"))
    kind = SelectField(_l("类别"), choices=choices(KINDS), validators=[InputRequired()])
    level = SelectField(
        _l("级别"), choices=[_NONE, *choices(LEVELS)], validators=[Optional()], coerce=str
    )
    district = StringField(_l("所属区县"), validators=[Length(max=60)])
    authority = SelectField(
        _l("主管领域"), choices=[_NONE, *choices(AUTHORITIES)], validators=[Optional()]
    )
    trade = SelectField(
        _l("业态"), choices=[_NONE, *choices(TRADES)], validators=[Optional()], coerce=str
    )
    short_name = StringField(_l("简称"), validators=[Length(max=60)])
    code = StringField(_l("编号"), validators=[Length(max=20)])
    credit_code = StringField(_l("统一社会信用代码"), validators=[Length(max=18)])
    phone = StringField(_l("电话"), validators=[Length(max=40)])
    address = StringField(_l("地址"), validators=[Length(max=200)])
    active = BooleanField(_l("启用"), default=True)


class InviteForm(FlaskForm):
    """Somebody who is to come."""

    name = _name(_l("姓名"))
    organisation = SelectField(_l("所属组织"), validators=[InputRequired(_l("请选择组织"))])
    role = SelectField(_l("角色"), validators=[InputRequired(_l("请选择角色"))])
    positions = SelectMultipleField(_l("岗位"), validators=[Optional()])

    def offer(
        self, organisations: Iterable[tuple[object, str]], roles: Iterable[str]
    ) -> InviteForm:
        """Fill in what may be chosen; positions say which role they belong to."""
        self.organisation.choices = [
            SelectChoice(value=str(key), label=name) for key, name in organisations
        ]
        shown = list(roles)
        self.role.choices = [SelectChoice(value=r, label=ROLE_NAMES[r]) for r in shown]  # type: ignore[arg-type]
        known = {name for role in shown for name in ROLE_POSITIONS[role]}
        self.positions.choices = [
            SelectChoice(value=name, label=position_word(name))
            for name in POSITIONS
            if name in known
        ]
        return self


def position_word(name: str) -> str:
    """A position with the roles that know it."""
    roles = [str(ROLE_NAMES[role]) for role, names in ROLE_POSITIONS.items() if name in names]
    word = str(POSITION_NAMES[name])
    return (
        _("%(word)s（%(roles)s）", word=word, roles=_("、").join(roles))
        if len(roles) <= 2
        else word
    )


class PositionsForm(FlaskForm):
    """What somebody does within the role."""

    positions = SelectMultipleField(_l("岗位"), validators=[Optional()])

    def of_role(self, role: str) -> PositionsForm:
        """Offer the positions of ``role``."""
        self.positions.choices = [
            SelectChoice(value=name, label=POSITION_NAMES[name])  # type: ignore[arg-type]
            for name in ROLE_POSITIONS[role]
        ]
        return self
