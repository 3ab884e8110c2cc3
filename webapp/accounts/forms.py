"""Forms of accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Length


class LogInForm(FlaskForm):
    """Name and password."""

    login = StringField(
        _l("登录名"),
        validators=[DataRequired(_l("请填写登录名")), Length(max=200)],
        render_kw={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"},
    )
    password = PasswordField(
        _l("密码"),
        validators=[DataRequired(_l("请填写密码")), Length(max=500)],
        render_kw={"autocomplete": "current-password"},
    )
