"""Forms of accounts and tokens."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, PasswordField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from webapp.frame.nav import ROLE_NAMES


class AccountForm(FlaskForm):
    """A new log-in."""

    login = StringField(_l("登录名"), validators=[DataRequired(_l("请填写登录名")), Length(max=60)])
    name = StringField(_l("姓名"), validators=[DataRequired(_l("请填写姓名")), Length(max=60)])
    organisation = SelectField(_l("所属组织"), validators=[InputRequired(_l("请选择组织"))])
    role = SelectField(
        _l("角色"),
        choices=[SelectChoice(value=role, label=name) for role, name in ROLE_NAMES.items()],
    )
    password = PasswordField(
        _l("初始密码"),
        validators=[
            DataRequired(_l("请填写初始密码")),
            Length(min=10, message=_l("至少 10 个字符")),
        ],
        render_kw={"autocomplete": "new-password"},
    )


class TokenForm(FlaskForm):
    """A new token of one's own account."""

    name = StringField(_l("用途"), validators=[DataRequired(_l("请填写用途")), Length(max=80)])
    scopes = SelectMultipleField(_l("权限范围"), validators=[InputRequired(_l("至少选一项"))])
    days = IntegerField(
        _l("有效天数"),
        default=90,
        validators=[InputRequired(), NumberRange(1, 365, _l("须在 1 到 365 天之间"))],
    )
